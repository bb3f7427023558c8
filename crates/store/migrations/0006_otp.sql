-- One request for a one-time password. The code is kept only as a MAC under a key outside the database, over txn, face,
-- partner, end and what was typed besides; what was typed to ask for it (the number, and for the status interface a name) is sealed, and blanked on use.
create table otp (
    txn text not null primary key
  , face text not null
  , partner bigint not null
  , typed {blob} not null
  , code_mac {blob} not null
  , expires_at bigint not null
  , guesses bigint not null
  , used_at bigint
);
create index otp_expires on otp (expires_at);

-- Budgets of any kind: `n` were spent in the window that ends at `ends_at`.
create table budget (
    kind text not null
  , subject_ix {blob} not null
  , ends_at bigint not null
  , n bigint not null
  , primary key (kind, subject_ix)
);
create index budget_ends on budget (ends_at);

-- A device that has logged in for a number before keeps a reserve of its own. `device_ix` is over device and number
-- together, so that a dump does not show which numbers share a device; `name` is what the access log calls it, `face` and
-- `partner` the door of its first login, by which people know it again: it decides nothing. Until
-- `confirmed_at` its reads stand apart in the person's list; `confirmed_mac` is over number, device and name, so that who can
-- write the database confirms nobody.
create table known_device (
    mobile_ix {blob} not null
  , device_ix {blob} not null
  , name text not null
  , face text not null
  , partner bigint not null
  , first_login_at bigint not null
  , last_login_at bigint not null
  , confirmed_at bigint
  , confirmed_mac {blob}
  , primary key (mobile_ix, device_ix)
);
create index known_device_last_login on known_device (last_login_at);

-- Logins of citizens' pages that their owners ended; a login is not looked up otherwise. `login` is random, and none of a
-- household's or a device's names.
create table ended_login (
    login text not null primary key
  , ended_at bigint not null
);
create index ended_login_ended on ended_login (ended_at);

-- Households all of whose logins were ended at once, at every door: those that began by `ended_at` are over but the one that
-- `spared` names, and one-time passwords asked for until then log nobody in. `spared` is empty for none.
create table ended_household (
    household text not null primary key
  , ended_at bigint not null
  , spared text not null
);
create index ended_household_ended on ended_household (ended_at);
