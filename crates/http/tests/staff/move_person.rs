//! A dose that went to the wrong person, moved by two people through the pages; and what both telephones are told.

use pramaan_app::StaffRole;
use pramaan_app::beneficiary::Registration;
use pramaan_app::{Citizen, Comorbidity};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;

use crate::browser::{Browser, DOCUMENT, MOBILE, Page, Site};
use crate::vaccination::{but, record, save};

const OTHER_MOBILE: &str = "9876543212";
const OTHER_DOCUMENT: &str = "Z5554443";
const ANY: &str = "/staff/correction/visit";
const REASON: (&str, &str) = ("reason", "two women of one name, the cards were swapped");

async fn somebody_else(site: &Site) -> (Citizen, ReferenceId) {
    let citizen = site.test.citizen(OTHER_MOBILE).await;
    let registration = Registration {
        name: PersonName::parse("Usha Devi").unwrap(),
        birth_year: BirthYear::parse("1979", site.test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::Passport,
        document_number: DocumentNumber::parse(OTHER_DOCUMENT).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    let id = site.test.app.register(&citizen, registration).await.unwrap();
    (citizen, id)
}

/// The record of whoever shows this document, open to be corrected.
pub(crate) async fn opened(nurse: &mut Browser, id: ReferenceId, number: &str) -> Page {
    let page = nurse.get(ANY).await;
    let id = id.to_string();
    let typed = [
        ("way", "document"),
        ("reference_id", id.as_str()),
        ("document_type", "8"),
        ("document_number", number),
    ];
    let open = nurse.submit(&page, ANY, &typed).await;
    open.is(200);
    open
}

/// The other records that are open, as the form offers them: none is named.
fn offered(form: &Page) -> Vec<String> {
    let select = form.body.split("name=\"to\"").nth(1).unwrap();
    let select = select.split("</select>").next().unwrap();
    let values = select.split("<option value=\"").skip(1);
    let values = values.map(|option| option.split('"').next().unwrap().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

pub(crate) fn told(site: &Site, mobile: &str) -> Vec<String> {
    let sent = site.test.outbox.to(&Mobile::parse(mobile).unwrap());
    sent.into_iter().map(|sms| sms.text).collect()
}

async fn doses(site: &Site, citizen: &Citizen) -> Vec<String> {
    let family = site.test.app.dashboard(citizen, "test").await.unwrap();
    let doses = family.iter().flat_map(|one| &one.doses);
    doses.map(|given| given.facts.batch.as_str().to_owned()).collect()
}

#[tokio::test]
async fn a_dose_of_the_wrong_person_is_moved_by_two_people_on_the_pages_and_both_are_told() {
    let site = Site::open().await;
    let mut nurse = site.nurse().await;
    let (first, encounter) = record(&site, &mut nurse).await;
    let confirm = nurse.submit(&first, &encounter, &but(&[])).await;
    save(&mut nurse, &confirm, &encounter).await.is(303);
    let (usha, usha_id) = somebody_else(&site).await;

    let wrong = opened(&mut nurse, site.id, DOCUMENT).await;
    wrong.says("<h1>Asha Devi</h1>");
    let dose = wrong.link("/staff/correction/record/");
    let alone = nurse.get(&dose).await;
    assert!(offered(&alone).is_empty(), "nobody else is open yet");
    opened(&mut nurse, usha_id, OTHER_DOCUMENT)
        .await
        .says("<h1>Usha Devi</h1>");
    let form = nurse.get(&dose).await;
    let others = offered(&form);
    assert_eq!(others.len(), 1);
    form.never_says("Usha");

    let typed = but(&[("act", "move"), ("to", others[0].as_str()), REASON]);
    let confirm = nurse.submit(&form, &dose, &typed).await;
    confirm
        .is(200)
        .says("<dd>Asha Devi</dd>")
        .says("Usha Devi")
        .says("4121Z025");
    let before = [MOBILE, OTHER_MOBILE].map(|mobile| told(&site, mobile).len());
    let waits = nurse.confirm(&confirm, &dose, &[]).await;
    assert_eq!(waits.to, "/staff/correction/done?how=waits");
    assert_eq!(doses(&site, &site.citizen).await.len(), 1, "it waits");

    let mut manager = site.logged_in("MH-0002", StaffRole::SiteManager).await;
    let list = manager.get("/staff/correction").await;
    let proposal = list.link("/staff/correction/proposal/");
    nurse.get(&proposal).await.is(409).says("Somebody else decides");
    let page = manager.get(&proposal).await;
    page.says("4121Z025").never_says("Asha").never_says("Usha");
    let done = manager.submit(&page, &proposal, &[("act", "approve")]).await;
    assert_eq!(done.to, "/staff/correction/done?how=approved");

    assert!(doses(&site, &site.citizen).await.is_empty());
    assert_eq!(doses(&site, &usha).await, ["4121Z025"]);
    assert_eq!(site.test.app.certificates(&usha).await.unwrap().len(), 1);
    assert!(
        site.test
            .app
            .certificates(&site.citizen)
            .await
            .unwrap()
            .is_empty()
    );
    for (mobile, before) in [MOBILE, OTHER_MOBILE].into_iter().zip(before) {
        let new = told(&site, mobile).split_off(before);
        assert_eq!(new.len(), 1, "{mobile}: {new:?}");
        for word in ["Asha", "Usha", "Fort", "ovishield", "OVISHIELD", "4121", "MH-0"] {
            assert!(!new[0].contains(word), "{word}: {}", new[0]);
        }
    }
}
