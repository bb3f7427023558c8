-- A centre's day: the last token that was given out, and the number of the last event. Whoever adds one locks this row first.
create table visit_day (
    centre bigint not null
  , day bigint not null
  , tokens bigint not null
  , events bigint not null
  , primary key (centre, day)
);

-- Where somebody's visit stands. `since` is when it came there; of somebody under observation, when the dose was given.
create table visit (
    centre bigint not null
  , day bigint not null
  , session text not null
  , appointment text not null
  , person text not null
  , token bigint
  , state text not null
  , since bigint not null
  , undone bigint not null
  , primary key (centre, day, session, appointment, person)
);
create index visit_old on visit (day);

-- What happened to visits. Added to and never changed. `staff` is the code of who did it; empty for what happened by itself.
create table visit_event (
    centre bigint not null
  , day bigint not null
  , number bigint not null
  , session text not null
  , appointment text not null
  , person text not null
  , act text not null
  , token bigint
  , staff text not null
  , at bigint not null
  , primary key (centre, day, number)
);
create index visit_event_old on visit_event (day);

-- What a manager did with the day: closed it, opened it again, changed a session, released seats, offered doses that were left.
-- `n` counts what it was about; `note`, sealed, is why. Added to and never changed.
create table day_event (
    centre bigint not null
  , day bigint not null
  , number bigint not null
  , kind text not null
  , session text
  , n bigint not null
  , staff text not null
  , note {blob}
  , at bigint not null
  , primary key (centre, day, number)
);

-- The figures with which a day was closed, by the event: how many of what.
create table day_figure (
    centre bigint not null
  , day bigint not null
  , number bigint not null
  , what text not null
  , vaccine text not null
  , batch text not null
  , n bigint not null
  , primary key (centre, day, number, what, vaccine, batch)
);
