//! The head of a question or an answer.

/// First line and headers.
#[derive(Debug, Clone)]
pub(super) struct Head<'a> {
    pub(super) first: &'a str,
    /// All of it, as it was sent.
    pub(super) text: &'a str,
}

impl<'a> Head<'a> {
    /// The head that these bytes begin with, and what follows it. `None` when it does not end, or is no text.
    pub(super) fn of(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let first = text.split("\r\n").next()?;
        Some((Self { first, text }, bytes.get(end + 4..)?))
    }

    /// The value of a header; of several the first.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let lines = self.text.split("\r\n").skip(1);
        let mut named = lines.filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        });
        named.next()
    }

    /// The status of an answer.
    pub(super) fn status(&self) -> Option<u16> {
        self.first
            .strip_prefix("HTTP/1.")?
            .split(' ')
            .nth(1)?
            .parse()
            .ok()
    }

    /// Method and target of a question.
    pub(super) fn question(&self) -> Option<(&'a str, &'a str)> {
        let (rest, version) = self.first.rsplit_once(' ')?;
        version.starts_with("HTTP/1.").then_some(())?;
        rest.split_once(' ')
    }
}
