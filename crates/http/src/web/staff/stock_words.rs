//! Stock in words: batches, vials and what is left of their time, movements, what speaks against a batch.

use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::stock::{Account, Act, BatchKey, Direction, Movement, Objection, OpenVial, Shelf, Waste};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

use crate::web::form::{Choice, Message};
use crate::web::i18n::Locale;
use crate::web::language::query_value;
use crate::web::words;

/// A batch as the forms name it: both parts as they were sent.
pub(super) fn key_of(vaccine: &str, batch: &str) -> Option<BatchKey> {
    Some(BatchKey {
        vaccine: Vaccine::parse(vaccine).ok()?,
        batch: VaccineBatch::parse(batch).ok()?,
    })
}

/// `PATH?vaccine=…&batch=…`.
pub(super) fn address(path: &str, key: &BatchKey) -> String {
    let (vaccine, batch) = (query_value(key.vaccine.name()), query_value(key.batch.as_str()));
    format!("{path}?vaccine={vaccine}&batch={batch}")
}

/// `Covishield, batch 4121Z025`.
pub(super) fn batch(locale: Locale, key: &BatchKey) -> String {
    let variables = [
        ("vaccine", words::vaccine(locale, key.vaccine)),
        ("batch", key.batch.as_str().to_owned()),
    ];
    locale.t_with("stock-batch-name", &variables)
}

pub(super) fn waste(locale: Locale, waste: Waste) -> String {
    locale.t(match waste {
        Waste::Expired => "stock-waste-expired",
        Waste::OpenVial => "stock-waste-open",
        Waste::Broken => "stock-waste-broken",
        Waste::ColdChain => "stock-waste-cold-chain",
        Waste::Recalled => "stock-waste-recalled",
        Waste::CountShortfall => "stock-waste-count",
        Waste::Other => "stock-waste-other",
    })
}

/// The reasons that somebody may give; that doses are missing only a count tells.
pub(super) fn waste_choices(locale: Locale) -> Vec<Choice> {
    let given = Waste::ALL.into_iter().filter(|one| *one != Waste::CountShortfall);
    given
        .map(|one| Choice::new(one.code(), waste(locale, one)))
        .collect()
}

/// What an entry did, in words.
pub(super) fn movement(locale: Locale, movement: Movement) -> String {
    let said = match movement.act {
        Act::Receive => locale.t("stock-moved-received"),
        Act::CountMore => locale.t("stock-moved-found"),
        Act::OpenVial => locale.t("stock-moved-opened"),
        Act::Use => locale.t("stock-moved-used"),
        Act::UseUntracked => locale.t("stock-moved-untracked"),
        Act::Return => locale.t("stock-moved-returned"),
        Act::Waste(reason) | Act::WasteOpen(reason) => {
            locale.t_with("stock-moved-wasted", &[("reason", waste(locale, reason))])
        }
    };
    match movement.direction {
        Direction::Done => said,
        Direction::Undone => locale.t_with("stock-moved-undone", &[("what", said)]),
    }
}

/// What speaks against a batch, as a mark beside it.
pub(super) fn mark(locale: Locale, objection: Objection) -> String {
    match objection {
        Objection::Recalled { since } => {
            locale.t_with("stock-mark-recalled", &[("date", words::date(locale, since))])
        }
        Objection::Expired { on } => {
            locale.t_with("stock-mark-expired", &[("date", words::date(locale, on))])
        }
        Objection::NotOnHand => locale.t("stock-mark-none"),
        Objection::VialPastTime => locale.t("stock-mark-past"),
    }
}

/// Why a reason is asked for a dose.
pub(super) fn why(objection: Objection) -> Message {
    Message::new(match objection {
        Objection::Recalled { .. } => "dose-reason-recalled",
        Objection::Expired { .. } => "dose-reason-expired",
        Objection::NotOnHand => "dose-reason-not-in-stock",
        Objection::VialPastTime => "dose-reason-vial-past",
    })
}

/// `Vial 3: 6 doses left, use until 2:12 pm (1 h 20 min left)`, or that its time is over.
pub(super) fn vial(locale: Locale, vaccine: Vaccine, vial: &OpenVial, now: Timestamp) -> String {
    let ends = vial.ends_at(vaccine);
    let minutes = (ends.seconds() - now.seconds()).max(0) / 60;
    let variables = [
        ("number", vial.number.to_string()),
        ("left", vial.left.to_string()),
        ("until", words::time(locale, ends.time_of_day())),
        ("hours", (minutes / 60).to_string()),
        ("minutes", (minutes % 60).to_string()),
    ];
    match vial.is_past(vaccine, now) {
        true => locale.t_with("stock-vial-past", &variables),
        false => locale.t_with("stock-vial-open", &variables),
    }
}

/// A batch among those that a dose can be from: what is open, what is closed, what speaks against it.
pub(super) fn choice(locale: Locale, shelf: &Shelf, now: Timestamp) -> Choice {
    let vaccine = shelf.key.vaccine;
    let mut said: Vec<String> = shelf
        .of_the_batch(now.date())
        .into_iter()
        .map(|objection| mark(locale, objection))
        .collect();
    said.extend(shelf.vials.iter().map(|one| vial(locale, vaccine, one, now)));
    let closed = shelf.ledger.balance(Account::OnHand);
    if closed > 0 {
        said.push(locale.t_with("stock-closed", &[("doses", closed.to_string())]));
    }
    Choice::new(shelf.key.batch.as_str(), batch(locale, &shelf.key)).hint(said.join(" "))
}

/// Batches of which there is any, those of `first` before all others; of these the ones that may be used on the day, then
/// those with an open vial, then the one that expires first.
pub(super) fn on_hand(shelves: &[Shelf], first: Vaccine, on: CivilDate) -> Vec<&Shelf> {
    let mut there: Vec<&Shelf> = shelves.iter().filter(|shelf| shelf.ledger.held() > 0).collect();
    there.sort_by_key(|shelf| {
        let refused = !shelf.of_the_batch(on).is_empty();
        (shelf.key.vaccine != first, refused, shelf.vials.is_empty())
    });
    there
}
