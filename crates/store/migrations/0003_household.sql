-- A mobile number, sealed; it is found through mobile_index only. `unused_since` is when it was made, until somebody is
-- registered in it; with its last member it goes. `language` (en or hi) is that in which its owner last
-- logged in, and in which messages to it are written.
create table household (
    id text not null primary key
  , mobile {blob} not null
  , language text not null
  , unused_since bigint
  , created_at bigint not null
);
create index household_unused on household (unused_since);

-- `binding_mac` is a MAC over number and household, so that who can write the database points no number at another household.
create table mobile_index (
    mobile_ix {blob} not null primary key
  , key_epoch bigint not null
  , household text not null
  , binding_mac {blob} not null
);
