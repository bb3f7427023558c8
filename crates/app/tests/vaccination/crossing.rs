//! Whatever changes a person waits for whoever else does, on PostgreSQL, where transactions run side by side. SQLite has
//! one writer, so there nothing can cross.

use std::time::Duration;

use pramaan_app::appointment::Seat;
use pramaan_app::beneficiary::Correction;
use pramaan_app::encounter::Evidence;
use pramaan_app::message::Language;
use pramaan_app::otp::OtpDigest;
use pramaan_app::walk_in::DeskMobile;
use pramaan_app::{Comorbidity, HouseholdLeft, Refusal, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::PersonId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{Db, Engine, StoreError, Value, person};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{SLOT, Site, publish, reason, register, registration};

pub(crate) async fn on_postgres() -> Site {
    Site::open(TestDb::fresh(Engine::Postgres, MIGRATED).await).await
}

/// Rows, such as a person's keys, locked by somebody else until [`Held::release`].
pub(crate) struct Held {
    go: oneshot::Sender<()>,
    holder: JoinHandle<Result<(), StoreError>>,
}

impl Held {
    pub(crate) async fn lock(db: &Db, person: PersonId) -> Self {
        let sql = "select 1 from person_key where subject = $1 for update";
        Self::rows(db, sql, vec![person.into()]).await
    }

    pub(crate) async fn rows(db: &Db, sql: &'static str, params: Vec<Value>) -> Self {
        let (locked, held) = oneshot::channel();
        let (go, may_go) = oneshot::channel::<()>();
        let db = db.clone();
        let holder = tokio::spawn(async move {
            let holding = db.write("test::hold", move |tx| {
                Box::pin(async move {
                    assert_ne!(tx.query(sql, &params).await?.len(), 0, "nothing to lock");
                    let _ = locked.send(());
                    let _ = may_go.await;
                    Ok(())
                })
            });
            holding.await
        });
        held.await.unwrap();
        Self { go, holder }
    }

    pub(crate) async fn release(self) {
        self.go.send(()).unwrap();
        self.holder.await.unwrap().unwrap();
    }
}

/// Comes back when so many transactions of this database wait for a lock.
pub(crate) async fn waiting(db: &Db, many: i64) {
    let waited = async {
        loop {
            let counted = db.read("test::waiting", |tx| {
                Box::pin(async move {
                    let sql = "select count(*) from pg_stat_activity
                               where datname = current_database() and wait_event_type = 'Lock'";
                    tx.query_one(sql, &[]).await?.int(0)
                })
            });
            let counted: Result<i64, StoreError> = counted.await;
            if counted.unwrap() >= many {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), waited).await;
    waited.expect("nothing waits for the person: it went past the lock");
}

impl Site {
    /// Whether an operation waits while somebody else has the person; then its answer.
    async fn waits<T, F>(&self, operation: F) -> T
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let (_, person) = self.app.member(&self.citizen).await;
        let held = Held::lock(&self.app.db, person).await;
        let running = tokio::spawn(operation);
        waiting(&self.app.db, 1).await;
        held.release().await;
        running.await.unwrap()
    }

    async fn count_of(&self, sql: &'static str, params: Vec<Value>) -> i64 {
        let counted = self.app.db.read("test::count_of", move |tx| {
            Box::pin(async move { tx.query_one(sql, &params).await?.int(0) })
        });
        let counted: Result<i64, StoreError> = counted.await;
        counted.unwrap()
    }
}

fn correction(today: CivilDate) -> Correction {
    Correction {
        name: PersonName::parse("Asha Devi Rao").unwrap(),
        birth_year: BirthYear::parse("1980", today).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        comorbidity: Comorbidity::None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_waits_for_its_person() {
    let site = on_postgres().await;
    let (app, citizen, staff) = (site.app.app.clone(), site.citizen.clone(), site.staff.clone());
    let (id, appointment, first) = (site.id, site.appointment, site.session);
    let other = publish(&site.app, 1, app.today(), Vaccine::Covishield).await;
    let seat = |session| Seat {
        session,
        slot: SLOT.to_owned(),
    };

    let (a, c, correction) = (app.clone(), citizen.clone(), correction(app.today()));
    let corrected = site.waits(async move { a.correct_beneficiary(&c, id, correction, "test").await });
    corrected.await.unwrap();

    let (a, c, to) = (app.clone(), citizen.clone(), seat(other));
    let moved = site.waits(async move {
        a.reschedule(&c, appointment, &to, Language::English, "test")
            .await
    });
    moved.await.unwrap();

    let (a, manager) = (app.clone(), site.app.staff(StaffRole::SiteManager, 1, 395));
    let closed = site.waits(async move { a.cancel_session(&manager, other, Some(first), "test").await });
    assert_eq!(closed.await.unwrap().moved, 1);

    let evidence = Evidence::None {
        place: site.place().await,
        reason: reason(),
    };
    let (a, s) = (app.clone(), staff.clone());
    let open = site.waits(async move { a.begin_encounter(&s, evidence, "test").await });
    let key = open.await.unwrap().key;

    let (a, c) = (app.clone(), citizen.clone());
    let cancelled = site.waits(async move {
        a.cancel_appointment(&c, appointment, &[id], Language::English, "test")
            .await
    });
    cancelled.await.map(drop).unwrap();

    let (a, c) = (app.clone(), citizen.clone());
    let deleted = site.waits(async move { a.delete_beneficiary(&c, id).await });
    assert!(matches!(deleted.await, Err(Refusal::RecordOpen)));

    let (a, s, dose) = (app.clone(), staff.clone(), site.dose());
    let recorded = site.waits(async move { a.record_dose(&s, key, dose, "test").await });
    recorded.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_deleting_and_booking_one_comes_first() {
    for round in 0..4 {
        let site = on_postgres().await;
        let (app, citizen, id) = (site.app.app.clone(), site.citizen.clone(), site.id);
        site.cancel().await.unwrap();
        let (_, person) = site.app.member(&citizen).await;
        let held = Held::lock(&site.app.db, person).await;
        let booking = pramaan_app::appointment::Booking {
            seat: Seat {
                session: site.session,
                slot: SLOT.to_owned(),
            },
            dose: 1,
            members: vec![id],
            declaring: Vec::new(),
            idempotency_key: None,
            language: Language::English,
        };
        let (a, c) = (app.clone(), citizen.clone());
        let book = async move { a.book(&c, booking, "test").await.map(drop) };
        let (a, c) = (app.clone(), citizen.clone());
        let delete = async move { a.delete_beneficiary(&c, id).await.map(drop) };
        let (one, other) = if round % 2 == 0 {
            let one = tokio::spawn(book);
            waiting(&site.app.db, 1).await;
            (one, tokio::spawn(delete))
        } else {
            let one = tokio::spawn(delete);
            waiting(&site.app.db, 1).await;
            (one, tokio::spawn(book))
        };
        waiting(&site.app.db, 2).await;
        held.release().await;
        let outcomes = [one.await.unwrap(), other.await.unwrap()];
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(done, 1, "{outcomes:?}");
        let held = site
            .count_of(
                "select count(*) from claim where person = $1",
                vec![person.into()],
            )
            .await;
        let there = site
            .count_of("select count(*) from person where id = $1", vec![person.into()])
            .await;
        assert_eq!(
            held, there,
            "a seat is held by somebody who is there: {outcomes:?}"
        );
    }
}

/// The connection broke while the deletion was being committed, and the commit lands while its line is being taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_whose_commit_lands_late_stays_on_the_list() {
    let site = on_postgres().await;
    site.cancel().await.unwrap();
    let (subject, now) = (site.app.member(&site.citizen).await, site.app.clock.now());
    site.app.erasures.add(subject, now).unwrap();
    let (go, gone) = oneshot::channel::<()>();
    let (begun, ready) = oneshot::channel::<()>();
    let (db, sealer) = (site.app.db.clone(), site.app.sealer.clone());
    let landing = tokio::spawn(async move {
        let deleted = db.write("test::land", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                person::delete(tx, &sealer, subject, now).await?;
                let _ = begun.send(());
                let _ = gone.await;
                Ok::<_, StoreError>(())
            })
        });
        deleted.await
    });
    ready.await.unwrap();
    let taking_back = site.app.take_erasure_back(subject);
    let landed = async {
        waiting(&site.app.db, 1).await;
        go.send(()).unwrap();
        landing.await.unwrap().unwrap();
    };
    tokio::join!(taking_back, landed);
    assert_eq!(site.app.erasures.subjects().unwrap(), [subject]);
    assert_eq!(site.count("person").await, 0);
}

/// Whoever comes first: the household stays for the newcomer, or the newcomer has to prove the number again. Neither waits
/// for the other for ever, and nobody is left without a household.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_registering_and_deleting_the_last_member_one_comes_first() {
    let site = on_postgres().await;
    site.cancel().await.unwrap();
    let app = &site.app.app;
    app.delete_beneficiary(&site.citizen, site.id).await.unwrap();
    for round in 0..12 {
        let citizen = site.app.citizen(&format!("98765432{round:02}")).await;
        let id = register(&site.app, &citizen, &format!("A12345{round:02}")).await;
        let registration = registration(app.today(), &format!("B12345{round:02}"));
        let (registered, deleted) = tokio::join!(
            app.register(&citizen, registration),
            app.delete_beneficiary(&citizen, id)
        );
        match (registered, deleted) {
            (Ok(_), Ok(HouseholdLeft::WithMembers)) => {}
            (Err(Refusal::Unauthenticated), Ok(HouseholdLeft::Nothing)) => {}
            other => panic!("{other:?}"),
        }
    }
    let orphans = site.app.db.read("test::orphans", |tx| {
        Box::pin(async move {
            let sql = "select count(*) from person where household not in (select id from household)";
            tx.query_one(sql, &[]).await?.int(0)
        })
    });
    let orphans: Result<i64, StoreError> = orphans.await;
    assert_eq!(orphans.unwrap(), 0);
}

/// Both look for an earlier answer and find none, and one of them uses the code that both were sent with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_form_at_a_desk_sent_twice_at_once_both_are_told_the_same() {
    const OTHER: &str = "9876543219";
    let site = on_postgres().await;
    let (app, before) = (site.app.app.clone(), site.count("person").await);
    let mobile = Mobile::parse(OTHER).unwrap();
    let sent = app.send_desk_code(&site.staff, mobile, Language::English).await;
    let proof = DeskMobile {
        txn: sent.unwrap(),
        otp: OtpDigest::of(&site.app.code(OTHER)),
    };
    let held = Held::rows(&site.app.db, "select 1 from otp for update", Vec::new()).await;
    let both = [(), ()].map(|()| {
        let (app, staff, proof) = (app.clone(), site.staff.clone(), proof.clone());
        tokio::spawn(async move {
            let typed = registration(app.today(), "W1234567");
            app.register_walk_in(&staff, typed, Some(proof)).await
        })
    });
    waiting(&site.app.db, 2).await;
    held.release().await;
    let [one, other] = both;
    let (one, other) = (one.await.unwrap().unwrap(), other.await.unwrap().unwrap());
    assert_eq!(one, other);
    assert_eq!(site.count("person").await, before + 1);
}
