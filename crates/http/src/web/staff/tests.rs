//! Every page in every language: nothing missing, nothing nameless, nothing that the policy of content forbids.

use askama::Template;
use pramaan_domain::time::CivilDate;

use super::*;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::samples::rendered;

/// The day of samples.
pub(super) fn today() -> CivilDate {
    CivilDate::from_ymd_opt(2026, 11, 22).unwrap()
}

pub(in crate::web) fn pages(page: &Page) -> Vec<(String, String)> {
    let mut all = Vec::new();
    rendered("login", &login::LoginPage::samples(page), &mut all);
    rendered("resume", &login::ResumePage::samples(page), &mut all);
    rendered("enrol_begin", &enrol::BeginPage::samples(page), &mut all);
    rendered("enrol", &enrol::EnrolPage::samples(page), &mut all);
    rendered("day", &day::DayPage::samples(page), &mut all);
    rendered("day_place", &day_act::PlacePage::samples(page), &mut all);
    rendered("day_slip", &day_act::SlipPage::samples(page), &mut all);
    rendered("day_close", &day_close::ClosePage::samples(page), &mut all);
    rendered(
        "session_change",
        &session_change::ChangePage::samples(page),
        &mut all,
    );
    rendered("evidence", &evidence::EvidencePage::samples(page), &mut all);
    rendered("record", &record::RecordPage::samples(page), &mut all);
    rendered("confirm", &dose::ConfirmPage::samples(page), &mut all);
    rendered("done", &dose::DonePage::samples(page), &mut all);
    rendered("objections", &objection::ObjectionsPage::samples(page), &mut all);
    rendered("objection", &objection::ObjectionPage::samples(page), &mut all);
    rendered("roster", &roster::RosterPage::samples(page), &mut all);
    rendered("invite", &invite::InvitePage::samples(page), &mut all);
    rendered("invited", &invite::InvitedPage::samples(page), &mut all);
    rendered("people", &people::PeoplePage::samples(page), &mut all);
    rendered("people_end", &people::ConfirmPage::samples(page), &mut all);
    rendered("sessions", &session::SessionsPage::samples(page), &mut all);
    rendered("session_new", &session::NewSessionPage::samples(page), &mut all);
    rendered(
        "session_cancel",
        &session_cancel::CancelPage::samples(page),
        &mut all,
    );
    rendered("held_dose", &held_dose::HeldDosePage::samples(page), &mut all);
    rendered(
        "held_dose_confirm",
        &held_dose::ConfirmPage::samples(page),
        &mut all,
    );
    rendered("walk_in", &walk_in::WalkInPage::samples(page), &mut all);
    rendered("walk_in_seated", &walk_in::SeatedPage::samples(page), &mut all);
    rendered("phone", &phone::PhonePage::samples(page), &mut all);
    rendered(
        "walk_in_withdraw",
        &walk_in_withdraw::WithdrawPage::samples(page),
        &mut all,
    );
    rendered("card", &card::CardPage::samples(page), &mut all);
    rendered(
        "card_printed",
        &card_printed::CardPrintedPage::samples(page),
        &mut all,
    );
    rendered(
        "facilitator",
        &facilitator::FacilitatorPage::samples(page),
        &mut all,
    );
    rendered(
        "held_dose_dismiss",
        &held_dose_attention::DismissPage::samples(page),
        &mut all,
    );
    rendered("stock", &stock::StockPage::samples(page), &mut all);
    rendered("stock_batch", &stock::BatchPage::samples(page), &mut all);
    rendered(
        "stock_receive",
        &stock_receive::ReceivePage::samples(page),
        &mut all,
    );
    rendered("stock_act", &stock_act::ActPage::samples(page), &mut all);
    rendered("stock_recall", &stock_recall::RecallPage::samples(page), &mut all);
    rendered("guardian", &guardian::GuardianPage::samples(page), &mut all);
    rendered("private", &private_member::PrivatePage::samples(page), &mut all);
    rendered("private_done", &private_member::DonePage::samples(page), &mut all);
    rendered("aefi", &aefi::ListPage::samples(page), &mut all);
    rendered("aefi_find", &aefi_find::FindPage::samples(page), &mut all);
    rendered("aefi_report", &aefi_report::ReportPage::samples(page), &mut all);
    rendered("aefi_case", &aefi_case::CasePage::samples(page), &mut all);
    rendered(
        "correction",
        &correction::CorrectionsPage::samples(page),
        &mut all,
    );
    rendered(
        "correction_done",
        &proposal::ProposalDonePage::samples(page, &correction::CORRECTIONS),
        &mut all,
    );
    rendered(
        "correction_record",
        &correction_record::VisitPage::samples(page),
        &mut all,
    );
    rendered(
        "correction_change",
        &correction_change::ChangePage::samples(page),
        &mut all,
    );
    rendered(
        "correction_confirm",
        &correction_change::ConfirmPage::samples(page),
        &mut all,
    );
    rendered(
        "correction_proposal",
        &correction_proposal::ProposalPage::samples(page),
        &mut all,
    );
    rendered("merge", &merge::MergesPage::samples(page), &mut all);
    rendered(
        "merge_done",
        &proposal::ProposalDonePage::samples(page, &merge::MERGES),
        &mut all,
    );
    rendered(
        "merge_record",
        &merge_record::MergeRecordPage::samples(page),
        &mut all,
    );
    rendered(
        "merge_compare",
        &merge_compare::ComparePage::samples(page),
        &mut all,
    );
    rendered(
        "merge_proposal",
        &merge_proposal::MergeProposalPage::samples(page),
        &mut all,
    );
    rendered("offline", &offline::OfflinePage::samples(page), &mut all);
    rendered("paper", &paper::PaperPage::samples(page), &mut all);
    rendered(
        "paper_confirm",
        &paper_confirm::PaperConfirmPage::samples(page),
        &mut all,
    );
    rendered("roster_print", &roster_print::SheetPage::samples(page), &mut all);
    rendered("unopened", &refusal::UnopenedPage::samples(page), &mut all);
    rendered("gone", &refusal::GonePage::samples(page), &mut all);
    rendered("device", &device::DevicesPage::samples(page), &mut all);
    rendered("device_code", &device::DeviceCodePage::samples(page), &mut all);
    rendered("device_end", &device::EndDevicePage::samples(page), &mut all);
    rendered(
        "device_door",
        &device_door::DeviceDoorPage::samples(page),
        &mut all,
    );
    rendered("pin", &pin::PinPage::samples(page), &mut all);
    rendered("pin_set", &pin::SetPinPage::samples(page), &mut all);
    rendered("sheet", &sheet::SheetsPage::samples(page), &mut all);
    rendered("sheet_printed", &sheet::PrintedPage::samples(page), &mut all);
    rendered("factor", &factor::FactorsPage::samples(page), &mut all);
    rendered("event", &event::EventsPage::samples(page), &mut all);
    rendered(
        "replacement",
        &replacement::ReplacementPage::samples(page),
        &mut all,
    );
    rendered("site", &site::SitePage::samples(page), &mut all);
    rendered("district", &district::DistrictPage::samples(page), &mut all);
    rendered(
        "district_vaccinator",
        &district::ReliefPage::samples(page),
        &mut all,
    );
    rendered("reviews", &review::ReviewsPage::samples(page), &mut all);
    rendered("review", &review::ReviewPage::samples(page), &mut all);
    rendered("review_ask", &review_ask::AskPage::samples(page), &mut all);
    rendered("centres", &centre::CentresPage::samples(page), &mut all);
    rendered("centre", &centre::CentrePage::samples(page), &mut all);
    rendered("week", &week::WeekPage::samples(page), &mut all);
    rendered("calendar", &calendar::CalendarPage::samples(page), &mut all);
    rendered("import", &import::ImportPage::samples(page), &mut all);
    rendered("import_preview", &import::PreviewPage::samples(page), &mut all);
    rendered("progress", &progress::ProgressPage::samples(page), &mut all);
    all
}

/// What stands behind a dose from paper.
pub(super) fn from_paper(locale: Locale) -> String {
    let times = ["given", "entered"].map(|name| (name, "22 November 2026, 10:12".to_owned()));
    locale.t_with("dose-from-paper", &times)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The tags of one kind, each up to its `>`.
fn tags<'a>(html: &'a str, kind: &str) -> Vec<&'a str> {
    let open = format!("<{kind} ");
    html.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

/// The tag again with a blank in front, as `attribute` wants it.
fn of(html: &str, kind: &str, name: &str) -> Vec<String> {
    tags(html, kind)
        .iter()
        .filter_map(|tag| attribute(&format!(" {tag}"), name).map(str::to_owned))
        .collect()
}

#[test]
fn every_page_has_one_heading_its_language_and_labels() {
    for locale in Locale::ALL {
        for (name, html) in pages(&Page::bare(locale)) {
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert!(
                html.contains(&format!("<html lang=\"{}\"", locale.tag())),
                "{name}"
            );
            let ids: Vec<String> = ["input", "select", "button", "p", "h2", "main", "div"]
                .iter()
                .flat_map(|kind| of(&html, kind, "id"))
                .collect();
            for (index, id) in ids.iter().enumerate() {
                assert!(!ids[..index].contains(id), "{name}: {id} twice");
            }
            let labelled = of(&html, "label", "for");
            for kind in ["input", "select"] {
                for tag in tags(&html, kind) {
                    let tag = format!(" {tag}");
                    let hidden = attribute(&tag, "type") == Some("hidden");
                    let id = attribute(&tag, "id").unwrap_or("");
                    assert!(
                        hidden || labelled.iter().any(|label| label == id),
                        "{name}: {tag}"
                    );
                }
            }
            for kind in ["input", "select", "fieldset", "button"] {
                for described in of(&html, kind, "aria-describedby") {
                    for id in described.split(' ') {
                        assert!(html.contains(&format!("id=\"{id}\"")), "{name}: no {id}");
                    }
                }
            }
            for target in of(&html, "a", "href")
                .iter()
                .filter_map(|href| href.strip_prefix('#'))
            {
                assert!(html.contains(&format!("id=\"{target}\"")), "{name}: no {target}");
            }
        }
    }
}

#[test]
fn no_page_has_script_or_style_or_a_text_without_words() {
    for locale in Locale::ALL {
        for (name, html) in pages(&Page::bare(locale)) {
            // Scripts of our own, from their own files, and no others.
            let ours = html.matches("<script src=\"/assets/").count();
            assert_eq!(html.matches("<script").count(), ours, "{name}");
            for forbidden in ["style=", "<style", "javascript:", " onclick", "{$", "{ $"] {
                assert!(!html.contains(forbidden), "{name}: {forbidden}");
            }
            // An id that no language has is shown as itself.
            let bare = html.split(['>', '<', '"']).find(|text| {
                let prefix = [
                    "staff-",
                    "evidence-",
                    "record-",
                    "dose-",
                    "today-",
                    "day-",
                    "gone-",
                    "held-",
                    "unopened-",
                    "cancel-",
                    "correction-",
                    "merge-",
                    "session",
                    "invite",
                    "stock-",
                    "district-",
                    "review-",
                    "centre-",
                    "week-",
                    "calendar-",
                    "import-",
                    "progress-",
                    "offline-",
                    "paper-",
                    "list-",
                ];
                let known = ["session", "sessions", "staff", "invite"];
                text.contains('-')
                    && !text.contains([' ', '/', '.'])
                    && prefix.iter().any(|prefix| text.starts_with(prefix))
                    && !known.contains(text)
                    && !html.contains(&format!("id=\"{text}\""))
                    && !html.contains(&format!("aria-describedby=\"{text}\""))
            });
            assert_eq!(bare, None, "{name} in {}", locale.tag());
        }
    }
}

#[test]
fn a_line_of_the_morning_leads_to_its_remedy() {
    let shown = district::DistrictPage::samples(&Page::bare(Locale::En))
        .pop()
        .unwrap();
    let shown = shown.render().unwrap();
    let remedies = [
        ("is overdue", "/staff/aefi"),
        ("not answered in time", "/staff/objections"),
        ("wait for an answer", "/staff/objections"),
        ("has logged in", "/staff/reviews/ask?centre=7&topic=not_opened"),
        (
            "no record was opened",
            "/staff/reviews/ask?centre=7&topic=not_opened",
        ),
        (
            "no vaccinator is on its list",
            "/staff/district/vaccinator?centre=7",
        ),
        ("Covaxin", "/staff/sessions?centre=7"),
        ("due within a day", "/staff/aefi"),
        (
            "not in the records yet",
            "/staff/reviews/ask?centre=7&topic=held_doses",
        ),
        ("not sent", "/staff/reviews/ask?centre=7&topic=held_doses"),
        ("told nothing", "/staff/reviews/ask?centre=7&topic=held_doses"),
        ("without evidence", "/staff/reviews?centre=7"),
        ("acilitator", "/staff/facilitators"),
        ("second factor", "/staff/factors"),
        ("corrected", "/staff/reviews/ask?centre=7&topic=corrections"),
        ("earlier days", "/staff/reviews/ask?centre=7&topic=back_dated"),
    ];
    let lines: Vec<&str> = shown
        .split("<ol class=\"plain-list\">")
        .nth(1)
        .unwrap()
        .split("</ol>")
        .next()
        .unwrap()
        .split("<li class=\"card\">")
        .skip(1)
        .collect();
    assert_eq!(lines.len(), remedies.len());
    for (line, (words, remedy)) in lines.iter().zip(remedies) {
        assert!(line.contains(words), "{words}: {line}");
        let to = of(line, "a", "href").join(" ").replace("&#38;", "&");
        assert_eq!(to, remedy, "{line}");
    }
}

#[test]
fn a_wrong_clock_is_told_like_a_log_that_is_down() {
    use pramaan_app::{Refusal, StaffRole, StoreError};
    let answer = |error| {
        let nav = duty::Nav::role(StaffRole::Vaccinator, duty::HOME);
        let refused = Refusal::Unavailable(error);
        refusal::unopened(Page::bare(Locale::En), nav, &refused).status()
    };
    assert_eq!(answer(StoreError::ClockOff { seconds: 60 }), 503);
    assert_eq!(answer(StoreError::NoLog), 503);
    assert_eq!(answer(StoreError::Unwitnessed { seconds: 14_401 }), 503);
    assert_eq!(
        answer(StoreError::Misplaced { table: "person" }),
        500,
        "trying again does not help"
    );
}

#[test]
fn every_form_carries_its_token_and_posts_to_us() {
    for (name, html) in pages(&Page::bare(Locale::En)) {
        let forms: Vec<&str> = html.split("<form ").skip(1).collect();
        for form in &forms {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"_csrf\""), "{name}: {form}");
            assert!(form.contains("method=\"post\""), "{name}");
        }
    }
}

#[test]
fn codes_are_never_written_back() {
    let html: String = evidence::EvidencePage::samples(&Page::bare(Locale::En))
        .iter()
        .map(|page| page.render().unwrap())
        .collect();
    for field in ["code", "slip", "otp"] {
        for tag in tags(&html, "input")
            .iter()
            .filter(|tag| tag.contains(&format!("name=\"{field}\"")))
        {
            assert!(tag.contains("value=\"\""), "{tag}");
        }
    }
}

/// What is typed into a password field the browser offers to keep, and fills in for whoever holds the shared device next.
#[test]
fn no_pin_is_a_password_to_the_browser() {
    let mut found = 0;
    for (name, html) in pages(&Page::bare(Locale::En)) {
        for tag in tags(&html, "input") {
            let tag = format!(" {tag}");
            let id = attribute(&tag, "id").unwrap_or_default();
            if id.split(['-', '_']).any(|word| word == "pin") {
                found += 1;
                assert_eq!(attribute(&tag, "type"), Some("text"), "{name}: {tag}");
                assert!(tag.contains("class=\"short pin\""), "{name}: {tag}");
            }
        }
    }
    assert!(found >= 3, "{found}");
}

/// What nobody types: names and versions of forms, which button was pressed, what only an open record could put into words.
const UNSAID: [&str; 7] = ["act", "key", "pass", "txn", "version", "way", "dose"];

/// Every field of a form has a label when the form is read back, in both languages, or nobody types it.
fn is_read_back<T: crate::web::kept::Said + serde::de::DeserializeOwned>(more: &[&str]) {
    let empty: T = crate::pairs::from_pairs("").unwrap();
    let names: Vec<&str> = empty.fields().iter().map(|(name, _)| *name).collect();
    let sent: Vec<(&str, &str)> = names.iter().chain(more).map(|name| (*name, "1")).collect();
    let typed: T = crate::pairs::from_pairs(&crate::web::kept::carry(&sent)).unwrap();
    for (field, value) in typed.fields() {
        let said = typed.said(Locale::En, field, value);
        assert!(
            said.is_some() || UNSAID.contains(&field),
            "{field} is not read back"
        );
        for (label, locale) in said
            .iter()
            .flat_map(|said| Locale::ALL.map(|locale| (said.0, locale)))
        {
            assert_ne!(locale.t(label), label, "{field} has no label in {}", locale.tag());
        }
    }
}

#[test]
fn every_field_of_a_form_behind_a_record_is_read_back_with_its_label() {
    is_read_back::<aefi_form::Typed>(&["symptoms", "criteria"]);
    is_read_back::<correction_form::Typed>(&[]);
    is_read_back::<correction_proposal::Typed>(&[]);
    is_read_back::<merge_compare::Typed>(&[]);
    is_read_back::<merge_record::Typed>(&[]);
    is_read_back::<merge_proposal::Typed>(&[]);
    is_read_back::<private_member::Typed>(&[]);
    is_read_back::<guardian::Typed>(&[]);
    is_read_back::<encounter::Document>(&[]);
    is_read_back::<evidence_form::Typed>(&[]);
    is_read_back::<card_form::Typed>(&[]);
}
