//! A4 pages with a reading order: every mark on the page is either tagged content or declared decoration.
//!
//! Distances are points from the top left corner.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::validate::{Accessibility, Archival};
use krilla::configure::{Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use pramaan_domain::time::Timestamp;

use super::font::{Fonts, Weight};
use super::text::{Shaped, shape, wrap};
use crate::error::PdfError;
use crate::qr::Modules;

pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 45.0;

/// What is longer is cut on the page, and whole in the signed certificate.
const MAX_LINES: usize = 8;

pub(crate) type Colour = (u8, u8, u8);
pub(crate) const INK: Colour = (24, 30, 42);
pub(crate) const MUTED: Colour = (90, 98, 112);
pub(crate) const ACCENT: Colour = (12, 84, 96);
pub(crate) const PALE: Colour = (236, 243, 244);
pub(crate) const RULE: Colour = (205, 213, 217);
pub(crate) const WHITE: Colour = (255, 255, 255);

#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) colour: Colour,
    pub(crate) lang: &'static str,
}

impl Style {
    pub(crate) const fn new(size: f32, weight: Weight, colour: Colour) -> Self {
        Self {
            size,
            weight,
            colour,
            lang: "en-IN",
        }
    }

    pub(crate) const fn hindi(self) -> Self {
        Self {
            lang: "hi-IN",
            ..self
        }
    }

    /// Noto's Indic marks reach high and low: 1.4 of the size keeps lines apart.
    pub(crate) fn line_height(self) -> f32 {
        self.size * 1.4
    }
}

/// A document in the making.
pub(crate) struct Book {
    document: Document,
    tree: TagTree,
    fonts: &'static Fonts,
    title: String,
    made_at: DateTime,
    pages: usize,
    outline: Outline,
}

impl Book {
    /// `made_at` is the document's date; there is no clock here, so the same input is the same file.
    pub(crate) fn new(title: &str, made_at: Timestamp) -> Result<Self, PdfError> {
        let settings = SerializeSettings {
            configuration: configuration()?,
            ..SerializeSettings::default()
        };
        let made_at = date_time(made_at);
        let mut document = Document::new_with(settings);
        document.set_metadata(
            Metadata::new()
                .title(title.to_owned())
                .language("en-IN".to_owned())
                .creation_date(made_at),
        );
        Ok(Self {
            document,
            tree: TagTree::new().with_lang(Some("en-IN".to_owned())),
            fonts: Fonts::embedded()?,
            title: title.to_owned(),
            made_at,
            pages: 0,
            outline: Outline::new(),
        })
    }

    /// Adds a page, painted by `paint`; answers what it answers.
    pub(crate) fn page<T>(
        &mut self,
        paint: impl FnOnce(&mut Sheet<'_, '_>) -> Result<T, PdfError>,
    ) -> Result<T, PdfError> {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PdfError::Layout)?;
        let mut page = self.document.start_page_with(settings);
        let mut surface = page.surface();
        let mut section = TagGroup::new(Tag::Section);
        let painted = paint(&mut Sheet {
            surface: &mut surface,
            fonts: self.fonts,
            section: &mut section,
        });
        surface.finish();
        page.finish();
        self.tree.push(section);
        let top = XyzDestination::new(self.pages, Point::from_xy(0.0, 0.0));
        self.outline.push_child(OutlineNode::new(self.title.clone(), top));
        self.pages += 1;
        painted
    }

    pub(crate) fn attach_json(&mut self, name: &str, description: &str, json: &str) -> Result<(), PdfError> {
        let file = EmbeddedFile {
            path: name.to_owned(),
            mime_type: MimeType::new("application/json"),
            description: Some(description.to_owned()),
            association_kind: AssociationKind::Source,
            data: json.as_bytes().to_vec().into(),
            modification_date: Some(self.made_at),
            compress: None,
            location: None,
        };
        self.document.embed_file(file).ok_or(PdfError::Layout)
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, PdfError> {
        self.document.set_outline(self.outline);
        self.document.set_tag_tree(self.tree);
        self.document
            .finish()
            .map_err(|error| PdfError::Write(refusal(&error)))
    }
}

fn configuration() -> Result<Configuration, PdfError> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PdfError::Layout)
}

/// The names of the broken rules, without what krilla quotes from the page.
fn refusal(error: &krilla::error::KrillaError) -> String {
    let text = format!("{error:?}");
    text.split(['(', '{']).take(3).collect::<Vec<_>>().join(" ")
}

fn date_time(instant: Timestamp) -> DateTime {
    use chrono::{Datelike, Timelike};
    let (date, time) = (instant.date(), instant.time_of_day());
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(small(date.month()))
        .day(small(date.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(5)
        .utc_offset_minute(30)
}

/// One page being painted.
pub(crate) struct Sheet<'a, 'b> {
    surface: &'a mut Surface<'b>,
    fonts: &'static Fonts,
    section: &'a mut TagGroup,
}

impl Sheet<'_, '_> {
    pub(crate) fn width_of(&self, text: &str, style: Style) -> f32 {
        shape(self.fonts, text, style.weight).width(style.size)
    }

    pub(crate) fn push(&mut self, group: TagGroup) {
        self.section.push(group);
    }

    /// A rectangle without meaning.
    pub(crate) fn decoration(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), colour: Colour) {
        let Some(rect) = Rect::from_xywh(x, y, width, height) else {
            return;
        };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        let Some(path) = path.finish() else { return };
        self.surface
            .start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.fill(colour);
        self.surface.draw_path(&path);
        self.surface.end_tagged();
    }

    /// Text in up to [`MAX_LINES`] lines, from baseline `y`; answers the baseline of the line that would follow.
    pub(crate) fn text(
        &mut self,
        (x, y): (f32, f32),
        text: &str,
        style: Style,
        width: f32,
        into: &mut TagGroup,
    ) -> f32 {
        let mut baseline = y;
        for line in wrap(self.fonts, text, style.weight, style.size, width)
            .iter()
            .take(MAX_LINES)
        {
            let tag = ContentTag::Span(SpanTag::empty().with_lang(Some(style.lang)));
            let span = self.surface.start_tagged(tag);
            self.glyphs((x, baseline), line, style);
            self.surface.end_tagged();
            into.push(span);
            baseline += style.line_height();
        }
        baseline
    }

    pub(crate) fn paragraph(&mut self, at: (f32, f32), text: &str, style: Style, width: f32) -> f32 {
        let mut group = TagGroup::new(Tag::P);
        let next = self.text(at, text, style, width, &mut group);
        self.push(group);
        next
    }

    /// A heading in English and, below it or beside it, in Hindi.
    pub(crate) fn heading(&mut self, level: u16, parts: &[((f32, f32), &str, Style)]) {
        let title = parts
            .iter()
            .map(|(_, text, _)| *text)
            .collect::<Vec<_>>()
            .join(" ");
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        let mut group = TagGroup::new(Tag::Hn(level, Some(title)));
        for (at, text, style) in parts {
            self.text(*at, text, *style, WIDTH, &mut group);
        }
        self.push(group);
    }

    fn glyphs(&mut self, (x, y): (f32, f32), line: &Shaped, style: Style) {
        self.fill(style.colour);
        let mut x = x;
        for run in &line.0 {
            let font = run.typeface.font.clone();
            self.surface.draw_glyphs(
                Point::from_xy(x, y),
                &run.glyphs,
                font,
                &run.text,
                style.size,
                false,
            );
            x += run.width(style.size);
        }
    }

    fn fill(&mut self, (r, g, b): Colour) {
        self.surface.set_fill(Some(Fill {
            paint: rgb::Color::new(r, g, b).into(),
            ..Fill::default()
        }));
    }

    /// A QR code of `side` points, without quiet zone: leave four modules of white around it.
    pub(crate) fn qr(
        &mut self,
        (x, y): (f32, f32),
        side: f32,
        modules: &Modules,
        alt: &str,
    ) -> Result<(), PdfError> {
        // One module is one unit, so that coordinates are short whole numbers: a tenth of the size on file.
        let mut path = PathBuilder::new();
        for (row, cells) in modules.rows().enumerate() {
            for (from, to) in dark_spans(cells) {
                let (left, top, width) = (units(from), units(row), units(to - from));
                path.push_rect(Rect::from_xywh(left, top, width, 1.0).ok_or(PdfError::Layout)?);
            }
        }
        let unit = side / units(modules.side());
        let path = path.finish().ok_or(PdfError::Layout)?;
        let mut figure = TagGroup::new(Tag::Figure(Some(alt.to_owned())));
        figure.push(self.surface.start_tagged(ContentTag::Other));
        self.fill((0, 0, 0));
        self.surface
            .push_transform(&Transform::from_row(unit, 0.0, 0.0, unit, x, y));
        self.surface.draw_path(&path);
        self.surface.pop();
        self.surface.end_tagged();
        self.push(figure);
        Ok(())
    }
}

/// Runs of dark modules in a row as `from..to`: fewer rectangles, and no hairlines between neighbours.
fn dark_spans(cells: &[bool]) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (at, _) in cells.iter().enumerate().filter(|(_, dark)| **dark) {
        match spans.last_mut() {
            Some((_, to)) if *to == at => *to = at + 1,
            _ => spans.push((at, at + 1)),
        }
    }
    spans
}

/// A QR code has at most 177 modules a side.
fn units(modules: usize) -> f32 {
    f32::from(u16::try_from(modules).unwrap_or(u16::MAX))
}
