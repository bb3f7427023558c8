//! What a question says itself, as it was meant.

use crate::captured::Exchange;

/// Path, query and body, as they were sent and without what forms escape.
pub(super) fn of(exchange: &Exchange) -> Vec<u8> {
    let sent = [exchange.target.as_bytes(), b"\n", &exchange.typed].concat();
    let meant = unescaped(&sent);
    [sent, b"\n".to_vec(), meant].concat()
}

fn unescaped(mut rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        let (byte, used) = match (first, escaped) {
            (b'%', Some(byte)) => (byte, 2),
            (b'+', _) => (b' ', 0),
            (other, _) => (*other, 0),
        };
        bytes.push(byte);
        rest = after.get(used..).unwrap_or_default();
    }
    bytes
}
