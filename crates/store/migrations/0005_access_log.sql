-- The head: one row an origin. On PostgreSQL its row lock orders the appenders; `edge` is the compact range, enough to
-- go on without reading a leaf again.
create table access_head (
    origin text not null primary key
  , size bigint not null
  , edge {blob} not null
  , checkpoint text not null
  , at bigint not null
);

create table access_leaf (
    origin text not null
  , idx bigint not null
  , leaf {blob} not null
  , primary key (origin, idx)
);

-- What the leaf commits to, sealed under the person's tag key: salt, exact time, site,
-- staff, device, fields, request.
create table access_detail (
    household text not null
  , person text not null
  , day bigint not null
  , i bigint not null
  , idx bigint not null
  , sealed {blob} not null
  , primary key (household, person, day, i)
);

-- How many entries a person has on a day: the next `i` of the subject tag.
create table access_count (
    household text not null
  , person text not null
  , day bigint not null
  , n bigint not null
  , primary key (household, person, day)
);

-- What an operator did to the log itself and why, sealed: salt and detail of a system leaf.
create table access_event (
    origin text not null
  , idx bigint not null
  , sealed {blob} not null
  , primary key (origin, idx)
);

-- Hashes of the published tiles above the leaves: nodes of the tree at the levels 8, 16, 24... Those of level 0 are made
-- from the leaves.
create table access_node (
    origin text not null
  , level bigint not null
  , idx bigint not null
  , hash {blob} not null
  , primary key (origin, level, idx)
);

-- Each head that was published, as it was, numbered from 1 without gaps. What a number says never changes: a MAC binds
-- the row, and the newest is kept outside the database too.
create table access_publication (
    origin text not null
  , n bigint not null
  , size bigint not null
  , at bigint not null
  , note text not null
  , binding_mac {blob} not null
  , primary key (origin, n)
);

-- The text of each policy that entries name by its hash.
create table access_policy (
    hash {blob} not null primary key
  , body text not null
);

-- Days whose tags have a root in the log, at `idx`. `edge` is the right edge of the tree after the day's last entry: the
-- next day is read from there, so the row is bound by a MAC.
create table access_day (
    origin text not null
  , day bigint not null
  , idx bigint not null
  , tags bigint not null
  , edge {blob} not null
  , binding_mac {blob} not null
  , primary key (origin, day)
);

-- The tags of a rooted day in ascending order, so many to a row, and the tree's nodes over whole rows.
create table access_day_tags (
    origin text not null
  , day bigint not null
  , part bigint not null
  , first {blob} not null
  , tags {blob} not null
  , primary key (origin, day, part)
);

create table access_day_node (
    origin text not null
  , day bigint not null
  , level bigint not null
  , idx bigint not null
  , hash {blob} not null
  , primary key (origin, day, level, idx)
);
