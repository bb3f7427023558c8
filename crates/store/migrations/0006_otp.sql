-- One request for a one-time password. The code is kept only as a MAC under a key outside the database, bound to txn.
create table otp (
    txn text not null primary key
  , face text not null
  , mobile_ix {blob} not null
  , mobile {blob} not null
  , code_mac {blob} not null
  , partner text not null
  , expires_at bigint not null
  , guesses bigint not null
  , used_at bigint
);

-- Budgets of any kind: at most so many `n` in the window that began at `since`.
create table budget (
    kind text not null
  , subject_ix {blob} not null
  , since bigint not null
  , n bigint not null
  , primary key (kind, subject_ix)
);

-- A device that has logged in for a number before keeps a reserve of its own.
create table known_device (
    mobile_ix {blob} not null
  , device_ix {blob} not null
  , last_login_at bigint not null
  , primary key (mobile_ix, device_ix)
);
