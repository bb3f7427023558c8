//! The inventory of the real code, and of the real code with something planted that invariant 4 forbids.

use super::*;
use crate::shell;

fn with(path: &str, text: &str) -> Vec<TextFile> {
    let mut files = tree::text_files().unwrap();
    match files.iter_mut().find(|file| file.path == path) {
        Some(file) => file.text.push_str(text),
        None => files.push(TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }),
    }
    files
}

/// What is said about the real code with `text` at the end of `path`, and `declared` at the end of the classification.
fn complaint(path: &str, text: &str, declared: &str) -> String {
    let mut files = with(path, text);
    let said = files.iter_mut().find(|file| file.path == DECLARED).unwrap();
    said.text.push_str(declared);
    let refused = inventory(&files).map(drop);
    format!(
        "{:#}",
        refused.expect_err("the planted field should have been refused")
    )
}

/// The same with one line of the classification under the heading of its table or struct.
fn complaint_about(path: &str, text: &str, heading: &str, line: &str) -> String {
    let mut files = with(path, text);
    let said = files.iter_mut().find(|file| file.path == DECLARED).unwrap();
    assert!(said.text.contains(heading), "{heading}");
    said.text = said
        .text
        .replacen(&format!("{heading}\n"), &format!("{heading}\n{line}\n"), 1);
    let refused = inventory(&files).map(drop);
    format!(
        "{:#}",
        refused.expect_err("the planted field should have been refused")
    )
}

const NEXT: &str = "crates/store/migrations/9999_planted.sql";
const MOBILE: &str = "fn planted() { tracing::info!(mobile = 1, \"planted\"); }";

#[test]
fn inventory_is_what_the_code_stores() {
    let printed = std::fs::read_to_string(shell::root().join("policy/fields.txt")).unwrap();
    assert!(
        printed == text().unwrap(),
        "run `cargo xtask generate` and review the difference"
    );
    let kept = std::fs::read_to_string(shell::root().join("policy/register.json")).unwrap();
    assert!(
        kept == register().unwrap(),
        "policy/register.json: run `cargo xtask generate`"
    );
    for line in [
        "\nstored person\n",
        "\nsent http::cowin::wire::beneficiary::Beneficiary\n",
        "\nlogged\n",
    ] {
        assert!(printed.contains(line), "{line} is not in the inventory");
    }
}

#[test]
fn a_new_column_has_to_be_declared_and_may_not_be_an_address() {
    let sql = "-- Planted.\nalter table person add column address {blob};";
    let undeclared = complaint(NEXT, sql, "");
    assert!(
        undeclared.contains("undeclared field stored person.address: say what it is"),
        "{undeclared}"
    );
    for line in [
        r#"address = "contact, sealed: to send letters""#,
        r#""place, not person" = ["address"]"#,
    ] {
        let declared = complaint_about(NEXT, sql, "[stored.person]", line);
        assert!(
            declared.contains("no address of a person is collected"),
            "{declared}"
        );
    }
}

#[test]
fn a_new_table_has_to_be_declared_column_by_column() {
    let sql = "-- Planted.\ncreate table planted (person text not null, note {blob}, primary key (person));";
    let undeclared = complaint(NEXT, sql, "");
    for field in ["stored planted.person", "stored planted.note"] {
        assert!(
            undeclared.contains(&format!("undeclared field {field}: say what it is")),
            "{undeclared}"
        );
    }
    let half = complaint(
        NEXT,
        sql,
        "\n[stored.planted]\nperson = \"identity, random id: who came\"\n",
    );
    assert!(
        half.contains("stored planted.note") && !half.contains("stored planted.person"),
        "{half}"
    );
}

#[test]
fn an_adults_birth_date_is_refused_however_it_is_declared() {
    let sql = "-- Planted.\nalter table staff add column birth_date {blob};";
    let line = r#"birth_date = "identity, sealed: to congratulate""#;
    let staff = complaint_about(NEXT, sql, "[stored.staff]", line);
    assert!(
        staff.contains("stored staff.birth_date is a birth date"),
        "{staff}"
    );
    let mut files = tree::text_files().unwrap();
    let said = files.iter_mut().find(|file| file.path == DECLARED).unwrap();
    said.text = said.text.replace(
        "birth_date = \"identity, sealed: of minors",
        "birth_date = \"identity, clear: of minors",
    );
    let person = format!("{:#}", inventory(&files).map(drop).unwrap_err());
    assert!(person.contains("stored person.birth_date is"), "{person}");
}

#[test]
fn a_whole_identity_number_is_refused() {
    let sql = "-- Planted.\nalter table person add column aadhaar {blob};";
    let line = r#"aadhaar = "identity, sealed: to compare""#;
    let number = complaint_about(NEXT, sql, "[stored.person]", line);
    assert!(
        number.contains("stored person.aadhaar is an identity number"),
        "{number}"
    );
}

#[test]
fn a_new_field_of_the_wire_or_of_a_sealed_value_has_to_be_declared() {
    let wire = "crates/http/src/cowin/wire/auth.rs";
    let text = "#[derive(Deserialize)] struct Planted { #[serde(rename = \"fatherName\")] father: Text }";
    let sent = complaint(wire, text, "");
    assert!(
        sent.contains("undeclared field sent http::cowin::wire::auth::Planted.fatherName: say what it is"),
        "{sent}"
    );
    let text = "#[derive(Encode)] struct Planted { #[n(0)] village: String }";
    let declared =
        "\n[inside.\"store::dose::Planted\"]\nvillage = \"clinical, sealed: where the person lives\"\n";
    let sealed = complaint("crates/store/src/dose.rs", text, declared);
    assert!(
        sealed.contains("inside store::dose::Planted.village says where a person is (`village`)"),
        "{sealed}"
    );
}

#[test]
fn a_log_line_about_a_person_is_refused() {
    let logged = "crates/app/src/otp.rs";
    for declared in ["", "mobile = \"for debugging\""] {
        let mobile = complaint_about(logged, MOBILE, "[logged]", declared);
        assert!(
            mobile.contains("logged mobile could be about a person"),
            "{mobile}"
        );
    }
    let other = "fn planted() { tracing::info!(\"sent to {somebody}\"); }";
    let undeclared = complaint(logged, other, "");
    assert!(
        undeclared.contains("undeclared field logged somebody"),
        "{undeclared}"
    );
}

#[test]
fn what_is_called_sealed_can_be() {
    let sql = "-- Planted.\nalter table person add column nickname text;";
    let text = complaint_about(
        NEXT,
        sql,
        "[stored.person]",
        r#"nickname = "identity, sealed: to greet""#,
    );
    assert!(
        text.contains("stored person.nickname is called sealed or keyed, but is no blob"),
        "{text}"
    );
}

#[test]
fn a_line_whose_field_is_gone_is_refused() {
    let stale = complaint(NEXT, "-- Planted.\nalter table person drop column gender;", "");
    assert!(
        stale.contains("stored person.gender is not in the code: take its line out"),
        "{stale}"
    );
}

/// The register with something else said in one place of a file.
fn complaint_instead(path: &str, from: &str, to: &str) -> String {
    let mut files = tree::text_files().unwrap();
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    assert!(file.text.contains(from), "{from}");
    file.text = file.text.replacen(from, to, 1);
    let refused = inventory(&files).map(drop);
    format!(
        "{:#}",
        refused.expect_err("what was planted should have been refused")
    )
}

#[test]
fn a_street_is_refused_in_a_column_a_message_and_a_sealed_value() {
    let sql = "-- Planted.\nalter table household add column street {blob};";
    let line = r#"street = "contact, sealed: to find the door""#;
    let column = complaint_about(NEXT, sql, "[stored.household]", line);
    assert!(
        column.contains("stored household.street says where a person is (`street`)"),
        "{column}"
    );
    let text = "#[derive(Deserialize)] struct Planted { #[serde(rename = \"streetName\")] s: Text }";
    let declared = "\n[sent.\"http::cowin::wire::auth::Planted\"]\nstreetName = \"contact, not kept: a\"\n";
    let sent = complaint("crates/http/src/cowin/wire/auth.rs", text, declared);
    assert!(
        sent.contains("Planted.streetName says where a person is (`street`)"),
        "{sent}"
    );
}

/// Names and notes: whoever searches the inventory for the words finds nothing.
#[test]
fn a_note_that_speaks_of_where_somebody_lives_is_refused() {
    let from = "budget]\nsubject_ix = \"contact, keyed: whose budget it is\"";
    let to = "budget]\nsubject_ix = \"contact, keyed: a number or an IP address\"";
    let note = complaint_instead(DECLARED, from, to);
    assert!(
        note.contains("stored budget.subject_ix has the word `address`"),
        "{note}"
    );
}

#[test]
fn every_table_says_how_long_and_every_sealed_value_where() {
    let sql = "-- Planted.\ncreate table planted (id text not null, primary key (id));";
    let declared = "\n[stored.planted]\n\"not about a person\" = [\"id\"]\n";
    let table = complaint(NEXT, sql, declared);
    assert!(
        table.contains("table planted does not say how long it is kept"),
        "{table}"
    );
    let column = complaint_instead(
        DECLARED,
        "cohort = \"30 days after valid_until\"",
        "cohort = \"30 days after never_at\"",
    );
    assert!(
        column.contains("retention of cohort, `30 days after never_at`: there is no such"),
        "{column}"
    );
    let gone = complaint_instead(DECLARED, "[retention]\n", "[retention]\nplanted = \"stays: a\"\n");
    assert!(gone.contains("retention of planted"), "{gone}");
    let value = complaint_instead(DECLARED, "\"store::dose::\" = \"dose.sealed\"\n", "");
    assert!(
        value.contains("store::dose::Sealed does not say where it is kept"),
        "{value}"
    );
}

#[test]
fn a_constant_is_one_only_where_it_was_decided() {
    let name = complaint_instead(
        DECLARED,
        "constant = [\"address\"]",
        "constant = [\"address\", \"dob\"]",
    );
    assert!(name.contains("Subject.dob"), "{name}");
    let about = complaint_instead(
        DECLARED,
        "constant = [\"address\"]",
        "address = \"contact, clear: where the holder lives\"",
    );
    assert!(
        about.contains("cert::document::Subject.address says where a person is"),
        "{about}"
    );
}

#[test]
fn a_way_that_policy_does_not_know_is_refused() {
    let way = "GET /planted | nobody | person_otp | own_record | name | Aashabai\n";
    let unknown = complaint(OPENINGS, way, "");
    assert!(
        unknown.contains("has words that policy does not know"),
        "{unknown}"
    );
    let command = complaint(OPENINGS, "COMMAND planted | everything\n", "");
    assert!(command.contains("is not `COMMAND name | WHAT`"), "{command}");
}

/// The file of a person's accesses is made in a crate that serves nobody: every crate is looked through.
#[test]
fn a_field_of_the_extract_has_to_be_declared_and_may_not_be_a_street() {
    let wire = "crates/tlog/src/extract/wire.rs";
    let from = "struct FileEntry {\n";
    let undeclared = complaint_instead(wire, from, "struct FileEntry {\n    street: String,\n");
    assert!(
        undeclared.contains("undeclared field sent tlog::extract::wire::FileEntry.street: say what it is"),
        "{undeclared}"
    );
    let declared = complaint_about(
        "crates/tlog/src/planted.rs",
        "#[derive(Serialize)] struct Planted { street: String }",
        "[retention]",
        "",
    );
    assert!(
        declared.contains("sent tlog::planted::Planted.street"),
        "{declared}"
    );
    let text = "#[derive(Encode)] struct Planted { village: String }";
    let of_no_list = complaint("crates/planted/src/lib.rs", text, "");
    assert!(
        of_no_list.contains("undeclared field inside planted::Planted.village"),
        "{of_no_list}"
    );
}

#[test]
fn a_new_cookie_and_a_new_file_have_to_be_declared() {
    let text = "const PLANTED: HostCookie = HostCookie::new(\"planted\");";
    let cookie = complaint("crates/http/src/web/planted.rs", text, "");
    assert!(
        cookie.contains("undeclared field cookie browser.planted: say what it is")
            && cookie.contains("say it of planted under [kept]"),
        "{cookie}"
    );
    let text = "fn write(path: &Path) { let _ = std::fs::write(path, \"planted\"); }";
    let file = complaint("crates/store/src/outside/planted.rs", text, "");
    assert!(
        file.contains("undeclared field file store::outside::planted.content: say what it is"),
        "{file}"
    );
    let gone = complaint_instead(
        DECLARED,
        "\n[cookie]\n",
        "\n[cookie]\nold = \"credential, clear: a\"\n",
    );
    assert!(gone.contains("cookie browser.old is not in the code"), "{gone}");
    let unsaid = complaint_instead(
        DECLARED,
        "\nstaff-device = \"until a year after the login\"\n",
        "\n",
    );
    assert!(
        unsaid.contains("cookie browser.staff-device does not say how long it is kept"),
        "{unsaid}"
    );
}

/// What a browser and the data folder keep stands in the register with how long.
#[test]
fn the_register_has_the_view_keys_the_list_of_erasures_and_the_cookies() {
    let register = register().unwrap();
    for line in [
        "\"of\":\"tlog::extract::wire::FileKey\",\"field\":\"key\"",
        "\"of\":\"store::outside::erasure\",\"field\":\"person\"",
        "\"of\":\"browser\",\"field\":\"device\"",
        "\"of\":\"browser\",\"field\":\"asked\"",
    ] {
        assert!(register.contains(line), "{line}");
    }
}
