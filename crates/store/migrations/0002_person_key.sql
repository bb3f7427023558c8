-- One row a subject: the random keys of a person (one per field group, one for log tags) or, with only `contact`, of a
-- household's mobile number; each wrapped by the sealing key. Erasure deletes the row. Backups keep this table apart.
-- `tags_since`: the days from which the person's view key is another, counted since 1970, a space between; `tags` is bound
-- to them.
create table person_key (
    household text not null
  , subject text not null
  , identity {blob}
  , contact {blob}
  , clinical {blob}
  , tags {blob}
  , tags_since text
  , created_at bigint not null
  , primary key (household, subject)
);
