//! The whole service in process, everybody who may call it, and a record of which route was called with which result.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use pramaan_app::import::{self, Bad};
use pramaan_app::public_log::Dishonesty;
use pramaan_app::testing::{LoggedOpening, Setup, TestApp};
use pramaan_http::demo::{self, Account, Demo};
use pramaan_http::inventory::{ROUTES, Route};
use pramaan_http::limit::{Budget, RequestLimit};
use pramaan_http::observe::Metrics;
use pramaan_http::router::{Manners, router, upkeep};
use pramaan_http::web::csrf::Csrf;
use pramaan_http::web::{Front, citizen, dress, staff};
use pramaan_testkit::scan::decoded;
use serde_json::Value;
use tower::ServiceExt;

use super::headline::{Captured, LIST, Planted};
use super::log_down::Rehearsal;

pub(crate) const CENTRE: i64 = 561_001;
const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
";
const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM|01:00PM-03:00PM,1:online:50|1:walk_in:5
561001,2026-11-23,COVISHIELD,18,,09:00AM-11:00AM|11:00AM-01:00PM,1:online:50
";

pub(crate) struct World {
    pub(crate) test: TestApp,
    router: Router,
    /// Cookies of the browser.
    pub(crate) cookies: BTreeMap<String, String>,
    /// Routes that were called with success, and the purposes for which they opened something.
    pub(crate) played: BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>>,
    /// What each call opened, as lines of policy/openings.txt.
    pub(crate) opened: BTreeSet<String>,
    /// Set when each call is made with the log down before it is made in earnest.
    pub(crate) rehearsal: Option<Rehearsal>,
    /// The codings in which answers are asked for.
    pub(crate) codings: &'static str,
    /// Every answer as it was sent, with what was typed for it.
    pub(crate) captured: Arc<Mutex<Vec<Captured>>>,
    /// What is known of whose record it is and must be on no answer without an entry.
    pub(crate) planted: Planted,
    /// The details of every entry, opened as soon as it was written: who is deleted later cannot be asked.
    pub(crate) entries: BTreeMap<u64, LoggedOpening>,
}

/// How far the log had come.
struct Logged {
    leaves: u64,
    accesses: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) to: String,
    /// `pramaan-message`, when the answer has it.
    pub(crate) message: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Answered {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The text at a key of the JSON.
    pub(crate) fn at(&self, key: &str) -> String {
        let value = &self.json()[key];
        value
            .as_str()
            .unwrap_or_else(|| panic!("no {key} in {}", self.text()))
            .to_owned()
    }

    /// The first address in a page that begins so.
    pub(crate) fn link(&self, start: &str) -> String {
        let text = self.text();
        let rest = text.split(&format!("\"{start}")).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no {start} in {text}"));
        format!("{start}{}", rest.split('"').next().unwrap())
    }

    /// Every hidden field of the form that posts to an address, the form's token among them.
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let text = self.text();
        let form = text
            .split("<form ")
            .find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("no form to {action} in {text}"));
        let form = form.split("</form>").next().unwrap();
        let inputs = form
            .split("<input ")
            .filter(|tag| tag.contains("type=\"hidden\""));
        let value = |tag: &str, name: &str| {
            let rest = tag.split(&format!("{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        inputs
            .map(|tag| (value(tag, "name"), value(tag, "value")))
            .collect()
    }

    /// The value of the first field of a name in a page.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let tag = text
            .split('<')
            .find(|tag| tag.contains(&format!("name=\"{name}\"")) && !tag.starts_with("/"))?;
        let value = tag.split("value=\"").nth(1)?.split('"').next()?;
        Some(value.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// A toy hash, keyed by nothing: enough to tell messages apart.
fn toy_sign(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (index, byte) in message.iter().enumerate() {
        digest[index % 32] = u8::wrapping_mul(digest[index % 32], 31).wrapping_add(*byte);
    }
    digest
}

impl World {
    pub(crate) async fn new() -> Self {
        let test = TestApp::on_sqlite(Setup::default()).await;
        let mut quiet = |_: usize, _: usize| {};
        import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        import::sessions(&test.app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        import::cohort(&test.app, LIST.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        test.app.refresh_availability().await.unwrap();
        let router = service(&test);
        Self {
            test,
            router,
            cookies: BTreeMap::new(),
            played: BTreeMap::new(),
            opened: BTreeSet::new(),
            rehearsal: None,
            codings: "",
            captured: Arc::default(),
            planted: Planted::of_the_story(),
            entries: BTreeMap::new(),
        }
    }

    /// Sends a request, with nothing added to it.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answered {
        self.answer(method, path, headers, body).await.0
    }

    async fn answer(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (Answered, Vec<String>) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.codings.is_empty() {
            request = request.header(header::ACCEPT_ENCODING, self.codings);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let told = format!("{:?}", response.headers());
        let of = |name| {
            let values = response.headers().get_all(name).into_iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let (to, cookies) = (of(header::LOCATION).pop(), of(header::SET_COOKIE));
        let message = of(header::HeaderName::from_static("pramaan-message")).pop();
        let coding = of(header::CONTENT_ENCODING).pop().unwrap_or_default();
        let status = response.status().as_u16();
        let sent = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        let bytes = decoded(&coding, &sent).unwrap_or_else(|| panic!("{path} is sent in {coding}"));
        self.captured.lock().unwrap().push(Captured {
            call: (method.to_owned(), path.to_owned()),
            typed: body.to_owned(),
            told,
            coding,
            sent,
            entries: 0..0,
        });
        let answered = Answered {
            status,
            to: to.unwrap_or_default(),
            message,
            bytes,
        };
        (answered, cookies)
    }

    /// Calls a route of the API as the inventory says it may be called: what it opens must be what the inventory says.
    pub(crate) async fn api(
        &mut self,
        (method, path): (&'static str, &str),
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answered {
        let body = body.map_or_else(String::new, |body| body.to_string());
        if self.rehearses(method, path) {
            self.test.break_log().await;
            let answered = self.send(method, path, headers, &body).await;
            self.rehearsed(method, path, &body, &answered).await;
        }
        let before = self.logged().await;
        let answered = self.send(method, path, headers, &body).await;
        self.judge(method, path, before, &answered).await;
        answered
    }

    /// The same for a page, with the browser's cookies.
    pub(crate) async fn page(&mut self, method: &'static str, path: &str, form: &str) -> Answered {
        let kind = match form.starts_with("--") {
            true => "multipart/form-data; boundary=x1",
            false => "application/x-www-form-urlencoded",
        };
        if self.rehearses(method, path) {
            self.test.break_log().await;
            let answered = self.browse(method, path, kind, form).await;
            self.rehearsed(method, path, form, &answered).await;
        }
        let before = self.logged().await;
        let answered = self.browse(method, path, kind, form).await;
        self.judge(method, path, before, &answered).await;
        answered
    }

    pub(crate) async fn browse(&mut self, method: &str, path: &str, kind: &str, form: &str) -> Answered {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let headers = [
            ("cookie", cookies.as_str()),
            ("content-type", kind),
            ("host", "pramaan.example"),
        ];
        let (answered, set) = self.answer(method, path, &headers, form).await;
        for cookie in set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answered
    }

    /// The published log's files and everything else that is answered to anybody.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    async fn purposes(&self) -> Vec<&'static str> {
        self.test
            .accesses()
            .await
            .iter()
            .map(|access| access.purpose)
            .collect()
    }

    async fn logged(&self) -> Logged {
        Logged {
            leaves: self.test.log_size().await,
            accesses: self.purposes().await.len(),
        }
    }

    async fn judge(&mut self, method: &str, path: &str, before: Logged, answered: &Answered) {
        let route = listed(method, path);
        assert!(answered.status < 500, "{method} {path}: {}", answered.text());
        let after = self.purposes().await;
        let opened: BTreeSet<&'static str> = after[before.accesses..].iter().copied().collect();
        let unlisted: Vec<_> = opened
            .iter()
            .filter(|purpose| !route.opens.contains(purpose))
            .collect();
        assert!(unlisted.is_empty(), "{method} {path} opened for {unlisted:?}");
        self.look_into(route, before.leaves, after.len() - before.accesses)
            .await;
        if answered.status < 400 {
            let played = self.played.entry((route.method, route.path)).or_default();
            played.extend(opened);
        } else if [401, 403, 405].contains(&answered.status) {
            assert!(opened.is_empty(), "{method} {path} refused and opened {opened:?}");
        }
    }
}

impl World {
    /// Opens the details of what a call wrote into the log: one for each entry, about the people of the call and no more
    /// fields than it shows or decides upon.
    async fn look_into(&mut self, route: &Route, from: u64, written: usize) {
        let details = self.test.openings(from).await;
        let until = self.test.log_size().await;
        if let Some(last) = self.captured.lock().unwrap().last_mut() {
            last.entries = from..until;
        }
        self.entries
            .extend(details.iter().map(|detail| (detail.index, detail.clone())));
        // The details of who was deleted went with their keys.
        let deleted = route.path.ends_with("/delete") && details.is_empty() && written == 1;
        assert!(
            deleted || details.len() == written,
            "{route:?}: an entry without its detail: {written}, {}",
            details.len()
        );
        let name = format!("{} {}", route.method, route.path);
        self.opened.extend(lines(&name, details));
    }
}

/// What was opened by one way, of whom, as lines of policy/openings.txt.
pub(crate) fn lines(name: &str, details: Vec<LoggedOpening>) -> Vec<String> {
    let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for opening in details {
        let detail = opening.detail;
        let (class, basis) = (detail.class().unwrap(), detail.basis().unwrap());
        let fields: Vec<_> = detail.fields().iter().map(|field| field.name()).collect();
        let line = format!(
            "{name} | {} | {} | {} | {}",
            class.name(),
            basis.name(),
            detail.purpose().unwrap().name(),
            fields.join(" ")
        );
        of.entry(line).or_default().insert(opening.whose);
    }
    let with_people = |(line, people): (String, BTreeSet<String>)| {
        let people: Vec<_> = people.into_iter().collect();
        format!("{line} | {}", people.join(" "))
    };
    of.into_iter().map(with_people).collect()
}

/// The route of the inventory that a path belongs to: the most literal one that fits.
pub(crate) fn listed(method: &str, path: &str) -> &'static Route {
    let path = path.split('?').next().unwrap();
    let fits = |route: &&&Route| {
        let mut theirs = route.path.split('/');
        let mut ours = path.split('/');
        let same = loop {
            match (theirs.next(), ours.next()) {
                (None, None) => break true,
                (Some(part), Some(_)) if part.starts_with("{*") => break true,
                (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
                _ => break false,
            }
        };
        same && [method, "ANY"].contains(&route.method)
    };
    let fitting = ROUTES.iter().collect::<Vec<_>>();
    let literal = fitting
        .iter()
        .filter(fits)
        .min_by_key(|route| route.path.matches('{').count());
    literal.unwrap_or_else(|| panic!("{method} {path} is not in the inventory"))
}

/// A path of a route with something in the place of each parameter.
pub(crate) fn filled(route: &Route) -> String {
    let part = |part: &str| match part {
        "{place}" | "{number}" => "1".to_owned(),
        "{id}" | "{session}" | "{encounter}" => "5a2c7ae9-0a2c-4b8b-8a53-000000000001".to_owned(),
        "{slot}" => "0".to_owned(),
        "{tag}" => "en".to_owned(),
        part if part.starts_with('{') => "21".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn service(test: &TestApp) -> Router {
    let csrf = Csrf::new(
        Arc::new(toy_sign),
        Arc::new(|bytes: &mut [u8]| bytes.fill(7)),
        &[citizen::SESSION, staff::SESSION],
    );
    let turn = std::sync::atomic::AtomicU8::new(5);
    let random = Arc::new(move |bytes: &mut [u8]| {
        bytes.fill(turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    });
    let front = Front::new(test.app.clone(), csrf.clone(), random);
    let pages = |more: Router<Front>| {
        dress(
            citizen::routes(&front).merge(staff::routes(&front)).merge(more),
            csrf.clone(),
        )
        .with_state(front.clone())
    };
    let demo = Demo {
        outbox: test.outbox.clone(),
        staff: Vec::new(),
        stolen: Account {
            code: "MH-0009".to_owned(),
            role: "demo-role-vaccinator",
            password: "nobody's".to_owned(),
        },
        citizens: Vec::new(),
        references: Vec::new(),
        markers: vec!["Asha Devi".to_owned()],
        code_of: Arc::new(|_| None),
        dishonesty: Dishonesty::default(),
        yourself: demo::Yourself {
            check: "pramaan log check --data DIR".to_owned(),
            verify: "pramaan log verify http://127.0.0.1:8080/log/".to_owned(),
        },
        target: router(test.app.clone(), manners(), pages(Router::new())),
    };
    router(test.app.clone(), manners(), pages(demo::routes(demo)))
        .merge(upkeep(test.app.clone(), Metrics::default()))
}

fn manners() -> Manners {
    let wide = Budget {
        requests: 1_000_000,
        per: Duration::from_secs(60),
    };
    let clock = Arc::new(|| pramaan_domain::time::Timestamp::from_seconds(1_795_321_800));
    Manners {
        metrics: Metrics::default(),
        limit: RequestLimit::new(wide, wide, NonZeroUsize::MIN, clock),
        kept_availability: pramaan_http::cowin::availability::CAPACITY,
    }
}
