//! Every route, called by whoever may: what it opens is logged, and what it logs is what the inventory says.

use std::collections::BTreeSet;

use pramaan_domain::access::Field;
use pramaan_http::inventory::ROUTES;

use super::story::{MOBILE, Played};
use super::world::{Answered, World};

/// Routes that never succeed: answered the same to everybody.
const NEVER: &[&str] = &["/api/v2/vaccinator/beneficiaries/findByMobile"];

#[tokio::test]
async fn every_route_logs_what_it_opens_and_nothing_else() {
    let played = whole_story(World::new().await).await;
    let never = |route: &&pramaan_http::inventory::Route| !NEVER.contains(&route.path);
    for route in ROUTES.iter().filter(never) {
        let opened = played.world.played.get(&(route.method, route.path));
        let Some(opened) = opened else {
            panic!("{} {} was never called with success", route.method, route.path)
        };
        let listed: BTreeSet<&str> = route.opens.iter().copied().collect();
        assert_eq!(
            *opened, listed,
            "{} {}: what was opened, and what is listed",
            route.method, route.path
        );
    }
    what_was_opened_is_what_is_listed(&["GET ", "POST ", "ANY "], &played.world.opened);
}

/// Everything that can be called, called once or more with success.
pub(crate) async fn whole_story(world: World) -> Played {
    let mut played = Played::api_in(world).await;
    for path in NEVER {
        let answered = played.at_site("POST", path, None).await;
        assert!(
            (400..500).contains(&answered.status),
            "{path}: {}",
            answered.status
        );
    }
    let citizen = played.world.test.app.citizen(&played.portal).unwrap();
    let id = pramaan_domain::reference_id::ReferenceId::parse(&played.reference_id).unwrap();
    let certificate = played
        .world
        .test
        .app
        .certificate(&citizen, id, None, "test")
        .await;
    let certificate = certificate.unwrap().json().to_owned();
    let signed: serde_json::Value = serde_json::from_str(&certificate).unwrap();
    let number = signed["evidence"][0]["certificateId"]
        .as_str()
        .unwrap()
        .to_owned();
    played.world.planted.add("Aashabai", Field::Certificate, &number);

    let world = &mut played.world;
    // So that who is registered next is the second of the family.
    world.test.clock.advance_seconds(1);
    plain_pages(world, &certificate).await;
    log_in(world).await;
    own_pages(world).await;
    super::private::guardian(world).await;
    booking(world).await;
    delete_and_leave(world).await;
    devices(world).await;
    super::staff::pages(&mut played).await;
    let path = "/api/v2/vaccinator/auth/logout";
    assert_eq!(played.at_site("POST", path, None).await.status, 204);
    // Ends in the evening, when that login has ended by itself.
    super::day::pages(&mut played).await;
    silent(&mut played).await;
    played
}

/// The number falls silent, wakes by the slip, and is somebody else's at last.
async fn silent(played: &mut Played) {
    let (paper, code) = (played.reference_id.clone(), played.code.clone());
    let world = &mut played.world;
    world.test.clock.advance_seconds(90 * 86_400);
    world.cookies.clear();
    log_in(world).await;
    let page = get(world, "/household/proof").await;
    let typed = [("paper", paper.as_str()), ("code", code.as_str())];
    submit(world, &page, "/household/proof", &typed).await;
    let page = get(world, "/household/number").await;
    submit(world, &page, "/household/number", &[]).await;
}

/// Fields and people of every opening by these kinds of ways, line by line, against the list in git.
pub(crate) fn what_was_opened_is_what_is_listed(kinds: &[&str], opened: &BTreeSet<String>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/openings.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text
        .lines()
        .filter(|line| kinds.iter().any(|kind| line.starts_with(kind)));
    let listed: BTreeSet<String> = lines.map(str::to_owned).collect();
    let more: Vec<_> = opened.difference(&listed).collect();
    let less: Vec<_> = listed.difference(opened).collect();
    assert!(
        more.is_empty() && less.is_empty(),
        "opened, but not in policy/openings.txt: {more:#?}\nlisted there, but not opened: {less:#?}"
    );
}

/// The check itself: an opening that nobody listed, and a listed one that did not happen, are both found.
#[test]
fn an_opening_that_is_not_listed_fails() {
    let listed = "JOB settle-held-doses | machine | duty_of_law | notification | mobile | Aashabai";
    let opened = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let text = include_str!("../../../../policy/openings.txt");
    let all: Vec<_> = text.lines().filter(|line| line.starts_with("JOB ")).collect();
    assert!(all.contains(&listed));
    what_was_opened_is_what_is_listed(&["JOB "], &opened(&all));
    let planted = "JOB planted | machine | duty_of_law | notification | mobile | Aashabai";
    let more = opened(&[&all[..], &[planted]].concat());
    let less = opened(&all[1..]);
    for wrong in [more, less] {
        let checked = std::panic::catch_unwind(|| what_was_opened_is_what_is_listed(&["JOB "], &wrong));
        assert!(checked.is_err(), "{wrong:?}");
    }
}

pub(crate) async fn get(world: &mut World, path: &str) -> Answered {
    let page = world.page("GET", path, "").await;
    assert!(
        page.status < 400 && !page.to.contains("/login?next"),
        "{path}: {} {} {}",
        page.status,
        page.to,
        page.text()
    );
    page
}

/// Sends the form of a page, its hidden fields as they were.
pub(crate) async fn submit(
    world: &mut World,
    page: &Answered,
    action: &str,
    typed: &[(&str, &str)],
) -> Answered {
    let answered = world.page("POST", action, &form(page, typed)).await;
    assert!(answered.status < 400, "{action}: {}", answered.text());
    answered
}

/// The form of a page with what is typed into it, its hidden fields as they were.
pub(crate) fn form(page: &Answered, typed: &[(&str, &str)]) -> String {
    let hidden = [
        "_csrf",
        "next",
        "carried",
        "txn",
        "mobile",
        "notice",
        "reference",
        "key",
    ];
    let mut pairs: Vec<(String, String)> = hidden
        .iter()
        .filter(|name| typed.iter().all(|(typed, _)| typed != *name))
        .filter_map(|name| Some(((*name).to_owned(), page.field(name)?)))
        .collect();
    for (name, value) in typed {
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    let form: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    form.join("&")
}

fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}

async fn published_log(world: &mut World) {
    world.test.app.publish_log().await.unwrap();
    let policy = world.test.policy_name();
    for path in [
        "/log/key",
        "/log/checkpoint",
        "/log/checkpoints/latest",
        "/log/checkpoints/1",
        "/log/tile/0/000.p/1",
        "/log/tile/entries/000.p/1",
        &format!("/log/policies/{policy}"),
    ] {
        get(world, path).await;
    }
    world.test.pretend_a_log_before().await;
    for file in ["key", "checkpoint", "checkpoints/latest", "checkpoints/1"] {
        get(world, &format!("/log/before/1/{file}")).await;
    }
    world.test.forget_the_log_before().await;
}

async fn plain_pages(world: &mut World, certificate: &str) {
    published_log(world).await;
    for path in [
        "/",
        "/sessions?pincode=400001",
        "/privacy",
        "/help",
        "/trust",
        "/transparency",
        "/transparency.json",
        "/transparency/register.json",
        "/login",
        "/login/otp",
        "/language/en?next=/",
        "/demo",
        "/demo/outbox",
        "/demo/thief",
        "/demo/administrator",
        "/demo/auditor",
    ] {
        get(world, path).await;
    }
    world.test.app.retain().await.unwrap();
    let told: serde_json::Value =
        serde_json::from_str(&get(world, "/transparency.json").await.text()).unwrap();
    let entry = format!("/transparency/retention/{}", told["retention"]["last"]["index"]);
    get(world, &entry).await;
    let page = get(world, "/").await.text();
    let style = page.split("stylesheet\" href=\"").nth(1).unwrap();
    get(world, style.split('"').next().unwrap()).await;
    let page = get(world, "/demo/thief").await;
    submit(world, &page, "/demo/thief", &[]).await;
    dishonest(world).await;

    get(world, "/verify/accesses").await;
    let page = get(world, "/verify").await;
    let part = |name: &str, value: &str| {
        format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let csrf = page.field("_csrf").unwrap();
    let form = format!("{}{}--x1--\r\n", part("_csrf", &csrf), part("text", certificate));
    let verdict = world.page("POST", "/verify", &form).await;
    assert_eq!(verdict.status, 200, "{}", verdict.text());
}

/// Alters the log, is found, and puts it back.
async fn dishonest(world: &mut World) {
    for deed in ["edit", "delete"] {
        let page = get(world, "/demo/administrator").await;
        submit(world, &page, "/demo/administrator", &[("deed", deed)]).await;
    }
    delete_all(world).await;
    let found = get(world, "/demo/auditor").await.text();
    assert!(found.contains("access_leaf and access_detail do not belong together"));
    assert!(found.contains("its row of access_detail was deleted"));
    let page = get(world, "/demo/administrator").await;
    submit(world, &page, "/demo/administrator", &[("deed", "repent")]).await;
    let found = get(world, "/demo/auditor").await.text();
    assert!(found.contains("The database is as its log says"), "{found}");
}

/// Deletes until it is told that nothing is left.
async fn delete_all(world: &mut World) {
    for _ in 0..100 {
        let page = get(world, "/demo/administrator").await;
        let told = submit(world, &page, "/demo/administrator", &[("deed", "delete")]).await;
        if told.to.is_empty() {
            let text = told.text();
            assert!(text.contains("There is no entry left to delete"), "{text}");
            return;
        }
    }
    panic!("entries to delete do not come to an end");
}

async fn log_in(world: &mut World) {
    log_in_as(world, MOBILE).await;
}

pub(crate) async fn log_in_as(world: &mut World, mobile: &str) {
    let page = get(world, "/login").await;
    submit(world, &page, "/login", &[("mobile", mobile)]).await;
    let page = get(world, "/login/otp").await;
    let code = world.test.code(mobile);
    submit(world, &page, "/login/otp", &[("otp", &code)]).await;
    let page = get(world, "/sessions").await;
    submit(world, &page, "/login/stay", &[]).await;
}

/// Somebody else's first device confirms their second.
async fn devices(world: &mut World) {
    let mobile = MOBILE.replace("98", "96");
    world.cookies.clear();
    log_in_as(world, &mobile).await;
    let page = get(world, "/household/new").await;
    let typed = [
        ("consent", "yes"),
        ("name", "Lata Kulkarni"),
        ("birth_year", "1975"),
        ("gender", "female"),
        ("document_type", "8"),
        ("document_number", "L7654321"),
    ];
    submit(world, &page, "/household/new", &typed).await;
    let first = std::mem::take(&mut world.cookies);
    log_in_as(world, &mobile).await;
    get(world, "/household/1/access").await;
    world.cookies = first;
    let page = get(world, "/household").await;
    let text = page.text();
    let device = text
        .split("name=\"device\" value=\"")
        .nth(1)
        .unwrap_or_else(|| panic!("{text}"));
    let device = device.split('"').next().unwrap();
    submit(world, &page, "/household/confirm", &[("device", device)]).await;
    // To confirm twice changes nothing.
    submit(world, &page, "/household/1/access/confirm", &[("device", device)]).await;
    world.test.app.publish_log().await.unwrap();
    let page = get(world, "/household/1/access/extract").await;
    let months = [("first", "2"), ("last", "0")];
    let extract = submit(world, &page, "/household/1/access/extract", &months).await;
    world.planted.add_extract("Lata", &extract.bytes);
    let page = get(world, "/household/1/access/view-key").await;
    submit(world, &page, "/household/1/access/view-key", &[]).await;
    let list = get(world, "/household/1/access").await.text();
    let receipt = list
        .split("/receipt\"")
        .next()
        .unwrap()
        .rsplit('"')
        .next()
        .unwrap();
    world.test.app.publish_log().await.unwrap();
    get(world, &format!("{receipt}/receipt")).await;
    let page = get(world, "/household/devices").await;
    submit(world, &page, "/household/devices/distrust", &[("device", device)]).await;
    let done = submit(world, &page, "/household/end-logins", &[]).await;
    assert_eq!(done.to, "/login/ended");
    get(world, "/login/ended").await;
    get(world, "/household").await;
}

async fn own_pages(world: &mut World) {
    get(world, "/household").await;
    let page = get(world, "/household/new").await;
    let typed = [
        ("consent", "yes"),
        ("name", "Kamala Thiruvengadam"),
        ("birth_year", "1975"),
        ("gender", "transgender"),
        ("document_type", "8"),
        ("document_number", "K7654321"),
    ];
    submit(world, &page, "/household/new", &typed).await;
    get(world, "/household/2/registered").await;
    let page = get(world, "/household/2/edit").await;
    let typed = [
        ("name", "Kamala Devi"),
        ("birth_year", "1976"),
        ("gender", "transgender"),
    ];
    submit(world, &page, "/household/2/edit", &typed).await;
    get(world, "/household/1/access").await;
    objection(world).await;
    get(world, "/household/1/data").await;
    let page = get(world, "/household/1/data/file").await;
    submit(world, &page, "/household/1/data/file", &[]).await;
    get(world, "/household/1/certificates/1").await;
    get(world, "/household/1/certificates/1/certificate.pdf").await;
    unwell(world).await;
}

/// A health worker opened the record of the first of the family this morning.
async fn objection(world: &mut World) {
    let list = get(world, "/household/1/access").await.text();
    let mut links = list.split('"').filter(|part| part.ends_with("/object"));
    let path = links.next_back().unwrap_or_else(|| panic!("{list}")).to_owned();
    let page = get(world, &path).await;
    let typed = [("ground", "not_there"), ("words", super::headline::WORDS)];
    submit(world, &page, &path, &typed).await;
}

/// The first of the family had a dose this morning.
async fn unwell(world: &mut World) {
    let path = "/household/1/unwell";
    let page = get(world, path).await;
    let dose = page.field("dose").unwrap();
    let typed = [
        ("dose", dose.as_str()),
        ("symptoms", "headache"),
        ("onset_day", "2026-11-22"),
        ("onset", "10:00"),
        ("words", super::headline::SYMPTOM),
    ];
    submit(world, &page, path, &typed).await;
    get(world, path).await;
}

async fn booking(world: &mut World) {
    let page = get(world, "/sessions?pincode=400001&date=2026-11-23")
        .await
        .text();
    let session = page.split("href=\"/book/").nth(1).expect("a session to book");
    let book = format!("/book/{}", session.split('"').next().unwrap());
    let page = get(world, &book).await;
    let member = page.field("member").unwrap();
    let typed = [("member", member.as_str()), ("slot", "09:00AM-11:00AM")];
    let done = submit(world, &page, &book, &typed).await;
    get(world, &done.to).await;
    let base = done.to.split('?').next().unwrap().to_owned();
    get(world, &format!("{base}/slip.pdf")).await;
    let change = format!("{base}/move");
    let page = get(world, &change).await;
    let seat = page.field("seat").unwrap();
    submit(world, &page, &change, &[("seat", &seat)]).await;
    let cancel = format!("{base}/cancel");
    let page = get(world, &cancel).await;
    let member = page.field("member").unwrap();
    submit(world, &page, &cancel, &[("member", &member)]).await;
}

async fn delete_and_leave(world: &mut World) {
    let page = get(world, "/household/2/delete").await;
    submit(world, &page, "/household/2/delete", &[]).await;
    let page = get(world, "/household").await;
    submit(world, &page, "/logout", &[]).await;
}
