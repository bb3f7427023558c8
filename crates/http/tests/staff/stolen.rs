//! A shared telephone that was stolen: what lies unsent on it after its end, and its cookie on another machine.

use serde_json::json;

use crate::browser::{Browser, CENTRE, Site};
use crate::device::{ASHA, BINA, full_login, shared, unlock, works};
use crate::offline::{entries, entry, send, typed};

const COOKIE: &str = "__Host-site-device";

/// Both nurses have their PINs; Bina is on the device. Answers her secret.
async fn at_work(site: &Site) -> (Browser, String) {
    let (mut device, secrets) = shared(site).await;
    for ((code, pin), secret) in [ASHA, BINA].into_iter().zip(&secrets) {
        full_login(site, &mut device, code, secret).await;
        let page = device.get("/staff/pin/set").await;
        let chosen = [("pin", pin), ("again", pin)];
        device.submit(&page, "/staff/pin/set", &chosen).await.is(303);
    }
    (device, secrets[1].clone())
}

async fn ended(site: &Site) {
    let mut manager = site
        .logged_in("MH-0003", pramaan_app::StaffRole::SiteManager)
        .await;
    let page = manager.get("/staff/devices").await;
    let id = page.field("device").unwrap();
    let end = [("act", "end"), ("device", id.as_str()), ("sure", "yes")];
    manager.submit(&page, "/staff/devices", &end).await.is(303);
}

#[tokio::test]
async fn unsent_doses_of_an_ended_device_are_refused_and_sent_once_by_a_full_login() {
    let site = Site::open().await;
    let (mut device, secret) = at_work(&site).await;
    let unsent = [entry(&site, 1, &typed(BINA.0, CENTRE, &site.slip_fields().await))];
    ended(&site).await;
    let now = site.phone_now(0);
    let refused = send(&mut device, &now, &unsent).await;
    assert!([401, 403].contains(&refused.status), "{}", refused.body);
    device
        .get("/staff/offline/token")
        .await
        .is(401)
        .says("PRAMAAN0120")
        .says("/staff/login?next=/staff/offline");
    assert_eq!(site.count("held_dose").await, 0, "the thief sends nothing");

    // The telephone is found again: nothing on it is lost, and nothing of it is sent twice.
    full_login(&site, &mut device, BINA.0, &secret).await;
    let now = site.phone_now(0);
    for _twice in 0..2 {
        let answers = entries(&send(&mut device, &now, &unsent).await);
        assert_eq!(answers[0]["held"], json!(true), "{}", answers[0]);
    }
    assert_eq!(site.test.app.settle_held_doses().await.unwrap(), 1);
    assert_eq!((site.count("held_dose").await, site.count("dose").await), (1, 1));
}

/// Whoever has the cookie has the lock's page: it opens nothing, five wrong PINs close the PIN for good, on both machines.
#[tokio::test]
async fn a_copied_device_cookie_opens_nothing_without_a_pin_and_five_wrong_ones_close_it() {
    let site = Site::open().await;
    let (device, _) = at_work(&site).await;
    let mut copy = site.browser();
    copy.give(COOKIE, &device.cookie(COOKIE));
    let from = site.count("access_leaf").await;
    for path in ["/staff", "/staff/visit", "/staff/held-dose"] {
        let answer = copy.get(path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(
            answer.to.starts_with("/staff/pin") || answer.to.starts_with("/staff/login"),
            "{path}: {}",
            answer.to
        );
    }
    let lock = copy.get("/staff/pin").await;
    lock.is(200).never_says("Asha Devi");
    for _ in 0..5 {
        unlock(&mut copy, &lock, (BINA.0, "937261")).await.is(422);
    }
    assert!(!works(&mut copy).await);
    let right = unlock(&mut copy, &lock, BINA).await;
    assert_ne!(right.status, 303, "the right one, too, until the full login");
    assert_eq!(site.count("access_leaf").await, from, "nothing was opened");
    let mut manager = site
        .logged_in("MH-0004", pramaan_app::StaffRole::SiteManager)
        .await;
    manager
        .get("/staff/events")
        .await
        .says("PIN closed after five wrong tries");
}

/// Who knows the PIN too works as its nurse, and the nurse at the table sees that somebody does: one is on a device at a time.
#[tokio::test]
async fn a_copied_device_cookie_with_a_pin_throws_the_nurse_out_and_ends_with_the_device() {
    let site = Site::open().await;
    let (mut device, _) = at_work(&site).await;
    assert!(works(&mut device).await);
    let mut copy = site.browser();
    copy.give(COOKIE, &device.cookie(COOKIE));
    let lock = copy.get("/staff/pin").await;
    unlock(&mut copy, &lock, BINA).await.is(303);
    assert!(works(&mut copy).await);
    assert!(!works(&mut device).await, "she is asked for her PIN at once");
    ended(&site).await;
    assert!(!works(&mut copy).await);
    assert_eq!(copy.get("/staff/pin").await.to, "/staff/login");
}
