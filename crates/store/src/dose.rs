//! Doses: medical events, appended and never edited; sealed under the person's clinical key.
//!
//! Whether a dose should have been given is not asked here: what happened is kept, with its flag and reason.

use std::collections::HashMap;

use minicbor::{Decode, Encode};
use pramaan_domain::access::Field;
use pramaan_domain::correction::{Event, EventKind, standing};
use pramaan_domain::dose::{BodySite, DoseNumber, GivenDose, VaccineBatch};
use pramaan_domain::id::{DoseId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

use crate::StoreError;
use crate::access_log::{Opening, Receipt};
use crate::aefi;
use crate::db::{ColumnType, Row, Rows, Tx, Value, days, pair};
use crate::dose_binding::EventFacts;
use crate::dose_change::{self, Changed};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};
use crate::session::dose_of;

/// A dose that a person was given, as far as the latest events tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    pub id: DoseId,
    /// The event with which it came into the record: itself, unless it was corrected since.
    pub root: DoseId,
    pub dose: DoseNumber,
    pub session: SessionId,
    pub facts: DoseFacts,
    /// Who corrected it last, or brought it here from another person's record, and why.
    pub changed: Option<Changed>,
    pub recorded_at: Timestamp,
}

impl Given {
    /// The civil date on which it was given.
    pub fn on(&self) -> CivilDate {
        self.facts.given_at.date()
    }

    /// What the rules want to know of it.
    pub fn for_rules(&self) -> GivenDose {
        GivenDose {
            on: self.on(),
            vaccine: self.facts.vaccine,
        }
    }
}

/// A medical fact: only that there is one.
impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The sealed part of a dose event.
#[derive(Clone, PartialEq, Eq)]
pub struct DoseFacts {
    pub given_at: Timestamp,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    /// The number of the vial within its batch or tray, as the centre counts them; may be empty.
    pub vial: String,
    pub site: BodySite,
    pub centre: i64,
    /// The staff code of who gave it.
    pub staff: String,
    pub entered: Entered,
    pub off_protocol: Option<OffProtocol>,
}

/// How a dose came into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// By who had the record open.
    WithTheRecord,
    /// Typed at this time without any record being open, and matched with its person later.
    Held { at: Timestamp },
    /// Entered at this time from the paper on which it was written when it was given.
    FromPaper { at: Timestamp },
}

/// Why a dose that no rule allowed was given, and what the rules said.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct OffProtocol {
    /// The row that would have decided: `P3`.
    #[n(0)]
    pub rule: String,
    #[n(1)]
    pub finding: String,
    /// What the health worker wrote.
    #[n(2)]
    pub reason: String,
}

/// A dose about to be recorded.
pub struct NewDose {
    pub household: HouseholdId,
    pub person: PersonId,
    pub id: DoseId,
    pub dose: DoseNumber,
    pub session: SessionId,
    pub facts: DoseFacts,
}

/// Appends a dose and counts it for its session and batch.
///
/// # Errors
/// `Serialization` when somebody else appended to this person's events meanwhile: run the work again.
pub async fn append(tx: &mut Tx, sealer: &Sealer, new: &NewDose, now: Timestamp) -> Result<(), StoreError> {
    let given = Place {
        kind: EventKind::Given,
        supersedes: None,
        root: new.id,
    };
    insert(tx, sealer, (new, given, None), now).await?;
    count(tx, sealer, new).await
}

/// An event's place in its person's history.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) kind: EventKind,
    pub(crate) supersedes: Option<DoseId>,
    pub(crate) root: DoseId,
}

/// # Errors
/// `Serialization` when somebody else appended to this person's events meanwhile, or named the same one.
pub(crate) async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    (new, place, changed): (&NewDose, Place, Option<&Changed>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let subject = (new.household, new.person);
    let keys = person_key::group(tx, sealer, Group::Clinical, &[subject]).await?;
    let key = keys.get(&new.person).ok_or(StoreError::Erased)?;
    let sealed = key.seal(
        &bound(new.id),
        &padded(&encode(&new.facts), BLOCK),
        &*sealer.entropy,
    );
    let change = changed.map(|changed| changed.seal(sealer, key, new.id));
    let facts = EventFacts {
        household: new.household,
        person: new.person,
        id: new.id,
        kind: place.kind,
        supersedes: place.supersedes,
        root: place.root,
        dose: new.dose.code(),
        session: new.session,
        recorded_at: now,
    };
    let appended = tx
        .execute(
            "-- store::dose::append
             insert into dose (household, person, id, seq, dose, session, kind, supersedes, root, sealed, change
               , binding_mac, recorded_at)
             select $1, $2, $3, coalesce(max(seq), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12
             from dose where household = $1 and person = $2",
            &[
                new.household.into(),
                new.person.into(),
                new.id.into(),
                new.dose.code().into(),
                new.session.into(),
                place.kind.code().into(),
                place.supersedes.map_or(Value::Null, Value::from),
                place.root.into(),
                sealed.into(),
                change.map_or(Value::Null, Value::from),
                facts.mac(sealer).into(),
                now.into(),
            ],
        )
        .await;
    match appended {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(drop),
    }
}

/// One more of this kind at its session, and of its vial.
pub(crate) async fn count(tx: &mut Tx, sealer: &Sealer, new: &NewDose) -> Result<(), StoreError> {
    let facts = &new.facts;
    tx.execute(
        "-- store::dose::count
         insert into dose_count (session, vaccine, batch, dose, n) values ($1, $2, $3, $4, 1)
         on conflict (session, vaccine, batch, dose) do update set n = dose_count.n + 1",
        &[
            new.session.into(),
            facts.vaccine.name().into(),
            facts.batch.as_str().into(),
            new.dose.code().into(),
        ],
    )
    .await?;
    aefi::count_vial(tx, sealer, new.session, facts).await
}

/// How many doses stand that were given at the sessions of a centre's day, by vaccine and batch. Opens nothing.
pub async fn counted_at(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<(Vaccine, VaccineBatch, i64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::dose::counted_at
             select c.vaccine, c.batch, cast(sum(c.n) as bigint)
             from session s join dose_count c on c.session = s.id
             where s.centre = $1 and s.day = $2 group by c.vaccine, c.batch order by c.vaccine, c.batch",
            &[centre.into(), days(day).into()],
        )
        .await?;
    let counted = |row: &Row| {
        let vaccine = Vaccine::parse(row.text(0)?).map_err(|_| row.inconsistent(0, "a vaccine"))?;
        let batch = VaccineBatch::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a batch"))?;
        Ok((vaccine, batch, row.int(2)?))
    };
    rows.iter().map(counted).collect()
}

/// Opens each person's doses, oldest first: one receipt a person, which must name the doses.
///
/// A person without any, or erased since, has an empty list.
pub async fn given(
    tx: &mut Tx,
    sealer: &Sealer,
    receipts: Vec<Receipt>,
    now: Timestamp,
) -> Result<Vec<(PersonId, Vec<Given>)>, StoreError> {
    let openings = receipts
        .into_iter()
        .map(|receipt| receipt.spend(now))
        .collect::<Result<Vec<_>, _>>()?;
    if openings
        .iter()
        .any(|opening| !opening.fields.contains(Field::Doses))
    {
        return Err(StoreError::NotNamed {
            field: Field::Doses.name(),
        });
    }
    let mut found = open(tx, sealer, &openings).await?;
    Ok(openings
        .iter()
        .map(|opening| (opening.person, found.remove(&opening.person).unwrap_or_default()))
        .collect())
}

/// The doses of those openings that name them.
pub(crate) async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    openings: &[Opening],
) -> Result<HashMap<PersonId, Vec<Given>>, StoreError> {
    let subjects: Vec<_> = openings
        .iter()
        .filter(|opening| opening.fields.contains(Field::Doses))
        .map(|opening| (opening.household, opening.person))
        .collect();
    let rows = events(tx, &subjects).await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let keys = person_key::group(tx, sealer, Group::Clinical, &subjects).await?;
    let histories = histories(sealer, &rows)?;
    let standing = stands(&histories);
    let mut found: HashMap<PersonId, Vec<Given>> = HashMap::new();
    for (row, event) in rows.iter().zip(&histories) {
        let Some(key) = keys.get(&event.person).filter(|_| standing.contains(&event.id)) else {
            continue;
        };
        let plain = key.open(&bound(event.id), row.blob(SEALED)?)?;
        let facts = unpadded(&plain).ok_or_else(|| StoreError::corrupt("dose", "sealed"))?;
        let given = Given {
            id: event.id,
            root: event.root,
            dose: dose_of(row, FIRST + 6)?,
            session: event.session,
            facts: decode(facts)?,
            changed: dose_change::open(key, event.id, row.opt_blob(SEALED + 1)?)?,
            recorded_at: event.recorded_at,
        };
        found.entry(event.person).or_default().push(given);
    }
    for doses in found.values_mut() {
        doses.sort_by_key(|given| (given.facts.given_at, given.recorded_at));
    }
    Ok(found)
}

/// Whether a dose of this person was written by this server: its sealed part opens under the person's own key. Answers
/// nothing of what is in it.
pub(crate) async fn has_genuine(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
) -> Result<bool, StoreError> {
    let rows = events(tx, &[subject]).await?;
    let keys = person_key::group(tx, sealer, Group::Clinical, &[subject]).await?;
    let Some(key) = keys.get(&subject.1) else {
        return Ok(false);
    };
    let genuine = |row: &Row| {
        let event = EventFacts::read(row, FIRST, sealer).ok()?;
        key.open(&bound(event.id), row.blob(SEALED).ok()?).ok()
    };
    Ok(rows.iter().any(|row| genuine(row).is_some()))
}

/// Where the columns of [`EventFacts`] begin, and the sealed ones.
const FIRST: usize = 0;
const SEALED: usize = 10;

/// Each row's place in history, checked.
pub(crate) fn histories(sealer: &Sealer, rows: &[Row]) -> Result<Vec<EventFacts>, StoreError> {
    let read = |row| EventFacts::read(row, FIRST, sealer);
    rows.iter().map(read).collect()
}

/// The events that stand. Ids are random, so those of many people are told apart.
pub(crate) fn stands(histories: &[EventFacts]) -> Vec<DoseId> {
    let events: Vec<_> = histories
        .iter()
        .map(|event| Event {
            id: event.id,
            kind: event.kind,
            supersedes: event.supersedes,
        })
        .collect();
    standing(&events)
}

pub(crate) async fn events(
    tx: &mut Tx,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::dose::events
             with v (household, person) as ({rows})
             select d.household, d.person, d.id, d.kind, d.supersedes, d.root, d.dose, d.session, d.recorded_at, d.binding_mac
               , d.sealed, d.change
             from dose d join v on v.household = d.household and v.person = d.person order by d.person, d.seq"
        );
        found.extend(tx.query(&sql, rows.params()).await?);
    }
    Ok(found)
}

/// What facts are padded to: all without a reason are one of these.
const BLOCK: usize = 192;

fn bound(id: DoseId) -> Vec<u8> {
    context("dose", "sealed", id)
}

/// The facts as they are sealed. Numbered fields, so that later versions can add some.
#[derive(Encode, Decode)]
struct Sealed {
    #[n(0)]
    given_at: i64,
    #[n(1)]
    vaccine: String,
    #[n(2)]
    batch: String,
    #[n(3)]
    vial: String,
    #[n(4)]
    site: String,
    #[n(5)]
    centre: i64,
    #[n(6)]
    staff: String,
    #[n(7)]
    off_protocol: Option<OffProtocol>,
    #[n(8)]
    held_at: Option<i64>,
    #[n(9)]
    paper_at: Option<i64>,
}

pub(crate) fn encode(facts: &DoseFacts) -> Vec<u8> {
    let sealed = Sealed {
        given_at: facts.given_at.micros(),
        vaccine: facts.vaccine.name().to_owned(),
        batch: facts.batch.as_str().to_owned(),
        vial: facts.vial.clone(),
        site: facts.site.code().to_owned(),
        centre: facts.centre,
        staff: facts.staff.clone(),
        off_protocol: facts.off_protocol.clone(),
        held_at: match facts.entered {
            Entered::Held { at } => Some(at.micros()),
            Entered::WithTheRecord | Entered::FromPaper { .. } => None,
        },
        paper_at: match facts.entered {
            Entered::FromPaper { at } => Some(at.micros()),
            Entered::WithTheRecord | Entered::Held { .. } => None,
        },
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    minicbor::to_vec(&sealed).unwrap_or_default()
}

pub(crate) fn decode(plain: &[u8]) -> Result<DoseFacts, StoreError> {
    let corrupt = || StoreError::corrupt("dose", "sealed");
    let sealed: Sealed = minicbor::decode(plain).map_err(|_| corrupt())?;
    Ok(DoseFacts {
        given_at: Timestamp::from_micros(sealed.given_at),
        vaccine: Vaccine::parse(&sealed.vaccine).map_err(|_| corrupt())?,
        batch: VaccineBatch::parse(&sealed.batch).map_err(|_| corrupt())?,
        vial: sealed.vial,
        site: BodySite::parse(&sealed.site).map_err(|_| corrupt())?,
        centre: sealed.centre,
        staff: sealed.staff,
        entered: match (sealed.held_at, sealed.paper_at) {
            (None, None) => Entered::WithTheRecord,
            (Some(at), _) => Entered::Held {
                at: Timestamp::from_micros(at),
            },
            (None, Some(at)) => Entered::FromPaper {
                at: Timestamp::from_micros(at),
            },
        },
        off_protocol: sealed.off_protocol,
    })
}
