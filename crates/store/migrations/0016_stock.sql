-- Stock at a centre: a double-entry ledger of doses. `seq` counts a centre's entries; whoever adds one locks this row first.
-- `kept_since` is when it first received anything: before, its doses are counted as untracked and nothing is objected to.
create table stock_head (
    centre bigint not null primary key
  , seq bigint not null
  , kept_since bigint
);

-- A batch as a centre received it first.
create table stock_batch (
    centre bigint not null
  , vaccine text not null
  , batch text not null
  , expires_on bigint not null
  , doses_per_vial bigint not null
  , received_at bigint not null
  , primary key (centre, vaccine, batch)
);

-- Append-only: `n` doses of a batch from one account to another. What is wrong is undone by a later entry. Of a dose that was
-- given, `at` is the hour only: which entry is whose dose is not told by the two times. `staff` is who entered it by hand,
-- `note`, sealed, what they said.
create table stock_entry (
    centre bigint not null
  , seq bigint not null
  , day bigint not null
  , vaccine text not null
  , batch text not null
  , source text not null
  , target text not null
  , n bigint not null
  , vial bigint
  , staff text
  , note {blob}
  , at bigint not null
  , primary key (centre, seq)
);
create index stock_entry_day on stock_entry (centre, day);
create index stock_entry_batch on stock_entry (centre, vaccine, batch, seq);

-- The sums of the entries, kept in the same transactions.
create table stock_balance (
    centre bigint not null
  , vaccine text not null
  , batch text not null
  , account text not null
  , n bigint not null
  , primary key (centre, vaccine, batch, account)
);

-- Vials that were opened, and how many doses are left in each.
create table stock_vial (
    centre bigint not null
  , vaccine text not null
  , batch text not null
  , vial bigint not null
  , opened_at bigint not null
  , doses_left bigint not null
  , primary key (centre, vaccine, batch, vial)
);

-- Which dose took from which vial, once; none for one that the ledger had not. The event is keyed: a dump does not say whose
-- dose was of which batch. A dose given before the opening on record moved that, from `opening_before` to `opening`.
create table stock_dose (
    centre bigint not null
  , event_mac {blob} not null
  , vaccine text not null
  , batch text not null
  , vial bigint
  , opening_before bigint
  , opening bigint
  , taken_back_at bigint
  , primary key (centre, event_mac)
);

-- What was counted, and what the ledger had then. Where they differ, an entry has the variance.
create table stock_count (
    centre bigint not null
  , day bigint not null
  , vaccine text not null
  , batch text not null
  , number bigint not null
  , counted bigint not null
  , expected bigint not null
  , counted_at bigint not null
  , primary key (centre, day, vaccine, batch, number)
);

-- Forms that were sent, so that one sent twice is done once.
create table stock_post (
    centre bigint not null
  , post_mac {blob} not null
  , posted_at bigint not null
  , primary key (centre, post_mac)
);

-- Batches that no centre may use from a day on, as they were made known.
create table stock_recall (
    vaccine text not null
  , batch text not null
  , since bigint not null
  , reason text not null
  , recalled_at bigint not null
  , lifted_at bigint
  , primary key (vaccine, batch)
);
