-- In which order stories go: 0 those without a topic, 1 those with one, 2 those that are pinned; what they are kept under (null: there are no groups);
-- and what they take. Null: not looked at yet.
alter table stories add column kept smallint, add column kept_under text collate "C", add column bytes bigint;
create index stories_kept on stories (kept, place, id) include (bytes);
create index stories_kept_under on stories (kept_under, kept, place, id) include (bytes) where kept_under is not null;

-- The groups that stories are kept under; up to which id the stories were put into them (null: all), and whether all were put into an order at all.
create table keeping (
    groups text not null,
    sorted_to bytea,
    is_ranked boolean not null
);
insert into keeping (groups, sorted_to, is_ranked) select '', case when exists (select from stories) then ''::bytea end, not exists (select from stories);
