//! `multipart/form-data` as browsers send it, for the one page that takes a file.
//!
//! Names and contents only; file names and types are not looked at, because the content says what it is.

/// One field of the form.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// Parts of one form at most.
const PARTS: usize = 16;

/// The boundary that a `Content-Type` names.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    let value = value.trim_matches('"');
    (1..=70).contains(&value.len()).then_some(value)
}

/// The parts of a body, in order; `None` when it is not what its boundary says.
pub(crate) fn parse(boundary: &str, body: &[u8]) -> Option<Vec<Part>> {
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let at = find(rest, next.as_bytes())?;
        let (part, after) = (rest.get(..at)?, rest.get(at + next.len()..)?);
        parts.push(read(part)?);
        if parts.len() > PARTS {
            return None;
        }
        rest = after;
    }
}

/// The first part of a body of which only the beginning is here; `None` when that part is not whole yet, or when it is
/// nothing that a browser sends.
pub(crate) fn first(boundary: &str, beginning: &[u8]) -> Option<Part> {
    let rest = beginning.strip_prefix(format!("--{boundary}\r\n").as_bytes())?;
    let at = find(rest, format!("\r\n--{boundary}").as_bytes())?;
    read(rest.get(..at)?)
}

fn read(part: &[u8]) -> Option<Part> {
    let at = find(part, b"\r\n\r\n")?;
    let headers = std::str::from_utf8(part.get(..at)?).ok()?;
    let content = part.get(at + 4..)?.to_vec();
    let disposition = headers.split("\r\n").find(|line| {
        line.get(..20)
            .is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
    })?;
    let name = disposition
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("name="))?;
    Some(Part {
        name: name.trim_matches('"').to_owned(),
        content,
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, content) in parts {
            body.extend(
                format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n")
                    .bytes(),
            );
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--x1--\r\n");
        body
    }

    #[test]
    fn a_browsers_form_is_read() {
        assert_eq!(boundary("multipart/form-data; boundary=----x1"), Some("----x1"));
        assert_eq!(
            boundary("Multipart/Form-Data; charset=utf-8; boundary=\"x1\""),
            Some("x1")
        );
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        let parts = parse("x1", &form(&[("file", b"%PDF-\r\n\0\xff"), ("text", b"")])).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].content.as_slice()),
            ("file", &b"%PDF-\r\n\0\xff"[..])
        );
        assert_eq!((parts[1].name.as_str(), parts[1].content.len()), ("text", 0));
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = form(&[("file", b"abc")]);
        for end in 0..whole.len() - 4 {
            assert!(parse("x1", &whole[..end]).is_none(), "{end}");
        }
        let many: Vec<_> = (0..40).map(|_| ("a", &b"b"[..])).collect();
        assert!(parse("x1", &form(&many)).is_none());
    }

    #[test]
    fn the_first_part_is_read_before_the_rest_is_there() {
        let whole = form(&[("_csrf", b"token"), ("file", &[b'x'; 1_000])]);
        let end = find(&whole, b"token\r\n--x1").unwrap() + b"token\r\n--x1".len();
        for cut in 0..end {
            assert!(first("x1", &whole[..cut]).is_none(), "{cut}");
        }
        for cut in [end, end + 1, whole.len()] {
            let part = first("x1", &whole[..cut]).unwrap();
            assert_eq!(
                (part.name.as_str(), part.content.as_slice()),
                ("_csrf", &b"token"[..])
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        #[test]
        fn any_bytes_are_answered(body in proptest::collection::vec(any::<u8>(), 0..200), content in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = (parse("x1", &body), first("x1", &body));
            let read = parse("x1", &form(&[("f", &content)]));
            if find(&content, b"--x1").is_none() {
                prop_assert_eq!(&read.unwrap()[0].content, &content);
            }
        }
    }
}
