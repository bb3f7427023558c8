//! The closed lists of what keys are used for. A label, once used, never changes: data depends on it.

use std::fmt;

/// Which generation of root keys sealed or indexed something. Fresh installations start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyEpoch(pub u32);

/// A keyed, truncated hash: finds an equal value without showing it. Meaningless without the index key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindIndex([u8; 16]);

/// The index of a value in a directory of people: as it is now and, while an index key is being changed, as rows that were not
/// moved yet still have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryIndex {
    pub now: BlindIndex,
    pub before: Option<BlindIndex>,
}

impl DirectoryIndex {
    /// Both, or the one there is twice: so that statements are the same.
    pub fn both(&self) -> [BlindIndex; 2] {
        [self.now, self.before.unwrap_or(self.now)]
    }
}

impl BlindIndex {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The first four bytes: enough to tell two apart in a log, too few to look anyone up with.
impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "BlindIndex({}…)", hex::encode([a, b, c, d]))
    }
}

macro_rules! labelled {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $label:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            /// Each member once.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }
    )+};
}

labelled! {
    /// What a blind index is over. Equal values of different kinds have unrelated indexes.
    IndexKind {
        Mobile = "index/mobile",
        Document = "index/document",
        Reference = "index/reference",
        Device = "index/device",
        NetworkPrefix = "index/network-prefix",
        Idempotency = "index/idempotency",
        Login = "index/login",
        StaffCode = "index/staff-code",
        Certificate = "index/certificate",
        ErasureDay = "index/erasure-day",
        Cohort = "index/cohort",
        Facilitator = "index/facilitator",
        StaffMobile = "index/staff-mobile",
    }
    /// What a keyed hash proves.
    MacKind {
        OneTimePassword = "mac/one-time-password",
        AppointmentCode = "mac/appointment-code",
        VisitCode = "mac/visit-code",
        StaffSecondFactor = "mac/staff-second-factor",
        Recording = "mac/recording",
        Token = "mac/token",
        StaffLogin = "mac/staff-login",
        EnrolmentLink = "mac/enrolment-link",
        PartnerKey = "mac/partner-key",
        HouseholdOfMobile = "mac/household-of-mobile",
        HolderOfPerson = "mac/holder-of-person",
        PersonOfReference = "mac/person-of-reference",
        PersonOfDocument = "mac/person-of-document",
        ConfirmedDevice = "mac/confirmed-device",
        Encounter = "mac/encounter",
        StaffRow = "mac/staff-row",
        StaffOfLogin = "mac/staff-of-login",
        StaffOfLink = "mac/staff-of-link",
        StockDose = "mac/stock-dose",
        StockPost = "mac/stock-post",
        PrivateMember = "mac/private-member",
        PrivatePin = "mac/private-pin",
        PrivateSettingCode = "mac/private-setting-code",
        PrivateOpening = "mac/private-opening",
        /// A row of a district's list of adverse events.
        AefiCase = "mac/aefi-case",
        /// A form about an adverse event, to tell one sent twice.
        AefiForm = "mac/aefi-form",
        /// Product, batch and number of a vial at a session.
        Vial = "mac/vial",
        CardCode = "mac/card-code",
        DeskRegistration = "mac/desk-registration",
        Withdrawal = "mac/withdrawal",
        StaffOfMobile = "mac/staff-of-mobile",
        SiteDevice = "mac/site-device",
        SiteDeviceCode = "mac/site-device-code",
        SiteShift = "mac/site-shift",
        StaffPin = "mac/staff-pin",
        StaffPinRow = "mac/staff-pin-row",
        StaffSheet = "mac/staff-sheet",
        FactorRequest = "mac/factor-request",
        /// Where a rooted day of the access log ends.
        LogDay = "mac/log-day",
        /// A head of the access log under the number that it was published with.
        LogPublication = "mac/log-publication",
        StaffEvent = "mac/staff-event",
        DoseEvent = "mac/dose-event",
        DoseOfCertificate = "mac/dose-of-certificate",
        CorrectionVisit = "mac/correction-visit",
        Correction = "mac/correction",
        MergeLink = "mac/merge-link",
        MergeEvent = "mac/merge-event",
        Merge = "mac/merge",
        Opening = "mac/opening",
        Review = "mac/review",
        /// A row of a district's list of objections.
        Objection = "mac/objection",
        /// Whom an objection is about, so that they do not answer it.
        ObjectedStaff = "mac/objected-staff",
        /// A plan as it was shown, and the ids of what it publishes.
        Plan = "mac/plan",
    }
    /// What is sealed outside the keys of persons. Each purpose has a derived key of its own.
    SealPurpose {
        Outbox = "seal/outbox",
        Staff = "seal/staff",
        Token = "seal/token",
        AccessDetail = "seal/access-detail",
        Idempotency = "seal/idempotency",
        Device = "seal/device",
        Totp = "seal/totp",
        OneTimePassword = "seal/one-time-password",
        Erasure = "seal/erasure",
        Form = "seal/form",
        HeldDose = "seal/held-dose",
        StockNote = "seal/stock-note",
        DayNote = "seal/day-note",
    }
}
