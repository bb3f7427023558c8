//! What people are told by SMS: typed templates with parameters. The text is made when the message is delivered.
//!
//! What goes to a number that several people read, or a private member, says only that there is something new: no place, no
//! purpose, no member. That is decided when it is queued, so that the queue holds no more either.
//!
//! No name, no reference id, no code of an appointment: a phone is read by others too. Clients of CoWIN find the one-time
//! password as the only run of exactly six digits, so no other message has one.

mod text;

use minicbor::{Decode, Encode};
use pramaan_domain::id::MessageId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::encounter::VISIT_CODE_SECONDS;
use pramaan_store::otp::OTP_SECONDS;
use pramaan_store::outbox::{self, Outgoing};
use pramaan_store::person::OpenedPerson;
use pramaan_store::private_member::Audience;
use pramaan_store::{Sealer, StoreError, Tx};

pub use pramaan_domain::language::Language;

/// A template with its parameters. Indexes never change meaning: queued messages hold them.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Message {
    #[n(0)]
    Otp {
        #[n(0)]
        code: String,
    },
    #[n(1)]
    AppointmentBooked(#[n(0)] Visit),
    #[n(2)]
    AppointmentMoved(#[n(0)] Visit),
    #[n(3)]
    AppointmentCancelled(#[n(0)] Visit),
    #[n(4)]
    DoseRecorded {
        #[n(0)]
        vaccine: String,
        #[n(1)]
        centre: String,
        #[cbor(n(2), with = "civil_date")]
        date: CivilDate,
    },
    #[n(5)]
    CertificateReady,
    /// Somebody of the staff opened the record without evidence that the person was there.
    #[n(6)]
    RecordOpenedWithoutEvidence {
        #[n(0)]
        centre: String,
        #[n(1)]
        staff_code: String,
        #[cbor(n(2), with = "civil_date")]
        date: CivilDate,
    },
    /// A code that the person reads out to the health worker in front of them.
    #[n(7)]
    VisitCode {
        #[n(0)]
        code: String,
    },
    /// A dose was corrected, voided or moved. Which, where and whose is on the list that opens with an OTP.
    #[n(90)]
    DoseCorrected,
    /// Two records were joined, or parted. Which, where and whose is on the list that opens with an OTP.
    #[n(24)]
    RecordsMerged,
    /// A code that proves a number at a centre's desk. It logs nobody in.
    #[n(8)]
    DeskCode {
        #[n(0)]
        code: String,
    },
    /// Anything about somebody who shares their number.
    #[n(20)]
    SharedNews,
    /// The same of a record that was opened without evidence, which its owner may want to report.
    #[n(21)]
    SharedRecordOpened,
    /// A visit code to a number that is shared: what it is for is said by whoever asks for it.
    #[n(22)]
    SharedVisitCode {
        #[n(0)]
        code: String,
    },
    /// Nobody came to an appointment.
    #[n(100)]
    AppointmentMissed(#[n(0)] Visit),
    /// A session goes on for longer, until the end of the slot.
    #[n(101)]
    SessionExtended(#[n(0)] Visit),
    /// Something was done about a report of an adverse event. Says neither what it was about nor of whom.
    #[n(23)]
    ReportChanged,
    /// The district answered an objection to an access. Says neither what it was about nor of whom.
    #[n(110)]
    ObjectionAnswered,
    /// All logins of the number were ended, because somebody said that a device was not theirs. About the number, and nobody's
    /// record.
    #[n(111)]
    LoginsEnded,
    /// The same, but for the login that asked, which had just given an OTP.
    #[n(112)]
    OtherLoginsEnded,
}

/// Where and when people are expected.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Visit {
    #[n(0)]
    pub centre: String,
    #[cbor(n(1), with = "civil_date")]
    pub date: CivilDate,
    /// As it is printed on slips: `09:00AM-11:00AM`.
    #[n(2)]
    pub slot: String,
}

/// Whom to write to, as taken from a record: the household's number, its language, and who else reads it.
#[derive(Debug, Clone)]
pub(crate) struct Addressee {
    pub(crate) mobile: Mobile,
    pub(crate) language: Language,
    pub(crate) audience: Audience,
}

impl Addressee {
    /// `None` when the number was not opened, or nobody ever proved one.
    pub(crate) fn of(person: &OpenedPerson) -> Option<Self> {
        Some(Self {
            mobile: person.mobile.clone()?,
            language: person.language,
            audience: person.audience,
        })
    }

    /// In the language of whoever is asking just now.
    pub(crate) fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }
}

/// A message for a number, in a language: what is queued.
#[derive(Clone)]
pub struct Addressed {
    to: Mobile,
    letter: Letter,
}

#[derive(Clone, PartialEq, Eq, Encode, Decode)]
struct Letter {
    #[cbor(n(0), with = "language")]
    language: Language,
    #[n(1)]
    message: Message,
}

/// How long a message that is no code is worth sending.
const WORTH_SENDING_SECONDS: i64 = 2 * 86_400;

impl Message {
    pub fn to(self, mobile: Mobile, language: Language) -> Addressed {
        Addressed {
            to: mobile,
            letter: Letter {
                language,
                message: self,
            },
        }
    }

    /// To a number from a record, in the language of its household, and as discreet as its readers want it.
    pub(crate) fn for_household(self, addressee: Addressee) -> Addressed {
        let message = match addressee.audience {
            Audience::Alone => self,
            Audience::Shared => self.discreet(),
        };
        message.to(addressee.mobile, addressee.language)
    }

    /// What of it a number may be told that others read, too. Every template decides: there is no rest.
    fn discreet(self) -> Self {
        match self {
            Self::AppointmentBooked(_)
            | Self::AppointmentMoved(_)
            | Self::AppointmentCancelled(_)
            | Self::AppointmentMissed(_)
            | Self::SessionExtended(_)
            | Self::DoseRecorded { .. }
            | Self::CertificateReady
            | Self::DoseCorrected
            | Self::RecordsMerged
            | Self::ReportChanged
            | Self::ObjectionAnswered
            | Self::SharedNews => Self::SharedNews,
            Self::RecordOpenedWithoutEvidence { .. } | Self::SharedRecordOpened => Self::SharedRecordOpened,
            Self::VisitCode { code } | Self::SharedVisitCode { code } => Self::SharedVisitCode { code },
            // Asked for by whoever holds the phone, of a number that was typed: they name nobody.
            own @ (Self::Otp { .. } | Self::DeskCode { .. } | Self::LoginsEnded | Self::OtherLoginsEnded) => {
                own
            }
        }
    }

    fn seconds_worth_sending(&self) -> i64 {
        match self {
            Self::Otp { .. } | Self::DeskCode { .. } => OTP_SECONDS,
            Self::VisitCode { .. } | Self::SharedVisitCode { .. } => VISIT_CODE_SECONDS,
            _ => WORTH_SENDING_SECONDS,
        }
    }
}

/// Parameters may tell where somebody goes, so only the template is shown.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Otp { .. } => "Otp",
            Self::VisitCode { .. } => "VisitCode",
            Self::DeskCode { .. } => "DeskCode",
            Self::AppointmentBooked(_) => "AppointmentBooked",
            Self::AppointmentMoved(_) => "AppointmentMoved",
            Self::AppointmentCancelled(_) => "AppointmentCancelled",
            Self::AppointmentMissed(_) => "AppointmentMissed",
            Self::SessionExtended(_) => "SessionExtended",
            Self::DoseRecorded { .. } => "DoseRecorded",
            Self::CertificateReady => "CertificateReady",
            Self::ReportChanged => "ReportChanged",
            Self::ObjectionAnswered => "ObjectionAnswered",
            Self::LoginsEnded => "LoginsEnded",
            Self::OtherLoginsEnded => "OtherLoginsEnded",
            Self::DoseCorrected => "DoseCorrected",
            Self::RecordsMerged => "RecordsMerged",
            Self::RecordOpenedWithoutEvidence { .. } => "RecordOpenedWithoutEvidence",
            Self::SharedNews => "SharedNews",
            Self::SharedRecordOpened => "SharedRecordOpened",
            Self::SharedVisitCode { .. } => "SharedVisitCode",
        })
    }
}

impl std::fmt::Debug for Addressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Addressed({:?}, {:?})",
            self.letter.message, self.letter.language
        )
    }
}

impl Addressed {
    /// Queues the message in the transaction of what it tells about. After the commit, hand the id to
    /// [`App::deliver_now`](crate::App::deliver_now).
    pub async fn queue(&self, tx: &mut Tx, sealer: &Sealer, now: Timestamp) -> Result<MessageId, StoreError> {
        outbox::queue(tx, sealer, &self.outgoing(now), now).await
    }

    /// As the outbox takes it, for those who queue many together.
    pub(crate) fn outgoing(&self, now: Timestamp) -> Outgoing {
        Outgoing {
            to: self.to.clone(),
            // Encoding into a vector cannot fail.
            body: minicbor::to_vec(&self.letter).unwrap_or_default(),
            expires_at: now.plus_seconds(self.letter.message.seconds_worth_sending()),
        }
    }
}

/// Queues a message, if there is one, in the transaction of what it tells about.
pub(crate) async fn queue(
    tx: &mut Tx,
    sealer: &Sealer,
    message: Option<Addressed>,
    now: Timestamp,
) -> Result<Vec<MessageId>, StoreError> {
    match message {
        Some(message) => Ok(vec![message.queue(tx, sealer, now).await?]),
        None => Ok(Vec::new()),
    }
}

/// The text of a queued message; `None` when this program does not know its template.
pub(crate) fn text_of(body: &[u8]) -> Option<String> {
    let letter: Letter = minicbor::decode(body).ok()?;
    Some(letter.message.text(letter.language))
}

/// A language by its number, which never changes meaning: queued messages hold it.
mod language {
    use minicbor::decode::Error as DecodeError;
    use minicbor::encode::{Error as EncodeError, Write};
    use minicbor::{Decoder, Encoder};
    use pramaan_domain::language::Language;

    pub(super) fn encode<C, W: Write>(
        language: &Language,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        let number = match language {
            Language::English => 0,
            Language::Hindi => 1,
        };
        encoder.u8(number)?.ok()
    }

    pub(super) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Language, DecodeError> {
        match decoder.u8()? {
            0 => Ok(Language::English),
            1 => Ok(Language::Hindi),
            _ => Err(DecodeError::message("a language that this program does not know")),
        }
    }
}

/// A civil date as days since 1970-01-01.
mod civil_date {
    use minicbor::decode::Error as DecodeError;
    use minicbor::encode::{Error as EncodeError, Write};
    use minicbor::{Decoder, Encoder};
    use pramaan_domain::time::CivilDate;
    use pramaan_store::db;

    pub(super) fn encode<C, W: Write>(
        date: &CivilDate,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.i64(db::days(*date))?.ok()
    }

    pub(super) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<CivilDate, DecodeError> {
        db::date(decoder.i64()?).ok_or_else(|| DecodeError::message("a date that no calendar has"))
    }
}
