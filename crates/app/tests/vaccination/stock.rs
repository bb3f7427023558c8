//! Stock at a site: a dose takes one, what speaks against its batch needs a reason and never keeps it from the record, and
//! nothing that staff do with stock goes below zero or is done twice.

use chrono::Days;
use pramaan_app::dose::Answered;
use pramaan_app::held_dose::{HeldDose, HeldFor};
use pramaan_app::session::{SessionPlan, SlotPlan};
use pramaan_app::stock::{Change, Counted, Doing, From, Shortage};
use pramaan_app::{FormKey, Refusal, Staff, StaffRole};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::stock::{Account, BatchKey, Doses, Recall, Waste};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

fn key(batch: &str) -> BatchKey {
    BatchKey {
        vaccine: Vaccine::Covishield,
        batch: VaccineBatch::parse(batch).unwrap(),
    }
}

fn doses(n: i64) -> Doses {
    Doses::new(n).unwrap()
}

/// The batch of [`Site::dose`].
const BATCH: &str = "4121Z025";

impl Site {
    async fn stock_manager(&self) -> Staff {
        let session = self
            .app
            .enrolled("MH-0002", StaffRole::SiteManager, Some(1))
            .await;
        session.staff
    }

    fn receipt(&self, batch: &str, n: i64, days_left: u64) -> Change {
        let today = self.app.app.today();
        Change {
            key: key(batch),
            doing: Doing::Receive {
                expires_on: today.checked_add_days(Days::new(days_left)).unwrap(),
                doses_per_vial: 10,
                doses: doses(n),
            },
        }
    }

    async fn change(&self, staff: &Staff, change: Change) -> Result<(), Refusal> {
        let once = self.app.app.form_key();
        self.app.app.change_stock(staff, change, &once).await
    }

    async fn receive(&self, batch: &str, n: i64) {
        let receipt = self.receipt(batch, n, 30);
        self.change(&self.staff, receipt).await.unwrap();
    }

    /// Closed, open, used and untracked doses of a batch.
    async fn balances(&self, batch: &str) -> [i64; 4] {
        let stock = self.app.app.stock(&self.staff).await.unwrap();
        let shelf = stock.shelves.into_iter().find(|shelf| shelf.key == key(batch));
        let ledger = shelf.map(|shelf| shelf.ledger).unwrap_or_default();
        assert_eq!(ledger.came(), ledger.held() + ledger.gone());
        [Account::OnHand, Account::Open, Account::Used, Account::Untracked]
            .map(|account| ledger.balance(account))
    }

    /// Without a reason it must be refused and change nothing; with one it is recorded and flagged.
    async fn flagged(&self, dose: pramaan_app::dose::Dose, said: &str) {
        let app = &self.app.app;
        let open = self.open_record().await;
        let before = self.count("stock_entry").await;
        let refused = app.record_dose(&self.staff, open.key, dose.clone(), "test").await;
        match refused {
            Err(Refusal::OffProtocol { explanation }) => assert!(explanation.contains(said), "{explanation}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            (self.count("dose").await, self.count("stock_entry").await),
            (0, before)
        );
        let dose = pramaan_app::dose::Dose {
            reason: Some(reason()),
            ..dose
        };
        let recorded = app
            .record_dose(&self.staff, open.key, dose, "test")
            .await
            .unwrap();
        assert_eq!(recorded.answer, Answered::OffProtocol);
    }
}

#[store_test]
async fn a_dose_takes_one_from_stock_and_opens_a_vial_by_itself(db: TestDb) {
    let site = Site::open(db).await;
    site.receive(BATCH, 20).await;
    let open = site.open_record().await;
    assert_eq!(open.stock.shelves.len(), 1, "the form offers what is on hand");
    let record = || {
        site.app
            .app
            .record_dose(&site.staff, open.key, site.dose(), "test")
    };
    assert_eq!(record().await.unwrap().answer, Answered::OnProtocol);
    assert_eq!(site.balances(BATCH).await, [10, 9, 1, 0]);
    assert_eq!(record().await.unwrap().answer, Answered::Repeated);
    assert_eq!(site.balances(BATCH).await, [10, 9, 1, 0]);
}

#[store_test]
async fn a_site_that_never_received_stock_records_its_doses_as_before(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    assert_eq!(open.stock.kept_since, None);
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    assert_eq!(recorded.unwrap().answer, Answered::OnProtocol);
    assert_eq!(site.balances(BATCH).await, [0, 0, 1, -1]);
}

/// What is in the fridge is written down on Monday; Saturday's paper of the same batch is typed in afterwards.
#[store_test]
async fn a_dose_of_before_the_stock_book_began_takes_nothing_of_what_came_later(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    site.app.clock.advance_seconds(2 * 86_400);
    site.app
        .app
        .set_roster_of(
            1,
            site.app.app.today(),
            vec![pramaan_domain::staff::StaffCode::parse(site.staff.code()).unwrap()],
        )
        .await
        .unwrap();
    site.receive(BATCH, 20).await;
    let paper = pramaan_app::held_dose::TypedOn::Paper { given_by: None };
    site.app.app.hold(&site.staff, dose, paper).await.unwrap();
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.balances(BATCH).await, [20, 0, 1, -1]);
    let given = site.doses().await;
    assert_eq!(given[0].facts.off_protocol, None, "nothing speaks against it");
}

#[store_test]
async fn a_batch_that_is_not_in_stock_needs_a_reason_and_is_recorded(db: TestDb) {
    let site = Site::open(db).await;
    site.receive("4121Z026", 20).await;
    site.flagged(site.dose(), "stock has no dose of this batch").await;
    assert_eq!(site.balances(BATCH).await, [0, 0, 1, -1]);
    assert_eq!(site.balances("4121Z026").await, [20, 0, 0, 0]);
}

#[store_test]
async fn a_recalled_batch_of_the_stock_needs_a_reason_and_the_rules_say_theirs_too(db: TestDb) {
    let site = Site::open(db).await;
    site.receive(BATCH, 20).await;
    let recall = Recall {
        key: key(BATCH),
        since: site.app.app.today(),
        reason: "particles were seen in vials".to_owned(),
    };
    assert!(matches!(
        site.app.app.recall_batch(&site.staff, recall.clone()).await,
        Err(Refusal::Forbidden)
    ));
    let district = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    site.app.app.recall_batch(&district, recall).await.unwrap();
    let second = pramaan_app::dose::Dose {
        number: DoseNumber::Second,
        ..site.dose()
    };
    site.flagged(second, "has been recalled").await;
    assert_eq!(site.balances(BATCH).await, [10, 9, 1, 0]);
    site.app.app.lift_recall(key(BATCH)).await.unwrap();
    assert!(site.app.app.recalls().await.unwrap().is_empty());
}

#[store_test]
async fn an_expired_batch_of_the_stock_needs_a_reason(db: TestDb) {
    let site = Site::open(db).await;
    let short = site.receipt(BATCH, 20, 0);
    site.change(&site.staff, short).await.unwrap();
    site.app.clock.advance_seconds(86_400);
    let session = publish(&site.app, 1, site.app.app.today(), Vaccine::Covishield).await;
    let citizen = site.app.citizen("9876543211").await;
    let id = register(&site.app, &citizen, "Z7777777").await;
    let appointment = book(&site.app, &citizen, session, &[id], 1).await;
    let site = Site {
        session,
        appointment,
        id,
        citizen,
        staff: nurse(&site.app, "MH-0009", 1).await,
        ..site
    };
    site.flagged(site.dose(), "expired").await;
    assert_eq!(site.balances(BATCH).await, [10, 9, 1, 0]);
}

#[store_test]
async fn a_held_dose_takes_from_stock_and_is_never_lost_for_want_of_a_reason(db: TestDb) {
    let site = Site::open(db).await;
    site.receive("4121Z026", 20).await;
    let dose = site.dose();
    let held = HeldDose {
        who: HeldFor::slip(site.id, site.code().await.parse().unwrap()),
        vaccine: dose.vaccine,
        batch: dose.batch,
        vial: dose.vial,
        given_at: dose.given_at,
        site: dose.site,
        reason: Some(reason()),
    };
    site.app.app.hold_dose(&site.staff, held).await.unwrap();
    assert_eq!(site.app.app.settle_held_doses().await.unwrap(), 1);
    assert_eq!(site.balances(BATCH).await, [0, 0, 1, -1], "typed wrong: flagged");
    assert_eq!(site.count("dose").await, 1);
    let given = site.doses().await;
    let off = given[0].facts.off_protocol.as_ref().unwrap();
    assert_eq!(off.rule, "stock");
    assert!(off.finding.contains("no dose of this batch"), "{}", off.finding);
}

#[store_test]
async fn a_stock_form_sent_twice_is_done_once_and_another_is_done(db: TestDb) {
    let site = Site::open(db).await;
    let (app, once) = (&site.app.app, site.app.app.form_key());
    let receipt = site.receipt(BATCH, 20, 30);
    let send = |change| app.change_stock(&site.staff, change, &once);
    let (one, two) = tokio::join!(send(receipt.clone()), send(receipt.clone()));
    one.and(two).unwrap();
    assert_eq!(site.balances(BATCH).await, [20, 0, 0, 0]);
    // Corrected in the form and sent again: another thing is done.
    send(site.receipt(BATCH, 30, 30)).await.unwrap();
    assert_eq!(site.balances(BATCH).await, [50, 0, 0, 0]);
    assert!(FormKey::parse("").is_err() && FormKey::parse(once.as_str()).is_ok());
}

#[store_test]
async fn stock_below_zero_is_refused_with_what_is_there(db: TestDb) {
    let site = Site::open(db).await;
    site.receive(BATCH, 20).await;
    let waste = |from, n| Change {
        key: key(BATCH),
        doing: Doing::Waste {
            from,
            doses: doses(n),
            waste: Waste::Broken,
            note: None,
        },
    };
    let there = |refused| match refused {
        Err(Refusal::ShortOfStock { there }) => there,
        other => panic!("{other:?}"),
    };
    let open = Change {
        key: key(BATCH),
        doing: Doing::OpenVial,
    };
    assert_eq!(there(site.change(&site.staff, waste(From::Closed, 21)).await), 20);
    site.change(&site.staff, open.clone()).await.unwrap();
    assert_eq!(
        there(site.change(&site.staff, waste(From::Vial(1), 11)).await),
        10
    );
    assert_eq!(there(site.change(&site.staff, waste(From::Vial(9), 1)).await), 0);
    site.change(&site.staff, waste(From::Vial(1), 10)).await.unwrap();
    site.change(&site.staff, waste(From::Closed, 10)).await.unwrap();
    assert_eq!(there(site.change(&site.staff, open).await), 0);
    assert_eq!(site.balances(BATCH).await, [0; 4]);
}

#[store_test]
async fn what_is_typed_wrong_about_stock_is_refused_at_its_field(db: TestDb) {
    let site = Site::open(db).await;
    site.receive(BATCH, 20).await;
    let field = |refused| match refused {
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let sent = |change| site.change(&site.staff, change);
    assert_eq!(field(sent(site.receipt(BATCH, 10, 31)).await), "expires_on");
    assert_eq!(field(sent(site.receipt("NEW", 10, 3_000)).await), "expires_on");
    let mut vials = site.receipt(BATCH, 10, 30);
    if let Doing::Receive { doses_per_vial, .. } = &mut vials.doing {
        *doses_per_vial = 20;
    }
    assert_eq!(field(sent(vials).await), "doses_per_vial");
    let waste = |waste| Change {
        key: key(BATCH),
        doing: Doing::Waste {
            from: From::Closed,
            doses: doses(1),
            waste,
            note: None,
        },
    };
    assert_eq!(field(sent(waste(Waste::Other)).await), "note");
    assert_eq!(field(sent(waste(Waste::CountShortfall)).await), "waste");
    assert_eq!(site.balances(BATCH).await, [20, 0, 0, 0]);
    // A dose of an unknown batch was never received, so none of it can be opened.
    let open = Change {
        key: key("NEVER"),
        doing: Doing::OpenVial,
    };
    assert!(matches!(sent(open).await, Err(Refusal::UnknownBatch)));
}

#[store_test]
async fn who_does_what_with_stock(db: TestDb) {
    let site = Site::open(db).await;
    site.receive(BATCH, 20).await;
    let manager = site.stock_manager().await;
    let back = Change {
        key: key(BATCH),
        doing: Doing::Return {
            doses: doses(5),
            note: reason(),
        },
    };
    let forbidden = |refused| matches!(refused, Err(Refusal::Forbidden));
    assert!(forbidden(site.change(&site.staff, back.clone()).await));
    site.change(&manager, back).await.unwrap();
    let typed_wrong = Change {
        key: key(BATCH),
        doing: Doing::TakeBackReceipt {
            doses: doses(5),
            note: reason(),
        },
    };
    site.change(&manager, typed_wrong).await.unwrap();
    assert_eq!(site.balances(BATCH).await, [10, 0, 0, 0]);
    let counted = vec![Counted {
        key: key(BATCH),
        doses: 10,
        note: None,
    }];
    let once = site.app.app.form_key();
    let refused = site.app.app.count_stock(&site.staff, counted, &once).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
    let district = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    assert!(matches!(
        site.app.app.stock(&district).await,
        Err(Refusal::Forbidden)
    ));
    // A vaccinator who is not on the roster today.
    site.app.clock.advance_seconds(86_400);
    assert!(matches!(
        site.app.app.stock(&site.staff).await,
        Err(Refusal::OffRoster)
    ));
}

#[store_test]
async fn the_day_sheet_of_the_stock_adds_up_with_the_count(db: TestDb) {
    let site = Site::open(db).await;
    let manager = site.stock_manager().await;
    site.receive(BATCH, 30).await;
    let open = site.open_record().await;
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let waste = Change {
        key: key(BATCH),
        doing: Doing::Waste {
            from: From::Vial(1),
            doses: doses(9),
            waste: Waste::OpenVial,
            note: None,
        },
    };
    site.change(&site.staff, waste).await.unwrap();
    let app = &site.app.app;
    let counted = |n, note| {
        vec![Counted {
            key: key(BATCH),
            doses: n,
            note,
        }]
    };
    let once = app.form_key();
    let unreasoned = app.count_stock(&manager, counted(18, None), &once).await;
    assert!(matches!(unreasoned, Err(Refusal::Invalid { field: "note", .. })));
    let count = || app.count_stock(&manager, counted(18, Some(reason())), &once);
    assert_eq!(count().await.unwrap(), [-2]);
    assert!(count().await.unwrap().is_empty(), "sent again, it is done");
    let sheet = app.day_sheet(&manager, app.today()).await.unwrap();
    assert_eq!(sheet.discrepancies, []);
    let [line] = sheet.lines.as_slice() else {
        panic!("{sheet:?}")
    };
    assert_eq!((line.opening, line.received, line.used), (0, 30, 1));
    assert_eq!(line.wasted, [(Waste::OpenVial, 9), (Waste::CountShortfall, 2)]);
    assert_eq!((line.closing, line.open, line.variance()), (18, 0, Some(-2)));

    site.app.clock.advance_seconds(86_400);
    let next = app.day_sheet(&manager, app.today()).await.unwrap();
    assert_eq!((next.lines[0].opening, next.lines[0].closing), (18, 18));
    assert_eq!(next.lines[0].variance(), None, "nobody counted today");
}

#[store_test]
async fn more_seats_than_stock_is_told_and_what_was_given_or_expires_is_reckoned(db: TestDb) {
    let site = Site::open(db).await;
    let manager = site.stock_manager().await;
    let today = site.app.app.today();
    let plan = |day, seats| SessionPlan {
        id: None,
        centre: centre(1),
        day,
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        slots: vec![SlotPlan {
            slot: Slot::parse("02:00PM-03:00PM").unwrap(),
            seats: vec![(DoseNumber::First, Quota::Online, seats)],
        }],
    };
    let short = async |plan| site.app.app.stock_short_for(&manager, &plan).await.unwrap();
    assert_eq!(short(plan(today, 500)).await, None, "no ledger is kept");
    // Twenty seats are published already: of today, as every site of these tests has.
    site.receive(BATCH, 30).await;
    assert_eq!(short(plan(today, 10)).await, None);
    let shortage = |seats, doses| Some(Shortage { seats, doses });
    assert_eq!(short(plan(today, 11)).await, shortage(31, 30));
    let open = site.open_record().await;
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    assert_eq!(short(plan(today, 10)).await, None, "a dose given needs no other");
    assert_eq!(short(plan(today, 11)).await, shortage(30, 29));
    let later = today.checked_add_days(Days::new(31)).unwrap();
    assert_eq!(
        short(plan(later, 1)).await,
        shortage(20, 0),
        "all is expired by then"
    );
    let vaccinator = site.app.app.stock_short_for(&site.staff, &plan(today, 1)).await;
    assert!(matches!(vaccinator, Err(Refusal::Forbidden)));
}
