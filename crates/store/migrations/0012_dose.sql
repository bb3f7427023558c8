-- Medical events, append-only. The clinical facts are sealed; in clear is what keeps the ledger of doses.
create table dose (
    household text not null
  , person text not null
  , id text not null
  , seq bigint not null
  , dose text not null
  , session text not null
  , kind text not null
  , supersedes text
  , sealed {blob} not null
  , recorded_at bigint not null
  , primary key (household, person, id)
);

create table dose_count (
    session text not null
  , vaccine text not null
  , batch text not null
  , dose text not null
  , n bigint not null
  , primary key (session, vaccine, batch, dose)
);

create table certificate (
    household text not null
  , person text not null
  , dose text not null
  , certificate_ix {blob} not null
  , sealed {blob} not null
  , state text not null
  , issued_at bigint not null
  , primary key (household, person, dose)
);
