//! The sentences themselves, in English and Hindi.

use pramaan_domain::time::CivilDate;

use super::{Language, Message, Visit};

impl Message {
    /// The text as it is sent.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Otp { code } => otp(code, language),
            Self::VisitCode { .. } | Self::DeskCode { .. } | Self::SharedVisitCode { .. } => {
                self.plain(language)
            }
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
            Self::VisitCode { code } => format!(
                "OTP {code}: read it out to the health worker in front of you, to open your vaccination record. Valid for 5 minutes. Not at the centre? Tell nobody. - Pramaan"
            ),
            Self::DeskCode { code } => format!(
                "OTP {code}: read it out to the health worker in front of you. It opens nothing. Valid for 3 minutes. Nobody in front of you? Tell nobody. - Pramaan"
            ),
            Self::SharedVisitCode { code } => format!(
                "OTP {code}: read it out to the health worker in front of you. Valid for 5 minutes. Nobody in front of you? Tell nobody. - Pramaan"
            ),
            Self::SharedNews => {
                "There is something new for somebody who uses this number. Log in to see it. - Pramaan".to_owned()
            }
            Self::SharedRecordOpened => "Staff opened the record of somebody who uses this number, without their code or document. Log in to see who did. Not with you? Report it. - Pramaan".to_owned(),
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
            Self::AppointmentMissed(visit) => format!(
                "You did not come to your vaccination: {}. Your place was given up. Book another, or come without booking and ask for a seat. - Pramaan",
                visit.shown()
            ),
            Self::SessionExtended(visit) => format!(
                "Your vaccination centre is open for longer: {}. You can still come. - Pramaan",
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
            Self::ReportChanged => {
                "There is news for somebody of your family. Log in to read it. - Pramaan".to_owned()
            }
            Self::ObjectionAnswered => "What you objected to has been answered. Log in to read the answer. - Pramaan".to_owned(),
            Self::LoginsEnded => "All logins of this number were ended. Nobody can open its records now without a new OTP. Tell nobody an OTP. You did not ask for this? Somebody may have your phone or SIM. - Pramaan".to_owned(),
            Self::OtherLoginsEnded => "All logins of this number were ended but one, which had just given a new OTP. Tell nobody an OTP. You did not do this? Somebody has your phone or SIM: log in and end all logins. - Pramaan".to_owned(),
            Self::RecordsMerged => "A record of this number was joined with another record, or separated from one, at a centre. Log in to see who opened it. Not right? Tell a centre. - Pramaan".to_owned(),
            Self::DoseCorrected => "A dose in a record of this number was corrected. Log in to see the record, its certificates and who opened it. Not right? Tell a centre. - Pramaan".to_owned(),
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
            Self::VisitCode { code } => format!(
                "OTP {code}: अपना टीकाकरण रिकॉर्ड खोलने के लिए इसे सामने बैठे स्वास्थ्यकर्मी को बताएँ। 5 मिनट तक मान्य। केंद्र पर नहीं हैं? किसी को न बताएँ। - प्रमाण"
            ),
            Self::DeskCode { code } => format!(
                "OTP {code}: इसे सामने बैठे स्वास्थ्यकर्मी को बताएँ। इससे कुछ नहीं खुलता। 3 मिनट तक मान्य। सामने कोई नहीं है? किसी को न बताएँ। - प्रमाण"
            ),
            Self::SharedVisitCode { code } => format!(
                "OTP {code}: इसे सामने बैठे स्वास्थ्यकर्मी को बताएँ। 5 मिनट तक मान्य। सामने कोई नहीं है? किसी को न बताएँ। - प्रमाण"
            ),
            Self::SharedNews => {
                "इस नंबर का उपयोग करने वाले किसी व्यक्ति के लिए कुछ नया है। देखने के लिए लॉग इन करें। - प्रमाण".to_owned()
            }
            Self::SharedRecordOpened => "कर्मचारी ने इस नंबर का उपयोग करने वाले किसी व्यक्ति का रिकॉर्ड उसके कोड या दस्तावेज़ के बिना खोला। किसने खोला, यह देखने के लिए लॉग इन करें। आपके साथ नहीं हुआ? शिकायत करें। - प्रमाण".to_owned(),
            Self::AppointmentBooked(visit) => format!(
                "आपका टीकाकरण बुक हो गया है: {}। पर्ची और फ़ोटो पहचान पत्र साथ लाएँ। - प्रमाण",
                visit.shown()
            ),
            Self::AppointmentMoved(visit) => format!("आपका टीकाकरण अब यहाँ है: {}। - प्रमाण", visit.shown()),
            Self::AppointmentCancelled(visit) => format!(
                "आपका टीकाकरण रद्द हुआ: {}। आप दूसरा समय बुक कर सकते हैं। - प्रमाण",
                visit.shown()
            ),
            Self::AppointmentMissed(visit) => format!(
                "आप अपने टीकाकरण पर नहीं आए: {}। आपकी जगह अब आपके नाम नहीं है। दूसरा समय बुक करें, या बिना बुकिंग आकर जगह पूछें। - प्रमाण",
                visit.shown()
            ),
            Self::SessionExtended(visit) => format!(
                "आपका टीकाकरण केंद्र अधिक देर तक खुला है: {}। आप अब भी आ सकते हैं। - प्रमाण",
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
            Self::ObjectionAnswered => "आपकी आपत्ति का उत्तर आ गया है। पढ़ने के लिए लॉग इन करें। - प्रमाण".to_owned(),
            Self::LoginsEnded => "इस नंबर के सभी लॉगिन समाप्त कर दिए गए। अब नए OTP के बिना कोई इसके रिकॉर्ड नहीं खोल सकता। OTP किसी को न बताएँ। यह आपने नहीं किया? आपका फ़ोन या सिम किसी और के पास हो सकता है। - प्रमाण".to_owned(),
            Self::OtherLoginsEnded => "इस नंबर के सभी लॉगिन समाप्त कर दिए गए, सिवाय एक के, जिसमें अभी नया OTP दिया गया था। OTP किसी को न बताएँ। यह आपने नहीं किया? आपका फ़ोन या सिम किसी और के पास है: लॉग इन करें और सभी लॉगिन समाप्त करें। - प्रमाण".to_owned(),
            Self::RecordsMerged => "इस नंबर का एक रिकॉर्ड किसी केंद्र पर दूसरे रिकॉर्ड से जोड़ा गया, या उससे अलग किया गया। किसने खोला, यह देखने के लिए लॉगिन करें। ग़लत है? किसी केंद्र को बताएँ। - प्रमाण".to_owned(),
            Self::DoseCorrected => "इस नंबर के एक रिकॉर्ड में एक खुराक सुधारी गई। रिकॉर्ड, प्रमाण पत्र और किसने खोला, यह देखने के लिए लॉगिन करें। ग़लत है? किसी केंद्र को बताएँ। - प्रमाण".to_owned(),
            Self::CertificateReady => "आपका टीकाकरण प्रमाण पत्र डाउनलोड के लिए तैयार है। - प्रमाण".to_owned(),
            Self::ReportChanged => {
                "आपके परिवार में किसी के लिए एक सूचना है। पढ़ने के लिए लॉग इन करें। - प्रमाण".to_owned()
            }
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

#[cfg(test)]
mod tests {
    use super::super::{Letter, text_of};
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
            Message::AppointmentMissed(visit.clone()),
            Message::SessionExtended(visit.clone()),
            Message::AppointmentCancelled(visit),
            Message::DoseRecorded {
                vaccine: text.to_owned(),
                centre: text.to_owned(),
                date,
            },
            Message::CertificateReady,
            Message::ReportChanged,
            Message::DoseCorrected,
            Message::RecordsMerged,
            Message::RecordOpenedWithoutEvidence {
                centre: text.to_owned(),
                staff_code: text.to_owned(),
                date,
            },
            Message::SharedNews,
            Message::SharedRecordOpened,
            Message::ObjectionAnswered,
        ]
    }

    /// Those that tell of the number and of nobody who is registered with it.
    fn of_the_number() -> Vec<Message> {
        vec![Message::LoginsEnded, Message::OtherLoginsEnded]
    }

    /// Those that carry a code.
    fn with_codes() -> Vec<Message> {
        let code = || "459831".to_owned();
        vec![
            Message::Otp { code: code() },
            Message::VisitCode { code: code() },
            Message::DeskCode { code: code() },
            Message::SharedVisitCode { code: code() },
        ]
    }

    /// The lists above are kept by hand: a template that is in none of them is in no test about what a number is told.
    #[test]
    fn every_template_is_in_the_lists_of_these_tests() {
        let source = include_str!("mod.rs");
        let of_enum = source.split("pub enum Message {").nth(1).unwrap();
        let of_enum = of_enum.split("\n}\n").next().unwrap();
        let templates = of_enum.matches("\n    #[n(").count();
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        let listed = every("Fort", date)
            .into_iter()
            .chain(with_codes())
            .chain(of_the_number());
        let listed: Vec<_> = listed.map(|message| std::mem::discriminant(&message)).collect();
        let distinct: std::collections::HashSet<_> = listed.iter().collect();
        assert_eq!((listed.len(), distinct.len()), (templates, templates));
    }

    /// It is the sentence that clients of CoWIN look for, so it names the service. Whoever holds the phone asked for it a moment
    /// ago, by typing the number: it is the same for every number, shared or not, registered or not, and holds nothing but a code.
    #[test]
    fn the_one_time_password_is_the_same_sentence_for_every_number() {
        let otp = |code: &str| Message::Otp {
            code: code.to_owned(),
        };
        assert!(otp("459831").discreet() == otp("459831"));
        for language in BOTH {
            let (one, other) = (otp("459831").text(language), otp("100200").text(language));
            assert_eq!(one.replace("459831", "100200"), other);
            let telling = TELLING.iter().filter(|word| **word != "पंजीकरण");
            for word in telling {
                assert!(
                    !one.to_lowercase().contains(&word.to_lowercase()),
                    "{word}: {one}"
                );
            }
        }
    }

    /// What nobody but the person may read in a message: where, what and whom it is about, and when.
    const TELLING: [&str; 14] = [
        "Fort Clinic",
        "COVISHIELD",
        "Asha",
        "MH-0001",
        "31-05",
        "2021",
        "vaccin",
        "dose",
        "appointment",
        "certificate",
        "टीका",
        "खुराक",
        "प्रमाण पत्र",
        "पंजीकरण",
    ];

    #[test]
    fn a_shared_number_is_told_no_place_purpose_member_or_date() {
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        // The one-time password has a test of its own.
        let codes = with_codes()
            .into_iter()
            .filter(|message| !matches!(message, Message::Otp { .. }));
        let told = every("Fort Clinic COVISHIELD Asha MH-0001", date);
        for message in told.into_iter().chain(codes) {
            let discreet = message.clone().discreet();
            let queued = minicbor::to_vec(&discreet).unwrap();
            for telling in TELLING {
                for language in BOTH {
                    let text = discreet.text(language);
                    assert!(
                        !text.to_lowercase().contains(&telling.to_lowercase()),
                        "{message:?}: {text}"
                    );
                }
                let kept = String::from_utf8_lossy(&queued).into_owned();
                assert!(!kept.contains(telling), "{message:?} is queued with {telling}");
            }
        }
    }

    /// Who shares the phone tells an adverse event from a dose by the words, if there are two sentences.
    #[test]
    fn a_shared_number_is_told_all_news_in_one_sentence() {
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        let opened = Message::SharedRecordOpened;
        for message in every("Fort Clinic", date) {
            let discreet = message.clone().discreet();
            let one = discreet == Message::SharedNews || discreet == opened;
            assert!(one, "{message:?} is told as {discreet:?}");
        }
    }

    #[test]
    fn a_message_that_is_shared_already_stays_as_discreet() {
        for message in [
            Message::SharedNews,
            Message::SharedRecordOpened,
            Message::SharedVisitCode { code: "1".to_owned() },
        ] {
            assert!(message.clone().discreet() == message);
        }
    }

    #[test]
    fn a_pincode_in_a_name_stays_readable() {
        let date = CivilDate::from_ymd_opt(2021, 5, 31).unwrap();
        let text = every("PHC Fort 400001", date)[0].text(Language::English);
        assert!(text.contains("PHC Fort 400 001, 31-05-2021"), "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

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
