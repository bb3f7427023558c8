-- Doses typed while no record could be opened, or without a line, or from paper, until they are matched with their persons.
-- `day` is the day on which it was given, `late` how many days after it was typed in; `number` counts a centre's day.
-- `typed_mac` is over what was given and by whom, or over the name that a phone gave its request, so that a repeated post is
-- the same held dose. Who it was given to is sealed, with who typed it and when, and blanked once it is recorded. `source` is
-- where it was typed, `clock_off` how many seconds the clock of a phone was ahead, both as they are sealed. From `due_at` on a
-- node may take it, and has it until the instant that it puts there; `attempts` counts. `trouble` is why it needs somebody's
-- attention; `approval`, sealed, who else vouched for what was entered late; and `dismissal`, sealed, who of the centre took
-- it from the list and why. `holder_mac` is over who was registered with it, by which they find it again by its number; by
-- chance for everybody else.
create table held_dose (
    centre bigint not null
  , day bigint not null
  , number bigint not null
  , staff text not null
  , vaccine text not null
  , source text not null
  , late bigint not null
  , clock_off bigint not null
  , typed_mac {blob} not null
  , sealed {blob} not null
  , holder_mac {blob} not null
  , state text not null
  , trouble text
  , approval {blob}
  , dismissal {blob}
  , attempts bigint not null
  , held_at bigint not null
  , due_at bigint not null
  , settled_at bigint
  , primary key (centre, day, number)
  , unique (centre, typed_mac)
);
create index held_dose_due on held_dose (state, due_at);
create index held_dose_settled on held_dose (settled_at);
