//! What is looked for in answers: the values of people's records, as answers spell them.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_domain::access::Field;
use pramaan_store::testing::StolenRecord;
use pramaan_testkit::told::Marker;
use serde_json::Value;

/// Who has a value, and how a question types it.
struct Had {
    whose: BTreeSet<String>,
    bare: Vec<u8>,
}

/// One for each value and field. What several people have, or have within theirs, is of all of them.
pub(crate) fn planted(records: &[StolenRecord]) -> Vec<Marker> {
    let mut found: BTreeMap<(Field, Vec<u8>), Had> = BTreeMap::new();
    for record in records {
        for (field, value) in &record.values {
            for spelling in spellings(*field, value) {
                let bare = match field {
                    Field::Certificate => spelling.clone(),
                    _ => value.clone(),
                };
                let whose = BTreeSet::new();
                let had = found.entry((*field, spelling)).or_insert(Had { whose, bare });
                had.whose.insert(record.person.to_string());
            }
        }
    }
    let within = |whole: &[u8], part: &[u8]| whole.windows(part.len()).any(|window| window == part);
    let markers = found.iter().map(|((field, value), had)| {
        let longer = found
            .iter()
            .filter(|((other, whole), _)| other == field && within(whole, value));
        Marker {
            whose: longer.flat_map(|(_, had)| had.whose.clone()).collect(),
            field: *field,
            value: value.clone(),
            bare: had.bare.clone(),
        }
    });
    markers.collect()
}

/// How answers tell a value. What is short stands in the words around it, and what has few values at all is not looked for: a
/// gender, a vaccine, that somebody has an illness.
fn spellings(field: Field, value: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(value);
    let around = |wholes: &[&str]| {
        let whole = |whole: &&str| whole.replace('*', &text).into_bytes();
        wholes.iter().map(whole).collect()
    };
    match field {
        // Nobody's, or found everywhere.
        _ if value.len() < 4 => Vec::new(),
        Field::Name | Field::ReferenceId | Field::Mobile | Field::ViewKey => vec![value.to_vec()],
        Field::BirthYear => around(&["\"birth_year\":\"*\"", "<dd>*</dd>"]),
        Field::DocumentLastFour => around(&["ending in *", "अंत में *", "अंतिम *", "XXXX*\""]),
        Field::AppointmentCode => around(&["<p class=\"big\">*</p>"]),
        Field::Certificate => number(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A certificate's own number, within its JSON.
fn number(json: &[u8]) -> Option<Vec<u8>> {
    let json: Value = serde_json::from_slice(json).ok()?;
    let id = json.pointer("/evidence/0/certificateId")?.as_str()?;
    Some(id.as_bytes().to_vec())
}
