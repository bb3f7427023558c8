//! A centre with one booking of today, and a browser of a few lines that keeps cookies and sends hidden fields along.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use pramaan_app::appointment::{Booking, Seat, SlipMemberFacts};
use pramaan_app::availability::Place;
use pramaan_app::beneficiary::Registration;
use pramaan_app::import::{self, Bad};
use pramaan_app::message::Language;
use pramaan_app::staff::StaffLoginBudgets;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Citizen, Comorbidity, Face, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::AppointmentId;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_http::web::csrf::Csrf;
use pramaan_http::web::{Front, citizen, dress, staff};
use tower::ServiceExt;

pub(crate) const CENTRE: i64 = 561_001;
pub(crate) const MOBILE: &str = "9876543210";
pub(crate) const DOCUMENT: &str = "Z1234567";
const SLOT: &str = "11:00AM-01:00PM";
const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Annexe,D N Road,395,Ward A,400001,18.940000,72.840000,09:00,17:00,government,
";
const SESSIONS: &str = "\
centre_id,date,vaccine,min_age,max_age,slots,seats
561001,2026-11-22,COVISHIELD,18,,11:00AM-01:00PM,1:online:9
561001,2026-11-23,COVISHIELD,18,,11:00AM-01:00PM,1:online:9
";

/// A citizen with a booking of today at the centre.
pub(crate) struct Site {
    pub(crate) test: Arc<TestApp>,
    pub(crate) citizen: Citizen,
    pub(crate) id: ReferenceId,
    pub(crate) appointment: AppointmentId,
    router: Router,
}

pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The same as it was sent: a file is no text.
    pub(crate) bytes: Vec<u8>,
    /// Where a redirect leads.
    pub(crate) to: String,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) retry_after: Option<String>,
    policy: String,
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::with(StaffLoginBudgets::default()).await
    }

    pub(crate) async fn with(staff_logins: StaffLoginBudgets) -> Self {
        let setup = Setup {
            staff_logins,
            ..Setup::default()
        };
        let test = Arc::new(TestApp::on_sqlite(setup).await);
        let mut quiet = |_: usize, _: usize| {};
        import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        import::sessions(&test.app, SESSIONS.as_bytes(), Bad::RefusesAll, &mut quiet)
            .await
            .unwrap();
        let citizen = test.citizen(MOBILE).await;
        let id = register(&test, &citizen).await;
        let appointment = book(&test, &citizen, id).await;
        let router = router(&test);
        Self {
            test,
            citizen,
            id,
            appointment,
            router,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The browser of somebody enrolled and logged in; vaccinators are on today's roster.
    pub(crate) async fn logged_in(&self, code: &str, role: StaffRole) -> Browser {
        let session = match role {
            StaffRole::Vaccinator => self.test.nurse(code, CENTRE).await,
            StaffRole::SiteManager => self.test.enrolled(code, role, Some(CENTRE)).await,
            StaffRole::DistrictAdmin => self.test.enrolled(code, role, None).await,
        };
        let mut browser = self.browser();
        browser.give("__Host-staff", &session.token);
        browser
    }

    pub(crate) async fn nurse(&self) -> Browser {
        self.logged_in("MH-0001", StaffRole::Vaccinator).await
    }

    /// Somebody else who registered the same document, and booked: the place is number 2.
    pub(crate) async fn rival(&self) -> (Citizen, AppointmentId) {
        let rival = self.test.citizen("9876543211").await;
        let id = register(&self.test, &rival).await;
        let appointment = book(&self.test, &rival, id).await;
        (rival, appointment)
    }

    /// A household's own slip.
    pub(crate) async fn slip(&self, citizen: &Citizen, appointment: AppointmentId) -> SlipMemberFacts {
        let slip = self.test.app.slip(citizen, appointment, "test").await.unwrap();
        slip.members.into_iter().next().unwrap()
    }

    pub(crate) async fn code(&self) -> String {
        self.slip(&self.citizen, self.appointment).await.code.to_string()
    }

    pub(crate) async fn wrong_code(&self) -> String {
        format!("{:04}", (self.code().await.parse::<u32>().unwrap() + 1) % 10_000)
    }

    /// What needs the table fails meanwhile.
    pub(crate) async fn rename(&self, from: &'static str, to: &'static str) {
        let renamed = self.test.db.write("test::rename", move |tx| {
            Box::pin(async move {
                tx.execute(&format!("alter table {from} rename to {to}"), &[])
                    .await?;
                Ok::<_, pramaan_app::StoreError>(())
            })
        });
        renamed.await.unwrap();
    }

    pub(crate) async fn count(&self, table: &'static str) -> i64 {
        let rows = self.test.db.read("test::count", move |tx| {
            Box::pin(async move {
                tx.query_one(&format!("select count(*) from {table}"), &[])
                    .await?
                    .int(0)
            })
        });
        rows.await.unwrap()
    }
}

fn router(test: &TestApp) -> Router {
    let sign = |message: &[u8]| {
        let mut digest = [0_u8; 32];
        for (index, byte) in message.iter().enumerate() {
            digest[index % 32] = digest[index % 32].wrapping_mul(31).wrapping_add(*byte);
        }
        digest
    };
    let random = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
    let csrf = Csrf::new(Arc::new(sign), random.clone(), &[staff::SESSION]);
    let front = Front::new(test.app.clone(), csrf.clone(), random);
    dress(staff::routes(&front), csrf).with_state(front)
}

async fn register(test: &TestApp, citizen: &Citizen) -> ReferenceId {
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::Passport,
        document_number: DocumentNumber::parse(DOCUMENT).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    test.app.register(citizen, registration).await.unwrap()
}

async fn book(test: &TestApp, citizen: &Citizen, id: ReferenceId) -> AppointmentId {
    let centre = Place::Centre(CentreId::from_number(CENTRE).unwrap());
    let view = test.app.availability().view(centre, test.app.now());
    let sessions = view.centres.iter().flat_map(|centre| &centre.sessions);
    let session = sessions
        .filter(|session| session.day == test.app.today())
        .map(|session| session.id)
        .next()
        .unwrap();
    let booking = Booking {
        seat: Seat {
            session,
            slot: SLOT.to_owned(),
        },
        dose: 1,
        members: vec![id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    test.app.book(citizen, booking, "test").await.unwrap()
}

impl Page {
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no {text:?} in\n{}", self.body);
        self
    }

    pub(crate) fn never_says(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} in\n{}", self.body);
        self
    }

    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The policy of content.
    pub(crate) fn policy(&self) -> &str {
        &self.policy
    }

    /// The second factor that a link's page shows.
    pub(crate) fn secret(&self) -> String {
        let shown = self.body.split("<p class=\"mono card\">").nth(1).unwrap();
        shown.split('<').next().unwrap().replace(' ', "")
    }

    /// The first address that begins so.
    pub(crate) fn link(&self, start: &str) -> String {
        let at = self
            .body
            .find(&format!("\"{start}"))
            .unwrap_or_else(|| panic!("no {start}"));
        self.body[at + 1..].split('"').next().unwrap().to_owned()
    }

    /// Where the last session that is listed is changed.
    pub(crate) fn change_of_session(&self) -> String {
        let mut parts = self.body.split('"');
        let found = parts.rfind(|part| part.starts_with("/staff/sessions/") && part.ends_with("/change"));
        found.unwrap().to_owned()
    }

    /// The value of the first field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let tag = self
            .body
            .split('<')
            .find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        Some(tag.split("value=\"").nth(1)?.split('"').next()?.to_owned())
    }

    /// Every hidden field of the form that posts to an address, without the token.
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form = self
            .body
            .split("<form ")
            .find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap().split("</form>").next().unwrap();
        let inputs = form
            .split("<input ")
            .filter(|tag| tag.contains("type=\"hidden\"") && !tag.contains("_csrf"));
        inputs
            .map(|tag| {
                let value = |name: &str| {
                    tag.split(&format!("{name}=\""))
                        .nth(1)
                        .unwrap()
                        .split('"')
                        .next()
                        .unwrap()
                };
                (value("name").to_owned(), value("value").to_owned())
            })
            .collect()
    }
}

impl Browser {
    /// The citizen's own browser, logged in, at the pages of citizens.
    pub(crate) async fn of_citizen(site: &Site) -> Self {
        let test = &site.test;
        let random = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let csrf = Csrf::new(Arc::new(|_: &[u8]| [7; 32]), random.clone(), &[citizen::SESSION]);
        let front = Front::new(test.app.clone(), csrf.clone(), random);
        let mut browser = Self {
            router: dress(citizen::routes(&front), csrf).with_state(front),
            cookies: BTreeMap::new(),
        };
        let login = test.login(MOBILE, Face::Pages).await.unwrap();
        browser.give("__Host-citizen", &login.token);
        browser
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), String::new()).await
    }

    pub(crate) fn give(&mut self, cookie: &str, value: &str) {
        self.cookies.insert(cookie.to_owned(), value.to_owned());
    }

    /// What somebody copies off it.
    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies[name].clone()
    }

    /// Sends a form with the token of the page that it stands on.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut pairs = vec![("_csrf", page.field("_csrf").unwrap_or_default())];
        pairs.extend(typed.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.post(action, &pairs).await
    }

    pub(crate) async fn post(&mut self, action: &str, pairs: &[(&str, String)]) -> Page {
        let form: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let request = Request::post(action).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, form.join("&")).await
    }

    /// Sends a form with a file, as a browser does.
    pub(crate) async fn upload(&mut self, page: &Page, action: &str, parts: &[(&str, &str)]) -> Page {
        let csrf = page.field("_csrf").unwrap_or_default();
        let part = |(name, value): &(&str, &str)| {
            format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let first = part(&("_csrf", csrf.as_str()));
        let parts: String = parts.iter().map(part).collect();
        let request = Request::post(action).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1");
        self.send(request, format!("{first}{parts}--x1--\r\n")).await
    }

    /// Sends a form again as it stands on a page, with what is typed besides.
    pub(crate) async fn confirm(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let hidden = page.hidden(action);
        let mut fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend(typed);
        self.submit(page, action, &fields).await
    }

    async fn send(&mut self, request: http::request::Builder, body: String) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::HOST, "pramaan.example")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let mut set_cookies = Vec::new();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            set_cookies.push(cookie.to_owned());
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let to = response
            .headers()
            .get(header::LOCATION)
            .map(|to| to.to_str().unwrap().to_owned());
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .map(|after| after.to_str().unwrap().to_owned());
        let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map(|policy| policy.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Page {
            status,
            body,
            bytes: bytes.into(),
            to: to.unwrap_or_default(),
            set_cookies,
            retry_after,
            policy: policy.unwrap_or_default(),
        }
    }
}

fn encode(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}
