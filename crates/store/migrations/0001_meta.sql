-- Facts about the database itself, by name.
create table meta (
    name text primary key,
    value text not null
);

-- What the retention job deleted and no entry of the log has told yet: added to in the transaction that deletes.
create table retention_count (
    name text not null primary key,
    n bigint not null
);

-- The entries of the retention job: where each is, and what it commits to. Of nobody, and public; one a day, and all are kept,
-- so that whoever has the log can open each.
create table retention_run (
    idx bigint not null primary key,
    at bigint not null,
    salt {blob} not null,
    told text not null
);
