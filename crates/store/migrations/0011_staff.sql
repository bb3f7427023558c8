-- Staff: code in clear (it is printed on certificates and access lists as a role at a site), name and TOTP seed sealed.
create table staff (
    id text not null primary key
  , code text not null
  , name {blob} not null
  , role text not null
  , centre bigint not null
  , district bigint not null
  , password_hash text
  , totp {blob}
  , totp_last_step bigint not null
  , failed_logins bigint not null
  , locked_until bigint not null
  , state text not null
  , created_at bigint not null
);
create unique index staff_code on staff (code);

create table staff_link (
    token_mac {blob} not null primary key
  , staff text not null
  , expires_at bigint not null
  , used_at bigint
);

create table staff_login (
    token_ix {blob} not null primary key
  , staff text not null
  , device_ix {blob} not null
  , created_at bigint not null
  , last_seen_at bigint not null
  , ended_at bigint
);

create table roster (
    centre bigint not null
  , day bigint not null
  , staff text not null
  , primary key (centre, day, staff)
);

-- Openings without evidence: at most five a staff member and shift, each with a reason.
create table evidence_exception (
    staff text not null
  , day bigint not null
  , n bigint not null
  , primary key (staff, day)
);

-- A record opened on evidence: what lets the dose page be shown again and the dose be recorded within the encounter.
create table encounter (
    session text not null
  , appointment text not null
  , person text not null
  , household text not null
  , staff text not null
  , basis text not null
  , opened_at bigint not null
  , closed_at bigint
  , primary key (session, appointment, person)
);
