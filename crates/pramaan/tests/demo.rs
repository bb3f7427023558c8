#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A started `pramaan demo` holds what is promised of it: the lines for scripts, the sessions, the outbox, the budgets.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use serde_json::Value;

struct Demo {
    child: Child,
    address: String,
    output: BufReader<std::process::ChildStdout>,
    said: Vec<String>,
    data: String,
    _folder: tempfile::TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answered {
    status: u16,
    head: String,
    body: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut named = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value)
    }
}

impl Demo {
    /// Started in an empty folder that exists, and asked once, which waits until it answers.
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data", &data])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut demo = Self {
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            address: String::new(),
            said: Vec::new(),
            data,
            _folder: folder,
        };
        while demo.address.is_empty() {
            let mut line = String::new();
            assert!(
                demo.output.read_line(&mut line).unwrap() > 0,
                "it ended: {:?}",
                demo.said
            );
            if let Some((_, rest)) = line.split_once("http://") {
                rest.split('/').next().unwrap().clone_into(&mut demo.address);
            }
            demo.said.push(line);
        }
        let healthy = demo.get("/healthz");
        assert_eq!((healthy.status, healthy.body.as_str()), (200, "ok\n"));
        demo
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answered {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answered {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Answered {
        self.ask("GET", path, "", "")
    }

    /// A message to a number that nobody had before.
    fn ask_for_a_code(&self, mobile: &str) -> Answered {
        let body = format!(r#"{{"mobile":"{mobile}"}}"#);
        let kind = "Content-Type: application/json\r\n";
        self.ask("POST", "/api/v2/auth/generateMobileOTP", kind, &body)
    }

    /// Its own day, in India.
    fn today(&self) -> NaiveDate {
        let answered = self.get("/healthz");
        let at = DateTime::parse_from_rfc2822(answered.header("date").unwrap()).unwrap();
        at.with_timezone(&FixedOffset::east_opt(5 * 3600 + 1800).unwrap())
            .date_naive()
    }

    fn sessions(&self, place: &str, day: NaiveDate) -> Vec<Value> {
        let path = format!(
            "/api/v2/appointment/sessions/public/{place}&date={}",
            day.format("%d-%m-%Y")
        );
        let found = self.get(&path);
        assert_eq!(found.status, 200, "{}", found.body);
        found.json()["sessions"].as_array().unwrap().clone()
    }

    /// Ends it; everything that it had said.
    fn end(mut self) -> String {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        self.said.concat() + &rest
    }
}

#[test]
fn what_scripts_need_is_printed_before_it_answers_and_the_folder_is_filled() {
    let demo = Demo::start();
    assert!(
        std::fs::read_dir(&demo.data).unwrap().count() > 3,
        "the given folder is filled"
    );
    let said = demo.end();
    let after = |start: &str| -> Vec<String> {
        let lines = said.lines().filter_map(|line| line.strip_prefix(start));
        lines.map(str::to_owned).collect()
    };
    let keys = after("partner key: ");
    assert!(matches!(keys.as_slice(), [key] if key.len() >= 32), "{said}");
    let vaccinated = after("vaccinated: ");
    assert!(vaccinated.len() >= 3, "{said}");
    for line in vaccinated {
        let (mobile, reference) = line.split_once(' ').unwrap();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        assert!(
            mobile.starts_with("70000000") && mobile.len() == 10 && digits(mobile),
            "{line}"
        );
        assert!(reference.len() == 14 && digits(reference), "{line}");
    }
    assert!(
        said.contains("/demo/outbox") && said.contains("staff: "),
        "{said}"
    );
}

/// The numbers of the contract, at 400001 and around it.
#[test]
fn nine_days_are_open_to_everybody_and_each_session_to_whom_it_may() {
    let demo = Demo::start();
    let today = demo.today();
    let (mut fees, mut vaccines, mut districts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for ahead in 0..9 {
        let day = today + Days::new(ahead);
        let here = demo.sessions("findByPin?pincode=400001", day);
        let open = here.iter().find(|session| {
            session["fee_type"] == "Free"
                && session["vaccine"] == "COVISHIELD"
                && session["min_age_limit"] == 18
                && session.get("max_age_limit").is_none()
                && session["allow_all_age"] == true
        });
        let open = open.unwrap_or_else(|| panic!("{day}: {here:#?}"));
        let slots = open["slots"].as_array().unwrap().len();
        // Of today those slots are left that have not ended.
        assert!(slots == 4 || (ahead == 0 && slots < 4), "{day}: {slots} slots");
        let seats = open["available_capacity_dose1"].as_i64().unwrap();
        assert!(seats >= 100 || slots == 0, "{day}: {seats}");
        for place in [
            "findByDistrict?district_id=395",
            "findByPin?pincode=411005",
            "findByPin?pincode=560001",
            "findByPin?pincode=110001",
        ] {
            for session in demo.sessions(place, day) {
                let text = |name: &str| session[name].as_str().unwrap().to_owned();
                fees.insert(text("fee_type"));
                vaccines.insert(text("vaccine"));
                districts.insert(text("district_name"));
                assert!(may_begin(&session), "{day}: {session:#}");
            }
        }
    }
    assert!(
        demo.sessions("findByPin?pincode=400001", today + Days::new(9))
            .is_empty(),
        "no tenth day"
    );
    assert_eq!(fees, BTreeSet::from(["Free".to_owned(), "Paid".to_owned()]));
    assert!(vaccines.len() >= 4, "{vaccines:?}");
    assert!(districts.len() >= 4, "{districts:?}");
}

/// By the orders: adults with any vaccine but Corbevax, from 12 to 17 with Covaxin or Corbevax.
fn may_begin(session: &Value) -> bool {
    let oldest = session
        .get("max_age_limit")
        .and_then(Value::as_i64)
        .unwrap_or(i64::MAX);
    let youngest = session["min_age_limit"].as_i64().unwrap();
    session["available_capacity_dose1"] == 0
        || match session["vaccine"].as_str().unwrap() {
            "CORBEVAX" => youngest >= 12 && oldest <= 17,
            "COVAXIN" => youngest >= 12,
            _ => youngest >= 18,
        }
}

/// Twenty codes in ten minutes, each there before the call answers, and of one number only that number's.
#[test]
fn the_outbox_shows_one_numbers_messages_and_the_twenty_first_is_too_many() {
    let demo = Demo::start();
    let (mine, other) = ("9812300001", "9812300002");
    let mut known = Vec::new();
    for count in 1..=20 {
        let sent = demo.ask_for_a_code(mine);
        assert_eq!(sent.status, 200, "{count}: {}", sent.body);
        if count == 3 {
            assert_eq!(demo.ask_for_a_code(other).status, 200);
        }
        let shown = demo.get(&format!("/demo/outbox?mobile={mine}"));
        assert!(
            shown.header("content-type").unwrap().starts_with("text/plain"),
            "{}",
            shown.head
        );
        let lines: Vec<String> = shown.body.lines().map(str::to_owned).collect();
        assert_eq!(lines[..lines.len() - 1], known[..], "the newest is the last");
        let newest = lines.last().unwrap();
        let numbers: Vec<&str> = newest
            .split(|c: char| !c.is_ascii_digit())
            .filter(|run| run.len() == 6)
            .collect();
        assert!(numbers.len() == 1 && newest.contains("OTP"), "{newest}");
        known = lines;
    }
    let over = demo.ask_for_a_code(mine);
    assert_eq!(over.status, 429, "{}", over.body);
    assert!(over.header("retry-after").is_some(), "{}", over.head);
    assert_eq!(demo.ask_for_a_code(other).status, 200, "only that number waits");
    let others = demo.get(&format!("/demo/outbox?mobile={other}")).body;
    assert_eq!(others.lines().count(), 2, "{others}");
    assert_eq!(demo.get("/demo/outbox?mobile=9812300003").body, "");
    for path in ["/demo", "/demo/outbox", "/demo/thief"] {
        assert_eq!(demo.get(path).status, 200, "{path}");
    }
}

/// Two thousand requests a minute from this machine; the one that is too many says when to come back.
#[test]
fn two_thousand_requests_a_minute_are_answered() {
    let demo = Demo::start();
    let answered = |_: &u32| demo.get("/api/v2/registration/beneficiary/genders").status == 200;
    // What is refilled while the requests are sent comes on top: a slow machine sends for a minute at most.
    let count = (0..4_100).take_while(answered).count();
    assert!((1_990..4_100).contains(&count), "{count}");
    let over = demo.get("/api/v2/registration/beneficiary/genders");
    assert!(
        over.status == 429 && over.header("retry-after").is_some(),
        "{}",
        over.head
    );
}

/// What the last page says to type is good as it stands: program, folder and address.
#[test]
fn the_auditors_commands_can_be_copied() {
    let demo = Demo::start();
    let page = demo.get("/demo/auditor").body;
    let shown = page.split("<code>").skip(1);
    let commands: Vec<&str> = shown.map(|code| code.split("</code>").next().unwrap()).collect();
    for (command, said) in commands
        .iter()
        .zip(["the database is as its log says", "OK demo.pramaan.example/log: "])
    {
        let typed = Command::new("sh")
            .args(["-c", command])
            .current_dir("/")
            .output()
            .unwrap();
        let printed = String::from_utf8(typed.stdout).unwrap();
        assert!(
            typed.status.success() && printed.contains(said),
            "{command}: {printed}"
        );
    }
    assert_eq!(commands.len(), 2, "{commands:?}");
}

/// The bot asks for seeded people first, by mobile and by reference id, and goes home with nothing.
#[test]
fn the_thief_gets_no_record() {
    let demo = Demo::start();
    let page = demo.get("/demo/thief");
    let cookie = page
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let token = page.body.split("name=\"_csrf\" value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let headers = format!("Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    let haul = demo.ask("POST", "/demo/thief", &headers, &format!("_csrf={token}"));
    assert_eq!(haul.status, 200, "{}", haul.body);
    let (before, _) = haul.body.split_once(" records").unwrap();
    let count = before.trim_end_matches(|c: char| c.is_ascii_digit());
    assert_eq!(before.strip_prefix(count), Some("0"), "{}", haul.body);
    let seeded = demo.end();
    let marker = seeded
        .lines()
        .find_map(|line| line.strip_prefix("vaccinated: "))
        .unwrap();
    assert!(!haul.body.contains(marker.split(' ').nth(1).unwrap()));
}
