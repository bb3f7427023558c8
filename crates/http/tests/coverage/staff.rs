//! The pages of those who work at a site, each with success: a manager plans, a nurse sees visitors.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};
use pramaan_domain::access::Field;
use serde_json::json;

use super::played::{get, submit};
use super::story::{PENSION_PASSBOOK, Played, person};
use super::world::{Answered, CENTRE, World};

pub(crate) const SECOND: &str = "K7654321";
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
    stock(world).await;
    enrol(world, &token).await;
    desk(world).await;
    phone(world).await;
    card(world).await;
    let encounter = evidence(world).await;
    let code = super::private::at_the_site(world, &encounter).await;
    dose(world, &encounter).await;
    super::correction::pages(world, SECOND).await;
    super::merge::pages(world, &encounter).await;
    super::private::child_at_the_site(played).await;
    let reference = played.reference_id.clone();
    let world = &mut played.world;
    aefi(world, &encounter, &reference).await;
    // Whose the numbers are is not looked at: here they are nobody's.
    held_dose(world, ("31415926535897", "1234")).await;
    offline(world).await;
    paper(world).await;
    held_card(world).await;
    leave(world).await;
    attention(world).await;
    facilitators(world).await;
    super::office::pages(world).await;
    super::correction::second_person(world).await;
    super::merge::second_person(world).await;
    cancel(played).await;
    super::private::at_home(&mut played.world, &code).await;
    super::device::pages(&mut played.world).await;
}

/// Somebody of the household who is booked for a day.
pub(crate) async fn visitor(played: &mut Played, name: &str, document: &str, day: &str) {
    let portal = played
        .world
        .test
        .login(super::story::MOBILE, pramaan_app::Face::Portal);
    let portal = portal.await.unwrap().token;
    let world = &mut played.world;
    // So that the family's list is in this order.
    world.test.clock.advance_seconds(1);
    let new = "/api/v2/registration/beneficiary/new";
    let id = world.post(new, &portal, person(name, document)).await;
    let whose = name.split(' ').next().unwrap();
    let number = id.at("beneficiary_reference_id");
    world.planted.add(whose, Field::ReferenceId, &number);
    let sessions = format!("/api/v2/appointment/sessions/public/findByPin?pincode=400001&date={day}");
    let session = world.get(&sessions, "").await.json()["sessions"][0].clone();
    let body = json!({"dose": 1, "session_id": session["session_id"], "slot": session["slots"][0],
        "beneficiaries": [id.at("beneficiary_reference_id")]});
    world.post("/api/v2/appointment/schedule", &portal, body).await;
}

pub(crate) async fn manager(world: &mut World, code: &str) {
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
    get(world, "/staff/roster/print?day=today").await;
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

/// Somebody with neither telephone nor papers: by card at the desk, and on a borrowed telephone.
async fn card(world: &mut World) {
    let page = get(world, "/staff/walk-in").await;
    let text = page.text();
    let seat = text.split("type=\"radio\" value=\"1|").nth(1).unwrap();
    let seat = format!("1|{}", seat.split('"').next().unwrap());
    let typed = [
        ("seat", seat.as_str()),
        ("without", "yes"),
        ("reason", "lives on the street, no papers"),
        ("facilitator", "Ramesh Kumar"),
        ("facilitator_type", "12"),
        ("facilitator_number", "VOTER12345"),
        ("consent", "yes"),
        ("name", "Gangu Bai"),
        ("birth_year", "1951"),
        ("gender", "female"),
    ];
    let seated = submit(world, &page, "/staff/walk-in", &typed).await;
    let card = seated.field("card").unwrap();
    let number = card.split(':').nth(2).unwrap();
    world.planted.add("Gangu", Field::ReferenceId, number);
    submit(world, &seated, "/staff/card/pdf", &[("card", &card)]).await;
    let opened = by_card(world, &seated, &card).await;
    let encounter = opened.link("/staff/encounter/");
    let encounter = encounter
        .trim_end_matches("/document")
        .trim_end_matches("/dose")
        .to_owned();
    give(world, &opened, &encounter).await;
    let shown = [("reference", card.as_str())];
    let page = get(world, "/staff/card").await;
    submit(world, &page, "/staff/card/certificate", &shown).await;
    submit(world, &page, "/staff/card/access", &shown).await;
    let new = submit(
        world,
        &page,
        "/staff/card",
        &[("reference", &card), ("wish", "new"), ("sure", "yes")],
    )
    .await;
    let card = new.field("card").unwrap();
    borrowed(world, &card).await;
    let page = get(world, "/staff/walk-in/withdraw").await;
    withdraw(world, &page).await;
}

async fn by_card(world: &mut World, seated: &Answered, card: &str) -> Answered {
    let any = get(world, "/staff/visit").await;
    let typed = [("way", "card"), ("reference", card)];
    assert!(
        seated.text().contains("value=\"card\""),
        "the next step is by card"
    );
    submit(world, &any, "/staff/visit", &typed).await
}

async fn give(world: &mut World, page: &Answered, encounter: &str) {
    let confirm = submit(world, page, encounter, &DOSE).await;
    let save = format!("{encounter}/dose");
    let hidden = confirm.hidden(&save);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    submit(world, &confirm, &save, &typed).await;
}

/// Certificate and list on a telephone of somebody else, and the end of the card.
async fn borrowed(world: &mut World, card: &str) {
    const PHONE: &str = "9512345678";
    let staff = std::mem::take(&mut world.cookies);
    for last in ["/card/logout", "/card/end"] {
        let page = get(world, "/card").await;
        let typed = [("reference", card), ("mobile", PHONE)];
        submit(world, &page, "/card", &typed).await;
        let page = get(world, "/card/otp").await;
        let code = world.test.code(PHONE);
        submit(world, &page, "/card/otp", &[("otp", &code)]).await;
        let page = get(world, "/card/record").await;
        get(world, "/card/certificates/1").await;
        let list = get(world, "/card/access").await.text();
        if last == "/card/logout" {
            object_by_card(world, &list).await;
        }
        submit(world, &page, last, &[]).await;
    }
    world.cookies = staff;
}

/// The newest look of somebody else at the record of the card's holder was not right.
async fn object_by_card(world: &mut World, list: &str) {
    let mut links = list.split('"').filter(|part| part.ends_with("/object"));
    let path = links.next().unwrap_or_else(|| panic!("{list}")).to_owned();
    let page = get(world, &path).await;
    submit(world, &page, &path, &[("ground", "no_reason")]).await;
}

/// Somebody whom the desk registers by mistake.
async fn withdraw(world: &mut World, page: &Answered) {
    let typed = [
        ("reference", "31415926535897"),
        ("reason", "registered twice by mistake"),
    ];
    let nobody = world
        .page(
            "POST",
            "/staff/walk-in/withdraw",
            &super::played::form(page, &typed),
        )
        .await;
    assert_eq!(nobody.status, 422, "{}", nobody.text());
    let desk = get(world, "/staff/walk-in").await;
    let text = desk.text();
    let seat = text.split("type=\"radio\" value=\"1|").nth(1).unwrap();
    let seat = format!("1|{}", seat.split('"').next().unwrap());
    let typed = [
        ("seat", seat.as_str()),
        ("document_type", "8"),
        ("document_number", "X5550002"),
        ("consent", "yes"),
        ("name", "Mistaken Bai"),
        ("birth_year", "1971"),
        ("gender", "female"),
    ];
    let seated = submit(world, &desk, "/staff/walk-in", &typed).await;
    let card = seated.field("card").unwrap();
    let id = card.split(':').nth(2).unwrap();
    world.planted.add("Mistaken", Field::ReferenceId, id);
    let typed = [("reference", id), ("reason", "registered twice by mistake")];
    submit(world, page, "/staff/walk-in/withdraw", &typed).await;
}

async fn facilitators(world: &mut World) {
    world.cookies.clear();
    let admin = world
        .test
        .enrolled("MH-0020", StaffRole::DistrictAdmin, None)
        .await;
    world.cookies.insert("__Host-staff".to_owned(), admin.token);
    get(world, "/staff/facilitators").await;
}

/// Every way of opening; answers the address of the encounter.
async fn evidence(world: &mut World) -> String {
    let path = get(world, "/staff").await.link("/staff/visit/");
    let page = get(world, &path).await;
    submit(world, &page, &format!("{path}/message"), &[]).await;
    let reason = [("way", "nothing"), ("reason", super::headline::SITAS_REASON)];
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

const AEFI: [(&str, &str); 5] = [
    ("symptoms", "fever"),
    ("onset_day", "2026-11-22"),
    ("onset", "10:00"),
    ("seriousness", "severe"),
    ("outcome", "recovering"),
];

/// Somebody is unwell under observation, somebody else comes again; the district numbers a case.
async fn aefi(world: &mut World, encounter: &str, reference: &str) {
    let path = format!("{encounter}/aefi");
    let page = get(world, &path).await;
    let dose = page.field("dose").unwrap();
    let typed = [&AEFI[..], &[("dose", dose.as_str())]].concat();
    submit(world, &page, &path, &typed).await;
    get(world, "/staff/aefi").await;

    let path = "/staff/aefi/new";
    let page = get(world, path).await;
    let passbook = PENSION_PASSBOOK.to_string();
    let document = [
        ("reference_id", reference),
        ("document_type", passbook.as_str()),
        ("document_number", super::story::DOCUMENT),
    ];
    let page = submit(world, &page, path, &document).await;
    let shown = ["pass", "dose", "joins"].map(|name| (name, page.field(name).unwrap()));
    let reason = [("reason", super::headline::FOLLOWED_UP)];
    let shown = shown.iter().map(|(name, value)| (*name, value.as_str()));
    let typed: Vec<_> = AEFI.into_iter().chain(shown).chain(reason).collect();
    submit(world, &page, path, &typed).await;

    let nurse = std::mem::take(&mut world.cookies);
    let officer = world
        .test
        .enrolled("MH-0500", StaffRole::DistrictAdmin, None)
        .await;
    world.cookies.insert("__Host-staff".to_owned(), officer.token);
    let list = get(world, "/staff/aefi").await.text();
    let cases = list
        .split('"')
        .filter(|part| part.starts_with("/staff/aefi/case/"));
    for case in cases {
        let page = get(world, case).await;
        let version = page.field("version").unwrap();
        let number = [("act", "number"), ("version", version.as_str())];
        submit(world, &page, case, &number).await;
    }
    let list = get(world, "/staff/objections").await.text();
    let mut waiting = list
        .split('"')
        .filter(|part| part.starts_with("/staff/objections/"));
    let path = waiting.next().unwrap_or_else(|| panic!("{list}"));
    let page = get(world, path).await;
    let answer = [("words", super::headline::ANSWER)];
    submit(world, &page, path, &answer).await;
    world.cookies = nurse;
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

/// A phone that had no line sends what it kept, sealed.
async fn offline(world: &mut World) {
    for path in [
        "/staff/offline",
        "/staff/offline/shell",
        "/staff/offline/worker.js",
    ] {
        get(world, path).await;
    }
    sent(world, 7, "who=slip&reference_id=31415926535897&code=1234").await;
}

/// Answers what the phone is told of an entry of that name.
async fn sent(world: &mut World, name: u8, who: &str) -> String {
    use base64::Engine as _;
    let answered = get(world, "/staff/offline/token").await;
    let token = answered.json();
    let fields = format!("{who}&vaccine=COVISHIELD&batch=4121Z025&given_at=09%3A58&site=left_upper_arm");
    let made = format!(
        "{fields}&made_by={}&made_at={}",
        token["code"].as_str().unwrap(),
        token["centre"]
    );
    let letter = world.test.letter([name; 16], &made);
    let letter = base64::engine::general_purpose::STANDARD.encode(letter);
    let entries = json!([{"id": format!("{name:02x}").repeat(16), "letter": letter}]).to_string();
    let now = (world.test.clock.now().seconds() * 1_000).to_string();
    let csrf = token["token"].as_str().unwrap().to_owned();
    let typed = [
        ("_csrf", csrf.as_str()),
        ("now", now.as_str()),
        ("entries", entries.as_str()),
    ];
    let form = super::played::form(&answered, &typed);
    let answered = world.page("POST", "/staff/offline/doses", &form).await;
    let entry = answered.json()["entries"][0].clone();
    assert_eq!(entry["held"], true, "{}", answered.text());
    entry["told"].as_str().unwrap().to_owned()
}

/// Somebody new, registered with a dose that was sent later, comes with its number for a card.
async fn held_card(world: &mut World) {
    let new = "who=new&notice=1&consent=yes&name=Sita+Bai&birth_year=1971&gender=female&document_type=8\
               &document_number=P5550009";
    let told = sent(world, 8, new).await;
    let number = told.split("H-").nth(1).unwrap();
    let number = number.split(|c: char| !c.is_ascii_digit()).next().unwrap();
    assert_eq!(world.test.app.settle_held_doses().await.unwrap(), 1);
    let page = get(world, "/staff/card").await;
    let typed = [
        ("held_number", number),
        ("held_day", "2026-11-22"),
        ("document_type", "8"),
        ("document_number", "P5550009"),
    ];
    let made = submit(world, &page, "/staff/card/held", &typed).await;
    assert!(made.field("card").is_some(), "{}", made.text());
}

/// A sheet of paper is typed in.
async fn paper(world: &mut World) {
    let page = get(world, "/staff/paper").await;
    let line = [
        ("day", "2026-11-22"),
        ("reference_id_1", "31415926535897"),
        ("code_1", "1234"),
        ("given_at_1", "09:57"),
    ];
    let common = DOSE
        .iter()
        .filter(|(name, _)| !["given_at", "dose"].contains(name));
    let typed: Vec<_> = line.iter().chain(common).copied().collect();
    let confirm = submit(world, &page, "/staff/paper", &typed).await;
    let hidden = confirm.hidden("/staff/paper");
    let shown: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    submit(world, &confirm, "/staff/paper", &shown).await;
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
    get(world, path).await;
}

async fn leave(world: &mut World) {
    let page = get(world, "/staff").await;
    submit(world, &page, "/staff/logout", &[]).await;
}

/// Vials come, some are broken; a district recalls a batch. Nothing of anybody is opened.
async fn stock(world: &mut World) {
    manager(world, "MH-0005").await;
    let path = "/staff/stock/receive";
    let page = get(world, path).await;
    let typed = [
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("expires_on", "2027-03-31"),
        ("vials", "20"),
        ("doses_per_vial", ""),
    ];
    submit(world, &page, path, &typed).await;
    get(world, "/staff/stock").await;
    let batch = "vaccine=COVISHIELD&batch=4121Z025";
    let page = get(world, &format!("/staff/stock/act?{batch}&act=waste")).await;
    let typed = [
        ("vaccine", "COVISHIELD"),
        ("batch", "4121Z025"),
        ("act", "waste"),
        ("from", "closed"),
        ("doses", "3"),
        ("waste", "wasted_broken"),
        ("note", "the box fell down"),
    ];
    submit(world, &page, "/staff/stock/act", &typed).await;
    get(world, &format!("/staff/stock/batch?{batch}")).await;
    world.cookies.clear();
    let admin = world
        .test
        .enrolled("MH-0006", StaffRole::DistrictAdmin, None)
        .await;
    world.cookies.insert("__Host-staff".to_owned(), admin.token);
    let path = "/staff/stock/recall";
    let page = get(world, path).await;
    let typed = [
        ("vaccine", "COVAXIN"),
        ("batch", "37F21001A"),
        ("since", "2026-11-20"),
        ("reason", "particles were seen"),
    ];
    submit(world, &page, path, &typed).await;
}

/// A session with one booking, so that somebody has to be told.
async fn cancel(played: &mut Played) {
    visitor(played, "Meena Thiruvengadam", "L7654321", "24-11-2026").await;
    let world = &mut played.world;
    manager(world, "MH-0003").await;
    let sessions = get(world, "/staff/sessions").await.text();
    let (_, of_the_day) = sessions.split_once("24 November 2026").unwrap();
    let path = of_the_day
        .split('"')
        .find(|part| part.starts_with("/staff/sessions/") && part.ends_with("/cancel"))
        .unwrap();
    super::day::change(world, &path.replace("/cancel", "/change")).await;
    let page = get(world, path).await;
    submit(world, &page, path, &[("to", "none")]).await;
    let page = get(world, "/staff/people").await;
    let sure = [("code", "MH-0010"), ("sure", "yes")];
    submit(world, &page, "/staff/people", &sure).await;
}
