-- Records opened to correct a dose, on what and by whom; good for half an hour. `sealed`, under the person's identity key, is
-- why without evidence, if it was. `binding_mac` is over the whole row: whoever can write the database alone opens nobody.
create table correction_visit (
    centre bigint not null
  , id text not null
  , household text not null
  , person text not null
  , staff text not null
  , basis text not null
  , sealed {blob} not null
  , binding_mac {blob} not null
  , opened_at bigint not null
  , primary key (centre, id)
);
create index correction_visit_opened on correction_visit (opened_at);

-- Changes of doses that wait for a second person of the centre, and what became of them. What is to change and why, and why
-- it was decided so, is sealed under the person's clinical key. `request_mac` tells a repeated post; `binding_mac` is over
-- whose dose it is, who proposed what, and when: a proposal that nobody made cannot be approved. The code of who proposed it
-- is in clear, as on certificates.
create table correction (
    centre bigint not null
  , id text not null
  , household text not null
  , person text not null
  , event text not null
  , to_household text
  , to_person text
  , change text not null
  , basis text not null
  , to_basis text
  , staff text not null
  , staff_code text not null
  , staff_role text not null
  , request_mac {blob} not null
  , sealed {blob} not null
  , binding_mac {blob} not null
  , state text not null
  , proposed_at bigint not null
  , decided_by text
  , decision {blob}
  , decided_at bigint
  , primary key (centre, id)
  , unique (centre, request_mac)
);
create index correction_state on correction (centre, state, proposed_at);
create index correction_proposed on correction (proposed_at);
create index correction_to on correction (to_household, to_person) where to_household is not null;
