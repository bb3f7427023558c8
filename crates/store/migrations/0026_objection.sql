-- "This was not right": what a person objects to in one entry of their list of accesses (`seq` 0), and the answer (1), sealed
-- under a key of the person and padded. One objection an entry: `idx` is where the entry is in the log.
create table objection (
    household text not null
  , person text not null
  , idx bigint not null
  , seq bigint not null
  , sealed {blob} not null
  , made_at bigint not null
  , primary key (household, person, idx, seq)
);

-- A district's list of objections: what its clock and the right to open one of them are decided by. No word of either
-- side. District 0 is of entries that no other officer of their own district could answer: every district sees them.
-- `against_mac` is over the id and the staff code of whoever looked, empty for partners and jobs: nobody answers an objection
-- to themselves, and no dump tells who looked at whom or who complained of whom. `binding_mac` is over the whole row: who can
-- write the database points no objection at another person, stops no clock, and lets nobody answer for themselves.
create table objection_case (
    district bigint not null
  , id text not null
  , household text not null
  , person text not null
  , idx bigint not null
  , against_mac {blob} not null
  , made_at bigint not null
  , answered_at bigint
  , binding_mac {blob} not null
  , primary key (district, id)
);
create index objection_case_made on objection_case (district, made_at);
create index objection_case_person on objection_case (household, person);
