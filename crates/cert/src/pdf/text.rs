//! From text to positioned glyphs: runs of one font, shaped, measured, broken at spaces.

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};

use super::font::{Fonts, Typeface, Weight};

/// What is drawn for a character that no embedded font has. The signed data keeps the character.
const UNKNOWN: char = '?';

/// A stretch of text in one font, shaped. Glyph measures are in ems.
pub(crate) struct Run {
    pub(crate) typeface: &'static Typeface,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

impl Run {
    pub(crate) fn width(&self, size: f32) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.x_advance * size).sum()
    }
}

/// One line of text.
#[derive(Default)]
pub(crate) struct Shaped(pub(crate) Vec<Run>);

impl Shaped {
    pub(crate) fn width(&self, size: f32) -> f32 {
        self.0.iter().map(|run| run.width(size)).sum()
    }
}

pub(crate) fn shape(fonts: &'static Fonts, text: &str, weight: Weight) -> Shaped {
    let mut runs: Vec<(&'static Typeface, String)> = Vec::new();
    for c in text.chars() {
        let before = runs.last().map(|(typeface, _)| *typeface);
        let known = fonts.choose(c, before, weight).map(|typeface| (typeface, c));
        let Some((typeface, c)) = known.or_else(|| Some((fonts.choose(UNKNOWN, None, weight)?, UNKNOWN)))
        else {
            continue;
        };
        match runs.last_mut() {
            Some((last, run)) if std::ptr::eq(*last, typeface) => run.push(c),
            _ => runs.push((typeface, c.to_string())),
        }
    }
    Shaped(
        runs.into_iter()
            .map(|(typeface, text)| shape_run(typeface, text))
            .collect(),
    )
}

fn shape_run(typeface: &'static Typeface, text: String) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text);
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    let output = rustybuzz::shape(&typeface.face, &[], buffer);
    let infos = output.glyph_infos();
    let em = typeface.font.units_per_em();
    // Font units fit sixteen bits by the font format.
    let ems = |units: i32| i16::try_from(units).map(f32::from).unwrap_or_default() / em;
    let glyphs = infos.iter().zip(output.glyph_positions()).map(|(info, at)| {
        let start = info.cluster;
        let end = infos
            .iter()
            .map(|other| other.cluster)
            .find(|cluster| *cluster > start);
        let range = index(start)..end.map_or(text.len(), index);
        let id = GlyphId::new(info.glyph_id);
        KrillaGlyph::new(
            id,
            ems(at.x_advance),
            ems(at.x_offset),
            ems(at.y_offset),
            ems(at.y_advance),
            range,
            None,
        )
    });
    let glyphs = glyphs.collect();
    Run {
        typeface,
        text,
        glyphs,
    }
}

fn index(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

/// Breaks a text at spaces into lines of at most `width` points; a word that is wider alone is broken inside.
pub(crate) fn wrap(fonts: &'static Fonts, text: &str, weight: Weight, size: f32, width: f32) -> Vec<Shaped> {
    let whole = shape(fonts, text, weight);
    if whole.width(size) <= width {
        return vec![whole];
    }
    let fits = |text: &str| shape(fonts, text, weight).width(size) <= width;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = break_word(word, &fits, &mut lines);
    }
    lines.push(line);
    lines.iter().map(|line| shape(fonts, line, weight)).collect()
}

/// Pushes full lines of a word that is too wide and returns its rest.
fn break_word(word: &str, fits: &impl Fn(&str) -> bool, lines: &mut Vec<String>) -> String {
    let mut rest = String::new();
    for c in word.chars() {
        rest.push(c);
        if !fits(&rest) && rest.chars().nth(1).is_some() {
            rest.pop();
            lines.push(std::mem::replace(&mut rest, c.to_string()));
        }
    }
    rest
}
