//! Merge: whatever is joined, parted and given in whatever order, undone in reverse it is as it began, row by row.

use pramaan_domain::merge::Links;
use pramaan_store::Engine;
use pramaan_store::testing::{MIGRATED, TestDb};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::merge::{Subject, act, courses, give, rows};
use crate::support::*;

/// One more than one course may have.
const PEOPLE: usize = 7;

#[derive(Debug, Clone, Copy)]
enum Step {
    Join(usize, usize),
    Part(usize, usize),
    Give(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let two = || (0..PEOPLE, 1..PEOPLE).prop_map(|(one, far)| (one, (one + far) % PEOPLE));
    let step = prop_oneof![
        6 => two().prop_map(|(one, other)| Step::Join(one, other)),
        3 => two().prop_map(|(one, other)| Step::Part(one, other)),
        1 => (0..PEOPLE).prop_map(Step::Give),
    ];
    proptest::collection::vec(step, 1..32)
}

/// What one sequence did, for the test that sequences do something.
#[derive(Debug, Default)]
struct Played {
    done: Vec<(bool, (Subject, Subject))>,
    refused: usize,
    given: usize,
}

async fn play(engine: Engine, steps: &[Step]) -> Played {
    let site = Site::open(TestDb::fresh(engine, MIGRATED).await).await;
    let mut people = vec![site.app.member(&site.citizen).await];
    for n in 1..PEOPLE {
        let citizen = site.app.citizen(&format!("98765432{n}2")).await;
        register(&site.app, &citizen, &format!("Z765432{n}")).await;
        people.push(site.app.member(&citizen).await);
    }
    let mut start = rows(&site).await;
    let (mut links, mut played) = (Links::default(), Played::default());
    for (step, round) in steps.iter().zip(0..) {
        let (joins, one, other) = match *step {
            Step::Give(who) => {
                give(&site, people[who], round).await;
                played.given += 1;
                continue;
            }
            Step::Join(one, other) => (true, one, other),
            Step::Part(one, other) => (false, one, other),
        };
        let ends = (people[one], people[other]);
        let expected = match joins {
            true => links.join(ends.0, ends.1),
            false => links.part(ends.0, ends.1),
        };
        let before = rows(&site).await;
        assert_eq!(act(&site, joins, ends).await, expected, "as the model says");
        match expected {
            Ok(()) => played.done.push((joins, ends)),
            Err(_) => {
                assert_eq!(rows(&site).await, before, "refused, it changes nothing");
                played.refused += 1;
            }
        }
        let of_model: Vec<Vec<Subject>> = people
            .iter()
            .map(|one| links.course(*one).into_iter().collect())
            .collect();
        assert_eq!(courses(&site, &people).await, of_model);
    }
    for (joined, ends) in played.done.iter().rev() {
        assert_eq!(act(&site, !joined, *ends).await, Ok(()), "each can be undone");
    }
    let mut end = rows(&site).await;
    let doses = end.remove("dose").unwrap();
    assert_eq!(start.remove("dose").unwrap().len(), 0);
    assert_eq!(
        doses.len(),
        played.given,
        "what was given stays where it was recorded"
    );
    assert_eq!(end, start, "row by row as it began");
    played
}

fn restores(engine: Engine, smoke: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(pramaan_testkit::cases(smoke)));
    let ran = runner.run(&steps(), |steps| {
        runtime.block_on(play(engine, &steps));
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn any_random_sequence_of_merges_and_unmerges_undone_restores_the_start_row_by_row() {
    restores(Engine::Sqlite, 12);
}

#[test]
fn any_random_sequence_of_merges_undone_restores_the_start_on_postgresql() {
    restores(Engine::Postgres, 3);
}

/// A chain, a seventh refused, a link in the midst taken away and not twice, a ring refused, and seven from two ends.
#[test]
fn a_sequence_with_all_kinds_of_steps_is_done_refused_and_undone() {
    let chain = (0..PEOPLE - 1).map(|n| Step::Join(n, n + 1));
    let rest = [
        Step::Give(2),
        Step::Part(2, 3),
        Step::Part(2, 3),
        Step::Join(0, 2),
        Step::Join(6, 5),
        Step::Join(3, 2),
    ];
    let steps: Vec<Step> = chain.chain(rest).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let played = runtime.block_on(play(Engine::Sqlite, &steps));
    assert_eq!(
        (played.done.len(), played.refused, played.given),
        (7, 4, 1),
        "{played:?}"
    );
}
