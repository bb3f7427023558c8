//! Fills an empty data folder: centres, sessions, staff, a partner, and people who are vaccinated already.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use chrono::Days;
use pramaan_app::partner::PartnerKind;
use pramaan_app::{Clock, StaffRole};
use pramaan_domain::dose::DoseNumber::{First, Second};
use pramaan_domain::gender::Gender;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine::{Covaxin, Covishield};
use pramaan_http::demo::{Account, CodeOf};
use pramaan_store::{centre, session};

use super::places::{self, TOUR_CENTRE};
use super::story::{Character, Story};
use super::totp;
use crate::data::Data;
use crate::system::SystemClock;

/// What was made, and what the demonstration shows of it.
pub(super) struct Seeded {
    pub(super) staff: Vec<Account>,
    /// The account whose password the tour's thief has.
    pub(super) stolen: Account,
    pub(super) partner_key: String,
    /// Mobile and reference id of each vaccinated person.
    pub(super) citizens: Vec<(String, String)>,
    /// Names that stand in sealed records.
    pub(super) markers: Vec<String>,
    secrets: BTreeMap<String, [u8; 20]>,
}

impl Seeded {
    /// The one-time code of a staff member at this moment.
    pub(super) fn codes(&self) -> CodeOf {
        let secrets = self.secrets.clone();
        Arc::new(move |staff| {
            secrets
                .get(staff)
                .map(|secret| totp::code(secret, SystemClock.now()))
        })
    }
}

const NURSE: &str = "MH395-0007";
const STOLEN: &str = "MH395-0009";
const OTHER_NURSE: &str = "MH395-0008";

const ANITA: Character = Character {
    name: "Anita Kadam",
    year: "1958",
    gender: Gender::Female,
    document: "DMO0000001",
};
const SURESH: Character = Character {
    name: "Suresh Kadam",
    year: "1955",
    gender: Gender::Male,
    document: "DMO0000002",
};
const FARIDA: Character = Character {
    name: "Farida Shaikh",
    year: "1987",
    gender: Gender::Female,
    document: "DMO0000003",
};
const LAXMI: Character = Character {
    name: "लक्ष्मी पाटील",
    year: "1990",
    gender: Gender::Transgender,
    document: "DMO0000004",
};

pub(super) async fn fill(data: &Data, now: Timestamp) -> anyhow::Result<Seeded> {
    publish(data, now).await.context("publishing sessions")?;
    let today = now.date();
    let ago = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let mut story = Story::begin(data, now)?;
    story
        .app()
        .refresh_availability()
        .await
        .context("reading the sessions")?;
    story.go_to(ago(210));
    let staff = enrol(&mut story).await.context("enrolling staff")?;

    let stolen = "nurse without a phone".to_owned();
    story
        .enrol(
            STOLEN,
            "Rekha Patil",
            StaffRole::Vaccinator,
            Some(TOUR_CENTRE),
            &stolen,
        )
        .await?;
    let stolen = Account {
        code: STOLEN.to_owned(),
        role: "demo-role-vaccinator",
        password: stolen,
    };

    let kadam = story.log_in("7000000001").await?;
    let couple = [
        story.register(&kadam, &ANITA).await?,
        story.register(&kadam, &SURESH).await?,
    ];
    story.vaccinate(&kadam, &couple, Covishield, First, NURSE).await?;
    // A number that is silent for ninety days shows nobody, so each logs in now and then.
    story.go_to(ago(150));
    story.log_in("7000000001").await?;
    story.go_to(ago(120));
    let farida = story.log_in("7000000002").await?;
    let her = story.register(&farida, &FARIDA).await?;
    story.vaccinate(&farida, &[her], Covaxin, First, NURSE).await?;
    story.go_to(ago(110));
    let kadam = story.log_in("7000000001").await?;
    story
        .vaccinate(&kadam, &couple, Covishield, Second, NURSE)
        .await?;
    story.go_to(ago(95));
    let laxmi = story.log_in("7000000003").await?;
    let them = story.register(&laxmi, &LAXMI).await?;
    story
        .vaccinate(&laxmi, &[them], Covishield, First, OTHER_NURSE)
        .await?;
    story.go_to(ago(40));
    for mobile in ["7000000001", "7000000002", "7000000003"] {
        story.log_in(mobile).await?;
    }

    story
        .stock("MH395-0002", now.date())
        .await
        .context("filling the stock")?;
    story.set(now);
    story.fill_roster(&[NURSE, OTHER_NURSE, STOLEN], 9).await?;
    let (_, partner_key) = story
        .app()
        .add_partner("Demonstration partner", PartnerKind::Aggregator)
        .await?;
    let [anita, suresh] = couple;
    let citizens = [
        ("7000000001", anita),
        ("7000000001", suresh),
        ("7000000002", her),
        ("7000000003", them),
    ];
    Ok(Seeded {
        staff,
        stolen,
        partner_key,
        citizens: citizens
            .map(|(mobile, id)| (mobile.to_owned(), id.to_string()))
            .into(),
        markers: [ANITA, SURESH, FARIDA, LAXMI]
            .map(|who| who.name.to_owned())
            .into(),
        secrets: story.secrets,
    })
}

async fn publish(data: &Data, now: Timestamp) -> anyhow::Result<()> {
    let centres = places::centres()?;
    let sealer = data.sealer.clone();
    let sessions = places::sessions(&centres, now.date(), &|| sealer.random())?;
    let made = data.db.write("pramaan::demo::places", move |tx| {
        Box::pin(async move {
            centre::put(tx, &centres, now).await?;
            session::publish(tx, &sessions, now).await
        })
    });
    Ok(made.await?)
}

async fn enrol(story: &mut Story) -> anyhow::Result<Vec<Account>> {
    let people = [
        (
            NURSE,
            "Sunita Rao",
            StaffRole::Vaccinator,
            "demo-role-vaccinator",
            "nurse with a lamp",
        ),
        (
            OTHER_NURSE,
            "Joseph Fernandes",
            StaffRole::Vaccinator,
            "demo-role-vaccinator",
            "nurse with a bell",
        ),
        (
            "MH395-0002",
            "Meera Joshi",
            StaffRole::SiteManager,
            "demo-role-manager",
            "manager with a key",
        ),
        (
            "MH395-0001",
            "Arvind Desai",
            StaffRole::DistrictAdmin,
            "demo-role-admin",
            "officer with a map",
        ),
    ];
    let mut accounts = Vec::with_capacity(people.len());
    for (code, name, role, label, password) in people {
        let centre = (role != StaffRole::DistrictAdmin).then_some(TOUR_CENTRE);
        story
            .enrol(code, name, role, centre, password)
            .await
            .with_context(|| code.to_owned())?;
        accounts.push(Account {
            code: code.to_owned(),
            role: label,
            password: password.to_owned(),
        });
    }
    Ok(accounts)
}
