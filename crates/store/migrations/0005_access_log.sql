-- The head: one row, because a database holds one tree. `origin` is the name of the log that the tree is today: a successor
-- goes on with the entries of the log before it under a name of its own. On PostgreSQL the row's lock orders the appenders;
-- `edge` is the compact range, enough to go on without reading a leaf again.
create table access_head (
    tree bigint not null primary key check (tree = 1)
  , origin text not null
  , size bigint not null
  , edge {blob} not null
  , checkpoint text not null
  , at bigint not null
);

create table access_leaf (
    idx {position} not null primary key
  , leaf {blob} not null
);

-- What the leaf commits to, sealed under the person's tag key: salt, exact time, site,
-- staff, device, fields, request.
create table access_detail (
    idx {position} not null primary key
  , household text not null
  , person text not null
  , day bigint not null
  , i bigint not null
  , sealed {blob} not null
);

-- A person's entries of a day, in parts of 64: how many, from which the next `i` of the subject tag comes, and at which
-- positions, a comma after each. The only row that an entry writes at a random place.
create table access_count (
    household text not null
  , person text not null
  , day bigint not null
  , part bigint not null
  , n bigint not null
  , places text not null
  , primary key (household, person, day, part)
){keyed};

-- What an operator did to the log itself and why, sealed: salt and detail of a system leaf.
create table access_event (
    idx bigint not null primary key
  , sealed {blob} not null
);

-- Hashes of the published tiles above the leaves: nodes of the tree at the levels 8, 16, 24... Those of level 0 are made
-- from the leaves.
create table access_node (
    level bigint not null
  , idx bigint not null
  , hash {blob} not null
  , primary key (level, idx)
);

-- Each head that was published, as it was, numbered from 1 without gaps in each log. What a number says never changes: a
-- MAC binds the row, and the newest is kept outside the database too.
create table access_publication (
    origin text not null
  , n bigint not null
  , size bigint not null
  , at bigint not null
  , note text not null
  , binding_mac {blob} not null
  , primary key (origin, n)
);

-- The logs that this one continues, oldest first, numbered from 1: each ended with a bridge at entry `bridge`. Their
-- publications stay, and are checked with `verifier`, which was public all along.
create table access_before (
    k bigint not null primary key
  , origin text not null
  , verifier text not null
  , bridge bigint not null
  , unique (origin)
);

-- The text of each policy that entries name by its hash.
create table access_policy (
    hash {blob} not null primary key
  , body text not null
);

-- Days whose tags have a root in the log, at `idx`. `edge` is the right edge of the tree after the day's last entry: the
-- next day is read from there, so the row is bound by a MAC.
create table access_day (
    day bigint not null primary key
  , idx bigint not null
  , tags bigint not null
  , edge {blob} not null
  , binding_mac {blob} not null
);

-- The tags of a rooted day in ascending order, so many to a row, and the tree's nodes over whole rows.
create table access_day_tags (
    day bigint not null
  , part bigint not null
  , first {blob} not null
  , tags {blob} not null
  , primary key (day, part)
);

create table access_day_node (
    day bigint not null
  , level bigint not null
  , idx bigint not null
  , hash {blob} not null
  , primary key (day, level, idx)
);
