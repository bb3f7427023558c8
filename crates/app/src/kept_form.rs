//! A form that was sent after its login had ended waits, sealed, in the login page of the browser that it came from.
//!
//! Nothing is stored here. Whoever reads the page, the browser's history or its cache sees no word of the form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{SealPurpose, context};

use crate::App;

/// How long a form waits for the login.
pub const KEPT_SECONDS: i64 = 30 * 60;

impl App {
    /// Seals a form that was meant for `path`, in letters that fit a hidden field.
    pub fn keep_form(&self, path: &str, form: &str) -> String {
        let sealer = &self.0.sealer;
        let mut content = self.now().seconds().to_be_bytes().to_vec();
        content.extend_from_slice(form.as_bytes());
        let sealed = sealer
            .keys
            .seal(SealPurpose::Form, &meant_for(path), &content, &*sealer.entropy);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The form again; none when it was meant for another path, is older than half an hour, or is not ours.
    pub fn kept_form(&self, path: &str, kept: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let opened = self
            .0
            .sealer
            .keys
            .open(SealPurpose::Form, &meant_for(path), &sealed)
            .ok()?;
        let (at, form) = opened.split_first_chunk()?;
        let at = Timestamp::from_seconds(i64::from_be_bytes(*at));
        if at.plus_seconds(KEPT_SECONDS) <= self.now() {
            return None;
        }
        String::from_utf8(form.to_vec()).ok()
    }
}

fn meant_for(path: &str) -> Vec<u8> {
    context(&[b"form", path.as_bytes()])
}
