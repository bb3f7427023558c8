-- Doses typed while no record could be opened, until they are matched with their persons. `number` counts a centre's day;
-- `typed_mac` is over all that was typed, so that a repeated post is the same held dose. Who it was given to is sealed, and
-- blanked once it is recorded. `trouble` is why it needs somebody's attention.
create table held_dose (
    centre bigint not null
  , day bigint not null
  , number bigint not null
  , staff text not null
  , vaccine text not null
  , typed_mac {blob} not null
  , sealed {blob} not null
  , state text not null
  , trouble text
  , held_at bigint not null
  , settled_at bigint
  , primary key (centre, day, number)
  , unique (centre, day, typed_mac)
);
create index held_dose_state on held_dose (state, held_at);
