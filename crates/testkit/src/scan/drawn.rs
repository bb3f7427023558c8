//! QR codes that are drawn: squares filled by a page of a PDF, or by the path of an SVG picture.
//!
//! Whoever looks at the page reads them with a telephone, so what they say is shown as much as a printed word.

use rqrr::{Grid, SimpleGrid};

/// A row's run of dark modules: left edge, top edge, width. All are one module high.
type Run = (usize, usize, usize);

/// The smallest and the largest code, in modules a side.
const SIDES: std::ops::RangeInclusive<usize> = 21..=177;

/// What the QR codes say that are filled in this content stream of a PDF.
pub(super) fn in_pdf(stream: &[u8]) -> Vec<Vec<u8>> {
    let Ok(stream) = std::str::from_utf8(stream) else {
        return Vec::new();
    };
    let (mut said, mut runs) = (Vec::new(), Vec::new());
    let (mut numbers, mut corners) = (Vec::new(), Vec::new());
    for word in stream.split_ascii_whitespace() {
        match word {
            "re" => runs.extend(rectangle(&numbers)),
            "m" | "l" => corners.extend(numbers.first_chunk::<2>().copied()),
            "h" => runs.extend(bounds(&std::mem::take(&mut corners))),
            "f" | "F" | "f*" => said.extend(read(&std::mem::take(&mut runs))),
            "n" | "S" | "B" => runs.clear(),
            _ => {
                if let Ok(number) = word.parse::<f64>() {
                    numbers.push(number);
                    continue;
                }
            }
        }
        numbers.clear();
    }
    said
}

/// What the QR codes say that are paths of SVG pictures in this text: `M4 4h7v1h-7z` for each run.
pub(super) fn in_svg(text: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let paths = text
        .split(" d=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    paths
        .filter_map(|path| {
            let runs: Vec<Run> = path.split('M').skip(1).filter_map(svg_run).collect();
            read(&runs)
        })
        .collect()
}

fn svg_run(part: &str) -> Option<Run> {
    let (at, rest) = part.split_once('h')?;
    let (left, top) = at.split_once(' ')?;
    let (width, _) = rest.split_once("v1h")?;
    Some((left.parse().ok()?, top.parse().ok()?, width.parse().ok()?))
}

fn rectangle(numbers: &[f64]) -> Option<Run> {
    let [left, top, width, height] = *numbers.first_chunk::<4>()?;
    bounds(&[[left, top], [left + width, top + height]])
}

/// The rectangle around these corners, when it is one module high and lies on whole numbers.
fn bounds(corners: &[[f64; 2]]) -> Option<Run> {
    let edge = |axis: usize, pick: fn(f64, f64) -> f64| {
        let values = corners.iter().filter_map(|corner| corner.get(axis).copied());
        whole(values.reduce(pick)?)
    };
    let (left, right) = (edge(0, f64::min)?, edge(0, f64::max)?);
    let (top, bottom) = (edge(1, f64::min)?, edge(1, f64::max)?);
    (bottom == top + 1 && right > left).then_some((left, top, right - left))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked just before"
)]
fn whole(number: f64) -> Option<usize> {
    (number.fract() == 0.0 && (0.0..1000.0).contains(&number)).then_some(number as usize)
}

/// The code that these runs draw, wherever it begins.
fn read(runs: &[Run]) -> Option<Vec<u8>> {
    let left = runs.iter().map(|run| run.0).min()?;
    let top = runs.iter().map(|run| run.1).min()?;
    let side = runs.iter().map(|run| run.0 + run.2).max()? - left;
    if !SIDES.contains(&side) || side % 4 != 1 {
        return None;
    }
    let dark = |x: usize, y: usize| {
        let is_in = |run: &&Run| run.1 == y + top && (run.0..run.0 + run.2).contains(&(x + left));
        runs.iter().any(|run| is_in(&run))
    };
    let mut said = Vec::new();
    Grid::new(SimpleGrid::from_func(side, dark))
        .decode_to(&mut said)
        .ok()?;
    Some(said)
}
