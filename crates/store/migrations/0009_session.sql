-- A session: one centre, date, vaccine and age band. `changed_at` rises with every change of it or of its seats, so that
-- a node refreshes its memory by asking for what is newer than what it holds.
create table session (
    id text not null primary key
  , centre bigint not null
  , district bigint not null
  , day bigint not null
  , vaccine text not null
  , min_age bigint not null
  , max_age bigint
  , state text not null
  , changed_at bigint not null
);
create index session_changed on session (changed_at);
create index session_day on session (day);
create index session_district on session (district, day);

-- `slot` counts from 0 within the session; `starts` and `ends` are minutes since midnight of the session's day.
-- `queue` is the last queue number that was given out.
create table session_slot (
    session text not null
  , slot bigint not null
  , starts bigint not null
  , ends bigint not null
  , queue bigint not null
  , primary key (session, slot)
);

-- `planned` is the capacity with which it was published; the day changes `capacity` only.
create table seat (
    session text not null
  , slot bigint not null
  , dose bigint not null
  , quota text not null
  , planned bigint not null
  , capacity bigint not null
  , taken bigint not null
  , primary key (session, slot, dose, quota)
);
