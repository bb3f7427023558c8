//! What the list says besides reads: who registered the person at a desk, and which card opens the record.

use pramaan_app::access_list::{AccessList, DeskRegistration, ToldWithoutDocument};
use pramaan_domain::document::DocumentType;

use super::Names;
use crate::web::i18n::Locale;
use crate::web::words;

/// Who, where and when; for somebody without a document why, and who spoke for them; and why a minor came alone.
pub(in crate::web::citizen) fn registered(
    locale: Locale,
    desk: Option<&DeskRegistration>,
    names: Names<'_>,
) -> Vec<String> {
    let Some(desk) = desk else {
        return Vec::new();
    };
    let number = u64::try_from(desk.at.centre).unwrap_or(0);
    let centre = (names.centre)(number).unwrap_or_else(|| desk.at.centre.to_string());
    let who = locale.t_with(
        "access-registered-by",
        &[
            ("code", desk.staff.clone()),
            ("centre", centre),
            ("when", words::instant(locale, desk.at.registered_at)),
        ],
    );
    let without = desk.without.as_ref().map(|told| without(locale, told));
    let alone = desk.alone.as_ref();
    let alone = alone.map(|why| locale.t_with("access-registered-alone", &[("reason", why.clone())]));
    std::iter::once(who).chain(without).chain(alone).collect()
}

fn without(locale: Locale, told: &ToldWithoutDocument) -> String {
    let kind = DocumentType::from_id(told.document_type).ok();
    locale.t_with(
        "access-registered-without",
        &[
            ("reason", told.reason.clone()),
            ("name", told.facilitator.clone()),
            (
                "kind",
                kind.map(|kind| words::document(locale, kind)).unwrap_or_default(),
            ),
            ("last", told.last_four.clone()),
        ],
    )
}

/// The card that opens the record now.
pub(super) fn card(locale: Locale, list: &AccessList) -> Option<String> {
    list.card.map(|card| {
        locale.t_with(
            "access-card-live",
            &[
                ("number", card.number.to_string()),
                ("when", words::instant(locale, card.made_at)),
            ],
        )
    })
}
