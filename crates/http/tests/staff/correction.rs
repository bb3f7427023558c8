//! Correction by the pages: found from today's list, shown back before it is saved, decided by a second person; and what a
//! verifier of the old certificate is told.

use pramaan_app::StaffRole;
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Page, Site};

/// What a page of a nurse's step may weigh, as it is sent.
const MOST_BYTES: usize = 30_000;

const FACTS: [(&str, &str); 7] = [
    ("vaccine", "COVISHIELD"),
    ("dose", "1"),
    ("batch", "4121z025"),
    ("vial", "7"),
    ("given_at", "09:58"),
    ("site", "left_upper_arm"),
    ("to", ""),
];
pub(crate) const REASON: (&str, &str) = ("reason", "the batch was read from another box");

pub(crate) fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FACTS
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().collect()
}

async fn confirmed(nurse: &mut Browser, confirm: &Page, action: &str) -> Page {
    let hidden = confirm.hidden(action);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    nurse.submit(confirm, action, &typed).await
}

/// A dose recorded by the nurse who stays logged in.
pub(crate) async fn vaccinated() -> (Site, Browser) {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let code = site.code().await;
    let typed = [("way", "code"), ("code", code.as_str())];
    let record = nurse.submit(&page, &path, &typed).await;
    let encounter = record.is(200).link("/staff/encounter/");
    let confirm = nurse.submit(&record, &encounter, &FACTS).await;
    let saved = confirmed(&mut nurse, &confirm, &format!("{encounter}/dose")).await;
    assert_eq!(saved.status, 303);
    (site, nurse)
}

/// The record as the nurse opens it from today's list, and the address of its dose.
pub(crate) async fn opened(nurse: &mut Browser) -> (Page, String) {
    let path = nurse.get("/staff").await.link("/staff/correction/visit/");
    let page = nurse.get(&path).await;
    page.says("value=\"own\"").never_says("Asha Devi");
    let record = nurse.submit(&page, &path, &[("way", "own")]).await;
    let dose = record
        .is(200)
        .says("<h1>Asha Devi</h1>")
        .link("/staff/correction/record/");
    (record, dose)
}

pub(crate) async fn certificate(site: &Site) -> String {
    let fetched = site
        .test
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await;
    fetched.unwrap().json().to_owned()
}

pub(crate) async fn verified(site: &Site, certificate: &str) -> pramaan_app::verify::Verdict {
    let file = certificate.as_bytes().to_vec();
    site.test.app.check_certificate(file).await.unwrap()
}

#[tokio::test]
async fn a_nurse_corrects_her_dose_within_the_shift_and_sees_everything_back_first() {
    let (site, mut nurse) = vaccinated().await;
    let old = certificate(&site).await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    form.says("4121Z025").says("You gave it today");
    let typed = with(&[("act", "correct"), ("batch", "4121z026"), REASON]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    confirm
        .is(200)
        .says("<dd>Asha Devi</dd>")
        .says("<dd>Covishield</dd>")
        .says("<dd>First dose</dd>")
        .says("4121Z026");
    assert_eq!(
        site.count("dose").await,
        1,
        "nothing is saved that was only typed"
    );

    let mut back: Vec<(&str, &str)> = typed.clone();
    back.push(("step", "change"));
    let again = nurse.submit(&confirm, &dose, &back).await;
    assert_eq!(
        again.is(200).field("batch").as_deref(),
        Some("4121z026"),
        "it is kept"
    );

    let saved = confirmed(&mut nurse, &confirm, &dose).await;
    assert_eq!(
        (saved.status, saved.to.as_str()),
        (303, "/staff/correction/done?how=done")
    );
    nurse.get(&saved.to).await.says("The dose is corrected");
    assert_eq!(site.count("dose").await, 2);
    let twice = confirmed(&mut nurse, &confirm, &dose).await;
    assert_eq!(twice.status, 303, "the same form twice");
    assert_eq!(site.count("dose").await, 2, "and nothing twice");

    let new = certificate(&site).await;
    assert!(new.contains("4121Z026"));
    let today = site.test.app.today();
    let superseded = pramaan_app::verify::Verdict::Superseded { on: today };
    assert_eq!(verified(&site, &old).await, superseded);
    let typed = with(&[
        ("act", "correct"),
        ("batch", "OTHER"),
        REASON,
        ("confirmed", "yes"),
    ]);
    let late = nurse.submit(&form, &dose, &typed).await;
    late.is(409).says("Somebody changed this dose meanwhile");
    assert_eq!(
        late.field("batch").as_deref(),
        Some("OTHER"),
        "nothing typed is lost"
    );
}

#[tokio::test]
async fn a_void_waits_for_a_second_person_and_withdraws_the_certificate() {
    let (site, mut nurse) = vaccinated().await;
    let old = certificate(&site).await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    let typed = with(&[("act", "void"), REASON]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    let saved = confirmed(&mut nurse, confirm.is(200), &dose).await;
    assert_eq!(saved.to, "/staff/correction/done?how=waits");
    nurse.get("/staff").await.says("one waits for a second person");
    let hers = nurse.get("/staff/correction").await;
    hers.says("You proposed it")
        .never_says("/staff/correction/proposal/");

    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let list = manager.get("/staff/correction").await;
    list.says("MH-0001: 1").never_says("Asha");
    let proposal = list.link("/staff/correction/proposal/");
    let own = nurse.get(&proposal).await;
    own.is(409).says("Somebody else decides");
    let page = manager.get(&proposal).await;
    page.says("4121Z025")
        .says("It was not given")
        .never_says("Asha Devi");
    let short = [("act", "decline"), ("reason", "no")];
    let refused = manager.submit(&page, &proposal, &short).await;
    assert_eq!(refused.is(422).field("reason").as_deref(), Some("no"));
    let done = manager.submit(&page, &proposal, &[("act", "approve")]).await;
    assert_eq!(done.to, "/staff/correction/done?how=approved");
    manager
        .submit(&page, &proposal, &[("act", "approve")])
        .await
        .is(404);

    let withdrawn = pramaan_app::verify::Verdict::Withdrawn {
        on: site.test.app.today(),
    };
    assert_eq!(verified(&site, &old).await, withdrawn);
    let today = nurse.get("/staff").await;
    today.link("/staff/visit/");
}

#[tokio::test]
async fn a_form_of_a_correction_is_refused_beside_its_fields_and_kept() {
    let (site, mut nurse) = vaccinated().await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    for (typed, says) in [
        (
            with(&[("act", "correct"), ("batch", "A B"), REASON]),
            "Type the batch",
        ),
        (
            with(&[("act", "correct"), REASON, ("confirmed", "yes")]),
            "Nothing is different",
        ),
        (with(&[("act", ""), REASON]), "Choose what was wrong"),
        (with(&[("act", "move"), REASON]), "Open the right person"),
        (
            with(&[("act", "void"), ("reason", "short")]),
            "10 to 300 characters",
        ),
        (
            with(&[("act", "correct"), ("given_at", "23:59"), REASON]),
            "not ahead",
        ),
    ] {
        let refused = nurse.submit(&form, &dose, &typed).await;
        refused.is(422).says(says);
        assert_eq!(refused.field("vial").as_deref(), Some("7"), "{says}");
    }
    assert_eq!((site.count("dose").await, site.count("correction").await), (1, 0));
}

#[tokio::test]
async fn a_correction_form_waits_for_a_login_that_ended() {
    let (site, mut nurse) = vaccinated().await;
    let (_, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    site.test.clock.advance_seconds(13 * 3600);
    let typed = with(&[("act", "correct"), ("batch", "4121z026"), REASON]);
    let login = nurse.submit(&form, &dose, &typed).await;
    login.is(401).never_says("4121z026");
    assert!(
        login.field("kept").is_some_and(|kept| !kept.is_empty()),
        "sealed into the login"
    );
}

#[tokio::test]
async fn no_dose_is_saved_that_was_not_shown_back() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let code = site.code().await;
    let typed = [("way", "code"), ("code", code.as_str())];
    let record = nurse.submit(&page, &path, &typed).await;
    let save = format!("{}/dose", record.link("/staff/encounter/"));
    let confirm = nurse.submit(&record, &save, &FACTS).await;
    confirm.is(200).says("<dd>Asha Devi</dd>").says("4121Z025");
    assert_eq!(site.count("dose").await, 0);
    assert_eq!(confirmed(&mut nurse, &confirm, &save).await.status, 303);
    assert_eq!(site.count("dose").await, 1);
}

#[tokio::test]
async fn each_step_of_a_correction_is_one_small_page() {
    let (site, mut nurse) = vaccinated().await;
    let (record, dose) = opened(&mut nurse).await;
    let form = nurse.get(&dose).await;
    let confirm = nurse
        .submit(&form, &dose, &with(&[("act", "void"), REASON]))
        .await;
    confirmed(&mut nurse, &confirm, &dose).await;
    let codes = ["MH-0001", "MH-0002"].map(|code| StaffCode::parse(code).unwrap());
    let mut other = site.logged_in("MH-0002", StaffRole::Vaccinator).await;
    let today = site.test.app.today();
    let set = site.test.app.set_roster_of(CENTRE, today, codes.into()).await;
    set.unwrap();
    let list = other.get("/staff/correction").await;
    let proposal = other.get(&list.link("/staff/correction/proposal/")).await;
    let home = nurse.get("/staff").await;
    assert!(home.body.len() <= MOST_BYTES, "{} bytes", home.body.len());
    let pages = [&record, &form, &confirm, &list, &proposal];
    for page in pages {
        assert!(page.body.len() <= MOST_BYTES, "{} bytes", page.body.len());
        // A form and its answer; all else is on the phone since the login, under an address that never changes.
        assert!(assets(page).iter().all(|asset| assets(&home).contains(asset)));
        let stays = page.body.matches("<script src=\"/assets/stay-").count();
        assert_eq!(
            page.body.matches("<script").count(),
            stays,
            "it announces the end of the login alone"
        );
    }
}

/// What a page has the browser fetch.
fn assets(page: &Page) -> Vec<&str> {
    let parts = page.body.split('"');
    let mut assets: Vec<_> = parts.filter(|part| part.starts_with("/assets/")).collect();
    assets.sort_unstable();
    assets
}
