//! Whoever of an appointment moves alone, sits elsewhere and gives back the seat that they have: counts stay right whatever
//! becomes of the others and of the session.

use pramaan_domain::id::PersonId;
use pramaan_store::testing::MIGRATED;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

impl Fixture {
    async fn move_alone(
        &self,
        people: &[usize],
        id: AppointmentId,
        to: (SessionId, Slot),
    ) -> Result<(), BookingRefusal> {
        let among = self.people_of(0);
        let among: Vec<_> = people.iter().map(|one| among[*one]).collect();
        let done = self.db.write("test::move_alone", move |tx| {
            let among = among.clone();
            Box::pin(async move { appointment::reschedule(tx, &among, id, to, NOW).await })
        });
        done.await.unwrap().map(drop)
    }

    async fn close(&self, from: SessionId, to: Option<SessionId>) -> Vec<appointment::Rebooked> {
        let closed = self.db.write("test::close", move |tx| {
            Box::pin(async move { appointment::close_session(tx, from, to, NOW).await })
        });
        closed.await.unwrap().unwrap()
    }

    /// Where each sits: the claim says it, and so does a booked place.
    async fn sits(&self) -> BTreeMap<PersonId, (SessionId, i64)> {
        let read = self.db.read("test::sits", |tx| {
            Box::pin(async move {
                let claims = "select person, session, slot from claim where state = 'booked'";
                let places = "select person, session, slot from appointment where state = 'booked'";
                Ok::<_, StoreError>((tx.query(claims, &[]).await?, tx.query(places, &[]).await?))
            })
        });
        let (claims, places) = read.await.unwrap();
        let seats = |rows: Vec<pramaan_store::Row>| -> BTreeMap<PersonId, (SessionId, i64)> {
            let seat = |row: &pramaan_store::Row| {
                let at = (row.parse(1).unwrap(), row.int(2).unwrap());
                (row.parse(0).unwrap(), at)
            };
            rows.iter().map(seat).collect()
        };
        let (claims, places) = (seats(claims), seats(places));
        assert_eq!(claims, places, "claims are places");
        claims
    }
}

#[store_test]
async fn who_moved_alone_gives_back_their_own_seat_when_the_session_is_closed(db: TestDb) {
    let fixture = fixture(db, 1, 2).await;
    let (closing, other) = (fixture.session(4).await, fixture.session(4).await);
    let request = fixture.request(0, &[0, 1], closing);
    let id = fixture.book(vec![request]).await.remove(0).unwrap().appointment;
    fixture.move_alone(&[1], id, (closing, slot(1))).await.unwrap();
    fixture.taken().await;
    let rebooked = fixture.close(closing, Some(other)).await;
    let moved: BTreeMap<_, _> = rebooked
        .iter()
        .flat_map(|one| {
            one.members
                .iter()
                .map(move |member| (*member, (one.from, one.slot)))
        })
        .collect();
    let (_, members) = &fixture.households[0];
    assert_eq!(
        moved[&members[0]],
        (slot(0), Some(slot(0))),
        "each to their own hours"
    );
    assert_eq!(moved[&members[1]], (slot(1), Some(slot(1))));
    fixture.taken().await;
    let sits = fixture.sits().await;
    assert_eq!((sits[&members[0]], sits[&members[1]]), ((other, 0), (other, 1)));
}

#[store_test]
async fn who_moved_alone_and_who_stayed_are_moved_together_again(db: TestDb) {
    let fixture = fixture(db, 1, 2).await;
    let (here, there) = (fixture.session(2).await, fixture.session(2).await);
    let request = fixture.request(0, &[0, 1], here);
    let id = fixture.book(vec![request]).await.remove(0).unwrap().appointment;
    fixture.move_alone(&[1], id, (there, slot(1))).await.unwrap();
    fixture.move_alone(&[0, 1], id, (there, slot(0))).await.unwrap();
    fixture.taken().await;
    let sits = fixture.sits().await;
    assert!(sits.values().all(|at| *at == (there, 0)), "{sits:?}");
}

#[derive(Debug, Clone)]
enum Act {
    /// Who, session, slot.
    Book(Vec<usize>, usize, usize),
    /// Whose appointment, and who of it.
    Move(usize, Vec<usize>, usize, usize),
    Cancel(usize, Vec<usize>),
    /// To another, if any.
    Close(usize, Option<usize>),
    Stop(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let some = || proptest::sample::subsequence(vec![0, 1, 2], 1..=3);
    let seat = || (0_usize..3, 0_usize..2);
    let act = prop_oneof![
        1 => (some(), seat()).prop_map(|(who, (session, at))| Act::Book(who, session, at)),
        6 => (0_usize..3, some(), seat()).prop_map(|(of, who, (session, at))| Act::Move(of, who, session, at)),
        2 => (0_usize..3, some()).prop_map(|(of, who)| Act::Cancel(of, who)),
        1 => (0_usize..3, proptest::option::of(0_usize..3)).prop_map(|(from, to)| Act::Close(from, to)),
        1 => (0_usize..3).prop_map(Act::Stop),
    ];
    proptest::collection::vec(act, 2..16)
}

async fn play(acts: &[Act]) {
    let fixture = fixture(TestDb::fresh(Engine::Sqlite, MIGRATED).await, 1, 3).await;
    let mut sessions = Vec::new();
    for seats in [2, 3, 4] {
        sessions.push(fixture.session(seats).await);
    }
    let all = fixture.request(0, &[0, 1, 2], sessions[2]);
    let mut booked = vec![fixture.book(vec![all]).await.remove(0).unwrap().appointment];
    for act in acts {
        match act.clone() {
            Act::Book(who, session, at) => {
                let request = BookingRequest {
                    slot: slot(at),
                    ..fixture.request(0, &who, sessions[session])
                };
                booked.extend(
                    fixture
                        .book(vec![request])
                        .await
                        .remove(0)
                        .map(|done| done.appointment),
                );
            }
            Act::Move(of, who, session, at) => {
                let id = booked[of % booked.len()];
                let _ = fixture.move_alone(&who, id, (sessions[session], slot(at))).await;
            }
            Act::Cancel(of, who) => {
                let _ = fixture.cancel(0, booked[of % booked.len()], &who).await;
            }
            Act::Close(from, to) if to != Some(from) => {
                let to = to.map(|to| sessions[to]);
                fixture.close(sessions[from], to).await;
            }
            Act::Close(..) => {}
            Act::Stop(session) => {
                let from = sessions[session];
                let stopped = fixture.db.write("test::stop", move |tx| {
                    Box::pin(async move {
                        appointment::stop_session(tx, from, &std::collections::HashSet::new(), NOW).await
                    })
                });
                stopped.await.unwrap().unwrap();
            }
        }
        // Neither negative nor over what there is, and as many as live places.
        fixture.taken().await;
        fixture.sits().await;
    }
}

#[test]
fn whoever_moves_alone_no_count_of_seats_is_negative_and_seats_taken_are_live_claims() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(pramaan_testkit::cases(40)));
    let played = runner.run(&acts(), |acts| {
        runtime.block_on(play(&acts));
        Ok(())
    });
    played.unwrap();
}
