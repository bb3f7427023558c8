//! A minor who is registered by staff has a guardian, or it is said why nobody came: at the desk it is asked, with a dose that was
//! given already it is kept when it was said, and a facility's own program has no field for it.

use pramaan_app::beneficiary::Registration;
use pramaan_app::guardian::Shown;
use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldFor, TypedOn, WalkIn};
use pramaan_app::testing::TestApp;
use pramaan_app::walk_in::{Arrival, Bound, Company};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_store::testing::{TestDb, store_test};

use crate::member::{OWN, desk_code, leaves_for, login};
use crate::offline::phone;
use crate::support::*;

const CHILD: &str = "C7654321";
const WHY: &str = "the mother is at work";

fn of_year(app: &TestApp, year: &str, document: &str) -> Registration {
    let today = app.app.today();
    Registration {
        name: PersonName::parse("Meera Devi").unwrap(),
        birth_year: BirthYear::parse(year, today).unwrap(),
        ..registration(today, document)
    }
}

fn kamala() -> PersonName {
    PersonName::parse("Kamala Bai").unwrap()
}

fn alone() -> Company {
    Company::Alone(Reason::parse(WHY).unwrap())
}

/// Who is shown as guardian to a phone that has this person alone.
async fn guardian(app: &TestApp, own: &Citizen) -> Shown {
    app.app.guarded_at(own, 1, "test").await.unwrap().guardian
}

/// Why nobody came, by the person's own list.
async fn told_alone(app: &TestApp, own: &Citizen, id: ReferenceId) -> Option<String> {
    let list = app.app.access_list(own, id, None, "test").await.unwrap();
    list.registered.unwrap().alone
}

#[store_test]
async fn a_minor_is_not_registered_at_a_desk_before_it_is_said_who_came(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let before = site.count("person").await;
    // Seventeen, and perhaps seventeen.
    for year in ["2009", "2008"] {
        let typed = of_year(&site.app, year, CHILD);
        let refused = app.register_walk_in(&site.staff, typed, None).await;
        assert!(
            matches!(
                refused,
                Err(Refusal::Invalid {
                    field: "guardian_name",
                    ..
                })
            ),
            "{year}: {refused:?}"
        );
    }
    assert_eq!(site.count("person").await, before);
}

#[store_test]
async fn who_came_with_a_minor_is_the_guardian_whom_the_family_sees(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let typed = || Arrival::from((of_year(&site.app, "2009", CHILD), Company::Guardian(kamala())));
    let code = desk_code(&site, OWN).await;
    let first = app
        .register_walk_in(&site.staff, typed(), Some(code.clone()))
        .await;
    let first = first.unwrap();
    assert_eq!(first.mobile, Bound::ToMobile);
    let again = app.register_walk_in(&site.staff, typed(), Some(code)).await;
    assert_eq!(again.unwrap(), first, "the same sent again");
    let own = login(&site.app, OWN).await;
    assert_eq!(guardian(&site.app, &own).await, Shown::Person(kamala()));
    assert_eq!(told_alone(&site.app, &own, first.reference_id).await, None);
}

#[store_test]
async fn a_minor_who_came_alone_is_registered_and_their_list_says_why(db: TestDb) {
    let site = Site::open(db).await;
    let typed = Arrival::from((of_year(&site.app, "2009", CHILD), alone()));
    let registered = site.app.app.register_walk_in(&site.staff, typed, None).await;
    let id = registered.unwrap().reference_id;
    leaves_for(&site, CHILD, OWN).await;
    let own = login(&site.app, OWN).await;
    assert_eq!(guardian(&site.app, &own).await, Shown::Nobody);
    assert_eq!(told_alone(&site.app, &own, id).await.as_deref(), Some(WHY));
}

#[store_test]
async fn of_a_grown_up_at_a_desk_no_company_is_kept(db: TestDb) {
    let site = Site::open(db).await;
    let typed = Arrival::from((of_year(&site.app, "1990", CHILD), alone()));
    let registered = site.app.app.register_walk_in(&site.staff, typed, None).await;
    let id = registered.unwrap().reference_id;
    leaves_for(&site, CHILD, OWN).await;
    let own = login(&site.app, OWN).await;
    assert_eq!(told_alone(&site.app, &own, id).await, None);
}

#[store_test]
async fn a_facility_s_program_registers_a_minor_for_whom_nobody_is_named_yet(db: TestDb) {
    let site = Site::open(db).await;
    let typed = of_year(&site.app, "2009", CHILD);
    let app = &site.app.app;
    app.register_walk_in_without_card(&site.staff, typed, None)
        .await
        .unwrap();
    leaves_for(&site, CHILD, OWN).await;
    assert_eq!(
        guardian(&site.app, &login(&site.app, OWN).await).await,
        Shown::Nobody
    );
}

/// Somebody new whose dose is held.
async fn held(site: &Site, (year, number): (&str, &str), guardian: Option<PersonName>) -> HeldDose {
    let document = DocumentNumber::parse(number).unwrap();
    HeldDose {
        who: HeldFor::New(Box::new(WalkIn {
            name: PersonName::parse("Meera Devi").unwrap(),
            birth_year: BirthYear::parse(year, site.app.app.today()).unwrap(),
            gender: Gender::Female,
            document: HeldDocument::Shown(DocumentType::Passport, document),
            consent_version: "1".to_owned(),
            said_at: site.app.clock.now(),
            guardian,
        })),
        ..site.to_hold().await
    }
}

#[store_test]
async fn a_held_offline_or_paper_dose_of_a_minor_carries_the_guardian_and_waits_for_none(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let ways = [
        ("9811111111", "C1111111", TypedOn::Form, Some(kamala())),
        ("9811111112", "C1111112", phone(1), Some(kamala())),
        (
            "9811111113",
            "C1111113",
            TypedOn::Paper { given_by: None },
            Some(kamala()),
        ),
        ("9811111114", "C1111114", phone(2), None),
    ];
    for (_, number, on, name) in &ways {
        let dose = held(&site, ("2009", number), name.clone()).await;
        app.hold(&site.staff, dose, on.clone()).await.unwrap();
    }
    // The same typed a second time, with somebody else: it was given once.
    let other = PersonName::parse("Lata Devi").unwrap();
    let again = held(&site, ("2009", "C1111111"), Some(other)).await;
    let again = app.hold(&site.staff, again, TypedOn::Form).await.unwrap();
    assert_eq!(again.number, 1);
    assert_eq!(app.settle_held_doses().await.unwrap(), 4);
    for (mobile, number, _, name) in ways {
        leaves_for(&site, number, mobile).await;
        let own = login(&site.app, mobile).await;
        let expected = name.map_or(Shown::Nobody, Shown::Person);
        assert_eq!(guardian(&site.app, &own).await, expected, "{number}");
    }
}
