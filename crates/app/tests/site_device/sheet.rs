//! Printed codes, for staff without a phone.

use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{ANNEXE, ASHA, BINA, Day, code};

#[store_test]
async fn each_printed_code_logs_in_once_in_any_order(db: TestDb) {
    let day = Day::open(db).await;
    let sheet = day.app.app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    assert_eq!(sheet.codes.len(), 10);
    for index in [7, 0, 9] {
        let typed = sheet.codes[index].spelled();
        day.log_in_with(ASHA, &typed, Some(&day.device)).await.unwrap();
        let again = day.log_in_with(ASHA, &typed, None).await;
        assert!(matches!(again, Err(Refusal::WrongStaffLogin)), "{again:?}");
    }
    let others = day.log_in_with(BINA, sheet.codes[1].as_str(), None).await;
    assert!(matches!(others, Err(Refusal::WrongStaffLogin)), "{others:?}");
    let sheets = day.app.app.sheets(&day.manager).await.unwrap();
    let of = |who: &str| {
        sheets
            .iter()
            .find(|sheet| sheet.member.code == code(who))
            .unwrap()
            .left
    };
    assert_eq!(of(ASHA).map(|left| (left.used, left.left)), Some((3, 7)));
    assert_eq!(of(BINA), None);
    assert_eq!(day.events(StaffEventKind::SheetCodeUsed).await.len(), 3);
    assert_eq!(day.events(StaffEventKind::SheetPrinted).await[0].by, "MH-0100");
    day.log_in(ASHA).await.unwrap();
}

#[store_test]
async fn a_new_sheet_ends_the_old_one_and_ninety_days_end_both(db: TestDb) {
    let day = Day::open(db).await;
    let old = day.app.app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    let new = day.app.app.print_sheet(&day.manager, code(ASHA)).await.unwrap();
    let refused = day.log_in_with(ASHA, old.codes[0].as_str(), None).await;
    assert!(matches!(refused, Err(Refusal::WrongStaffLogin)), "{refused:?}");
    day.log_in_with(ASHA, new.codes[0].as_str(), None).await.unwrap();
    day.app.clock.advance_seconds(90 * 86_400);
    let late = day.log_in_with(ASHA, new.codes[1].as_str(), None).await;
    assert!(matches!(late, Err(Refusal::WrongStaffLogin)), "{late:?}");
}

#[store_test]
async fn codes_are_printed_for_ones_own_people_only(db: TestDb) {
    let mut day = Day::open(db).await;
    day.enrol("MH-0003", ANNEXE).await;
    let elsewhere = day.app.app.print_sheet(&day.manager, code("MH-0003")).await;
    assert!(
        matches!(elsewhere, Err(Refusal::Invalid { field: "code", .. })),
        "{elsewhere:?}"
    );
    let own = day.app.app.print_sheet(&day.manager, code("MH-0100")).await;
    assert!(
        matches!(own, Err(Refusal::Invalid { .. })),
        "not for oneself: {own:?}"
    );
    let admin = day
        .app
        .enrolled("MH-0900", StaffRole::DistrictAdmin, None)
        .await
        .staff;
    day.app.app.print_sheet(&admin, code("MH-0003")).await.unwrap();
    let nurse = day.log_in_at_home(ASHA).await.unwrap().staff;
    let refused = day.app.app.print_sheet(&nurse, code(BINA)).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)), "{refused:?}");
}

/// Known and unknown staff codes cost the same keyed hashes with a printed code, too.
#[store_test]
async fn a_printed_code_for_nobody_is_answered_like_a_wrong_one(db: TestDb) {
    let day = Day::open(db).await;
    for who in [ASHA, "MH-7777"] {
        let refused = day.log_in_with(who, "1234 5678", None).await;
        assert!(
            matches!(refused, Err(Refusal::WrongStaffLogin)),
            "{who} {refused:?}"
        );
    }
}

/// A double tap: of two sheets printed at once the later ends the other whole, and the list of sheets goes on.
#[store_test]
async fn of_two_sheets_printed_at_once_one_counts_and_works_to_its_last_code(db: TestDb) {
    let day = Day::open(db).await;
    for _ in 0..5 {
        let print = || day.app.app.print_sheet(&day.manager, code(ASHA));
        let (one, other) = tokio::join!(print(), print());
        let (one, other) = (one.unwrap(), other.unwrap());
        let sheets = day.app.app.sheets(&day.manager).await.unwrap();
        let asha = sheets.iter().find(|sheet| sheet.member.code == code(ASHA));
        assert_eq!(
            asha.unwrap().left.map(|left| (left.used, left.left)),
            Some((0, 10))
        );
        let mut good = Vec::new();
        for sheet in [&one, &other] {
            let last = sheet.codes.last().unwrap().as_str();
            good.push(day.log_in_with(ASHA, last, None).await.is_ok());
        }
        good.sort_unstable();
        assert_eq!(good, [false, true]);
    }
}
