-- Messages to send: number and message sealed together, blanked when delivered or given up.
create table outbox (
    id text not null primary key
  , sealed {blob}
  , state text not null
  , attempts bigint not null
  , next_attempt_at bigint not null
  , expires_at bigint not null
  , queued_at bigint not null
  , done_at bigint
);
create index outbox_due on outbox (state, next_attempt_at);
