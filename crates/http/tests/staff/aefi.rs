//! Adverse events on the pages: reported under observation, listed without names with their clocks, numbered by the district.

use pramaan_app::StaffRole;

use crate::browser::{Browser, Page, Site};

const DOSE: [(&str, &str); 6] = [
    ("vaccine", "COVISHIELD"),
    ("dose", "1"),
    ("batch", "4121Z025"),
    ("vial", "7"),
    ("given_at", "09:58"),
    ("site", "left_upper_arm"),
];
const FORM: [(&str, &str); 5] = [
    ("symptoms", "fever"),
    ("onset_day", "2026-11-22"),
    ("onset", "10:00"),
    ("seriousness", "minor"),
    ("outcome", "recovering"),
];

/// `FORM` with some answers replaced, about the dose that the page names.
pub(crate) fn but<'a>(dose: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FORM
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().chain([("dose", dose)]).collect()
}

/// The address of the encounter in which the dose was just given, and its page of a report.
pub(crate) async fn observed(site: &Site, nurse: &mut Browser) -> (String, Page) {
    let path = nurse.get("/staff").await.link("/staff/visit/");
    let page = nurse.get(&path).await;
    let code = site.code().await;
    let record = nurse
        .submit(&page, &path, &[("way", "code"), ("code", &code)])
        .await;
    let encounter = record.is(200).link("/staff/encounter/");
    let confirm = nurse.submit(&record, &encounter, &DOSE).await;
    let action = format!("{encounter}/dose");
    let hidden = confirm.hidden(&action);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let saved = nurse.submit(&confirm, &action, &typed).await;
    let path = format!("{encounter}/aefi");
    nurse.get(&saved.to).await.says(&path);
    let page = nurse.get(&path).await;
    (path, page)
}

pub(crate) fn dose_of(page: &Page) -> String {
    let tag = page.body.split('<').find(|tag| tag.contains("name=\"dose\""));
    let value = tag.unwrap().split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_minor_aefi_at_observation_is_saved_and_listed_without_a_name() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    page.is(200).says("Asha Devi").says("Call 108").says("checked");
    let dose = dose_of(&page);
    let saved = nurse
        .submit(&page, &path, &but(&dose, &[("key", "form-0001")]))
        .await;
    assert_eq!((saved.status, saved.to.as_str()), (303, "/staff/aefi?saved=yes"));
    let list = nurse.get(&saved.to).await;
    list.says("The report was saved")
        .says("Minor")
        .says("Nothing is waited for")
        .never_says("Asha")
        .never_says("/staff/aefi/case/");
    let twice = nurse
        .submit(&page, &path, &but(&dose, &[("key", "form-0001")]))
        .await;
    assert_eq!(
        (twice.status, site.count("aefi").await),
        (303, 1),
        "the same form twice is one report"
    );
}

#[tokio::test]
async fn onset_before_the_dose_and_a_death_that_is_none_are_named_beside_their_fields() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    let wrong = [
        ("onset", "08:00"),
        ("seriousness", "serious"),
        ("criteria", "death"),
        ("words", "<b>was brought to hospital</b>"),
        ("key", "form-0001"),
    ];
    let again = nurse.submit(&page, &path, &but(&dose, &wrong)).await;
    again
        .is(422)
        .says("href=\"#onset\"")
        .says("This is before the dose was given")
        .says("href=\"#outcome\"")
        .says("value=\"08:00\"")
        .never_says("<b>was")
        .says("was brought to hospital");
    let ahead = but(&dose, &[("onset", "23:59"), ("key", "form-0001")]);
    nurse
        .submit(&page, &path, &ahead)
        .await
        .is(422)
        .says("lies ahead");
    let empty = nurse.submit(&page, &path, &[("key", "form-0001")]).await;
    empty.is(422).says("href=\"#seriousness\"").says("href=\"#dose\"");
    assert_eq!(site.count("aefi").await, 0);
}

#[tokio::test]
async fn a_second_nurse_is_told_that_there_is_a_report_of_this_dose_today() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    nurse
        .submit(&page, &path, &but(&dose, &[("key", "form-0001")]))
        .await;
    let unaware = nurse
        .submit(&page, &path, &but(&dose, &[("key", "form-0002")]))
        .await;
    unaware
        .is(422)
        .says("There is a report of this dose")
        .says("name=\"joins\"")
        .says("href=\"#joins\"");
    let same = unaware.body.split("value=\"same:").nth(1).unwrap();
    let same = format!("same:{}", same.split('"').next().unwrap());
    let unreasoned = but(&dose, &[("key", "form-0002"), ("joins", &same)]);
    nurse
        .submit(&unaware, &path, &unreasoned)
        .await
        .is(422)
        .says("href=\"#reason\"");
    let joined = [
        ("key", "form-0002"),
        ("joins", same.as_str()),
        ("reason", "the fever has risen to forty"),
        ("seriousness", "severe"),
    ];
    assert_eq!(
        nurse.submit(&unaware, &path, &but(&dose, &joined)).await.status,
        303
    );
    assert_eq!((site.count("aefi").await, site.count("aefi_case").await), (2, 1));
}

#[tokio::test]
async fn a_serious_aefi_is_overdue_after_a_day_and_the_district_numbers_and_investigates_it() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    let serious = [
        ("seriousness", "serious"),
        ("criteria", "hospitalisation"),
        ("key", "form-0001"),
    ];
    assert_eq!(
        nurse.submit(&page, &path, &but(&dose, &serious)).await.status,
        303
    );

    site.test.clock.advance_seconds(25 * 3_600);
    let mut officer = site.logged_in("MH-0500", StaffRole::DistrictAdmin).await;
    let list = officer.get("/staff/aefi").await;
    list.says("One is overdue")
        .says("Overdue since 23 November 2026, 10:00")
        .says("Give it a case number")
        .never_says("Asha");
    let case = list.link("/staff/aefi/case/");
    let page = officer.get(&case).await;
    page.says("Asha Devi")
        .says("Taken into hospital")
        .never_says("9876543210")
        .never_says("Z1234567");
    let act = |act, version| [("act", act), ("version", version), ("key", "step-0001")];
    let numbered = officer.submit(&page, &case, &act("number", "1")).await;
    assert_eq!((numbered.status, &numbered.to), (303, &case));
    let page = officer.get(&case).await;
    page.says("IND(CO-AEFI)/21/")
        .says("Case investigation form")
        .says("2 December 2026");
    let found = [
        ("began_on", "2026-11-23"),
        ("specimen", "sent"),
        ("alike", "0"),
        ("words", "fever of 39 degrees"),
        ("act", "investigate"),
        ("version", "2"),
        ("key", "step-0002"),
    ];
    let late: Vec<_> = found
        .iter()
        .map(|(name, value)| {
            if *name == "version" {
                ("version", "1")
            } else {
                (*name, *value)
            }
        })
        .collect();
    let moved = officer.submit(&page, &case, &late).await;
    moved.is(422).says("href=\"#case\"").says("fever of 39 degrees");
    assert_eq!(officer.submit(&page, &case, &found).await.status, 303);
    officer
        .get(&case)
        .await
        .says("What the state committee decided")
        .says("Investigated from 23 November 2026")
        .says("MH-0500");
    officer.get("/staff/aefi").await.never_says("overdue");
    let nobody = officer
        .get("/staff/aefi/case/00000000-0000-4000-8000-000000000001")
        .await;
    nobody.is(404).says("not yours to follow up");
    officer.get("/staff/aefi/case/x").await.is(404);
    let mut manager = site.logged_in("MH-0300", StaffRole::SiteManager).await;
    manager.get(&case).await.is(403).never_says("Asha");
}

#[tokio::test]
async fn an_aefi_form_waits_for_the_login_that_ended() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (path, page) = observed(&site, &mut nurse).await;
    let dose = dose_of(&page);
    site.test.clock.advance_seconds(13 * 3_600);
    let sent = but(&dose, &[("words", "swollen lips"), ("key", "form-0001")]);
    let kept = nurse.submit(&page, &path, &sent).await;
    kept.is(401).says("name=\"kept\"").never_says("swollen lips");
    assert_eq!(site.count("aefi").await, 0);
}
