//! Median and range of a few runs. Five are too few for anything finer.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// `None` of nothing.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let upper = *sorted.get(sorted.len() / 2)?;
        let lower = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Self {
            median: f64::midpoint(lower, upper),
            least,
            most,
        })
    }
}

/// `0.83 [0.79-0.88]`, with as many digits as the format asks for.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let Self { median, least, most } = self;
        write!(f, "{median:.digits$} [{least:.digits$}-{most:.digits$}]")
    }
}

/// The least of the values that so many of a hundred do not exceed; `None` of nothing.
pub fn percentile(values: &[f64], of_a_hundred: usize) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * of_a_hundred).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_nine_of_a_hundred_are_within_the_percentile() {
        let all: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&all, 99), Some(198.0));
        assert_eq!((percentile(&[3.0], 99), percentile(&[], 99)), (Some(3.0), None));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(
            Spread::of([3.0, 1.0, 2.0]).unwrap().to_string(),
            "2.00 [1.00-3.00]"
        );
        assert_eq!(
            format!("{:.0}", Spread::of([1.0, 9.0, 3.0, 5.0]).unwrap()),
            "4 [1-9]"
        );
        assert_eq!(Spread::of([]), None);
    }
}
