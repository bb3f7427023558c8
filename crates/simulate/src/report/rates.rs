//! How much was done in each second, in memory that does not grow: when a run gets long, its seconds are counted in pairs.

use std::time::Duration;

/// A second, or twice, four times … as long when the run is longer: so a run of any length has at most so many bins.
const BINS: usize = 2_048;

/// Counts by the time since the run began. None is ever lost; 16 kB.
#[derive(Debug, Clone)]
pub struct Rates {
    bins: Vec<u64>,
    seconds_a_bin: u64,
}

/// The mean over part of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Seconds since the run began.
    pub from: f64,
    pub to: f64,
    pub per_second: f64,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            bins: vec![0; BINS],
            seconds_a_bin: 1,
        }
    }
}

impl Rates {
    /// So many were done `since` the beginning.
    pub fn record(&mut self, since: Duration, count: u64) {
        while since.as_secs() / self.seconds_a_bin >= BINS as u64 {
            self.halve();
        }
        let bin = usize::try_from(since.as_secs() / self.seconds_a_bin).unwrap_or(usize::MAX);
        if let Some(bin) = self.bins.get_mut(bin) {
            *bin += count;
        }
    }

    pub fn total(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// The run of this length in at most `most` stretches that follow each other, the last one at least half as long as the
    /// others; none of a run without length.
    pub fn stretches(&self, length: Duration, most: usize) -> Vec<Stretch> {
        let used = self
            .bins
            .iter()
            .rposition(|count| *count > 0)
            .map_or(0, |last| last + 1);
        let bins = self.bins.get(..used).unwrap_or_default();
        let together = bins.len().div_ceil(most.max(1)).max(1);
        let mut groups: Vec<(f64, u64)> = Vec::new();
        for (number, group) in bins.chunks(together).enumerate() {
            groups.push((self.seconds(number * together), group.iter().sum()));
        }
        let end = length.as_secs_f64();
        join_a_short_end(&mut groups, end, self.seconds(together));
        means(&groups, end)
    }

    fn halve(&mut self) {
        let paired: Vec<u64> = self.bins.chunks(2).map(|pair| pair.iter().sum()).collect();
        let rest = std::iter::repeat(0);
        for (bin, sum) in self.bins.iter_mut().zip(paired.into_iter().chain(rest)) {
            *bin = sum;
        }
        self.seconds_a_bin *= 2;
    }

    fn seconds(&self, bins: usize) -> f64 {
        Duration::from_secs(self.seconds_a_bin.saturating_mul(bins as u64)).as_secs_f64()
    }
}

/// A rate over a few milliseconds says nothing: what is left over goes to the stretch before.
fn join_a_short_end(groups: &mut Vec<(f64, u64)>, end: f64, width: f64) {
    let is_short = groups.len() > 1 && groups.last().is_some_and(|(from, _)| end - from < width / 2.0);
    let Some((_, left_over)) = groups.pop_if(|_| is_short) else {
        return;
    };
    if let Some((_, last)) = groups.last_mut() {
        *last += left_over;
    }
}

fn means(groups: &[(f64, u64)], end: f64) -> Vec<Stretch> {
    let ends = groups.iter().skip(1).map(|(from, _)| *from).chain([end]);
    let stretch = |((from, count), to): (&(f64, u64), f64)| Stretch {
        from: *from,
        to,
        per_second: *count as f64 / (to - from),
    };
    groups
        .iter()
        .zip(ends)
        .map(stretch)
        .filter(|stretch| stretch.to > stretch.from)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds_stand_one_by_one_while_there_are_few() {
        let mut rates = Rates::default();
        for (millis, count) in [(0, 10), (999, 5), (1_000, 7), (2_600, 4)] {
            rates.record(Duration::from_millis(millis), count);
        }
        let stretches = rates.stretches(Duration::from_millis(2_600), 100);
        let per_second: Vec<f64> = stretches.iter().map(|stretch| stretch.per_second).collect();
        assert_eq!((stretches.len(), per_second[0], per_second[1]), (3, 15.0, 7.0));
        assert!((per_second[2] - 4.0 / 0.6).abs() < 1e-9);
        let shorter = rates.stretches(Duration::from_millis(2_400), 100);
        assert_eq!(shorter.len(), 2, "the last four tenths go to the second before");
        assert!((shorter[1].per_second - 11.0 / 1.4).abs() < 1e-9);
    }

    #[test]
    fn a_run_without_length_has_no_rate() {
        assert_eq!(Rates::default().stretches(Duration::from_secs(5), 10), []);
        let mut rates = Rates::default();
        rates.record(Duration::ZERO, 3);
        assert_eq!((rates.stretches(Duration::ZERO, 10), rates.total()), (vec![], 3));
    }

    #[test]
    fn a_clock_that_jumps_makes_neither_a_hole_in_memory_nor_an_end() {
        let mut rates = Rates::default();
        rates.record(Duration::from_secs(1), 1);
        rates.record(Duration::MAX, 1);
        assert_eq!((rates.total(), rates.bins.capacity()), (2, BINS));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_stretches_are_few(
            done in proptest::collection::vec((0..40_000_u64, 0..50_u64), 0..60),
            most in 1..300_usize,
        ) {
            let mut rates = Rates::default();
            let mut length = Duration::from_secs(1);
            for (second, count) in &done {
                rates.record(Duration::from_secs(*second), *count);
                length = length.max(Duration::from_secs(second + 1));
            }
            let total: u64 = done.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(rates.total(), total);
            let stretches = rates.stretches(length, most);
            prop_assert!(stretches.len() <= most);
            let sum: f64 = stretches.iter().map(|at| at.per_second * (at.to - at.from)).sum();
            prop_assert!((sum - total as f64).abs() < 1e-3, "{sum} of {total}");
            prop_assert!(stretches.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
}
