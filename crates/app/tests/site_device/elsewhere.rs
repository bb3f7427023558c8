//! A nurse's login on two sites at once is flagged to both managers with centres and times, and refused nobody.

use pramaan_app::staff::{EventLine, Genuine, StaffDoor, StaffEvent};
use pramaan_app::{Staff, StaffRole};
use pramaan_domain::pin::Pin;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ANNEXE, ASHA, BINA, CENTRE, Day, PINS, code, name};

/// Asha is on the lists of both centres; the annexe has a manager and a shared device.
struct Sites {
    day: Day,
    annexe: Staff,
    device: String,
}

impl Sites {
    async fn open(db: TestDb) -> Self {
        let day = Day::open(db).await;
        let annexe = day.app.enrolled("MH-0101", StaffRole::SiteManager, Some(ANNEXE));
        let annexe = annexe.await.staff;
        let app = &day.app.app;
        app.replace_today(&annexe, code(ASHA)).await.unwrap();
        let made = app.make_device_code(&annexe, name("Annexe 1")).await.unwrap();
        let device = app.enrol_device(made.code).await.unwrap().token;
        Self { day, annexe, device }
    }

    /// What a manager or an admin is shown of it, the newest first.
    async fn shown(&self, to: &Staff) -> Vec<EventLine> {
        let mut lines = self.day.app.app.staff_events(to).await.unwrap();
        lines.retain(|line| line.listed.event.kind == StaffEventKind::LoginElsewhere);
        lines
    }

    /// What both managers are shown, which is one thing.
    async fn flagged(&self) -> Vec<StaffEvent> {
        let shown = self.shown(&self.day.manager).await;
        assert_eq!(shown, self.shown(&self.annexe).await);
        assert!(shown.iter().all(|line| line.listed.genuine == Genuine::Yes));
        shown.into_iter().map(|line| line.listed.event).collect()
    }

    fn wait(&self, seconds: i64) {
        self.day.app.clock.advance_seconds(seconds);
    }
}

#[store_test]
async fn a_phone_moved_to_another_site_while_a_shared_device_goes_on_is_flagged_to_both_managers(db: TestDb) {
    let sites = Sites::open(db).await;
    let (day, app) = (&sites.day, &sites.day.app.app);
    let own = day.log_in_at_home(ASHA).await.unwrap();
    let shared = day.log_in(ASHA).await.unwrap();
    let seen_at = day.app.clock.now();
    assert_eq!(sites.flagged().await, [], "two logins at one centre");
    sites.wait(30);
    app.work_at(&own.token, ANNEXE).await.unwrap();
    let flagged = sites.flagged().await;
    let [event] = flagged.as_slice() else {
        panic!("{flagged:?}")
    };
    assert_eq!((event.staff.as_str(), event.at), (ASHA, day.app.clock.now()));
    let other = event.elsewhere.unwrap();
    assert_eq!((event.centre, other.centre), (ANNEXE, CENTRE));
    assert_eq!(other.seen_at, seen_at);
    for token in [&own.token, &shared.token] {
        assert_eq!(day.who(token).await.as_deref(), Some(ASHA), "nobody is refused");
    }
    let admin = day
        .app
        .enrolled("MH-0200", StaffRole::DistrictAdmin, None)
        .await
        .staff;
    assert_eq!(sites.shown(&admin).await.len(), 1, "once for both centres");
}

#[store_test]
async fn a_login_or_a_pin_at_one_site_while_a_phone_is_at_another_is_flagged(db: TestDb) {
    let sites = Sites::open(db).await;
    let day = &sites.day;
    let shared = day.log_in(ASHA).await.unwrap();
    let pin = Pin::choose(PINS[0].1, &code(ASHA)).unwrap();
    day.app.app.set_pin(&shared.staff, pin).await.unwrap();
    let phone = day.log_in_at_home(ASHA).await.unwrap();
    // The shared device locks meanwhile: nobody is logged in at the centre when the phone is moved.
    sites.wait(120);
    day.app.app.work_at(&phone.token, ANNEXE).await.unwrap();
    assert_eq!(sites.flagged().await, []);
    day.switch(ASHA, PINS[0].1).await.unwrap();
    let flagged = sites.flagged().await;
    assert_eq!(flagged.len(), 1);
    assert_eq!(flagged[0].centre, CENTRE);
    assert_eq!(flagged[0].elsewhere.unwrap().centre, ANNEXE);
    assert!(flagged[0].device.is_some(), "and on which device");
    // Each PIN of the hour is the same story.
    sites.wait(60);
    day.switch(ASHA, PINS[0].1).await.unwrap();
    assert_eq!(sites.flagged().await.len(), 1);
    for _ in 0..6 {
        sites.wait(600);
        assert!(day.who(&phone.token).await.is_some());
    }
    day.switch(ASHA, PINS[0].1).await.unwrap();
    assert_eq!(sites.flagged().await.len(), 2, "an hour later it is said again");
}

#[store_test]
async fn two_phones_of_one_nurse_at_two_sites_are_flagged(db: TestDb) {
    let sites = Sites::open(db).await;
    let (day, app) = (&sites.day, &sites.day.app.app);
    let first = day.log_in_at_home(ASHA).await.unwrap();
    app.work_at(&first.token, ANNEXE).await.unwrap();
    assert_eq!(sites.flagged().await, []);
    day.log_in_at_home(ASHA).await.unwrap();
    let flagged = sites.flagged().await;
    assert_eq!(flagged.len(), 1);
    assert_eq!((flagged[0].centre, flagged[0].device), (CENTRE, None));
}

#[store_test]
async fn a_login_at_another_site_after_the_earlier_one_ended_is_not_flagged(db: TestDb) {
    let sites = Sites::open(db).await;
    let (day, app) = (&sites.day, &sites.day.app.app);
    // Logged out.
    let phone = day.log_in_at_home(ASHA).await.unwrap();
    app.logout_staff(StaffDoor::Pages, &phone.token).await.unwrap();
    let digits = day.digits(ASHA);
    let annexe = || Some(sites.device.as_str());
    let there = day.log_in_with(ASHA, &digits, annexe()).await.unwrap();
    // Locked by hand.
    app.lock_device(&there.token).await.unwrap();
    let phone = day.log_in_at_home(ASHA).await.unwrap();
    assert_eq!(phone.staff.centre(), CENTRE);
    // Timed out, and of another member of staff.
    sites.wait(900);
    day.log_in_at_home(BINA).await.unwrap();
    let digits = day.digits(ASHA);
    day.log_in_with(ASHA, &digits, annexe()).await.unwrap();
    assert_eq!(sites.flagged().await, []);
    // Its shift ended with its device.
    let devices = app.devices(&sites.annexe).await.unwrap();
    app.end_device(&sites.annexe, devices[0].id).await.unwrap();
    day.log_in_at_home(ASHA).await.unwrap();
    assert_eq!(sites.flagged().await, []);
}

/// Two printed codes: nothing but the account makes one wait for the other.
#[store_test]
async fn of_two_logins_that_begin_at_two_sites_at_once_the_second_is_flagged(db: TestDb) {
    let sites = Sites::open(db).await;
    let day = &sites.day;
    let sheet = day.app.app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    let (one, other) = tokio::join!(
        day.log_in_with(ASHA, sheet.codes[0].as_str(), None),
        day.log_in_with(ASHA, sheet.codes[1].as_str(), Some(&sites.device)),
    );
    assert_eq!(one.unwrap().staff.centre(), CENTRE);
    assert_eq!(other.unwrap().staff.centre(), ANNEXE);
    assert_eq!(sites.flagged().await.len(), 1);
}

#[store_test]
async fn a_flag_of_two_sites_that_was_changed_in_the_database_is_shown_as_changed(db: TestDb) {
    let sites = Sites::open(db).await;
    let day = &sites.day;
    let first = day.log_in_at_home(ASHA).await.unwrap();
    day.app.app.work_at(&first.token, ANNEXE).await.unwrap();
    day.log_in_at_home(ASHA).await.unwrap();
    day.tamper("update staff_event set other_at = other_at - 60000000 where kind = 'login_elsewhere'")
        .await;
    let shown = sites.shown(&day.manager).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].listed.genuine, Genuine::No);
    // And keeps no true one away.
    day.log_in_at_home(ASHA).await.unwrap();
    assert_eq!(sites.shown(&day.manager).await.len(), 2);
}
