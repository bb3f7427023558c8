//! Several staff on one device, each by their own PIN.

use pramaan_app::Refusal;
use pramaan_app::staff::{DEVICES, PinState};
use pramaan_domain::pin::Pin;
use pramaan_domain::site_device::DeviceCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ASHA, BINA, CENTRE, Day, PINS, code, name};

#[store_test]
async fn two_nurses_switch_by_pin_and_one_is_on_the_device_at_a_time(db: TestDb) {
    let day = Day::open(db).await;
    let first = day.log_in(ASHA).await.unwrap();
    assert_eq!((first.pin, first.staff.centre()), (PinState::Needed, CENTRE));
    let pin = Pin::choose(PINS[0].1, &code(ASHA)).unwrap();
    day.app.app.set_pin(&first.staff, pin).await.unwrap();
    let second = day.log_in(BINA).await.unwrap();
    assert_eq!(day.who(&first.token).await, None, "she was logged out of it");
    let pin = Pin::choose(PINS[1].1, &code(BINA)).unwrap();
    day.app.app.set_pin(&second.staff, pin).await.unwrap();

    let shown = day.app.app.switching(&day.device).await.unwrap().unwrap();
    assert_eq!(
        (shown.name.as_str(), shown.codes),
        ("Table 1", vec![code(ASHA), code(BINA)])
    );
    let back = day.switch(ASHA, PINS[0].1).await.unwrap();
    assert_eq!(day.who(&back.token).await.as_deref(), Some(ASHA));
    assert_eq!(day.who(&second.token).await, None);
    assert_eq!(
        back.staff.device(),
        first.staff.device(),
        "the device keeps its id"
    );
    assert_eq!(back.staff.device_name(), Some("Table 1"));
}

#[store_test]
async fn a_shift_ends_at_midnight_and_the_pin_with_it(db: TestDb) {
    let day = Day::at_work(db).await;
    // It is about ten in the morning.
    day.app.clock.advance_seconds(13 * 3600 + 50 * 60);
    let late = day.switch(ASHA, PINS[0].1).await.unwrap();
    day.app.clock.advance_seconds(10 * 60);
    assert_eq!(day.who(&late.token).await, None);
    let over = day.switch(ASHA, PINS[0].1).await;
    assert!(matches!(over, Err(Refusal::PinClosed)), "{over:?}");
    let shown = day.app.app.switching(&day.device).await.unwrap().unwrap();
    assert_eq!(shown.codes, vec![]);
    let next = day.log_in(ASHA).await.unwrap();
    assert_eq!(next.pin, PinState::Set, "she keeps her PIN for the next shift");
}

#[store_test]
async fn five_wrong_pins_close_it_on_that_device_until_the_full_login(db: TestDb) {
    let day = Day::at_work(db).await;
    for left in [4, 3, 2, 1] {
        let wrong = day.switch(ASHA, "937261").await;
        assert!(
            matches!(wrong, Err(Refusal::WrongPin { left: found }) if found == left),
            "{wrong:?}"
        );
    }
    assert_eq!(day.events(StaffEventKind::PinClosed).await, vec![]);
    for _ in 0..2 {
        let closed = day.switch(ASHA, "937261").await;
        assert!(matches!(closed, Err(Refusal::PinClosed)), "{closed:?}");
    }
    let right = day.switch(ASHA, PINS[0].1).await;
    assert!(matches!(right, Err(Refusal::PinClosed)), "{right:?}");
    let events = day.events(StaffEventKind::PinClosed).await;
    assert_eq!((events.len(), events[0].staff.as_str()), (1, ASHA));
    day.switch(BINA, PINS[1].1).await.unwrap();
    day.log_in(ASHA).await.unwrap();
    day.switch(ASHA, PINS[0].1).await.unwrap();
}

#[store_test]
async fn a_right_pin_forgives_the_wrong_ones_before_it(db: TestDb) {
    let day = Day::at_work(db).await;
    for _ in 0..3 {
        for _ in 0..4 {
            day.switch(ASHA, "937261").await.unwrap_err();
        }
        day.switch(ASHA, PINS[0].1).await.unwrap();
    }
}

#[store_test]
async fn a_shared_device_locks_after_two_minutes_and_ones_own_does_not(db: TestDb) {
    let day = Day::at_work(db).await;
    let shared = day.switch(ASHA, PINS[0].1).await.unwrap().token;
    for _ in 0..3 {
        day.app.clock.advance_seconds(119);
        assert_eq!(
            day.who(&shared).await.as_deref(),
            Some(ASHA),
            "each request extends it"
        );
    }
    day.app.clock.advance_seconds(120);
    assert_eq!(day.who(&shared).await, None);
    let again = day.switch(ASHA, PINS[0].1).await.unwrap().token;
    day.app.app.lock_device(&again).await.unwrap();
    assert_eq!(day.who(&again).await, None, "locked by hand, at once");
    let own = day.log_in_at_home(BINA).await.unwrap().token;
    day.app.app.lock_device(&own).await.unwrap();
    day.app.clock.advance_seconds(14 * 60);
    assert_eq!(day.who(&own).await.as_deref(), Some(BINA));
}

#[store_test]
async fn an_ended_device_opens_nothing_on_any_node(db: TestDb) {
    let day = Day::at_work(db).await;
    let other = day.app.second_node();
    let held = day.switch(ASHA, PINS[0].1).await.unwrap().token;
    other.staff(&held).await.unwrap();
    let id = day.app.app.devices(&day.manager).await.unwrap()[0].id;
    day.app.app.end_device(&day.manager, id).await.unwrap();
    day.app.app.end_device(&day.manager, id).await.unwrap();
    let refused = other.staff(&held).await;
    assert!(matches!(refused, Err(Refusal::Unauthenticated)), "{refused:?}");
    let refused = day.switch(ASHA, PINS[0].1).await;
    assert!(matches!(refused, Err(Refusal::NoDevice)), "{refused:?}");
    assert_eq!(other.switching(&day.device).await.unwrap(), None);
    assert_eq!(
        day.events(StaffEventKind::DeviceEnded).await.len(),
        1,
        "ended once"
    );
}

#[store_test]
async fn a_device_code_enrols_once_within_a_quarter_of_an_hour(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let made = app.make_device_code(&day.manager, name("Table 2")).await.unwrap();
    app.enrol_device(made.code.clone()).await.unwrap();
    let again = app.enrol_device(made.code).await;
    assert!(matches!(again, Err(Refusal::NoDevice)), "{again:?}");
    let late = app.make_device_code(&day.manager, name("Table 3")).await.unwrap();
    day.app.clock.advance_seconds(15 * 60);
    let late = app.enrol_device(late.code).await;
    assert!(matches!(late, Err(Refusal::NoDevice)), "{late:?}");
    let guessed = app.enrol_device(DeviceCode::from_random([3; 12])).await;
    assert!(matches!(guessed, Err(Refusal::NoDevice)), "{guessed:?}");
    assert_eq!(app.devices(&day.manager).await.unwrap().len(), 2);
    let nurse = day.log_in_at_home(ASHA).await.unwrap().staff;
    let refused = app.make_device_code(&nurse, name("Mine")).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
}

#[store_test]
async fn a_device_code_ends_with_its_maker_and_where_forty_devices_are_in_use(db: TestDb) {
    let day = Day::open(db).await;
    let app = &day.app.app;
    let mut codes = Vec::new();
    for _ in 0..=DEVICES {
        let made = app.make_device_code(&day.manager, name("Table 2")).await.unwrap();
        codes.push(made.code);
    }
    let late = codes.pop().unwrap();
    let last = codes.pop().unwrap();
    for code in codes {
        app.enrol_device(code).await.unwrap();
    }
    let full = app.enrol_device(last.clone()).await;
    assert!(
        matches!(full, Err(Refusal::NoDevice)),
        "one of the day and 39 of these: {full:?}"
    );
    let one = app.devices(&day.manager).await.unwrap().remove(0).id;
    app.end_device(&day.manager, one).await.unwrap();
    app.enrol_device(last).await.unwrap();
    let one = app.devices(&day.manager).await.unwrap();
    let one = one.iter().find(|device| device.ended.is_none()).unwrap().id;
    app.end_device(&day.manager, one).await.unwrap();
    app.end_anybody(code("MH-0100")).await.unwrap();
    let orphan = app.enrol_device(late).await;
    assert!(matches!(orphan, Err(Refusal::NoDevice)), "{orphan:?}");
}

#[store_test]
async fn a_pin_is_set_soon_after_the_full_login_only(db: TestDb) {
    let day = Day::at_work(db).await;
    day.app.clock.advance_seconds(10 * 60);
    let by_pin = day.switch(ASHA, PINS[0].1).await.unwrap();
    let pin = || Pin::choose("640285", &code(ASHA)).unwrap();
    let late = day.app.app.set_pin(&by_pin.staff, pin()).await;
    assert!(matches!(late, Err(Refusal::PinClosed)), "{late:?}");
    let own = day.log_in_at_home(ASHA).await.unwrap();
    let refused = day.app.app.set_pin(&own.staff, pin()).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
    let full = day.log_in(ASHA).await.unwrap();
    day.app.app.set_pin(&full.staff, pin()).await.unwrap();
    day.switch(ASHA, "640285").await.unwrap();
}

/// A nurse's form is given back to her, after a colleague worked meanwhile, and to nobody else.
#[store_test]
async fn a_half_filled_form_waits_for_who_typed_it(db: TestDb) {
    let day = Day::at_work(db).await;
    let asha = day.switch(ASHA, PINS[0].1).await.unwrap();
    let (path, form) = ("/staff/walk-in", "name=Radha+Bai&birth_year=1971");
    let kept = day.app.app.keep_form(asha.staff.typist(), path, form);
    day.app.clock.advance_seconds(120);
    day.app.app.park_form(&day.device, path, &kept).await.unwrap();
    let bina = day.switch(BINA, PINS[1].1).await.unwrap();
    assert_eq!(bina.parked, None, "a page of her own");
    assert_eq!(day.app.app.kept_form(bina.staff.typist(), path, &kept), None);
    day.app.clock.advance_seconds(3600);
    let back = day.switch(ASHA, PINS[0].1).await.unwrap();
    let parked = back.parked.unwrap();
    assert_eq!(parked.path, path);
    let given = day.app.app.kept_form(back.staff.typist(), path, &parked.kept);
    assert_eq!(given.as_deref(), Some(form));
    assert_eq!(day.switch(ASHA, PINS[0].1).await.unwrap().parked, None, "once");
}

/// Lunch is longer than half an hour: what stands on the lock page is parked by then, and waits as long as the shift.
#[store_test]
async fn a_form_on_a_lock_page_waits_longer_than_the_login_page_of_ones_own_phone(db: TestDb) {
    let day = Day::at_work(db).await;
    let asha = day.switch(ASHA, PINS[0].1).await.unwrap();
    let (path, form) = ("/staff/walk-in", "name=Radha+Bai&birth_year=1971");
    let kept = day.app.app.keep_form(asha.staff.typist(), path, form);
    day.app.clock.advance_seconds(40 * 60);
    day.app.app.park_form(&day.device, path, &kept).await.unwrap();
    let back = day.switch(ASHA, PINS[0].1).await.unwrap();
    let given = back
        .parked
        .and_then(|parked| day.app.app.kept_form(back.staff.typist(), path, &parked.kept));
    assert_eq!(given.as_deref(), Some(form));
}
