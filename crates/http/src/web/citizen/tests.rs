//! Every page, with every sample, in both languages: complete, labelled, without scripts.

use std::collections::HashSet;

use super::*;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::samples::rendered;

/// A page by its name and the number of its sample.
pub(in crate::web) fn pages(page: &Page) -> Vec<(String, String)> {
    let mut all = Vec::new();
    rendered("start", &start::StartPage::samples(page), &mut all);
    rendered("login", &login::LoginPage::samples(page), &mut all);
    rendered("otp", &login::OtpPage::samples(page), &mut all);
    rendered("resume", &login::ResumePage::samples(page), &mut all);
    rendered("household", &household::HouseholdPage::samples(page), &mut all);
    rendered("proof", &proof::ProofPage::samples(page), &mut all);
    rendered("number", &proof::NumberPage::samples(page), &mut all);
    rendered("member", &member::MemberPage::samples(page), &mut all);
    rendered("registered", &member::RegisteredPage::samples(page), &mut all);
    rendered("private", &private_member::PrivatePage::samples(page), &mut all);
    rendered("guardian", &guardian::GuardianPage::samples(page), &mut all);
    rendered("delete", &member::DeletePage::samples(page), &mut all);
    rendered("access", &access::AccessPage::samples(page), &mut all);
    let extract = access_extract::AccessExtractPage::samples(page);
    rendered("access_extract", &extract, &mut all);
    let fault = extract_fault::ExtractFaultPage::samples(page);
    rendered("extract_fault", &fault, &mut all);
    rendered("view_key", &view_key::ViewKeyPage::samples(page), &mut all);
    rendered("receipt_soon", &access::SoonPage::samples(page), &mut all);
    rendered("object", &access::ObjectPage::samples(page), &mut all);
    rendered("ended", &ended::EndedPage::samples(page), &mut all);
    rendered("devices", &devices::DevicesPage::samples(page), &mut all);
    rendered("own_data", &own_data::OwnDataPage::samples(page), &mut all);
    rendered(
        "own_data_file",
        &own_data::OwnDataFilePage::samples(page),
        &mut all,
    );
    rendered("sessions", &sessions::SessionsPage::samples(page), &mut all);
    rendered("book", &book::BookPage::samples(page), &mut all);
    rendered("gone", &book::GonePage::samples(page), &mut all);
    rendered(
        "appointment",
        &appointment::AppointmentPage::samples(page),
        &mut all,
    );
    rendered("cancel", &appointment::CancelPage::samples(page), &mut all);
    rendered("move", &appointment::MovePage::samples(page), &mut all);
    rendered(
        "certificate",
        &certificate::CertificatePage::samples(page),
        &mut all,
    );
    rendered("unwell", &unwell::UnwellPage::samples(page), &mut all);
    rendered("unsent", &refusal::UnsentPage::samples(page), &mut all);
    rendered("card", &card::CardPage::samples(page), &mut all);
    rendered("card_otp", &card::OtpPage::samples(page), &mut all);
    rendered("card_record", &card::RecordPage::samples(page), &mut all);
    rendered("verify", &verify::VerifyPage::samples(page), &mut all);
    let nav = layout::Nav::outside("/verify");
    let accesses = verify_accesses::VerifyAccessesPage::new(
        page.clone(),
        nav,
        "log.example/2026+00000000+AA==".to_owned(),
    );
    rendered("verify_accesses", &[accesses], &mut all);
    let nav = layout::Nav::outside("/help");
    rendered("privacy", &[about::PrivacyPage::new(page.clone(), nav)], &mut all);
    rendered("help", &[about::HelpPage::new(page.clone(), nav)], &mut all);
    rendered(
        "transparency",
        &transparency::TransparencyPage::samples(page),
        &mut all,
    );
    rendered("trust", &trust::TrustPage::samples(page), &mut all);
    all
}

/// The page without what the program calls its own routes and tables: the same in every language.
fn without_code(html: &str) -> String {
    let mut parts = html.split("<code>");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once("</code>").expect("a code that ends").1);
    rest.fold(first, |text, part| text + part)
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// The opening tags of an element.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let start = format!("<{element}");
    let rest = html.split(start.as_str()).skip(1);
    rest.filter(|rest| rest.starts_with([' ', '>']))
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

fn check(name: &str, locale: Locale, html: &str) {
    let ids = attributes(html, "id");
    let unique: HashSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{name}: an id stands twice");
    assert!(
        html.contains(&format!("<html lang=\"{}\">", locale.tag())),
        "{name}: language"
    );
    assert_eq!(tags(html, "h1").len(), 1, "{name}: one h1");
    assert_eq!(tags(html, "main").len(), 1, "{name}: one main");
    let (title, section) = (html.find("<h1"), html.find("<h2"));
    assert!(
        section.is_none() || title < section,
        "{name}: an h2 before the h1"
    );
    assert!(
        !html.contains("<title> –") && !html.contains("<title></title>"),
        "{name}: title"
    );
    // Browser history and task switcher keep titles, on the phone that a family shares.
    let title = html
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    for person in ["Asha Devi", "Ishwarya"] {
        assert!(!title.unwrap().contains(person), "{name}: a name in the title");
    }
    // One page computes; it can be read without.
    let scripts = if name.starts_with("verify_accesses") { 2 } else { 0 };
    assert_eq!(html.matches("<script").count(), scripts, "{name}: scripts");
    assert_eq!(
        html.matches("<script src=\"/assets/").count(),
        scripts,
        "{name}: scripts of ours"
    );
    for forbidden in ["style=\"", "onclick", "javascript:", "<style"] {
        assert!(!html.contains(forbidden), "{name}: {forbidden}");
    }
    assert!(
        !html.contains("type=\"password\""),
        "{name}: the phone offers to keep it for whoever holds it next"
    );
    let labels: HashSet<_> = attributes(html, "for").into_iter().collect();
    for element in ["input", "select", "textarea"] {
        for tag in tags(html, element) {
            let hidden = tag.contains("type=\"hidden\"");
            let id = attributes(tag, "id").first().copied().unwrap_or_default();
            assert!(hidden || labels.contains(id), "{name}: no label for {tag}");
        }
    }
    for reference in ["for", "aria-describedby", "aria-labelledby"] {
        for id in attributes(html, reference).iter().flat_map(|ids| ids.split(' ')) {
            assert!(
                unique.contains(&id),
                "{name}: {reference} names {id}, which is not there"
            );
        }
    }
    for target in attributes(html, "href")
        .iter()
        .filter_map(|href| href.strip_prefix('#'))
    {
        assert!(
            unique.contains(&target),
            "{name}: a link leads to #{target}, which is not there"
        );
    }
    let forms = tags(html, "form");
    let posted = forms.iter().filter(|tag| tag.contains("method=\"post\"")).count();
    assert_eq!(
        html.matches("name=\"_csrf\"").count(),
        posted,
        "{name}: each posted form has its token"
    );
    let html = without_code(html);
    if let Some(at) = html.find('{') {
        let left = html.get(at..).unwrap_or_default().lines().next();
        panic!("{name}: a variable was not filled: {left:?}");
    }
}

#[test]
fn every_page_is_complete_in_every_language() {
    for locale in Locale::ALL {
        for (name, html) in pages(&Page::bare(locale)) {
            check(&name, locale, &html);
        }
    }
}

/// Text between tags that is neither Devanagari nor a name, a number or a product.
#[test]
fn no_page_falls_back_to_english_in_hindi() {
    let english: HashSet<String> = pages(&Page::bare(Locale::En))
        .iter()
        .flat_map(|(_, html)| texts(html))
        .collect();
    let allowed = [
        "English",
        "Asha Devi",
        "Kamla Nehru Dispensary",
        "Ravi",
        "Meena",
        "Chhotu",
        "Female",
        "COVISHIELD",
        "Covishield",
        "Passport # XXXX4567",
        "Fort",
        "Mumbai",
        "Code lost",
        "pramaan log verify-extract",
        "·",
        "…",
    ];
    for (name, html) in pages(&Page::bare(Locale::Hi)) {
        for text in texts(&html) {
            let latin = text.chars().filter(char::is_ascii_alphabetic).count() > 3;
            let fine = text.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c))
                || allowed.iter().any(|word| text.contains(word));
            assert!(
                fine || !latin || !english.contains(&text) || is_district(&text),
                "{name}: {text:?} is English"
            );
        }
    }
}

/// District names exist in English only.
fn is_district(text: &str) -> bool {
    pramaan_domain::place::districts()
        .iter()
        .any(|district| district.name.trim() == text)
}

fn texts(html: &str) -> Vec<String> {
    let html = without_code(html);
    let body = html.split("<body>").nth(1).unwrap_or_default();
    // Names of tests and commands are of no language.
    let pieces = body.split('<').filter(|piece| !piece.starts_with("code>"));
    let pieces = pieces.filter_map(|piece| piece.split('>').nth(1));
    pieces
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}
