//! Finding a session, booking, moving, cancelling; checking a certificate.

use axum::body::Body;
use http::{Request, header};
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::Evidence;
use pramaan_app::import::{self, Bad};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::vaccine::Vaccine;

use super::browser::{Browser, Page};
use super::{but, registered};

const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Private,D N Road,395,Ward A,400003,18.940000,72.840000,09:00,17:00,private,COVISHIELD:780
561003,Dahisar Clinic,S V Road,395,Ward R,400068,19.250000,72.860000,09:00,17:00,government,
";
const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-23,COVISHIELD,18,,09:00AM-11:00AM|11:00AM-01:00PM,1:online:2
561002,2026-11-24,COVISHIELD,18,,09:00AM-11:00AM,1:online:5
561001,2026-11-25,CORBEVAX,12,14,09:00AM-11:00AM,1:online:5
561003,2026-11-22,COVISHIELD,18,,11:00AM-12:00PM,1:online:5
";

async fn with_sessions() -> Browser {
    let browser = registered().await;
    let app = &browser.test.app;
    let mut quiet = |_: usize, _: usize| {};
    import::centres(app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    import::sessions(app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet)
        .await
        .unwrap();
    app.refresh_availability().await.unwrap();
    browser
}

/// The first link to a booking.
fn booking(page: &Page) -> String {
    let rest = page
        .body
        .split("href=\"/book/")
        .nth(1)
        .expect("a session to book");
    format!("/book/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn sessions_are_found_without_a_login() {
    let mut stranger = with_sessions().await.somebody_else();
    let page = stranger.get("/sessions?pincode=400001").await;
    page.says("Around 400001: Monday, 23 November 2026")
        .says("Fort Clinic")
        .says("First dose: 4 seats free");
    page.says("Free")
        .says("18 years and older")
        .says("9:00 am to 1:00 pm")
        .never_says("Fort Private");
    let page = stranger.get("/sessions?pincode=400001&date=2026-11-24").await;
    page.says("Fort Private")
        .says("Pincode 400003, about")
        .says("₹780 per dose");
    let page = stranger
        .get("/sessions?state=21&district=395&date=2026-11-25&age=13")
        .await;
    page.says("Corbevax").says("12 to 14 years");
    let page = stranger
        .get("/sessions?pincode=400001&fee=paid&date=2026-11-23")
        .await;
    page.says("No session on this day").says("5 seats");
    stranger
        .get("/sessions?state=21")
        .await
        .says("<option value=\"395\">Mumbai");
    stranger
        .get("/sessions?pincode=4000")
        .await
        .says("Enter a pincode of six digits");
    stranger
        .get("/sessions?pincode=999999")
        .await
        .says("India Post does not use this pincode");
    stranger
        .get("/sessions?pincode=400001&age=old")
        .await
        .says("Enter the age in years");
    let page = stranger.get("/sessions?pincode=400001").await;
    let page = stranger.get(&booking(&page)).await;
    assert!(page.status == 303 && page.to.starts_with("/login?next=/book/"));
}

#[tokio::test]
async fn a_seat_is_booked_moved_and_cancelled() {
    let mut browser = with_sessions().await;
    let found = browser.get("/sessions?pincode=400001").await;
    let book = booking(&found);
    let page = browser.get(&book).await;
    page.says("Fort Clinic")
        .says("First dose: can be given now")
        .says("2 seats free");
    let member = page.field("member").unwrap();
    let empty = browser.submit(&page, &book, &[]).await;
    assert_eq!(empty.status, 422);
    empty.says("Choose who comes").says("Choose a time");
    let typed = [("member", member.as_str()), ("slot", "09:00AM-11:00AM")];
    let done = browser.submit(&page, &book, &typed).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let again = browser.submit(&page, &book, &typed).await;
    assert_eq!(again.to, done.to, "sent twice is booked once");

    let page = browser.get(&done.to).await;
    page.says("Your seat is booked")
        .says("Asha Devi’s code")
        .says("Bring the document")
        .says("9:00 am to 11:00 am");
    browser
        .get("/household")
        .await
        .says("Code, slip, change")
        .never_says("No appointment");
    browser.get(&book).await.says("already has an appointment");
    let base = done.to.split('?').next().unwrap().to_owned();
    let slip = browser.get(&format!("{base}/slip.pdf")).await;
    assert_eq!((slip.status, slip.bytes.get(..5)), (200, Some(&b"%PDF-"[..])));
    let page = browser.get("/household/1/delete").await;
    browser
        .submit(&page, "/household/1/delete", &[])
        .await
        .says("Cancel it first");

    let page = browser.get(&format!("{base}/move")).await;
    page.says("Tuesday, 24 November 2026")
        .says("11:00 am to 1:00 pm")
        .never_says("Corbevax");
    let seat = page.field("seat").unwrap();
    let moved = browser
        .submit(&page, &format!("{base}/move"), &[("seat", &seat)])
        .await;
    assert_eq!(moved.to, format!("{base}?news=moved"), "{}", moved.body);
    browser
        .get(&moved.to)
        .await
        .says("11:00 am to 1:00 pm")
        .says("The appointment was moved");

    let mut other = browser.somebody_else();
    other.log_in("9876543211").await;
    let page = other.get(&base).await;
    assert_eq!(page.status, 404);
    page.says("not in your family").never_says("Asha");

    let page = browser.get(&format!("{base}/cancel")).await;
    let member = page.field("member").unwrap();
    let none = browser.submit(&page, &format!("{base}/cancel"), &[]).await;
    assert_eq!(none.status, 422);
    let done = browser
        .submit(&page, &format!("{base}/cancel"), &[("member", &member)])
        .await;
    assert_eq!(done.to, "/household?done=cancelled");
    browser
        .get(&done.to)
        .await
        .says("The appointment was cancelled")
        .says("No appointment");
    assert_eq!(browser.get(&base).await.status, 404);
}

#[tokio::test]
async fn who_cannot_come_is_told_why() {
    let mut browser = with_sessions().await;
    let page = browser.get("/household/new").await;
    let child = but(&[
        ("name", "Chhotu"),
        ("birth_year", "2013"),
        ("document_number", "S-1313"),
        ("guardian", "1"),
    ]);
    let done = browser.submit(&page, "/household/new", &child).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let found = browser.get("/sessions?pincode=400001").await;
    let page = browser.get(&booking(&found)).await;
    page.says("Cannot be booked here")
        .says("Chhotu")
        .says("18 or older on the day")
        .says("Rule E5");
    let gone = browser.get("/book/5a2c7ae9-0a2c-4b8b-8a53-000000000001").await;
    assert_eq!(gone.status, 404);
    gone.says("This session cannot be booked");
    assert_eq!(browser.get("/book/nonsense").await.status, 404);
}

#[tokio::test]
async fn what_is_no_certificate_is_said_to_be_none() {
    let mut browser = Browser::new().await;
    let page = browser.get("/verify").await;
    let token = page.field("_csrf").unwrap();
    for (content, says) in [
        ("", "Choose a file or paste the text"),
        ("hello", "not a certificate that we can read"),
    ] {
        let part = |name: &str, value: &str| {
            format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!(
            "{}{}{}--x1--\r\n",
            part("_csrf", &token),
            part("file", ""),
            part("text", content)
        );
        let request =
            Request::post("/verify").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1");
        browser.send(request, Body::from(body)).await.says(says);
    }
    let request = Request::post("/verify").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1");
    assert_eq!(browser.send(request, Body::from("--x1--")).await.status, 403);
    let request = Request::post("/verify").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1");
    let nonsense = browser.send(request, Body::from("nonsense")).await;
    assert_eq!(nonsense.status, 403, "nothing is read before the token");
}

/// The form of the check as a browser sends it, with one file.
async fn check(browser: &mut Browser, file: &[u8]) -> Page {
    let page = browser.get("/verify").await;
    let token = page.field("_csrf").unwrap();
    let mut body =
        format!("--x1\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n").into_bytes();
    body.extend(b"--x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.pdf\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--x1--\r\n");
    let request = Request::post("/verify").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1");
    browser.send(request, Body::from(body)).await
}

/// The nurse, with the code that the citizen's page shows.
async fn vaccinate(browser: &Browser, code: &str) {
    let test = &browser.test;
    let staff = test.nurse("MH-0001", 561_003).await;
    let staff = test.app.staff(&staff.token).await.unwrap();
    let place = test.app.roster_today(&staff).await.unwrap()[0].place;
    let evidence = Evidence::Code {
        place,
        code: code.parse().unwrap(),
    };
    let open = test.app.begin_encounter(&staff, evidence, "test").await.unwrap();
    let dose = Dose {
        number: DoseNumber::First,
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse("4121Z025").unwrap(),
        vial: Vial::parse("7").unwrap(),
        given_at: test.clock.now(),
        site: BodySite::LeftUpperArm,
        reason: None,
    };
    test.app
        .record_dose(&staff, open.key, dose, "test")
        .await
        .unwrap();
}

/// Somebody who was given the first dose a moment ago.
pub(crate) async fn vaccinated() -> Browser {
    let mut browser = with_sessions().await;
    let found = browser.get("/sessions?pincode=400068").await;
    let page = browser.get(&booking(&found)).await;
    let typed = [
        ("member", page.field("member").unwrap()),
        ("slot", page.field("slot").unwrap()),
    ];
    let typed: Vec<_> = typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = browser.submit(&page, &booking(&found), &typed).await;
    let page = browser.get(&done.to).await;
    let code = page
        .body
        .split("class=\"big\">")
        .nth(1)
        .unwrap()
        .get(..4)
        .unwrap()
        .to_owned();
    vaccinate(&browser, &code).await;
    browser
}

#[tokio::test]
async fn after_the_dose_there_is_a_certificate_and_the_nurses_look() {
    let mut browser = vaccinated().await;
    let page = browser.get("/household").await;
    page.says("Partly vaccinated")
        .says("First dose: Covishield, 22 November 2026")
        .says("Second dose: from 14 February 2027");
    page.says("nobody can change these details in this version")
        .never_says("/household/1/edit");
    let page = browser.get("/household/1/certificates/1").await;
    page.says("Certificate of Asha Devi")
        .says("More doses of the primary series are to come")
        .says("22 November 2026")
        .says("4121Z025")
        .says("/household/1/certificates/1/certificate.pdf");
    let pdf = browser.get("/household/1/certificates/1/certificate.pdf").await;
    assert_eq!((pdf.status, pdf.bytes.get(..5)), (200, Some(&b"%PDF-"[..])));
    assert_eq!(browser.get("/household/1/certificates/2").await.status, 404);

    let mut stranger = browser.somebody_else();
    let page = check(&mut stranger, &pdf.bytes).await;
    page.says("Genuine and unchanged")
        .says("Asha Devi")
        .says("4121Z025")
        .says("Dahisar Clinic");
    let page = check(&mut stranger, b"%PDF-1.7 nothing").await;
    page.says("not a certificate that we can read");

    let page = browser.get("/household/1/access").await;
    page.says("Vaccinator, staff code MH-0001")
        .says("Dahisar Clinic, S V Road")
        .says("To vaccinate")
        .says("You were there");
    page.never_says("Nobody else has read this record");
}

#[tokio::test]
async fn whoever_has_nobody_to_book_for_registers_and_comes_back_to_the_session() {
    let mut browser = with_sessions().await.somebody_else();
    browser.log_in("9876543999").await;
    let found = browser.get("/sessions?pincode=400001").await;
    let session = booking(&found);
    let empty = browser.get(&session).await;
    empty
        .says("Nobody is registered yet")
        .never_says("The reasons are below");
    let id = session.strip_prefix("/book/").unwrap();
    let add = format!("/household/new?book={id}");
    empty.says(&format!("href=\"{add}\""));
    let form = browser.get(&add).await;
    let done = browser
        .submit(&form, "/household/new", &but(&[("document_number", "Z7654321")]))
        .await;
    assert_eq!(
        (done.status, done.to.as_str()),
        (303, format!("/household/1/registered?book={id}").as_str())
    );
    let registered = browser.get(&done.to).await;
    registered.says(&format!("href=\"{session}\""));
    browser.get(&session).await.says("Who comes?");

    let elsewhere = browser.get("/household/new?book=//evil.example").await;
    assert_eq!(elsewhere.field("book").as_deref(), Some(""));
}

/// Sends a form after the login has ended, logs in again, and answers the page that the kept form leads back to.
async fn interrupted(browser: &mut Browser, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    // Past the login, whatever was renewed meanwhile.
    browser.test.clock.advance_seconds(901);
    let login = browser.submit(page, action, typed).await;
    assert_eq!(login.status, 401, "{}", login.to);
    let resume = logged_in_again(browser, &login).await;
    let again = taken_back(browser, &resume, action).await;
    assert_eq!(again.status, 200, "{}", again.body);
    again
}

/// Logs in at the page on which a form waits.
async fn logged_in_again(browser: &mut Browser, login: &Page) -> Page {
    login.says("Nothing you typed is lost");
    let asked = browser.submit(login, "/login", &[("mobile", "9876543210")]).await;
    let code = browser.test.code("9876543210");
    let resume = browser.submit(&asked, "/login/otp", &[("otp", &code)]).await;
    assert_eq!(resume.status, 200, "{}", resume.to);
    resume.says("You are logged in again").never_says("Asha");
    resume
}

/// Presses the one button of the page after a login.
async fn taken_back(browser: &mut Browser, resume: &Page, action: &str) -> Page {
    let kept = resume.field("kept").unwrap();
    let back = [("step", "kept"), ("kept", kept.as_str())];
    browser.submit(resume, action, &back).await
}

/// Whoever is called away from the page with the one button comes back to it, twice.
#[tokio::test]
async fn a_booking_still_waits_when_the_login_ends_again_before_it_is_taken_back() {
    let mut browser = with_sessions().await;
    let found = browser.get("/sessions?pincode=400001").await;
    let book = booking(&found);
    let page = browser.get(&book).await;
    let member = page.field("member").unwrap();
    let typed = [("member", member.as_str()), ("slot", "11:00AM-01:00PM")];
    browser.test.clock.advance_seconds(901);
    let mut login = browser.submit(&page, &book, &typed).await;
    for seconds in [901, 45 * 60] {
        let resume = logged_in_again(&mut browser, &login).await;
        browser.test.clock.advance_seconds(seconds);
        login = taken_back(&mut browser, &resume, &book).await;
        assert_eq!(login.status, 401, "{}", login.to);
    }
    let resume = logged_in_again(&mut browser, &login).await;
    let again = taken_back(&mut browser, &resume, &book).await;
    again
        .says(&format!("value=\"{member}\" checked"))
        .says("value=\"11:00AM-01:00PM\" checked");
    let done = browser.submit(&again, &book, &typed).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

#[tokio::test]
async fn a_booking_and_a_move_survive_the_end_of_the_login() {
    let mut browser = with_sessions().await;
    let found = browser.get("/sessions?pincode=400001").await;
    let book = booking(&found);
    let page = browser.get(&book).await;
    let member = page.field("member").unwrap();
    let typed = [("member", member.as_str()), ("slot", "11:00AM-01:00PM")];
    let again = interrupted(&mut browser, &page, &book, &typed).await;
    again
        .says(&format!("value=\"{member}\" checked"))
        .says("value=\"11:00AM-01:00PM\" checked");
    assert_eq!(again.field("key"), page.field("key"), "still one booking");
    let done = browser.submit(&again, &book, &typed).await;
    assert_eq!(done.status, 303, "{}", done.body);

    let base = done.to.split('?').next().unwrap().to_owned();
    let action = format!("{base}/move");
    let page = browser.get(&action).await;
    let seat = page.field("seat").unwrap();
    let again = interrupted(&mut browser, &page, &action, &[("seat", &seat)]).await;
    again.says(&format!("value=\"{seat}\" checked"));
    let moved = browser.submit(&again, &action, &[("seat", &seat)]).await;
    assert_eq!(moved.to, format!("{base}?news=moved"), "{}", moved.body);
}
