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

-- `proved_on` is the day on which somebody last proved the number by a one-time password; long after it the password opens
-- nothing by itself, and `former` is then the household that the number had before. `binding_mac` is a MAC over all of it, so
-- that who can write the database points no number at another household and wakes none that fell silent.
create table mobile_index (
    mobile_ix {blob} not null primary key
  , key_epoch bigint not null
  , household text not null
  , proved_on bigint not null
  , former text
  , binding_mac {blob} not null
);
create index mobile_index_epoch on mobile_index (key_epoch);
create index mobile_index_former on mobile_index (former) where former is not null;
