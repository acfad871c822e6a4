-- When the entry of a dropped story was last seen in its feed's document, to within a week. Of those that are here already nobody knows: now.
alter table dropped add column seen_at bigint default (extract(epoch from now()) * 1000)::bigint;
alter table dropped alter column seen_at drop default;
create index dropped_seen on dropped (seen_at);
