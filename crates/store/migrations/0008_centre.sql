-- Places, not people: names and locations of vaccination centres are public.
create table centre (
    id bigint not null primary key
  , name text not null
  , location text not null
  , district bigint not null
  , block text not null
  , pincode text not null
  , latitude_micro bigint not null
  , longitude_micro bigint not null
  , opens text not null
  , closes text not null
  , kind text not null
  , updated_at bigint not null
);

create table centre_fee (
    centre bigint not null
  , vaccine text not null
  , rupees bigint not null
  , primary key (centre, vaccine)
);
