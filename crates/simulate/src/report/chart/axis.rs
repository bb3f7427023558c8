//! An axis: from what is measured to where it stands, with some round numbers on it.

use super::super::text::grouped;

/// Begins at 0 and ends at `end`, which is drawn between two places.
#[derive(Debug)]
pub(super) struct Axis {
    title: &'static str,
    end: f64,
    places: (f64, f64),
    /// Between two ticks, in what is measured; and by how much it is divided for the label.
    step: f64,
    unit: f64,
}

/// Intervals between ticks at most.
const INTERVALS: f64 = 6.0;

/// Seconds, labelled as seconds, minutes or hours; ends where the run does.
pub(super) fn of_time(end: f64, places: (f64, f64)) -> Axis {
    let (title, unit) = match end {
        ..=300.0 => ("seconds from the first dose", 1.0),
        ..=18_000.0 => ("minutes from the first dose", 60.0),
        _ => ("hours from the first dose", 3_600.0),
    };
    Axis {
        title,
        end,
        places,
        step: round_step(end / unit) * unit,
        unit,
    }
}

/// Doses a second; ends at the tick above `most`.
pub(super) fn of_rate(most: f64, places: (f64, f64)) -> Axis {
    let step = round_step(most);
    Axis {
        title: "doses a second",
        end: (most / step).ceil() * step,
        places,
        step,
        unit: 1.0,
    }
}

impl Axis {
    pub(super) fn title(&self) -> &'static str {
        self.title
    }

    /// Where a measure stands.
    pub(super) fn at(&self, measure: f64) -> f64 {
        let (from, to) = self.places;
        from + (to - from) * (measure / self.end).clamp(0.0, 1.0)
    }

    /// Where each tick stands, with its label.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let ticks = (0..=INTERVALS as u32).map(|number| f64::from(number) * self.step);
        ticks
            .take_while(|measure| *measure <= self.end * 1.000_001)
            .map(|measure| (self.at(measure), grouped(measure / self.unit)))
            .collect()
    }
}

/// 1, 2 or 5 times a power of ten, of which at most [`INTERVALS`] are in `whole`.
fn round_step(whole: f64) -> f64 {
    let least = (whole / INTERVALS).max(1e-3);
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least * 0.999_999);
    step.unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_numbers() {
        let labels = |axis: Axis| {
            axis.ticks()
                .into_iter()
                .map(|(_, label)| label)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(labels(of_rate(579.0, (0.0, 1.0))), "0 100 200 300 400 500 600");
        assert_eq!(labels(of_rate(7_012.3, (0.0, 1.0))), "0 2,000 4,000 6,000 8,000");
        assert_eq!(labels(of_time(38.0, (0.0, 1.0))), "0 10 20 30");
        assert_eq!(labels(of_time(3_600.0, (0.0, 1.0))), "0 10 20 30 40 50 60");
        assert_eq!(labels(of_time(43_200.0, (0.0, 1.0))), "0 2 4 6 8 10 12");
        assert_eq!(labels(of_time(0.9, (0.0, 1.0))), "0 0.20 0.40 0.60 0.80");
    }

    proptest! {
        #[test]
        fn every_measure_stands_between_the_ends(most in 0.01..1e9_f64, part in 0.0..1.0_f64) {
            for axis in [of_rate(most, (100.0, 20.0)), of_time(most, (100.0, 20.0))] {
                let at = axis.at(most * part);
                prop_assert!((20.0..=100.0).contains(&at));
                let ticks = axis.ticks();
                prop_assert!((3..=7).contains(&ticks.len()), "{ticks:?}");
                prop_assert!(ticks.windows(2).all(|pair| pair[0].0 > pair[1].0));
            }
        }
    }
}
