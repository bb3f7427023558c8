-- Records that were opened without evidence, for the district to look at: by whom, where, in which hour and why, and not
-- whose. The reason is sealed, also from who reads the database. `binding_mac` is over the row: nobody points an opening at
-- another member of staff.
create table opening (
    district bigint not null
  , id text not null
  , centre bigint not null
  , day bigint not null
  , hour bigint not null
  , kind text not null
  , staff text not null
  , reason {blob} not null
  , binding_mac {blob} not null
  , primary key (district, id)
);
create index opening_day on opening (day);
create index opening_district on opening (district, day);

-- What a district asked a centre about an opening, or about anything else of its day, and what became of it: added to, never
-- changed. `seq` lets only one of two writers at once go on; the words are sealed; `binding_mac` is over the row.
create table review (
    district bigint not null
  , matter text not null
  , seq bigint not null
  , centre bigint not null
  , topic text not null
  , act text not null
  , by_staff text not null
  , word {blob} not null
  , at bigint not null
  , binding_mac {blob} not null
  , primary key (district, matter, seq)
);
create index review_district on review (district, at);
create index review_at on review (at);

-- How many doses a block of a district is to give on a day.
create table target (
    district bigint not null
  , block text not null
  , day bigint not null
  , n bigint not null
  , set_by text not null
  , set_at bigint not null
  , primary key (district, block, day)
);
create index target_day on target (day);

-- How many doses a shared device says that it keeps and has not sent: what it told last. A count, that decides nothing.
create table unsent (
    device text not null primary key
  , centre bigint not null
  , doses bigint not null
  , told_at bigint not null
);
create index unsent_centre on unsent (centre);
create index unsent_told on unsent (told_at);
