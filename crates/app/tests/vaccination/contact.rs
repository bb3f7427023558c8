//! Whatever a desk does to what opens a record stands on the person's own list with the code of who did it, in the commit that
//! does it, and their number is told: a card, a document, a PIN, a code to choose one, the end of being private.

use pramaan_app::card::Shown;
use pramaan_app::private_member::{AtSite, SetAtSite};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::access::Basis;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::testing::{TestDb, store_test};

use crate::card::{card_holder, shown};
use crate::support::*;

/// The one sentence for all news.
const NEWS: &str = "There is something new for somebody who uses this number";

fn passport() -> (DocumentType, DocumentNumber) {
    (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap())
}

fn by_document(id: ReferenceId) -> Shown {
    Shown::Document {
        reference_id: id,
        document: passport(),
    }
}

/// What her own phone shows of who changed by what she is known.
async fn changes(site: &Site, citizen: &Citizen) -> Vec<(String, Basis, Option<i64>)> {
    let list = site.app.app.access_list(citizen, site.id, None, "test").await;
    let list = list.unwrap();
    let told = contact_changes(&list).into_iter();
    told.map(|(staff, basis, card)| (staff.to_owned(), basis, card))
        .collect()
}

fn by_nurse(card: Option<i64>) -> (String, Basis, Option<i64>) {
    ("MH-0001".to_owned(), Basis::SiteEvidence, card)
}

/// News to her number since there were so many texts.
fn news(site: &Site, before: usize) -> usize {
    let texts = texts_to(&site.app, MOBILE).split_off(before);
    assert!(texts.iter().all(|text| text.contains(NEWS)), "{texts:?}");
    texts.len()
}

#[store_test]
async fn each_card_made_or_ended_at_a_desk_is_on_the_persons_list_with_who_did_it_and_the_phone_is_told(
    db: TestDb,
) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let before = texts_to(&site.app, MOBILE).len();
    let first = app.make_card(&site.staff, by_document(site.id), "test").await;
    let first = first.unwrap();
    let first_only = changes(&site, &site.citizen).await;
    assert_eq!(first_only, [by_nurse(None)], "by the document");
    let second = app.make_card(&site.staff, shown(&first), "test").await.unwrap();
    app.end_card(&site.staff, shown(&second), "test").await.unwrap();
    let all = [by_nurse(Some(2)), by_nurse(Some(1)), by_nurse(None)];
    assert_eq!(
        changes(&site, &site.citizen).await,
        all,
        "each names the card shown"
    );
    assert_eq!(news(&site, before), 3);
    // What changes nothing says nothing.
    app.end_card(&site.staff, by_document(site.id), "test")
        .await
        .unwrap();
    let wrong = app.make_card(&site.staff, shown(&second), "test").await;
    assert!(matches!(wrong, Err(Refusal::WrongCard)), "{wrong:?}");
    assert_eq!(changes(&site, &site.citizen).await, all);
    assert_eq!(news(&site, before), 3);
}

#[store_test]
async fn a_card_is_neither_made_nor_ended_while_the_log_cannot_say_so(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = app.make_card(&site.staff, by_document(site.id), "test").await;
    let card = card.unwrap();
    let before = texts_to(&site.app, MOBILE).len();
    site.app.break_log().await;
    let made = app.make_card(&site.staff, shown(&card), "test").await;
    assert!(matches!(made, Err(Refusal::Unavailable(_))), "{made:?}");
    let ended = app.end_card(&site.staff, shown(&card), "test").await;
    assert!(matches!(ended, Err(Refusal::Unavailable(_))), "{ended:?}");
    site.app.mend_log().await;
    assert_eq!(news(&site, before), 0);
    // The card in the person's pocket opens as before.
    app.end_card(&site.staff, shown(&card), "test").await.unwrap();
}

#[store_test]
async fn a_document_added_by_card_and_cards_of_who_has_no_phone_are_on_the_list_with_who_did_it(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = card_holder(&site, "Sita Bai").await;
    let document = (
        DocumentType::RationCard,
        DocumentNumber::parse("RC55501").unwrap(),
    );
    let add = || app.add_document(&site.staff, shown(&card), document.clone(), "test");
    site.app.break_log().await;
    let added = add().await;
    assert!(matches!(added, Err(Refusal::Unavailable(_))), "{added:?}");
    site.app.mend_log().await;
    add().await.unwrap();
    let twice = add().await;
    assert!(matches!(twice, Err(Refusal::HasDocument)), "{twice:?}");
    let list = app.access_list_at_desk(&site.staff, shown(&card), "test").await;
    let told = [("MH-0001", Basis::SiteEvidence, Some(1))];
    assert_eq!(contact_changes(&list.unwrap()), told);
}

#[store_test]
async fn who_is_not_private_any_more_at_a_site_is_told_and_the_list_says_by_whom(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let open = site.open_record().await;
    let want = |what| app.private_at_site(&site.staff, open.key, passport(), what, "test");
    let pin = || AtSite::Choose(PrivatePin::choose("274913").unwrap());
    want(pin()).await.unwrap();
    let before = texts_to(&site.app, MOBILE).len();
    site.app.break_log().await;
    let ended = want(AtSite::End).await;
    assert!(matches!(ended, Err(Refusal::Unavailable(_))), "{ended:?}");
    site.app.mend_log().await;
    let hidden = app.access_list(&site.citizen, site.id, None, "test").await;
    assert!(
        matches!(hidden, Err(Refusal::UnknownBeneficiary)),
        "still private"
    );
    assert!(matches!(want(AtSite::End).await.unwrap(), SetAtSite::Open));
    let told = [by_nurse(None), by_nurse(None)];
    assert_eq!(
        changes(&site, &site.citizen).await,
        told,
        "the PIN and that it is given up"
    );
    assert_eq!(news(&site, before), 1);
    // Of somebody whose record is open, it changes nothing.
    want(AtSite::End).await.unwrap();
    assert_eq!(changes(&site, &site.citizen).await.len(), 2);
    assert_eq!(news(&site, before), 1);
}

/// A nurse with the document could close a record from its family: the list says who did, and the phone that something is new.
#[store_test]
async fn a_pin_set_and_a_code_printed_at_a_site_are_on_the_list_with_who_did_it_and_the_phone_is_told(
    db: TestDb,
) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let open = site.open_record().await;
    let want = |what| app.private_at_site(&site.staff, open.key, passport(), what, "test");
    let before = texts_to(&site.app, MOBILE).len();
    let printed = want(AtSite::Print).await.unwrap();
    assert!(matches!(printed, SetAtSite::Code { .. }), "{printed:?}");
    assert_eq!(changes(&site, &site.citizen).await, [by_nurse(None)], "the code");
    assert_eq!(news(&site, before), 1);
    let pin = AtSite::Choose(PrivatePin::choose("274913").unwrap());
    want(pin).await.unwrap();
    assert_eq!(news(&site, before), 2);
    // From home there is no list before the PIN is typed; the desk prints it.
    let list = app
        .access_list_at_desk(&site.staff, by_document(site.id), "test")
        .await;
    let told = ("MH-0001", Basis::SiteEvidence, None);
    assert_eq!(contact_changes(&list.unwrap()), [told, told], "the PIN too");
}
