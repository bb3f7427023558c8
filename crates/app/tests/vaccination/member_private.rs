//! A private member who leaves for another phone stays private there, and messages tell a number no more than whoever it shows
//! at that moment may read.

use pramaan_app::guardian;
use pramaan_app::message::Language;
use pramaan_app::private_member::{AtSite, OPEN_SECONDS, Sight};
use pramaan_app::{Citizen, Face, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::private_member::PrivatePin;
use pramaan_store::testing::{TestDb, store_test};

use crate::member::{OWN, leaves_for, listed, login, person_rows};
use crate::support::*;

const PIN: &str = "274913";

fn pin(digits: &str) -> PrivatePin {
    PrivatePin::choose(digits).unwrap()
}

/// Asha becomes private within her record, with her document.
async fn becomes_private(site: &Site) {
    let open = site.open_record().await;
    let document = (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap());
    let wish = AtSite::Choose(pin(PIN));
    let set = site
        .app
        .app
        .private_at_site(&site.staff, open.key, document, wish, "test");
    set.await.unwrap();
}

async fn sights(site: &Site, citizen: &Citizen) -> Vec<Sight> {
    let sighted = site.app.app.sighted(citizen).await.unwrap();
    sighted.iter().map(|one| one.sight).collect()
}

#[store_test]
async fn a_private_member_stays_private_on_the_new_phone(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let sister = register(&site.app, &site.app.citizen(OWN).await, "K7654321").await;
    becomes_private(&site).await;
    let before = login(&site.app, MOBILE).await;
    app.open_private(&before, 1, pin(PIN)).await.unwrap();
    let rows = person_rows(&site.app).await;

    leaves_for(&site, DOCUMENT, OWN).await;

    assert_eq!(person_rows(&site.app).await, rows);
    assert!(
        sights(&site, &before).await.is_empty(),
        "opened there or not, she left"
    );
    for face in [Face::Pages, Face::Portal, Face::Partner(7)] {
        let holder = site.app.login(OWN, face).await.unwrap().citizen;
        assert_eq!(listed(&site.app, &holder).await, [sister], "{face:?}");
        assert_eq!(sights(&site, &holder).await, [Sight::Open, Sight::Private]);
        assert!(app.appointments(&holder).await.unwrap().is_empty());
        let slip = app.slip(&holder, site.appointment, "test").await;
        assert!(matches!(slip, Err(Refusal::UnknownAppointment)), "{slip:?}");
        let named = app.access_list(&holder, site.id, None, "test").await;
        assert!(matches!(named, Err(Refusal::UnknownBeneficiary)));
    }
    let hers = login(&site.app, OWN).await;
    let wrong = app.open_private(&hers, 2, pin("908172")).await;
    assert!(matches!(wrong, Err(Refusal::WrongPrivatePin { .. })), "{wrong:?}");
    let until = app.open_private(&hers, 2, pin(PIN)).await.unwrap();
    assert_eq!(until, app.now().plus_seconds(OPEN_SECONDS));
    assert_eq!(listed(&site.app, &hers).await, [sister, site.id]);
    let told = app.wrong_tries(&hers).await.unwrap();
    assert_eq!(told.iter().map(|wrong| wrong.count).collect::<Vec<_>>(), [1]);
    let slip = app.slip(&hers, site.appointment, "test").await.unwrap();
    assert_eq!(slip.members.len(), 1);
    app.end_private(&hers, 2, pin(PIN)).await.unwrap();
    assert_eq!(listed(&site.app, &login(&site.app, OWN).await).await.len(), 2);
}

/// The last message to a number.
fn last(site: &Site, mobile: &str) -> String {
    let sent = site.app.outbox.to(&Mobile::parse(mobile).unwrap());
    sent.last().unwrap().text.clone()
}

/// Cancels the appointment of today, and books it again.
async fn cancelled(site: &Site, citizen: &Citizen) {
    let english = Language::English;
    let appointment = site.app.app.appointments(citizen).await.unwrap()[0].id;
    let members = [site.id];
    let told = site
        .app
        .app
        .cancel_appointment(citizen, appointment, &members, english, "test");
    told.await.unwrap();
    book(&site.app, citizen, site.session, &members, 1).await;
}

#[store_test]
async fn a_message_tells_no_more_than_those_may_read_whom_the_number_shows_now(db: TestDb) {
    let site = Site::open(db).await;
    let alone = last(&site, MOBILE);
    assert!(alone.contains("11:00AM"), "the only one is told all: {alone}");
    register(&site.app, &site.citizen, "K7654321").await;
    cancelled(&site, &site.citizen).await;
    let shared = last(&site, MOBILE);
    assert!(!shared.contains("11:00AM"), "two read it: {shared}");

    leaves_for(&site, DOCUMENT, OWN).await;

    let hers = login(&site.app, OWN).await;
    cancelled(&site, &hers).await;
    assert_eq!(last(&site, OWN), alone, "her own phone shows nobody else");
    register(&site.app, &hers, "N1234567").await;
    cancelled(&site, &hers).await;
    assert_eq!(last(&site, OWN), shared, "a second one came");
}

/// Who was chosen for a child on the phone that the child left is nobody on the new one: neither named, nor called private.
#[store_test]
async fn a_guardian_who_is_on_another_phone_now_is_not_shown_as_private(db: TestDb) {
    let site = Site::open(db).await;
    let (app, today) = (&site.app.app, site.app.app.today());
    let born = BirthYear::parse("2008", today).unwrap();
    let child = pramaan_app::beneficiary::Registration {
        birth_year: born,
        ..registration(today, "C7654321")
    };
    site.app.clock.advance_seconds(1);
    app.register(&site.citizen, child).await.unwrap();
    app.choose_guardian(&site.citizen, (2, 1), "test").await.unwrap();
    leaves_for(&site, "C7654321", OWN).await;
    let hers = login(&site.app, OWN).await;
    let alone = app.guarded_at(&hers, 1, "test").await.unwrap();
    assert_eq!(alone.guardian, guardian::Shown::Nobody);
    leaves_for(&site, DOCUMENT, OWN).await;
    let together = app.guarded_at(&hers, 1, "test").await.unwrap();
    assert!(
        matches!(together.guardian, guardian::Shown::Person(_)),
        "{:?}",
        together.guardian
    );
}
