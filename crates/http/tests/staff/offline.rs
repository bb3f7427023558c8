//! What a phone kept offline and sends: each entry answered by itself, once, whatever the clock, the login and the line did.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pramaan_app::StaffRole;
use serde_json::{Value, json};

use crate::browser::{Browser, CENTRE, Page, Site};
use crate::vaccination::{log_in, with_secret};

const DOSES: &str = "/staff/offline/doses";
const UNSENT: &str = "/staff/offline/unsent";

/// The fields as the script writes them down.
pub(crate) fn typed(code: &str, centre: i64, more: &str) -> String {
    format!(
        "who=slip&vaccine=COVISHIELD&batch=4121Z025&vial=7&day=2026-11-22&given_at=09%3A45&site=left_upper_arm\
         &made_by={code}&made_at={centre}&{more}"
    )
}

/// As the script seals it: filled up, so that its length tells nothing.
pub(crate) fn entry(site: &Site, name: u8, fields: &str) -> Value {
    let filled = format!("{fields}{}", "&".repeat(2_048 - fields.len() % 2_048));
    let letter = site.test.letter([name; 16], &filled);
    json!({"id": format!("{name:02x}").repeat(16), "letter": STANDARD.encode(letter)})
}

impl Site {
    pub(crate) async fn slip_fields(&self) -> String {
        format!("reference_id={}&code={}", self.id, self.code().await)
    }

    pub(crate) fn phone_now(&self, ahead: i64) -> String {
        ((self.test.clock.now().seconds() + ahead) * 1_000).to_string()
    }
}

pub(crate) async fn send(nurse: &mut Browser, now: &str, entries: &[Value]) -> Page {
    let token = nurse.get("/staff/offline/token").await;
    let csrf = match token.status {
        200 => json_of(&token)["token"].as_str().unwrap().to_owned(),
        _ => "none".to_owned(),
    };
    let entries = serde_json::to_string(entries).unwrap();
    let fields = [("_csrf", csrf), ("now", now.to_owned()), ("entries", entries)];
    nurse.post(DOSES, &fields).await
}

fn json_of(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{}: {}", page.status, page.body))
}

pub(crate) fn entries(page: &Page) -> Vec<Value> {
    page.is(200);
    json_of(page)["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn offline_entries_are_kept_once_and_answered_one_by_one() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let right = entry(&site, 1, &typed("MH-0001", CENTRE, &site.slip_fields().await));
    let wrong = entry(&site, 2, &typed("MH-0001", CENTRE, "reference_id=31&code=0"));
    let broken = json!({"id": "03".repeat(16), "letter": "AAAA"});
    let moved = json!({"id": "04".repeat(16), "letter": right["letter"]});
    let now = site.phone_now(0);
    let all = [right.clone(), wrong, broken, moved];
    let answers = entries(&send(&mut nurse, &now, &all).await);
    assert_eq!(answers[0]["held"], true);
    assert!(
        answers[0]["told"].as_str().unwrap().contains("H-1"),
        "{}",
        answers[0]
    );
    assert_eq!(answers[1]["code"], "PRAMAAN0124");
    assert!(
        answers[1]["fields"].as_str().unwrap().contains("reference_id=31"),
        "to be corrected"
    );
    for unreadable in &answers[2..] {
        assert_eq!(
            (&unreadable["code"], &unreadable["held"]),
            (&json!("PRAMAAN0122"), &json!(false))
        );
    }
    let again = entries(&send(&mut nurse, &now, &[right]).await);
    assert_eq!(again[0]["told"], answers[0]["told"], "the same number");
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    assert_eq!(site.count("dose").await, 1);
    assert_eq!(site.count("held_dose").await, 1);
}

#[tokio::test]
async fn a_shared_phone_tells_without_a_login_how_many_offline_doses_it_keeps() {
    let site = Site::open().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let mut phone = site.logged_in("MH-0004", StaffRole::SiteManager).await;
    phone.get(UNSENT).await.is(204);
    let page = phone.get("/staff/devices").await;
    let here = [("act", "here"), ("name", "Table 1")];
    phone.submit(&page, "/staff/devices", &here).await.is(303);

    manager.get("/staff/devices").await.says("It has not told yet");
    let offer = json_of(phone.get(UNSENT).await.is(200));
    let token = offer["token"].as_str().unwrap().to_owned();
    let tell = |count: &str| [("_csrf", token.clone()), ("count", count.to_owned())];
    phone.post(UNSENT, &tell("3")).await.is(204);
    for wrong in ["", "-1", "three", "10001", "99999999999"] {
        phone.post(UNSENT, &tell(wrong)).await.is(400).says("PRAMAAN0118");
    }
    let forged = [("_csrf", "none".to_owned()), ("count", "9".to_owned())];
    phone.post(UNSENT, &forged).await.is(403);
    let devices = manager.get("/staff/devices").await;
    devices
        .says("Doses kept on it and not sent: 3. Told")
        .says("10:00");
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let morning = admin.get("/staff/district").await;
    morning.says("Fort Clinic: doses kept on shared phones and not sent: 3. Phones: 1. Told");
    phone.post(UNSENT, &tell("0")).await.is(204);
    admin.get("/staff/district").await.never_says("shared phones");
}

#[tokio::test]
async fn an_offline_entry_of_another_login_or_centre_is_refused_and_kept_for_the_right_one() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let slip = site.slip_fields().await;
    let now = site.phone_now(0);
    let others = [
        entry(&site, 1, &typed("MH-0009", CENTRE, &slip)),
        entry(&site, 2, &typed("MH-0001", CENTRE + 1, &slip)),
    ];
    let answers = entries(&send(&mut nurse, &now, &others).await);
    for answer in &answers {
        assert_eq!(answer["code"], "PRAMAAN0123");
    }
    assert!(
        answers[0].get("fields").is_none(),
        "to nobody else is told what was typed"
    );
    let own = answers[1]["fields"].as_str().unwrap();
    assert!(
        own.contains("4121Z025"),
        "who typed it can say that it was given here"
    );
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let own = [entry(&site, 3, &typed("MH-0002", CENTRE, &slip))];
    let answers = entries(&send(&mut manager, &now, &own).await);
    assert_eq!(answers[0]["held"], false, "{}", answers[0]);
    assert_eq!(site.count("held_dose").await, 0);
    let mut nobody = site.browser();
    nobody.get("/staff/login").await;
    nobody
        .get("/staff/offline/token")
        .await
        .is(401)
        .says("PRAMAAN0120")
        .says("/staff/login?next=/staff/offline");
    // Whoever has no login has no form token: nothing is looked at.
    send(&mut nobody, &now, &others).await.is(403);
}

#[tokio::test]
async fn an_offline_login_that_ended_is_asked_for_and_nothing_is_lost() {
    let site = Site::open().await;
    let (mut nurse, secret) = with_secret(&site, StaffRole::Vaccinator).await;
    let right = entry(&site, 1, &typed("MH-0001", CENTRE, &site.slip_fields().await));
    let token = json_of(&nurse.get("/staff/offline/token").await);
    site.test.clock.advance_seconds(13 * 3_600);
    let fields = [
        ("_csrf", token["token"].as_str().unwrap().to_owned()),
        ("now", site.phone_now(0)),
        ("entries", json!([right]).to_string()),
    ];
    nurse.post(DOSES, &fields).await.is(401).says("PRAMAAN0120");
    assert_eq!(site.count("held_dose").await, 0);
    let door = nurse.get("/staff/login").await;
    log_in(&site, &mut nurse, &door, &secret).await.is(303);
    let answers = entries(&send(&mut nurse, &site.phone_now(0), &[right]).await);
    assert_eq!(answers[0]["held"], true, "{}", answers[0]);
    assert_eq!(site.count("held_dose").await, 1);
}

#[tokio::test]
async fn an_offline_clock_wrong_by_hours_is_corrected_and_flagged() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    // It is 10:00 of the 22nd. The phone says 12:00 of the 24th, and its nurse gave the dose at 11:45 by it.
    let ahead = 2 * 86_400 + 7_200;
    let fields = typed("MH-0001", CENTRE, &site.slip_fields().await);
    let fields = fields
        .replace("09%3A45", "11%3A45")
        .replace("2026-11-22", "2026-11-24");
    let answers = entries(&send(&mut nurse, &site.phone_now(ahead), &[entry(&site, 1, &fields)]).await);
    assert_eq!(answers[0]["held"], true, "{}", answers[0]);
    let told = answers[0]["told"].as_str().unwrap();
    assert!(
        told.contains("22 November") && told.contains("3000 minutes"),
        "{told}"
    );
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    let fields = fields.replace("11%3A45", "12%3A01");
    let answers = entries(&send(&mut nurse, &site.phone_now(ahead), &[entry(&site, 3, &fields)]).await);
    assert_eq!(answers[0]["held"], false, "still ahead");
    for broken in ["", "x", "0", "99999999999999999999", "-1"] {
        let page = send(&mut nurse, broken, &[entry(&site, 2, &fields)]).await;
        page.is(400).says("PRAMAAN0121");
    }
    send(&mut nurse, &site.phone_now(0), &[]).await.is(400);
    let many: Vec<Value> = (0..9).map(|name| entry(&site, name, "")).collect();
    send(&mut nurse, &site.phone_now(0), &many).await.is(400);
}

/// It is 10:00 of the 22nd; the dose was given at 09:45 by the right clock, whatever the phone said.
#[tokio::test]
async fn an_offline_clock_hours_behind_is_corrected_and_flagged_over_midnight_too() {
    for (behind, day, by_phone) in [
        (3 * 3_600, "2026-11-22", "06%3A45"),
        (12 * 3_600, "2026-11-21", "21%3A45"),
        (4 * 86_400, "2026-11-18", "09%3A45"),
    ] {
        let site = Site::open().await;
        let mut nurse = site.nurse().await;
        let fields = typed("MH-0001", CENTRE, &site.slip_fields().await);
        let fields = fields.replace("09%3A45", by_phone).replace("2026-11-22", day);
        let letter = [entry(&site, 1, &fields)];
        for _twice in 0..2 {
            let answers = entries(&send(&mut nurse, &site.phone_now(-behind), &letter).await);
            assert_eq!(answers[0]["held"], true, "{}", answers[0]);
            let told = answers[0]["told"].as_str().unwrap();
            let minutes = format!("{} minutes", behind / 60);
            assert!(told.contains(&minutes), "{behind}: {told}");
        }
        assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
        let family = site.test.app.dashboard(&site.citizen, "test").await.unwrap();
        let given = family[0].doses[0].facts.given_at;
        assert_eq!(given, site.test.clock.now().plus_seconds(-15 * 60), "{behind}");
        assert_eq!((site.count("dose").await, site.count("held_dose").await), (1, 1));
    }
}

#[tokio::test]
async fn an_offline_walk_in_is_registered_later_and_told_its_number() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let person = "notice=1&consent=yes&name=Sita+Bai&birth_year=1971&gender=female&document_type=8&document_number=P5550001";
    let fields = typed("MH-0001", CENTRE, person).replace("who=slip", "who=new");
    let answers = entries(&send(&mut nurse, &site.phone_now(0), &[entry(&site, 1, &fields)]).await);
    assert_eq!(answers[0]["held"], true, "{}", answers[0]);
    assert_eq!(site.count("person").await, 1);
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    assert_eq!((site.count("person").await, site.count("dose").await), (2, 1));
    // Of a minor the phone sends who came, too; what is no name comes back with all that was typed.
    let child = fields.replace("1971", "2009").replace("P5550001", "P5550002");
    for (name, guardian, held) in [(2, "123", false), (3, "Kamala+Bai", true)] {
        let fields = format!("{child}&guardian_name={guardian}");
        let answers = entries(&send(&mut nurse, &site.phone_now(0), &[entry(&site, name, &fields)]).await);
        assert_eq!(answers[0]["held"], held, "{}", answers[0]);
        let told = answers[0]["told"].as_str().unwrap();
        assert_eq!(told.contains("guardian’s name"), !held, "{told}");
    }
}

#[tokio::test]
async fn what_a_phone_keeps_offline_has_no_login_in_it_and_its_script_may_run() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let shown = nurse.get("/staff/offline").await;
    shown.is(200).says("Doses without a line");
    assert!(shown.policy().contains("script-src 'self'"), "{}", shown.policy());
    assert!(!shown.policy().contains("unsafe"));
    let shell = nurse.get("/staff/offline/shell").await;
    shell
        .is(200)
        .never_says("MH-0001")
        .says("name=\"_csrf\" value=\"\"");
    let mut stranger = site.browser();
    assert_eq!(
        stranger.get("/staff/offline/shell").await.body,
        shell.body,
        "the same for everybody"
    );
    let worker = stranger.get("/staff/offline/worker.js").await;
    worker.is(200).never_says("FILES_HERE").never_says("VERSION'");
    for file in ["/assets/offline-", "/assets/pramaan-", "/assets/mark-"] {
        worker.says(file);
    }
    let other = site.browser().get("/login").await;
    assert!(
        !other.policy().contains("script-src"),
        "a page that has no script runs none"
    );
    assert!(shown.body.len() < 30_000, "{} bytes", shown.body.len());
}

/// Without script it is the form of a held dose, with a form's token.
#[tokio::test]
async fn without_script_the_offline_page_is_the_held_form() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let page = nurse.get("/staff/offline").await;
    let (id, code) = (site.id.to_string(), site.code().await);
    let typed = [
        ("who", "slip"),
        ("reference_id", id.as_str()),
        ("code", code.as_str()),
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("given_at", "09:45"),
        ("site", "left_upper_arm"),
        ("reason", "the line comes and goes here"),
    ];
    let confirm = nurse.submit(&page, "/staff/held-dose", &typed).await;
    confirm.is(200).says("Is this right?").says("4121Z025");
}
