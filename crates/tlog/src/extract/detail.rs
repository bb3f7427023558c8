//! The sealed half of an entry, read without the program that wrote it.
//!
//! CBOR (RFC 8949): one array of definite length, numbers in their shortest form. Items after the eleventh are a newer
//! program's, and passed over.

/// Most items of a detail, known or not.
const MOST_ITEMS: u64 = 32;
/// Items that every detail has; the reason may be missing at the end.
const LEAST_ITEMS: u64 = 10;

/// What an entry says about one opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Microseconds since 1970 UTC.
    pub at: u64,
    /// In what capacity, in the words of docs/extract.md.
    pub class: String,
    pub basis: String,
    pub purpose: String,
    /// One bit for each field.
    pub fields: u32,
    /// Centre or partner number; 0 for none.
    pub organisation: u64,
    /// CoWIN district id; 0 for none.
    pub district: u32,
    /// Staff code; empty for none.
    pub staff: String,
    /// A random name of the device or login; empty for none.
    pub device: String,
    /// Route template, job or command.
    pub request: String,
    pub reason: Option<String>,
}

/// Bytes are not a detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the detail is not the CBOR of docs/extract.md: {0}")]
pub struct DetailError(&'static str);

impl Detail {
    /// Reads the bytes that a leaf commits to.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DetailError> {
        let mut from = Reader(bytes);
        let items = from.array()?;
        if !(LEAST_ITEMS..=MOST_ITEMS).contains(&items) {
            return Err(DetailError("an array of 10 to 32 items was expected"));
        }
        let detail = Self {
            at: from.uint()?,
            class: from.text()?,
            basis: from.text()?,
            purpose: from.text()?,
            fields: from.uint32()?,
            organisation: from.uint()?,
            district: from.uint32()?,
            staff: from.text()?,
            device: from.text()?,
            request: from.text()?,
            reason: if items > LEAST_ITEMS {
                from.text_or_null()?
            } else {
                None
            },
        };
        for _ in LEAST_ITEMS + 1..items {
            from.skip()?;
        }
        if from.0.is_empty() {
            Ok(detail)
        } else {
            Err(DetailError("something follows the array"))
        }
    }
}

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const NULL: u8 = 0xf6;

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Major type and number of the next item.
    fn head(&mut self) -> Result<(u8, u64), DetailError> {
        let [first] = self.take::<1>()?;
        let (value, least) = match first & 31 {
            short @ 0..24 => (u64::from(short), 0),
            24 => (u64::from(u8::from_be_bytes(self.take()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.take()?)), 0x100),
            26 => (u64::from(u32::from_be_bytes(self.take()?)), 0x1_0000),
            27 => (u64::from_be_bytes(self.take()?), 0x1_0000_0000),
            _ => return Err(DetailError("an indefinite or reserved length")),
        };
        if value < least {
            return Err(DetailError("a number that is not in its shortest form"));
        }
        Ok((first >> 5, value))
    }

    fn expect(&mut self, wanted: u8) -> Result<u64, DetailError> {
        match self.head()? {
            (major, value) if major == wanted => Ok(value),
            _ => Err(DetailError("an item of another type")),
        }
    }

    fn array(&mut self) -> Result<u64, DetailError> {
        self.expect(ARRAY)
    }

    fn uint(&mut self) -> Result<u64, DetailError> {
        self.expect(UINT)
    }

    fn uint32(&mut self) -> Result<u32, DetailError> {
        u32::try_from(self.uint()?).map_err(|_| DetailError("a number beyond 32 bits"))
    }

    fn text(&mut self) -> Result<String, DetailError> {
        let length = self.expect(TEXT)?;
        let bytes = self.some(length)?;
        let text = std::str::from_utf8(bytes).map_err(|_| DetailError("a text that is not UTF-8"))?;
        Ok(text.to_owned())
    }

    fn text_or_null(&mut self) -> Result<Option<String>, DetailError> {
        if self.0.first() == Some(&NULL) {
            self.take::<1>()?;
            return Ok(None);
        }
        self.text().map(Some)
    }

    /// A number, bytes, a text or nothing.
    fn skip(&mut self) -> Result<(), DetailError> {
        if self.0.first() == Some(&NULL) {
            return self.take::<1>().map(drop);
        }
        match self.head()? {
            (UINT, _) => Ok(()),
            (BYTES | TEXT, length) => self.some(length).map(drop),
            _ => Err(DetailError("an item of another type")),
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DetailError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ENDS)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn some(&mut self, length: u64) -> Result<&'a [u8], DetailError> {
        let length = usize::try_from(length).map_err(|_| ENDS)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ENDS)?;
        self.0 = rest;
        Ok(taken)
    }
}

const ENDS: DetailError = DetailError("it ends within an item");
