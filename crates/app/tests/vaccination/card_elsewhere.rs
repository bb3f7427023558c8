//! A card that one site printed, at another: certificate and list are looked at there, and a mobile is bound with card and document.

use pramaan_app::Refusal;
use pramaan_app::card::{PrintedCard, Shown};
use pramaan_app::member::{PhoneChange, Present};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::testing::{TestDb, store_test};

use crate::card::shown;
use crate::member::{OWN, change, desk_code, listed, login};
use crate::support::*;

fn passport(number: &str) -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

/// Asha had her dose and her card at centre 1; the nurse is at centre 2 now.
async fn at_another_site(db: TestDb) -> (Site, PrintedCard) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let app = &site.app.app;
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let by_document = Shown::Document {
        reference_id: site.id,
        document: passport(DOCUMENT),
    };
    let card = app.make_card(&site.staff, by_document, "test").await.unwrap();
    let elsewhere = nurse(&site.app, "MH-0002", 2).await;
    assert_ne!(elsewhere.centre(), site.staff.centre());
    let site = Site {
        staff: elsewhere,
        ..site
    };
    (site, card)
}

fn wrong(card: &PrintedCard) -> PrintedCard {
    let code = (card.code.as_str().parse::<u32>().unwrap() + 1) % 100_000_000;
    PrintedCard {
        code: format!("{code:08}").parse().unwrap(),
        ..card.clone()
    }
}

#[store_test]
async fn a_card_opens_certificate_and_list_at_another_site_than_the_one_that_printed_it(db: TestDb) {
    let (site, card) = at_another_site(db).await;
    let app = &site.app.app;
    let refused = app
        .certificate_at_desk(&site.staff, shown(&wrong(&card)), "test")
        .await;
    assert!(matches!(refused, Err(Refusal::WrongCard)), "{refused:?}");
    let certificate = app.certificate_at_desk(&site.staff, shown(&card), "test").await;
    let certificate = certificate.unwrap();
    for word in ["Asha Devi", "COVISHIELD", "4121Z025", "Fort dispensary 1"] {
        assert!(certificate.json().contains(word), "{word}");
    }
    let pdf = certificate.into_pdf().await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let list = app
        .access_list_at_desk(&site.staff, shown(&card), "test")
        .await
        .unwrap();
    let who: Vec<_> = list.others.iter().map(|line| line.staff.as_str()).collect();
    assert!(who.contains(&"MH-0001") && who.contains(&"MH-0002"), "{who:?}");
}

#[store_test]
async fn a_mobile_is_bound_with_card_and_document_at_another_site(db: TestDb) {
    let (site, card) = at_another_site(db).await;
    let mobile = desk_code(&site, OWN).await;
    let with = |card: &PrintedCard, document: Option<&str>| PhoneChange {
        present: Present::Card {
            reference_id: card.reference_id,
            code: card.code.clone(),
            document: document.map(passport),
        },
        mobile: mobile.clone(),
    };
    for (card, document) in [
        (&wrong(&card), Some(DOCUMENT)),
        (&card, Some("Z7654321")),
        (&card, None),
    ] {
        let refused = change(&site, with(card, document)).await;
        assert!(
            matches!(
                refused,
                Err(Refusal::WrongCard | Refusal::NoMatch | Refusal::HasDocument)
            ),
            "{refused:?}"
        );
        assert_eq!(listed(&site.app, &site.citizen).await, [site.id]);
    }
    change(&site, with(&card, Some(DOCUMENT))).await.unwrap();
    assert_eq!(listed(&site.app, &login(&site.app, OWN).await).await, [site.id]);
    assert!(
        listed(&site.app, &login(&site.app, MOBILE).await)
            .await
            .is_empty()
    );
}
