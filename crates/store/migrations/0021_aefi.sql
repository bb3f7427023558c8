-- Adverse events after a dose (AEFI), append-only: each form, number, investigation and classification is one event of a
-- case, corrected by a later one. All of it is sealed under the person's clinical key and padded. `seq` orders a case's
-- events and lets only one of two writers at once go on; `request_mac` tells a form that was sent twice.
create table aefi (
    household text not null
  , person text not null
  , id text not null
  , seq bigint not null
  , sealed {blob} not null
  , request_mac {blob} not null
  , recorded_at bigint not null
  , primary key (household, person, id, seq)
  , unique (household, person, request_mac)
);

-- A district's list of cases: what its clocks and the right to open one case are decided by, and coarse on purpose. No
-- symptom, no outcome, no word of a form, and not what made an event serious. `since` is from when the clocks run, `due_at`
-- when what the stage waits for has to be done. `binding_mac` is over the whole row: who can write the database points no
-- case at another person, and stops no clock.
create table aefi_case (
    district bigint not null
  , id text not null
  , centre bigint not null
  , household text not null
  , person text not null
  , reported_by text not null
  , seriousness text
  , stage text not null
  , year bigint
  , number bigint
  , version bigint not null
  , reported_at bigint not null
  , since bigint not null
  , due_at bigint
  , binding_mac {blob} not null
  , primary key (district, id)
);
create index aefi_case_stage on aefi_case (district, stage, due_at);
create index aefi_case_centre on aefi_case (centre, reported_at);

-- The last number that was given to a case, by district and year.
create table aefi_number (
    district bigint not null
  , year bigint not null
  , last bigint not null
  , primary key (district, year)
);

-- Cases by the day on which they were first reported, and classes by the day on which they were first said, for the public
-- report: by district only, and what is published of each row is rounded.
create table aefi_tally (
    district bigint not null
  , day bigint not null
  , cell text not null
  , n bigint not null
  , primary key (district, day, cell)
);

-- How many doses came from one vial at a session, and when the first of them was given: found by a MAC over product, batch
-- and vial, so that others of a case's vial are counted without opening anybody.
create table vial_count (
    session text not null
  , vial_mac {blob} not null
  , n bigint not null
  , first_given_at bigint not null
  , primary key (session, vial_mac)
);
