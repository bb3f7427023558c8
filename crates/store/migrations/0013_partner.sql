create table partner (
    id text not null primary key
  , number bigint not null
  , name text not null
  , kind text not null
  , centre bigint not null
  , key_mac {blob} not null
  , state text not null
  , created_at bigint not null
);
create unique index partner_key on partner (key_mac);
