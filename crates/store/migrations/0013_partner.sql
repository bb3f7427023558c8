-- White-listed partners. The key is printed once and kept as a MAC; `centre` is 0 unless the key is bound to one.
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
create unique index partner_number on partner (number);
