//! Sessions with free seats, by pincode, district or centre: cowin-api section 3.
//!
//! Public and protected paths answer alike from memory; the protected ones also filter by vaccine. Bodies are built on
//! first demand and kept until something changes there or time ends a slot. Only the online quota is shown.

mod body;
mod cache;
mod shortcut;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use http::HeaderMap;
use pramaan_app::App;
use pramaan_app::availability::Place;
use pramaan_domain::centre::CentreId;
use pramaan_domain::place::{DistrictId, Pincode};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use super::error::CowinError;
use super::metadata::asks_for_hindi;
use super::principal::Citizen;
use super::wire::availability as wire;
use super::{code, date};
use crate::etag::Prebuilt;
use crate::query::Query;
use crate::text::Text;

pub use cache::{Bodies, CAPACITY};
pub use shortcut::Shortcut;

/// What a body depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asked {
    shape: Shape,
    place: Place,
    date: CivilDate,
    filter: Filter,
    language: Language,
}

/// What a body of centres nearby depends on: a point in thousandths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    lat: i32,
    long: i32,
    language: Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Found,
    Calendar,
    CentreCalendar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Filter {
    Any,
    Only(Vaccine),
    /// A vaccine that nobody knows: no session has it.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Language {
    English,
    Hindi,
}

/// Routes that keep their own bodies.
pub fn routes() -> Router<App> {
    routes_over(Arc::new(Bodies::new(CAPACITY)))
}

/// `bodies` is shared with the [`Shortcut`]; answers about places near somebody get a quarter as much besides.
pub fn routes_over(bodies: Arc<Bodies>) -> Router<App> {
    let spots = Bodies::<Spot>::new(bodies.capacity() / 4);
    Router::new()
        .route("/v2/appointment/sessions/public/findByPin", get(find_by_pin))
        .route("/v2/appointment/sessions/findByPin", get(own_find_by_pin))
        .route(
            "/v2/appointment/sessions/public/findByDistrict",
            get(find_by_district),
        )
        .route(
            "/v2/appointment/sessions/findByDistrict",
            get(own_find_by_district),
        )
        .route(
            "/v2/appointment/sessions/public/calendarByPin",
            get(calendar_by_pin),
        )
        .route("/v2/appointment/sessions/calendarByPin", get(own_calendar_by_pin))
        .route(
            "/v2/appointment/sessions/public/calendarByDistrict",
            get(calendar_by_district),
        )
        .route(
            "/v2/appointment/sessions/calendarByDistrict",
            get(own_calendar_by_district),
        )
        .route(
            "/v2/appointment/sessions/public/calendarByCenter",
            get(calendar_by_centre),
        )
        .route("/v2/appointment/centers/public/findByLatLong", get(near))
        .route("/v2/appointment/centers/findByLatLong", get(own_near))
        .layer(Extension(bodies))
        .layer(Extension(Arc::new(spots)))
}

type Kept = Extension<Arc<Bodies>>;
type NearKept = Extension<Arc<Bodies<Spot>>>;

macro_rules! handlers {
    ($($public:ident, $own:ident = $shape:ident by $query:ident;)*) => {$(
        async fn $public(
            State(app): State<App>,
            Extension(bodies): Kept,
            headers: HeaderMap,
            Query(query): Query<wire::$query>,
        ) -> Result<Response, CowinError> {
            let asked = query.asked(Shape::$shape, &headers)?;
            Ok(kept(&app, &bodies, asked).respond(&headers))
        }

        async fn $own(
            State(app): State<App>,
            _: Citizen,
            Extension(bodies): Kept,
            headers: HeaderMap,
            Query(query): Query<wire::$query>,
        ) -> Result<Response, CowinError> {
            let asked = Asked::new(Shape::$shape, query.place()?, &query.date, query.vaccine.as_ref(), &headers)?;
            Ok(kept(&app, &bodies, asked).respond(&headers))
        }
    )*};
}

handlers! {
    find_by_pin, own_find_by_pin = Found by ByPin;
    find_by_district, own_find_by_district = Found by ByDistrict;
    calendar_by_pin, own_calendar_by_pin = Calendar by ByPin;
    calendar_by_district, own_calendar_by_district = Calendar by ByDistrict;
}

async fn calendar_by_centre(
    State(app): State<App>,
    Extension(bodies): Kept,
    headers: HeaderMap,
    Query(query): Query<wire::ByCentre>,
) -> Result<Response, CowinError> {
    let Ok(centre) = CentreId::from_number(query.center_id.0) else {
        date::parse(query.date.as_str())?;
        return Ok(body::no_centre().respond(&headers));
    };
    let asked = Asked::new(
        Shape::CentreCalendar,
        Place::Centre(centre),
        &query.date,
        None,
        &headers,
    )?;
    Ok(kept(&app, &bodies, asked).respond(&headers))
}

async fn near(
    State(app): State<App>,
    Extension(bodies): NearKept,
    headers: HeaderMap,
    Query(query): Query<wire::ByLatLong>,
) -> Result<Response, CowinError> {
    let spot = Spot {
        lat: thousandths(&query.lat, 90.0)?,
        long: thousandths(&query.long, 180.0)?,
        language: language(&headers),
    };
    Ok(near_answer(&app, &bodies, spot).respond(&headers))
}

async fn own_near(
    app: State<App>,
    _: Citizen,
    bodies: NearKept,
    headers: HeaderMap,
    query: Query<wire::ByLatLong>,
) -> Result<Response, CowinError> {
    near(app, bodies, headers, query).await
}

/// A hundred metres: no centre's coordinates are better than that.
fn thousandths(text: &Text, greatest: f64) -> Result<i32, CowinError> {
    let parsed = text.as_str().trim().parse::<f64>().ok();
    let degrees = parsed.filter(|degrees| degrees.abs() <= greatest);
    let degrees = degrees.ok_or(code::MALFORMED_VALUE)?;
    // At most 180,000, so nothing is cut off.
    Ok((degrees * 1_000.0).round() as i32)
}

/// The centres near a spot, kept until any centre changes. Whoever asks from ever new spots costs little more than the
/// writing of a hundred centres each time.
fn near_answer(app: &App, bodies: &Bodies<Spot>, spot: Spot) -> Arc<Prebuilt> {
    let (atlas, now) = (app.availability().atlas(), app.now());
    if let Some(kept) = bodies.get(&spot, atlas.generation(), now) {
        return kept;
    }
    let body = Arc::new(body::near(&atlas, spot));
    let tomorrow = now.plus_seconds(86_400);
    bodies.keep(spot, Arc::clone(&body), atlas.generation(), tomorrow);
    body
}

/// The body that was kept, if it still holds, or a fresh one.
fn kept(app: &App, bodies: &Bodies, asked: Asked) -> Arc<Prebuilt> {
    let (availability, now) = (app.availability(), app.now());
    if let Some(kept) = bodies.get(&asked, availability.generation(asked.place), now) {
        return kept;
    }
    let view = availability.view(asked.place, now);
    let body = Arc::new(body::build(asked, &view, now));
    bodies.keep(asked, Arc::clone(&body), view.generation, view.valid_until);
    body
}

impl Asked {
    fn new(
        shape: Shape,
        place: Place,
        day: &Text,
        vaccine: Option<&Text>,
        headers: &HeaderMap,
    ) -> Result<Self, CowinError> {
        let filter = match vaccine.map(|vaccine| Vaccine::parse(vaccine.as_str())) {
            None => Filter::Any,
            Some(Ok(vaccine)) => Filter::Only(vaccine),
            Some(Err(_)) => Filter::Unknown,
        };
        let date = date::parse(day.as_str())?;
        Ok(Self {
            shape,
            place,
            date,
            filter,
            language: language(headers),
        })
    }
}

/// A question by place and day; the public form, which does not filter by vaccine.
trait Question {
    fn place(&self) -> Result<Place, CowinError>;
    fn date(&self) -> &Text;

    fn asked(&self, shape: Shape, headers: &HeaderMap) -> Result<Asked, CowinError> {
        Asked::new(shape, self.place()?, self.date(), None, headers)
    }
}

impl Question for wire::ByPin {
    fn place(&self) -> Result<Place, CowinError> {
        let pincode = Pincode::parse(self.pincode.as_str().trim()).map_err(|_| code::INVALID_PINCODE)?;
        Ok(Place::Pincode(pincode))
    }

    fn date(&self) -> &Text {
        &self.date
    }
}

impl Question for wire::ByDistrict {
    /// Numbers beyond every district's find nothing, as unknown ones do.
    fn place(&self) -> Result<Place, CowinError> {
        let district =
            DistrictId::from_number(self.district_id.0).or_else(|_| DistrictId::from_number(i16::MAX.into()));
        district
            .map(Place::District)
            .map_err(|_| code::MALFORMED_VALUE.into())
    }

    fn date(&self) -> &Text {
        &self.date
    }
}

fn language(headers: &HeaderMap) -> Language {
    if asks_for_hindi(headers) {
        Language::Hindi
    } else {
        Language::English
    }
}
