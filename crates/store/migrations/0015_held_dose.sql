-- Doses typed while no record could be opened, until they are matched with their persons. `number` counts a centre's day;
-- `typed_mac` is over what was given and by whom, so that a repeated post is the same held dose. Who it was given to is sealed,
-- with who typed it and when, and blanked once it is recorded. From `due_at` on a node may take it, and has it until the
-- instant that it puts there; `attempts` counts. `trouble` is why it needs somebody's attention, and `dismissal`, sealed, who
-- of the centre took it from the list and why.
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
  , dismissal {blob}
  , attempts bigint not null
  , held_at bigint not null
  , due_at bigint not null
  , settled_at bigint
  , primary key (centre, day, number)
  , unique (centre, day, typed_mac)
);
create index held_dose_due on held_dose (state, due_at);
create index held_dose_settled on held_dose (settled_at);
