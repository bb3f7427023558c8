//! How long things took, in memory that does not grow: buckets that are at most one part in 128 wide.

use std::time::Duration;

/// Values of one width each, before they double: the first 128 buckets hold one microsecond each, and each further 128 buckets
/// twice as many as those before.
const BITS: u32 = 7;
const ROW: usize = 1 << BITS;
/// The longest duration that is told from longer ones: 2⁴⁰ microseconds, some twelve days.
const LONGEST: u64 = 1 << 40;
const BUCKETS: usize = ROW * 34;

/// Durations by bucket, some 35 kB. What it says of them is never less than it was, and at most 1/128 of it more.
#[derive(Debug, Clone)]
pub struct Latencies {
    buckets: Vec<u64>,
    count: u64,
    greatest: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS],
            count: 0,
            greatest: 0,
        }
    }
}

impl Latencies {
    /// Adds one, rounded up to a microsecond.
    pub fn record(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_nanos().div_ceil(1_000))
            .unwrap_or(u64::MAX)
            .min(LONGEST - 1);
        if let Some(bucket) = self.buckets.get_mut(bucket_of(micros)) {
            *bucket += 1;
        }
        self.count += 1;
        self.greatest = self.greatest.max(micros);
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.greatest = self.greatest.max(other.greatest);
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// The least duration that so many of a thousand did not exceed (500 for the median, 990 for p99); `None` of none.
    pub fn at(&self, of_a_thousand: u16) -> Option<Duration> {
        let rank = (u128::from(self.count) * u128::from(of_a_thousand))
            .div_ceil(1_000)
            .max(1);
        let mut seen = 0_u128;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += u128::from(*count);
            if seen >= rank {
                return Some(Duration::from_micros(greatest_of(bucket).min(self.greatest)));
            }
        }
        None
    }
}

fn bucket_of(micros: u64) -> usize {
    let doublings = micros.checked_ilog2().unwrap_or_default().saturating_sub(BITS);
    let within = usize::try_from(micros >> doublings).unwrap_or(usize::MAX);
    // From the second row on, the highest bit of `within` is set: it counts as one row.
    ROW * usize::try_from(doublings).unwrap_or(usize::MAX) + within
}

/// The greatest value of a bucket.
fn greatest_of(bucket: usize) -> u64 {
    let doublings = (bucket / ROW).saturating_sub(1);
    let within = bucket - ROW * doublings;
    let next = u64::try_from(within + 1).unwrap_or(u64::MAX) << doublings;
    next - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(micros: &[u64]) -> Latencies {
        let mut latencies = Latencies::default();
        for took in micros {
            latencies.record(Duration::from_micros(*took));
        }
        latencies
    }

    #[test]
    fn the_first_buckets_are_exact_and_the_last_is_the_longest() {
        assert_eq!(of(&[]).at(500), None);
        let some = of(&[1, 2, 3, 4]);
        assert_eq!(some.at(500), Some(Duration::from_micros(2)));
        assert_eq!(some.at(990), Some(Duration::from_micros(4)));
        assert_eq!(some.at(0), Some(Duration::from_micros(1)));
        let mut long = Latencies::default();
        long.record(Duration::MAX);
        long.record(Duration::from_nanos(1));
        assert_eq!(long.at(1_000), Some(Duration::from_micros(LONGEST - 1)));
        assert_eq!(long.at(1), Some(Duration::from_micros(1)));
        assert_eq!(bucket_of(LONGEST - 1), BUCKETS - 1);
    }

    #[test]
    fn memory_does_not_grow() {
        let mut latencies = Latencies::default();
        for took in 0..200_000 {
            latencies.record(Duration::from_micros(took * took));
        }
        assert_eq!(
            (latencies.buckets.capacity(), latencies.count()),
            (BUCKETS, 200_000)
        );
        assert!(size_of::<u64>() * BUCKETS < 36_000);
    }

    fn durations() -> impl Strategy<Value = Vec<u64>> {
        let one = prop_oneof![0..300_u64, 0..1_000_000_u64, 0..LONGEST];
        proptest::collection::vec(one, 1..80)
    }

    proptest! {
        #[test]
        fn a_bucket_ends_where_the_next_begins(micros in prop_oneof![0..5_000_u64, 0..LONGEST - 1]) {
            let bucket = bucket_of(micros);
            let greatest = greatest_of(bucket);
            prop_assert!(micros <= greatest && greatest - micros <= micros / 128);
            prop_assert_eq!(bucket_of(greatest), bucket);
            prop_assert_eq!(bucket_of(greatest + 1), bucket + 1);
        }

        #[test]
        fn what_is_said_is_at_most_a_128th_too_much(durations in durations(), of_a_thousand in 1..=1_000_u16) {
            let mut sorted = durations.clone();
            sorted.sort_unstable();
            let rank = (sorted.len() * usize::from(of_a_thousand)).div_ceil(1_000);
            let exact = sorted[rank - 1];
            let said = of(&durations).at(of_a_thousand).unwrap().as_micros() as u64;
            prop_assert!(exact <= said && said - exact <= exact / 128, "{said} instead of {exact}");
        }

        #[test]
        fn two_together_are_all_of_both(a in durations(), b in durations(), of_a_thousand in 0..=1_000_u16) {
            let mut both = of(&a);
            both.merge(&of(&b));
            let all: Vec<u64> = a.into_iter().chain(b).collect();
            prop_assert_eq!(both.at(of_a_thousand), of(&all).at(of_a_thousand));
            prop_assert_eq!(both.count(), all.len() as u64);
        }
    }
}
