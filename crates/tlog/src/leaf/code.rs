//! The closed lists, with their codes. Kinds share one list of codes, since a leaf's kind tells its shape.

/// A code that version 1 does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code} is not the code of {list} in version 1")]
pub struct UnknownCode {
    pub list: &'static str,
    pub code: u64,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $list:literal $name:ident { $($(#[$note:meta])* $variant:ident = $code:literal $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            /// Each member once, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> u64 {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The name in docs/leaf.md and in the vectors.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            pub const fn from_code(code: u64) -> Result<Self, UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(UnknownCode { list: $list, code }),
                }
            }
        }
    )+};
}

codes! {
    /// What was done with one person's record.
    "a kind of access" AccessKind {
        /// Sealed fields were opened.
        Disclosure = 1 "disclosure",
        /// Opening them was asked for and refused.
        Refused = 2 "refused",
        ConsentGranted = 3 "consent-granted",
        ConsentRevoked = 4 "consent-revoked",
        /// Emergency access was granted; what was then opened has leaves of its own.
        EmergencyOpened = 5 "emergency-opened",
        /// The review that emergency access must have took place.
        EmergencyReviewed = 6 "emergency-reviewed",
        CertificateIssued = 7 "certificate-issued",
        CertificateRevoked = 8 "certificate-revoked",
        /// What opens the person's record changed: number, card, document, PIN, or who else may act for them.
        ContactChanged = 9 "contact-changed",
        /// The person's keys were deleted.
        Erased = 10 "erased",
        /// A record of nobody, planted to catch misuse, was opened.
        CanaryTouched = 11 "canary-touched",
    }
    /// What was done with many records.
    "a kind of summary" SummaryKind {
        /// An export; each subject has a disclosure leaf of their own.
        BulkExport = 12 "bulk-export",
        /// Requests refused before it was known whom they were about.
        RefusedSummary = 13 "refused-summary",
    }
    /// What changed in the system.
    "a kind of system event" SystemKind {
        PolicyChanged = 14 "policy-changed",
        /// A root key was made, rotated, moved or retired.
        KeyEvent = 15 "key-event",
        StaffRoleChanged = 16 "staff-role-changed",
        PartnerChanged = 17 "partner-changed",
        /// Initialisation, backup, restore, retention, stop and resumption of disclosures.
        Operation = 18 "operation",
    }
    /// Why the actor was entitled to be there.
    "a basis" Basis {
        /// A one-time password sent to the person's mobile.
        OneTimePassword = 1 "one-time-password",
        /// Code, slip or full document number shown at the site.
        EvidenceAtSite = 2 "evidence-at-site",
        /// None, with a reason on record and a message to the person.
        NoEvidence = 3 "no-evidence",
        DutyOfLaw = 4 "duty-of-law",
        /// Recorded earlier for this purpose and not revoked.
        Consent = 5 "consent",
        /// Two people approved it.
        Emergency = 6 "emergency",
        /// A passkey that the person registered.
        Passkey = 7 "passkey",
        /// Somebody whom the person, or the law for a child, lets act.
        Delegation = 8 "delegation",
    }
    /// In which role somebody acted.
    "an actor class" ActorClass {
        Citizen = 1 "citizen",
        Vaccinator = 2 "vaccinator",
        SiteManager = 3 "site-manager",
        DistrictAdmin = 4 "district-admin",
        Partner = 5 "partner",
        /// A job of the service without a person behind it.
        MachineJob = 6 "machine-job",
        /// A command given on the server.
        OperatorCommand = 7 "operator-command",
        StateAdmin = 8 "state-admin",
        NationalAdmin = 9 "national-admin",
        MedicalOfficer = 10 "medical-officer",
        /// Whoever registers and verifies at the site's desk.
        Registrar = 11 "registrar",
        /// Whoever visits homes.
        CommunityWorker = 12 "community-worker",
        HelpDesk = 13 "help-desk",
        GrievanceOfficer = 14 "grievance-officer",
        Auditor = 15 "auditor",
    }
    /// What for.
    "a purpose" Purpose {
        /// The person looks at, changes or takes along their own record.
        OwnRecord = 1 "own-record",
        Registration = 2 "registration",
        Booking = 3 "booking",
        /// Verification, dose, observation.
        Vaccination = 4 "vaccination",
        Certificate = 5 "certificate",
        /// A message to the person.
        Notification = 6 "notification",
        /// An adverse event and its follow-up.
        AdverseEvent = 7 "adverse-event",
        Correction = 8 "correction",
        /// A document that two people claim.
        DocumentDispute = 9 "document-dispute",
        Grievance = 10 "grievance",
        /// A partner acts for the person, who is present by one-time password.
        PartnerAssisted = 11 "partner-assisted",
        /// A partner gets a yes or a no.
        PartnerPredicate = 12 "partner-predicate",
        /// Due and drop-out lists, outbreak response.
        Programme = 13 "programme",
        Statistics = 14 "statistics",
        EmergencyCare = 15 "emergency-care",
        Investigation = 16 "investigation",
        /// A court or an authority ordered it.
        LegalOrder = 17 "legal-order",
        /// Exchange with another health system.
        Exchange = 18 "exchange",
        Research = 19 "research",
        /// Erasure and retention.
        Erasure = 20 "erasure",
        /// Key rotation, migration, repair: opened by a machine and seen by no one.
        Maintenance = 21 "maintenance",
    }
}
