-- Messages to send: template, language and parameters sealed together with the number, blanked after delivery.
create table outbox (
    id text not null primary key
  , sealed {blob}
  , state text not null
  , attempts bigint not null
  , next_attempt_at bigint not null
  , queued_at bigint not null
  , done_at bigint
);
create index outbox_due on outbox (state, next_attempt_at);
