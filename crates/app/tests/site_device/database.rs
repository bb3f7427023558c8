//! What whoever can write the database, but has no keys, gains: nothing.

use pramaan_app::staff::Genuine;
use pramaan_app::{Refusal, StoreError};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ASHA, BINA, Day, PINS, code};

fn is_misplaced<T: std::fmt::Debug>(outcome: Result<T, Refusal>) {
    assert!(
        matches!(outcome, Err(Refusal::Unavailable(StoreError::Misplaced { .. }))),
        "{outcome:?}"
    );
}

#[store_test]
async fn a_device_is_not_moved_to_another_centre_nor_begun_again(db: TestDb) {
    let day = Day::at_work(db).await;
    day.tamper("update site_device set centre = 561002").await;
    is_misplaced(day.switch(ASHA, PINS[0].1).await);
    day.tamper("update site_device set centre = 561001").await;
    let id = day.app.app.devices(&day.manager).await.unwrap()[0].id;
    day.app.app.end_device(&day.manager, id).await.unwrap();
    day.tamper("update site_device set ended_at = null, ended_by = null")
        .await;
    is_misplaced(day.app.app.switching(&day.device).await);
}

#[store_test]
async fn wrong_pins_are_not_forgotten_and_shifts_not_lengthened(db: TestDb) {
    let day = Day::at_work(db).await;
    day.switch(ASHA, "937261").await.unwrap_err();
    day.tamper("update site_shift set misses = 0 where misses = 1")
        .await;
    is_misplaced(day.switch(ASHA, PINS[0].1).await);
    day.tamper("update site_shift set ends_at = ends_at + 1000000")
        .await;
    is_misplaced(day.switch(BINA, PINS[1].1).await);
}

#[store_test]
async fn a_pin_is_not_given_to_another(db: TestDb) {
    let day = Day::at_work(db).await;
    day.tamper(
        "update staff_pin set pin_hash = (select p.pin_hash from staff_pin p join staff s on s.id = p.staff
             where s.code = 'MH-0002')
           , binding_mac = (select p.binding_mac from staff_pin p join staff s on s.id = p.staff
             where s.code = 'MH-0002')",
    )
    .await;
    is_misplaced(day.switch(ASHA, PINS[1].1).await);
}

#[store_test]
async fn printed_codes_stand_for_whom_they_were_printed(db: TestDb) {
    let day = Day::open(db).await;
    let sheet = day.app.app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    day.tamper("update staff_sheet set staff = (select s.id from staff s where s.code = 'MH-0002')")
        .await;
    for who in [ASHA, BINA] {
        let refused = day.log_in_with(who, sheet.codes[0].as_str(), None).await;
        assert!(
            matches!(refused, Err(Refusal::WrongStaffLogin)),
            "{who} {refused:?}"
        );
    }
}

#[store_test]
async fn an_event_that_was_changed_is_shown_as_changed(db: TestDb) {
    let day = Day::open(db).await;
    let genuine = || async {
        let lines = day.app.app.staff_events(&day.manager).await.unwrap();
        lines
            .iter()
            .filter(|line| line.listed.genuine == Genuine::Yes)
            .count()
    };
    let before = genuine().await;
    assert!(before > 3);
    day.tamper("update staff_event set by_staff = 'MH-9999' where kind = 'device_enrolled'")
        .await;
    assert_eq!(genuine().await, before - 1);
}
