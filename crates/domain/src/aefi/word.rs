//! The closed lists. A code, once stored, never changes its meaning; order is that of the pages.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The word of a code; none for any other text.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.code() == code)
            }
        }
    )+};
}

words! {
    /// How grave the event is, in the three classes of India's guidelines.
    Seriousness {
        /// Common and passing by itself: counted, with no investigation.
        Minor = "minor",
        /// Of increased intensity, without any of the [`Criterion`]s.
        Severe = "severe",
        /// At least one [`Criterion`].
        Serious = "serious",
    }
    /// What makes an event serious: any one of these.
    Criterion {
        Death = "death",
        LifeThreatening = "life_threatening",
        Hospitalisation = "hospitalisation",
        Disability = "disability",
        CongenitalAnomaly = "congenital_anomaly",
        /// Two or more alike, by place, time or vaccine.
        Cluster = "cluster",
    }
    /// What was seen: the events of WHO's reporting form, and what people feel often.
    Symptom {
        Fever = "fever",
        /// Pain, redness or swelling where it was given.
        LocalReaction = "local_reaction",
        /// The same beyond the nearest joint or for more than three days.
        SevereLocalReaction = "severe_local_reaction",
        Headache = "headache",
        Weakness = "weakness",
        Vomiting = "vomiting",
        Rash = "rash",
        Fainting = "fainting",
        Breathlessness = "breathlessness",
        ChestPain = "chest_pain",
        SwollenFace = "swollen_face",
        Anaphylaxis = "anaphylaxis",
        SeizureWithFever = "seizure_fever",
        SeizureWithoutFever = "seizure_no_fever",
        Abscess = "abscess",
        Sepsis = "sepsis",
        Encephalopathy = "encephalopathy",
        ToxicShock = "toxic_shock",
        Thrombocytopenia = "thrombocytopenia",
        Other = "other",
    }
    /// How the person is.
    Outcome {
        Recovering = "recovering",
        Recovered = "recovered",
        Sequelae = "sequelae",
        NotRecovered = "not_recovered",
        Died = "died",
        Unknown = "unknown",
    }
    /// Who classifies the cause, in this order.
    Committee {
        State = "state",
        National = "national",
    }
    /// WHO's causality categories (manual of 2018, revised 2019).
    Causality {
        /// Vaccine product-related reaction.
        A1 = "A1",
        /// Vaccine quality defect-related reaction.
        A2 = "A2",
        /// Immunization error-related reaction.
        A3 = "A3",
        /// Immunization anxiety-related reaction (stress response).
        A4 = "A4",
        /// Indeterminate: temporal relationship consistent, evidence insufficient.
        B1 = "B1",
        /// Indeterminate: conflicting trends.
        B2 = "B2",
        /// Coincidental.
        C = "C",
        /// Unclassifiable: information is missing.
        D = "D",
    }
    /// What became of specimens for the laboratory.
    Specimen {
        Sent = "sent",
        NotNeeded = "not_needed",
        NotPossible = "not_possible",
    }
    /// Who reported first.
    ItWas {
        TheSite = "site",
        TheCitizen = "citizen",
    }
}

impl Symptom {
    /// What a layperson can tell of themselves; the others are for health workers.
    pub const FOR_EVERYBODY: [Self; 12] = [
        Self::Fever,
        Self::LocalReaction,
        Self::Headache,
        Self::Weakness,
        Self::Vomiting,
        Self::Rash,
        Self::Fainting,
        Self::Breathlessness,
        Self::ChestPain,
        Self::SwollenFace,
        Self::SeizureWithoutFever,
        Self::Other,
    ];

    /// Whether whoever has it should call an ambulance before doing anything else.
    pub const fn calls_for_help(self) -> bool {
        matches!(
            self,
            Self::Fainting
                | Self::Breathlessness
                | Self::ChestPain
                | Self::SwollenFace
                | Self::Anaphylaxis
                | Self::SeizureWithFever
                | Self::SeizureWithoutFever
                | Self::Encephalopathy
                | Self::ToxicShock
                | Self::Sepsis
        )
    }
}
