//! Who read my record: the person's own list, told so that it can be understood.
//!
//! Reads by staff and partners stand one by one. What the person's confirmed devices read is folded; a device that nobody
//! confirmed comes on top, with its first read and how many there were. Machine reads are folded by purpose and month.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Datelike;
use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, LoginId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::{self, AccessDetail, InLog, Listed, ListedAccess, Part};
pub use pramaan_store::access_log::{Cursor, Missing};
pub use pramaan_store::desk_registration::{AtDesk, DeskRegistration, ToldWithoutDocument};
use pramaan_store::member::{self, Subject};
use pramaan_store::{Sealer, StoreError, Tx, card, household, known_device};

pub use crate::card::LiveCard;
use crate::card::number_named;
use crate::objection::Objected;
use crate::open::Cause;
use crate::principal::Citizen;
use crate::{App, Refusal};

/// Entries folded into one page.
pub(crate) const PAGE: u32 = 2_000;

/// What the person's own look at their list opens: who looked, and what they objected to.
pub(crate) const OWN_LIST: FieldSet = FieldSet::of(&[Field::AccessList, Field::Objections]);

/// The list of one person, in the order in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessList {
    /// Entries that the log does not hold as they stand here, newest first: somebody has altered them, or the log.
    pub altered: Vec<Line>,
    /// Entries that were counted and are gone, newest day first.
    pub missing: Vec<Missing>,
    /// Devices that nobody confirmed, that with the newest read first.
    pub new_devices: Vec<NewDevice>,
    /// Whether the device that asks is confirmed, and may so confirm others.
    pub may_confirm: bool,
    /// Staff, partners and everybody else who is not the person, newest first.
    pub others: Vec<Line>,
    /// The person's own reads, and machine reads by purpose and month.
    pub folded: Vec<Folded>,
    /// Where the next page begins; `None` on the page with the first entry of all.
    pub older: Option<Cursor>,
    /// Who registered the person at a desk, if anybody did; on the newest page.
    pub registered: Option<DeskRegistration>,
    /// The printed card that opens this record now.
    pub card: Option<LiveCard>,
    /// What the person objected to, newest first; on every page.
    pub objections: Vec<Objected>,
    /// The first look of each place of staff and of each partner that is not long ago, newest first; on the page with the
    /// newest entries.
    pub new_places: Vec<Line>,
}

/// Whose list is wanted, which part, and by which login.
pub(crate) struct Wanted {
    pub(crate) subject: (HouseholdId, PersonId),
    pub(crate) before: Option<Cursor>,
    pub(crate) this: LoginId,
}

/// What a device read that proved the number, and that nobody confirmed to be the person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// What the log calls it; `None` where it is none of the number's devices.
    pub device: Option<LoginId>,
    pub is_this: bool,
    /// The first of its reads on this page of the list.
    pub first: Line,
    pub last: Timestamp,
    pub count: usize,
    /// What for, in the order in which it was first asked for.
    pub purposes: Vec<Purpose>,
    /// Everything that was opened in any of them.
    pub fields: FieldSet,
}

/// One read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: Timestamp,
    /// Position in the log.
    pub index: u64,
    pub class: ActorClass,
    pub basis: Basis,
    pub purpose: Purpose,
    pub fields: FieldSet,
    /// Centre or partner number; 0 for none.
    pub organisation: u64,
    /// CoWIN district id; 0 for none.
    pub district: u32,
    pub staff: String,
    pub reason: Option<String>,
}

impl Line {
    /// The number of the printed card by which this was opened, on a telephone or at a site.
    pub fn card(&self) -> Option<i64> {
        let by_card = self.class == ActorClass::Citizen || self.basis == Basis::SiteEvidence;
        let reason = self.reason.as_deref().filter(|_| by_card)?;
        number_named(reason)
    }
}

/// Many reads of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    pub class: ActorClass,
    pub purpose: Purpose,
    pub year: i32,
    pub month: u32,
    pub count: usize,
    pub last: Timestamp,
    /// Everything that was opened in any of them.
    pub fields: FieldSet,
    /// Positions in the log, the newest first.
    pub indexes: Vec<u64>,
}

impl App {
    /// A page of the list of one member, the newest when `before` is `None`. Looking at it is itself an entry, and stands
    /// in the newest.
    pub async fn access_list(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        before: Option<Cursor>,
        request: &'static str,
    ) -> Result<AccessList, Refusal> {
        citizen.require_account()?;
        let member = self.seen_named(citizen, id).await?;
        let cause = citizen.cause(Purpose::OwnAccessList, OWN_LIST, request);
        let wanted = Wanted {
            subject: member.subject(),
            before,
            this: citizen.login,
        };
        self.list_accesses(&cause.seen(member.sight), wanted).await
    }

    /// The same for whoever may see it: one entry for the look.
    pub(crate) async fn list_accesses(&self, cause: &Cause, wanted: Wanted) -> Result<AccessList, Refusal> {
        let Wanted {
            subject,
            before,
            this,
        } = wanted;
        let receipt = self.receipts(cause, &[subject]).await?.pop();
        let receipt = receipt.ok_or(Refusal::UnknownBeneficiary)?;
        let (sealer, now) = (self.0.sealer.clone(), self.0.clock.now());
        let listed = self.0.db.read("app::access_list", move |tx| {
            let part = Part { before, limit: PAGE };
            Box::pin(async move {
                let listed = access_log::list(tx, &sealer, receipt, part, now).await?;
                let confirmed = confirmed_devices(tx, &sealer, subject).await?;
                let card = card::live(tx, subject).await?;
                Ok::<_, Refusal>((listed, confirmed, card))
            })
        });
        let (listed, confirmed, card) = listed.await?;
        Ok(AccessList {
            card,
            ..fold(listed, &confirmed, (this, now))
        })
    }

    /// Says that a device is the person's own, so that its reads are folded from now on. A device that is not confirmed
    /// itself can confirm none: a thief's would confirm the thief's.
    ///
    /// # Errors
    /// `Forbidden` from a device that is not confirmed, or for one that never logged in for this number.
    pub async fn confirm_device(&self, citizen: &Citizen, device: LoginId) -> Result<(), Refusal> {
        citizen.require_account()?;
        let (sealer, now) = (self.0.sealer.clone(), self.0.clock.now());
        let (home, by) = (citizen.household, citizen.login);
        let confirmed = self.0.db.write("app::access_list::confirm", move |tx| {
            Box::pin(async move {
                for number in household::indexes_of(tx, &sealer, home).await? {
                    if known_device::confirm(tx, &sealer, &number, (device, by), now).await? {
                        return Ok(true);
                    }
                }
                Ok::<_, Refusal>(false)
            })
        });
        match confirmed.await? {
            true => Ok(()),
            false => Err(Refusal::Forbidden),
        }
    }
}

/// The confirmed devices of the number that shows the person now, and of the number of the household that keeps the rows, which
/// showed them before. Names are given anew for each number, so one phone's yes is none for the other; and a phone that somebody
/// left writes no more entries of its own.
async fn confirmed_devices(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
) -> Result<HashSet<String>, StoreError> {
    let holders = member::holders(tx, sealer, &[subject]).await?;
    let homes: BTreeSet<HouseholdId> = holders.into_values().chain([subject.0]).collect();
    let mut confirmed = HashSet::new();
    for home in homes {
        for number in household::indexes_of(tx, sealer, home).await? {
            confirmed.extend(known_device::confirmed(tx, sealer, &number).await?);
        }
    }
    Ok(confirmed)
}

/// Sorts entries, given newest first, into what is shown.
fn fold(listed: Listed, confirmed: &HashSet<String>, (this, now): (LoginId, Timestamp)) -> AccessList {
    let this = this.to_string();
    let mut list = AccessList {
        older: listed.older,
        may_confirm: confirmed.contains(&this),
        missing: listed.missing,
        registered: listed.registered,
        objections: listed
            .objections
            .into_iter()
            .map(|one| Objected::of(one, now))
            .collect(),
        ..AccessList::default()
    };
    let mut folds: BTreeMap<(i32, u32, ActorClass, Purpose), Folded> = BTreeMap::new();
    let mut new: HashMap<String, NewDevice> = HashMap::new();
    // Oldest first, so that the first read by a device is the first that is met.
    for entry in listed.entries.iter().rev() {
        let (line, device) = line(entry);
        match line.class {
            _ if entry.in_log == InLog::Otherwise => list.altered.push(line),
            // Who has the number now is a citizen too, and not one of theirs.
            ActorClass::Citizen if line.basis == Basis::AnothersWord => list.others.push(line),
            // Each use of a card stands by itself: somebody may have copied it.
            ActorClass::Citizen if line.card().is_some() => list.others.push(line),
            ActorClass::Citizen if !confirmed.contains(&device) => {
                let is_this = device == this;
                let (at, purpose, fields) = (line.at, line.purpose, line.fields);
                let known = new.entry(device).or_insert_with_key(|device| NewDevice {
                    device: device.parse().ok(),
                    is_this,
                    last: at,
                    first: line,
                    count: 0,
                    purposes: Vec::new(),
                    fields: FieldSet::EMPTY,
                });
                known.count += 1;
                known.last = known.last.max(at);
                known.fields = known.fields.union(fields);
                if !known.purposes.contains(&purpose) {
                    known.purposes.push(purpose);
                }
            }
            ActorClass::Citizen | ActorClass::Machine => add(&mut folds, &line),
            _ => list.others.push(line),
        }
    }
    list.altered.reverse();
    list.new_devices = new.into_values().collect();
    list.new_devices
        .sort_by_key(|device| std::cmp::Reverse((device.last, device.first.index)));
    list.others.reverse();
    list.new_places = new_places(&list.others, now);
    list.folded = folds.into_values().rev().collect();
    list
}

fn add(folds: &mut BTreeMap<(i32, u32, ActorClass, Purpose), Folded>, line: &Line) {
    let date = line.at.date();
    let key = (date.year(), date.month(), line.class, line.purpose);
    let folded = folds.entry(key).or_insert(Folded {
        class: line.class,
        purpose: line.purpose,
        year: date.year(),
        month: date.month(),
        count: 0,
        last: line.at,
        fields: FieldSet::EMPTY,
        indexes: Vec::new(),
    });
    folded.count += 1;
    // Lines come oldest first.
    folded.indexes.insert(0, line.index);
    folded.last = folded.last.max(line.at);
    folded.fields = folded.fields.union(line.fields);
}

/// How long the first look at a new place stands on top.
const NEW_PLACE_DAYS: i64 = 30;

/// The first look of staff of each centre, and of each partner, in these lines, given newest first, that is not long ago. With
/// more pages there may have been an earlier one: to ask once more harms nobody.
fn new_places(others: &[Line], now: Timestamp) -> Vec<Line> {
    let mut first: BTreeMap<(ActorClass, u64, u32), &Line> = BTreeMap::new();
    let placed = |line: &&Line| !line.staff.is_empty() || line.class == ActorClass::AssistedCitizen;
    for line in others.iter().filter(placed) {
        // A partner's number may be a centre's too.
        first.insert((line.class, line.organisation, line.district), line);
    }
    let since = now.plus_seconds(-NEW_PLACE_DAYS * 86_400);
    let recent = first.into_values().filter(|line| line.at >= since);
    let mut places: Vec<Line> = recent.cloned().collect();
    places.sort_by_key(|line| std::cmp::Reverse((line.at, line.index)));
    places
}

/// An entry of a newer program, with words this one does not know, is shown as an operator's: never left out.
pub(crate) fn line(listed: &ListedAccess) -> (Line, String) {
    (told(listed.index, &listed.detail), listed.detail.device.clone())
}

pub(crate) fn told(index: u64, detail: &AccessDetail) -> Line {
    Line {
        at: detail.at(),
        index,
        class: detail.class().unwrap_or(ActorClass::Operator),
        basis: detail.basis().unwrap_or(Basis::DutyOfLaw),
        purpose: detail.purpose().unwrap_or(Purpose::OwnRecord),
        fields: detail.fields(),
        organisation: detail.organisation,
        district: detail.district,
        staff: detail.staff.clone(),
        reason: detail.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_domain::id::{HouseholdId, PersonId};
    use pramaan_store::{AccessEntry, Actor};

    const NOVEMBER: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn read(minutes: i64, class: ActorClass, device: &str, field: Field) -> ListedAccess {
        let purpose = match class {
            ActorClass::Machine => Purpose::Notification,
            ActorClass::Citizen => Purpose::OwnRecord,
            _ => Purpose::Vaccination,
        };
        let entry = AccessEntry {
            household: HouseholdId::from_random([1; 16]),
            person: PersonId::from_random([2; 16]),
            actor: Actor {
                class,
                organisation: 7,
                district: 395,
                staff: String::new(),
                device: device.to_owned(),
            },
            basis: Basis::PersonOtp,
            purpose,
            fields: FieldSet::of(&[field]),
            policy_hash: [0; 32],
            request: "test",
            reason: None,
        };
        ListedAccess {
            index: u64::try_from(minutes + 1_000_000).unwrap(),
            day: 0,
            i: 0,
            salt: [0; 32],
            detail: AccessDetail::new(&entry, NOVEMBER.plus_seconds(minutes * 60)),
            in_log: InLog::AsListed,
        }
    }

    fn listed(entries: Vec<ListedAccess>) -> Listed {
        Listed {
            entries,
            ..Listed::default()
        }
    }

    fn this() -> LoginId {
        LoginId::from_bytes([9; 16])
    }

    /// As seen from a confirmed device; the phone is the other.
    fn folded_of(listed: Listed) -> AccessList {
        fold(
            listed,
            &HashSet::from(["phone".to_owned(), this().to_string()]),
            (this(), NOVEMBER),
        )
    }

    fn minutes(lines: &[Line]) -> Vec<i64> {
        let minute = |line: &Line| (line.at.seconds() - NOVEMBER.seconds()) / 60;
        lines.iter().map(minute).collect()
    }

    #[test]
    fn only_confirmed_devices_are_folded() {
        use ActorClass::Citizen;
        let cafe = LoginId::from_bytes([3; 16]).to_string();
        let list = folded_of(listed(vec![
            read(6, Citizen, &cafe, Field::Doses),
            read(5, Citizen, "phone", Field::Doses),
            read(4, Citizen, &cafe, Field::Name),
            read(3, Citizen, "phone", Field::Name),
            read(1, Citizen, "kiosk", Field::Name),
        ]));
        assert!(list.may_confirm && list.others.is_empty());
        let [newest, oldest] = list.new_devices.as_slice() else {
            panic!("{:?}", list.new_devices);
        };
        assert_eq!(newest.device, Some(LoginId::from_bytes([3; 16])));
        assert_eq!((newest.count, newest.last), (2, NOVEMBER.plus_seconds(360)));
        assert_eq!(minutes(&[newest.first.clone(), oldest.first.clone()]), [4, 1]);
        assert_eq!(
            (oldest.device, oldest.is_this),
            (None, false),
            "no device of this number"
        );
        let [own] = list.folded.as_slice() else {
            panic!("{:?}", list.folded);
        };
        assert_eq!((own.count, own.last), (2, NOVEMBER.plus_seconds(300)));
        assert_eq!(own.fields, FieldSet::of(&[Field::Name, Field::Doses]));
    }

    #[test]
    fn a_device_that_nobody_confirmed_sees_itself_on_top_and_confirms_nothing() {
        let own = read(1, ActorClass::Citizen, &this().to_string(), Field::Name);
        let list = fold(listed(vec![own]), &HashSet::new(), (this(), NOVEMBER));
        assert!(!list.may_confirm);
        assert_eq!(
            list.new_devices.iter().map(|new| new.is_this).collect::<Vec<_>>(),
            [true]
        );
    }

    #[test]
    fn what_others_read_is_never_folded() {
        let list = folded_of(listed(vec![
            read(9, ActorClass::Vaccinator, "", Field::Name),
            read(8, ActorClass::Vaccinator, "", Field::Name),
            read(7, ActorClass::AssistedCitizen, "kiosk", Field::Name),
            read(6, ActorClass::Operator, "", Field::Name),
        ]));
        assert_eq!(minutes(&list.others), [9, 8, 7, 6]);
        assert!(list.folded.is_empty() && list.new_devices.is_empty());
    }

    #[test]
    fn the_first_look_of_a_partner_is_asked_about_as_that_of_a_centre() {
        let list = folded_of(listed(vec![
            read(9, ActorClass::AssistedCitizen, "kiosk", Field::Name),
            read(8, ActorClass::AssistedCitizen, "kiosk", Field::Name),
            read(7, ActorClass::Operator, "", Field::Name),
        ]));
        assert_eq!(minutes(&list.new_places), [8]);
    }

    /// Partner 7 and centre 7 are two.
    #[test]
    fn a_partner_with_the_number_of_a_centre_is_another_place() {
        let mut nurse = read(9, ActorClass::Vaccinator, "", Field::Name);
        let mut entry = nurse.detail.clone();
        entry.staff = "MH-0001".to_owned();
        nurse.detail = entry;
        let partner = read(8, ActorClass::AssistedCitizen, "kiosk", Field::Name);
        let list = folded_of(listed(vec![nurse, partner]));
        assert_eq!(minutes(&list.new_places), [9, 8]);
    }

    #[test]
    fn what_the_log_does_not_hold_is_never_folded_and_makes_no_device_known() {
        use ActorClass::Citizen;
        let altered = ListedAccess {
            in_log: InLog::Otherwise,
            ..read(1, Citizen, "phone", Field::Name)
        };
        let list = folded_of(listed(vec![read(2, Citizen, "cafe", Field::Name), altered]));
        assert_eq!(
            (
                minutes(&list.altered),
                minutes(&[list.new_devices[0].first.clone()])
            ),
            (vec![1], vec![2])
        );
        assert!(list.folded.is_empty());
    }

    #[test]
    fn machines_are_folded_by_purpose_and_month_with_the_newest_month_first() {
        let month = 31 * 24 * 60;
        let list = folded_of(listed(vec![
            read(month, ActorClass::Machine, "", Field::Mobile),
            read(1, ActorClass::Machine, "", Field::Mobile),
            read(0, ActorClass::Machine, "", Field::Name),
        ]));
        let folded: Vec<_> = list.folded.iter().map(|fold| (fold.month, fold.count)).collect();
        assert_eq!(folded, [(12, 1), (11, 2)]);
    }

    #[test]
    fn words_of_a_newer_program_are_shown_and_not_left_out() {
        let entry = read(1, ActorClass::Citizen, "phone", Field::Name);
        let bytes = minicbor::to_vec(&entry.detail).unwrap();
        let text: Vec<u8> = replaced(&bytes, b"citizen", b"regents");
        let detail: AccessDetail = minicbor::decode(&text).unwrap();
        let list = folded_of(listed(vec![ListedAccess { detail, ..entry }]));
        assert_eq!(list.others.len(), 1);
        assert_eq!(list.others[0].class, ActorClass::Operator);
    }

    fn replaced(bytes: &[u8], word: &[u8], by: &[u8]) -> Vec<u8> {
        let at = bytes
            .windows(word.len())
            .position(|window| window == word)
            .unwrap();
        [&bytes[..at], by, &bytes[at + word.len()..]].concat()
    }
}
