//! Stock is conserved: whatever is done, in whatever order, what came in is what is gone and what is there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_domain::stock::{Account, Act, Doses, Ledger, Movement, Short, Side, Waste};
use proptest::prelude::*;

fn doses(n: i64) -> Doses {
    Doses::new(n).unwrap()
}

/// Something that somebody at a centre does: an act, one undone, or a count with what was counted.
#[derive(Debug, Clone, Copy)]
enum Step {
    Move(Movement),
    Count(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let acts: Vec<Act> = Act::all().collect();
    let movement = (0..acts.len(), 1..40_i64, any::<bool>()).prop_map(move |(act, n, undone)| {
        let movement = acts[act].of(doses(n));
        Step::Move(if undone { movement.reversed() } else { movement })
    });
    let receipt = (1..100_i64).prop_map(|n| Step::Move(Act::Receive.of(doses(n))));
    prop_oneof![6 => movement, 2 => receipt, 1 => (0..60_i64).prop_map(Step::Count)]
}

/// What a count comes to.
fn counted(ledger: &Ledger, found: i64) -> Option<Movement> {
    let variance = found - ledger.balance(Account::OnHand);
    match variance {
        0 => None,
        1.. => Some(Act::CountMore.of(doses(variance))),
        _ => Some(Act::Waste(Waste::CountShortfall).of(doses(-variance))),
    }
}

proptest! {
    #[test]
    fn stock_in_is_stock_out_and_on_hand_at_every_prefix(steps in prop::collection::vec(step(), 0..120)) {
        let (mut ledger, mut entries) = (Ledger::default(), Vec::new());
        for step in steps {
            let movement = match step {
                Step::Move(movement) => Some(movement),
                Step::Count(found) => counted(&ledger, found),
            };
            let Some(movement) = movement else { continue };
            let before = ledger.clone();
            match ledger.apply(movement) {
                Ok(()) => entries.push(movement),
                Err(short) => {
                    prop_assert_eq!(&ledger, &before, "what is refused moves nothing");
                    prop_assert!(short.there < short.wanted);
                }
            }
            prop_assert_eq!(ledger.came(), ledger.gone() + ledger.held());
            prop_assert_eq!(&ledger, &Ledger::sum(entries.iter().copied()), "balances are sums of entries");
            for (account, balance) in ledger.balances() {
                match account.side() {
                    Side::Source => prop_assert!(balance < 0, "{account:?}: {balance}"),
                    Side::Held | Side::Gone => prop_assert!(balance > 0, "{account:?}: {balance}"),
                }
            }
        }
    }

    #[test]
    fn a_stock_entry_taken_back_leaves_the_ledger_as_it_was(
        received in 1..100_i64,
        act in 0..20_usize,
        n in 1..100_i64,
    ) {
        let acts: Vec<Act> = Act::all().collect();
        let mut ledger = Ledger::default();
        ledger.apply(Act::Receive.of(doses(received))).unwrap();
        let before = ledger.clone();
        let movement = acts[act % acts.len()].of(doses(n));
        if ledger.apply(movement).is_ok() {
            prop_assert_ne!(&ledger, &before);
            ledger.apply(movement.reversed()).unwrap();
            prop_assert_eq!(ledger, before);
        }
    }
}

#[test]
fn stock_never_goes_below_zero_and_says_what_is_there() {
    let mut ledger = Ledger::default();
    ledger.apply(Act::Receive.of(doses(10))).unwrap();
    let short = |account, there, wanted| {
        Err(Short {
            account,
            there,
            wanted,
        })
    };
    assert_eq!(
        ledger.apply(Act::Return.of(doses(11))),
        short(Account::OnHand, 10, 11)
    );
    assert_eq!(ledger.apply(Act::Use.of(doses(1))), short(Account::Open, 0, 1));
    assert_eq!(
        ledger.apply(Act::Receive.of(doses(11)).reversed()),
        short(Account::OnHand, 10, 11)
    );
    // Received ten, found five: no more than ten can be taken back as received.
    ledger.apply(Act::CountMore.of(doses(5))).unwrap();
    assert_eq!(
        ledger.apply(Act::Receive.of(doses(11)).reversed()),
        short(Account::Received, 10, 11)
    );
    ledger.apply(Act::UseUntracked.of(doses(3))).unwrap();
    assert_eq!((ledger.came(), ledger.held(), ledger.gone()), (18, 15, 3));
}

#[test]
fn stock_moves_only_between_accounts_that_an_act_joins() {
    let pairs = || Account::all().flat_map(|from| Account::all().map(move |to| (from, to)));
    let allowed = pairs().filter(|(from, to)| Movement::between(*from, *to, Doses::ONE).is_some());
    assert_eq!(allowed.count(), 2 * Act::all().count());
    for act in Act::all() {
        let (from, to) = act.ends();
        let there = Movement::between(from, to, Doses::ONE).unwrap();
        assert_eq!(there, act.of(Doses::ONE));
        let back = Movement::between(to, from, Doses::ONE).unwrap();
        assert_eq!(back, act.of(Doses::ONE).reversed());
    }
    assert!(Movement::between(Account::Received, Account::Used, Doses::ONE).is_none());
    for account in Account::all() {
        assert_eq!(Account::parse(account.code()), Ok(account));
    }
}

#[test]
fn numbers_of_doses_are_bounded() {
    for bad in ["", "0", "-1", "1.5", "1000001", "99999999999999999999", "१०"] {
        assert!(Doses::parse(bad).is_err(), "{bad:?}");
    }
    assert_eq!(Doses::parse(" 500 ").unwrap().get(), 500);
}
