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
