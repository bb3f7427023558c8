//! Changing a dose in two steps: what was typed is shown back in large letters, then done, or left to a second person.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use http::request::Parts;
use pramaan_app::correction::{Change, Hands, Here, OpenVisit, Outcome, Recent, RecordedHere, Wanted};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::dose::{BodySite, DoseNumber};
use pramaan_domain::id::{DoseId, VisitId};
use pramaan_domain::vaccine::Vaccine;

use super::correction::{CORRECTIONS, change};
use super::correction_form::{Typed, beside, recorded};
use super::correction_record::{dose_path, name};
use super::dose::CONFIRMED;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::proposal::How;
use super::record::body_site;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, form_again, render};
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/correction/record/{visit}/{event}", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "staff/correction_change.html")]
pub(super) struct ChangePage {
    page: Page,
    nav: Nav,
    form: FormState,
    path: String,
    back: String,
    name: String,
    hands: Hands,
    acts: Vec<Choice>,
    vaccines: Vec<Choice>,
    numbers: Vec<Choice>,
    sites: Vec<Choice>,
    others: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/correction_confirm.html")]
pub(super) struct ConfirmPage {
    page: Page,
    nav: Nav,
    path: String,
    act: String,
    name: String,
    /// Of a move, who the dose goes to.
    to: String,
    vaccine: String,
    dose: String,
    batch: String,
    vial: String,
    given_at: String,
    site: String,
    reason: String,
    hands: Hands,
    /// The form, as it is sent on.
    hidden: Vec<(&'static str, String)>,
}

/// The dose that an address names: `{visit}/{event}`.
struct This {
    visit: VisitId,
    event: DoseId,
}

impl<S: Send + Sync> FromRequestParts<S> for This {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ErrorPage> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path((visit, event))) => Ok(Self { visit, event }),
            Err(_) => Err(ErrorPage::new(
                Locale::negotiate(&parts.headers),
                Problem::NotFound,
            )),
        }
    }
}

const GET: &str = "GET /staff/correction/record/{visit}/{event}";
const POST: &str = "POST /staff/correction/record/{visit}/{event}";

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, this: This) -> Response {
    let scene = match Scene::open(&front, &staff, &this, GET).await {
        Ok(scene) => scene,
        Err(refused) => return refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    };
    let form = recorded(&scene.dose).form();
    scene.answer(page, &staff, form)
}

async fn submit(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    this: This,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let path = dose_path(this.visit, this.event);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&path, &typed.carry()));
    };
    // What was shown back is done without showing the record once more.
    if typed.confirmed == CONFIRMED && typed.step.is_empty() {
        return save(&front, page, &staff, &this, &typed).await;
    }
    let waited = kept::back::<Typed>(&front, staff.typist(), &path, &typed.kept);
    let scene = match Scene::open(&front, &staff, &this, POST).await {
        Ok(scene) => scene,
        Err(refused) => {
            let typed = waited.as_ref().unwrap_or(&typed);
            return unopened(&front, page, &staff, (&path, typed, &refused));
        }
    };
    if typed.step == kept::STEP {
        let typed = waited.unwrap_or_else(|| recorded(&scene.dose));
        return scene.answer(page, &staff, typed.form());
    }
    if typed.step == "change" {
        return scene.answer(page, &staff, typed.form());
    }
    match typed.parse(&scene.dose, front.app.now()) {
        Ok((wanted, _)) => confirm(&front, page, &staff, (&scene, &typed, &wanted)).await,
        Err(form) => scene.again(page, &staff, form, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

async fn confirm(
    front: &Front,
    page: Page,
    staff: &Staff,
    (scene, typed, wanted): (&Scene, &Typed, &Wanted),
) -> Response {
    let mut to = String::new();
    if let Wanted::Move { to: visit, .. } = wanted {
        match front.app.show_correction(staff, *visit, POST).await {
            Ok(open) => to = name(&open.person),
            Err(refused) => return unopened(front, page, staff, (&scene.path(), typed, &refused)),
        }
    }
    render(&ConfirmPage::new(
        page,
        Nav::of(staff, HOME),
        (scene, typed, wanted),
        to,
    ))
}

/// The record closed, or the log broke under it: what was typed is shown, and sent again where that can help.
fn unopened(
    front: &Front,
    page: Page,
    staff: &Staff,
    (path, typed, refused): (&str, &Typed, &Refusal),
) -> Response {
    let left = LeftOver::of(front, (staff, page.locale), path, typed);
    refusal::unopened_keeping(page, Nav::of(staff, HOME), refused, left)
}

async fn save(front: &Front, page: Page, staff: &Staff, this: &This, typed: &Typed) -> Response {
    let path = dose_path(this.visit, this.event);
    let scene = match Scene::open(front, staff, this, POST).await {
        Ok(scene) => scene,
        // The same sent again, after it was done: its event stands no longer, and is told by the use case.
        Err(refused) => return unopened(front, page, staff, (&path, typed, &refused)),
    };
    let (wanted, reason) = match typed.parse(&scene.dose, front.app.now()) {
        Ok(parsed) => parsed,
        Err(form) => return scene.again(page, staff, form, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let which = (this.visit, this.event);
    let refused = match front.app.change_dose(staff, which, (wanted, reason), POST).await {
        Ok(Outcome::Done) => return Redirect::to(&CORRECTIONS.told(How::Done)).into_response(),
        Ok(Outcome::Waits) => return Redirect::to(&CORRECTIONS.told(How::Waits)).into_response(),
        Err(refused) => refused,
    };
    match beside(&refused) {
        Some((field, message)) => {
            let status = match refused {
                Refusal::Superseded => StatusCode::CONFLICT,
                Refusal::OverBudget { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let form = typed.form().error_at(field, message);
            scene.again(page, staff, form, status)
        }
        None => unopened(front, page, staff, (&path, typed, &refused)),
    }
}

/// The open record, and the dose of it that an address means: what stands in its place now, if it was changed since.
struct Scene {
    open: OpenVisit,
    dose: RecordedHere,
    others: Vec<Recent>,
}

impl Scene {
    async fn open(front: &Front, staff: &Staff, this: &This, route: &'static str) -> Result<Self, Refusal> {
        let open = front.app.show_correction(staff, this.visit, route).await?;
        let dose = open.in_place_of(this.event).ok_or(Refusal::Superseded)?.clone();
        if dose.here == Here::Elsewhere {
            return Err(Refusal::OtherCentre);
        }
        let others = front.app.other_visits(staff, this.visit).await?;
        Ok(Self { open, dose, others })
    }

    fn answer(&self, page: Page, staff: &Staff, form: FormState) -> Response {
        render(&ChangePage::new(page, Nav::of(staff, HOME), self, form))
    }

    fn again(&self, page: Page, staff: &Staff, form: FormState, status: StatusCode) -> Response {
        form_again(status, self.answer(page, staff, form))
    }

    fn path(&self) -> String {
        dose_path(self.open.id, self.dose.given.id)
    }
}

impl ChangePage {
    fn new(page: Page, nav: Nav, scene: &Scene, form: FormState) -> Self {
        let others: Vec<(VisitId, String)> = scene
            .others
            .iter()
            .map(|one| (one.id, words::time(page.locale, one.opened_at.time_of_day())))
            .collect();
        let paths = (
            scene.path(),
            format!("/staff/correction/record/{}", scene.open.id),
        );
        Self::with(
            (page, nav),
            form,
            paths,
            (name(&scene.open.person), scene.dose.hands),
            &others,
        )
    }

    fn with(
        (page, nav): (Page, Nav),
        form: FormState,
        (path, back): (String, String),
        (name, hands): (String, Hands),
        others: &[(VisitId, String)],
    ) -> Self {
        let locale = page.locale;
        let mut open = vec![Choice::new("", locale.t("correction-to-choose"))];
        open.extend(others.iter().map(|(id, at)| {
            let label = locale.t_with("correction-to-line", &[("time", at.clone())]);
            Choice::new(id.to_string(), label)
        }));
        let hint = |one: Change| match one {
            Change::Correct => "correction-change-correct-hint",
            Change::Void => "correction-change-void-hint",
            Change::Move => "correction-change-move-hint",
        };
        Self {
            acts: Change::ALL
                .map(|one| Choice::new(one.code(), change(locale, one)).hint(locale.t(hint(one))))
                .into(),
            vaccines: Vaccine::ALL
                .map(|one| Choice::new(one.name(), words::vaccine(locale, one)))
                .into(),
            numbers: DoseNumber::ALL
                .map(|one| Choice::new(one.to_string(), words::dose(locale, one)))
                .into(),
            sites: BodySite::ALL
                .map(|one| Choice::new(one.code(), body_site(locale, one)))
                .into(),
            others: open,
            page,
            nav,
            form,
            path,
            back,
            name,
            hands,
        }
    }

    fn is_alone(&self) -> bool {
        self.hands == Hands::One
    }
}

impl ConfirmPage {
    fn new(page: Page, nav: Nav, (scene, typed, wanted): (&Scene, &Typed, &Wanted), to: String) -> Self {
        let (locale, given) = (page.locale, &scene.dose.given);
        let facts = match wanted {
            Wanted::Correct(facts) => Some(facts),
            Wanted::Void | Wanted::Move { .. } => None,
        };
        let number = match wanted {
            Wanted::Correct(facts) => facts.number,
            Wanted::Move { number, .. } => *number,
            Wanted::Void => given.dose,
        };
        let vaccine = facts.map_or(given.facts.vaccine, |facts| facts.vaccine);
        let batch = facts.map_or(&given.facts.batch, |facts| &facts.batch);
        let given_at = facts.map_or(given.facts.given_at, |facts| facts.given_at);
        let fields = typed.fields().into_iter();
        let mut hidden: Vec<_> = fields.map(|(field, value)| (field, value.to_owned())).collect();
        hidden.push(("confirmed", CONFIRMED.to_owned()));
        Self {
            path: scene.path(),
            act: change(locale, wanted.change()),
            name: name(&scene.open.person),
            to,
            vaccine: words::vaccine(locale, vaccine),
            dose: words::dose(locale, number),
            batch: batch.as_str().to_owned(),
            vial: facts.map_or_else(|| given.facts.vial.clone(), |_| typed.vial.trim().to_owned()),
            given_at: words::time(locale, given_at.time_of_day()),
            site: body_site(locale, facts.map_or(given.facts.site, |facts| facts.site)),
            reason: typed.reason.trim().to_owned(),
            hands: match wanted {
                Wanted::Correct(_) => scene.dose.hands,
                Wanted::Void | Wanted::Move { .. } => Hands::Two,
            },
            hidden,
            page,
            nav,
        }
    }

    fn is_alone(&self) -> bool {
        self.hands == Hands::One
    }
}

#[cfg(test)]
impl ChangePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use crate::web::form::Message;
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let typed = Typed {
            act: "correct".to_owned(),
            batch: "4121Z025".to_owned(),
            ..Typed::default()
        };
        let others = [(VisitId::from_bytes([7; 16]), "10:12".to_owned())];
        let paths = || {
            let record = "/staff/correction/record/1".to_owned();
            (format!("{record}/2"), record)
        };
        let with = |form, hands, others: &[_]| {
            Self::with(
                (page.clone(), nav),
                form,
                paths(),
                ("Asha Devi".to_owned(), hands),
                others,
            )
        };
        let wrong = typed
            .form()
            .error_at("act", Message::new("correction-act-wrong"))
            .error_at("batch", Message::new("correction-meanwhile"))
            .error_at("to", Message::new("correction-to-same"))
            .error_at("reason", Message::new("correction-over"));
        vec![
            with(typed.form(), Hands::One, &others),
            with(wrong, Hands::Two, &[]),
        ]
    }
}

#[cfg(test)]
impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |act: Change, to: &str, hands| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            path: "/staff/correction/record/1/2".to_owned(),
            act: change(page.locale, act),
            name: "Asha Devi".to_owned(),
            to: to.to_owned(),
            vaccine: words::vaccine(page.locale, Vaccine::Covishield),
            dose: words::dose(page.locale, DoseNumber::First),
            batch: "4121Z025".to_owned(),
            vial: "7".to_owned(),
            given_at: "10:12".to_owned(),
            site: body_site(page.locale, BodySite::LeftUpperArm),
            reason: "The batch was typed wrong".to_owned(),
            hands,
            hidden: vec![("batch", "4121Z025".to_owned())],
        };
        vec![
            with(Change::Correct, "", Hands::One),
            with(Change::Move, "Radha Bai", Hands::Two),
        ]
    }
}
