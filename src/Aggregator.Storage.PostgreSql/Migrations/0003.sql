-- The host a feed is fetched from; '' until the feeds are activated next. All feeds of a host are polled by one process at a time.
alter table feeds add column host text collate "C" not null default '';
create index feeds_held on feeds (host) where claimed_by is not null;

-- Stories that were stored, changed or deleted, for the other processes to look at; forgotten once all have. A transaction's number tells which
-- changes can be seen by all: numbers of rows would be given out before others with lower ones are committed.
create table changes (
    tx xid8 not null default pg_current_xact_id(),
    story bytea not null,
    node uuid not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index changes_tx on changes (tx);

-- Up to which transaction a process has looked at them; and whether it polls feeds, or only answers questions.
alter table nodes add column looked_to xid8, add column is_polling boolean not null default false;
