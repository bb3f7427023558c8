-- Places, not people: names and locations of vaccination centres are public. Hours are minutes since midnight; a centre
-- that closes after midnight closes at a smaller number than it opens.
create table centre (
    id bigint not null primary key
  , name text not null
  , location text not null
  , district bigint not null
  , block text not null
  , pincode bigint not null
  , latitude_micro bigint not null
  , longitude_micro bigint not null
  , opens bigint not null
  , closes bigint not null
  , kind text not null
  , updated_at bigint not null
);

create table centre_fee (
    centre bigint not null
  , vaccine text not null
  , rupees bigint not null
  , primary key (centre, vaccine)
);
