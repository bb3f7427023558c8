//! Becoming private at a site: the person is at the table with their document, within an open encounter.

use pramaan_domain::access::{Basis, Field, FieldSet};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::guardian::Minority;
use pramaan_domain::private_member::{PrivatePin, SettingCode};
use pramaan_domain::time::Timestamp;
use pramaan_store::encounter::Encounter;
use pramaan_store::{person, private_member};

use super::SETTING_CODE_DAYS;
use crate::encounter::{ENCOUNTER_SECONDS, EncounterKey};
use crate::member::DeskChanged;
use crate::open::Cause;
use crate::{App, Refusal, Staff};

/// What decides that somebody is of age.
const AGE: FieldSet = FieldSet::of(&[Field::BirthYear, Field::BirthDate]);
/// What the sealed detail says.
const WHY: &str = "the person asked at the site, with their document, about keeping the record private";

/// What a person wants at the site.
#[derive(Debug, Clone)]
pub enum AtSite {
    /// They choose a PIN on the nurse's screen, for the first time or because they forgot theirs.
    Choose(PrivatePin),
    /// A code is printed, to choose it at home.
    Print,
    /// The phone may show them again.
    End,
}

/// What was done.
#[derive(Debug, Clone)]
pub enum SetAtSite {
    Private,
    /// To print, once: nothing of it is kept but a MAC.
    Code {
        code: SettingCode,
        until: Timestamp,
    },
    Open,
}

impl App {
    /// Does what a person wants who is there with their document: its whole number is typed again from the document in
    /// hand, since the code of an appointment and an OTP are on the phone that the person may share.
    ///
    /// # Errors
    /// `NoEncounter`, also for a record opened without evidence; `NoMatch` and `OverBudget` as for a disputed document;
    /// `NotOfAge` for somebody who is not 18 beyond doubt; `LoginsBusy`; `Unavailable` without the log: a PIN that is
    /// chosen or given up, and a code that is printed, are on the person's list.
    pub async fn private_at_site(
        &self,
        staff: &Staff,
        key: EncounterKey,
        document: (DocumentType, DocumentNumber),
        wanted: AtSite,
        request: &'static str,
    ) -> Result<SetAtSite, Refusal> {
        let encounter = self.encounter_with_evidence(staff, key).await?;
        self.match_document(&encounter, document).await?;
        match wanted {
            AtSite::End => {
                self.open_again(staff, &encounter, request).await?;
                Ok(SetAtSite::Open)
            }
            AtSite::Choose(pin) => {
                self.require_of_age(staff, &encounter, request).await?;
                let hash = self
                    .hash_pin((encounter.household, encounter.person), &pin)
                    .await?;
                self.put_pin(staff, &encounter, hash, request).await?;
                Ok(SetAtSite::Private)
            }
            AtSite::Print => {
                self.require_of_age(staff, &encounter, request).await?;
                self.print_code(staff, &encounter, request).await
            }
        }
    }

    /// Whether a person can be made private in an encounter: it was opened on evidence and is not over. Nothing is opened.
    ///
    /// # Errors
    /// `OffRoster`, `NoEncounter`.
    pub async fn may_ask_private(&self, staff: &Staff, key: EncounterKey) -> Result<(), Refusal> {
        self.encounter_with_evidence(staff, key).await.map(drop)
    }

    /// An encounter on evidence that is not over, a dose recorded in it or not.
    async fn encounter_with_evidence(&self, staff: &Staff, key: EncounterKey) -> Result<Encounter, Refusal> {
        let encounter = self.encounter(staff, key).await?;
        let over = self.now() > encounter.opened_at.plus_seconds(ENCOUNTER_SECONDS);
        match over || encounter.basis != Basis::SiteEvidence {
            true => Err(Refusal::NoEncounter),
            false => Ok(encounter),
        }
    }

    async fn require_of_age(
        &self,
        staff: &Staff,
        encounter: &Encounter,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let cause = Cause {
            fields: AGE,
            reason: Some(WHY.to_owned()),
            ..staff.cause(encounter, request)
        };
        let subject = (encounter.household, encounter.person);
        let opened = self.open_people(&cause, &[subject]).await?.pop();
        let opened = opened.ok_or(Refusal::UnknownBeneficiary)?;
        match opened.minority(self.today()) {
            Some(Minority::Adult | Minority::CameOfAge) => Ok(()),
            Some(Minority::Minor) | None => Err(Refusal::NotOfAge),
        }
    }

    /// The phone shows them no more: who did it is on their list too, since nobody at home could tell.
    async fn put_pin(
        &self,
        staff: &Staff,
        encounter: &Encounter,
        hash: String,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let subject = (encounter.household, encounter.person);
        let change = self.desk_change(staff, subject, (None, request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let set = self.0.db.write("app::private_member::put_pin", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                private_member::set(tx, &sealer, subject, Some(&hash), now).await?;
                change.write(tx, &sealer, now).await
            })
        });
        self.desk_changed(set.await?).await;
        Ok(())
    }

    /// The phone sees them again: that is said on their list, with who did it, and to their number.
    async fn open_again(
        &self,
        staff: &Staff,
        encounter: &Encounter,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let subject = (encounter.household, encounter.person);
        let change = self.desk_change(staff, subject, (None, request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.write("app::private_member::open_again", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let before = private_member::pin_hash(tx, &sealer, subject).await?;
                private_member::set(tx, &sealer, subject, None, now).await?;
                match before {
                    Some(_) => change.write(tx, &sealer, now).await,
                    None => Ok(DeskChanged::default()),
                }
            })
        });
        self.desk_changed(opened.await?).await;
        Ok(())
    }

    async fn print_code(
        &self,
        staff: &Staff,
        encounter: &Encounter,
        request: &'static str,
    ) -> Result<SetAtSite, Refusal> {
        let subject = (encounter.household, encounter.person);
        let change = self.desk_change(staff, subject, (None, request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let code = SettingCode::from_random(sealer.random());
        let until = now.plus_seconds(SETTING_CODE_DAYS * 86_400);
        let kept = code.clone();
        let put = self.0.db.write("app::private_member::put_code", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                private_member::put_code(tx, &sealer, subject, &kept, until).await?;
                change.write(tx, &sealer, now).await
            })
        });
        self.desk_changed(put.await?).await;
        Ok(SetAtSite::Code { code, until })
    }
}
