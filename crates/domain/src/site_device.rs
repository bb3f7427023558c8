//! A device that several members of staff of a centre work on, one after the other: its name, how it is enrolled, and how
//! long a shift on it lasts.

use std::fmt;

use chrono::NaiveTime;

use crate::time::Timestamp;

/// A device waits so long for the code that enrols it.
pub const CODE_SECONDS: i64 = 15 * 60;
/// A shared device locks after so long without a request.
pub const LOCK_SECONDS: i64 = 120;
/// So many wrong PINs in a row close a person's PIN on one device.
pub const PIN_TRIES: i64 = 5;
const SHIFT_SECONDS: i64 = 14 * 3600;

/// When a shift that begins now is over: at midnight in Asia/Kolkata, and after fourteen hours at most.
pub fn shift_end(now: Timestamp) -> Timestamp {
    let longest = now.plus_seconds(SHIFT_SECONDS);
    let midnight = now
        .date()
        .succ_opt()
        .map(|tomorrow| Timestamp::from_local(tomorrow, NaiveTime::MIN));
    midnight.map_or(longest, |midnight| midnight.min(longest))
}

/// What the manager calls a device: 1–40 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give the device a name of 1 to 40 characters, such as Table 2")]
pub struct ParseDeviceName;

impl DeviceName {
    /// Blanks around it and more than one within do not count.
    pub fn parse(text: &str) -> Result<Self, ParseDeviceName> {
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=40).contains(&line.chars().count()) && !line.chars().any(char::is_control);
        if fits {
            Ok(Self(line.into()))
        } else {
            Err(ParseDeviceName)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS: usize = 12;

/// What is typed on a device to enrol it, once: twelve letters and digits, 60 random bits. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceCode(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a device: type the twelve letters and digits that the site manager sees")]
pub struct ParseDeviceCode;

impl DeviceCode {
    pub fn from_random(bytes: [u8; CODE_LETTERS]) -> Self {
        let letter = |byte: &u8| {
            ALPHABET
                .get(usize::from(byte % 32))
                .map_or('0', |byte| char::from(*byte))
        };
        Self(bytes.iter().map(letter).collect::<String>().into())
    }

    /// In any letter case, with or without blanks and hyphens; `O` is read as 0, `I` and `L` as 1.
    pub fn parse(text: &str) -> Result<Self, ParseDeviceCode> {
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: String = typed.map(read).collect();
        let fits = code.len() == CODE_LETTERS && code.bytes().all(|byte| ALPHABET.contains(&byte));
        if fits {
            Ok(Self(code.into()))
        } else {
            Err(ParseDeviceCode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, as it is read out.
    pub fn spelled(&self) -> String {
        let groups: Vec<String> = self
            .0
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into())
            .collect();
        groups.join("-")
    }
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_ends_at_midnight_in_india_and_after_fourteen_hours() {
        let at = |text: &str| {
            let time: chrono::NaiveDateTime = text.parse().unwrap();
            Timestamp::from_local(time.date(), time.time())
        };
        assert_eq!(shift_end(at("2026-11-22T10:00:00")), at("2026-11-23T00:00:00"));
        assert_eq!(shift_end(at("2026-11-22T23:59:00")), at("2026-11-23T00:00:00"));
        assert_eq!(shift_end(at("2026-11-22T05:30:00")), at("2026-11-22T19:30:00"));
        assert_eq!(shift_end(at("2026-11-23T00:00:00")), at("2026-11-23T14:00:00"));
    }

    #[test]
    fn a_code_is_read_as_people_spell_it() {
        let code = DeviceCode::from_random([0, 1, 2, 3, 31, 30, 29, 28, 160, 33, 17, 18]);
        assert_eq!(code.spelled(), "0123-ZYXW-01HJ");
        assert_eq!(DeviceCode::parse(" oi23 zyxw-0lhj "), Ok(code.clone()));
        assert_eq!(format!("{code:?}"), "DeviceCode(redacted)");
        for bad in [
            "",
            "0123-ZYXW-01H",
            "0123-ZYXW-01HJ0",
            "U123-ZYXW-01HJ",
            "०123-ZYXW-01HJ",
        ] {
            assert_eq!(DeviceCode::parse(bad), Err(ParseDeviceCode), "{bad}");
        }
    }

    #[test]
    fn a_device_has_a_name_on_one_line() {
        assert_eq!(DeviceName::parse("  Table \n 2 ").unwrap().as_str(), "Table 2");
        for bad in ["", "   ", &"x".repeat(41), "a\u{7}b"] {
            assert_eq!(DeviceName::parse(bad), Err(ParseDeviceName), "{bad:?}");
        }
    }
}
