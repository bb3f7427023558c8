//! Correction: what was recorded wrong is put right by a new event, alone within the shift, else by two people; certificate,
//! counts and place follow, and the person is told.

use pramaan_app::certificate::IssuedCertificate;
use pramaan_app::correction::{
    CORRECTIONS_A_DAY, Change, Decision, Facts, Hands, OpenVisit, Outcome, Showing, Wanted,
};
use pramaan_app::encounter::{Evidence, Given, SlipCode, UNEXPECTED_A_DAY};
use pramaan_app::proposal::MayDecide;
use pramaan_app::roster::{AppointmentState, Place};
use pramaan_app::verify::Verdict;
use pramaan_app::visit::OnSite;
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::access::Basis;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::{DoseId, ProposalId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::VisitAct;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const OTHER_MOBILE: &str = "9876543211";
const OTHER_DOCUMENT: &str = "Z7654321";

fn batch(text: &str) -> VaccineBatch {
    VaccineBatch::parse(text).unwrap()
}

pub(crate) async fn vaccinated(db: TestDb) -> (Site, DoseId) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let app = &site.app.app;
    let recorded = app.record_dose(&site.staff, open.key, site.dose(), "test").await;
    let event = recorded.unwrap().event;
    (site, event)
}

/// Somebody else of the centre, on today's roster beside the nurse.
pub(crate) async fn colleague(site: &Site, code: &str, role: StaffRole) -> Staff {
    let staff = site.app.enrolled(code, role, Some(1)).await.staff;
    on_roster(site, &["MH-0001", code]).await;
    staff
}

async fn on_roster(site: &Site, codes: &[&str]) {
    let codes = codes.iter().map(|code| StaffCode::parse(code).unwrap()).collect();
    let today = site.app.app.today();
    site.app.app.set_roster_of(1, today, codes).await.unwrap();
}

impl Site {
    /// On the nurse's own evidence of today.
    pub(crate) async fn reopened(&self) -> OpenVisit {
        let own = Showing::OwnDose(self.place().await);
        self.app
            .app
            .begin_correction(&self.staff, own, "test")
            .await
            .unwrap()
    }

    /// By the document in hand and the reference id.
    pub(crate) async fn by_document(&self, staff: &Staff, id: ReferenceId, number: &str) -> OpenVisit {
        let showing = Showing::Evidence(Evidence::DocumentOf {
            reference_id: id,
            kind: DocumentType::Passport,
            number: DocumentNumber::parse(number).unwrap(),
        });
        self.app
            .app
            .begin_correction(staff, showing, "test")
            .await
            .unwrap()
    }

    pub(crate) async fn change_dose(
        &self,
        staff: &Staff,
        (visit, event): (&OpenVisit, DoseId),
        wanted: Wanted,
    ) -> Result<Outcome, Refusal> {
        let asked = (wanted, reason());
        self.app
            .app
            .change_dose(staff, (visit.id, event), asked, "test")
            .await
    }

    pub(crate) async fn decide(
        &self,
        staff: &Staff,
        id: ProposalId,
        decision: Decision,
    ) -> Result<(), Refusal> {
        self.app.app.decide_correction(staff, id, decision, "test").await
    }

    pub(crate) async fn waiting(&self, staff: &Staff) -> Vec<(ProposalId, MayDecide)> {
        let today = self.app.app.today();
        let listed = self.app.app.corrections(staff, today).await.unwrap();
        let line = |one: &pramaan_app::proposal::Waiting<Change>| (one.id, one.decide);
        listed.waiting.iter().map(line).collect()
    }

    async fn certificates(&self) -> Vec<IssuedCertificate> {
        self.app.app.certificates(&self.citizen).await.unwrap()
    }

    async fn certificate(&self) -> String {
        let fetched = self
            .app
            .app
            .certificate(&self.citizen, self.id, None, "test")
            .await;
        fetched.unwrap().json().to_owned()
    }

    async fn verdict(&self, certificate: &str) -> Verdict {
        let file = certificate.as_bytes().to_vec();
        self.app.app.check_certificate(file).await.unwrap()
    }

    /// What is counted at the session, by vaccine, batch and dose, and by cell of the report; what is none left out.
    async fn counts(&self) -> Vec<String> {
        let read = self.app.db.read("test::counts", |tx| {
            Box::pin(async move {
                let doses = tx
                    .query("select vaccine || ' ' || batch || ' ' || dose || ' ' || n from dose_count where n > 0 order by 1", &[])
                    .await?;
                let cells = tx
                    .query("select cell || ' ' || n from dose_tally where n > 0 order by 1", &[])
                    .await?;
                let rows = doses.iter().chain(&cells);
                rows.map(|row| Ok(row.text(0)?.to_owned())).collect::<Result<Vec<_>, pramaan_store::StoreError>>()
            })
        });
        read.await.unwrap()
    }

    fn last_sms(&self, mobile: &str) -> String {
        let sent = self.app.outbox.to(&Mobile::parse(mobile).unwrap());
        sent.last().unwrap().text.clone()
    }
}

fn facts(given: &Given) -> Facts {
    Facts {
        number: given.dose,
        vaccine: given.facts.vaccine,
        batch: given.facts.batch.clone(),
        vial: pramaan_app::dose::Vial::parse(&given.facts.vial).unwrap(),
        given_at: given.facts.given_at,
        site: given.facts.site,
    }
}

pub(crate) fn other_batch(given: &Given, text: &str) -> Wanted {
    Wanted::Correct(Facts {
        batch: batch(text),
        ..facts(given)
    })
}

#[store_test]
async fn a_correction_within_the_shift_is_a_new_event_and_its_certificate_is_issued_anew(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let old = site.certificate().await;
    let visit = site.reopened().await;
    assert_eq!(visit.doses[0].hands, Hands::One);
    let wanted = other_batch(&visit.doses[0].given, "4121Z026");
    let done = site
        .change_dose(&site.staff, (&visit, event), wanted.clone())
        .await;
    assert_eq!(done.unwrap(), Outcome::Done);

    assert_eq!(site.count("dose").await, 2, "the earlier event stays as it was");
    assert_eq!(
        site.counts().await,
        ["COVISHIELD 4121Z026 1 1", "45-59 1", "female 1"]
    );
    let listed = site.certificates().await;
    assert_eq!(listed.len(), 1, "only the one that stands");
    assert_ne!(listed[0].event, event);
    let new = site.certificate().await;
    assert!(new.contains("4121Z026") && old.contains("4121Z025"));
    let (Verdict::Genuine(certificate), today) = (site.verdict(&new).await, site.app.app.today()) else {
        panic!("the new certificate stands");
    };
    assert_eq!(certificate.batch, "4121Z026");
    assert_eq!(site.verdict(&old).await, Verdict::Superseded { on: today });

    let told = site.last_sms(MOBILE);
    for word in ["COVISHIELD", "4121", "Fort", "Asha", "MH-0001"] {
        assert!(!told.contains(word), "{told}");
    }
    assert!(told.contains("corrected"), "{told}");
    let again = site.show(&visit).await;
    let live = &again.doses[0].given;
    assert_eq!(again.doses.len(), 1);
    assert_eq!(live.facts.batch, batch("4121Z026"));
    let changed = live.changed.as_ref().unwrap();
    assert_eq!(
        (changed.by.as_str(), changed.agreed.as_deref()),
        ("MH-0001", None)
    );
    assert_eq!(changed.reason, reason().as_str());

    let entries = site.count("access_leaf").await;
    let repeated = site.change_dose(&site.staff, (&visit, event), wanted).await;
    assert_eq!(repeated.unwrap(), Outcome::Done, "the same form twice");
    assert_eq!(site.count("dose").await, 2, "nothing twice");
    assert_eq!(
        site.count("access_leaf").await,
        entries,
        "a repetition opens nothing"
    );
    let other = site
        .change_dose(&site.staff, (&visit, event), other_batch(live, "X1"))
        .await;
    assert!(matches!(other, Err(Refusal::Superseded)), "{other:?}");
}

impl Site {
    async fn show(&self, visit: &OpenVisit) -> OpenVisit {
        self.app
            .app
            .show_correction(&self.staff, visit.id, "test")
            .await
            .unwrap()
    }
}

#[store_test]
async fn of_two_corrections_of_one_event_at_once_one_is_done_and_the_other_told(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let (one, other) = (site.reopened().await, site.reopened().await);
    let given = one.doses[0].given.clone();
    let (first, second) = tokio::join!(
        site.change_dose(&site.staff, (&one, event), other_batch(&given, "A1")),
        site.change_dose(&site.staff, (&other, event), other_batch(&given, "B1"))
    );
    let outcomes = [first, second];
    let done = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Outcome::Done)));
    assert_eq!(done.count(), 1, "{outcomes:?}");
    let told = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(Refusal::Superseded)));
    assert_eq!(told.count(), 1, "{outcomes:?}");
    assert_eq!(site.count("dose").await, 2);
    assert_eq!(site.count("certificate").await, 2);
    assert_eq!(
        site.counts()
            .await
            .iter()
            .filter(|line| line.starts_with("COVI"))
            .count(),
        1
    );
}

#[store_test]
async fn the_rules_judge_a_correction_as_of_the_corrected_facts(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let visit = site.reopened().await;
    let given = visit.doses[0].given.clone();
    assert_eq!(given.facts.off_protocol, None);
    let covaxin = Wanted::Correct(Facts {
        vaccine: Vaccine::Covaxin,
        ..facts(&given)
    });
    site.change_dose(&site.staff, (&visit, event), covaxin)
        .await
        .unwrap();
    let again = site.show(&visit).await;
    let now = &again.doses[0].given;
    let off = now.facts.off_protocol.as_ref().unwrap();
    assert!(off.finding.contains("COVISHIELD"), "{}", off.finding);
    assert_eq!(off.reason, reason().as_str());
    let back = Wanted::Correct(facts(&given));
    site.change_dose(&site.staff, (&visit, now.id), back)
        .await
        .unwrap();
    let last = site.show(&visit).await;
    assert_eq!(
        last.doses[0].given.facts.off_protocol, None,
        "the flag goes with its cause"
    );
    assert_eq!(site.count("dose").await, 3);
}

#[store_test]
async fn a_correction_the_next_day_waits_for_a_second_person_who_is_never_the_first(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    site.app.clock.advance_seconds(86_400);
    let other = colleague(&site, "MH-0002", StaffRole::Vaccinator).await;
    let visit = site.by_document(&site.staff, site.id, DOCUMENT).await;
    assert_eq!(visit.doses[0].hands, Hands::Two);
    let wanted = other_batch(&visit.doses[0].given, "4121Z026");
    let asked = site
        .change_dose(&site.staff, (&visit, event), wanted.clone())
        .await;
    assert_eq!(asked.unwrap(), Outcome::Waits);
    let again = site.change_dose(&site.staff, (&visit, event), wanted).await;
    assert_eq!(again.unwrap(), Outcome::Waits);
    assert_eq!(site.count("dose").await, 1, "nothing is changed yet");
    let mine = site.waiting(&site.staff).await;
    assert_eq!(mine.len(), 1, "the same form twice is one proposal");
    assert_eq!(mine[0].1, MayDecide::Own);
    let id = mine[0].0;
    let own = site.decide(&site.staff, id, Decision::Approve).await;
    assert!(matches!(own, Err(Refusal::OwnProposal)), "{own:?}");

    let elsewhere = site
        .app
        .enrolled("MH-0033", StaffRole::SiteManager, Some(2))
        .await
        .staff;
    let refused = site.decide(&elsewhere, id, Decision::Approve).await;
    assert!(matches!(refused, Err(Refusal::NoProposal)), "{refused:?}");

    assert_eq!(site.waiting(&other).await, [(id, MayDecide::Yes)]);
    let shown = site.app.app.show_proposal(&other, id, "test").await.unwrap();
    assert_eq!(
        (shown.change, shown.staff_code.as_str()),
        (Change::Correct, "MH-0001")
    );
    assert_eq!(shown.after.facts.batch, batch("4121Z026"));
    assert_eq!(shown.before.unwrap().facts.batch, batch("4121Z025"));
    site.decide(&other, id, Decision::Approve).await.unwrap();
    let visit = site.show(&visit).await;
    let changed = visit.doses[0].given.changed.as_ref().unwrap();
    assert_eq!(
        (changed.by.as_str(), changed.agreed.as_deref()),
        ("MH-0001", Some("MH-0002"))
    );
    let twice = site.decide(&other, id, Decision::Approve).await;
    assert!(matches!(twice, Err(Refusal::NoProposal)), "{twice:?}");
    assert_eq!(site.count("dose").await, 2);
    // Nobody showed the second person anything, and the list does not say so.
    let hers = site.app.citizen(MOBILE).await;
    let list = site.app.app.access_list(&hers, site.id, None, "test").await;
    let second = list.unwrap().others.into_iter();
    let second: Vec<_> = second.filter(|line| line.staff == "MH-0002").collect();
    assert!(!second.is_empty());
    assert!(
        second.iter().all(|line| line.basis == Basis::SecondPerson),
        "{second:?}"
    );
}

#[store_test]
async fn a_declined_correction_changes_nothing(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let other = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.reopened().await;
    let asked = site.change_dose(&site.staff, (&visit, event), Wanted::Void).await;
    assert_eq!(
        asked.unwrap(),
        Outcome::Waits,
        "nobody voids alone, not even in the shift"
    );
    let id = site.waiting(&other).await[0].0;
    site.decide(&other, id, Decision::Decline(reason()))
        .await
        .unwrap();
    assert!(site.waiting(&other).await.is_empty());
    assert_eq!(
        (site.count("dose").await, site.certificates().await.len()),
        (1, 1)
    );
}

#[store_test]
async fn a_declined_correction_can_be_proposed_again_and_waits_once_more(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let other = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.reopened().await;
    let propose = || site.change_dose(&site.staff, (&visit, event), Wanted::Void);
    for times in 1..=3 {
        assert_eq!(propose().await.unwrap(), Outcome::Waits);
        assert_eq!(propose().await.unwrap(), Outcome::Waits, "sent twice");
        let waiting = site.waiting(&other).await;
        assert_eq!(waiting.len(), 1, "{times}");
        assert_eq!(site.count("correction").await, times);
        let declined = site.decide(&other, waiting[0].0, Decision::Decline(reason()));
        declined.await.unwrap();
    }
    propose().await.unwrap();
    let id = site.waiting(&other).await[0].0;
    site.decide(&other, id, Decision::Approve).await.unwrap();
    assert_eq!(site.certificates().await, [], "it was never given");
}

#[store_test]
async fn a_void_by_two_withdraws_the_certificate_and_gives_the_place_back(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let old = site.certificate().await;
    let other = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.reopened().await;
    site.change_dose(&site.staff, (&visit, event), Wanted::Void)
        .await
        .unwrap();
    let id = site.waiting(&other).await[0].0;
    site.decide(&other, id, Decision::Approve).await.unwrap();

    let today = site.app.app.today();
    assert_eq!(site.verdict(&old).await, Verdict::Withdrawn { on: today });
    let fetched = site
        .app
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await;
    assert!(matches!(fetched, Err(Refusal::NoCertificate)), "{fetched:?}");
    assert_eq!(site.counts().await, [""; 0], "nothing is counted any more");
    assert!(site.show(&visit).await.doses.is_empty());
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    assert_eq!(
        visitors[0].state,
        AppointmentState::Booked,
        "the person is waited for again"
    );

    let open = site.open_record().await;
    assert!(open.doses.is_empty());
    let given = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    given.unwrap();
    assert_eq!(site.certificates().await.len(), 1);
    assert_eq!(
        site.verdict(&old).await,
        Verdict::Withdrawn { on: today },
        "for good"
    );
}

#[store_test]
async fn a_void_of_another_day_lets_the_dose_be_booked_again(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    site.app.clock.advance_seconds(86_400);
    let other = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.by_document(&site.staff, site.id, DOCUMENT).await;
    site.change_dose(&site.staff, (&visit, event), Wanted::Void)
        .await
        .unwrap();
    let id = site.waiting(&other).await[0].0;
    site.decide(&other, id, Decision::Approve).await.unwrap();
    let session = publish(&site.app, 1, site.app.app.today(), Vaccine::Covishield).await;
    book(&site.app, &site.citizen, session, &[site.id], 1).await;
    assert_eq!(site.app.app.roster_today(&site.staff).await.unwrap().len(), 1);
}

#[store_test]
async fn a_dose_of_the_wrong_person_is_moved_by_two_in_one_commit(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let other = site.app.citizen(OTHER_MOBILE).await;
    let other_id = register(&site.app, &other, OTHER_DOCUMENT).await;
    book(&site.app, &other, site.session, &[other_id], 1).await;
    let old = site.certificate().await;
    let manager = colleague(&site, "MH-0002", StaffRole::SiteManager).await;

    let wrong = site.reopened().await;
    let right = site.by_document(&site.staff, other_id, OTHER_DOCUMENT).await;
    let recent = site.app.app.other_visits(&site.staff, wrong.id).await.unwrap();
    assert_eq!(recent.iter().map(|one| one.id).collect::<Vec<_>>(), [right.id]);
    let to_itself = Wanted::Move {
        to: wrong.id,
        number: DoseNumber::First,
    };
    let refused = site.change_dose(&site.staff, (&wrong, event), to_itself).await;
    assert!(
        matches!(refused, Err(Refusal::Invalid { field: "to", .. })),
        "{refused:?}"
    );
    let moved = Wanted::Move {
        to: right.id,
        number: DoseNumber::First,
    };
    let asked = site.change_dose(&site.staff, (&wrong, event), moved).await;
    assert_eq!(asked.unwrap(), Outcome::Waits);
    let id = site.waiting(&manager).await[0].0;
    site.decide(&manager, id, Decision::Approve).await.unwrap();

    assert!(site.show(&wrong).await.doses.is_empty(), "voided there");
    let here = site.show(&right).await;
    assert_eq!(here.doses.len(), 1, "recorded here");
    assert_eq!(here.doses[0].given.facts.batch, batch("4121Z025"));
    assert_eq!(here.doses[0].given.facts.off_protocol, None);
    let today = site.app.app.today();
    assert_eq!(site.verdict(&old).await, Verdict::Withdrawn { on: today });
    assert!(site.certificates().await.is_empty());
    assert_eq!(site.app.app.certificates(&other).await.unwrap().len(), 1);
    for mobile in [MOBILE, OTHER_MOBILE] {
        assert!(site.last_sms(mobile).contains("corrected"), "both are told");
    }
    assert_eq!(
        site.counts().await.len(),
        3,
        "one dose, one gender, one age: {:?}",
        site.counts().await
    );
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    let states: Vec<_> = visitors.iter().map(|visitor| visitor.state).collect();
    assert_eq!(states, [AppointmentState::Booked, AppointmentState::Vaccinated]);
}

impl Site {
    /// Whose places are waiting, under observation with the time of the dose, and gone home.
    async fn screen(&self) -> (Vec<Place>, Vec<(Place, Timestamp)>, Vec<Place>) {
        let board = self.app.app.day_board(&self.staff).await.unwrap();
        let places = |group: &[OnSite]| group.iter().map(|one| one.visitor.place).collect();
        let observing = board.observing.iter();
        (
            places(&board.waiting),
            observing.map(|one| (one.visitor.place, one.since)).collect(),
            places(&board.left),
        )
    }

    /// Moves the dose of the first to somebody else of today, by two, so long after it was given.
    async fn move_after(&self, event: DoseId, seconds: i64) -> [Place; 2] {
        let other = self.app.citizen(OTHER_MOBILE).await;
        let id = register(&self.app, &other, OTHER_DOCUMENT).await;
        book(&self.app, &other, self.session, &[id], 1).await;
        let manager = colleague(self, "MH-0002", StaffRole::SiteManager).await;
        let visitors = self.app.app.roster_today(&self.staff).await.unwrap();
        let places = [0, 1].map(|n| visitors[n].place);
        let wrong = self.reopened().await;
        let right = self.by_document(&self.staff, id, OTHER_DOCUMENT).await;
        let moved = Wanted::Move {
            to: right.id,
            number: DoseNumber::First,
        };
        let asked = self.change_dose(&self.staff, (&wrong, event), moved).await;
        assert_eq!(asked.unwrap(), Outcome::Waits);
        self.app.clock.advance_seconds(seconds);
        let proposal = self.waiting(&manager).await[0].0;
        self.decide(&manager, proposal, Decision::Approve).await.unwrap();
        places
    }
}

#[store_test]
async fn the_observation_of_a_dose_that_is_moved_goes_on_with_who_had_it(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let given_at = site.app.clock.now();
    let [wrong, right] = site.move_after(event, 3 * 60).await;
    assert_eq!(
        site.screen().await,
        (vec![wrong], vec![(right, given_at)], vec![]),
        "she waits for her dose, and who had it has 27 minutes to go"
    );
    let board = site.app.app.day_board(&site.staff).await.unwrap();
    assert_eq!(board.after_close, 0);
}

#[store_test]
async fn who_had_a_dose_that_is_moved_later_has_gone_home(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let [wrong, right] = site.move_after(event, 30 * 60).await;
    assert_eq!(site.screen().await, (vec![wrong], vec![], vec![right]));
}

#[store_test]
async fn the_observation_begins_at_the_corrected_time(db: TestDb) {
    let site = Site::open(db).await;
    let (open, given_at) = (site.open_record().await, site.app.clock.now());
    let typed = pramaan_app::dose::Dose {
        given_at: given_at.plus_seconds(-3_600),
        ..site.dose()
    };
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, typed, "test")
        .await;
    let (event, place) = (recorded.unwrap().event, site.place().await);
    let an_hour_ago = given_at.plus_seconds(-3_600);
    assert_eq!(site.screen().await.1, [(place, an_hour_ago)]);
    let visit = site.reopened().await;
    let right = Wanted::Correct(Facts {
        given_at,
        ..facts(&visit.doses[0].given)
    });
    let done = site.change_dose(&site.staff, (&visit, event), right).await;
    assert_eq!(done.unwrap(), Outcome::Done);
    assert_eq!(
        site.screen().await.1,
        [(place, given_at)],
        "half an hour from the dose"
    );
    // Whoever left stays gone, whatever is corrected after.
    let app = &site.app.app;
    app.visit_step(&site.staff, place, VisitAct::Leave).await.unwrap();
    let visit = site.reopened().await;
    let (event, before) = (visit.doses[0].given.id, facts(&visit.doses[0].given));
    let again = Wanted::Correct(Facts {
        given_at: given_at.plus_seconds(-60),
        ..before
    });
    let done = site.change_dose(&site.staff, (&visit, event), again).await;
    assert_eq!(done.unwrap(), Outcome::Done);
    assert_eq!(site.screen().await, (vec![], vec![], vec![place]));
}

#[store_test]
async fn a_proposal_whose_dose_was_corrected_meanwhile_is_over(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let manager = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.reopened().await;
    let given = visit.doses[0].given.clone();
    site.change_dose(&site.staff, (&visit, event), Wanted::Void)
        .await
        .unwrap();
    site.change_dose(&site.staff, (&visit, event), other_batch(&given, "A1"))
        .await
        .unwrap();
    let id = site.waiting(&manager).await[0].0;
    let late = site.decide(&manager, id, Decision::Approve).await;
    assert!(matches!(late, Err(Refusal::Superseded)), "{late:?}");
    assert!(site.waiting(&manager).await.is_empty(), "it waits no longer");
    assert_eq!(
        site.show(&visit).await.doses.len(),
        1,
        "what was corrected stands"
    );
}

#[store_test]
async fn a_correction_is_made_where_the_dose_was_given_and_proposed_by_who_was_there(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let elsewhere = nurse(&site.app, "MH-0044", 2).await;
    let visit = site.by_document(&elsewhere, site.id, DOCUMENT).await;
    let given = visit.doses[0].given.clone();
    let refused = site
        .change_dose(&elsewhere, (&visit, event), other_batch(&given, "A1"))
        .await;
    assert!(matches!(refused, Err(Refusal::OtherCentre)), "{refused:?}");

    site.app.clock.advance_seconds(86_400);
    let new = colleague(&site, "MH-0002", StaffRole::Vaccinator).await;
    let visit = site.by_document(&new, site.id, DOCUMENT).await;
    let refused = site
        .change_dose(&new, (&visit, event), other_batch(&given, "A1"))
        .await;
    assert!(matches!(refused, Err(Refusal::NotThere)), "{refused:?}");
    for (wanted, field) in [
        (Wanted::Correct(facts(&given)), "batch"),
        (
            Wanted::Correct(Facts {
                given_at: site.app.clock.now(),
                ..facts(&given)
            }),
            "given_at",
        ),
    ] {
        let visit = site.by_document(&site.staff, site.id, DOCUMENT).await;
        let refused = site.change_dose(&site.staff, (&visit, event), wanted).await;
        assert!(
            matches!(refused, Err(Refusal::Invalid { field: f, .. }) if f == field),
            "{refused:?}"
        );
    }
    assert_eq!((site.count("dose").await, site.count("correction").await), (1, 0));
}

#[store_test]
async fn corrections_of_a_day_are_bounded_and_the_manager_sees_them(db: TestDb) {
    let (site, event) = vaccinated(db).await;
    let manager = colleague(&site, "MH-0002", StaffRole::SiteManager).await;
    let visit = site.reopened().await;
    let (mut event, mut done) = (event, 0);
    let refused = loop {
        let given = site.show(&visit).await.doses[0].given.clone();
        assert!(event == given.id || done > 0);
        event = given.id;
        let wanted = Wanted::Correct(Facts {
            site: match given.facts.site {
                BodySite::LeftUpperArm => BodySite::RightUpperArm,
                _ => BodySite::LeftUpperArm,
            },
            ..facts(&given)
        });
        match site.change_dose(&site.staff, (&visit, event), wanted).await {
            Ok(_) => done += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, Refusal::OverBudget { .. }), "{refused:?}");
    assert_eq!(done, CORRECTIONS_A_DAY);
    let today = site.app.app.today();
    let seen = site.app.app.corrections(&manager, today).await.unwrap().today;
    assert_eq!(
        (seen[0].staff_code.as_str(), seen[0].count),
        ("MH-0001", u64::from(done))
    );
    let hers = site.app.app.corrections(&site.staff, today).await.unwrap().today;
    assert!(hers.is_empty(), "of colleagues only the manager is told");
}

/// A right document or card is proof of one person, not leave to go through a district in a day.
#[store_test]
async fn openings_for_correction_of_people_without_a_place_today_are_bounded(db: TestDb) {
    let (site, _) = vaccinated(db).await;
    let document = || {
        Showing::Evidence(Evidence::DocumentOf {
            reference_id: site.id,
            kind: DocumentType::Passport,
            number: DocumentNumber::parse(DOCUMENT).unwrap(),
        })
    };
    let place = site.place().await;
    let code: SlipCode = site.code().await.parse().unwrap();
    let by_code = || {
        let code = code.clone();
        Showing::Evidence(Evidence::Code { place, code })
    };
    let app = &site.app.app;
    for _ in 0..UNEXPECTED_A_DAY {
        app.begin_correction(&site.staff, document(), "test")
            .await
            .unwrap();
    }
    let over = app.begin_correction(&site.staff, document(), "test").await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    let own = app.begin_correction(&site.staff, by_code(), "test").await;
    assert!(
        own.is_ok(),
        "who is on the list of today is bounded by the list: {own:?}"
    );

    site.app.clock.advance_seconds(86_400);
    on_roster(&site, &["MH-0001"]).await;
    for _ in 0..UNEXPECTED_A_DAY {
        let opened = app.begin_correction(&site.staff, by_code(), "test").await;
        assert!(opened.is_ok(), "{opened:?}");
    }
    let over = app.begin_correction(&site.staff, by_code(), "test").await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
}

#[store_test]
async fn a_record_that_was_opened_again_is_still_the_own_one_to_correct(db: TestDb) {
    let site = Site::open(db).await;
    let first = site.open_record().await;
    site.app.clock.advance_seconds(60);
    site.open_record().await;
    let app = &site.app.app;
    let given = app.record_dose(&site.staff, first.key, site.dose(), "test").await;
    given.unwrap();
    assert_eq!(site.reopened().await.doses.len(), 1);
}

#[store_test]
async fn a_correction_without_evidence_is_within_the_budget_and_the_person_is_told(db: TestDb) {
    let (site, _) = vaccinated(db).await;
    let place = site.place().await;
    let other = colleague(&site, "MH-0002", StaffRole::Vaccinator).await;
    let own = Showing::OwnDose(place);
    let refused = site.app.app.begin_correction(&other, own, "test").await;
    assert!(
        matches!(refused, Err(Refusal::NoEncounter)),
        "hers, not mine: {refused:?}"
    );
    for left in (0..5).rev() {
        let without = Showing::Evidence(Evidence::None {
            place,
            reason: reason(),
        });
        let opened = site.app.app.begin_correction(&other, without, "test").await;
        assert_eq!(opened.unwrap().doses[0].hands, Hands::Two);
        assert_eq!(site.app.app.openings_left(&other).await.unwrap(), left);
        assert!(site.last_sms(MOBILE).contains("MH-0002"));
    }
    let without = Showing::Evidence(Evidence::None {
        place,
        reason: reason(),
    });
    let refused = site.app.app.begin_correction(&other, without, "test").await;
    assert!(matches!(refused, Err(Refusal::NoEvidenceSpent)), "{refused:?}");
    let code = site.code().await.parse().unwrap();
    let shown = Showing::Evidence(Evidence::Code { place, code });
    assert!(site.app.app.begin_correction(&other, shown, "test").await.is_ok());
    let wrong = site.wrong_code().await;
    let shown = Showing::Evidence(Evidence::Code { place, code: wrong });
    let refused = site.app.app.begin_correction(&other, shown, "test").await;
    assert!(matches!(refused, Err(Refusal::WrongCode { .. })), "{refused:?}");
}
