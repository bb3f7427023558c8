//! A member who is 18 keeps their record from the phone that they share: what the phone's holder can find out of them, how
//! they open it, and who can make them private or open again.

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::{Correction, Registration};
use pramaan_app::encounter::OpenEncounter;
use pramaan_app::message::Language;
use pramaan_app::private_member::{AtSite, OPEN_SECONDS, OwnCode, SetAtSite, Sight, TRIES_A_DAY};
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity, Face, HouseholdLeft, Refusal, Repetition};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::private_member::{PrivatePin, SettingCode};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const PIN: &str = "274913";
const DAY: i64 = 86_400;

fn pin(digits: &str) -> PrivatePin {
    PrivatePin::choose(digits).unwrap()
}

fn passport(number: &str) -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

fn named(app: &TestApp, name: &str, year: &str, document: &str) -> Registration {
    let today = app.app.today();
    Registration {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse(year, today).unwrap(),
        ..registration(today, document)
    }
}

/// Asha, first of two on this phone, with an appointment today and her record open at the site.
struct Family {
    site: Site,
    ravi: ReferenceId,
    open: OpenEncounter,
}

impl Family {
    async fn at_the_site(db: TestDb) -> Self {
        let site = Site::open(db).await;
        site.app.clock.advance_seconds(1);
        let ravi = named(&site.app, "Ravi Kumar", "1975", "Z7654321");
        let ravi = site.app.app.register(&site.citizen, ravi).await.unwrap();
        let open = site.open_record().await;
        Self { site, ravi, open }
    }

    /// The same, with Asha private.
    async fn with_private(db: TestDb) -> Self {
        let family = Self::at_the_site(db).await;
        family.wants(AtSite::Choose(pin(PIN))).await.unwrap();
        family
    }

    async fn wants(&self, what: AtSite) -> Result<SetAtSite, Refusal> {
        let (site, document) = (&self.site, passport(DOCUMENT));
        let (app, key) = (&site.app.app, self.open.key);
        app.private_at_site(&site.staff, key, document, what, "test")
            .await
    }

    async fn code(&self) -> SettingCode {
        match self.wants(AtSite::Print).await.unwrap() {
            SetAtSite::Code { code, .. } => code,
            other => panic!("{other:?}"),
        }
    }

    async fn phone(&self) -> Citizen {
        self.through(Face::Pages).await
    }

    async fn through(&self, face: Face) -> Citizen {
        self.site.app.login(MOBILE, face).await.unwrap().citizen
    }

    /// The first words of the names on the family's page.
    async fn page(&self, citizen: &Citizen) -> Vec<String> {
        let family = self.site.app.app.dashboard(citizen, "test").await.unwrap();
        let first = |name: &PersonName| name.as_str().split(' ').next().unwrap().to_owned();
        family
            .iter()
            .map(|relative| first(relative.person.name.as_ref().unwrap()))
            .collect()
    }

    /// How often Asha's record was opened by a citizen, and why.
    async fn reads_of_asha(&self) -> Vec<Option<String>> {
        let openings = self.site.app.openings(0).await.into_iter();
        let of_asha = openings.filter(|opening| {
            opening.whose == "Asha"
                && opening.detail.class() != Some(pramaan_domain::access::ActorClass::Machine)
                && opening.detail.staff.is_empty()
        });
        of_asha.map(|opening| opening.detail.reason.clone()).collect()
    }
}

fn unknown<T: std::fmt::Debug>(outcome: Result<T, Refusal>) {
    match outcome {
        Err(Refusal::UnknownBeneficiary | Refusal::UnknownAppointment) => {}
        other => panic!("a private member was found: {other:?}"),
    }
}

fn correction(app: &TestApp) -> Correction {
    Correction {
        name: PersonName::parse("Somebody Else").unwrap(),
        birth_year: BirthYear::parse("1981", app.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Male,
        comorbidity: Comorbidity::None,
    }
}

#[store_test]
async fn a_private_member_is_nobody_to_whoever_holds_the_phone(db: TestDb) {
    let family = Family::with_private(db).await;
    let (site, asha) = (&family.site, family.site.id);
    let app = &site.app.app;
    let before = family.reads_of_asha().await.len();
    for face in [Face::Pages, Face::Portal, Face::Partner(7)] {
        let holder = family.through(face).await;
        assert_eq!(family.page(&holder).await, ["Ravi"], "{face:?}");
        assert_eq!(app.beneficiaries(&holder, "test").await.unwrap().len(), 1);
        assert!(app.appointments(&holder).await.unwrap().is_empty());
        assert!(app.certificates(&holder).await.unwrap().is_empty());
        assert!(app.wrong_tries(&holder).await.unwrap().is_empty());
        unknown(app.place_of(&holder, asha).await);
        unknown(app.slip(&holder, site.appointment, "test").await);
        unknown(app.access_list(&holder, asha, None, "test").await);
        unknown(app.certificate(&holder, asha, None, "test").await);
        unknown(
            app.correct_beneficiary(&holder, asha, correction(&site.app), "test")
                .await,
        );
        unknown(app.delete_beneficiary(&holder, asha).await);
        let english = Language::English;
        unknown(
            app.cancel_appointment(&holder, site.appointment, &[asha], english, "test")
                .await,
        );
        let seat = Seat {
            session: site.session,
            slot: SLOT.to_owned(),
        };
        unknown(
            app.reschedule(&holder, site.appointment, &seat, english, "test")
                .await,
        );
        let booking = |members: Vec<ReferenceId>, declaring| Booking {
            seat: seat.clone(),
            dose: 1,
            members,
            declaring,
            idempotency_key: None,
            language: english,
        };
        unknown(
            app.book(&holder, booking(vec![family.ravi, asha], vec![]), "test")
                .await,
        );
        unknown(
            app.book(&holder, booking(vec![family.ravi], vec![asha]), "test")
                .await,
        );
        let page = app.beneficiary_at(&holder, 1, "test").await;
        assert!(matches!(page, Err(Refusal::PrivateMember)), "{page:?}");
        let unwell = app.own_aefi(&holder, 1, "test").await.map(drop);
        assert!(matches!(unwell, Err(Refusal::PrivateMember)), "{unwell:?}");
    }
    assert_eq!(
        family.reads_of_asha().await.len(),
        before,
        "nothing was opened, so nothing is logged"
    );
}

#[store_test]
async fn a_private_member_is_left_out_where_a_name_or_token_would_tell(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app;
    // Before: the only one of a household stands in the claims of its token. Ravi goes, Asha alone is left.
    let holder = family.phone().await;
    let left = app.app.delete_beneficiary(&holder, family.ravi).await.unwrap();
    assert_eq!(
        left,
        HouseholdLeft::WithMembers,
        "the private member keeps the household"
    );
    let before = family.reads_of_asha().await.len();
    for face in [Face::Portal, Face::Public, Face::Partner(7)] {
        let login = app.login(MOBILE, face).await.unwrap();
        let claims = login.token.split('.').nth(1).unwrap();
        let claims = base64_text(claims);
        assert!(
            claims.contains("user_id") && !claims.contains("beneficiary_reference_id"),
            "{face:?} {claims}"
        );
    }
    let status = app.login(MOBILE, Face::Status).await;
    assert!(matches!(status, Err(Refusal::NotRegistered)), "{status:?}");
    assert_eq!(family.reads_of_asha().await.len(), before);
}

fn base64_text(part: &str) -> String {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(part)
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

#[store_test]
async fn a_private_member_opens_with_the_pin_for_that_login_and_a_quarter_of_an_hour(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app.app;
    let (hers, other) = (family.phone().await, family.phone().await);
    let until = app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    assert_eq!(until, app.now().plus_seconds(OPEN_SECONDS));
    assert_eq!(family.page(&hers).await, ["Asha", "Ravi"]);
    assert_eq!(
        family.page(&other).await,
        ["Ravi"],
        "another login of the same phone"
    );
    let api = family.through(Face::Portal).await;
    assert_eq!(
        family.page(&api).await,
        ["Ravi"],
        "the compatible API knows no PIN"
    );
    assert_eq!(
        app.slip(&hers, family.site.appointment, "test")
            .await
            .unwrap()
            .members
            .len(),
        1
    );
    let said = family.reads_of_asha().await;
    assert!(
        said.iter()
            .rev()
            .take(3)
            .all(|why| why.as_deref() == Some("private member, opened with their own PIN")),
        "{said:?}"
    );
    family.site.app.clock.advance_seconds(OPEN_SECONDS - 1);
    assert_eq!(family.page(&hers).await, ["Asha", "Ravi"]);
    family.site.app.clock.advance_seconds(1);
    assert_eq!(family.page(&hers).await, ["Ravi"], "it closes by itself");
}

#[store_test]
async fn a_private_member_closes_the_record_again_at_once(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app.app;
    let hers = family.phone().await;
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    app.close_private(&hers, 1).await.unwrap();
    assert_eq!(family.page(&hers).await, ["Ravi"]);
    assert_eq!(app.sighted(&hers).await.unwrap()[0].sight, Sight::Private);
}

#[store_test]
async fn five_wrong_private_pins_close_it_until_tomorrow_and_are_told(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app.app;
    let holder = family.phone().await;
    for left in (0..TRIES_A_DAY).rev() {
        let wrong = app.open_private(&holder, 1, pin("908172")).await;
        assert!(
            matches!(wrong, Err(Refusal::WrongPrivatePin { left: told }) if i64::from(told) == left),
            "{wrong:?}"
        );
        let again = family.phone().await;
        assert_eq!(family.page(&again).await, ["Ravi"]);
    }
    let right = app.open_private(&holder, 1, pin(PIN)).await;
    assert!(
        matches!(right, Err(Refusal::PrivatePinSpent)),
        "also the right one: {right:?}"
    );
    let code = family.code().await;
    let with_code = app
        .set_private(&holder, 1, OwnCode::Setting(code), pin("135790"))
        .await;
    assert!(
        matches!(with_code, Err(Refusal::PrivatePinSpent)),
        "one budget for both: {with_code:?}"
    );
    family.site.app.clock.advance_seconds(DAY);
    let hers = family.phone().await;
    assert!(
        app.wrong_tries(&hers).await.unwrap().is_empty(),
        "nobody else is told"
    );
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    let told = app.wrong_tries(&hers).await.unwrap();
    let told: Vec<_> = told.iter().map(|wrong| (wrong.day, wrong.count)).collect();
    let yesterday = app.today().pred_opt().unwrap();
    assert_eq!(told, [(yesterday, TRIES_A_DAY)]);
}

/// However many are compared at once, five are told wrong a day.
#[store_test]
async fn private_pins_guessed_at_once_are_counted_one_by_one(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app.app;
    let holder = family.phone().await;
    let guesses = [
        "908172", "135790", "864209", "975310", "204861", "319477", "582039", "660214",
    ];
    let tries = guesses.map(|guess| app.open_private(&holder, 1, pin(guess)));
    let [a, b, c, d, e, f, g, h] = tries;
    let answers = tokio::join!(a, b, c, d, e, f, g, h);
    let answers = [
        answers.0, answers.1, answers.2, answers.3, answers.4, answers.5, answers.6, answers.7,
    ];
    let wrong = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Refusal::WrongPrivatePin { .. })));
    let spent = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Refusal::PrivatePinSpent)));
    assert_eq!((wrong.count(), spent.count()), (5, 3), "{answers:?}");
}

#[test]
fn guessing_a_private_pin_takes_centuries() {
    let allowed = (0..1_000_000).filter(|pin| PrivatePin::choose(&format!("{pin:06}")).is_ok());
    let allowed = i64::try_from(allowed.count()).unwrap();
    let years = allowed / TRIES_A_DAY / 365;
    assert!(years >= 540, "{years} years for all of them");
    let in_ten_years = 10 * 366 * TRIES_A_DAY;
    assert!(
        in_ten_years * 50 < allowed,
        "one chance in fifty in ten years of trying every day"
    );
}

#[store_test]
async fn nobody_is_made_private_or_open_again_with_the_phone_alone(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let app = &family.site.app.app;
    let holder = family.phone().await;
    let guess = SettingCode::parse("12345 67890").unwrap();
    let made = app
        .set_private(&holder, 1, OwnCode::Setting(guess.clone()), pin(PIN))
        .await;
    assert!(matches!(made, Err(Refusal::WrongSettingCode)), "{made:?}");
    assert_eq!(family.page(&holder).await, ["Asha", "Ravi"]);
    family.wants(AtSite::Choose(pin(PIN))).await.unwrap();
    for attempt in [
        app.end_private(&holder, 1, pin("908172")).await,
        app.set_private(&holder, 1, OwnCode::Setting(guess), pin("908172"))
            .await,
    ] {
        assert!(
            matches!(
                attempt,
                Err(Refusal::WrongPrivatePin { .. } | Refusal::WrongSettingCode)
            ),
            "{attempt:?}"
        );
    }
    // A code of one member is none of another.
    let code = family.code().await;
    let other = app
        .set_private(&holder, 2, OwnCode::Setting(code), pin("908172"))
        .await;
    assert!(matches!(other, Err(Refusal::WrongSettingCode)), "{other:?}");
    for face in [Face::Portal, Face::Partner(7), Face::Public] {
        let elsewhere = family.through(face).await;
        assert!(matches!(
            app.open_private(&elsewhere, 1, pin(PIN)).await,
            Err(Refusal::Unauthenticated)
        ));
    }
    assert_eq!(family.page(&family.phone().await).await, ["Ravi"]);
}

#[store_test]
async fn a_private_pin_is_set_at_home_with_the_printed_code_once_and_for_thirty_days(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let app = &family.site.app.app;
    let first = family.code().await;
    let second = family.code().await;
    let hers = family.phone().await;
    let spent = app.set_private(&hers, 1, OwnCode::Setting(first), pin(PIN)).await;
    assert!(
        matches!(spent, Err(Refusal::WrongSettingCode)),
        "a newer one was printed: {spent:?}"
    );
    app.set_private(&hers, 1, OwnCode::Setting(second.clone()), pin(PIN))
        .await
        .unwrap();
    assert_eq!(family.page(&hers).await, ["Ravi"], "setting is not opening");
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    let again = app
        .set_private(&hers, 1, OwnCode::Setting(second), pin("908172"))
        .await;
    assert!(
        matches!(again, Err(Refusal::WrongSettingCode)),
        "good once: {again:?}"
    );
    // Forgotten: another code sets another PIN, and the open record closes.
    let third = family.code().await;
    app.set_private(&hers, 1, OwnCode::Setting(third), pin("908172"))
        .await
        .unwrap();
    assert_eq!(family.page(&hers).await, ["Ravi"]);
    app.open_private(&hers, 1, pin("908172")).await.unwrap();
    let late = family.code().await;
    family.site.app.clock.advance_seconds(30 * DAY);
    let hers = family.phone().await;
    let late = app.set_private(&hers, 1, OwnCode::Setting(late), pin(PIN)).await;
    assert!(matches!(late, Err(Refusal::WrongSettingCode)), "{late:?}");
}

#[store_test]
async fn a_private_member_is_open_again_with_the_pin_or_at_a_site(db: TestDb) {
    let family = Family::with_private(db).await;
    let app = &family.site.app.app;
    let phone = family.phone().await;
    app.end_private(&phone, 1, pin(PIN)).await.unwrap();
    assert_eq!(family.page(&phone).await, ["Asha", "Ravi"]);
    family.wants(AtSite::Choose(pin(PIN))).await.unwrap();
    family.wants(AtSite::End).await.unwrap();
    assert_eq!(family.page(&phone).await, ["Asha", "Ravi"]);
    let nobody = app.open_private(&phone, 1, pin(PIN)).await;
    assert!(
        matches!(nobody, Err(Refusal::UnknownBeneficiary)),
        "who is open has no PIN: {nobody:?}"
    );
}

#[store_test]
async fn at_the_site_private_takes_the_right_document_and_an_open_record(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    let want = || AtSite::Choose(pin(PIN));
    let other = app
        .private_at_site(&site.staff, family.open.key, passport("Z7654321"), want(), "test")
        .await;
    assert!(
        matches!(other, Err(Refusal::NoMatch)),
        "another member's document: {other:?}"
    );
    site.app.clock.advance_seconds(31 * 60);
    let late = family.wants(want()).await;
    assert!(matches!(late, Err(Refusal::NoEncounter)), "{late:?}");
    let evidence = pramaan_app::encounter::Evidence::None {
        place: site.place().await,
        reason: reason(),
    };
    let unproven = site.begin(evidence).await.unwrap();
    let refused = app
        .private_at_site(&site.staff, unproven.key, passport(DOCUMENT), want(), "test")
        .await;
    assert!(
        matches!(refused, Err(Refusal::NoEncounter)),
        "opened without evidence: {refused:?}"
    );
    assert_eq!(family.page(&family.phone().await).await, ["Asha", "Ravi"]);
}

#[store_test]
async fn who_is_not_surely_eighteen_is_not_made_private(db: TestDb) {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    let session = publish(&app, 1, app.app.today(), Vaccine::Covishield).await;
    let citizen = app.citizen(MOBILE).await;
    // It is November: who was born eighteen years ago is 17 or 18.
    let perhaps = named(&app, "Asha Devi", "2008", DOCUMENT);
    let id = app.app.register(&citizen, perhaps).await.unwrap();
    let appointment = book(&app, &citizen, session, &[id], 1).await;
    let staff = nurse(&app, "MH-0001", 1).await;
    let site = Site {
        app,
        citizen,
        id,
        session,
        appointment,
        staff,
    };
    let open = site.open_record().await;
    let family = Family { ravi: id, open, site };
    let refused = family.wants(AtSite::Choose(pin(PIN))).await;
    assert!(matches!(refused, Err(Refusal::NotOfAge)), "{refused:?}");
    let refused = family.wants(AtSite::Print).await;
    assert!(matches!(refused, Err(Refusal::NotOfAge)), "{refused:?}");
}

#[store_test]
async fn an_appointment_that_a_private_member_shares_is_moved_by_nobody_else(db: TestDb) {
    let family = Family::with_private(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    let hers = family.phone().await;
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    app.cancel_appointment(&hers, site.appointment, &[site.id], Language::English, "test")
        .await
        .unwrap();
    let day = app.today().succ_opt().unwrap();
    let (one, other) = (
        publish(&site.app, 1, day, Vaccine::Covishield).await,
        publish(&site.app, 1, day.succ_opt().unwrap(), Vaccine::Covishield).await,
    );
    site.app.clock.advance_seconds(DAY);
    let hers = family.phone().await;
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    let both = book(&site.app, &hers, one, &[site.id, family.ravi], 1).await;
    app.close_private(&hers, 1).await.unwrap();
    let seat = Seat {
        session: other,
        slot: SLOT.to_owned(),
    };
    let moved = app
        .reschedule(&hers, both, &seat, Language::English, "test")
        .await;
    assert!(matches!(moved, Err(Refusal::SharedAppointment)), "{moved:?}");
    assert_eq!(
        app.slip(&hers, both, "test").await.unwrap().members.len(),
        1,
        "their own place only"
    );
    app.cancel_appointment(&hers, both, &[family.ravi], Language::English, "test")
        .await
        .unwrap();
    unknown(app.slip(&hers, both, "test").await);
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    app.reschedule(&hers, both, &seat, Language::English, "test")
        .await
        .unwrap();
}

#[store_test]
async fn private_members_count_towards_six_and_their_documents_stay_taken(db: TestDb) {
    let family = Family::with_private(db).await;
    let (app, holder) = (&family.site.app, family.phone().await);
    let repeated = app
        .app
        .register(&holder, named(app, "Asha Devi", "1980", DOCUMENT))
        .await;
    assert!(matches!(repeated, Err(Refusal::OwnDocument)), "{repeated:?}");
    for number in 3..=6 {
        let document = format!("Q000000{number}");
        app.app
            .register(&holder, named(app, "Kiran Rao", "1990", &document))
            .await
            .unwrap();
    }
    let seventh = app
        .app
        .register(&holder, named(app, "Kiran Rao", "1990", "Q0000007"))
        .await;
    assert!(matches!(seventh, Err(Refusal::HouseholdFull)), "{seventh:?}");
    assert_eq!(app.app.household_size(&holder).await.unwrap(), 6);
}

#[store_test]
async fn a_repeated_registration_does_not_name_who_became_private(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    let form = || named(&site.app, "Kiran Rao", "1990", "Q0000001");
    let name = || Repetition::Form("a form".to_owned());
    let id = app.register_once(&site.citizen, form(), name()).await.unwrap();
    assert_eq!(
        app.register_once(&site.citizen, form(), name()).await.unwrap(),
        id
    );
    // Kiran becomes private, as whoever was at a site with her document.
    let kiran = family.phone().await;
    let place = app.place_of(&kiran, id).await.unwrap();
    let appointment = book(&site.app, &site.citizen, site.session, &[id], 1).await;
    let slip = app.slip(&site.citizen, appointment, "test").await.unwrap();
    let roster = app.roster_today(&site.staff).await.unwrap();
    let queue = slip.members[0].queue;
    let at = roster
        .iter()
        .find(|line| line.place.queue == queue)
        .unwrap()
        .place;
    let code = slip.members[0].code.parse().unwrap();
    let open = site
        .begin(pramaan_app::encounter::Evidence::Code { place: at, code })
        .await
        .unwrap();
    let want = AtSite::Choose(pin(PIN));
    app.private_at_site(&site.staff, open.key, passport("Q0000001"), want, "test")
        .await
        .unwrap();
    assert_eq!(
        app.sighted(&kiran).await.unwrap()[place - 1].sight,
        Sight::Private
    );
    let again = app.register_once(&site.citizen, form(), name()).await;
    assert!(matches!(again, Err(Refusal::OwnDocument)), "{again:?}");
}

fn texts(app: &TestApp) -> Vec<String> {
    let sent = app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    sent.into_iter().map(|sms| sms.text).collect()
}

#[store_test]
async fn messages_to_a_number_of_one_tell_where_and_to_a_shared_or_private_one_do_not(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    let alone = texts(&site.app);
    assert!(
        alone.iter().any(|text| text.contains("Fort dispensary 1")),
        "{alone:?}"
    );
    let told = |from: usize| texts(&site.app).split_off(from).join("\n");
    // Two on one number.
    let before = alone.len();
    book(&site.app, &site.citizen, site.session, &[family.ravi], 1).await;
    app.send_visit_code(&site.staff, site.place().await, "test")
        .await
        .unwrap();
    let shared = told(before);
    assert!(shared.contains("something new"), "{shared}");
    // One, who is private.
    family.wants(AtSite::Choose(pin(PIN))).await.unwrap();
    let phone = family.phone().await;
    let appointment = app.appointments(&phone).await.unwrap()[0].id;
    app.cancel_appointment(&phone, appointment, &[family.ravi], Language::English, "test")
        .await
        .unwrap();
    app.delete_beneficiary(&phone, family.ravi).await.unwrap();
    let before = texts(&site.app).len();
    app.record_dose(&site.staff, family.open.key, site.dose(), "test")
        .await
        .unwrap();
    let private = told(before);
    assert!(private.contains("something new"), "{private}");
    for text in [shared, private] {
        for telling in [
            "Fort",
            "Covishield",
            "COVISHIELD",
            "Asha",
            "Ravi",
            "vaccin",
            "dose",
            "2026",
        ] {
            assert!(!text.contains(telling), "{telling}: {text}");
        }
    }
}

#[store_test]
async fn who_can_write_the_database_makes_no_private_member_open(db: TestDb) {
    let family = Family::with_private(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    let phone = family.phone().await;
    let other = family.phone().await;
    app.open_private(&other, 1, pin(PIN)).await.unwrap();
    // The opening of another login, given to this one and for longer.
    execute(
        &site.app,
        "update private_opening set until_at = until_at + 1000000",
        vec![],
    )
    .await;
    assert!(
        app.dashboard(&other, "test").await.is_err(),
        "an opening that was lengthened"
    );
    execute(&site.app, "delete from private_opening", vec![]).await;
    assert_eq!(family.page(&phone).await, ["Ravi"]);
    execute(&site.app, "update person set pin_hash = null", vec![]).await;
    assert!(
        app.dashboard(&phone, "test").await.is_err(),
        "a PIN that was taken away"
    );
}

#[store_test]
async fn a_private_member_who_deletes_the_record_leaves_nothing_behind(db: TestDb) {
    let family = Family::at_the_site(db).await;
    let (site, app) = (&family.site, &family.site.app.app);
    family.wants(AtSite::Choose(pin(PIN))).await.unwrap();
    site.app.clock.advance_seconds(DAY);
    let hers = family.phone().await;
    let wrong = app.open_private(&hers, 1, pin("908172")).await;
    assert!(matches!(wrong, Err(Refusal::WrongPrivatePin { left: 4 })));
    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    app.delete_beneficiary(&hers, site.id).await.unwrap();
    for table in ["private_code", "private_try", "private_opening"] {
        assert_eq!(site.count(table).await, 0, "{table}");
    }
    assert_eq!(family.page(&hers).await, ["Ravi"]);
}
