//! The pages of the stock: what came, what a dose takes, what is wasted and counted, and what is said where it does not fit.

use pramaan_app::StaffRole;
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::stock::{Account, BatchKey};
use pramaan_domain::vaccine::Vaccine;

use crate::browser::{Browser, Page, Site};
use crate::kept::interrupted;
use crate::vaccination::{but, record, save, with_secret};

const RECEIVE: &str = "/staff/stock/receive";
const ACT: &str = "/staff/stock/act";
const VIALS: [(&str, &str); 5] = [
    ("vaccine", "COVISHIELD"),
    ("batch", "4121z025"),
    ("expires_on", "2027-03-31"),
    ("vials", "2"),
    ("doses_per_vial", ""),
];

/// Fields of a form with some answers replaced or added.
fn with<'a>(fields: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().collect()
}

/// The page's hidden fields and what is typed.
async fn send(staff: &mut Browser, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    let hidden = page.hidden(action);
    let hidden: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    staff.submit(page, action, &with(&hidden, typed)).await
}

pub(crate) async fn receive(staff: &mut Browser, changes: &[(&str, &str)]) -> Page {
    let page = staff.get(RECEIVE).await;
    send(staff, &page, RECEIVE, &with(&VIALS, changes)).await
}

fn act(act: &str) -> String {
    format!("{ACT}?vaccine=COVISHIELD&batch=4121Z025&act={act}")
}

impl Site {
    /// Closed, open, used and untracked doses of a batch of Covishield, by the entries.
    async fn stock(&self, batch: &str) -> [i64; 4] {
        let manager = self
            .test
            .staff(StaffRole::SiteManager, crate::browser::CENTRE, 395);
        let key = BatchKey {
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse(batch).unwrap(),
        };
        let stock = self.test.app.stock(&manager).await.unwrap();
        let shelf = stock.shelves.into_iter().find(|shelf| shelf.key == key);
        let ledger = shelf.map(|shelf| shelf.ledger).unwrap_or_default();
        [Account::OnHand, Account::Open, Account::Used, Account::Untracked]
            .map(|account| ledger.balance(account))
    }
}

#[tokio::test]
async fn a_nurse_receives_stock_and_the_dose_form_offers_it() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/stock").await;
    page.is(200).says("keeps no stock book yet").says(RECEIVE);
    let form = nurse.get(RECEIVE).await;
    let typed = with(&VIALS, &[]);
    let received = send(&mut nurse, &form, RECEIVE, &typed).await;
    assert_eq!(received.to, "/staff/stock?done=received");
    // The same form again, as when its answer got lost.
    send(&mut nurse, &form, RECEIVE, &typed).await.is(303);
    assert_eq!(site.stock("4121Z025").await, [20, 0, 0, 0]);
    let page = nurse.get(&received.to).await;
    page.is(200)
        .says("Covishield, batch 4121Z025")
        .says("31 March 2027");

    let (record, encounter) = record(&site, &mut nurse).await;
    record
        .says("type=\"radio\" value=\"4121Z025\" checked")
        .says("Closed vials: 20 doses")
        .says("name=\"batch_other\"");
    let now = but(&[("given_at", "10:00")]);
    let confirm = nurse.submit(&record, &encounter, &now).await;
    confirm.is(200).says("4121Z025").never_says("<dt>Reason");
    save(&mut nurse, &confirm, &encounter).await.is(303);
    assert_eq!(site.stock("4121Z025").await, [10, 9, 1, 0]);
    let page = nurse.get("/staff/stock").await;
    page.says("Open vial 1: 9 doses left, use until 2:00 pm (4 h 0 min left).")
        .never_says("Past its time");
    site.test.clock.advance_seconds(4 * 3_600 + 60);
    let mut nurse = site.logged_in("MH-0031", StaffRole::Vaccinator).await;
    let page = nurse.get("/staff/stock").await;
    page.says("Past its time").says("Its time ended at 2:00 pm");
    let waste = nurse
        .get(&page.link(ACT).replace("&amp;", "&").replace("&#38;", "&"))
        .await;
    waste
        .is(200)
        .says("value=\"9\"")
        .says("value=\"wasted_open_vial\" checked");
    let wasted = [
        ("from", "1"),
        ("doses", "9"),
        ("waste", "wasted_open_vial"),
        ("note", ""),
    ];
    send(&mut nurse, &waste, ACT, &wasted).await.is(303);
    assert_eq!(site.stock("4121Z025").await, [10, 0, 1, 0]);
}

#[tokio::test]
async fn a_batch_typed_wrong_is_asked_about_beside_the_stock_and_recorded_with_a_reason() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    receive(&mut nurse, &[]).await.is(303);
    let (record, encounter) = record(&site, &mut nurse).await;
    let wrong = but(&[
        ("given_at", "10:00"),
        ("batch", "other batch"),
        ("batch_other", "4121Z052"),
    ]);
    let asked = nurse.submit(&record, &encounter, &wrong).await;
    asked
        .is(422)
        .says("Your stock has no dose of this batch")
        .says("value=\"4121Z052\"")
        .says("name=\"reason\"");
    let nothing = but(&[
        ("given_at", "10:00"),
        ("batch", "other batch"),
        ("batch_other", ""),
    ]);
    nurse
        .submit(&record, &encounter, &nothing)
        .await
        .is(422)
        .says("href=\"#batch\"");
    let reasoned = with(&wrong, &[("reason", "a vial from the sub-centre")]);
    // The reason is there again with the rest, whatever else is changed.
    for (field, value, status) in [("step", "change", 200), ("given_at", "soon", 422)] {
        let back = nurse
            .submit(&record, &encounter, &with(&reasoned, &[(field, value)]))
            .await;
        back.is(status).says("value=\"a vial from the sub-centre\"");
    }
    let confirm = nurse.submit(&record, &encounter, &reasoned).await;
    confirm
        .is(200)
        .says("4121Z052")
        .says("a vial from the sub-centre");
    let saved = save(&mut nurse, &confirm, &encounter).await;
    assert!(saved.to.ends_with("/done?how=flagged"), "{}", saved.to);
    assert_eq!(site.stock("4121Z025").await, [20, 0, 0, 0]);
    assert_eq!(site.stock("4121Z052").await, [0, 0, 1, -1]);
    nurse
        .get("/staff/stock")
        .await
        .says("Doses given that were not in the stock book: 1");
}

#[tokio::test]
async fn what_does_not_fit_the_stock_is_said_beside_its_field_and_stays() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    for (field, value) in [
        ("vaccine", "water"),
        ("batch", "A B"),
        ("expires_on", "soon"),
        ("expires_on", "2026-11-21"),
        ("expires_on", "2099-01-01"),
        ("vials", "0"),
        ("vials", "-3"),
        ("vials", "999999999999999999999"),
        ("doses_per_vial", "51"),
    ] {
        let wrong = receive(&mut manager, &[(field, value)]).await;
        wrong.is(422).says(&format!("href=\"#{field}\""));
        if field != "vaccine" {
            wrong.says(&format!("value=\"{value}\""));
        }
    }
    assert_eq!(site.count("stock_entry").await, 0);
    receive(&mut manager, &[]).await.is(303);
    receive(&mut manager, &[("expires_on", "2027-04-30")])
        .await
        .is(422)
        .says("href=\"#expires_on\"");

    let page = manager.get(&act("waste")).await;
    let waste = [
        ("from", "closed"),
        ("doses", "5"),
        ("waste", "wasted_broken"),
        ("note", ""),
    ];
    for (field, value, at) in [
        ("doses", "21", "doses"),
        ("doses", "0", "doses"),
        ("doses", "many", "doses"),
        ("from", "7", "doses"),
        ("from", "", "from"),
        ("waste", "", "waste"),
        ("waste", "wasted_other", "note"),
        ("note", "short", "note"),
    ] {
        let typed = with(&waste, &[(field, value)]);
        let wrong = send(&mut manager, &page, ACT, &typed).await;
        wrong.is(422).says(&format!("href=\"#{at}\""));
    }
    let short = send(&mut manager, &page, ACT, &with(&waste, &[("doses", "21")])).await;
    short.says("only 20 doses").says("value=\"21\"");
    assert_eq!(site.stock("4121Z025").await, [20, 0, 0, 0]);
    for nowhere in [
        "vaccine=COVISHIELD&batch=NEVER",
        "vaccine=x&batch=4121Z025",
        "batch=%00",
    ] {
        manager
            .get(&format!("/staff/stock/batch?{nowhere}"))
            .await
            .is(404);
        manager.get(&format!("{ACT}?{nowhere}&act=waste")).await.is(404);
    }
    manager.get(&act("explode")).await.is(404);
}

#[tokio::test]
async fn a_count_of_the_stock_asks_for_a_reason_where_the_book_has_another_number() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    receive(&mut manager, &[]).await.is(303);
    let page = manager.get(&act("count")).await;
    // A number to be agreed with is no count.
    page.is(200).never_says("20 doses");
    let counted = send(&mut manager, &page, ACT, &[("doses", "18"), ("note", "")]).await;
    counted
        .is(422)
        .says("The stock book has another number")
        .says("value=\"18\"");
    let note = [("doses", "18"), ("note", "two fell behind the fridge")];
    let saved = send(&mut manager, &page, ACT, &note).await;
    assert_eq!(
        saved.to,
        "/staff/stock/batch?vaccine=COVISHIELD&batch=4121Z025&done=saved"
    );
    send(&mut manager, &page, ACT, &note).await.is(303);
    assert_eq!(site.stock("4121Z025").await, [18, 0, 0, 0]);
    manager
        .get(&saved.to)
        .await
        .is(200)
        .says("Missing at a count")
        .says("two fell behind the fridge")
        .says("MH-0002");
}

#[tokio::test]
async fn a_recall_reaches_the_stock_of_every_centre_and_only_a_district_makes_it() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    receive(&mut nurse, &[]).await.is(303);
    let recall = "/staff/stock/recall";
    let typed = [
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("since", "2026-11-20"),
        ("reason", "particles were seen in vials"),
    ];
    nurse.get(recall).await.is(403);
    let page = nurse.get("/staff/stock").await;
    nurse.submit(&page, recall, &typed).await.is(403);
    nurse.get(&act("count")).await.is(403);
    let mut district = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    assert_eq!(district.get("/staff/stock").await.to, recall);
    district.get(RECEIVE).await.is(403);
    let page = district.get(recall).await;
    page.is(200)
        .says("No batch is recalled")
        .says("value=\"2026-11-22\"");
    for (field, value) in [
        ("since", "2026-11-23"),
        ("reason", "bad"),
        ("batch", ""),
        ("vaccine", ""),
    ] {
        let wrong = district
            .submit(&page, recall, &with(&typed, &[(field, value)]))
            .await;
        wrong.is(422).says(&format!("href=\"#{field}\""));
    }
    district.submit(&page, recall, &typed).await.is(303);
    nurse
        .get("/staff/stock")
        .await
        .says("Recalled since 20 November 2026: do not use.")
        .says("particles were seen in vials");
    let (record, encounter) = record(&site, &mut nurse).await;
    record
        .says("Recalled since 20 November 2026")
        .never_says("value=\"4121Z025\" checked");
    let asked = nurse.submit(&record, &encounter, &but(&[])).await;
    asked.is(422).says("This batch is recalled");
}

#[tokio::test]
async fn more_seats_than_stock_is_warned_of_and_goes_on_after_a_tick() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    receive(&mut manager, &[]).await.is(303);
    let new = "/staff/sessions/new";
    let page = manager.get(new).await;
    page.never_says("name=\"short\"");
    let typed = [
        ("day", "2026-11-24"),
        ("vaccine", "COVISHIELD"),
        ("min_age", "18"),
        ("from", "09:00"),
        ("until", "12:00"),
        ("first_online", "4"),
    ];
    // Nine of today, nine of tomorrow, three times four: thirty seats, twenty doses.
    let warned = manager.submit(&page, new, &typed).await;
    warned
        .is(422)
        .says("30 seats up to that day, 20 doses in stock")
        .says("href=\"#short\"")
        .says("name=\"short\" type=\"checkbox\" value=\"yes\"")
        .says("value=\"2026-11-24\"");
    let before = site.count("session").await;
    let ticked = with(&typed, &[("short", "yes")]);
    let published = manager.submit(&page, new, &ticked).await;
    assert_eq!(published.to, "/staff/sessions?done=published");
    assert_eq!(site.count("session").await, before + 1);
    // Of a vaccine of which there is enough nobody is warned.
    receive(&mut manager, &[("vials", "200")]).await.is(303);
    manager.submit(&page, new, &typed).await.is(303);
}

#[tokio::test]
async fn forms_of_the_stock_survive_the_end_of_the_login() {
    let site = Site::open().await;
    let (mut manager, secret) = with_secret(&site, StaffRole::SiteManager).await;
    let page = manager.get(RECEIVE).await;
    let typed = with(&VIALS, &[("key", "a-key-of-more-than-16-signs")]);
    let again = interrupted(&site, (&mut manager, &secret), (&page, RECEIVE), &typed).await;
    again
        .is(200)
        .says("value=\"4121z025\"")
        .says("a-key-of-more-than-16-signs");
    send(&mut manager, &again, RECEIVE, &with(&VIALS, &[]))
        .await
        .is(303);
    let page = manager.get(&act("return")).await;
    let typed = [
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("act", "return"),
        ("doses", "10"),
        ("note", "to the sub-centre"),
        ("key", "a-key-of-more-than-16-signs"),
    ];
    let again = interrupted(&site, (&mut manager, &secret), (&page, ACT), &typed).await;
    again.is(200).says("to the sub-centre").says("Send back or on");
    let sent = [("doses", "10"), ("note", "to the sub-centre")];
    send(&mut manager, &again, ACT, &sent).await.is(303);
    assert_eq!(site.stock("4121Z025").await, [10, 0, 0, 0]);
}
