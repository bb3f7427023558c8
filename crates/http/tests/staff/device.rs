//! A shared device at the pages: several nurses by PIN, the lock after two minutes, and the form that stays.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};
use pramaan_domain::staff::StaffCode;

use crate::browser::{Browser, CENTRE, Page, Site};
use crate::kept::taken_back;

pub(crate) const ASHA: (&str, &str) = ("MH-0001", "371904");
pub(crate) const BINA: (&str, &str) = ("MH-0009", "852016");
/// What is typed into the form of a held dose, and comes back.
const TYPED: [(&str, &str); 2] = [("batch", "4121Z025"), ("reason", "the reader of codes is broken")];

/// A device of the centre, and the secrets of two nurses of today.
pub(crate) async fn shared(site: &Site) -> (Browser, [String; 2]) {
    let mut secrets = Vec::new();
    for (code, _) in [ASHA, BINA] {
        let link = site.test.invite(code, StaffRole::Vaccinator, Some(CENTRE)).await;
        secrets.push(site.test.enrol(&link.token).await);
    }
    let codes = [ASHA, BINA].map(|(code, _)| StaffCode::parse(code).unwrap());
    let today = site.test.app.today();
    site.test
        .app
        .set_roster_of(CENTRE, today, codes.to_vec())
        .await
        .unwrap();
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let page = manager.get("/staff/devices").await;
    page.is(200).says("No shared device yet");
    let made = manager
        .submit(&page, "/staff/devices", &[("act", "code"), ("name", "Table 1")])
        .await;
    made.is(200)
        .says("Table 1")
        .says("src=\"data:image/svg+xml;base64,");
    let path = format!(
        "/staff/device/{}",
        &made.body.split("/staff/device/").nth(1).unwrap()[..12]
    );
    let mut device = site.browser();
    let door = device.get(&path).await;
    let code = door.field("code").unwrap();
    let enrolled = device.submit(&door, "/staff/device", &[("code", &code)]).await;
    assert_eq!(enrolled.to, "/staff/pin?why=enrolled");
    let cookie = enrolled
        .set_cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-site-device="));
    assert!(
        cookie
            .unwrap()
            .contains("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000")
    );
    let mut other = site.browser();
    let door = other.get("/staff/device").await;
    let again = other.submit(&door, "/staff/device", &[("code", &code)]).await;
    again.is(422).says("was used");
    (device, secrets.try_into().unwrap())
}

/// Password and authenticator; answers where it leads.
pub(crate) async fn full_login(site: &Site, device: &mut Browser, code: &str, secret: &str) -> String {
    site.test.clock.advance_seconds(60);
    let digits = totp(secret, site.test.clock.now());
    let door = device.get("/staff/login").await;
    let typed = [("code", code), ("password", PASSWORD), ("totp", digits.as_str())];
    let inside = device.submit(&door, "/staff/login", &typed).await;
    inside.is(303);
    inside.to
}

/// Both nurses with their PINs; Bina is on the device.
pub(crate) async fn at_work(site: &Site) -> Browser {
    let (mut device, secrets) = shared(site).await;
    for ((code, pin), secret) in [ASHA, BINA].into_iter().zip(&secrets) {
        assert_eq!(
            full_login(site, &mut device, code, secret).await,
            "/staff/pin/set?next=/staff"
        );
        let page = device.get("/staff/pin/set").await;
        let set = device
            .submit(&page, "/staff/pin/set", &[("pin", pin), ("again", pin)])
            .await;
        assert_eq!(set.to, "/staff");
    }
    device
}

pub(crate) async fn unlock(device: &mut Browser, lock: &Page, (code, pin): (&str, &str)) -> Page {
    let mut typed = vec![
        ("code".to_owned(), code.to_owned()),
        ("pin".to_owned(), pin.to_owned()),
    ];
    typed.extend(lock.hidden("/staff/pin"));
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    device.submit(lock, "/staff/pin", &typed).await
}

/// Whose page it is: the device says nothing of it but by what it opens, so the lists of a manager are not hers.
pub(crate) async fn works(device: &mut Browser) -> bool {
    device.get("/staff").await.status == 200
}

/// The page of doses without a line locks itself, and without a line no other lock could be opened again.
#[tokio::test]
async fn the_offline_page_of_a_shared_device_is_not_covered_and_a_pin_leads_back_to_it() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let page = device.get("/staff/offline").await;
    page.is(200).says("id=\"offline-lock\"").says("/staff/pin/lock");
    for cover in ["/assets/lock-", "role=\"alertdialog\""] {
        assert!(!page.body.contains(cover), "{cover}");
    }
    site.test.clock.advance_seconds(100);
    // What the page asks each minute is nobody's touch.
    device.get("/staff/offline/token").await.is(200);
    site.test.clock.advance_seconds(21);
    device
        .get("/staff/offline/token")
        .await
        .is(401)
        .says("PRAMAAN0120")
        .says("/staff/pin?next=/staff/offline");
}

#[tokio::test]
async fn a_shared_device_locks_after_two_minutes_and_a_pin_opens_it() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let page = device.get("/staff").await;
    page.is(200)
        .says("data-seconds=\"120\"")
        .says("<script src=\"/assets/lock-")
        .says("role=\"alertdialog\"");
    site.test.clock.advance_seconds(119);
    let extended = device.submit(&page, "/staff/stay", &[]).await;
    extended.is(200).says("\"seconds\":");
    site.test.clock.advance_seconds(119);
    assert!(works(&mut device).await, "any request extends it");
    site.test.clock.advance_seconds(120);
    let locked = device.get("/staff/walk-in").await;
    assert_eq!(locked.to, "/staff/pin?next=/staff/walk-in");
    let lock = device.get(&locked.to).await;
    lock.is(200)
        .says("value=\"MH-0001\"")
        .says("value=\"MH-0009\"")
        .says("Table 1")
        .never_says("Sunita");
    let wrong = unlock(&mut device, &lock, (ASHA.0, "937261")).await;
    wrong.is(422).says("4 tries are left").never_says("937261");
    let open = unlock(&mut device, &wrong, ASHA).await;
    assert_eq!((open.status, open.to.as_str()), (303, "/staff/walk-in"));
    device.get("/staff/walk-in").await.is(200);
}

#[tokio::test]
async fn ones_own_device_keeps_a_quarter_of_an_hour() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    nurse.get("/staff").await.is(200).never_says("/assets/lock");
    site.test.clock.advance_seconds(14 * 60);
    assert!(works(&mut nurse).await);
}

#[tokio::test]
async fn a_half_filled_form_survives_the_lock_and_a_colleague_sees_none_of_it() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let page = device.get("/staff/held-dose").await;
    page.is(200);
    site.test.clock.advance_seconds(120);
    let lock = device.submit(&page, "/staff/held-dose", &TYPED).await;
    lock.is(401).says("Nothing you typed is lost");
    for (_, value) in TYPED {
        lock.never_says(value);
    }
    // Asha takes over: a page of her own.
    let hers = unlock(&mut device, &lock, ASHA).await;
    assert_eq!((hers.status, hers.to.as_str()), (303, "/staff/held-dose"));
    let blank = device.get("/staff/held-dose").await;
    blank
        .is(200)
        .never_says("4121Z025")
        .never_says("the reader of codes");
    // Bina comes back an hour later.
    site.test.clock.advance_seconds(3600);
    let lock = device.get("/staff/pin").await;
    let resume = unlock(&mut device, &lock, BINA).await;
    resume.is(200).says("step\" value=\"kept\"");
    let hidden = resume.hidden("/staff/held-dose");
    let hidden: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let back = device.submit(&resume, "/staff/held-dose", &hidden).await;
    back.is(200)
        .says("value=\"4121Z025\"")
        .says("the reader of codes is broken");
}

/// The page with the one button is put aside too: a nurse unlocks, and turns to the patient for two minutes more.
#[tokio::test]
async fn a_form_still_waits_when_the_device_locks_again_before_it_is_taken_back() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let path = "/staff/held-dose";
    let page = device.get(path).await;
    site.test.clock.advance_seconds(120);
    let mut lock = device.submit(&page, path, &TYPED).await;
    for seconds in [120, 3600] {
        let resume = unlock(&mut device, &lock, BINA).await;
        resume.is(200).says("step\" value=\"kept\"");
        site.test.clock.advance_seconds(seconds);
        lock = taken_back(&mut device, &resume, path).await;
        lock.is(401).says("Nothing you typed is lost");
        for (_, value) in TYPED {
            lock.never_says(value);
        }
        // A colleague between them sees none of it.
        unlock(&mut device, &lock, ASHA).await.is(303);
        let blank = device.get(path).await;
        for (_, value) in TYPED {
            blank.is(200).never_says(value);
        }
        site.test.clock.advance_seconds(120);
        lock = device.get("/staff/pin").await;
    }
    let resume = unlock(&mut device, &lock, BINA).await;
    let back = taken_back(&mut device, &resume, path).await;
    for (_, value) in TYPED {
        back.is(200).says(value);
    }
}

/// Only then the script of the lock keeps what nobody touched on that page.
#[tokio::test]
async fn a_page_that_answers_a_form_tells_the_lock_that_it_holds_what_was_typed() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let path = "/staff/held-dose";
    let page = device.get(path).await;
    page.is(200).never_says("data-answer");
    let again = device.submit(&page, path, &TYPED).await;
    again.is(422).says(" data-answer");
    let back = device
        .submit(&again, path, &[("step", "change"), ("batch", "4121Z025")])
        .await;
    back.is(200).says(" data-answer");
}

#[tokio::test]
async fn the_lock_button_locks_at_once_and_logging_out_ends_the_shift() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let page = device.get("/staff").await;
    let locked = device.submit(&page, "/staff/pin/lock", &[]).await;
    assert_eq!(locked.to, "/staff/pin");
    assert!(!works(&mut device).await);
    let lock = device.get("/staff/pin").await;
    unlock(&mut device, &lock, BINA).await.is(303);
    let page = device.get("/staff").await;
    let out = device.submit(&page, "/staff/logout", &[]).await;
    assert_eq!(out.to, "/staff/pin?why=out");
    let lock = device.get("/staff/pin").await;
    lock.says("MH-0001").never_says("MH-0009");
}

#[tokio::test]
async fn wrong_pins_close_the_pin_and_the_full_login_opens_it_again() {
    let site = Site::open().await;
    let (mut device, secrets) = shared(&site).await;
    full_login(&site, &mut device, ASHA.0, &secrets[0]).await;
    let page = device.get("/staff/pin/set").await;
    for (pin, again, text) in [
        ("123456", "123456", "too easy"),
        ("000001", "000001", "too easy"),
        ("371904", "371905", "not the same"),
        ("3719", "3719", "six digits"),
    ] {
        let refused = device
            .submit(&page, "/staff/pin/set", &[("pin", pin), ("again", again)])
            .await;
        refused.is(422).says(text).never_says(&format!("value=\"{pin}\""));
    }
    device
        .submit(&page, "/staff/pin/set", &[("pin", ASHA.1), ("again", ASHA.1)])
        .await
        .is(303);
    let page = device.get("/staff").await;
    device.submit(&page, "/staff/pin/lock", &[]).await;
    let lock = device.get("/staff/pin").await;
    for _ in 0..5 {
        unlock(&mut device, &lock, (ASHA.0, "937261")).await.is(422);
    }
    unlock(&mut device, &lock, ASHA)
        .await
        .is(422)
        .says("No PIN opens this device");
    assert!(!works(&mut device).await);
    full_login(&site, &mut device, ASHA.0, &secrets[0]).await;
    assert!(works(&mut device).await);
    let mut manager = site.logged_in("MH-0003", StaffRole::SiteManager).await;
    manager
        .get("/staff/events")
        .await
        .is(200)
        .says("PIN closed after five wrong tries")
        .says("Table 1");
}

#[tokio::test]
async fn an_ended_device_is_no_device_and_its_login_is_over() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let mut manager = site.logged_in("MH-0003", StaffRole::SiteManager).await;
    let page = manager.get("/staff/devices").await;
    let id = page.field("device").unwrap();
    let renamed = [("act", "rename"), ("device", id.as_str()), ("name", "Table 7")];
    assert_eq!(
        manager.submit(&page, "/staff/devices", &renamed).await.to,
        "/staff/devices?done=renamed"
    );
    let end = [("act", "end"), ("device", id.as_str()), ("name", "Table 7")];
    let sure = manager.submit(&page, "/staff/devices", &end).await;
    sure.is(200).says("End the device Table 7?");
    assert!(works(&mut device).await, "asking ends nothing");
    let end = [("act", "end"), ("device", id.as_str()), ("sure", "yes")];
    manager.submit(&sure, "/staff/devices", &end).await.is(303);
    let ended = device.get("/staff").await;
    assert_eq!(ended.to, "/staff/login?next=/staff&why=expired");
    assert_eq!(device.get("/staff/pin").await.to, "/staff/login");
    for bad in ["", "x", "3fa85f64-5717-4562-b3fc-2c963f66afa6"] {
        let gone = [("act", "end"), ("device", bad), ("sure", "yes")];
        manager.submit(&sure, "/staff/devices", &gone).await.is(404);
    }
}

#[tokio::test]
async fn a_printed_code_logs_in_once_and_what_is_left_is_shown() {
    let site = Site::open().await;
    let (mut device, _) = shared(&site).await;
    let mut manager = site.logged_in("MH-0003", StaffRole::SiteManager).await;
    let page = manager.get("/staff/sheets").await;
    page.is(200).says("No sheet");
    let printed = manager.submit(&page, "/staff/sheets", &[("code", ASHA.0)]).await;
    printed.is(200).says("Login codes for MH-0001");
    let main = printed.body.split("<main").nth(1).unwrap();
    assert_eq!(main.matches("<li>").count(), 10);
    let code = printed
        .body
        .split("<li>")
        .last()
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let door = device.get("/staff/login").await;
    let typed = [("code", ASHA.0), ("password", PASSWORD), ("totp", code)];
    device.submit(&door, "/staff/login", &typed).await.is(303);
    let mut other = site.browser();
    let door = other.get("/staff/login").await;
    other.submit(&door, "/staff/login", &typed).await.is(422);
    manager.get("/staff/sheets").await.says("9 codes left, 1 used");
    let unknown = manager
        .submit(&page, "/staff/sheets", &[("code", "MH-7777")])
        .await;
    unknown.is(422).says("no member of staff with this code");
}

#[tokio::test]
async fn a_lost_factor_is_asked_for_by_one_and_approved_by_another() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let page = manager.get("/staff/factors").await;
    let ask = |code: &'static str, reason: &'static str| [("act", "ask"), ("code", code), ("reason", reason)];
    let short = manager
        .submit(&page, "/staff/factors", &ask(ASHA.0, "lost"))
        .await;
    short.is(422).says("value=\"lost\"").says("href=\"#reason\"");
    let own = manager
        .submit(
            &page,
            "/staff/factors",
            &ask("MH-0002", "my own telephone is lost"),
        )
        .await;
    own.is(422)
        .says("href=\"#code\"")
        .says("my own telephone is lost");
    let asked = manager
        .submit(&page, "/staff/factors", &ask(ASHA.0, "her telephone is lost"))
        .await;
    assert_eq!(asked.to, "/staff/factors?done=asked");
    let page = manager.get("/staff/factors").await;
    let id = page.field("request").unwrap();
    let approve = [("act", "approve"), ("request", id.as_str())];
    manager.submit(&page, "/staff/factors", &approve).await.is(403);
    assert!(works(&mut nurse).await);
    let page = admin.get("/staff/factors").await;
    page.says("her telephone is lost")
        .says("MH-0001")
        .says("Vaccinator of centre 561001");
    let link = admin.submit(&page, "/staff/factors", &approve).await;
    link.is(200).says("https://pramaan.example/staff/enrol/");
    assert!(!works(&mut nurse).await);
    admin.submit(&page, "/staff/factors", &approve).await.is(410);
    admin
        .get("/staff/events")
        .await
        .says("New second factor approved")
        .says("by MH-0003");
    nurse.get("/staff/login").await.is(200);
    let mut other = site.logged_in("MH-0010", StaffRole::Vaccinator).await;
    for path in [
        "/staff/factors",
        "/staff/sheets",
        "/staff/events",
        "/staff/devices",
    ] {
        other.get(path).await.is(403);
    }
}

#[tokio::test]
async fn a_replacement_is_on_todays_list_by_one_form() {
    let site = Site::open().await;
    site.test.nurse("MH-0040", 561_002).await;
    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let path = "/staff/roster/replacement";
    let page = manager.get(path).await;
    let unknown = manager
        .submit(&page, path, &[("way", "code"), ("code", "MH-7777")])
        .await;
    unknown
        .is(422)
        .says("no vaccinator with this code")
        .says("value=\"MH-7777\"");
    let known = manager
        .submit(&page, path, &[("way", "code"), ("code", "mh-0040")])
        .await;
    assert_eq!(known.to, "/staff/roster?done=replaced");
    manager
        .get(&known.to)
        .await
        .says("value=\"MH-0040\" checked")
        .says("Also on the list of centre 561002");
    let nameless = manager
        .submit(&page, path, &[("way", "new"), ("code", "MH-0041")])
        .await;
    nameless.is(422).says("href=\"#name\"").says("value=\"MH-0041\"");
    let new = [("way", "new"), ("code", "MH-0041"), ("name", "Sunita Rao")];
    manager
        .submit(&page, path, &new)
        .await
        .is(200)
        .says("/staff/enrol/");
    manager
        .get("/staff/roster")
        .await
        .says("value=\"MH-0041\" checked");
}

/// Who acted is in the sealed detail of each entry, with the device's name beside the login.
#[tokio::test]
async fn what_is_opened_on_a_shared_device_names_who_was_on_it_and_the_device() {
    let site = Site::open().await;
    let mut device = at_work(&site).await;
    let from = site.test.log_size().await;
    let path = device.get("/staff").await.link("/staff/visit/");
    let page = device.get(&path).await;
    let code = site.code().await;
    let shown = [("way", "code"), ("code", code.as_str())];
    device
        .submit(&page, &path, &shown)
        .await
        .is(200)
        .says("Asha Devi");
    let opened = site.test.openings(from).await;
    let by_staff: Vec<_> = opened
        .iter()
        .filter(|opened| opened.detail.staff == BINA.0)
        .collect();
    assert!(!by_staff.is_empty(), "{opened:?}");
    for entry in by_staff {
        assert!(
            entry.detail.device.ends_with(" Table 1"),
            "{}",
            entry.detail.device
        );
    }
}
