//! The pages of those who work at a site, each with success: a manager plans, a nurse sees visitors.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};
use serde_json::json;

use super::played::{get, submit};
use super::story::{Played, person};
use super::world::{Answered, CENTRE, World};

const SECOND: &str = "K7654321";
const DOSE: [(&str, &str); 6] = [
    ("vaccine", "COVISHIELD"),
    ("dose", "1"),
    ("batch", "4121Z025"),
    ("vial", "7"),
    ("given_at", "09:58"),
    ("site", "left_upper_arm"),
];

pub(crate) async fn pages(played: &mut Played) {
    visitor(played, "Kamala Thiruvengadam", SECOND, "22-11-2026").await;
    let world = &mut played.world;
    world.cookies.clear();
    let token = planning(world).await;
    enrol(world, &token).await;
    desk(world).await;
    phone(world).await;
    let encounter = evidence(world).await;
    dose(world, &encounter).await;
    // Whose the numbers are is not looked at: here they are nobody's.
    held_dose(world, ("31415926535897", "1234")).await;
    leave(world).await;
    attention(world).await;
    cancel(played).await;
}

/// Somebody of the household who is booked for a day.
async fn visitor(played: &mut Played, name: &str, document: &str, day: &str) {
    let portal = played
        .world
        .test
        .login(super::story::MOBILE, pramaan_app::Face::Portal);
    let portal = portal.await.unwrap().token;
    let world = &mut played.world;
    let new = "/api/v2/registration/beneficiary/new";
    let id = world.post(new, &portal, person(name, document)).await;
    let sessions = format!("/api/v2/appointment/sessions/public/findByPin?pincode=400001&date={day}");
    let session = world.get(&sessions, "").await.json()["sessions"][0].clone();
    let body = json!({"dose": 1, "session_id": session["session_id"], "slot": session["slots"][0],
        "beneficiaries": [id.at("beneficiary_reference_id")]});
    world.post("/api/v2/appointment/schedule", &portal, body).await;
}

async fn manager(world: &mut World, code: &str) {
    world.cookies.clear();
    let manager = world
        .test
        .enrolled(code, StaffRole::SiteManager, Some(CENTRE))
        .await;
    world.cookies.insert("__Host-staff".to_owned(), manager.token);
}

/// Answers the token of an invitation.
async fn planning(world: &mut World) -> String {
    manager(world, "MH-0002").await;
    let page = get(world, "/staff/invite").await;
    let typed = [("code", "MH-0010"), ("name", "Sunita Rao")];
    let invited = submit(world, &page, "/staff/invite", &typed).await.text();
    let token = invited.split("/staff/enrol/").nth(1).unwrap();
    let token = token.split('<').next().unwrap().to_owned();
    let page = get(world, "/staff/roster").await;
    let typed = [("day", "today"), ("today", "MH-0001"), ("today", "MH-0010")];
    submit(world, &page, "/staff/roster", &typed).await;
    get(world, "/staff/sessions").await;
    let page = get(world, "/staff/sessions/new").await;
    let typed = [
        ("day", "2026-11-24"),
        ("vaccine", "COVISHIELD"),
        ("min_age", "18"),
        ("max_age", ""),
        ("from", "11:00"),
        ("until", "13:00"),
        ("first_online", "20"),
        ("second_walk_in", "5"),
    ];
    submit(world, &page, "/staff/sessions/new", &typed).await;
    token
}

async fn enrol(world: &mut World, token: &str) {
    world.cookies.clear();
    let path = format!("/staff/enrol/{token}");
    let begin = get(world, &path).await;
    let page = submit(world, &begin, &path, &[("step", "show")]).await;
    let text = page.text();
    let shown = text.split("<p class=\"mono card\">").nth(1).unwrap();
    let secret = shown.split('<').next().unwrap().replace(' ', "");
    let digits = totp(&secret, world.test.clock.now());
    let typed = [
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("totp", digits.as_str()),
    ];
    submit(world, &page, &path, &typed).await;
    let page = get(world, "/staff/login").await;
    let digits = totp(&secret, world.test.clock.now().plus_seconds(30));
    let typed = [
        ("code", "MH-0010"),
        ("password", PASSWORD),
        ("totp", digits.as_str()),
    ];
    submit(world, &page, "/staff/login", &typed).await;
}

/// Somebody without an appointment.
async fn desk(world: &mut World) {
    let page = get(world, "/staff/walk-in").await;
    let text = page.text();
    let seat = text.split("type=\"radio\" value=\"1|").nth(1).unwrap();
    let seat = format!("1|{}", seat.split('"').next().unwrap());
    let typed = [
        ("seat", seat.as_str()),
        ("document_type", "8"),
        ("document_number", "W5550001"),
        ("consent", "yes"),
        ("name", "Radha Bai"),
        ("birth_year", "1971"),
        ("gender", "female"),
    ];
    submit(world, &page, "/staff/walk-in", &typed).await;
}

/// Who was registered without a phone gets one.
async fn phone(world: &mut World) {
    let mobile = "9855500001";
    let staff = world
        .test
        .app
        .staff(&world.cookies["__Host-staff"])
        .await
        .unwrap();
    let number = pramaan_domain::mobile::Mobile::parse(mobile).unwrap();
    let language = pramaan_app::message::Language::English;
    let sent = world.test.app.send_desk_code(&staff, number, language).await;
    let (txn, otp) = (sent.unwrap().to_string(), world.test.code(mobile));
    let page = get(world, "/staff/phone").await;
    let typed = [
        ("document_type", "8"),
        ("document_number", "W5550001"),
        ("mobile", mobile),
        ("txn", txn.as_str()),
        ("otp", otp.as_str()),
    ];
    submit(world, &page, "/staff/phone", &typed).await;
}

/// Every way of opening; answers the address of the encounter.
async fn evidence(world: &mut World) -> String {
    let path = get(world, "/staff").await.link("/staff/visit/");
    let page = get(world, &path).await;
    submit(world, &page, &format!("{path}/message"), &[]).await;
    let reason = [("way", "nothing"), ("reason", "phone stolen, card at home")];
    submit(world, &page, &path, &reason).await;
    let any = get(world, "/staff/visit").await;
    let document = [
        ("way", "document"),
        ("document_type", "8"),
        ("document_number", SECOND),
    ];
    submit(world, &any, "/staff/visit", &document).await;
    let opened = submit(world, &page, &path, &document).await;
    let encounter = opened.link("/staff/encounter/");
    encounter
        .trim_end_matches("/document")
        .trim_end_matches("/dose")
        .to_owned()
}

async fn dose(world: &mut World, encounter: &str) {
    let page = get(world, encounter).await;
    let settle = format!("{encounter}/document");
    let typed = [("document_type", "8"), ("document_number", SECOND)];
    submit(world, &page, &settle, &typed).await;
    let confirm = submit(world, &page, encounter, &DOSE).await;
    let save = format!("{encounter}/dose");
    let hidden = confirm.hidden(&save);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    submit(world, &confirm, &save, &typed).await;
    get(world, &format!("{encounter}/done")).await;
    let certificate: Answered = get(world, &format!("{encounter}/certificate")).await;
    assert!(certificate.bytes.starts_with(b"%PDF"));
}

/// Records a dose without reading anyone, by the reference id and the code of a slip.
pub(crate) async fn held_dose(world: &mut World, (reference_id, code): (&str, &str)) {
    let path = "/staff/held-dose";
    let page = get(world, path).await;
    let slip = [("reference_id", reference_id), ("code", code)];
    let reason = [("reason", "the reader of QR codes is broken")];
    let typed = [&slip[..], &DOSE[..], &reason].concat();
    let confirm = submit(world, &page, path, &typed).await;
    let save = "/staff/held-dose/save";
    let hidden = confirm.hidden(save);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    submit(world, &confirm, save, &typed).await;
}

/// What is nobody's needs somebody's attention; matching it opens nothing.
async fn attention(world: &mut World) {
    assert_eq!(world.test.app.settle_held_doses().await.unwrap(), 0);
    manager(world, "MH-0004").await;
    let page = get(world, "/staff/held-dose").await;
    let path = "/staff/held-dose/attention";
    let hidden = page.hidden(path);
    let which = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let retry: Vec<_> = which.chain([("act", "retry")]).collect();
    submit(world, &page, path, &retry).await;
}

async fn leave(world: &mut World) {
    let page = get(world, "/staff").await;
    submit(world, &page, "/staff/logout", &[]).await;
}

/// A session with one booking, so that somebody has to be told.
async fn cancel(played: &mut Played) {
    visitor(played, "Meena Thiruvengadam", "L7654321", "24-11-2026").await;
    let world = &mut played.world;
    manager(world, "MH-0003").await;
    let sessions = get(world, "/staff/sessions").await.text();
    let paths: Vec<String> = sessions
        .split('"')
        .filter(|part| part.starts_with("/staff/sessions/") && part.ends_with("/cancel"))
        .map(str::to_owned)
        .collect();
    let path = paths.last().unwrap();
    let page = get(world, path).await;
    submit(world, &page, path, &[("to", "none")]).await;
    let page = get(world, "/staff/people").await;
    let sure = [("code", "MH-0010"), ("sure", "yes")];
    submit(world, &page, "/staff/people", &sure).await;
}
