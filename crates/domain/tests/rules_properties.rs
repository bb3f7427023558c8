//! What holds for every question, whoever asks: more waiting never hurts, and a year never says more than its days.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::Days;
use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::dose::GivenDose;
use pramaan_domain::rules::{self, Channel, Comorbid, Group, Question, Verdict};
use pramaan_domain::session::AgeBand;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use proptest::prelude::*;

fn day(y: i32, m: u32, d: u32) -> CivilDate {
    CivilDate::from_ymd_opt(y, m, d).unwrap()
}

/// From before the first rule to well after the last.
fn dates() -> impl Strategy<Value = CivilDate> {
    (0u64..2300).prop_map(|days| day(2021, 1, 1) + Days::new(days))
}

fn vaccines() -> impl Strategy<Value = Vaccine> {
    proptest::sample::select(Vaccine::ALL.to_vec())
}

prop_compose! {
    fn questions()(
        on in dates(),
        group in proptest::sample::select(vec![Group::General, Group::Hcw, Group::Flw, Group::Traveller]),
        comorbid in proptest::sample::select(vec![Comorbid::No, Comorbid::Yes]),
        channel in proptest::sample::select(vec![None, Some(Channel::Govt), Some(Channel::Private)]),
        booked_on in proptest::option::of(dates()),
        recovered in proptest::option::weighted(0.2, dates()),
        vaccine in proptest::option::of(vaccines()),
        doses in proptest::collection::vec((dates(), vaccines()), 0..4),
        same in any::<bool>(),
    ) -> Question {
        let first = doses.first().map(|dose| dose.1);
        let doses = doses
            .into_iter()
            .map(|(on, vaccine)| GivenDose { on, vaccine: first.filter(|_| same).unwrap_or(vaccine) })
            .collect();
        let birth = Birth::Year(BirthYear::new(1980, day(2021, 1, 1)).unwrap());
        Question { on, birth, group, comorbid, channel, booked_on, recovered, vaccine, doses }
    }
}

proptest! {
    // What an assumption leaves out grows with the cases.
    #![proptest_config(ProptestConfig {
        max_global_rejects: pramaan_testkit::cases(1_024),
        ..ProptestConfig::with_cases(pramaan_testkit::cases(300))
    })]

    #[test]
    fn a_year_says_exactly_what_all_its_days_say(question in questions(), year in 1955i32..2016) {
        let late = day(2030, 1, 1);
        let by_year = Question { birth: Birth::Year(BirthYear::new(year, late).unwrap()), ..question.clone() };
        let mut allowed = 0;
        let mut days = 0;
        let mut born = day(year, 1, 1);
        while born < day(year + 1, 1, 1) {
            let birth = Birth::Date(BirthDate::new(born, late).unwrap());
            let verdict = rules::explain(&Question { birth, ..question.clone() }).verdict;
            prop_assert_ne!(verdict, Verdict::VerifyAtSite);
            allowed += u32::from(verdict == Verdict::Eligible);
            days += 1;
            born = born + Days::new(1);
        }
        let expected = match allowed {
            0 => Verdict::NotEligible,
            n if n == days => Verdict::Eligible,
            _ => Verdict::VerifyAtSite,
        };
        prop_assert_eq!(rules::explain(&by_year).verdict, expected);
    }

    #[test]
    fn an_earlier_last_dose_never_hurts(question in questions(), back in 1u64..60) {
        let mut earlier = question.clone();
        // Under one series: moving a first ZyCoV-D dose across the change of 2022 changes the series itself.
        prop_assume!(question.doses.iter().all(|dose| dose.vaccine != Vaccine::ZycovD));
        let Some(last) = earlier.doses.iter_mut().max() else { return Ok(()) };
        last.on = last.on - Days::new(back);
        let moved = last.on;
        prop_assume!(question.doses.iter().filter(|dose| dose.on >= moved).count() == 1);
        if rules::explain(&question).verdict == Verdict::Eligible {
            prop_assert_eq!(rules::explain(&earlier).verdict, Verdict::Eligible);
        }
    }

    #[test]
    fn earliest_is_past_for_the_eligible_and_to_come_for_the_others(question in questions()) {
        let answer = rules::explain(&question);
        match answer.verdict {
            Verdict::Eligible => prop_assert!(answer.earliest.unwrap() <= question.on),
            Verdict::NotEligible => prop_assert!(answer.earliest.is_none_or(|date| date > question.on), "{answer:?}"),
            Verdict::VerifyAtSite => {}
        }
        prop_assert!(!answer.rule.id.is_empty());
        prop_assert!(answer.explanation().ends_with('.'));
    }
}

#[test]
fn a_session_offers_first_doses_only_of_what_its_ages_may_begin_with() {
    let band = |min, max| AgeBand::new(min, max).unwrap();
    let today = day(2026, 11, 22);
    let may = |vaccine, ages| rules::may_begin(vaccine, ages, today, Channel::Govt);
    assert!(may(Vaccine::Covishield, band(18, None)));
    assert!(may(Vaccine::Covaxin, band(18, None)));
    assert!(may(Vaccine::Covaxin, band(12, Some(17))));
    assert!(may(Vaccine::Covaxin, band(12, None)));
    assert!(may(Vaccine::Corbevax, band(12, Some(14))));
    assert!(!may(Vaccine::Corbevax, band(18, None)));
    assert!(!may(Vaccine::Corbevax, band(12, None)));
    assert!(!may(Vaccine::Covishield, band(12, Some(17))));
    assert!(!may(Vaccine::SputnikLight, band(18, None)));
    assert!(!may(Vaccine::SputnikV, band(18, None)));
    assert!(rules::may_begin(
        Vaccine::SputnikV,
        band(18, None),
        today,
        Channel::Private
    ));
    assert!(may(Vaccine::Covishield, band(45, None)));
    assert!(!rules::may_begin(
        Vaccine::Covishield,
        band(18, None),
        day(2021, 4, 30),
        Channel::Govt
    ));
    assert!(rules::may_begin(
        Vaccine::Covishield,
        band(18, None),
        day(2024, 2, 29),
        Channel::Govt
    ));
    // While only health care and front-line workers may begin, sessions are for them; from March 2021 for everybody.
    let early = |month, at| {
        rules::may_begin(
            Vaccine::Covishield,
            band(18, None),
            day(2021, month, at),
            Channel::Govt,
        )
    };
    assert_eq!(
        [early(1, 15), early(1, 16), early(2, 28), early(3, 1)],
        [false, true, true, false]
    );
}

#[test]
fn the_group_that_lets_a_person_do_most_decides_while_it_counts() {
    use pramaan_domain::rules::{Group, Membership};
    let birth = Birth::Year(BirthYear::new(1985, day(2026, 1, 1)).unwrap());
    let on = day(2021, 1, 20);
    let listed = |group, valid_until| Membership { group, valid_until };
    let verdict =
        |lists: &[Membership]| rules::best(&Question::new(on, birth), lists, on, rules::explain).verdict;
    assert_eq!(verdict(&[]), Verdict::NotEligible);
    assert_eq!(
        verdict(&[listed(Group::Flw, None)]),
        Verdict::NotEligible,
        "their turn is in February"
    );
    let both = [listed(Group::Flw, None), listed(Group::Hcw, Some(on))];
    assert_eq!(verdict(&both), Verdict::Eligible, "the last day counts");
    assert_eq!(
        verdict(&[listed(Group::Hcw, on.pred_opt())]),
        Verdict::NotEligible
    );
    // Neither may yet; the one who waits for a known day has the better answer.
    let before = day(2021, 1, 12);
    let lists = [listed(Group::Hcw, None)];
    let waiting = rules::best(&Question::new(before, birth), &lists, before, rules::explain);
    assert_eq!(waiting.verdict, Verdict::NotEligible);
    assert_eq!(waiting.earliest, Some(day(2021, 1, 16)));
}
