-- Single numbers: since when stories are kept, how large everything was, how much fits.
create table notes (
    name text collate "C" primary key,
    value bigint not null
);
