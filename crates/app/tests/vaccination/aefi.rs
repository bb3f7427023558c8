//! Adverse events: reported at the site and by the person, numbered within a day, investigated within ten, classified; once,
//! truthfully, and with an entry for every look.

use pramaan_app::aefi::{
    Assessment, CaseStep, Copies, Entry, GoOn, How, Investigation, Joins, Presence, Reported, SiteForm,
    Unwell, is_overdue,
};
use pramaan_app::card::Shown;
use pramaan_app::correction::{Facts, Outcome as Corrected, Showing, Wanted};
use pramaan_app::dose::Vial;
use pramaan_app::encounter::{EncounterKey, UNEXPECTED_A_DAY};
use pramaan_app::report::Area;
use pramaan_app::{FormKey, Refusal, Staff, StaffRole};
use pramaan_domain::aefi::{
    Bearing, CaseForm, Causality, Committee, Criterion, FormFault, Narrative, Outcome, Seriousness, Specimen,
    Stage, Symptom,
};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::id::{AefiId, DoseId};
use pramaan_domain::place::DistrictId;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{DOCUMENT, Site, count, execute, reason};

const HOUR: i64 = 3_600;

/// A site at which the dose was just given, and the district's officer.
pub(crate) struct Observed {
    pub(crate) site: Site,
    key: EncounterKey,
    dose: DoseId,
    pub(crate) officer: Staff,
}

impl Observed {
    pub(crate) async fn begin(db: TestDb) -> Self {
        let site = Site::open(db).await;
        let open = site.open_record().await;
        let dose = site
            .app
            .app
            .record_dose(&site.staff, open.key, site.dose(), "test");
        let dose = dose.await.unwrap().event;
        let officer = site.app.enrolled("MH-0500", StaffRole::DistrictAdmin, None).await;
        site.app.clock.advance_seconds(600);
        Self {
            site,
            key: open.key,
            dose,
            officer: officer.staff,
        }
    }

    fn form(&self, seriousness: Seriousness) -> CaseForm {
        let serious = seriousness == Seriousness::Serious;
        CaseForm {
            onset: self.now().plus_seconds(-60),
            symptoms: vec![Symptom::Fever],
            seriousness: Some(seriousness),
            criteria: serious
                .then_some(Criterion::Hospitalisation)
                .into_iter()
                .collect(),
            outcome: Outcome::Recovering,
            diluent: String::new(),
            bearing: Some(Bearing::Neither),
            words: Narrative::parse("taken to the district hospital").unwrap(),
        }
    }

    fn now(&self) -> Timestamp {
        self.site.app.clock.now()
    }

    async fn send(&self, form: CaseForm, joins: Joins, key: &str) -> Result<Reported, Refusal> {
        let sent = SiteForm {
            dose: self.dose,
            form,
            joins,
            key: FormKey::parse(key).unwrap(),
        };
        let presence = Presence::Encounter(self.key);
        let app = &self.site.app.app;
        app.report_aefi(&self.site.staff, &presence, sent, "test").await
    }

    pub(crate) async fn report(&self, seriousness: Seriousness) -> AefiId {
        let form = self.form(seriousness);
        self.send(form, Joins::NotAsked, "form-0001").await.unwrap().id
    }

    async fn go(&self, id: AefiId, step: CaseStep) -> Result<Stage, Refusal> {
        let open = self.site.app.app.aefi_case(&self.officer, id, "test").await?;
        let key = format!("step-{:05}", open.version);
        self.go_at(id, (open.version, &key), step).await
    }

    async fn go_at(&self, id: AefiId, (version, key): (i64, &str), step: CaseStep) -> Result<Stage, Refusal> {
        let key = FormKey::parse(key).unwrap();
        let go = GoOn { version, step, key };
        let app = &self.site.app.app;
        let went = app.go_on_with_aefi(&self.officer, id, go, "test").await?;
        Ok(went.stage)
    }

    fn investigation(&self) -> Investigation {
        Investigation {
            began_on: self.site.app.app.today(),
            specimen: Specimen::Sent,
            alike: 0,
            findings: Narrative::parse("fever of 39 degrees for two days").unwrap(),
        }
    }

    fn assessment(&self, committee: Committee) -> Assessment {
        Assessment {
            committee,
            causality: Causality::A1,
            decided_on: self.site.app.app.today(),
            words: Narrative::default(),
        }
    }
}

fn mumbai() -> DistrictId {
    DistrictId::from_number(395).unwrap()
}

#[store_test]
async fn a_minor_aefi_is_kept_at_the_site_and_no_clock_runs(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Minor).await;
    let app = &observed.site.app.app;
    let here = Presence::Encounter(observed.key);
    let scene = app.aefi_scene(&observed.site.staff, &here, "test").await.unwrap();
    assert!(scene.asks_bearing, "a woman of forty-six");
    let case = &scene.opened.cases[0];
    let (form, about) = case.form().unwrap();
    assert_eq!(
        (case.id, form.words.as_str()),
        (id, "taken to the district hospital")
    );
    assert_eq!(
        (about.batch.as_str(), about.vial.as_str(), about.others),
        ("4121Z025", "7", Some(0))
    );
    assert_eq!(about.vial_from, Some(about.given_at));
    assert_eq!(case.events[0].by, "MH-0001");

    let listed = app.aefi_cases(&observed.site.staff).await.unwrap().cases;
    assert_eq!((listed[0].stage, listed[0].due_at), (Stage::Settled, None));
    assert_eq!(app.aefi_clocks(mumbai()).await.unwrap().cases, []);
}

#[store_test]
async fn a_serious_aefi_runs_its_clocks_from_number_to_both_committees(db: TestDb) {
    let observed = Observed::begin(db).await;
    let app = &observed.site.app.app;
    let id = observed.report(Seriousness::Serious).await;
    let reported_at = observed.now();
    let due = |hours: i64| Some(reported_at.plus_seconds(hours * HOUR));
    let clocks = app.aefi_clocks(mumbai()).await.unwrap();
    assert_eq!(
        (clocks.cases[0].due_at, clocks.overdue, clocks.soon),
        (due(24), 0, 1)
    );

    observed.site.app.clock.advance_seconds(25 * HOUR);
    let clocks = app.aefi_clocks(mumbai()).await.unwrap();
    assert_eq!((clocks.overdue, clocks.soon), (1, 0));
    assert!(is_overdue(&clocks.cases[0], observed.now()));

    assert_eq!(
        observed.go(id, CaseStep::Number(Copies::NotSaid)).await.unwrap(),
        Stage::Numbered
    );
    let open = app.aefi_case(&observed.officer, id, "test").await.unwrap();
    let number = open.history().unwrap().number().unwrap();
    assert_eq!(number.to_string(), "IND(CO-AEFI)/21/395/26/1");
    assert_eq!(
        (open.listed.due_at, open.listed.number),
        (due(240), Some((2026, 1)))
    );
    assert_eq!(app.aefi_clocks(mumbai()).await.unwrap().overdue, 0);

    let skipped = observed
        .go(id, CaseStep::Assess(observed.assessment(Committee::State)))
        .await;
    assert!(matches!(skipped, Err(Refusal::CaseMoved)), "{skipped:?}");
    for (step, stage) in [
        (
            CaseStep::Investigate(observed.investigation()),
            Stage::Investigated,
        ),
        (
            CaseStep::Assess(observed.assessment(Committee::State)),
            Stage::AssessedByState,
        ),
        (
            CaseStep::Assess(observed.assessment(Committee::National)),
            Stage::Settled,
        ),
    ] {
        assert_eq!(observed.go(id, step).await.unwrap(), stage);
    }
    assert_eq!(app.aefi_clocks(mumbai()).await.unwrap().cases, []);
    let open = app.aefi_case(&observed.officer, id, "test").await.unwrap();
    let events = &open.history().unwrap().events;
    assert_eq!(events.len(), 5);
    assert!(events[1..].iter().all(|event| event.by == "MH-0500"));
    let last = &events[4].entry;
    assert!(matches!(last, Entry::Assessed(decided) if decided.causality == Causality::A1));
}

#[store_test]
async fn a_death_gets_its_number_with_the_copies_sent_on(db: TestDb) {
    let observed = Observed::begin(db).await;
    let form = CaseForm {
        criteria: vec![Criterion::Death],
        outcome: Outcome::Died,
        ..observed.form(Seriousness::Serious)
    };
    let id = observed
        .send(form, Joins::NotAsked, "form-0001")
        .await
        .unwrap()
        .id;
    let unsaid = observed.go(id, CaseStep::Number(Copies::NotSaid)).await;
    assert!(
        matches!(unsaid, Err(Refusal::Invalid { field: "copies", .. })),
        "{unsaid:?}"
    );
    assert_eq!(
        observed.go(id, CaseStep::Number(Copies::Sent)).await.unwrap(),
        Stage::Numbered
    );
    let open = observed
        .site
        .app
        .app
        .aefi_case(&observed.officer, id, "test")
        .await
        .unwrap();
    let number = open.history().unwrap().number().unwrap().to_string();
    assert_eq!(number, "IND(CO-AEFI)/21/395/26/1", "the refused one took none");
}

#[store_test]
async fn only_the_district_of_the_centre_opens_a_case_and_only_by_its_list(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Serious).await;
    let app = &observed.site.app.app;
    let site = app.aefi_case(&observed.site.staff, id, "test").await;
    assert!(matches!(site, Err(Refusal::Forbidden)), "{site:?}");
    let made_up = app
        .aefi_case(&observed.officer, AefiId::from_random([9; 16]), "test")
        .await;
    assert!(matches!(made_up, Err(Refusal::NoCase)), "{made_up:?}");
    let before = observed.site.app.log_size().await;
    app.aefi_clocks(mumbai()).await.unwrap();
    assert_eq!(observed.site.app.log_size().await, before, "a list opens nobody");
    app.aefi_case(&observed.officer, id, "test").await.unwrap();
    assert_eq!(observed.site.app.log_size().await, before + 1);
    let list = app
        .access_list(&observed.site.citizen, observed.site.id, None, "test")
        .await
        .unwrap();
    assert!(
        list.others.iter().any(|line| line.staff == "MH-0500"),
        "the person sees who read it"
    );
}

#[store_test]
async fn a_case_pointed_at_another_person_opens_nobody(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Serious).await;
    let app = &observed.site.app;
    for (forged, mended) in [
        ("since = since + 1", "since = since - 1"),
        ("centre = centre + 1", "centre = centre - 1"),
        (
            "person = household, household = person",
            "person = household, household = person",
        ),
    ] {
        let before = app.log_size().await;
        execute(app, &format!("update aefi_case set {forged}"), Vec::new()).await;
        let opened = app.app.aefi_case(&observed.officer, id, "test").await;
        assert!(
            matches!(opened, Err(Refusal::Unavailable(_))),
            "{forged}: {opened:?}"
        );
        assert_eq!(app.log_size().await, before, "nothing was opened");
        execute(app, &format!("update aefi_case set {mended}"), Vec::new()).await;
        app.app.aefi_case(&observed.officer, id, "test").await.unwrap();
    }
}

#[store_test]
async fn onset_before_the_dose_or_ahead_is_named_and_nothing_is_written(db: TestDb) {
    let observed = Observed::begin(db).await;
    for (seconds, fault) in [
        (-2 * HOUR, FormFault::OnsetBeforeDose),
        (HOUR, FormFault::OnsetAhead),
    ] {
        let form = CaseForm {
            onset: observed.now().plus_seconds(seconds),
            ..observed.form(Seriousness::Minor)
        };
        let sent = observed.send(form, Joins::NotAsked, "form-0001").await;
        let Err(Refusal::FaultyCaseForm { faults }) = sent else {
            panic!("{sent:?}")
        };
        assert_eq!(faults, [fault]);
    }
    assert_eq!(observed.site.count("aefi").await, 0);
    assert_eq!(observed.site.count("aefi_case").await, 0);
}

#[store_test]
async fn the_same_form_twice_makes_one_report_and_two_nurses_are_told_of_each_other(db: TestDb) {
    let observed = Observed::begin(db).await;
    let form = observed.form(Seriousness::Minor);
    let first = observed
        .send(form.clone(), Joins::NotAsked, "form-0001")
        .await
        .unwrap();
    let again = observed
        .send(form.clone(), Joins::NotAsked, "form-0001")
        .await
        .unwrap();
    assert_eq!((again.id, again.how), (first.id, How::Repeated));

    let unaware = observed.send(form.clone(), Joins::NotAsked, "form-0002").await;
    assert!(matches!(unaware, Err(Refusal::ReportedToday)), "{unaware:?}");
    assert_eq!(observed.site.count("aefi").await, 1);

    let severe = observed.form(Seriousness::Severe);
    let joins = Joins::Report(first.id, reason());
    let joined = observed.send(severe, joins, "form-0002").await.unwrap();
    assert_eq!((joined.id, joined.how), (first.id, How::Joined));
    let clocks = observed.site.app.app.aefi_clocks(mumbai()).await.unwrap();
    assert_eq!(
        clocks.cases[0].stage,
        Stage::Reported,
        "the correction starts the clock"
    );
    assert_eq!(
        clocks.cases[0].due_at,
        Some(observed.now().plus_seconds(24 * HOUR))
    );

    let other = observed.send(form, Joins::Another, "form-0003").await.unwrap();
    assert_eq!(other.how, How::New);
    assert_ne!(other.id, first.id);
    assert_eq!(
        (
            observed.site.count("aefi").await,
            observed.site.count("aefi_case").await
        ),
        (3, 2),
        "versions are added, never edited"
    );
}

#[store_test]
async fn a_step_on_a_case_that_moved_is_refused_and_the_same_step_twice_is_one(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Serious).await;
    let number = || CaseStep::Number(Copies::Sent);
    assert_eq!(
        observed.go_at(id, (1, "step-0001"), number()).await.unwrap(),
        Stage::Numbered
    );
    assert_eq!(
        observed.go_at(id, (1, "step-0001"), number()).await.unwrap(),
        Stage::Numbered
    );
    let late = observed.go_at(id, (1, "step-0002"), number()).await;
    assert!(matches!(late, Err(Refusal::CaseMoved)), "{late:?}");
    assert_eq!(observed.site.count("aefi").await, 2);
    let corrected = CaseStep::Correct(observed.form(Seriousness::Minor), reason());
    assert_eq!(
        observed.go(id, corrected).await.unwrap(),
        Stage::Numbered,
        "it is not let go by a form"
    );
}

/// The site said "minor" at noon; at night the person has chest pain.
#[store_test]
async fn an_own_report_after_a_minor_one_of_the_same_day_is_on_the_districts_list(db: TestDb) {
    let observed = Observed::begin(db).await;
    let (app, citizen) = (&observed.site.app.app, &observed.site.citizen);
    let minor = observed.report(Seriousness::Minor).await;
    assert_eq!(app.aefi_clocks(mumbai()).await.unwrap().cases, []);
    observed.site.app.clock.advance_seconds(2 * HOUR);
    let unwell = Unwell {
        dose: observed.dose,
        symptoms: vec![Symptom::Weakness],
        onset: observed.now(),
        words: Narrative::parse("pain in the chest").unwrap(),
        key: FormKey::parse("unwell-01").unwrap(),
    };
    let told = app.report_unwell(citizen, 1, unwell, "test").await.unwrap();
    assert_eq!((told.id, told.how), (minor, How::Joined), "one event, one case");
    let due = Some(observed.now().plus_seconds(24 * HOUR));
    let clocks = app.aefi_clocks(mumbai()).await.unwrap();
    let listed: Vec<_> = clocks
        .cases
        .iter()
        .map(|case| (case.stage, case.due_at))
        .collect();
    assert_eq!(
        listed,
        [(Stage::Heard, due)],
        "a clock runs from when the person said so"
    );

    let looked = CaseStep::Correct(observed.form(Seriousness::Minor), reason());
    assert_eq!(observed.go(minor, looked).await.unwrap(), Stage::Settled);
    assert_eq!(app.aefi_clocks(mumbai()).await.unwrap().cases, []);
}

#[store_test]
async fn a_citizen_who_feels_unwell_tells_the_district_and_sees_what_became_of_it(db: TestDb) {
    let observed = Observed::begin(db).await;
    let (app, citizen) = (&observed.site.app.app, &observed.site.citizen);
    let unwell = |key: &str, seconds: i64| Unwell {
        dose: observed.dose,
        symptoms: vec![Symptom::Headache, Symptom::Weakness],
        onset: observed.now().plus_seconds(seconds),
        words: Narrative::default(),
        key: FormKey::parse(key).unwrap(),
    };
    let early = app
        .report_unwell(citizen, 1, unwell("unwell-00", -HOUR), "test")
        .await;
    assert!(matches!(early, Err(Refusal::FaultyCaseForm { .. })), "{early:?}");
    let nobody = app
        .report_unwell(citizen, 2, unwell("unwell-00", 0), "test")
        .await;
    assert!(matches!(nobody, Err(Refusal::UnknownBeneficiary)), "{nobody:?}");
    let first = app
        .report_unwell(citizen, 1, unwell("unwell-01", 0), "test")
        .await
        .unwrap();
    let again = app
        .report_unwell(citizen, 1, unwell("unwell-01", 0), "test")
        .await
        .unwrap();
    assert_eq!((again.id, again.how), (first.id, How::Repeated));
    for n in 2..=5 {
        let more = app
            .report_unwell(citizen, 1, unwell(&format!("unwell-0{n}"), 0), "test")
            .await;
        assert_eq!(more.unwrap().how, How::Joined);
    }
    let over = app
        .report_unwell(citizen, 1, unwell("unwell-06", 0), "test")
        .await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");

    let clocks = app.aefi_clocks(mumbai()).await.unwrap();
    assert_eq!((clocks.cases.len(), clocks.cases[0].stage), (1, Stage::Heard));
    let at_centre = app.aefi_cases(&observed.site.staff).await.unwrap();
    assert_eq!(at_centre.cases[0].seriousness, None, "nobody diagnosed anything");

    let confirmed = CaseStep::Correct(observed.form(Seriousness::Severe), reason());
    assert_eq!(observed.go(first.id, confirmed).await.unwrap(), Stage::Reported);
    let own = app.own_aefi(citizen, 1, "test").await.unwrap();
    assert_eq!(own.cases.len(), 1);
    assert_eq!(
        own.cases[0].form().unwrap().0.seriousness,
        Some(Seriousness::Severe)
    );
    let told = observed.site.app.outbox.latest(1)[0].text.clone();
    assert_eq!(
        told,
        "There is news for somebody of your family. Log in to read it. - Pramaan"
    );
}

#[store_test]
async fn somebody_without_papers_who_comes_again_shows_a_card_for_an_aefi(db: TestDb) {
    let observed = Observed::begin(db).await;
    let (app, nurse) = (&observed.site.app.app, &observed.site.staff);
    let document = Shown::Document {
        reference_id: observed.site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
    };
    let card = app.make_card(nurse, document, "test").await.unwrap();
    observed.site.app.clock.advance_seconds(3 * 24 * HOUR);
    let code = pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap();
    app.set_roster_of(1, app.today(), vec![code]).await.unwrap();
    let shown = |code: pramaan_domain::card::CardCode| Shown::Card {
        reference_id: card.reference_id,
        code,
    };
    let other: pramaan_domain::card::CardCode = match card.code == "00000000".parse().unwrap() {
        true => "00000001".parse().unwrap(),
        false => "00000000".parse().unwrap(),
    };
    let wrong = app.aefi_pass(nurse, shown(other)).await;
    assert!(matches!(wrong, Err(Refusal::WrongCard)), "{wrong:?}");
    let pass = app.aefi_pass(nurse, shown(card.code.clone())).await.unwrap();
    let scene = app
        .aefi_scene(nurse, &Presence::Pass(pass), "test")
        .await
        .unwrap();
    assert_eq!(scene.opened.doses.len(), 1);
}

#[store_test]
async fn somebody_who_comes_again_days_later_shows_a_document(db: TestDb) {
    let observed = Observed::begin(db).await;
    observed.site.app.clock.advance_seconds(3 * 24 * HOUR);
    let nurse = &observed.site.staff;
    let app = &observed.site.app.app;
    let document = |number: &str| Shown::Document {
        reference_id: observed.site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(number).unwrap()),
    };
    let off = app.aefi_pass(nurse, document(DOCUMENT)).await;
    assert!(matches!(off, Err(Refusal::OffRoster)), "{off:?}");
    let code = pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap();
    app.set_roster_of(1, app.today(), vec![code]).await.unwrap();
    let wrong = app.aefi_pass(nurse, document("X0000001")).await;
    assert!(matches!(wrong, Err(Refusal::NoMatch)), "{wrong:?}");
    let pass = app.aefi_pass(nurse, document(DOCUMENT)).await.unwrap();
    let presence = Presence::Pass(pass);
    let scene = app.aefi_scene(nurse, &presence, "test").await.unwrap();
    assert_eq!(scene.opened.doses[0].id, observed.dose);
    let sent = SiteForm {
        dose: observed.dose,
        form: observed.form(Seriousness::Severe),
        joins: Joins::NotAsked,
        key: FormKey::parse("form-0001").unwrap(),
    };
    app.report_aefi(nurse, &presence, sent, "test").await.unwrap();
    assert_eq!(count(&observed.site.app, "aefi_case").await, 1);
    let theirs = app.aefi_scene(&observed.officer, &presence, "test").await;
    assert!(matches!(theirs, Err(Refusal::Forbidden)), "{theirs:?}");
    observed.site.app.clock.advance_seconds(1_800);
    let over = app.aefi_scene(nurse, &presence, "test").await;
    assert!(matches!(over, Err(Refusal::NoEncounter)), "{over:?}");
    let encounter = app
        .aefi_scene(nurse, &Presence::Encounter(observed.key), "test")
        .await;
    assert!(matches!(encounter, Err(Refusal::NoEncounter)), "{encounter:?}");
}

/// A stolen login with a list of documents gets no further with adverse events than with corrections.
#[store_test]
async fn people_who_come_again_with_a_document_are_bounded_in_a_day(db: TestDb) {
    let observed = Observed::begin(db).await;
    let (nurse, app) = (&observed.site.staff, &observed.site.app.app);
    let shown = || Shown::Document {
        reference_id: observed.site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
    };
    for _ in 0..UNEXPECTED_A_DAY {
        app.aefi_pass(nurse, shown()).await.unwrap();
    }
    let over = app.aefi_pass(nurse, shown()).await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
}

#[store_test]
async fn the_public_report_counts_aefi_by_fives_and_only_of_days_that_are_over(db: TestDb) {
    let observed = Observed::begin(db).await;
    for n in 0..7 {
        let form = observed.form(if n < 5 {
            Seriousness::Minor
        } else {
            Seriousness::Severe
        });
        observed
            .send(form, Joins::Another, &format!("form-000{n}"))
            .await
            .unwrap();
    }
    let (app, day) = (&observed.site.app.app, observed.site.app.app.today());
    assert_eq!(
        app.report(Area::India, day).await.unwrap().aefi.cases,
        0,
        "today is not over"
    );
    observed.site.app.clock.advance_seconds(24 * HOUR);
    let report = app.report(Area::District(mumbai()), day).await.unwrap().aefi;
    assert_eq!(
        (report.cases, report.minor, report.severe, report.serious),
        (5, 5, 0, 0)
    );
    assert_eq!((report.today, report.days), (5, vec![(day, 5)]));
    let elsewhere = DistrictId::from_number(363).unwrap();
    assert_eq!(
        app.report(Area::District(elsewhere), day)
            .await
            .unwrap()
            .aefi
            .cases,
        0
    );
}

#[store_test]
async fn without_the_log_no_aefi_is_opened_and_none_is_written(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Serious).await;
    observed.site.app.break_log().await;
    let opened = observed
        .site
        .app
        .app
        .aefi_case(&observed.officer, id, "test")
        .await;
    assert!(matches!(opened, Err(Refusal::Unavailable(_))), "{opened:?}");
    let sent = observed
        .send(observed.form(Seriousness::Minor), Joins::Another, "form-0002")
        .await;
    assert!(matches!(sent, Err(Refusal::Unavailable(_))), "{sent:?}");
    assert_eq!(observed.site.count("aefi").await, 1);
}

/// The form was shown before the dose was corrected, and is sent, and sent once more, after it.
#[store_test]
async fn a_correction_of_the_dose_makes_no_second_case_of_it(db: TestDb) {
    let observed = Observed::begin(db).await;
    let id = observed.report(Seriousness::Minor).await;
    let (site, app) = (&observed.site, &observed.site.app.app);
    let own = Showing::OwnDose(site.place().await);
    let visit = app.begin_correction(&site.staff, own, "test").await.unwrap();
    let facts = visit.doses[0].given.facts.clone();
    let wanted = Wanted::Correct(Facts {
        number: visit.doses[0].given.dose,
        vaccine: facts.vaccine,
        batch: VaccineBatch::parse("4121Z026").unwrap(),
        vial: Vial::parse(&facts.vial).unwrap(),
        given_at: facts.given_at,
        site: facts.site,
    });
    let which = (visit.id, observed.dose);
    let done = app.change_dose(&site.staff, which, (wanted, reason()), "test");
    assert_eq!(done.await.unwrap(), Corrected::Done);

    let form = observed.form(Seriousness::Serious);
    let unaware = observed.send(form.clone(), Joins::NotAsked, "form-0002").await;
    assert!(matches!(unaware, Err(Refusal::ReportedToday)), "{unaware:?}");
    let joined = observed.send(form, Joins::Report(id, reason()), "form-0003");
    assert_eq!(joined.await.unwrap(), Reported { id, how: How::Joined });
    let unwell = Unwell {
        dose: observed.dose,
        onset: observed.now().plus_seconds(-60),
        symptoms: vec![Symptom::Headache],
        words: Narrative::parse("a headache").unwrap(),
        key: FormKey::parse("form-0004").unwrap(),
    };
    let told = app.report_unwell(&site.citizen, 1, unwell, "test").await.unwrap();
    assert_eq!((told.id, told.how), (id, How::Joined));
    let case = app.aefi_case(&observed.officer, id, "test").await.unwrap();
    let batches: Vec<_> = case
        .history()
        .unwrap()
        .events
        .iter()
        .filter_map(|event| match &event.entry {
            Entry::Form { about, .. } => Some(about.batch.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(batches[1..], ["4121Z026"; 2], "as it stood when each was written");
}
