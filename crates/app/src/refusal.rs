//! Every way in which a use case says no, in the terms of the domain. The faces give each its status, code and sentence.

use pramaan_domain::aefi::FormFault;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::rules;
use pramaan_store::StoreError;
use pramaan_store::appointment::BookingRefusal;
use pramaan_store::roster::Place;

/// Why nothing was done. Nothing changed when one of these is answered.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("nobody is logged in, or the login has ended")]
    Unauthenticated,
    #[error("this login may not do that")]
    Forbidden,
    #[error("too many requests for now")]
    OverBudget { retry_after_seconds: u32 },

    #[error("as much of this is being worked on as can be")]
    Busy,

    #[error("the one-time password is wrong")]
    WrongOtp,
    #[error("the one-time password has expired, was used, or was guessed wrong three times")]
    OtpSpent,
    #[error("no beneficiary is registered with this mobile number")]
    NotRegistered,

    #[error("no such beneficiary in this household")]
    UnknownBeneficiary,
    #[error("six members are registered already")]
    HouseholdFull,
    #[error("the document is registered in this household already")]
    OwnDocument,
    #[error("nobody under 12 is vaccinated in this programme yet")]
    UnderAge,
    #[error("the document must be shown at the site before a dose")]
    DocumentAtSite,
    #[error("a record with a dose cannot be changed or deleted")]
    HasDose,
    #[error("a record with an appointment cannot be deleted; cancel the appointment first")]
    HasAppointment,
    #[error("no such matter is looked at here")]
    NoMatter,
    #[error("somebody went on with this matter meanwhile, or this does not follow")]
    MatterMoved,
    #[error("what would be published is not what was shown any more")]
    PlanMoved,

    #[error("no such entry is on this page of the list, or it is a look of the household itself")]
    NoEntry,
    #[error("ten objections of this person wait for an answer")]
    TooManyObjections,
    #[error("no objection of this number waits here")]
    NoObjection,
    #[error("nobody answers an objection to what they did themselves")]
    OwnObjection,
    #[error("the objection was answered already")]
    AnsweredAlready,
    #[error("a new view key of this person begins tomorrow already")]
    ViewKeyWaits,

    #[error("a health worker has this record open; try again in half an hour")]
    RecordOpen,

    #[error("this person keeps their record private; it opens with their own PIN")]
    PrivateMember,
    #[error("the PIN is wrong; {left} tries are left today")]
    WrongPrivatePin { left: u8 },
    #[error("this code sets no PIN of this person, was used, or has expired")]
    WrongSettingCode,
    #[error("PINs and codes of this person were wrong five times today; tomorrow they can be tried again")]
    PrivatePinSpent,
    #[error("only who is 18 beyond doubt can keep their record private")]
    NotOfAge,
    #[error("this person is 18: only they change or delete their record")]
    CameOfAge,
    #[error("the appointment also covers a member who keeps their record private")]
    SharedAppointment,

    #[error("no such session, or it is not open for booking")]
    UnknownSession,
    #[error("no such slot in this session")]
    UnknownSlot,
    #[error("the slot has ended")]
    SlotEnded,
    #[error("the session was cancelled")]
    SessionCancelled,
    #[error("no seat is left")]
    Full,
    #[error("a member already has an appointment for this dose")]
    AlreadyBooked,
    #[error("a member is not eligible: {}", _0.finding)]
    NotEligible(Box<rules::Answer>),
    /// A record of the same course, which this phone does not show, decides. Nothing of it is told.
    #[error("another record of a member decides, and is not shown here")]
    AnotherRecord,
    #[error("a member is outside the age group of this session")]
    OutsideAgeBand,
    #[error("the members of one appointment need the same dose")]
    DifferentDoses,
    #[error("another dose is due: {due}")]
    OtherDoseDue { due: DoseNumber },
    #[error("no such appointment in this household")]
    UnknownAppointment,
    #[error("the appointment can no longer be changed")]
    AppointmentOver,
    #[error("the slip could not be made")]
    SlipImpossible,
    #[error("this idempotency key was used for another request")]
    KeyReused,

    #[error("the staff code, password or one-time code is wrong")]
    WrongStaffLogin,
    #[error("too many people are logging in at this moment")]
    LoginsBusy { retry_after_seconds: u32 },
    #[error("too many invitations today, or too many that nobody has used yet")]
    TooManyInvitations,
    #[error("the link was used or has expired")]
    LinkSpent,
    #[error("not on today's roster of this centre")]
    OffRoster,
    #[error("this device was not enrolled, or has ended")]
    NoDevice,
    #[error("this device belongs to a centre where this code does not work today")]
    OtherSite,
    #[error("the PIN is wrong; {left} tries are left")]
    WrongPin { left: u8 },
    #[error("no PIN opens this device for this code: log in with password and second factor")]
    PinClosed,
    #[error("a request for this code waits already")]
    RequestWaits,
    #[error("no such request waits any more")]
    RequestGone,
    #[error("the code does not match this appointment; {left} tries are left")]
    WrongCode { left: u8 },
    #[error("the code was wrong five times; use the slip, an OTP or the document")]
    CodeSpent,
    #[error("the code sent to the mobile is wrong, used or expired")]
    WrongVisitCode,
    #[error("this mobile number cannot be used at a desk")]
    MobileNotHere,
    #[error("the reference id and the code on the card do not belong together")]
    WrongCard,
    #[error("the code of this card was wrong five times today; use the document")]
    CardSpent,
    #[error("a document is registered for this person already")]
    HasDocument,
    #[error("no mobile number is bound to this record")]
    NoMobile,
    #[error("nobody expected here today fits this evidence")]
    NoMatch,
    /// Not counted: the evidence is right.
    #[error("their place was given up because they did not come in time; seat them again first")]
    GivenUp { place: Place },
    #[error("five records were opened without evidence today")]
    NoEvidenceSpent,
    #[error("no rule allows this dose; record it with a reason: {explanation}")]
    OffProtocol { explanation: String },
    #[error("no encounter with this person is open; show evidence first")]
    NoEncounter,
    #[error("the dose was recorded already")]
    AlreadyRecorded,
    #[error("no held dose of this number needs attention here")]
    NoHeldDose,
    #[error("there are {there} doses, fewer than that: no stock goes below zero")]
    ShortOfStock { there: i64 },
    #[error("this centre never received that batch, or the batch is not recalled")]
    UnknownBatch,
    #[error("no adverse event of this number is followed up here")]
    NoCase,
    #[error(
        "somebody went on with this case since it was shown, or this step does not follow: look at it again"
    )]
    CaseMoved,
    #[error("there is a report of this dose: say whether this is the same event or another")]
    ReportedToday,
    #[error("the case form has mistakes: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    FaultyCaseForm { faults: Vec<FormFault> },
    #[error("the dose was corrected or voided meanwhile; look at the record again")]
    Superseded,
    #[error("nobody decides on what they proposed themselves")]
    OwnProposal,
    #[error("the dose was given at another centre; it is corrected there")]
    OtherCentre,
    #[error("no proposal of this number waits here")]
    NoProposal,
    #[error("who proposes to change a dose was at work here when it was given, or manages the centre")]
    NotThere,
    #[error(
        "records are joined or parted only with the evidence of both: the document in hand, or a code on each telephone"
    )]
    MergeWithoutEvidence,
    #[error("this is the same record: open the other one")]
    SameRecord,
    #[error("these records are one course already")]
    OneAlready,
    #[error("these records are not joined, or were parted meanwhile")]
    NotMerged,
    #[error("more than six records would be one course")]
    TooManyRecords,
    #[error("both records have an appointment for the same dose: cancel one of them first")]
    MergeAppointments,

    #[error("somebody went on with this visit since it was shown: look at the list again")]
    VisitMoved,
    #[error("{people} people are still here: see to them, or say why they are carried over")]
    StillHere { people: usize },
    #[error("the day is closed already, or open already")]
    DayMoved,
    #[error("no open vial has a dose that nobody is there or expected for")]
    NothingLeft,

    #[error("no certificate was issued for this dose")]
    NoCertificate,

    #[error("this does not bring anybody back to this number; a site does, with the document")]
    WrongProof,

    /// What was typed cannot be accepted; the field's stable name and a sentence.
    #[error("{field}: {sentence}")]
    Invalid { field: &'static str, sentence: String },

    #[error(transparent)]
    Unavailable(StoreError),
}

/// Somebody who was erased is answered like somebody who never was.
impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Erased => Self::UnknownBeneficiary,
            error => Self::Unavailable(error),
        }
    }
}

impl From<BookingRefusal> for Refusal {
    fn from(refusal: BookingRefusal) -> Self {
        match refusal {
            BookingRefusal::UnknownSession => Self::UnknownSession,
            BookingRefusal::SessionCancelled => Self::SessionCancelled,
            BookingRefusal::UnknownSlot => Self::UnknownSlot,
            BookingRefusal::SlotEnded => Self::SlotEnded,
            BookingRefusal::Full => Self::Full,
            BookingRefusal::AlreadyBooked => Self::AlreadyBooked,
            BookingRefusal::UnknownMember => Self::UnknownBeneficiary,
            BookingRefusal::UnknownAppointment => Self::UnknownAppointment,
            BookingRefusal::AppointmentOver => Self::AppointmentOver,
            BookingRefusal::KeyReused => Self::KeyReused,
        }
    }
}
