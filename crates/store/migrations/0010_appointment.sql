-- One row a member of a booking, kept with its session. The code is kept as a MAC for the check at the site; what the
-- slip shows is sealed in `claim`.
create table appointment (
    session text not null
  , id text not null
  , person text not null
  , household text not null
  , slot bigint not null
  , dose bigint not null
  , quota text not null
  , state text not null
  , queue bigint not null
  , code_mac {blob} not null
  , code_tries bigint not null
  , booked_at bigint not null
  , changed_at bigint not null
  , primary key (session, id, person)
);

-- At most one live appointment per person and dose; kept with the household. A claim whose slot has ended without a
-- dose gives way to the next booking.
create table claim (
    household text not null
  , person text not null
  , dose bigint not null
  , appointment text not null
  , session text not null
  , slot bigint not null
  , queue bigint not null
  , code {blob} not null
  , booked_on bigint not null
  , ends_at bigint not null
  , state text not null
  , primary key (household, person, dose)
);

-- What was answered to a request that carried an idempotency key, so that its repetition is answered alike.
create table idempotency (
    household text not null
  , key_ix {blob} not null
  , request_mac {blob} not null
  , sealed {blob} not null
  , created_at bigint not null
  , primary key (household, key_ix)
);
create index idempotency_created on idempotency (created_at);
