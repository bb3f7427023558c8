-- Staff: the code is in clear (it is printed on certificates and access lists), name and TOTP seed are sealed. `centre` is
-- 0 for those of a district. An account that has ended keeps its row, so that its code names nobody else; `ended_by` is
-- the code of whoever ended it, or empty for who runs the server. The password hash is over a keyed hash of the password,
-- so that a dump alone tests no guess. `binding_mac` is over id, code, role, place and state: nobody is given another by
-- whoever can write the database alone.
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
  , state text not null
  , binding_mac {blob} not null
  , created_at bigint not null
  , ended_at bigint
  , ended_by text
);
create unique index staff_code on staff (code);
create index staff_centre on staff (centre);

-- Invitations: the link's token is kept as a MAC only. Each of the `shown` times that it was opened showed another second
-- factor, and the last is the one that counts. `binding_mac` says whom the link is for, and until when.
create table staff_link (
    token_mac {blob} not null primary key
  , staff text not null
  , binding_mac {blob} not null
  , shown bigint not null
  , expires_at bigint not null
  , used_at bigint
);

-- `binding_mac` says whose login it is, since when, at which centre, and on which shared device, if any. `locked_at` is
-- when a shared device was locked by hand; an idle one is locked without it.
create table staff_login (
    token_ix {blob} not null primary key
  , login text not null
  , staff text not null
  , centre bigint not null
  , device text
  , binding_mac {blob} not null
  , created_at bigint not null
  , last_seen_at bigint not null
  , locked_at bigint
  , ended_at bigint
);
create index staff_login_staff on staff_login (staff);
create index staff_login_device on staff_login (device);
create index staff_login_centre on staff_login (centre, created_at);

-- A device from which a member of staff has logged in before keeps tries of its own. `device_ix` is over staff code and
-- device together.
create table staff_device (
    device_ix {blob} not null primary key
  , staff text not null
  , first_login_at bigint not null
  , last_login_at bigint not null
);
create index staff_device_staff on staff_device (staff);
create index staff_device_last_login on staff_device (last_login_at);

create table roster (
    centre bigint not null
  , day bigint not null
  , staff text not null
  , primary key (centre, day, staff)
);
create index roster_staff on roster (staff, day);

-- What a member of staff may do only so often on one day: openings without evidence, documents that match nobody, codes
-- sent to people.
create table evidence_count (
    staff text not null
  , day bigint not null
  , kind text not null
  , n bigint not null
  , primary key (staff, day, kind)
);

-- A code sent to the person's own mobile while they stand at the site; kept as a MAC over whom and whose table it is for,
-- and until when.
create table visit_code (
    session text not null
  , txn text not null
  , appointment text not null
  , person text not null
  , staff text not null
  , code_mac {blob} not null
  , expires_at bigint not null
  , guesses bigint not null
  , used_at bigint
  , primary key (session, txn)
);
create index visit_code_expires on visit_code (expires_at);

-- A record opened on evidence: within it the page can be shown again, each time with a new access entry, and one dose can
-- be recorded, whatever became of the appointment meanwhile: what was booked stands here. `reason` is why there was no
-- evidence, sealed under the person's identity key. `binding_mac` is over all that was written when it was opened: evidence
-- that nobody gave cannot be written by whoever has the database alone. `event` and `request_mac` remember what was recorded, so that a
-- repeated post does nothing twice.
create table encounter (
    session text not null
  , id text not null
  , appointment text not null
  , person text not null
  , household text not null
  , staff text not null
  , dose bigint not null
  , booked_on bigint not null
  , basis text not null
  , reason {blob}
  , binding_mac {blob} not null
  , document_misses bigint not null
  , opened_at bigint not null
  , closed_at bigint
  , event text
  , request_mac {blob}
  , primary key (session, id)
);
create index encounter_person on encounter (person, session);
create index encounter_opened on encounter (opened_at);
