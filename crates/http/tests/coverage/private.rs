//! A member who keeps their record private: every route of the story, and everything that the holder of the phone can try.

use pramaan_app::Face;
use pramaan_domain::private_member::PrivatePin;
use serde_json::{Value, json};

use super::played::{get, log_in_as, submit};
use super::staff::SECOND;
use super::story::{MOBILE, NAME, Played, person};
use super::world::{Answered, World};

const PIN: &str = "274913";

fn pin() -> PrivatePin {
    PrivatePin::choose(PIN).unwrap()
}

/// A visitor becomes private, thinks better of it, and takes a code home; answers it.
pub(crate) async fn at_the_site(world: &mut World, encounter: &str) -> String {
    let path = format!("{encounter}/private");
    let pins = [("new_pin", PIN), ("again", PIN)];
    wants(world, &path, "choose", &pins).await;
    wants(world, &path, "end", &[]).await;
    let printed = wants(world, &path, "print", &[]).await.text();
    let code = printed.split("<p class=\"big\">").nth(1).unwrap();
    code.split('<').next().unwrap().to_owned()
}

async fn wants(world: &mut World, path: &str, want: &str, more: &[(&str, &str)]) -> Answered {
    let page = get(world, path).await;
    let document = [
        ("document_type", "8"),
        ("document_number", SECOND),
        ("want", want),
    ];
    submit(world, &page, path, &[&document, more].concat()).await
}

/// She chooses her PIN with it on the phone, opens her record and closes it.
pub(crate) async fn at_home(world: &mut World, code: &str) {
    world.cookies.clear();
    log_in_as(world, MOBILE).await;
    let path = "/household/2/private";
    let page = get(world, path).await;
    let set = [("act", "set"), ("code", code), ("new_pin", PIN), ("again", PIN)];
    assert_eq!(
        submit(world, &page, path, &set).await.to,
        "/household?done=private-set"
    );
    let page = get(world, path).await;
    let open = [("act", "open"), ("pin", PIN)];
    assert_eq!(
        submit(world, &page, path, &open).await.to,
        "/household?done=private-open"
    );
    let page = get(world, path).await;
    let close = [("act", "close")];
    assert_eq!(
        submit(world, &page, path, &close).await.to,
        "/household?done=private-closed"
    );
    // By now somebody opened the record without evidence, and the objection is answered.
    get(world, "/household/1/access").await;
}

/// Somebody who is perhaps 17 comes with an aunt, whose name is noted.
pub(crate) async fn child_at_the_site(played: &mut Played) {
    let portal = played.world.test.login(MOBILE, Face::Portal).await.unwrap().token;
    let world = &mut played.world;
    world.test.clock.advance_seconds(1);
    let mut child = person("Chandni Thiruvengadam", "C7654322");
    child["birth_year"] = json!("2008");
    let new = "/api/v2/registration/beneficiary/new";
    let id = world
        .post(new, &portal, child)
        .await
        .at("beneficiary_reference_id");
    world
        .planted
        .add("Chandni", pramaan_domain::access::Field::ReferenceId, &id);
    let today = "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=22-11-2026";
    let session = world.get(today, "").await.json()["sessions"][0].clone();
    let body = json!({"dose": 1, "session_id": session["session_id"], "slot": session["slots"][0],
        "beneficiaries": [id]});
    world.post("/api/v2/appointment/schedule", &portal, body).await;
    let any = get(world, "/staff/visit").await;
    let document = [
        ("way", "document"),
        ("document_type", "8"),
        ("document_number", "C7654322"),
    ];
    let opened = submit(world, &any, "/staff/visit", &document).await;
    let link = opened.link("/staff/encounter/");
    let encounter = link
        .rsplit_once('/')
        .map_or(link.as_str(), |(before, last)| match last {
            "guardian" | "document" | "dose" | "private" => before,
            _ => &link,
        });
    let path = format!("{encounter}/guardian");
    let page = get(world, &path).await;
    submit(world, &page, &path, &[("name", "Kanta Bai")]).await;
    let record = get(world, encounter).await.text();
    assert!(record.contains("Kanta Bai"), "{record}");
}

/// A child is registered with an adult of the family, and then another adult named for it.
pub(crate) async fn guardian(world: &mut World) {
    let page = get(world, "/household/new").await;
    let mut typed = vec![
        ("consent", "yes"),
        ("name", "Chandni Thiruvengadam"),
        ("birth_year", "2012"),
        ("birth_date", super::headline::CHANDNI_BORN),
        ("gender", "female"),
        ("document_type", "8"),
        ("document_number", "C7654321"),
    ];
    world.test.clock.advance_seconds(1);
    let nobody = super::played::form(&page, &typed);
    let page = world.page("POST", "/household/new", &nobody).await;
    assert_eq!(page.status, 422, "{}", page.text());
    typed.push(("guardian", "1"));
    submit(world, &page, "/household/new", &typed).await;
    get(world, "/household/3/edit").await;
    let path = "/household/3/guardian";
    let page = get(world, path).await;
    assert!(page.text().contains("Kamala"), "{}", page.text());
    submit(world, &page, path, &[("guardian", "2")]).await;
    let page = get(world, "/household/3/delete").await;
    submit(world, &page, "/household/3/delete", &[]).await;
}

/// Aashabai, who has had a dose and has a certificate, is private; her husband on the same phone is not.
struct Phone {
    played: Played,
    husband: String,
    /// Everything that nobody may learn of her.
    telling: Vec<String>,
    /// How long the log was when she became private.
    before: u64,
}

impl Phone {
    async fn new() -> Self {
        let mut played = Played::api().await;
        played.world.test.clock.advance_seconds(1);
        let new = "/api/v2/registration/beneficiary/new";
        let portal = played.portal.clone();
        let husband = played
            .world
            .post(new, &portal, person("Ravi Kumar", "R7654321"))
            .await;
        let husband = husband.at("beneficiary_reference_id");
        played.world.test.make_private(MOBILE, 1, &pin()).await;
        let telling = NAME
            .split(' ')
            .map(str::to_owned)
            .chain([
                played.reference_id.clone(),
                "4402".to_owned(),
                "COVISHIELD".to_owned(),
            ])
            .collect();
        Self {
            before: played.world.test.log_size().await,
            played,
            husband,
            telling,
        }
    }

    fn tells_nothing(&self, what: &str, answered: &Answered) {
        let text = answered.text();
        for telling in &self.telling {
            assert!(!text.contains(telling), "{what} tells {telling}: {text}");
        }
        assert!(!answered.bytes.starts_with(b"%PDF"), "{what} is a document");
    }

    /// Nobody who shares the phone may have opened anything of hers.
    async fn opened_nothing(&self) {
        let opened = self.played.world.test.openings(self.before).await;
        let hers: Vec<_> = opened
            .iter()
            .filter(|opening| opening.whose == "Aashabai")
            .collect();
        assert!(hers.is_empty(), "{hers:#?}");
    }
}

/// Requests of the compatible API that name a person, for whoever is meant.
fn naming(
    reference_id: &str,
    appointment: &str,
    session: &Value,
) -> Vec<(&'static str, String, Option<Value>)> {
    let certificate = "/api/v2/registration/certificate/";
    let query = format!("?beneficiary_reference_id={reference_id}");
    let seat =
        json!({"dose": 2, "session_id": session, "slot": "09:00AM-11:00AM", "beneficiaries": [reference_id]});
    let moved = json!({"appointment_id": appointment, "session_id": session, "slot": "11:00AM-01:00PM"});
    let cancelled = json!({"appointment_id": appointment, "beneficiariesToCancel": [reference_id]});
    vec![
        ("GET", format!("{certificate}download{query}"), None),
        ("GET", format!("{certificate}public/download{query}"), None),
        (
            "POST",
            "/api/v2/registration/beneficiary/delete".to_owned(),
            Some(json!({"beneficiary_reference_id": reference_id})),
        ),
        ("POST", "/api/v2/appointment/schedule".to_owned(), Some(seat)),
        ("POST", "/api/v2/appointment/reschedule".to_owned(), Some(moved)),
        ("POST", "/api/v2/appointment/cancel".to_owned(), Some(cancelled)),
        (
            "GET",
            format!("/api/v2/appointment/appointmentslip/download?appointment_id={appointment}"),
            None,
        ),
    ]
}

#[tokio::test]
async fn a_private_member_is_nobody_at_every_route_of_the_api() {
    let mut phone = Phone::new().await;
    let session = {
        let found = "/api/v2/appointment/sessions/public/findByPin?pincode=400001&date=23-11-2026";
        phone.played.world.get(found, "").await.json()["sessions"][0]["session_id"].clone()
    };
    // A person of another household, with an appointment of theirs: what an answer about nobody of this phone looks like.
    let (stranger, elsewhere) = a_stranger(&mut phone.played.world, &session).await;
    let test = &phone.played.world.test;
    let fresh = |face| test.login(MOBILE, face);
    let tokens = [
        fresh(Face::Portal).await.unwrap().token,
        fresh(Face::Public).await.unwrap().token,
        phone.played.portal.clone(),
        phone.played.public.clone(),
        phone.played.assisted.clone(),
        phone.played.status.clone(),
    ];
    let hers = naming(&phone.played.reference_id, &phone.played.appointment, &session);
    let theirs = naming(&stranger, &elsewhere, &session);
    for token in &tokens {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("x-api-key", phone.played.partner_key.as_str()),
            ("content-type", "application/json"),
        ];
        for ((method, path, body), (_, other_path, other_body)) in hers.iter().zip(&theirs) {
            let text = |body: &Option<Value>| body.as_ref().map(Value::to_string).unwrap_or_default();
            let asked = phone.played.world.send(method, path, &headers, &text(body)).await;
            let other = phone
                .played
                .world
                .send(method, other_path, &headers, &text(other_body))
                .await;
            phone.tells_nothing(path, &asked);
            assert!(asked.status >= 400, "{path}: {}", asked.text());
            assert_eq!(
                (asked.status, asked.text()),
                (other.status, other.text()),
                "{method} {path}"
            );
        }
        for path in ["/api/v2/appointment/beneficiaries", "/api/v3/vaccination/status"] {
            let listed = phone.played.world.send("GET", path, &headers, "").await;
            phone.tells_nothing(path, &listed);
        }
    }
    let list = phone
        .played
        .world
        .get("/api/v2/appointment/beneficiaries", &tokens[0])
        .await;
    let people = list.json()["beneficiaries"].as_array().unwrap().len();
    assert_eq!(people, 1, "only her husband");
    assert!(list.text().contains(&phone.husband));
    phone.opened_nothing().await;
}

async fn a_stranger(world: &mut World, session: &Value) -> (String, String) {
    let token = world.test.login("9811111111", Face::Portal).await.unwrap().token;
    let new = "/api/v2/registration/beneficiary/new";
    let id = world.post(new, &token, person("Some Stranger", "S7654321")).await;
    let id = id.at("beneficiary_reference_id");
    let body = json!({"dose": 1, "session_id": session, "slot": "09:00AM-11:00AM", "beneficiaries": [id]});
    let booked = world.post("/api/v2/appointment/schedule", &token, body).await;
    (id, booked.at("appointment_id"))
}

#[tokio::test]
async fn the_status_interface_knows_no_private_member() {
    let phone = Phone::new().await;
    let ask = "/api/v3/vaccination/generateOTP";
    for (name, status) in [(NAME, 400), ("Ravi Kumar", 200)] {
        let asked = json!({"mobile_number": MOBILE, "full_name": name});
        let sent = phone
            .played
            .world
            .send(
                "POST",
                ask,
                &[("content-type", "application/json")],
                &asked.to_string(),
            )
            .await;
        let code = phone.played.world.test.code(MOBILE);
        let guess = json!({"otp": super::story::wire(&code), "txnId": sent.json()["txnId"]});
        let confirm = "/api/v3/vaccination/confirmOTP";
        let told = phone
            .played
            .world
            .send(
                "POST",
                confirm,
                &[("content-type", "application/json")],
                &guess.to_string(),
            )
            .await;
        assert_eq!(told.status, status, "{name}: {}", told.text());
        phone.tells_nothing(confirm, &told);
    }
    phone.opened_nothing().await;
}

#[tokio::test]
async fn a_private_member_has_no_page_that_opens_without_the_pin() {
    let mut phone = Phone::new().await;
    let appointment = format!("/household/appointments/{}", phone.played.appointment);
    let world = &mut phone.played.world;
    log_in_as(world, MOBILE).await;
    let family = get(world, "/household").await;
    let mut seen = vec![("/household".to_owned(), family.clone())];
    let mut paths: Vec<String> = [
        "registered",
        "edit",
        "delete",
        "access",
        "certificates/1",
        "private",
    ]
    .iter()
    .map(|page| format!("/household/1/{page}"))
    .collect();
    paths.extend(["", "/slip.pdf", "/cancel", "/move"].map(|page| format!("{appointment}{page}")));
    for path in paths {
        let page = world.page("GET", &path, "").await;
        seen.push((path, page));
    }
    let csrf = family.field("_csrf").unwrap();
    let reference = phone.played.reference_id.clone();
    let edit = format!("_csrf={csrf}&reference={reference}&name=Somebody+Else&birth_year=1980&gender=female");
    let posts = [
        ("/household/1/edit".to_owned(), edit),
        (
            "/household/1/delete".to_owned(),
            format!("_csrf={csrf}&reference={reference}"),
        ),
        (
            format!("{appointment}/cancel"),
            format!("_csrf={csrf}&member={reference}"),
        ),
        (format!("{appointment}/move"), format!("_csrf={csrf}&seat=x")),
        (
            "/household/1/private".to_owned(),
            format!("_csrf={csrf}&act=open&pin=908172"),
        ),
        (
            "/household/1/private".to_owned(),
            format!("_csrf={csrf}&act=end&pin=908172"),
        ),
        (
            "/household/1/private".to_owned(),
            format!("_csrf={csrf}&act=set&code=1234567890&new_pin={PIN}&again={PIN}"),
        ),
        (
            "/household/1/private".to_owned(),
            format!("_csrf={csrf}&act=shout"),
        ),
    ];
    for (path, form) in posts {
        let page = world.page("POST", &path, &form).await;
        assert!(
            page.status >= 400 || page.to == "/household?done=locked",
            "{path}: {} {}",
            page.status,
            page.to
        );
        seen.push((path, page));
    }
    for (path, page) in &seen {
        let text = page.text();
        let echoed = text.replace("Somebody Else", "");
        for telling in &phone.telling {
            assert!(
                !echoed.contains(telling) || telling == &reference,
                "{path} tells {telling}: {text}"
            );
        }
        assert!(!page.bytes.starts_with(b"%PDF"), "{path}");
    }
    let family = family.text();
    assert!(
        family.contains("Private member (1)") && family.contains("Ravi Kumar"),
        "{family}"
    );
    phone.opened_nothing().await;
}

/// A page without what it asks about devices that logged in: that is about the phone, and the two were used differently.
fn without_devices(page: &str) -> String {
    let Some((before, rest)) =
        page.split_once("<section class=\"notice care\" aria-labelledby=\"was-this-you\">")
    else {
        return page.to_owned();
    };
    let (_, after) = rest.split_once("</section>").unwrap();
    format!("{before}{after}")
}

/// Somebody with a dose and a certificate, and somebody who was only registered: one page.
#[tokio::test]
async fn the_pages_of_private_members_do_not_tell_how_many_doses_they_had() {
    let mut phone = Phone::new().await;
    let world = &mut phone.played.world;
    let gone = json!({"beneficiary_reference_id": phone.husband});
    let portal = world.test.login(MOBILE, Face::Portal).await.unwrap().token;
    world
        .post("/api/v2/registration/beneficiary/delete", &portal, gone)
        .await;
    let other = "9822222222";
    let token = world.test.login(other, Face::Portal).await.unwrap().token;
    let new = "/api/v2/registration/beneficiary/new";
    world.post(new, &token, person("Some Stranger", "S7654321")).await;
    world.test.make_private(other, 1, &pin()).await;
    let mut pages = Vec::new();
    for mobile in [MOBILE, other] {
        world.cookies.clear();
        log_in_as(world, mobile).await;
        for path in [
            "/household",
            "/household/1/private",
            "/household/1/access",
            "/household/1/certificates/1",
        ] {
            let page = world.page("GET", path, "").await;
            let csrf = page.field("_csrf").unwrap_or_default();
            let text = without_devices(&page.text().replace(&csrf, ""));
            pages.push((path, page.status, page.to.clone(), text));
        }
    }
    let (vaccinated, unvaccinated) = pages.split_at(4);
    assert_eq!(vaccinated, unvaccinated);
}

/// What was typed with the PIN given, and waited for a login, is not shown to whoever logs in next on the phone.
#[tokio::test]
async fn a_form_of_a_private_member_does_not_come_back_to_the_holder_of_the_phone() {
    let mut world = World::new().await;
    let token = world.test.login(MOBILE, Face::Portal).await.unwrap().token;
    let new = "/api/v2/registration/beneficiary/new";
    world
        .post(new, &token, person(NAME, super::story::DOCUMENT))
        .await;
    world.test.make_private(MOBILE, 1, &pin()).await;
    log_in_as(&mut world, MOBILE).await;
    let page = get(&mut world, "/household/1/private").await;
    submit(
        &mut world,
        &page,
        "/household/1/private",
        &[("act", "open"), ("pin", PIN)],
    )
    .await;
    let edit = get(&mut world, "/household/1/edit").await;
    world.test.clock.advance_seconds(16 * 60);
    let typed = [
        ("name", "Aashabai Married"),
        ("birth_year", "1981"),
        ("gender", "female"),
    ];
    let form = super::played::form(&edit, &typed);
    let kept = world.page("POST", "/household/1/edit", &form).await;
    assert_eq!(kept.status, 401, "{}", kept.text());
    let number = super::played::form(&kept, &[("mobile", MOBILE)]);
    world.page("POST", "/login", &number).await;
    let asked = get(&mut world, "/login/otp").await;
    let carried = asked.field("carried").unwrap();
    assert!(!carried.is_empty(), "the form waits");
    let code = world.test.code(MOBILE);
    let page = world
        .page(
            "POST",
            "/login/otp",
            &super::played::form(&asked, &[("otp", &code)]),
        )
        .await;
    assert!(!page.text().contains("Married"), "{}", page.text());
}
