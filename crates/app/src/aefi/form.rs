//! Writing a form down: the case it begins or goes on with, its place in the district's list, and the counts.

use chrono::Datelike;
use pramaan_domain::aefi::{Bearing, CaseForm, ItWas, Seriousness, Stage, Step};
use pramaan_domain::centre::CentreId;
use pramaan_domain::id::{AefiId, DoseId};
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::aefi::{self, About, Case, CaseKey, Cell, Entry, NewEvent};
use pramaan_store::dose::Given;
use pramaan_store::{Sealer, StoreError, Tx, centre};

use super::{History, Opened};
use crate::Refusal;

/// A form on its way into the record.
pub(super) struct Writing {
    pub(super) form: CaseForm,
    /// Staff code; empty for the person.
    pub(super) by: String,
    pub(super) reporter: ItWas,
    pub(super) request_mac: [u8; 32],
}

/// The dose of that id among those that were opened.
pub(super) fn dose_of(opened: &Opened, id: DoseId) -> Result<&Given, Refusal> {
    let itself = opened.doses.iter().find(|given| given.id == id);
    // Corrected since the form was shown.
    let found = itself.or_else(|| opened.doses.iter().find(|given| given.root == id));
    found.ok_or_else(|| Refusal::Invalid {
        field: "dose",
        sentence: "choose one of the doses that were given".to_owned(),
    })
}

/// # Errors
/// `FaultyCaseForm` with everything that is wrong.
pub(super) fn check(
    form: &CaseForm,
    opened: &Opened,
    given_at: Timestamp,
    now: Timestamp,
) -> Result<CaseForm, Refusal> {
    form.check(given_at, now)
        .map_err(|faults| Refusal::FaultyCaseForm { faults })?;
    let mut form = form.clone();
    // What was not asked is not kept.
    if !asks_bearing(opened, now) {
        form.bearing = None;
    }
    Ok(form)
}

/// Whether pregnancy and breast-feeding are asked of this person.
pub(super) fn asks_bearing(opened: &Opened, now: Timestamp) -> bool {
    match (opened.person.gender, opened.person.birth_year) {
        (Some(gender), Some(born)) => Bearing::applies(gender, now.date().year() - born.get()),
        _ => false,
    }
}

/// The dose and its vial, as the record has them.
pub(super) async fn about(tx: &mut Tx, sealer: &Sealer, given: &Given) -> Result<About, StoreError> {
    let facts = &given.facts;
    let vial = match facts.vial.is_empty() {
        true => None,
        false => aefi::vial(tx, sealer, given.session, facts).await?,
    };
    Ok(About {
        root: given.root,
        dose: given.dose,
        vaccine: facts.vaccine,
        batch: facts.batch.clone(),
        vial: facts.vial.clone(),
        given_at: facts.given_at,
        centre: facts.centre,
        vial_from: vial.map(|vial| vial.first_given_at),
        others: vial.map(|vial| vial.doses.saturating_sub(1)),
    })
}

/// The district of the centre that gave the dose.
pub(super) async fn district_of(tx: &mut Tx, number: i64) -> Result<DistrictId, Refusal> {
    let id = CentreId::from_number(number).map_err(|_| Refusal::UnknownSession)?;
    let centre = centre::find(tx, id).await?.ok_or(Refusal::UnknownSession)?;
    Ok(centre.district)
}

/// Begins a case.
pub(super) async fn begin(
    tx: &mut Tx,
    sealer: &Sealer,
    (opened, given): (&Opened, &Given),
    writing: Writing,
    now: Timestamp,
) -> Result<AefiId, Refusal> {
    let about = about(tx, sealer, given).await?;
    let district = district_of(tx, about.centre).await?;
    let said = writing.form.seriousness;
    let case = Case {
        key: CaseKey {
            district,
            id: AefiId::from_random(sealer.random()),
        },
        centre: about.centre,
        household: opened.person.household,
        person: opened.person.person,
        reported_by: writing.reporter,
        seriousness: said,
        stage: said.map_or(Stage::Heard, Stage::of_first_form),
        number: None,
        version: 1,
        reported_at: now,
        since: now,
    };
    aefi::insert(tx, sealer, &case).await?;
    let entry = Entry::Form {
        form: writing.form,
        about,
    };
    append(
        tx,
        sealer,
        &case,
        (entry, writing.by, None),
        writing.request_mac,
        now,
    )
    .await?;
    aefi::tally(tx, (district, now.date()), Cell::Case).await?;
    if let Some(said) = said {
        aefi::tally(tx, (district, now.date()), Cell::Said(said)).await?;
    }
    Ok(case.key.id)
}

/// Goes on with a case by another version of its form.
pub(super) async fn again(
    tx: &mut Tx,
    sealer: &Sealer,
    (case, history): (Case, &History),
    (entry, (by, reason)): (Entry, (String, Option<Reason>)),
    request_mac: [u8; 32],
    now: Timestamp,
) -> Result<Case, Refusal> {
    let said = match &entry {
        Entry::Form { form, .. } => form.seriousness,
        _ => None,
    };
    let going = went_on(case, said.map(Step::Form), now)?;
    append(tx, sealer, &going, (entry, by, reason), request_mac, now).await?;
    aefi::update(tx, sealer, &going).await?;
    if let Some(said) = said
        && !was_ever(history, said)
    {
        aefi::tally(tx, (going.key.district, now.date()), Cell::Said(said)).await?;
    }
    Ok(going)
}

/// The case after a step, or after words that say nothing of seriousness.
pub(super) fn went_on(case: Case, step: Option<Step>, now: Timestamp) -> Result<Case, Refusal> {
    let stage = match step {
        Some(step) => case
            .stage
            .after(step, case.seriousness)
            .ok_or(Refusal::CaseMoved)?,
        None => case.stage,
    };
    let begins = stage == Stage::Reported && case.stage != Stage::Reported;
    let said = match step {
        Some(Step::Form(said)) => Some(said),
        _ => case.seriousness,
    };
    Ok(Case {
        // From when somebody said so; a case that only the person had reported has waited since they did.
        since: match (begins, case.stage) {
            (true, Stage::Settled) => now,
            _ => case.since,
        },
        stage,
        seriousness: said,
        version: case.version + 1,
        ..case
    })
}

pub(super) async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    case: &Case,
    (entry, by, reason): (Entry, String, Option<Reason>),
    request_mac: [u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    let new = NewEvent {
        household: case.household,
        person: case.person,
        id: case.key.id,
        seq: case.version,
        entry,
        by,
        reason,
        request_mac,
    };
    aefi::append(tx, sealer, &new, now).await
}

fn was_ever(history: &History, said: Seriousness) -> bool {
    history.events.iter().any(|event| match &event.entry {
        Entry::Form { form, .. } => form.seriousness == Some(said),
        _ => false,
    })
}
