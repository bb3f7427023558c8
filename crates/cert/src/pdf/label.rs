//! The printed words in English and Hindi.

use pramaan_domain::time::{CivilDate, Timestamp};

use crate::value::DoseGiven;

/// A label in both languages.
pub(crate) struct Label(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const NUMBER: Label = Label("Certificate number", "प्रमाण पत्र संख्या");
pub(crate) const ISSUED: Label = Label("Issued on", "जारी करने की तारीख");
pub(crate) const NAME: Label = Label("Name", "नाम");
pub(crate) const AGE: Label = Label("Age", "आयु");
pub(crate) const GENDER: Label = Label("Gender", "लिंग");
pub(crate) const IDENTITY: Label = Label("Identity document", "पहचान पत्र");
pub(crate) const REFERENCE: Label = Label("Beneficiary reference ID", "लाभार्थी संदर्भ संख्या");
pub(crate) const VACCINE: Label = Label("Vaccine", "टीका");
pub(crate) const MANUFACTURER: Label = Label("Manufacturer", "निर्माता");
pub(crate) const BATCH: Label = Label("Batch number", "बैच संख्या");
pub(crate) const DOSE: Label = Label("Dose", "खुराक");
pub(crate) const GIVEN_ON: Label = Label("Date of vaccination", "टीकाकरण की तारीख");
pub(crate) const VALID: Label = Label("Valid", "मान्य अवधि");
pub(crate) const VACCINATOR: Label = Label("Vaccinated by", "टीका लगाने वाले");
pub(crate) const CENTRE: Label = Label("Vaccination centre", "टीकाकरण केंद्र");
pub(crate) const PLACE: Label = Label("Place", "स्थान");
pub(crate) const ADDRESS: Label = Label("Address of the centre", "केंद्र का पता");
pub(crate) const QUEUE: Label = Label("Number in the queue", "कतार में नंबर");
pub(crate) const DATE: Label = Label("Date", "तारीख");
pub(crate) const SLOT: Label = Label("Time slot", "समय");
pub(crate) const APPOINTMENT: Label = Label("Appointment ID", "अपॉइंटमेंट संख्या");

/// `3 August 2021`: no order of numbers to mistake.
pub(crate) fn long_date(date: CivilDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// Date and time of day as the clocks in India show them.
pub(crate) fn long_instant(instant: Timestamp) -> String {
    format!(
        "{}, {}",
        long_date(instant.date()),
        instant.time_of_day().format("%H:%M")
    )
}

pub(crate) fn gender(wire: &str) -> String {
    let hindi = match wire.to_ascii_lowercase().as_str() {
        "male" => "पुरुष",
        "female" => "महिला",
        "transgender" => "ट्रांसजेंडर",
        "other" | "others" => "अन्य",
        _ => return wire.to_owned(),
    };
    format!("{wire} / {hindi}")
}

pub(crate) fn dose(dose: DoseGiven) -> String {
    match dose {
        DoseGiven::Primary { number, total } => format!("{number} of {total} / {total} में से {number}"),
        DoseGiven::Precaution { .. } => "Precaution dose / एहतियाती खुराक".to_owned(),
    }
}
