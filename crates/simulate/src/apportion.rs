//! Largest remainders (Hamilton): a part of each count, so that the parts sum up to the part of the whole, exactly.
//!
//! A count that grows with the scale is not promised: when the whole grows by one, a single count may lose one to another
//! whose remainder overtook it. Promised is what the tests say.

use crate::scale::Scale;

/// What the scale makes of each count. The sum is [`Scale::of`] the counts' sum; each is its exact share, rounded down or up;
/// of two counts the greater gets no less. Of equal remainders the one further up goes first.
pub(crate) fn apportion(scale: Scale, counts: &[u64]) -> Vec<u64> {
    let shares: Vec<(u64, u64)> = counts.iter().map(|count| scale.share(*count)).collect();
    let whole: u64 = shares.iter().map(|(share, _)| share).sum();
    let missing = scale.of(counts.iter().sum()).saturating_sub(whole);
    let mut order: Vec<(usize, u64)> = shares.iter().map(|(_, left)| *left).enumerate().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut parts: Vec<u64> = shares.into_iter().map(|(share, _)| share).collect();
    for (at, _) in order
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(usize::MAX))
    {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scales() -> impl Strategy<Value = Scale> {
        let parts = prop_oneof![1..=10_000_000_u32, 1..=200_u32, 9_999_000..=10_000_000_u32];
        parts.prop_map(|parts| {
            Scale::parse(&format!("{}.{:07}", parts / 10_000_000, parts % 10_000_000)).unwrap()
        })
    }

    fn counts() -> impl Strategy<Value = Vec<u64>> {
        proptest::collection::vec(prop_oneof![0..=20_u64, 0..=600_000_u64], 0..60)
    }

    #[test]
    fn the_whole_is_the_whole() {
        assert_eq!(apportion(Scale::FULL, &[3, 0, 7]), [3, 0, 7]);
        assert_eq!(apportion(Scale::FULL, &[]), [0; 0]);
        // 1.4, 1.4, 0.2 of a sum of 3: the first of the equal remainders gets what is missing.
        assert_eq!(apportion(Scale::parse("0.2").unwrap(), &[7, 7, 1]), [2, 1, 0]);
    }

    proptest! {
        #[test]
        fn the_sum_is_exact_and_no_part_is_off_by_one(scale in scales(), counts in counts()) {
            let parts = apportion(scale, &counts);
            prop_assert_eq!(parts.iter().sum::<u64>(), scale.of(counts.iter().sum()));
            for (part, count) in parts.iter().zip(&counts) {
                let (down, left) = scale.share(*count);
                prop_assert!(*part == down || (*part == down + 1 && left > 0), "{part} of {count}");
            }
        }

        #[test]
        fn a_greater_count_gets_no_less(scale in scales(), counts in counts()) {
            let parts = apportion(scale, &counts);
            let mut both: Vec<_> = counts.into_iter().zip(parts).collect();
            both.sort_unstable();
            for pair in both.windows(2) {
                prop_assert!(pair[0].0 == pair[1].0 || pair[0].1 <= pair[1].1, "{pair:?}");
            }
        }

        #[test]
        fn a_greater_scale_makes_no_smaller_sum(a in scales(), b in scales(), counts in counts()) {
            let sum = |scale| apportion(scale, &counts).iter().sum::<u64>();
            prop_assert!(sum(a.min(b)) <= sum(a.max(b)));
        }
    }
}
