//! The embedded fonts: one family per script, chosen character by character.
//!
//! Not a font system: no bold for scripts other than Latin and Devanagari, no right-to-left scripts, no emoji.

use std::sync::OnceLock;

use krilla::text::Font;

use crate::error::PdfError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

pub(crate) struct Typeface {
    pub(crate) font: Font,
    pub(crate) face: rustybuzz::Face<'static>,
    /// The first and last characters of the script's block; none for the fallback.
    block: Option<(char, char)>,
    weight: Weight,
}

impl Typeface {
    fn has(&self, c: char) -> bool {
        self.face.glyph_index(c).is_some()
    }
}

pub(crate) struct Fonts(Vec<Typeface>);

macro_rules! file {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("../../fonts/NotoSans", $name, ".ttf")) as &'static [u8],
        )
    };
}

/// File, bytes, block, weight. The fallback is first of its weight.
type Source = ((&'static str, &'static [u8]), Option<(char, char)>, Weight);

const SOURCES: [Source; 14] = [
    (file!("-Regular"), None, Weight::Regular),
    (file!("-Bold"), None, Weight::Bold),
    (
        file!("Devanagari-Regular"),
        Some(('\u{0900}', '\u{097F}')),
        Weight::Regular,
    ),
    (
        file!("Devanagari-Bold"),
        Some(('\u{0900}', '\u{097F}')),
        Weight::Bold,
    ),
    (
        file!("Bengali-Regular"),
        Some(('\u{0980}', '\u{09FF}')),
        Weight::Regular,
    ),
    (
        file!("Gurmukhi-Regular"),
        Some(('\u{0A00}', '\u{0A7F}')),
        Weight::Regular,
    ),
    (
        file!("Gujarati-Regular"),
        Some(('\u{0A80}', '\u{0AFF}')),
        Weight::Regular,
    ),
    (
        file!("Oriya-Regular"),
        Some(('\u{0B00}', '\u{0B7F}')),
        Weight::Regular,
    ),
    (
        file!("Tamil-Regular"),
        Some(('\u{0B80}', '\u{0BFF}')),
        Weight::Regular,
    ),
    (
        file!("Telugu-Regular"),
        Some(('\u{0C00}', '\u{0C7F}')),
        Weight::Regular,
    ),
    (
        file!("Kannada-Regular"),
        Some(('\u{0C80}', '\u{0CFF}')),
        Weight::Regular,
    ),
    (
        file!("Malayalam-Regular"),
        Some(('\u{0D00}', '\u{0D7F}')),
        Weight::Regular,
    ),
    (
        file!("OlChiki-Regular"),
        Some(('\u{1C50}', '\u{1C7F}')),
        Weight::Regular,
    ),
    (
        file!("MeeteiMayek-Regular"),
        Some(('\u{ABC0}', '\u{ABFF}')),
        Weight::Regular,
    ),
];

impl Fonts {
    /// Parsed once per process.
    pub(crate) fn embedded() -> Result<&'static Self, PdfError> {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        if let Some(fonts) = FONTS.get() {
            return Ok(fonts);
        }
        let fonts = SOURCES
            .into_iter()
            .map(load)
            .collect::<Result<_, _>>()
            .map(Self)?;
        Ok(FONTS.get_or_init(|| fonts))
    }

    /// The typeface for one character. Spaces, digits, punctuation and joiners stay with the neighbour before them where
    /// its font has them: a conjunct must not be cut.
    pub(crate) fn choose(
        &self,
        c: char,
        before: Option<&'static Typeface>,
        weight: Weight,
    ) -> Option<&Typeface> {
        let of_script = |weight| {
            self.0.iter().find(|t| {
                t.weight == weight && t.block.is_some_and(|(first, last)| (first..=last).contains(&c))
            })
        };
        let script = of_script(weight)
            .or_else(|| of_script(Weight::Regular))
            .filter(|t| t.has(c));
        let joins = matches!(c, '\u{0964}' | '\u{0965}' | '\u{200C}' | '\u{200D}');
        let neighbour = || before.filter(|t| t.block.is_some() && t.has(c));
        let fallback = || {
            self.0
                .iter()
                .find(|t| t.block.is_none() && t.weight == weight && t.has(c))
        };
        match script {
            _ if joins => neighbour().or(script).or_else(fallback),
            Some(typeface) => Some(typeface),
            None => fallback().or_else(neighbour),
        }
    }
}

fn load(((name, bytes), block, weight): Source) -> Result<Typeface, PdfError> {
    let font = Font::new(bytes.into(), 0).ok_or(PdfError::Font(name))?;
    let face = rustybuzz::Face::from_slice(bytes, 0).ok_or(PdfError::Font(name))?;
    Ok(Typeface {
        font,
        face,
        block,
        weight,
    })
}
