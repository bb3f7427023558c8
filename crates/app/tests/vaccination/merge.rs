//! Merge: two records of one person are joined by two people and parted by two; their doses are one course, nothing of either
//! is rewritten, and each telephone goes on seeing what it saw.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_app::correction::Showing;
use pramaan_app::dose::{Answered, Dose};
use pramaan_app::encounter::{Evidence, OpenEncounter, UNEXPECTED_A_DAY};
use pramaan_app::merge::{Act, Agrees, Decision, Likeness, OtherPhone, Told, Wanted, What};
use pramaan_app::otp::OtpDigest;
use pramaan_app::{Citizen, Refusal, Staff, StaffRole};
use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, ProposalId, SessionId, VisitId};
use pramaan_domain::merge::{Links, MergeRefusal};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::dose::NewDose;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{StoreError, dose, merge};

use crate::support::*;

const OTHER_MOBILE: &str = "9876543211";
/// Shown at the first record and at the other.
pub(crate) use crate::support::DOCUMENT as DOCUMENT_OF_BOTH;
const OTHER_DOCUMENT: &str = "Z7654321";
const WEEKS: i64 = 12 * 7;

/// A first dose on one mobile, sixteen weeks ago; today the same person is there with an appointment of another mobile.
pub(crate) struct Twice {
    pub(crate) site: Site,
    manager: Staff,
    /// The other mobile, its record and its session of today.
    pub(crate) other: Citizen,
    pub(crate) id: ReferenceId,
    pub(crate) session: SessionId,
    pub(crate) seat: AppointmentId,
}

fn passport(number: &str) -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

impl Twice {
    pub(crate) async fn open(db: TestDb, document: &str) -> Self {
        let site = Site::open(db).await;
        let open = site.open_record().await;
        Self::after((site, open), document).await
    }

    /// The same from the open record of the first dose.
    pub(crate) async fn after((mut site, open): (Site, OpenEncounter), document: &str) -> Self {
        let app = site.app.app.clone();
        app.record_dose(&site.staff, open.key, site.dose(), "test")
            .await
            .unwrap();
        site.app.clock.advance_seconds(WEEKS * 86_400);
        site.citizen = site.app.citizen(MOBILE).await;
        let manager = site
            .app
            .enrolled("MH-0007", StaffRole::SiteManager, Some(1))
            .await
            .staff;
        let code = |code| StaffCode::parse(code).unwrap();
        let today = app.today();
        app.set_roster_of(1, today, vec![code("MH-0001")]).await.unwrap();
        let session = publish(&site.app, 1, today, Vaccine::Covishield).await;
        let other = site.app.citizen(OTHER_MOBILE).await;
        let id = register(&site.app, &other, document).await;
        let seat = book(&site.app, &other, session, &[id], 1).await;
        Self {
            site,
            manager,
            other,
            id,
            session,
            seat,
        }
    }

    pub(crate) fn app(&self) -> &pramaan_app::App {
        &self.site.app.app
    }

    /// Opened by the document in hand and the reference id, which also settles whose it is.
    pub(crate) async fn encounter(&self, document: &str) -> OpenEncounter {
        let (kind, number) = passport(document);
        let evidence = Evidence::DocumentOf {
            reference_id: self.id,
            kind,
            number,
        };
        let open = self.site.begin(evidence).await.unwrap();
        let settled = self
            .app()
            .settle_document(&self.site.staff, open.key, passport(document), "test")
            .await;
        settled.unwrap();
        open
    }

    /// The visit of a record by its own document.
    pub(crate) async fn visit(&self, id: ReferenceId, document: &str) -> VisitId {
        let (kind, number) = passport(document);
        let shown = Evidence::DocumentOf {
            reference_id: id,
            kind,
            number,
        };
        let visit = self
            .app()
            .begin_correction(&self.site.staff, Showing::Evidence(shown), "test")
            .await;
        visit.unwrap().id
    }

    pub(crate) async fn propose(&self, visit: VisitId, wanted: Wanted) -> Result<ProposalId, Refusal> {
        let asked = (visit, wanted);
        self.app().propose_merge(&self.site.staff, asked, reason()).await
    }

    async fn approve(&self, id: ProposalId) -> Result<(), Refusal> {
        let manager = &self.manager;
        self.app()
            .decide_merge(manager, id, Decision::Approve, "test")
            .await
    }

    /// The other record found by the document and joined by two.
    pub(crate) async fn merged(&self) -> VisitId {
        let one = self.visit(self.id, DOCUMENT).await;
        let found = self
            .app()
            .same_document(&self.site.staff, one, passport(DOCUMENT))
            .await;
        let wanted = Wanted::Join(found.unwrap()[0]);
        self.approve(self.propose(one, wanted).await.unwrap())
            .await
            .unwrap();
        one
    }

    async fn joined_at(&self, visit: VisitId) -> Wanted {
        let shown = self.app().merge_record(&self.site.staff, visit, "test").await;
        Wanted::Part(shown.unwrap().joined[0])
    }

    pub(crate) fn second(&self) -> Dose {
        Dose {
            number: DoseNumber::Second,
            ..self.site.dose()
        }
    }

    async fn rows(&self) -> BTreeMap<&'static str, Vec<String>> {
        rows(&self.site).await
    }
}

/// Every row of every table, but for what is only ever appended, counted or delivered.
pub(crate) async fn rows(site: &Site) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for (table, columns) in [
        ("person", "household || id || document_state || updated_at"),
        ("dose", "household || person || id || seq || dose || kind || root"),
        ("claim", "household || person || dose || appointment || state"),
        ("appointment", "session || id || person || state || queue"),
        ("certificate", "household || person || event || dose"),
        ("certificate_index", "household || person || event"),
        ("document_index", "household || person || registered_at"),
        ("reference_index", "household || person"),
        ("mobile_index", "household"),
        ("household", "id || language"),
        (
            "merge_link",
            "household || person || other_household || other_person",
        ),
    ] {
        let sql = format!("select {columns} from {table} order by 1");
        let read = site.app.db.read("test::rows", move |tx| {
            Box::pin(async move {
                let rows = tx.query(&sql, &[]).await?;
                rows.iter()
                    .map(|row| Ok(row.text(0)?.to_owned()))
                    .collect::<Result<Vec<_>, StoreError>>()
            })
        });
        all.insert(table, read.await.unwrap());
    }
    all
}

#[store_test]
async fn a_second_dose_on_another_mobile_finds_the_first_and_the_merge_makes_one_course(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let open = twice.encounter(DOCUMENT).await;
    assert_eq!(
        open.doses.len() + open.merged.len(),
        0,
        "it looks like a first dose"
    );
    assert_eq!(open.advice.dose, DoseNumber::First);

    let one = app.visit_of_encounter(&site.staff, open.key).await.unwrap();
    let found = app
        .same_document(&site.staff, one, passport(DOCUMENT))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let compared = app.compare(&site.staff, (one, found[0]), "test").await.unwrap();
    assert_eq!(compared.agreement.name, Likeness::Same);
    assert_eq!(compared.agreement.document, Agrees::Yes);
    assert_eq!((compared.one.doses.len(), compared.other.doses.len()), (0, 1));

    let proposed = twice.propose(one, Wanted::Join(found[0])).await.unwrap();
    let again = twice.propose(one, Wanted::Join(found[0])).await.unwrap();
    assert_eq!(again, proposed, "the same form twice is one proposal");
    let own = app
        .decide_merge(&site.staff, proposed, Decision::Approve, "test")
        .await;
    assert!(matches!(own, Err(Refusal::OwnProposal)), "{own:?}");
    let shown = app.show_merge(&twice.manager, proposed, "test").await.unwrap();
    assert_eq!((shown.act, shown.one.len(), shown.other.len()), (Act::Join, 0, 1));
    assert_eq!(shown.reason, reason());
    twice.approve(proposed).await.unwrap();
    let twice_decided = twice.approve(proposed).await;
    assert!(
        matches!(twice_decided, Err(Refusal::NoProposal)),
        "{twice_decided:?}"
    );
    let merged = twice.propose(one, Wanted::Join(found[0])).await;
    assert!(matches!(merged, Err(Refusal::OneAlready)), "{merged:?}");

    let open = app.show_encounter(&site.staff, open.key, "test").await.unwrap();
    assert_eq!((open.doses.len(), open.merged.len()), (0, 1));
    assert_eq!(
        open.advice.dose,
        DoseNumber::Second,
        "the interval counts from the first"
    );
    let recorded = app
        .record_dose(&site.staff, open.key, twice.second(), "test")
        .await
        .unwrap();
    assert_eq!(recorded.answer, Answered::OnProtocol);

    // Each telephone sees its own certificate; together they are one course.
    let certificate = async |citizen: &Citizen, id| {
        let fetched = app.certificate(citizen, id, None, "test").await;
        fetched.unwrap().json().to_owned()
    };
    let first = certificate(&site.citizen, site.id).await;
    let last = certificate(&twice.other, twice.id).await;
    assert!(
        first.contains("\"dose\":1") || first.contains("\"dose\": 1"),
        "{first}"
    );
    assert!(
        last.contains("\"dose\":2") || last.contains("\"dose\": 2"),
        "{last}"
    );
    assert_eq!(app.certificates(&site.citizen).await.unwrap().len(), 1);
    assert_eq!(app.certificates(&twice.other).await.unwrap().len(), 1);
    for mobile in [MOBILE, OTHER_MOBILE] {
        let sent = site.app.outbox.to(&Mobile::parse(mobile).unwrap());
        let told = sent
            .iter()
            .find(|sms| sms.text.contains("was joined with another record"));
        let told = told.unwrap_or_else(|| panic!("{mobile} was not told"));
        for word in ["Asha", "COVISHIELD", "Fort", "MH-0001"] {
            assert!(!told.text.contains(word), "{}", told.text);
        }
    }
}

#[store_test]
async fn an_unmerge_restores_both_records_and_undone_again_the_merge(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let start = twice.rows().await;
    let visit = twice.merged().await;
    let merged = twice.rows().await;
    assert_ne!(merged, start);
    let only_links: Vec<_> = start
        .iter()
        .filter(|(table, rows)| merged[*table] != **rows)
        .collect();
    assert_eq!(
        only_links.len(),
        1,
        "nothing of either record is rewritten: {only_links:?}"
    );

    let part = twice.joined_at(visit).await;
    let proposed = twice.propose(visit, part).await.unwrap();
    assert_eq!(twice.rows().await, merged, "nothing is parted by one alone");
    twice.approve(proposed).await.unwrap();
    assert_eq!(twice.rows().await, start);
    let gone = twice.propose(visit, part).await;
    assert!(matches!(gone, Err(Refusal::NotMerged)), "{gone:?}");
    let history = twice
        .app()
        .merge_record(&twice.site.staff, visit, "test")
        .await
        .unwrap();
    let decided = |told: &Told| match &told.what {
        What::Decided { act, agreed_code, .. } => (*act, agreed_code.clone()),
        What::OtherErased => panic!("{told:?}"),
    };
    let (acts, agreed): (Vec<_>, Vec<_>) = history.told.iter().map(decided).unzip();
    assert_eq!(acts, [Act::Join, Act::Part]);
    assert_eq!(agreed[0], "MH-0007");
    assert!(history.joined.is_empty());
}

#[store_test]
async fn a_merge_holds_one_appointment_a_dose_for_the_whole_course(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    // Both hold a seat for the second dose: not joined until one is cancelled.
    let tomorrow = app.today().succ_opt().unwrap();
    let session = publish(&site.app, 1, tomorrow, Vaccine::Covishield).await;
    twice.merged().await;
    let second = book(&site.app, &site.citizen, session, &[site.id], 2).await;
    let seat = pramaan_app::appointment::Booking {
        seat: pramaan_app::appointment::Seat {
            session,
            slot: SLOT.to_owned(),
        },
        dose: 2,
        members: vec![twice.id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: pramaan_app::message::Language::English,
    };
    let refused = app.book(&twice.other, seat.clone(), "test").await;
    assert!(matches!(refused, Err(Refusal::AnotherRecord)), "{refused:?}");
    cancel(site, (&site.citizen, second), site.id).await;
    app.book(&twice.other, seat, "test").await.unwrap();
}

pub(crate) async fn cancel(site: &Site, (citizen, seat): (&Citizen, AppointmentId), id: ReferenceId) {
    let language = pramaan_app::message::Language::English;
    let app = &site.app.app;
    let cancelled = app
        .cancel_appointment(citizen, seat, &[id], language, "test")
        .await;
    cancelled.unwrap();
}

#[store_test]
async fn records_with_appointments_for_the_same_dose_are_not_merged_until_one_is_cancelled(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let site = &twice.site;
    let third = site.app.citizen("9876543212").await;
    let id = register(&site.app, &third, OTHER_DOCUMENT).await;
    let seat = book(&site.app, &third, twice.session, &[id], 1).await;
    let one = twice.visit(twice.id, DOCUMENT).await;
    let other = twice.visit(id, OTHER_DOCUMENT).await;
    let proposed = twice.propose(one, Wanted::Join(other)).await.unwrap();
    let start = twice.rows().await;
    let refused = twice.approve(proposed).await;
    assert!(matches!(refused, Err(Refusal::MergeAppointments)), "{refused:?}");
    assert_eq!(twice.rows().await, start);
    cancel(site, (&third, seat), id).await;
    twice.approve(proposed).await.unwrap();
}

#[store_test]
async fn a_declined_merge_changes_nothing_and_can_be_proposed_again(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let one = twice.visit(twice.id, DOCUMENT).await;
    let app = twice.app();
    let found = app
        .same_document(&twice.site.staff, one, passport(DOCUMENT))
        .await
        .unwrap();
    let start = twice.rows().await;
    let wanted = Wanted::Join(found[0]);
    let proposed = twice.propose(one, wanted).await.unwrap();
    app.decide_merge(&twice.manager, proposed, Decision::Decline, "test")
        .await
        .unwrap();
    assert_eq!(twice.rows().await, start);
    let again = twice.propose(one, wanted).await.unwrap();
    assert_ne!(again, proposed);
    twice.approve(again).await.unwrap();
}

#[store_test]
async fn a_merge_wants_two_records_evidence_of_both_and_its_own_document(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let one = twice.visit(twice.id, DOCUMENT).await;
    let same = app.compare(&site.staff, (one, one), "test").await;
    assert!(matches!(same, Err(Refusal::SameRecord)), "{same:?}");
    let counted = site.count("evidence_count").await;
    let wrong = app.same_document(&site.staff, one, passport("X0000001")).await;
    assert!(matches!(wrong, Err(Refusal::NoMatch)), "{wrong:?}");
    assert_eq!(site.count("evidence_count").await, counted + 1, "and counted");

    let place = app.roster_today(&site.staff).await.unwrap()[0].place;
    let without = Evidence::None {
        place,
        reason: reason(),
    };
    let open = site.begin(without).await.unwrap();
    let unproven = app.visit_of_encounter(&site.staff, open.key).await.unwrap();
    let found = app
        .same_document(&site.staff, unproven, passport(DOCUMENT))
        .await
        .unwrap();
    let refused = twice.propose(unproven, Wanted::Join(found[0])).await;
    assert!(
        matches!(refused, Err(Refusal::MergeWithoutEvidence)),
        "{refused:?}"
    );

    let colleague = nurse(&site.app, "MH-0002", 2).await;
    let theirs = app.compare(&colleague, (one, found[0]), "test").await;
    assert!(matches!(theirs, Err(Refusal::NoEncounter)), "{theirs:?}");
}

/// A stolen login with a list of documents goes through sixty other records a day, not through a district.
#[store_test]
async fn records_opened_for_a_merge_are_bounded_in_a_day(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let one = twice.visit(twice.id, DOCUMENT).await;
    let spent = async |n: u32| {
        let sql = "update evidence_count set n = $1 where kind = 'unexpected'";
        execute(&site.app, sql, vec![n.into()]).await;
    };
    let look = async || app.same_document(&site.staff, one, passport(DOCUMENT)).await;
    spent(UNEXPECTED_A_DAY).await;
    let over = look().await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    spent(UNEXPECTED_A_DAY - 1).await;
    let last = look().await.unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!(look().await.unwrap(), last, "open already: not counted again");
}

#[store_test]
async fn a_merge_finds_the_other_record_by_name_on_the_telephone_that_reads_out_its_code(db: TestDb) {
    let twice = Twice::open(db, OTHER_DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let one = twice.visit(twice.id, OTHER_DOCUMENT).await;
    let none = app
        .same_document(&site.staff, one, passport(OTHER_DOCUMENT))
        .await;
    assert!(none.unwrap().is_empty(), "another document was shown then");
    let number = Mobile::parse(MOBILE).unwrap();
    let language = pramaan_app::message::Language::English;
    let txn = app
        .send_code_to_other_phone(&site.staff, one, (number, language))
        .await
        .unwrap();
    let guess = |code: &str| OtherPhone {
        txn,
        otp: OtpDigest::of(code),
    };
    let before = site.app.log_size().await;
    let wrong = app.same_name(&site.staff, one, guess("000000"), "test").await;
    assert!(matches!(wrong, Err(Refusal::WrongOtp)), "{wrong:?}");
    assert_eq!(
        site.app.log_size().await,
        before + 1,
        "of a wrong code's number nobody is opened: only who is there"
    );
    let code = site.app.code(MOBILE);
    let found = app
        .same_name(&site.staff, one, guess(&code), "test")
        .await
        .unwrap();
    assert_eq!(
        site.app.log_size().await,
        before + 3,
        "and one entry for each name"
    );
    let compared = app.compare(&site.staff, (one, found[0]), "test").await.unwrap();
    assert_eq!(compared.other.doses.len(), 1);
    assert_eq!(compared.agreement.document, Agrees::No);
}

/// On what those of a code looked at a record to correct or join it, by the person's own list.
async fn grounds(twice: &Twice, (citizen, id): (&Citizen, ReferenceId), staff: &str) -> BTreeSet<Basis> {
    let list = twice.app().access_list(citizen, id, None, "test").await.unwrap();
    let lines = list.others.into_iter();
    let lines = lines.filter(|line| line.staff == staff && line.purpose == Purpose::Correction);
    lines.map(|line| line.basis).collect()
}

/// Of who is found on a telephone nobody knows whether they were there; the second person need not have seen anybody.
#[store_test]
async fn the_lists_say_who_was_found_by_anothers_word_and_who_looked_as_second_person(db: TestDb) {
    let twice = Twice::open(db, OTHER_DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let one = twice.visit(twice.id, OTHER_DOCUMENT).await;
    let (number, language) = (
        Mobile::parse(MOBILE).unwrap(),
        pramaan_app::message::Language::English,
    );
    let txn = app
        .send_code_to_other_phone(&site.staff, one, (number, language))
        .await
        .unwrap();
    let phone = OtherPhone {
        txn,
        otp: OtpDigest::of(&site.app.code(MOBILE)),
    };
    let found = app.same_name(&site.staff, one, phone, "test").await.unwrap()[0];
    // They are compared and nothing else: birth date, last doses and corrections are not for who was only found.
    let shown = app.show_correction(&site.staff, found, "test").await;
    assert!(matches!(shown, Err(Refusal::NoEncounter)), "{shown:?}");
    let history = app.merge_record(&site.staff, found, "test").await;
    assert!(matches!(history, Err(Refusal::NoEncounter)), "{history:?}");
    let to_correct = app.other_visits(&site.staff, one).await.unwrap();
    assert!(to_correct.is_empty(), "{to_correct:?}");
    app.compare(&site.staff, (one, found), "test").await.unwrap();
    let proposed = twice.propose(one, Wanted::Join(found)).await.unwrap();
    app.show_merge(&twice.manager, proposed, "test").await.unwrap();
    twice.approve(proposed).await.unwrap();

    let (home, here) = ((&site.citizen, site.id), (&twice.other, twice.id));
    let only = |basis| BTreeSet::from([basis]);
    assert_eq!(grounds(&twice, home, "MH-0001").await, only(Basis::AnothersWord));
    assert_eq!(grounds(&twice, here, "MH-0001").await, only(Basis::SiteEvidence));
    for side in [home, here] {
        assert_eq!(grounds(&twice, side, "MH-0007").await, only(Basis::SecondPerson));
    }
}

#[store_test]
async fn who_writes_the_database_alone_merges_nobody(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let one = twice.visit(twice.id, DOCUMENT).await;
    twice.merged().await;
    let site = &twice.site;
    execute(
        &site.app,
        "update merge_link set joined_at = joined_at + 1",
        Vec::new(),
    )
    .await;
    let moved = twice.app().merge_record(&site.staff, one, "test").await;
    let misplaced = |refusal: &Refusal| matches!(refusal, Refusal::Unavailable(StoreError::Misplaced { .. }));
    assert!(misplaced(moved.as_ref().unwrap_err()), "{moved:?}");
    execute(
        &site.app,
        "update merge_link set joined_at = joined_at - 1",
        Vec::new(),
    )
    .await;
    let (household, person) = site.app.member(&site.citizen).await;
    execute(
        &site.app,
        "delete from merge_link where household = $1 and person = $2",
        vec![household.into(), person.into()],
    )
    .await;
    let half = site.begin(Evidence::DocumentOf {
        reference_id: twice.id,
        kind: DocumentType::Passport,
        number: DocumentNumber::parse(DOCUMENT).unwrap(),
    });
    let half = half.await;
    assert!(misplaced(half.as_ref().unwrap_err()), "{half:?}");
}

pub(crate) type Subject = (HouseholdId, PersonId);

/// A dose of one of them, as it is given between merges.
pub(crate) async fn give(site: &Site, (household, person): Subject, round: u8) {
    let id = pramaan_domain::id::DoseId::from_random(site.app.sealer.random());
    let dose = site.dose();
    let new = NewDose {
        household,
        person,
        id,
        dose: DoseNumber::First,
        session: site.session,
        facts: dose::DoseFacts {
            given_at: site.app.clock.now(),
            vaccine: dose.vaccine,
            batch: dose.batch,
            vial: round.to_string(),
            site: dose.site,
            centre: 1,
            staff: "MH-0001".to_owned(),
            entered: dose::Entered::WithTheRecord,
            off_protocol: None,
        },
    };
    let (sealer, now) = (site.app.sealer.clone(), site.app.clock.now());
    let given = site.app.db.write("test::give", move |tx| {
        Box::pin(async move { dose::append(tx, &sealer, &new, now).await })
    });
    given.await.unwrap();
}

pub(crate) async fn act(site: &Site, joins: bool, ends: (Subject, Subject)) -> Result<(), MergeRefusal> {
    let (sealer, now) = (site.app.sealer.clone(), site.app.clock.now());
    let done = site.app.db.write("test::act", move |tx| {
        Box::pin(async move {
            merge::lock(tx, &sealer, &[ends.0, ends.1]).await?;
            let done = match joins {
                true => merge::join(tx, &sealer, ends, now).await?,
                false => merge::part(tx, ends).await?,
            };
            Ok::<_, StoreError>(done)
        })
    });
    done.await.unwrap()
}

/// The course of each, by the database.
pub(crate) async fn courses(site: &Site, of: &[Subject]) -> Vec<Vec<Subject>> {
    let (sealer, asked) = (site.app.sealer.clone(), of.to_vec());
    let read = site.app.db.read("test::courses", move |tx| {
        Box::pin(async move { merge::courses(tx, &sealer, &asked).await })
    });
    let others: std::collections::HashMap<PersonId, Vec<Subject>> = read.await.unwrap();
    of.iter()
        .map(|one| {
            let mut course = others.get(&one.1).cloned().unwrap_or_default();
            course.push(*one);
            course.sort_unstable();
            course
        })
        .collect()
}

/// Pseudo-random, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end).unwrap()
    }
}

#[store_test]
async fn any_sequence_of_merges_and_unmerges_undone_restores_the_start_and_no_dose_is_in_two_courses(
    db: TestDb,
) {
    let site = Site::open(db).await;
    let mut people = vec![site.app.member(&site.citizen).await];
    for n in 1..7 {
        let citizen = site.app.citizen(&format!("98765432{n}2")).await;
        register(&site.app, &citizen, &format!("Z765432{n}")).await;
        people.push(site.app.member(&citizen).await);
    }
    let (mut chance, mut links, mut given) = (Chance(7), Links::default(), 0);
    let mut done: Vec<(bool, (Subject, Subject))> = Vec::new();
    let pick = |chance: &mut Chance| people[chance.below(7)];
    for round in 0..60 {
        if chance.below(4) == 0 {
            give(&site, pick(&mut chance), round).await;
            given += 1;
            continue;
        }
        let (joins, ends) = (chance.below(5) < 3, (pick(&mut chance), pick(&mut chance)));
        if ends.0 == ends.1 {
            continue;
        }
        let expected = match joins {
            true => links.join(ends.0, ends.1),
            false => links.part(ends.0, ends.1),
        };
        assert_eq!(act(&site, joins, ends).await, expected, "as the model says");
        if expected.is_ok() {
            done.push((joins, ends));
        }
        let of_model: Vec<Vec<Subject>> = people
            .iter()
            .map(|one| links.course(*one).into_iter().collect())
            .collect();
        let of_database = courses(&site, &people).await;
        assert_eq!(of_database, of_model);
        let mut distinct = of_database;
        distinct.sort();
        distinct.dedup();
        let members: usize = distinct.iter().map(Vec::len).sum();
        assert_eq!(
            members,
            people.len(),
            "everybody, and each of their doses, is in one course"
        );
        assert_eq!(site.count("dose").await, given);
    }
    assert!(done.len() > 8 && given > 8, "{} acts, {given} doses", done.len());
    for (joined, ends) in done.into_iter().rev() {
        assert_eq!(act(&site, !joined, ends).await, Ok(()));
    }
    assert_eq!(site.count("merge_link").await, 0, "as it began");
    assert_eq!(site.count("dose").await, given);
}

#[store_test]
async fn a_correction_after_a_merge_is_judged_and_certified_by_the_whole_course(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let open = twice.encounter(DOCUMENT).await;
    let recorded = app.record_dose(&site.staff, open.key, site.dose(), "test").await;
    let event = recorded.unwrap().event;
    let visit = twice.merged().await;
    let facts = pramaan_app::correction::Facts {
        number: DoseNumber::Second,
        vaccine: Vaccine::Covishield,
        batch: site.dose().batch,
        vial: site.dose().vial,
        given_at: site.dose().given_at,
        site: site.dose().site,
    };
    let wanted = (pramaan_app::correction::Wanted::Correct(facts), reason());
    app.change_dose(&site.staff, (visit, event), wanted, "test")
        .await
        .unwrap();
    let shown = app.show_correction(&site.staff, visit, "test").await.unwrap();
    let given = &shown.doses[0].given;
    assert_eq!(given.dose, DoseNumber::Second);
    assert_eq!(given.facts.off_protocol, None, "twelve weeks after the first");
    let certificate = app.certificate(&twice.other, twice.id, None, "test").await;
    let certificate = certificate.unwrap().json().replace(' ', "");
    assert!(certificate.contains("\"dose\":2"), "{certificate}");
}

#[store_test]
async fn a_correction_after_a_merge_is_flagged_by_a_dose_of_the_other_record(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    let open = twice.encounter(DOCUMENT).await;
    let recorded = app.record_dose(&site.staff, open.key, site.dose(), "test").await;
    let event = recorded.unwrap().event;
    let visit = twice.merged().await;
    let facts = pramaan_app::correction::Facts {
        number: DoseNumber::First,
        vaccine: Vaccine::Covishield,
        batch: pramaan_domain::dose::VaccineBatch::parse("4121Z026").unwrap(),
        vial: site.dose().vial,
        given_at: site.dose().given_at,
        site: site.dose().site,
    };
    let wanted = (pramaan_app::correction::Wanted::Correct(facts), reason());
    app.change_dose(&site.staff, (visit, event), wanted, "test")
        .await
        .unwrap();
    let shown = app.show_correction(&site.staff, visit, "test").await.unwrap();
    let off = shown.doses[0].given.facts.off_protocol.as_ref();
    assert!(off.is_some(), "the other record has a first dose already");
}

#[store_test]
async fn a_proposal_about_somebody_who_was_erased_is_gone_from_the_list(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let app = twice.app();
    cancel(&twice.site, (&twice.other, twice.seat), twice.id).await;
    let one = twice.visit(twice.id, DOCUMENT).await;
    let found = app
        .same_document(&twice.site.staff, one, passport(DOCUMENT))
        .await;
    let proposed = twice.propose(one, Wanted::Join(found.unwrap()[0])).await.unwrap();
    assert_eq!(app.merges_waiting(&twice.manager).await.unwrap().len(), 1);
    app.delete_beneficiary(&twice.other, twice.id).await.unwrap();
    assert!(app.merges_waiting(&twice.manager).await.unwrap().is_empty());
    let gone = twice.approve(proposed).await;
    assert!(matches!(gone, Err(Refusal::NoProposal)), "{gone:?}");
}

#[store_test]
async fn nothing_waits_about_somebody_who_was_erased_before_it_was_proposed(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let app = twice.app();
    cancel(&twice.site, (&twice.other, twice.seat), twice.id).await;
    let one = twice.visit(twice.id, DOCUMENT).await;
    let found = app
        .same_document(&twice.site.staff, one, passport(DOCUMENT))
        .await
        .unwrap();
    app.delete_beneficiary(&twice.other, twice.id).await.unwrap();
    for (visit, other) in [(one, found[0]), (found[0], one)] {
        let refused = twice.propose(visit, Wanted::Join(other)).await;
        assert!(refused.is_err(), "{refused:?}");
    }
    let waiting = app.merges_waiting(&twice.manager).await.unwrap();
    assert!(waiting.is_empty(), "{waiting:?}");
}

#[store_test]
async fn a_record_says_that_one_joined_with_it_was_erased(db: TestDb) {
    let twice = Twice::open(db, DOCUMENT).await;
    let (site, app) = (&twice.site, twice.app());
    cancel(site, (&twice.other, twice.seat), twice.id).await;
    twice.merged().await;
    let one = twice.visit(site.id, DOCUMENT).await;
    let before = app.merge_record(&site.staff, one, "test").await.unwrap();
    assert_eq!((before.joined.len(), before.told.len()), (1, 1));
    site.app.clock.advance_seconds(60);
    app.delete_beneficiary(&twice.other, twice.id).await.unwrap();
    let after = app.merge_record(&site.staff, one, "test").await.unwrap();
    assert_eq!(after.joined.len(), 0);
    let told: Vec<&What> = after.told.iter().map(|told| &told.what).collect();
    assert!(
        matches!(
            told[..],
            [What::Decided { act: Act::Join, .. }, What::OtherErased]
        ),
        "and why it is alone again: {told:?}"
    );
}
