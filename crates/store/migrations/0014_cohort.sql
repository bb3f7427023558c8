-- Bulk lists of health care workers, front-line workers and travellers. A row is no person: a keyed index over a number's
-- own index and a year of birth, the group, and the last day on which it counts. It opens nothing, and without the keys
-- it names nobody.
create table cohort (
    cohort_ix {blob} not null
  , member_group text not null
  , key_epoch bigint not null
  , valid_until bigint
  , imported_at bigint not null
  , primary key (cohort_ix, member_group)
);

-- What counts no longer, for those who delete it.
create index cohort_valid_until on cohort (valid_until);

-- The index of a household's number, without opening the number.
create index mobile_index_household on mobile_index (household);
