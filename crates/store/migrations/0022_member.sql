-- Which phone sees a person, once it is no longer that under which the person's rows are kept: those are never rewritten.
-- Without a row here a person is seen by the household that keeps them. `holder` is the household that sees them instead, none
-- while nobody does; `former` is the household whose number fell silent, from which a second proof brings them back.
-- `binding_mac` is over all of it but the tries, which count wrong second proofs for good.
create table departure (
    household text not null
  , person text not null
  , holder text
  , former text
  , since bigint not null
  , proof_tries bigint not null
  , binding_mac {blob} not null
  , primary key (household, person)
);

-- Whom a household may hold beside those that it keeps: a list of where to look, by holder. It decides nothing, `departure`
-- does; so a row that somebody adds here shows nobody.
create table member (
    holder text not null
  , household text not null
  , person text not null
  , since bigint not null
  , primary key (holder, household, person)
);
