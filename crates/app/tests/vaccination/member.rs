//! Which phone sees whom: leaving one for another at the site, numbers that fell silent, and numbers of somebody else.

use pramaan_app::access_list::Line;
use pramaan_app::beneficiary::Correction;
use pramaan_app::card::Shown;
use pramaan_app::encounter::SlipCode;
use pramaan_app::member::{PhoneChange, Present, SecondProof};
use pramaan_app::message::Language;
use pramaan_app::otp::{Account, OtpDigest};
use pramaan_app::testing::TestApp;
use pramaan_app::walk_in::DeskMobile;
use pramaan_app::{Citizen, Comorbidity, Face, HouseholdLeft, Refusal, Repetition, Staff, StoreError};
use pramaan_domain::access::Basis;
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

/// The phone that a woman leaves for.
pub(crate) const OWN: &str = "9811111111";
pub(crate) const SILENT_DAYS: i64 = 90;

fn document(number: &str) -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

/// What somebody at the desk reads out for a number.
pub(crate) async fn desk_code(site: &Site, mobile: &str) -> DeskMobile {
    let number = Mobile::parse(mobile).unwrap();
    let sent = site
        .app
        .app
        .send_desk_code(&site.staff, number, Language::English);
    let txn = sent.await.unwrap();
    DeskMobile {
        txn,
        otp: OtpDigest::of(&site.app.code(mobile)),
    }
}

pub(crate) fn at_desk(number: &str, mobile: DeskMobile) -> PhoneChange {
    PhoneChange {
        present: Present::Desk {
            named: None,
            document: document(number),
        },
        mobile,
    }
}

pub(crate) async fn change(site: &Site, change: PhoneChange) -> Result<(), Refusal> {
    site.app.app.change_phone(&site.staff, change, "test").await
}

/// A person with a document at the desk, and the phone of this number.
pub(crate) async fn leaves_for(site: &Site, number: &str, mobile: &str) {
    let mobile = desk_code(site, mobile).await;
    change(site, at_desk(number, mobile)).await.unwrap();
}

pub(crate) async fn login(app: &TestApp, mobile: &str) -> Citizen {
    app.login(mobile, Face::Pages).await.unwrap().citizen
}

/// The reference ids that a phone lists.
pub(crate) async fn listed(app: &TestApp, citizen: &Citizen) -> Vec<ReferenceId> {
    let family = app.app.beneficiaries(citizen, "test").await.unwrap();
    family.iter().filter_map(|person| person.reference_id).collect()
}

/// Every value of the table `person`, byte for byte.
pub(crate) async fn person_rows(app: &TestApp) -> Vec<Vec<u8>> {
    let rows = app.db.read("test::person_rows", |tx| {
        Box::pin(async move {
            let rows = tx
                .query(
                    "select household, id, document_state, consent_version, name, birth_year, birth_date
                          , birth_date_erase_ix, gender, document_type, document_last_four, reference_id, comorbidity
                          , guardian, privacy_mac, created_at, updated_at, pin_hash
                     from person order by household, id",
                    &[],
                )
                .await?;
            let bytes = |row: &pramaan_store::Row| {
                let mut all = Vec::new();
                for column in 0..4 {
                    all.extend_from_slice(row.text(column)?.as_bytes());
                }
                for column in 4..15 {
                    all.extend_from_slice(row.opt_blob(column)?.unwrap_or_default());
                }
                for column in 15..17 {
                    all.extend_from_slice(&row.int(column)?.to_be_bytes());
                }
                all.extend_from_slice(row.opt_text(17)?.unwrap_or_default().as_bytes());
                Ok::<_, StoreError>(all)
            };
            rows.iter().map(bytes).collect::<Result<Vec<_>, _>>()
        })
    });
    let rows = rows.await.unwrap();
    assert!(rows.iter().all(|row| row.len() > 300), "whole rows are compared");
    rows
}

fn sent_to(site: &Site, mobile: &str) -> usize {
    site.app.outbox.to(&Mobile::parse(mobile).unwrap()).len()
}

#[store_test]
async fn a_number_change_rewrites_no_person_row(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let husband = register(&site.app, &site.citizen, "K7654321").await;
    let before = person_rows(&site.app).await;
    let told = sent_to(&site, MOBILE);

    leaves_for(&site, DOCUMENT, OWN).await;

    assert_eq!(person_rows(&site.app).await, before);
    assert_eq!(
        listed(&site.app, &site.citizen).await,
        [husband],
        "the login that was open before, too"
    );
    assert_eq!(
        listed(&site.app, &login(&site.app, MOBILE).await).await,
        [husband]
    );
    let own = login(&site.app, OWN).await;
    let seen = app.dashboard(&own, "test").await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].person.reference_id, Some(site.id));
    assert_eq!(
        seen[0].person.mobile,
        Some(Mobile::parse(OWN).unwrap()),
        "the number of the phone that sees her"
    );
    assert_eq!(seen[0].appointments.len(), 1, "her booking came along");
    let slip = app.slip(&own, site.appointment, "test").await.unwrap();
    assert_eq!(slip.members.len(), 1);

    let (at_home, at_own) = (sent_to(&site, MOBILE), sent_to(&site, OWN));
    assert_eq!(
        at_home,
        told + 1,
        "the code of the login just now, and nothing else"
    );
    app.cancel_appointment(&own, site.appointment, &[site.id], Language::English, "test")
        .await
        .unwrap();
    assert_eq!(
        (sent_to(&site, MOBILE), sent_to(&site, OWN)),
        (at_home, at_own + 1)
    );
    let again = book(&site.app, &own, site.session, &[site.id], 1).await;
    assert_eq!(
        app.slip(&own, again, "test").await.unwrap().members.len(),
        1,
        "she books for herself"
    );
    assert_eq!(person_rows(&site.app).await, before);
}

#[store_test]
async fn nothing_of_who_left_is_reached_from_the_phone_they_left(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let old = &site.citizen;
    let named = || Repetition::Request("her registration".to_owned());
    let typed = || registration(app.today(), "M1111111");
    let mother = app.register_once(old, typed(), named()).await.unwrap();
    let open = site.open_record().await;
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    leaves_for(&site, DOCUMENT, OWN).await;
    site.app.clock.advance_seconds(1);
    leaves_for(&site, "M1111111", OWN).await;

    let unknown = |refused: Result<(), Refusal>| {
        assert!(
            matches!(
                refused,
                Err(Refusal::UnknownBeneficiary | Refusal::UnknownAppointment)
            ),
            "{refused:?}"
        );
    };
    assert!(app.dashboard(old, "test").await.unwrap().is_empty());
    assert!(app.certificates(old).await.unwrap().is_empty());
    assert!(app.appointments(old).await.unwrap().is_empty());
    assert!(app.rivals(old).await.unwrap().is_empty());
    unknown(app.beneficiary_at(old, 1, "test").await.map(drop));
    unknown(app.place_of(old, site.id).await.map(drop));
    unknown(app.access_list(old, site.id, None, "test").await.map(drop));
    unknown(app.certificate(old, site.id, None, "test").await.map(drop));
    unknown(app.slip(old, site.appointment, "test").await.map(drop));
    unknown(app.delete_beneficiary(old, mother).await.map(drop));
    let facts = Correction {
        name: PersonName::parse("Somebody Else").unwrap(),
        birth_year: BirthYear::parse("1980", app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        comorbidity: Comorbidity::None,
    };
    unknown(app.correct_beneficiary(old, mother, facts, "test").await);
    let her = [site.id];
    let cancelled = app.cancel_appointment(old, site.appointment, &her, Language::English, "test");
    unknown(cancelled.await.map(drop));
    let seat = pramaan_app::appointment::Seat {
        session: site.session,
        slot: SLOT.to_owned(),
    };
    unknown(
        app.reschedule(old, site.appointment, &seat, Language::English, "test")
            .await,
    );
    let repeated = app.register_once(old, typed(), named()).await;
    assert!(
        matches!(repeated, Err(Refusal::KeyReused)),
        "the answer of then names her: {repeated:?}"
    );
    for face in [Face::Public, Face::Status] {
        let narrow = site.app.login(MOBILE, face).await;
        assert!(matches!(narrow, Err(Refusal::NotRegistered)), "{narrow:?}");
    }
    let partner = site.app.login(MOBILE, Face::Partner(1)).await.unwrap();
    assert_eq!(partner.account, Account::New);
    assert!(listed(&site.app, &partner.citizen).await.is_empty());

    let own = login(&site.app, OWN).await;
    assert_eq!(listed(&site.app, &own).await, [site.id, mother]);
    app.certificate(&own, site.id, None, "test").await.unwrap();
    let list = app.access_list(&own, site.id, None, "test").await.unwrap();
    let by_staff = |line: &&Line| line.purpose == pramaan_domain::access::Purpose::Contact;
    let noted: Vec<_> = list.others.iter().filter(by_staff).collect();
    assert_eq!(noted.len(), 1, "who did it stands on her list");
    assert_eq!(noted[0].staff, site.staff.code());
    app.delete_beneficiary(&own, mother).await.unwrap();
    assert_eq!(listed(&site.app, &own).await, [site.id]);
}

/// A document that left with its owner is nobody's of the family any more: whoever registers it there again is its second.
#[store_test]
async fn a_document_that_left_is_not_the_familys_own(db: TestDb) {
    let site = Site::open(db).await;
    leaves_for(&site, DOCUMENT, OWN).await;
    register(&site.app, &site.citizen, DOCUMENT).await;
    let family = site.app.app.beneficiaries(&site.citizen, "test").await.unwrap();
    assert_eq!(
        family[0].document_state,
        pramaan_app::encounter::DocumentState::Disputed
    );
    let own = login(&site.app, OWN).await;
    assert_eq!(site.app.app.rivals(&own).await.unwrap().len(), 1);
    let both = desk_code(&site, "9822222222").await;
    let refused = change(&site, at_desk(DOCUMENT, both.clone())).await;
    assert!(
        matches!(
            refused,
            Err(Refusal::Invalid {
                field: "reference",
                ..
            })
        ),
        "{refused:?}"
    );
    let named = PhoneChange {
        present: Present::Desk {
            named: Some(site.id),
            document: document(DOCUMENT),
        },
        mobile: both,
    };
    change(&site, named).await.unwrap();
    assert_eq!(
        listed(&site.app, &login(&site.app, "9822222222").await).await,
        [site.id]
    );
}

#[store_test]
async fn people_without_a_phone_get_their_first_one_at_the_desk(db: TestDb) {
    let site = Site::open(db).await;
    let typed = registration(site.app.app.today(), "W1234567");
    let walk_in = site
        .app
        .app
        .register_walk_in(&site.staff, typed, None)
        .await
        .unwrap();
    let before = person_rows(&site.app).await;
    leaves_for(&site, "W1234567", OWN).await;
    assert_eq!(
        listed(&site.app, &login(&site.app, OWN).await).await,
        [walk_in.reference_id]
    );
    assert_eq!(person_rows(&site.app).await, before);
}

#[store_test]
async fn a_phone_change_sent_twice_is_one_and_wrong_guesses_are_counted(db: TestDb) {
    let site = Site::open(db).await;
    let right = desk_code(&site, OWN).await;
    let wrong = DeskMobile {
        otp: OtpDigest::of("000000"),
        ..right.clone()
    };
    for _ in 0..2 {
        let refused = change(&site, at_desk(DOCUMENT, wrong.clone())).await;
        assert!(matches!(refused, Err(Refusal::WrongOtp)), "{refused:?}");
    }
    let leaves = site.count("access_leaf").await;
    for _ in 0..2 {
        change(&site, at_desk(DOCUMENT, right.clone())).await.unwrap();
    }
    assert_eq!(site.count("access_leaf").await, leaves + 1);
    assert_eq!(site.count("departure").await, 1);
    let other = desk_code(&site, OWN).await;
    let refused = change(&site, at_desk("X0000000", other)).await;
    assert!(matches!(refused, Err(Refusal::NoMatch)), "{refused:?}");
    execute(
        &site.app,
        "update evidence_count set n = 20 where kind = 'unmatched_document'",
        Vec::new(),
    )
    .await;
    let spent = desk_code(&site, OWN).await;
    let refused = change(&site, at_desk(DOCUMENT, spent)).await;
    assert!(matches!(refused, Err(Refusal::OverBudget { .. })), "{refused:?}");
}

/// A wrong code beside it makes no difference: the answer already says whether anybody registered that document.
#[store_test]
async fn a_right_document_at_the_desk_is_one_of_four_hundred_a_day(db: TestDb) {
    let site = Site::open(db).await;
    let right = desk_code(&site, OWN).await;
    let wrong = DeskMobile {
        otp: OtpDigest::of("000000"),
        ..right.clone()
    };
    let refused = change(&site, at_desk(DOCUMENT, wrong)).await;
    assert!(matches!(refused, Err(Refusal::WrongOtp)), "{refused:?}");
    assert_eq!(documents_looked_at(&site).await, 1, "it stays counted");
    execute(
        &site.app,
        "update evidence_count set n = 400 where kind = 'document_service'",
        Vec::new(),
    )
    .await;
    let refused = change(&site, at_desk(DOCUMENT, right)).await;
    assert!(matches!(refused, Err(Refusal::OverBudget { .. })), "{refused:?}");
    assert_eq!(site.count("departure").await, 0);
}

async fn documents_looked_at(site: &Site) -> i64 {
    let counted = site.app.db.read("test::documents", |tx| {
        Box::pin(async move {
            tx.query_one(
                "select cast(coalesce(sum(n), 0) as bigint) from evidence_count where kind = 'document_service'",
                &[],
            )
            .await?
            .int(0)
        })
    });
    counted.await.unwrap()
}

#[store_test]
async fn six_count_who_came_and_not_who_left(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let full = site.app.citizen(OWN).await;
    for n in 0..6 {
        register(&site.app, &full, &format!("F100000{n}")).await;
    }
    let mobile = desk_code(&site, OWN).await;
    let refused = change(&site, at_desk(DOCUMENT, mobile)).await;
    assert!(matches!(refused, Err(Refusal::MobileNotHere)), "{refused:?}");
    leaves_for(&site, "F1000000", "9822222222").await;
    leaves_for(&site, DOCUMENT, OWN).await;
    let seventh = app.register(&full, registration(app.today(), "F2000000")).await;
    assert!(matches!(seventh, Err(Refusal::HouseholdFull)), "{seventh:?}");
    assert_eq!(listed(&site.app, &full).await.len(), 6);
}

/// A thief buys numbers that the company gave away again.
#[store_test]
async fn a_recycled_number_opens_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    register(&site.app, &site.citizen, "K7654321").await;
    let before = person_rows(&site.app).await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    for face in [Face::Public, Face::Status] {
        let narrow = site.app.login(MOBILE, face).await;
        assert!(matches!(narrow, Err(Refusal::NotRegistered)), "{narrow:?}");
    }
    for face in [Face::Portal, Face::Pages, Face::Partner(1)] {
        let thief = site.app.login(MOBILE, face).await.unwrap();
        assert_eq!(thief.account, Account::New);
        let thief = thief.citizen;
        assert!(app.dashboard(&thief, "test").await.unwrap().is_empty());
        assert!(app.certificates(&thief).await.unwrap().is_empty());
        let slip = app.slip(&thief, site.appointment, "test").await;
        assert!(matches!(slip, Err(Refusal::UnknownAppointment)), "{slip:?}");
    }
    assert_eq!(person_rows(&site.app).await, before);
    let thief = login(&site.app, MOBILE).await;
    let own = register(&site.app, &thief, "T9999999").await;
    assert_eq!(
        listed(&site.app, &thief).await,
        [own],
        "the new owner begins anew"
    );
    assert_eq!(listed(&site.app, &login(&site.app, MOBILE).await).await, [own]);
}

/// The day before, the password alone is enough; each login begins the days anew, through whatever door.
#[store_test]
async fn a_number_in_use_never_falls_silent(db: TestDb) {
    let site = Site::open(db).await;
    for face in [Face::Public, Face::Pages, Face::Portal, Face::Status] {
        site.app.clock.advance_seconds((SILENT_DAYS - 1) * 86_400);
        site.app.login(MOBILE, face).await.unwrap();
    }
    assert_eq!(
        listed(&site.app, &login(&site.app, MOBILE).await).await,
        [site.id]
    );
}

pub(crate) async fn proves(site: &Site, citizen: &Citizen, paper: &str, code: &str) -> Result<(), Refusal> {
    let proof = SecondProof::Slip {
        paper: paper.parse().unwrap(),
        code: code.parse::<SlipCode>().unwrap(),
    };
    site.app.app.second_proof(citizen, proof, "test").await
}

#[store_test]
async fn a_silent_number_wakes_with_the_slip(db: TestDb) {
    let site = Site::open(db).await;
    let husband = register(&site.app, &site.citizen, "K7654321").await;
    let code = site.code().await;
    let before = person_rows(&site.app).await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let citizen = login(&site.app, MOBILE).await;
    assert!(listed(&site.app, &citizen).await.is_empty());
    let elsewhere = login(&site.app, OWN).await;
    let refused = proves(&site, &elsewhere, &site.id.to_string(), &code).await;
    assert!(
        matches!(refused, Err(Refusal::WrongProof)),
        "on the own number only: {refused:?}"
    );
    proves(&site, &citizen, &site.id.to_string(), &code)
        .await
        .unwrap();
    let mut seen = listed(&site.app, &citizen).await;
    seen.sort();
    let mut all = vec![site.id, husband];
    all.sort();
    assert_eq!(seen, all, "everybody who slept");
    assert_eq!(person_rows(&site.app).await, before);
    assert_eq!(listed(&site.app, &login(&site.app, MOBILE).await).await.len(), 2);
}

/// Four digits are guessed in no time, unless the guesses are counted; and a right id looks like one of nobody.
#[store_test]
async fn second_proofs_are_counted_for_good_and_tell_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let right = site.code().await;
    let wrong = format!("{:04}", (right.parse::<u32>().unwrap() + 1) % 10_000);
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let thief = login(&site.app, MOBILE).await;
    let nobody = proves(&site, &thief, "10000000000000", &wrong).await;
    let somebody = proves(&site, &thief, &site.id.to_string(), &wrong).await;
    assert_eq!(format!("{nobody:?}"), format!("{somebody:?}"));
    for _ in 0..4 {
        let refused = proves(&site, &thief, &site.id.to_string(), &wrong).await;
        assert!(matches!(refused, Err(Refusal::WrongProof)), "{refused:?}");
    }
    let late = proves(&site, &thief, &site.id.to_string(), &right).await;
    assert!(
        matches!(late, Err(Refusal::WrongProof)),
        "after five not even the right one: {late:?}"
    );
    for _ in 0..3 {
        let _ = proves(&site, &thief, &site.id.to_string(), &wrong).await;
    }
    let over = proves(&site, &thief, &site.id.to_string(), &wrong).await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    let own = register(&site.app, &thief, "K7654321").await;
    site.app.app.delete_beneficiary(&thief, own).await.unwrap();
    let thief = login(&site.app, MOBILE).await;
    let over = proves(&site, &thief, &site.id.to_string(), &wrong).await;
    assert!(
        matches!(over, Err(Refusal::OverBudget { .. })),
        "the number's tries, whatever becomes of its household: {over:?}"
    );
    assert!(listed(&site.app, &thief).await.is_empty());
    let back = nurse(&site.app, "MH-0002", 1).await;
    at_another_desk(&site, &back).await;
}

/// The way that is always left: the site, with the document.
async fn at_another_desk(site: &Site, staff: &Staff) {
    let number = Mobile::parse(MOBILE).unwrap();
    let sent = site.app.app.send_desk_code(staff, number, Language::English);
    let mobile = DeskMobile {
        txn: sent.await.unwrap(),
        otp: OtpDigest::of(&site.app.code(MOBILE)),
    };
    let back = site
        .app
        .app
        .change_phone(staff, at_desk(DOCUMENT, mobile), "test");
    back.await.unwrap();
    assert_eq!(
        listed(&site.app, &login(&site.app, MOBILE).await).await,
        [site.id]
    );
}

#[store_test]
async fn a_report_takes_the_number_and_a_site_gives_it_back(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let before = person_rows(&site.app).await;
    let told = sent_to(&site, MOBILE);
    let reporter = login(&site.app, MOBILE).await;
    app.report_own_number(&reporter, "test").await.unwrap();
    assert_eq!(
        sent_to(&site, MOBILE),
        told + 1,
        "the login's code; nobody is told"
    );
    assert!(app.dashboard(&reporter, "test").await.unwrap().is_empty());
    let late = app
        .register(&site.citizen, registration(app.today(), "L1111111"))
        .await;
    assert!(
        matches!(late, Err(Refusal::Unauthenticated)),
        "logins of before end: {late:?}"
    );
    let again = login(&site.app, MOBILE).await;
    assert!(listed(&site.app, &again).await.is_empty());
    let code = proves(&site, &again, &site.id.to_string(), "0000").await;
    assert!(matches!(code, Err(Refusal::WrongProof)));
    assert_eq!(person_rows(&site.app).await, before);
    at_another_desk(&site, &site.staff).await;
    assert_eq!(person_rows(&site.app).await, before);
}

/// Who was there, or had the password, is the number's new owner: not those who were taken off it.
#[store_test]
async fn who_is_taken_off_a_number_reads_that_it_was_anothers_word(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    app.report_own_number(&site.citizen, "test").await.unwrap();
    leaves_for(&site, DOCUMENT, OWN).await;
    let mobile = desk_code(&site, OWN).await;
    app.report_number_at_desk(&site.staff, mobile, "test")
        .await
        .unwrap();
    let shown = Shown::Document {
        reference_id: site.id,
        document: document(DOCUMENT),
    };
    let list = app.access_list_at_desk(&site.staff, shown, "test").await;
    let list = list.unwrap();
    let changed = contact_changes(&list).into_iter();
    let changed: Vec<_> = changed.map(|(staff, basis, _)| (staff, basis)).collect();
    let told = [
        ("MH-0001", Basis::AnothersWord),
        ("MH-0001", Basis::SiteEvidence),
        ("", Basis::AnothersWord),
    ];
    assert_eq!(changed, told);
}

#[store_test]
async fn who_reports_every_number_locks_nobody_out_for_good(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let numbers: Vec<Mobile> = [MOBILE, OWN, "9833333333"]
        .iter()
        .map(|number| Mobile::parse(number).unwrap())
        .collect();
    for _ in 0..2 {
        let reported = app.report_numbers(&numbers).await.unwrap();
        assert_eq!(reported.numbers, 3, "known and unknown are counted alike");
    }
    assert!(
        listed(&site.app, &login(&site.app, MOBILE).await)
            .await
            .is_empty()
    );
    let code = desk_code(&site, MOBILE).await;
    app.report_number_at_desk(&site.staff, code, "test")
        .await
        .unwrap();
    at_another_desk(&site, &site.staff).await;
}

/// After a login nothing tells a number that had people from one that nobody knew.
#[store_test]
async fn a_silent_number_is_answered_like_one_that_nobody_knew(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let mut answers = Vec::new();
    for number in [MOBILE, OWN] {
        let login = site.app.login(number, Face::Pages).await.unwrap();
        let citizen = login.citizen;
        let registered = app.household_size(&citizen).await.unwrap();
        let proof = proves(&site, &citizen, "10000000000000", "1234").await;
        let listed = listed(&site.app, &citizen).await;
        answers.push(format!("{:?} {registered} {proof:?} {listed:?}", login.account));
    }
    assert_eq!(answers[0], answers[1]);
}

/// Who can write the database, but has no keys, gives nobody to another phone and wakes no number.
#[store_test]
async fn rows_of_others_give_nobody_to_a_phone(db: TestDb) {
    let site = Site::open(db).await;
    let thief = login(&site.app, OWN).await;
    let own = register(&site.app, &thief, "T9999999").await;
    let (mine, _) = site.app.member(&thief).await;
    let (theirs, person) = site.app.member(&site.citizen).await;
    execute(
        &site.app,
        "insert into member (holder, household, person, since) values ($1, $2, $3, 1)",
        vec![mine.into(), theirs.into(), person.into()],
    )
    .await;
    assert_eq!(listed(&site.app, &thief).await, [own]);
    execute(
        &site.app,
        "insert into departure (household, person, holder, since, proof_tries, binding_mac)
         values ($1, $2, $3, 1, 0, $4)",
        vec![theirs.into(), person.into(), mine.into(), vec![0_u8; 32].into()],
    )
    .await;
    let opened = site.app.app.beneficiaries(&thief, "test").await;
    assert!(
        matches!(
            opened,
            Err(Refusal::Unavailable(StoreError::Misplaced { table: "departure" }))
        ),
        "{opened:?}"
    );
    execute(&site.app, "delete from departure", Vec::new()).await;
    execute(
        &site.app,
        "update mobile_index set proved_on = proved_on + 80",
        Vec::new(),
    )
    .await;
    let woken = site.app.login(MOBILE, Face::Pages).await;
    assert!(
        matches!(
            woken,
            Err(Refusal::Unavailable(StoreError::Misplaced {
                table: "mobile_index"
            }))
        ),
        "{woken:?}"
    );
}

/// Moves a few rows of each directory; answers how many.
pub(crate) async fn moved(app: &TestApp, most: u32) -> u64 {
    let sealer = app.sealer.clone();
    let batch = app.db.write("test::rekey", move |tx| {
        Box::pin(async move { pramaan_store::rekey::batch(tx, &sealer, most).await })
    });
    let moved: Result<u64, StoreError> = batch.await;
    moved.unwrap()
}

/// The index key changes while the server answers: old rows and new ones are found, a run that stops goes on, and in the
/// end no row has its old index.
#[store_test]
async fn an_index_rekey_rewrites_no_person_row(db: TestDb) {
    let mut site = Site::open(db).await;
    let husband = register(&site.app, &site.citizen, "K7654321").await;
    let open = site.open_record().await;
    let dose = site.dose();
    site.app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    leaves_for(&site, "K7654321", OWN).await;
    login(&site.app, MOBILE).await;
    let before = person_rows(&site.app).await;
    let departures = site.count("departure").await;

    site.app = site.app.with_next_index_key();
    assert_eq!(
        listed(&site.app, &login(&site.app, MOBILE).await).await,
        [site.id],
        "not moved yet, and found"
    );
    assert!(moved(&site.app, 1).await > 0);
    // Here the run stops, and the server answers on.
    let own = login(&site.app, OWN).await;
    assert_eq!(listed(&site.app, &own).await, [husband]);
    let new = register(&site.app, &own, "N1234567").await;
    let again = registration(site.app.app.today(), "K7654321");
    let again = site.app.app.register(&own, again).await;
    assert!(
        matches!(again, Err(Refusal::OwnDocument)),
        "a document that was not moved is still the family's: {again:?}"
    );
    while moved(&site.app, 2).await > 0 {}

    assert_eq!(person_rows(&site.app).await.len(), before.len() + 1);
    let rows = person_rows(&site.app).await;
    assert!(
        before.iter().all(|row| rows.contains(row)),
        "no row that was there was touched"
    );
    assert_eq!(site.count("departure").await, departures);
    for table in [
        "mobile_index where key_epoch < 2",
        "document_index where key_epoch < 2",
        "document_count where key_epoch < 2",
        "reference_index where key_epoch < 2",
        "certificate_index where key_epoch < 2",
    ] {
        assert_eq!(site.count(table).await, 0, "{table}");
    }
    let citizen = login(&site.app, MOBILE).await;
    assert_eq!(listed(&site.app, &citizen).await, [site.id]);
    site.app
        .app
        .certificate(&citizen, site.id, None, "test")
        .await
        .unwrap();
    assert_eq!(
        listed(&site.app, &login(&site.app, OWN).await).await,
        [new, husband],
        "its own first, then who came"
    );
    leaves_for(&site, DOCUMENT, "9844444444").await;
    assert_eq!(
        listed(&site.app, &login(&site.app, "9844444444").await).await,
        [site.id]
    );
}

#[store_test]
async fn who_left_for_another_phone_is_not_warned_of_the_own_one(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let sister = login(&site.app, OWN).await;
    register(&site.app, &sister, "K7654321").await;
    leaves_for(&site, DOCUMENT, OWN).await;
    let list = app.access_list(&sister, site.id, None, "test").await.unwrap();
    assert!(list.may_confirm, "her own phone, confirmed for its number");
    let warned = list.new_devices.iter().any(|new| new.is_this);
    assert!(!warned, "{:?}", list.new_devices);
}

#[store_test]
async fn who_slept_is_brought_back_after_the_only_new_member_was_deleted(db: TestDb) {
    let site = Site::open(db).await;
    let code = site.code().await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let citizen = login(&site.app, MOBILE).await;
    let mistaken = register(&site.app, &citizen, "K7654321").await;
    let deleted = site.app.app.delete_beneficiary(&citizen, mistaken).await;
    deleted.unwrap();
    let citizen = login(&site.app, MOBILE).await;
    proves(&site, &citizen, &site.id.to_string(), &code)
        .await
        .unwrap();
    assert_eq!(listed(&site.app, &citizen).await, [site.id]);
}

#[store_test]
async fn who_slept_is_brought_back_after_the_number_was_silent_again(db: TestDb) {
    let site = Site::open(db).await;
    let code = site.code().await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let citizen = login(&site.app, MOBILE).await;
    let newer = register(&site.app, &citizen, "K7654321").await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let citizen = login(&site.app, MOBILE).await;
    assert!(listed(&site.app, &citizen).await.is_empty());
    proves(&site, &citizen, &site.id.to_string(), &code)
        .await
        .unwrap();
    let mut seen = listed(&site.app, &citizen).await;
    seen.sort();
    let mut all = vec![site.id, newer];
    all.sort();
    assert_eq!(seen, all, "everybody who was on this number");
}

/// Whoever has the number now registers, and deletes what was registered: what they are told, and what the login before is
/// good for after.
async fn registers_and_deletes(site: &Site, mobile: &str, document: &str) -> (HouseholdLeft, String) {
    let app = &site.app.app;
    let citizen = login(&site.app, mobile).await;
    let own = register(&site.app, &citizen, document).await;
    let left = app.delete_beneficiary(&citizen, own).await.unwrap();
    let after = (
        app.dashboard(&citizen, "test").await.map(|seen| seen.len()),
        app.register(&citizen, registration(app.today(), document)).await,
    );
    (left, format!("{after:?}"))
}

#[store_test]
async fn who_deletes_everybody_is_not_told_whether_somebody_sleeps_under_the_number(db: TestDb) {
    let site = Site::open(db).await;
    let code = site.code().await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let nobody = registers_and_deletes(&site, OWN, "K7654321").await;
    assert_eq!(nobody.0, HouseholdLeft::Nothing);
    for document in ["K7654322", "K7654323"] {
        let somebody = registers_and_deletes(&site, MOBILE, document).await;
        assert_eq!(somebody, nobody);
    }
    let citizen = login(&site.app, MOBILE).await;
    proves(&site, &citizen, &site.id.to_string(), &code)
        .await
        .unwrap();
    assert_eq!(listed(&site.app, &citizen).await, [site.id]);
    let seen = site.app.app.dashboard(&citizen, "test").await.unwrap();
    assert_eq!(
        seen[0].person.mobile,
        Some(Mobile::parse(MOBILE).unwrap()),
        "what is sent to them has an address"
    );
}

/// Somebody found again at a site sleeps no more: the number that nobody is reached by goes like any that is unused.
#[store_test]
async fn a_number_goes_a_year_after_the_last_who_slept_under_it(db: TestDb) {
    let mut site = Site::open(db).await;
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    login(&site.app, MOBILE).await;
    let year = 366 * 86_400;
    site.app.clock.advance_seconds(year);
    site.app.app.retain().await.unwrap();
    assert_eq!(site.count("mobile_index").await, 1, "it alone knows who sleeps");
    site.staff = nurse(&site.app, "MH-0002", 1).await;
    leaves_for(&site, DOCUMENT, OWN).await;
    site.app.app.retain().await.unwrap();
    assert_eq!(site.count("mobile_index").await, 2);
    site.app.clock.advance_seconds(year);
    site.app.app.retain().await.unwrap();
    assert_eq!(site.count("mobile_index").await, 1);
}
