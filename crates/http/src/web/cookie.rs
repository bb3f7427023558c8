//! Cookies: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, without exception.
//!
//! Browsers accept them on `http://127.0.0.1` and `http://localhost`, which they trust like HTTPS; the demo lives
//! there. Command-line clients do not, and have no business with pages.

use http::{HeaderMap, HeaderValue, header};

/// A cookie by its name after `__Host-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostCookie(&'static str);

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    UntilBrowserCloses,
    Seconds(u32),
}

impl HostCookie {
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The `Set-Cookie` value. `value` is letters, digits, `-`, `_` and `.`; anything else clears the cookie instead.
    pub fn set(self, value: &str, lifetime: Lifetime) -> HeaderValue {
        if !value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            return self.clear();
        }
        let age = match lifetime {
            Lifetime::UntilBrowserCloses => String::new(),
            Lifetime::Seconds(seconds) => format!("; Max-Age={seconds}"),
        };
        let text = format!(
            "__Host-{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}",
            self.0
        );
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }

    /// The `Set-Cookie` value that makes the browser forget.
    pub fn clear(self) -> HeaderValue {
        self.set("", Lifetime::Seconds(0))
    }
}

/// The value that the browser sent, if any and not empty.
pub fn read(headers: &HeaderMap, cookie: HostCookie) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix("__Host-")?.split_once('='))
        .find(|(name, value)| *name == cookie.0 && !value.is_empty())
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: HostCookie = HostCookie::new("visit");

    #[test]
    fn a_cookie_is_always_closed_in() {
        assert_eq!(
            COOKIE.set("a-b_c.1", Lifetime::Seconds(60)),
            "__Host-visit=a-b_c.1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"
        );
        let cleared = "__Host-visit=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
        for value in ["a;b", "a\r\nSet-Cookie: b", "ä", "a b"] {
            assert_eq!(COOKIE.set(value, Lifetime::UntilBrowserCloses), cleared);
        }
    }

    #[test]
    fn only_the_exact_name_is_read() {
        let headers = HeaderMap::from_iter([(
            header::COOKIE,
            HeaderValue::from_static("visit=x; __Host-visited=y; __Host-visit=; __Host-visit=z; a"),
        )]);
        assert_eq!(read(&headers, COOKIE), Some("z"));
        assert_eq!(read(&HeaderMap::new(), COOKIE), None);
    }
}
