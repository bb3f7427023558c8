//! What happened to shared devices, PINs, printed codes and second factors and logins: a closed list, with no personal data.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// One kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum StaffEventKind { $($(#[$doc])* $name,)+ }

        impl StaffEventKind {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word that is stored and never changes.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

kinds! {
    /// A code to enrol a device with was made.
    DeviceCodeMade = "device_code_made",
    DeviceEnrolled = "device_enrolled",
    DeviceRenamed = "device_renamed",
    /// Lost, stolen or put away: its logins ended with it.
    DeviceEnded = "device_ended",
    PinSet = "pin_set",
    /// Five wrong PINs.
    PinClosed = "pin_closed",
    SheetPrinted = "sheet_printed",
    /// A printed code logged in.
    SheetCodeUsed = "sheet_code_used",
    FactorAsked = "factor_asked",
    FactorWithdrawn = "factor_withdrawn",
    FactorRefused = "factor_refused",
    FactorApproved = "factor_approved",
    /// Put on today's roster at once.
    Replacement = "replacement",
    /// A login began, or was moved, at a centre while another of the same account went on at another.
    LoginElsewhere = "login_elsewhere",
    AccountEnrolled = "account_enrolled",
    AccountEnded = "account_ended",
}

impl StaffEventKind {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in StaffEventKind::ALL {
            assert_eq!(StaffEventKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(StaffEventKind::from_code("name"), None);
    }
}
