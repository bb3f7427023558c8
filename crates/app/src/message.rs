//! What people are told by SMS: typed templates with parameters. The text is made when the message is delivered.
//!
//! No name, no reference id, no code of an appointment: a phone is read by others too. Clients of CoWIN find the one-time
//! password as the only run of exactly six digits, so no other message has one.

use minicbor::{Decode, Encode};
use pramaan_domain::id::MessageId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::otp::OTP_SECONDS;
use pramaan_store::outbox::{self, Outgoing};
use pramaan_store::{Sealer, StoreError, Tx};

/// A language in which people are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Language {
    #[default]
    #[n(0)]
    English,
    #[n(1)]
    Hindi,
}

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

/// A message for a number, in a language: what is queued.
#[derive(Clone)]
pub struct Addressed {
    to: Mobile,
    letter: Letter,
}

#[derive(Clone, PartialEq, Eq, Encode, Decode)]
struct Letter {
    #[n(0)]
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

    /// The text as it is sent.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Otp { code } => otp(code, language),
            _ => without_runs_of_six(&self.plain(language)),
        }
    }

    fn plain(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Hindi => self.hindi(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Otp { code } => otp(code, Language::English),
            Self::AppointmentBooked(visit) => format!(
                "Your vaccination is booked: {}. Bring the slip and your photo ID. - Pramaan",
                visit.shown()
            ),
            Self::AppointmentMoved(visit) => {
                format!("Your vaccination has moved to: {}. - Pramaan", visit.shown())
            }
            Self::AppointmentCancelled(visit) => format!(
                "Your vaccination is cancelled: {}. You can book another. - Pramaan",
                visit.shown()
            ),
            Self::DoseRecorded {
                vaccine,
                centre,
                date,
            } => {
                format!(
                    "A dose of {vaccine} was recorded for you on {} at {centre}. Not you? Tell the centre. - Pramaan",
                    shown(*date)
                )
            }
            Self::CertificateReady => {
                "Your vaccination certificate is ready to download. - Pramaan".to_owned()
            }
            Self::RecordOpenedWithoutEvidence {
                centre,
                staff_code,
                date,
            } => format!(
                "Staff {staff_code} at {centre} opened your vaccination record on {} without your code or document. Not there? Report it. - Pramaan",
                shown(*date)
            ),
        }
    }

    fn hindi(&self) -> String {
        match self {
            Self::Otp { code } => otp(code, Language::Hindi),
            Self::AppointmentBooked(visit) => format!(
                "आपका टीकाकरण बुक हो गया है: {}। पर्ची और फ़ोटो पहचान पत्र साथ लाएँ। - प्रमाण",
                visit.shown()
            ),
            Self::AppointmentMoved(visit) => format!("आपका टीकाकरण अब यहाँ है: {}। - प्रमाण", visit.shown()),
            Self::AppointmentCancelled(visit) => format!(
                "आपका टीकाकरण रद्द हुआ: {}। आप दूसरा समय बुक कर सकते हैं। - प्रमाण",
                visit.shown()
            ),
            Self::DoseRecorded {
                vaccine,
                centre,
                date,
            } => {
                format!(
                    "{} को {centre} में आपके लिए {vaccine} की खुराक दर्ज की गई। आप नहीं थे? केंद्र को बताएँ। - प्रमाण",
                    shown(*date)
                )
            }
            Self::CertificateReady => "आपका टीकाकरण प्रमाण पत्र डाउनलोड के लिए तैयार है। - प्रमाण".to_owned(),
            Self::RecordOpenedWithoutEvidence {
                centre,
                staff_code,
                date,
            } => format!(
                "{} को {centre} में कर्मचारी {staff_code} ने आपके कोड या दस्तावेज़ के बिना आपका रिकॉर्ड खोला। आप वहाँ नहीं थे? शिकायत करें। - प्रमाण",
                shown(*date)
            ),
        }
    }

    fn seconds_worth_sending(&self) -> i64 {
        match self {
            Self::Otp { .. } => OTP_SECONDS,
            _ => WORTH_SENDING_SECONDS,
        }
    }
}

/// Parameters may tell where somebody goes, so only the template is shown.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Otp { .. } => "Otp",
            Self::AppointmentBooked(_) => "AppointmentBooked",
            Self::AppointmentMoved(_) => "AppointmentMoved",
            Self::AppointmentCancelled(_) => "AppointmentCancelled",
            Self::DoseRecorded { .. } => "DoseRecorded",
            Self::CertificateReady => "CertificateReady",
            Self::RecordOpenedWithoutEvidence { .. } => "RecordOpenedWithoutEvidence",
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
        // Encoding into a vector cannot fail.
        let body = minicbor::to_vec(&self.letter).unwrap_or_default();
        let expires_at = now.plus_seconds(self.letter.message.seconds_worth_sending());
        outbox::queue(
            tx,
            sealer,
            Outgoing {
                to: &self.to,
                body: &body,
                expires_at,
            },
            now,
        )
        .await
    }
}

/// The text of a queued message; `None` when this program does not know its template.
pub(crate) fn text_of(body: &[u8]) -> Option<String> {
    let letter: Letter = minicbor::decode(body).ok()?;
    Some(letter.message.text(letter.language))
}

/// Clients take the six digits, or what is between the two English sentences.
fn otp(code: &str, language: Language) -> String {
    match language {
        Language::English => {
            format!(
                "Your OTP to register/access CoWIN is {code}. It will be valid for 3 minutes. - CoWIN (Pramaan)"
            )
        }
        Language::Hindi => {
            format!("CoWIN पर पंजीकरण/प्रवेश के लिए आपका OTP {code} है। यह 3 मिनट तक मान्य रहेगा। - CoWIN (प्रमाण)")
        }
    }
}

impl Visit {
    fn shown(&self) -> String {
        format!("{}, {}, {}", self.centre, shown(self.date), self.slot)
    }
}

fn shown(date: CivilDate) -> String {
    date.format("%d-%m-%Y").to_string()
}

/// Parts every run of exactly six digits, so that nobody takes a pincode in a centre's name for a code. Digits of every
/// script count: clients' patterns take them too.
fn without_runs_of_six(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(start) = rest.find(char::is_numeric) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c: char| !c.is_numeric()).unwrap_or(digits.len());
        let (run, after) = digits.split_at(end);
        out.push_str(before);
        match run.char_indices().nth(3) {
            Some((third, _)) if run.chars().count() == 6 => {
                let (left, right) = run.split_at(third);
                out.push_str(left);
                out.push(' ');
                out.push_str(right);
            }
            _ => out.push_str(run),
        }
        rest = after;
    }
    out.push_str(rest);
    out
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: [Language; 2] = [Language::English, Language::Hindi];

    /// What clients do: `(?<!\d)\d{6}(?!\d)`.
    fn codes(text: &str) -> Vec<String> {
        text.split(|c: char| !c.is_numeric())
            .filter(|run| run.chars().count() == 6)
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_one_time_password_is_found_as_clients_look_for_it() {
        for language in BOTH {
            let text = Message::Otp {
                code: "004598".to_owned(),
            }
            .text(language);
            assert_eq!(codes(&text), ["004598"]);
            assert!(text.contains("OTP"), "{text}");
        }
        let text = Message::Otp {
            code: "459831".to_owned(),
        }
        .text(Language::English);
        let after = text
            .split("Your OTP to register/access CoWIN is ")
            .nth(1)
            .unwrap();
        assert_eq!(
            after.split(". It will be valid for 3 minutes. - CoWIN").next(),
            Some("459831")
        );
    }

    fn every(text: &str, date: CivilDate) -> Vec<Message> {
        let visit = Visit {
            centre: text.to_owned(),
            date,
            slot: text.to_owned(),
        };
        vec![
            Message::AppointmentBooked(visit.clone()),
            Message::AppointmentMoved(visit.clone()),
            Message::AppointmentCancelled(visit),
            Message::DoseRecorded {
                vaccine: text.to_owned(),
                centre: text.to_owned(),
                date,
            },
            Message::CertificateReady,
            Message::RecordOpenedWithoutEvidence {
                centre: text.to_owned(),
                staff_code: text.to_owned(),
                date,
            },
        ]
    }

    #[test]
    fn a_pincode_in_a_name_stays_readable() {
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        let text = every("PHC Fort 400001", date)[0].text(Language::English);
        assert!(text.contains("PHC Fort 400 001, 31-05-2021"), "{text}");
    }

    proptest! {
        #[test]
        fn no_other_message_has_six_digits(text in "[0-9०-९a ]{0,24}", day in 0i64..40_000) {
            for message in every(&text, pramaan_store::db::date(day).unwrap()) {
                for language in BOTH {
                    let sent = message.text(language);
                    prop_assert!(codes(&sent).is_empty(), "{}", sent);
                }
            }
        }

        #[test]
        fn what_is_queued_is_what_is_said(text in ".{0,12}", day in -40_000i64..40_000) {
            for message in every(&text, pramaan_store::db::date(day).unwrap()) {
                for language in BOTH {
                    let letter = Letter { language, message: message.clone() };
                    let body = minicbor::to_vec(&letter).unwrap();
                    prop_assert_eq!(text_of(&body), Some(message.text(language)));
                }
            }
        }
    }
}
