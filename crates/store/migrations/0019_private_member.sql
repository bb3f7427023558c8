-- A code printed at a site with which a person chooses their PIN at home; kept as a MAC over whom it is for, the code and the
-- end, one a person. Whether somebody is private, and the PIN's hash, stand in person.
create table private_code (
    household text not null
  , person text not null
  , code_mac {blob} not null
  , expires_at bigint not null
  , primary key (household, person)
);
create index private_code_expires on private_code (expires_at);

-- Wrong PINs and codes of one day. The person is told when they open their record.
create table private_try (
    household text not null
  , person text not null
  , day bigint not null
  , n bigint not null
  , primary key (household, person, day)
);
create index private_try_day on private_try (day);

-- Private members whom a login has opened with their PIN, until when. `opening_mac` is over all of it, so that who can write
-- the database opens nobody.
create table private_opening (
    household text not null
  , person text not null
  , login text not null
  , until_at bigint not null
  , opening_mac {blob} not null
  , primary key (household, person, login)
);
create index private_opening_until on private_opening (until_at);
