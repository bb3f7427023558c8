-- Devices that several members of staff of a centre work on. The cookie's token is kept as a keyed index, the name that the
-- manager gave is sealed. An ended device keeps its row: entries of the access log name it. `binding_mac` is over all but
-- the name, which is sealed to its row.
create table site_device (
    id text not null primary key
  , token_ix {blob} not null
  , centre bigint not null
  , name {blob} not null
  , enrolled_by text not null
  , enrolled_at bigint not null
  , ended_by text
  , ended_at bigint
  , binding_mac {blob} not null
);
create unique index site_device_token on site_device (token_ix);
create index site_device_centre on site_device (centre);

-- A code that enrols a device, once, kept as a MAC. `device` is what the device will be called by.
create table site_device_code (
    code_mac {blob} not null primary key
  , device text not null
  , centre bigint not null
  , name {blob} not null
  , made_by text not null
  , expires_at bigint not null
  , used_at bigint
  , binding_mac {blob} not null
);
create index site_device_code_expires on site_device_code (expires_at);

-- Who did password and second factor on a device today, and may take it over by PIN until the shift ends. `misses` counts
-- wrong PINs since the last right one, and is bound by the MAC with the rest.
create table site_shift (
    device text not null
  , staff text not null
  , started_at bigint not null
  , ends_at bigint not null
  , misses bigint not null
  , binding_mac {blob} not null
  , primary key (device, staff)
);
create index site_shift_staff on site_shift (staff);
create index site_shift_ends on site_shift (ends_at);

-- A form that was half filled in when the device locked and somebody else took it over: sealed for who typed it.
create table parked_form (
    device text not null
  , staff text not null
  , sealed {blob} not null
  , parked_at bigint not null
  , primary key (device, staff)
);
create index parked_form_parked on parked_form (parked_at);

-- The hash is over a keyed hash of the PIN, as of a password.
create table staff_pin (
    staff text not null primary key
  , pin_hash text not null
  , set_at bigint not null
  , binding_mac {blob} not null
);

-- One row for each printed code, kept as a MAC over whose it is, on which sheet, which of it, and until when.
create table staff_sheet (
    staff text not null
  , sheet text not null
  , number bigint not null
  , code_mac {blob} not null
  , printed_at bigint not null
  , expires_at bigint not null
  , used_at bigint
  , primary key (staff, sheet, number)
);
create index staff_sheet_expires on staff_sheet (expires_at);

-- A lost second factor: the site manager asks, the district's admin decides. The reason is sealed; the MAC is over
-- everything, the state included.
create table factor_request (
    district bigint not null
  , id text not null
  , centre bigint not null
  , staff text not null
  , asked_by text not null
  , reason {blob} not null
  , asked_at bigint not null
  , state text not null
  , decided_by text
  , decided_at bigint
  , binding_mac {blob} not null
  , primary key (district, id)
);
create index factor_request_staff on factor_request (staff);
create index factor_request_asked on factor_request (asked_at);

-- What happened to all of these: added to, never changed. `other_centre` and `other_at` say where else a login of the same
-- account still went on, and when it was last used. `binding_mac` is over the row.
create table staff_event (
    district bigint not null
  , id text not null
  , centre bigint not null
  , at bigint not null
  , kind text not null
  , staff text not null
  , by_staff text not null
  , device text not null
  , other_centre bigint
  , other_at bigint
  , binding_mac {blob} not null
  , primary key (district, id)
);
create index staff_event_at on staff_event (at);
create index staff_event_centre on staff_event (district, centre, at);
create index staff_event_other on staff_event (district, other_centre, at);
