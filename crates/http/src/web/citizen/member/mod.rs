//! One member: the notice and the form, the confirmation, changing, deleting.
//!
//! The confirmation is the same page whether or not somebody registered the document before.

mod delete;

#[cfg(test)]
pub(super) use delete::DeletePage;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::beneficiary::HOUSEHOLD_SIZE;
use pramaan_app::private_member::Sight;
use pramaan_app::{Citizen, Comorbidity, Refusal, Typist};
use pramaan_domain::document::DocumentType;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::SessionId;
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::about::{self, Item};
use super::layout::Nav;
use super::login::LoginPage;
use super::member_form::Typed;
use super::visitor::{SignedIn, Visitor};
use super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_status, render};
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;

const NEW: &str = "/household/new";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(NEW, get(ask).post(register))
        .route("/household/{place}/registered", get(registered))
        .route("/household/{place}/edit", get(edit).post(correct))
        .route("/household/{place}/delete", get(delete::ask).post(delete::delete))
}

#[derive(Template)]
#[template(path = "citizen/member.html")]
pub(super) struct MemberPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    is_new: bool,
    resumed: bool,
    notice: Vec<Item>,
    version: &'static str,
    consent: Vec<Choice>,
    genders: Vec<Choice>,
    documents: Vec<Choice>,
    /// Among whom a minor's guardian is chosen; empty where nobody can be shown.
    adults: Vec<Choice>,
}

/// Why the form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occasion {
    Asked,
    /// After a login that interrupted it.
    Resumed,
}

impl MemberPage {
    fn new(page: Page, action: &str, form: FormState, occasion: Occasion) -> Self {
        let locale = page.locale;
        let gender = |gender: Gender| Choice::new(gender.code(), words::gender(locale, gender));
        let choose = Choice::new("", page.t("member-document-choose"));
        let document =
            |kind: &DocumentType| Choice::new(kind.id().to_string(), words::document(locale, *kind));
        Self {
            nav: Nav::inside("/household"),
            action: action.to_owned(),
            is_new: action == NEW,
            resumed: occasion == Occasion::Resumed,
            notice: about::notice(locale),
            version: about::version(),
            consent: vec![Choice::new("yes", page.t("member-consent"))],
            genders: [Gender::Female, Gender::Male, Gender::Transgender, Gender::Other]
                .map(gender)
                .into(),
            documents: std::iter::once(choose)
                .chain(DocumentType::ALL.iter().map(document))
                .collect(),
            adults: match form.value("guardian") {
                "" => Vec::new(),
                // Nobody's name is opened for it.
                place => listed(&page, [Choice::new(place, page.t("member-guardian-kept"))]),
            },
            form,
            page,
        }
    }

    /// With the adults of the family by name. While nobody's can be opened, as when the access log is stopped, the name
    /// is written instead.
    async fn among_adults(mut self, front: &Front, citizen: &Citizen, request: &'static str) -> Self {
        let adults = front.app.adults(citizen, request).await.unwrap_or_default();
        if !adults.is_empty() {
            let adults = adults.iter();
            let adults = adults.map(|one| Choice::new(one.place.to_string(), one.name.as_str()));
            self.adults = listed(&self.page, adults);
        }
        self
    }
}

fn listed(page: &Page, adults: impl IntoIterator<Item = Choice>) -> Vec<Choice> {
    let nobody = Choice::new("", page.t("member-guardian-choose"));
    std::iter::once(nobody).chain(adults).collect()
}

/// Whether the form of a person is at this path.
pub(super) fn is_form(path: &str) -> bool {
    path == NEW || path.ends_with("/edit")
}

/// Whether the form at a path is of a private member who is not open to this login.
pub(super) async fn shows_private(front: &Front, citizen: &Citizen, path: &str) -> bool {
    let place = path
        .strip_prefix("/household/")
        .and_then(|rest| rest.split('/').next())
        .and_then(|place| place.parse().ok());
    let Some(place) = place else { return false };
    let sighted = front.app.sighted_at(citizen, place).await;
    sighted.is_ok_and(|sighted| sighted.sight == Sight::Private)
}

/// The form again after a login that interrupted it, at `next`.
pub(super) fn resume(front: &Front, page: Page, typist: Typist, (next, carried): (&str, &str)) -> Response {
    match kept::back::<Typed>(front, typist, next, carried) {
        Some(typed) => render(&MemberPage::new(page, next, typed.state(), Occasion::Resumed)),
        None => Redirect::to(next).into_response(),
    }
}

/// What an address adds to the form of a new person.
#[derive(Debug, Default, Deserialize)]
struct Before {
    book: Option<String>,
}

/// The session that was chosen before somebody had to be registered; nothing that is no session.
fn chosen(book: &str) -> Option<SessionId> {
    book.parse().ok()
}

async fn ask(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    before: Result<Query<Before>, CowinError>,
) -> Response {
    let book = before.ok().and_then(|Query(before)| chosen(&before.book?));
    let book = book.map(|session| session.to_string()).unwrap_or_default();
    let form = FormState::new()
        .value_of("book", book)
        .value_of("key", front.fresh_name());
    match front.app.household_size(&citizen).await {
        Ok(HOUSEHOLD_SIZE..) => Redirect::to("/household").into_response(),
        Ok(_) => {
            let asked = MemberPage::new(page, NEW, form, Occasion::Asked);
            render(&asked.among_adults(&front, &citizen, "GET /household/new").await)
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn register(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (NEW, &typed.carry()));
    };
    let request = "POST /household/new";
    let again = async |form, status| {
        let again = MemberPage::new(page, NEW, form, Occasion::Asked);
        let again = again.among_adults(&front, &citizen, request).await;
        (status, render(&again)).into_response()
    };
    let (registration, guardian) = match typed.guarded(front.app.today()) {
        Ok(read) => read,
        Err(form) => return again(form, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let hint = registration.document_number.hint(registration.document_type);
    match front
        .app
        .register_guarded(&citizen, (registration, guardian), typed.repetition(), request)
        .await
    {
        Ok(id) => match front.app.place_of(&citizen, id).await {
            Ok(place) => {
                let check = hint.map(|_| "check=document".to_owned());
                let book = chosen(&typed.book).map(|session| format!("book={session}"));
                let query: Vec<_> = check.into_iter().chain(book).collect();
                let mark = if query.is_empty() { "" } else { "?" };
                let query = query.join("&");
                Redirect::to(&format!("/household/{place}/registered{mark}{query}")).into_response()
            }
            Err(_) => Redirect::to("/household").into_response(),
        },
        Err(refused) => {
            let (field, message) = refusal::about_member(&refused);
            let form = typed.state().error_at(field, message);
            again(form, form_status(&refused)).await
        }
    }
}

fn form_again(page: Page, action: &str, form: FormState, status: StatusCode) -> Response {
    let again = MemberPage::new(page, action, form, Occasion::Asked);
    (status, render(&again)).into_response()
}

#[derive(Template)]
#[template(path = "citizen/registered.html")]
pub(super) struct RegisteredPage {
    page: Page,
    nav: Nav,
    name: String,
    document: String,
    reference_id: String,
    hint: bool,
    /// Where the session that was chosen before is booked.
    book: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Check {
    check: Option<String>,
    book: Option<String>,
}

async fn registered(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    check: Result<Query<Check>, CowinError>,
) -> Response {
    let request = "GET /household/{place}/registered";
    let member = match Shown::at(&front, &citizen, &place, request, page.locale).await {
        Ok(member) => member,
        Err(refused) => return refusal::page(page.locale, &refused),
    };
    let check = check.map(|Query(check)| check).unwrap_or_default();
    render(&RegisteredPage {
        page,
        nav: Nav::inside("/household"),
        name: member.name,
        document: member.document,
        reference_id: member.reference_id.map(words::reference_id).unwrap_or_default(),
        hint: check.check.is_some(),
        book: check
            .book
            .and_then(|book| chosen(&book))
            .map(|session| format!("/book/{session}")),
    })
}

/// What pages about one member show of them.
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) document: String,
    pub(super) reference_id: Option<ReferenceId>,
    comorbidity: Option<Comorbidity>,
    typed: Typed,
}

impl Shown {
    /// The member at a place of the family's list.
    pub(super) async fn at(
        front: &Front,
        citizen: &Citizen,
        place: &str,
        request: &'static str,
        locale: Locale,
    ) -> Result<Self, Refusal> {
        let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
        let person = front.app.beneficiary_at(citizen, place, request).await?;
        let name = person
            .name
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default();
        let date = person
            .birth_date
            .map(|date| date.get().format("%d-%m-%Y").to_string());
        let typed = Typed {
            reference: person.reference_id.map(|id| id.to_string()).unwrap_or_default(),
            name: name.clone(),
            birth_year: person
                .birth_year
                .map(|year| year.get().to_string())
                .unwrap_or_default(),
            birth_date: date.unwrap_or_default(),
            gender: person
                .gender
                .map(|gender| gender.code().to_owned())
                .unwrap_or_default(),
            ..Typed::default()
        };
        Ok(Self {
            name,
            document: person
                .document_type
                .map(|kind| words::document(locale, kind))
                .unwrap_or_default(),
            reference_id: person.reference_id,
            comorbidity: person.comorbidity,
            typed,
        })
    }
}

async fn edit(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    let request = "GET /household/{place}/edit";
    match Shown::at(&front, &citizen, &place, request, page.locale).await {
        Ok(member) => {
            let form = member.typed.state();
            render(&MemberPage::new(
                page,
                &format!("/household/{place}/edit"),
                form,
                Occasion::Asked,
            ))
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn correct(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let action = format!("/household/{place}/edit");
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (&action, &typed.carry()));
    };
    let request = "POST /household/{place}/edit";
    match save(&front, &citizen, &place, &typed, request, page.locale).await {
        Ok(Ok(())) => Redirect::to("/household?done=changed").into_response(),
        Ok(Err(form)) => form_again(page, &action, form, StatusCode::UNPROCESSABLE_ENTITY),
        Err(refused) => {
            let (field, message) = refusal::about_member(&refused);
            let field = if field == "confirm" { "name" } else { field };
            let form = typed.state().error_at(field, message);
            form_again(page, &action, form, form_status(&refused))
        }
    }
}

/// The form decides who is meant: places move when a member is deleted meanwhile.
async fn save(
    front: &Front,
    citizen: &Citizen,
    place: &str,
    typed: &Typed,
    request: &'static str,
    locale: Locale,
) -> Result<Result<(), FormState>, Refusal> {
    let before = Shown::at(front, citizen, place, request, locale).await?;
    let id = ReferenceId::parse(&typed.reference).map_err(|_| Refusal::UnknownBeneficiary)?;
    if before.reference_id != Some(id) {
        return Err(Refusal::UnknownBeneficiary);
    }
    let comorbidity = before.comorbidity.unwrap_or(Comorbidity::None);
    let correction = match typed.correction(front.app.today(), comorbidity) {
        Ok(correction) => correction,
        Err(form) => return Ok(Err(form)),
    };
    front
        .app
        .correct_beneficiary(citizen, id, correction, request)
        .await
        .map(Ok)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::web::form::Message;

    impl MemberPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let wrong = FormState::new()
                .value_of("name", "Asha Devi")
                .error_at("consent", Message::new("error-consent"))
                .error_at("birth_year", Message::new("error-under-age"))
                .error_at("gender", Message::new("error-gender"))
                .error_at("document_type", Message::new("error-document-type"))
                .error_at("document_number", Message::new("error-document-length"));
            let page = |action, form, occasion| Self::new(page.clone(), action, form, occasion);
            let child = FormState::new()
                .value_of("guardian", "2")
                .value_of("guardian_name", "Kamala Bai")
                .error_at("guardian", Message::new("error-guardian-wrong"))
                .error_at("guardian_name", Message::new("error-guardian-both"));
            vec![
                page(NEW, child, Occasion::Asked),
                page(NEW, FormState::new(), Occasion::Asked),
                page(NEW, wrong, Occasion::Asked),
                page(
                    NEW,
                    FormState::new().value_of("name", "आशा देवी"),
                    Occasion::Resumed,
                ),
                page(
                    "/household/1/edit",
                    FormState::new().value_of("name", "आशा देवी"),
                    Occasion::Asked,
                ),
            ]
        }
    }

    impl RegisteredPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            [false, true]
                .map(|hint| Self {
                    page: page.clone(),
                    nav: Nav::inside("/household"),
                    name: "Asha Devi".to_owned(),
                    document: words::document(page.locale, DocumentType::Aadhaar),
                    reference_id: "1234 5678 9012 34".to_owned(),
                    hint,
                    book: hint.then(|| "/book/1".to_owned()),
                })
                .into()
        }
    }
}
