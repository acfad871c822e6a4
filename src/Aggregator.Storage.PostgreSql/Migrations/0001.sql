-- Places in time are milliseconds since 1970, negated, so that ascending order is newest first. Other instants are milliseconds since 1970.
-- Story ids are the 12 bytes that their 24 hex digits stand for.

-- What is listed. The document is a story without its text: JSON, compressed by the program.
create table stories (
    id bytea primary key,
    place bigint not null,
    cluster text collate "C" not null,
    fingerprint text not null,
    document bytea not null
);
alter table stories alter column document set storage external;
create index stories_cluster on stories (cluster);

-- What is read and searched. "terms" is the row of terms that SearchTerms makes of title and body; the index is made of it, so that no tsvector,
-- which would be as large as the text, is stored beside it. "lists" are the lists the story is in (see postings), so that a search needs no
-- other table. Rows stay narrow, texts lie beside them, and changes of "lists" alone leave the index of terms untouched where the page has room.
create table texts (
    id bytea primary key,
    place bigint not null,
    lists bigint[] not null,
    body bytea not null,
    terms text collate "C" not null
) with (toast_tuple_target = 256, fillfactor = 90);
alter table texts alter column body set storage external;

do $$
begin
    alter table texts alter column terms set compression lz4;
exception when others then
    null; -- a server older than 14, or built without lz4: its own compression is slower and as good
end
$$;

create index texts_terms on texts using gin (array_to_tsvector(string_to_array(btrim(terms), ' ')));

-- Earlier texts of stories.
create table versions (
    story bytea not null,
    number int not null,
    since bigint not null,
    until bigint not null,
    title text not null,
    body bytea not null,
    primary key (story, number)
);
alter table versions alter column body set storage external;

-- Every list a story is in, newest first: "newest 50 of a topic" reads 50 neighbours. A list's number is a hash of its name; a muted story is in
-- the lists of the negated numbers.
create table postings (
    list bigint not null,
    place bigint not null,
    id bytea not null,
    primary key (list, place, id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02);

-- The names of the lists that are counted: "t|" and a topic's slug, "f|" and a feed.
create table lists (
    id bigint primary key,
    name text collate "C" not null
);

-- Ids that are no story's own: entries of other feeds that lead to a story, and stories deleted for good (story is null).
create table entries (
    id bytea primary key,
    story bytea,
    fingerprint text not null
);
create index entries_story on entries (story) where story is not null;

-- Hashes of the addresses of articles, each leading to the story stored last with it.
create table addresses (
    key bytea primary key,
    story bytea not null
);

create table dropped (
    id bytea primary key,
    fingerprint text not null,
    rule text not null,
    rule_key text not null
);

-- How much is stored, as differences that are folded into one row a name now and then: writers that added to one row would wait for each other.
create table counts (
    name text collate "C" not null,
    n bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create table feeds (
    id text collate "C" primary key,
    next_poll bigint not null,
    last_poll bigint,
    is_gone boolean not null,
    is_active boolean not null,
    claim bigint not null default 0,
    claimed_by uuid,
    claimed_until bigint,
    document bytea not null
);
create index feeds_due on feeds (next_poll, id) where is_active and not is_gone;

-- The processes at work on this database, by the server's clock.
create table nodes (
    id uuid primary key,
    name text not null,
    last_seen timestamptz not null
);

create table hosts (
    host text collate "C" primary key,
    held_until bigint,
    spacing double precision not null,
    learned_at bigint not null
);

create sequence subscriptions_saved;
create table subscriptions (
    token text collate "C" primary key,
    feed text collate "C" not null,
    is_ending boolean not null,
    saved bigint not null,
    document bytea not null
);
create index subscriptions_feed on subscriptions (feed);
