//! The picture of `getRecaptcha`, in the shape that clients take apart.
//!
//! It protects nothing: what is typed under it is never checked, because a puzzle shuts out the people who cannot see
//! it and not the bots that solved CoWIN's in a week. Clients expect five letters as filled paths and noise as
//! unfilled ones, so that is what they get.

use std::fmt::Write as _;

const WIDTH: i32 = 150;
const HEIGHT: i32 = 50;
const LETTERS: i32 = 5;

/// A letter as a closed outline on a grid 12 wide and 20 high: commands and coordinates, blank between all.
type Glyph = &'static str;

/// C, H, J, K, L, N, S, T, U, X, Y, Z: none has a hole, so one contour is enough.
const GLYPHS: [Glyph; 12] = [
    "M 12 4 Q 9 0 6 0 Q 0 0 0 10 Q 0 20 6 20 Q 9 20 12 16 L 10 14 Q 8 17 6 17 Q 3 17 3 10 Q 3 3 6 3 Q 8 3 10 6 Z",
    "M 0 0 L 3 0 L 3 8 L 9 8 L 9 0 L 12 0 L 12 20 L 9 20 L 9 11 L 3 11 L 3 20 L 0 20 Z",
    "M 9 0 L 12 0 L 12 14 Q 12 20 6 20 Q 0 20 0 14 L 3 14 Q 3 17 6 17 Q 9 17 9 14 Z",
    "M 0 0 L 3 0 L 3 8 L 8 0 L 12 0 L 6 9 L 12 20 L 8 20 L 4 12 L 3 14 L 3 20 L 0 20 Z",
    "M 0 0 L 3 0 L 3 17 L 12 17 L 12 20 L 0 20 Z",
    "M 0 0 L 3 0 L 9 13 L 9 0 L 12 0 L 12 20 L 9 20 L 3 7 L 3 20 L 0 20 Z",
    "M 11 3 Q 8 0 5 0 Q 0 1 0 6 Q 0 10 6 11 Q 9 12 9 14 Q 8 17 6 17 Q 4 17 2 15 L 0 17 Q 3 20 6 20 Q 12 20 12 14 Q 12 9 6 8 Q 3 7 3 5 Q 6 1 9 5 Z",
    "M 0 0 L 12 0 L 12 3 L 8 3 L 8 20 L 5 20 L 5 3 L 0 3 Z",
    "M 0 0 L 3 0 L 3 13 Q 3 17 6 17 Q 9 17 9 13 L 9 0 L 12 0 L 12 13 Q 12 20 6 20 Q 0 20 0 13 Z",
    "M 0 0 L 4 0 L 6 6 L 8 0 L 12 0 L 8 10 L 12 20 L 8 20 L 6 14 L 4 20 L 0 20 L 4 10 Z",
    "M 0 0 L 4 0 L 6 7 L 8 0 L 12 0 L 8 11 L 8 20 L 5 20 L 5 11 Z",
    "M 0 0 L 12 0 L 12 3 L 4 17 L 12 17 L 12 20 L 0 20 L 0 17 L 8 3 L 0 3 Z",
];

/// A fresh picture: an SVG of 150 × 50 with five letters and three strokes of noise.
pub fn draw(random: &dyn Fn(&mut [u8])) -> String {
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0,0,{WIDTH},{HEIGHT}">"#
    );
    for position in 0..LETTERS {
        let mut chance = [0; 3];
        random(&mut chance);
        let [which, right, down] = chance.map(i32::from);
        let glyph = GLYPHS
            .iter()
            .cycle()
            .nth(which as usize)
            .copied()
            .unwrap_or_default();
        letter(&mut svg, glyph, (12 + position * 27 + right % 8, 6 + down % 12));
        if position % 2 == 0 {
            noise(&mut svg, random);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Writing to a `String` cannot fail, so the results are dropped here and in [`noise`].
fn letter(svg: &mut String, glyph: Glyph, (left, top): (i32, i32)) {
    svg.push_str(r##"<path fill="#333" d=""##);
    let mut origins = [left, top].into_iter().cycle();
    for token in glyph.split(' ') {
        match token.parse::<i32>() {
            Ok(value) => {
                let _ = write!(svg, "{} ", origins.next().unwrap_or(left) + value * 5 / 4);
            }
            Err(_) => svg.push_str(token),
        }
    }
    svg.push_str(r#""/>"#);
}

fn noise(svg: &mut String, random: &dyn Fn(&mut [u8])) {
    let mut chance = [0; 4];
    random(&mut chance);
    let [start, one, two, end] = chance.map(|byte| i32::from(byte) % HEIGHT);
    let _ = write!(
        svg,
        r##"<path d="M3 {start} C50 {one},100 {two},147 {end}" stroke="#777" fill="none"/>"##
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    fn seeded(seed: u8) -> impl Fn(&mut [u8]) {
        let state = Cell::new(seed);
        move |buffer| {
            for byte in buffer {
                state.set(state.get().wrapping_mul(5).wrapping_add(17));
                *byte = state.get();
            }
        }
    }

    #[test]
    fn the_frame_is_the_one_clients_know() {
        let svg = draw(&seeded(1));
        assert!(svg.starts_with(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="150" height="50" viewBox="0,0,150,50"><path "#
        ));
        assert!(svg.ends_with("</svg>"));
        assert_ne!(svg, draw(&seeded(2)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        /// Clients strip noise by `/(<path d=)(.*?)(fill="none"\/>)/` and read five letters from the rest.
        #[test]
        fn five_letters_are_left_when_the_noise_is_stripped(seed: u8) {
            let mut svg = draw(&seeded(seed));
            while let Some(start) = svg.find("<path d=") {
                let length = svg[start..].find(r#"fill="none"/>"#).unwrap() + r#"fill="none"/>"#.len();
                svg.replace_range(start..start + length, "");
            }
            prop_assert_eq!(svg.matches("<path fill=\"#333\" d=\"M").count(), 5);
            prop_assert_eq!(svg.matches("<path").count(), 5);
            prop_assert!(!svg.contains("stroke"));
        }
    }
}
