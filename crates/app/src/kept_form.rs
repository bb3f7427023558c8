//! A form that was sent after its login had ended waits, sealed, in the login page of the browser that it came from.
//!
//! Nothing is stored here. Whoever reads the page, the browser's history or its cache sees no word of the form; and it
//! comes back only to who typed it, whoever else logs in on that browser meanwhile.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_domain::id::{HouseholdId, StaffId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{SealPurpose, context};

use crate::principal::{Citizen, Staff};
use crate::{App, Refusal};

/// How long a form waits for the login.
pub const KEPT_SECONDS: i64 = 30 * 60;
/// How long one waits on a shared device, and in the page that gives it back: the longest shift.
pub(crate) const SHIFT_SECONDS: i64 = 14 * 3600;

/// Who typed a form: whoever was logged in when it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typist(Subject);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Nobody,
    Household(HouseholdId),
    Staff(StaffId),
}

impl Typist {
    /// Who is about to log in. What they typed tells nobody anything but them: it waits in their own browser.
    pub const NOBODY_YET: Self = Self(Subject::Nobody);

    /// A colleague, whose form waits on a shared device.
    pub(crate) fn of_staff(staff: StaffId) -> Self {
        Self(Subject::Staff(staff))
    }
}

impl Citizen {
    pub fn typist(&self) -> Typist {
        Typist(Subject::Household(self.household))
    }
}

impl Staff {
    pub fn typist(&self) -> Typist {
        Typist(Subject::Staff(self.id))
    }
}

impl App {
    /// Whose login at the citizen's pages has ended, as its token tells; none when it is no such token. It proves nothing
    /// but that: nothing can be opened with it.
    pub fn ended_citizen(&self, token: &str) -> Option<Typist> {
        self.page_login_of_any_age(token).map(|citizen| citizen.typist())
    }

    /// The same for a login of staff at the pages; none when it is unknown, or long ago.
    pub async fn ended_staff(&self, token: &str) -> Result<Option<Typist>, Refusal> {
        let of = self.staff_of_any_age(token).await?;
        Ok(of.map(|staff| Typist(Subject::Staff(staff))))
    }

    /// Seals a form that `typist` meant for `path`, in letters that fit a hidden field.
    pub fn keep_form(&self, typist: Typist, path: &str, form: &str) -> String {
        let sealer = &self.0.sealer;
        let mut content = self.now().seconds().to_be_bytes().to_vec();
        content.extend_from_slice(form.as_bytes());
        let meant = typist.meant_for(path);
        let sealed = sealer
            .keys
            .seal(SealPurpose::Form, &meant, &content, &*sealer.entropy);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The form again; none when somebody else typed it, it was meant for another path, is older than half an hour, or is
    /// not ours.
    pub fn kept_form(&self, typist: Typist, path: &str, kept: &str) -> Option<String> {
        self.kept_within(KEPT_SECONDS, (typist, path), kept)
    }

    /// The same, of an age that the caller chooses: a shared device's lock page waits longer.
    pub(crate) fn kept_within(
        &self,
        seconds: i64,
        (typist, path): (Typist, &str),
        kept: &str,
    ) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let keys = &self.0.sealer.keys;
        let opened = keys
            .open(SealPurpose::Form, &typist.meant_for(path), &sealed)
            .ok()?;
        let (at, form) = opened.split_first_chunk()?;
        let at = Timestamp::from_seconds(i64::from_be_bytes(*at));
        if at.plus_seconds(seconds) <= self.now() {
            return None;
        }
        String::from_utf8(form.to_vec()).ok()
    }

    /// Seals anew what was about to be given back to `typist` for `path` when that login had ended too; none when it is older
    /// than the longest shift, or as for [`Self::kept_form`].
    ///
    /// The page with its one button is put aside like the form itself, so it may be older than half an hour.
    pub fn keep_again(&self, typist: Typist, path: &str, kept: &str) -> Option<String> {
        let form = self.kept_within(SHIFT_SECONDS, (typist, path), kept)?;
        Some(self.keep_form(typist, path, &form))
    }
}

impl Typist {
    fn meant_for(self, path: &str) -> Vec<u8> {
        let (kind, id) = match &self.0 {
            Subject::Nobody => (b"nobody".as_slice(), &[0; 16]),
            Subject::Household(id) => (b"household".as_slice(), id.as_bytes()),
            Subject::Staff(id) => (b"staff".as_slice(), id.as_bytes()),
        };
        context(&[b"form", kind, id, path.as_bytes()])
    }
}
