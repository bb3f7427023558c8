//! The paper day: the list printed before, the sheet typed in after.

use pramaan_app::StaffRole;

use crate::browser::{Browser, Page, Site};

const COMMON: [(&str, &str); 4] = [
    ("day", "2026-11-22"),
    ("vaccine", "COVISHIELD"),
    ("batch", "4121Z025"),
    ("site", "left_upper_arm"),
];

/// Sends a sheet, and presses on the page that shows it back.
async fn kept(nurse: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let confirm = nurse.submit(page, "/staff/paper", typed).await;
    confirm.is(200).says("Is every line right?");
    nurse.confirm(&confirm, "/staff/paper", &[]).await
}

#[tokio::test]
async fn the_paper_list_is_printed_before_the_day_and_names_nobody() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let before = site.test.accesses().await.len();
    let roster = manager.get("/staff/roster").await;
    let tomorrow = manager.get(&roster.link("/staff/roster/print")).await;
    tomorrow.is(200);
    let today = manager.get("/staff/roster/print?day=today").await;
    today
        .is(200)
        .says("11:00")
        .never_says("Asha")
        .never_says(&site.id.to_string());
    manager.get("/staff/roster/print?day=").await.is(200);
    for wrong in ["2026-11-21", "never"] {
        let page = manager.get(&format!("/staff/roster/print?day={wrong}")).await;
        page.is(400);
    }
    let mut nurse = site.nurse().await;
    nurse.get("/staff/roster/print").await.is(403);
    assert_eq!(site.test.accesses().await.len(), before, "nothing was opened");
}

#[tokio::test]
async fn a_paper_sheet_is_kept_line_by_line_and_what_is_refused_stays() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/paper").await;
    page.is(200);
    let (id, code) = (site.id.to_string(), site.code().await);
    let first = [
        ("reference_id_1", id.as_str()),
        ("code_1", code.as_str()),
        ("given_at_1", "09:30"),
    ];
    let half = [&COMMON[..], &first[..], &[("reference_id_2", "31")]].concat();
    let wrong = nurse.submit(&page, "/staff/paper", &half).await;
    wrong
        .is(422)
        .says(&format!("value=\"{id}\""))
        .says("value=\"31\"");
    assert_eq!(
        site.count("held_dose").await,
        0,
        "all lines are read before any is kept"
    );
    let whole = [&COMMON[..], &first[..]].concat();
    for _twice in 0..2 {
        let saved = kept(&mut nurse, &page, &whole).await;
        saved.is(303);
        assert_eq!(saved.to, "/staff/paper?saved=1");
    }
    nurse.get("/staff/paper?saved=1").await.says("1 doses kept");
    nurse.get("/staff/held-dose").await.says("from paper");
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    assert_eq!((site.count("held_dose").await, site.count("dose").await), (1, 1));
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    manager.get("/staff/paper").await.is(403);
}

#[tokio::test]
async fn a_paper_sheet_of_a_day_off_the_roster_or_by_nobodys_code_is_refused_beside_its_field() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/paper").await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let first = [
        ("reference_id_1", id.as_str()),
        ("code_1", code.as_str()),
        ("given_at_1", "09:30"),
    ];
    let giver = [&COMMON[..], &first[..], &[("given_by", "XX-9999")]].concat();
    kept(&mut nurse, &page, &giver)
        .await
        .is(422)
        .says("id=\"given_by-error\"");
    let long_ago: Vec<_> = giver
        .iter()
        .map(|(name, value)| match *name {
            "day" => ("day", "2026-11-01"),
            "given_by" => ("given_by", ""),
            name => (name, *value),
        })
        .collect();
    let refused = kept(&mut nurse, &page, &long_ago).await;
    refused.is(422).says("id=\"given_at_1-error\"").says("09:30");
    assert_eq!(site.count("held_dose").await, 0);
}

#[tokio::test]
async fn old_paper_is_confirmed_by_a_second_person_on_the_list() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/paper").await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let line = [
        ("day", "2026-11-17"),
        ("reference_id_1", id.as_str()),
        ("code_1", code.as_str()),
        ("given_at_1", "09:30"),
    ];
    let typed = [&line[..], &COMMON[1..]].concat();
    kept(&mut nurse, &page, &typed).await.is(303);
    let own = nurse.get("/staff/held-dose").await;
    let path = "/staff/held-dose/attention";
    let which = [("day", "2026-11-17"), ("number", "1"), ("act", "approve")];
    nurse.submit(&own, path, &which).await.is(404);
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let list = manager.get("/staff/held-dose").await;
    list.says("waits for a second person")
        .says("entered 5 days later");
    manager.submit(&list, path, &which).await.is(303);
    manager.get("/staff/held-dose").await.says("waiting");
}
