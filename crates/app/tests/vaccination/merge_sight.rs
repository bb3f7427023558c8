//! Merge: what a telephone is told when a record that it does not show decides for one that it does.

use pramaan_app::Refusal;
use pramaan_app::appointment::{Booking, Seat, Unseen};
use pramaan_app::message::Language;
use pramaan_app::private_member::AtSite;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::merge::{Twice, cancel};
use crate::support::*;

fn seat(session: SessionId, member: ReferenceId, dose: i64) -> Booking {
    Booking {
        seat: Seat {
            session,
            slot: SLOT.to_owned(),
        },
        dose,
        members: vec![member],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    }
}

impl Twice {
    /// The other phone asks for a seat for its own record.
    async fn asks(&self, session: SessionId, dose: i64) -> Result<AppointmentId, Refusal> {
        let wanted = seat(session, self.id, dose);
        self.app().book(&self.other, wanted, "test").await
    }

    /// A session of tomorrow.
    pub(crate) async fn tomorrow(&self, vaccine: Vaccine) -> SessionId {
        let day = self.app().today().succ_opt().unwrap();
        publish(&self.site.app, 1, day, vaccine).await
    }

    /// The seat that the other phone holds is given back, and both records are one course.
    async fn joined(&self) {
        cancel(&self.site, (&self.other, self.seat), self.id).await;
        self.merged().await;
    }
}

/// A dose that its owner keeps private, and a record of hers that the family's phone shows.
async fn with_a_private_dose(db: TestDb) -> Twice {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let document = (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap());
    let wish = AtSite::Choose(PrivatePin::choose("274913").unwrap());
    let app = site.app.app.clone();
    app.private_at_site(&site.staff, open.key, document, wish, "test")
        .await
        .unwrap();
    let twice = Twice::after((site, open), DOCUMENT).await;
    twice.joined().await;
    twice
}

/// `AnotherRecord` carries nothing: the page and the API have only their own sentence to say.
fn tells_nothing(refused: Result<AppointmentId, Refusal>, asked: &str) {
    let refused = refused.unwrap_err();
    assert!(matches!(refused, Refusal::AnotherRecord), "{asked}: {refused:?}");
}

#[store_test]
async fn a_refusal_tells_the_other_phone_neither_vaccine_nor_day_of_a_private_dose(db: TestDb) {
    let twice = with_a_private_dose(db).await;
    let covaxin = twice.tomorrow(Vaccine::Covaxin).await;
    tells_nothing(twice.asks(covaxin, 1).await, "another vaccine");
    let covishield = twice.tomorrow(Vaccine::Covishield).await;
    tells_nothing(twice.asks(covishield, 1).await, "another number");
    tells_nothing(
        twice.asks(covishield, 2).await,
        "the number that is due: a yes would tell of the first",
    );
}

#[store_test]
async fn a_refusal_tells_the_other_phone_neither_vaccine_nor_seat_of_a_record_that_it_does_not_show(
    db: TestDb,
) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let twice = Twice::after((site, open), DOCUMENT).await;
    twice.joined().await;
    let covaxin = twice.tomorrow(Vaccine::Covaxin).await;
    tells_nothing(twice.asks(covaxin, 1).await, "another vaccine");
    let covishield = twice.tomorrow(Vaccine::Covishield).await;
    book(
        &twice.site.app,
        &twice.site.citizen,
        covishield,
        &[twice.site.id],
        2,
    )
    .await;
    tells_nothing(twice.asks(covishield, 2).await, "a seat on the other phone");
}

#[store_test]
async fn the_own_record_is_explained_as_ever(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let twice = Twice::after((site, open), DOCUMENT).await;
    twice.joined().await;
    let covaxin = twice.tomorrow(Vaccine::Covaxin).await;
    let (own, citizen) = (seat(covaxin, twice.site.id, 2), &twice.site.citizen);
    let refused = twice.app().book(citizen, own, "test").await;
    let Err(Refusal::NotEligible(answer)) = &refused else {
        panic!("{refused:?}");
    };
    assert!(
        answer.explanation().contains("COVISHIELD"),
        "{}",
        answer.explanation()
    );
}

#[store_test]
async fn the_dose_that_is_due_by_the_course_is_offered_and_booked_on_the_phone_in_use(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let twice = Twice::after((site, open), DOCUMENT).await;
    twice.joined().await;
    let app = twice.app();
    let family = app.dashboard(&twice.other, "test").await.unwrap();
    assert!(family[0].given().is_empty(), "the phone shows what it showed");
    let elsewhere = app.doses_elsewhere(&twice.other, &family, "test").await.unwrap();
    let Unseen::Open(doses) = &elsewhere[&family[0].person.person].unseen else {
        panic!("{elsewhere:?}");
    };
    assert_eq!(doses.len(), 1);
    let covishield = twice.tomorrow(Vaccine::Covishield).await;
    let other = twice.asks(covishield, 1).await;
    assert!(matches!(other, Err(Refusal::OtherDoseDue { .. })), "{other:?}");
    twice.asks(covishield, 2).await.unwrap();
}

#[store_test]
async fn the_dose_that_is_due_is_not_offered_by_a_private_record(db: TestDb) {
    let twice = with_a_private_dose(db).await;
    let app = twice.app();
    let family = app.dashboard(&twice.other, "test").await.unwrap();
    let before = twice.site.app.log_size().await;
    let elsewhere = app.doses_elsewhere(&twice.other, &family, "test").await.unwrap();
    let of = &elsewhere[&family[0].person.person];
    assert!(matches!(of.unseen, Unseen::Private), "{of:?}");
    assert!(of.shown.is_empty());
    assert_eq!(twice.site.app.log_size().await, before, "and nothing is opened");
}
