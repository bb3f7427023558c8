-- Medical events, append-only: corrected or voided by a later event that names them, never edited. What was given, where
-- and why is sealed under the person's clinical key; in clear is what keeps the ledger of doses. `seq` orders a person's
-- events, and lets only one of two writers at once go on. An event that corrects or voids another names it, and `root` is the
-- first of such a chain; `change`, sealed like the rest, is who changed it and why. `binding_mac` is over all that stands in
-- clear: who can write the database alone makes no dose stand or fall.
create table dose (
    household text not null
  , person text not null
  , id text not null
  , seq bigint not null
  , dose bigint not null
  , session text not null
  , kind text not null
  , supersedes text
  , root text not null
  , sealed {blob} not null
  , change {blob}
  , binding_mac {blob} not null
  , recorded_at bigint not null
  , primary key (household, person, id)
  , unique (household, person, seq)
  , unique (household, person, supersedes)
);

create index dose_session on dose (session, recorded_at);

-- Doses given at a session from each batch: what a report or a recall needs without opening anybody.
create table dose_count (
    session text not null
  , vaccine text not null
  , batch text not null
  , dose bigint not null
  , n bigint not null
  , primary key (session, vaccine, batch, dose)
);

-- Doses recorded on a day in a district by gender, and again by age group, for the public report. Coarse on purpose: no cell
-- joins the two, or either with a dose, a vaccine or a centre, and what is published of each row is rounded.
create table dose_tally (
    district bigint not null
  , day bigint not null
  , cell text not null
  , n bigint not null
  , primary key (district, day, cell)
);

-- The signed certificate of one dose event, sealed under the person's clinical key.
create table certificate (
    household text not null
  , person text not null
  , event text not null
  , dose bigint not null
  , sealed {blob} not null
  , issued_at bigint not null
  , primary key (household, person, event)
);

-- Certificate ids are found, and kept unique, by their blind index only. `binding_mac` says of which dose event each is, for
-- whoever asks whether it still stands.
create table certificate_index (
    certificate_ix {blob} not null primary key
  , key_epoch bigint not null
  , household text not null
  , person text not null
  , event text not null
  , binding_mac {blob} not null
);
create index certificate_index_epoch on certificate_index (key_epoch);
