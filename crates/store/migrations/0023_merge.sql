-- Two records that two people found to be one person's, as they hold now: one row for each end, kept with its household. Nothing
-- of either record is rewritten. `binding_mac` is over the whole row: who can write the database alone joins nobody, and a row
-- without the one of its other end is an alarm.
create table merge_link (
    household text not null
  , person text not null
  , other_household text not null
  , other_person text not null
  , joined_at bigint not null
  , binding_mac {blob} not null
  , primary key (household, person, other_household, other_person)
);

-- What became of such links, append-only and at each end: who proposed it, who agreed, and why, sealed under the person's
-- identity key. An end also says that the other was deleted: nobody proposed that, so both codes are empty.
create table merge_event (
    household text not null
  , person text not null
  , id text not null
  , act text not null
  , staff_code text not null
  , agreed_code text not null
  , sealed {blob} not null
  , binding_mac {blob} not null
  , recorded_at bigint not null
  , primary key (household, person, id)
);

-- Merges and un-merges that wait for a second person of the centre, and what became of them. Why is sealed under the first
-- person's identity key; `binding_mac` is over who is to be joined or parted, on whose word and when, so that nobody agrees to
-- what nobody proposed. `request_mac` tells a repeated post while it waits.
create table merge (
    centre bigint not null
  , id text not null
  , household text not null
  , person text not null
  , other_household text not null
  , other_person text not null
  , act text not null
  , staff text not null
  , staff_code text not null
  , staff_role text not null
  , request_mac {blob} not null
  , sealed {blob} not null
  , binding_mac {blob} not null
  , state text not null
  , proposed_at bigint not null
  , decided_by text
  , decided_at bigint
  , primary key (centre, id)
  , unique (centre, request_mac)
);
create index merge_state on merge (centre, state, proposed_at);
create index merge_proposed on merge (proposed_at);
