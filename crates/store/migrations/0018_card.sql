-- The printed card: one a person, found by the reference id. The code is kept as a MAC over person, `number` and `made_at` only;
-- ending a card, or making the next, writes over it. `number` counts a person's cards and names one in the list of accesses.
-- `before_mac` is over the code of the card that was shown for this one, and who made it: the same shown again to the same
-- member of staff within the hour makes another, since the answer with this one's code may have been lost on the way.
create table card (
    household text not null
  , person text not null
  , number bigint not null
  , code_mac {blob} not null
  , made_at bigint not null
  , ended_at bigint
  , before_mac {blob}
  , primary key (household, person)
);

-- Wrong codes typed with a reference id on a day, whether or not it names anybody. Sites and pages are counted apart, so that
-- no stranger at home closes a card at the site.
create table card_try (
    reference_ix {blob} not null
  , place text not null
  , day bigint not null
  , key_epoch bigint not null
  , n bigint not null
  , primary key (reference_ix, place, day)
);

-- Somebody who was registered at a desk: by whom, and without a document why and through whom, is sealed under the person's
-- identity key. `binding_mac` is over all of it, so that nobody makes a registration younger, or another centre's.
create table desk_registration (
    household text not null
  , person text not null
  , centre bigint not null
  , sealed {blob} not null
  , binding_mac {blob} not null
  , registered_at bigint not null
  , primary key (household, person)
);

-- One of two who say that a registration at the desk was a mistake. `binding_mac` is over who and when.
create table withdrawal (
    household text not null
  , person text not null
  , centre bigint not null
  , staff text not null
  , role text not null
  , binding_mac {blob} not null
  , asked_at bigint not null
  , primary key (household, person)
);
create index withdrawal_asked on withdrawal (asked_at);

-- For how many people without a document one facilitator spoke at a centre on a day, for the district to look at. The document
-- of the facilitator is kept by its keyed index only.
create table facilitator_count (
    district bigint not null
  , day bigint not null
  , centre bigint not null
  , facilitator_ix {blob} not null
  , key_epoch bigint not null
  , n bigint not null
  , primary key (district, day, centre, facilitator_ix)
);
create index facilitator_count_day on facilitator_count (day);

-- Numbers that staff named as their own, by keyed index only: nobody is registered with one at a desk.
create table staff_mobile (
    mobile_ix {blob} not null
  , staff text not null
  , key_epoch bigint not null
  , binding_mac {blob} not null
  , primary key (mobile_ix, staff)
);
create index staff_mobile_staff on staff_mobile (staff);
