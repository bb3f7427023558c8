//! What an access entry says: who, on what basis, for which purpose, which fields.
//!
//! The closed lists here are the vocabulary of `policy`, of the access log and of the page that shows a person who read
//! their record. A new way to open a record starts with a new line here, and so shows up in every one of them.

use std::fmt;

/// A sealed fact about a person that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    Name = 0,
    BirthYear = 1,
    BirthDate = 2,
    Gender = 3,
    DocumentType = 4,
    DocumentLastFour = 5,
    ReferenceId = 6,
    Mobile = 7,
    Doses = 8,
    Certificate = 9,
    AppointmentCode = 10,
    AccessList = 11,
    Comorbidity = 12,
    /// On which bulk lists the person's number and year of birth are. Not sealed but found by a keyed index; named all the
    /// same wherever it is shown or decided upon.
    Group = 13,
    /// What was reported after a dose: symptoms, how serious, how it ended.
    AdverseEvents = 14,
    /// What recognises a person's entries of a month in the public log. Computed, not sealed; whoever is given it keeps it.
    ViewKey = 15,
    /// What the person objected to in the list of accesses, in their words, and the answer.
    Objections = 16,
}

impl Field {
    pub const ALL: [Self; 17] = [
        Self::Name,
        Self::BirthYear,
        Self::BirthDate,
        Self::Gender,
        Self::DocumentType,
        Self::DocumentLastFour,
        Self::ReferenceId,
        Self::Mobile,
        Self::Doses,
        Self::Certificate,
        Self::AppointmentCode,
        Self::AccessList,
        Self::Comorbidity,
        Self::Group,
        Self::AdverseEvents,
        Self::ViewKey,
        Self::Objections,
    ];

    /// The stable name: used in sealing contexts, the policy matrix and message ids, so it never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthYear => "birth_year",
            Self::BirthDate => "birth_date",
            Self::Gender => "gender",
            Self::DocumentType => "document_type",
            Self::DocumentLastFour => "document_last_four",
            Self::ReferenceId => "reference_id",
            Self::Mobile => "mobile",
            Self::Doses => "doses",
            Self::Certificate => "certificate",
            Self::AppointmentCode => "appointment_code",
            Self::AccessList => "access_list",
            Self::Comorbidity => "comorbidity",
            Self::Group => "group",
            Self::AdverseEvents => "adverse_events",
            Self::ViewKey => "view_key",
            Self::Objections => "objections",
        }
    }
}

/// A set of fields: one bit each, bit number = the discriminant of [`Field`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FieldSet(u32);

impl FieldSet {
    pub const EMPTY: Self = Self(0);

    pub const fn of(fields: &[Field]) -> Self {
        let mut bits = 0;
        let mut rest = fields;
        while let [first, tail @ ..] = rest {
            bits |= 1 << (*first as u8);
            rest = tail;
        }
        Self(bits)
    }

    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Unknown bits are dropped: an older program reads a newer entry as far as it can.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::of(&Field::ALL).0)
    }

    pub const fn contains(self, field: Field) -> bool {
        self.0 & (1 << (field as u8)) != 0
    }

    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| self.contains(*field))
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Field::name)).finish()
    }
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name: printed in the policy matrix, stored in sealed details, part of message ids.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|item| item.name() == name)
            }
        }
    };
}

vocabulary! {
    /// In what capacity somebody acts.
    ActorClass {
        Citizen = "citizen",
        /// A citizen with a fresh OTP, served through a white-listed partner.
        AssistedCitizen = "assisted_citizen",
        Vaccinator = "vaccinator",
        SiteManager = "site_manager",
        DistrictAdmin = "district_admin",
        /// A job of the system itself: certificates, messages, retention.
        Machine = "machine",
        /// A command typed on the server.
        Operator = "operator",
    }
}

vocabulary! {
    /// Why the record may be opened at all.
    Basis {
        PersonOtp = "person_otp",
        SiteEvidence = "site_evidence",
        NoEvidenceWithReason = "no_evidence_with_reason",
        DutyOfLaw = "duty_of_law",
        /// A second member of staff checks what a colleague proposed. The person need not be there.
        SecondPerson = "second_person",
        /// Somebody else was there and said, or showed, something that is about this person too.
        AnothersWord = "anothers_word",
    }
}

vocabulary! {
    /// What the opened fields are for.
    Purpose {
        /// The person looks at their own household.
        OwnRecord = "own_record",
        /// The person looks at who read their record.
        OwnAccessList = "own_access_list",
        /// Age and earlier doses are checked before a seat is given.
        Booking = "booking",
        /// The person downloads the slip with the code to show at the site.
        AppointmentSlip = "appointment_slip",
        /// The health worker checks identity and gives a dose.
        Vaccination = "vaccination",
        /// A certificate is made, or fetched by the person.
        Certificate = "certificate",
        /// A message to the person's own mobile is queued.
        Notification = "notification",
        /// The yes/no status of the KYC interface, with the person's OTP.
        StatusCheck = "status_check",
        /// A registration with a document that somebody else registered is settled at the site.
        DocumentDispute = "document_dispute",
        /// Which phone sees the person changes. Opens nothing.
        Contact = "contact",
        /// What was recorded of a dose is shown to be corrected, or is corrected.
        Correction = "correction",
        /// A birth date is erased on the 18th birthday.
        Retention = "retention",
        /// An adverse event after a dose is reported or followed up.
        AdverseEvent = "adverse_event",
        /// A person objects to an access, or a district answers that.
        Grievance = "grievance",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set = FieldSet::of(&[Field::Name, Field::Doses]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Field::Name, Field::Doses]);
        assert!(FieldSet::of(&[Field::Doses]).is_subset_of(set));
        assert!(!set.is_subset_of(FieldSet::of(&[Field::Doses])));
        assert_eq!(FieldSet::from_bits(u32::MAX).iter().count(), Field::ALL.len());
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_name(purpose.name()), Some(*purpose));
        }
        let mut names: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Field::ALL.len());
    }
}
