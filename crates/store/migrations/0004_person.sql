-- A beneficiary. Every fact is sealed under the person's own keys, field by field, so that an access entry opens just
-- the fields it names. There is no column for an address, for an adult's birth date or for a whole document number.
-- With `pin_hash` (Argon2id over a keyed hash) the person is private: what the phone shows of them opens with the PIN only.
-- `privacy_mac` is a MAC over person and hash, also where there is none, so that who can write the database makes nobody
-- private and, above all, nobody open again.
-- The day on which a birth date is erased would tell it, so there is only a keyed index of that day.
create table person (
    household text not null
  , id text not null
  , name {blob} not null
  , birth_year {blob} not null
  , birth_date {blob}
  , birth_date_erase_ix {blob}
  , gender {blob} not null
  , document_type {blob} not null
  , document_last_four {blob} not null
  , reference_id {blob} not null
  , comorbidity {blob} not null
  , document_state text not null
  , guardian {blob} not null
  , pin_hash text
  , privacy_mac {blob} not null
  , consent_version text not null
  , created_at bigint not null
  , updated_at bigint not null
  , primary key (household, id)
);

create index person_erasure on person (birth_date_erase_ix);

-- `binding_mac` is a MAC over document, household and person, so that who can write the database points no document at
-- another person. `registered_at` is later than that of whoever registered the document before.
create table document_index (
    document_ix {blob} not null
  , person text not null
  , key_epoch bigint not null
  , household text not null
  , binding_mac {blob} not null
  , registered_at bigint not null
  , primary key (document_ix, person)
);
create index document_index_epoch on document_index (key_epoch);
create index document_index_person on document_index (household, person);

-- How many have registered a document. Its row is what two registrations of one document at once wait for.
create table document_count (
    document_ix {blob} not null primary key
  , key_epoch bigint not null
  , n bigint not null
);
create index document_count_epoch on document_count (key_epoch);

-- `binding_mac` as in document_index.
create table reference_index (
    reference_ix {blob} not null primary key
  , key_epoch bigint not null
  , household text not null
  , person text not null
  , binding_mac {blob} not null
);
create index reference_index_epoch on reference_index (key_epoch);
create index reference_index_person on reference_index (household, person);

-- Numbers for reference ids are handed out in blocks, so that nodes do not queue for each one.
create table reference_block (
    name text not null primary key
  , next bigint not null
);

-- Registrations of a household on one day, counted alike for documents known and unknown.
create table registration_count (
    household text not null
  , day bigint not null
  , n bigint not null
  , primary key (household, day)
);
