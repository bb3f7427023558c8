//! `pramaan serve` with everything kept that comes out of it: answers, and what it says, at its most talkative.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use pramaan_testkit::scan::{Planted, Scanner};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Folder;
use super::fault::until;

pub(crate) const NAME: &str = "Zarathustrabai Thiruvengadam";
const MOBILE: &str = "9876500001";
const DOCUMENT: &str = "PQR7734402";

/// What a process wrote to a pipe.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn of(mut pipe: impl Read + Send + 'static) -> Self {
        let said = Self::default();
        let kept = said.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut bytes) {
                kept.0.lock().unwrap().extend_from_slice(&bytes[..read]);
            }
        });
        said
    }

    pub(crate) fn text(&self) -> String {
        self.since(0)
    }

    fn since(&self, byte: usize) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()[byte..]).into_owned()
    }
}

/// Killed when dropped.
pub(crate) struct Watched {
    child: Child,
    address: String,
    output: Said,
    errors: Said,
    /// Where it works, and where a kernel would put its core.
    here: PathBuf,
}

/// An answer with its head.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    fn json(&self) -> Value {
        let (_, body) = self.text.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{}", self.text))
    }
}

/// Somebody with a record, and what of it must be nowhere.
pub(crate) struct Planting {
    pub(crate) token: String,
    scanner: Scanner,
}

impl Planting {
    /// No byte of the record is in what came out.
    pub(crate) fn is_nowhere_in(&self, place: &str, bytes: &[u8]) {
        let found = self.scanner.scan(place, bytes);
        assert!(found.is_empty(), "{found:#?}");
    }
}

impl Watched {
    /// Over a folder, with more arguments. Write errors come back to it instead of ending it, and it could leave a core
    /// of any size.
    pub(crate) fn over(folder: &Folder, more: &[&str]) -> Self {
        Self::within(folder, more, &[])
    }

    /// The same with more variables in its environment.
    pub(crate) fn within(folder: &Folder, more: &[&str], variables: &[(&str, &str)]) -> Self {
        let here = folder.path("here");
        std::fs::create_dir_all(&here).unwrap();
        let mut child = Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; ulimit -S -c \"$(ulimit -H -c)\"; exec \"$@\"",
                "sh",
            ])
            .arg(env!("CARGO_BIN_EXE_pramaan"))
            .args(folder.serve())
            .args(more)
            .env("PRAMAAN_LOG", "trace")
            .envs(variables.iter().copied())
            .current_dir(&here)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Said::of(child.stdout.take().unwrap());
        let errors = Said::of(child.stderr.take().unwrap());
        let address = loop {
            let text = output.text();
            let line = text
                .split_once("http://")
                .and_then(|(_, rest)| rest.split_once(','));
            if let Some((address, _)) = line {
                break address.to_owned();
            }
            let ended = child.try_wait().unwrap();
            assert_eq!(ended, None, "{}", errors.text());
            std::thread::yield_now();
        };
        Self {
            child,
            address,
            output,
            errors,
            here,
        }
    }

    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// What its log says so far.
    pub(crate) fn errors(&self) -> String {
        self.errors.text()
    }

    /// Waits until its log says something that it has not said before now.
    pub(crate) fn says_again(&self, what: &str) {
        let before = self.errors.0.lock().unwrap().len();
        until(|| self.errors.since(before).contains(what));
    }

    pub(crate) fn log(&self) -> String {
        format!("http://{}/log/", self.address)
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn ended_by(&mut self, signal: &str) -> ExitStatus {
        let told = Command::new("kill").args([signal, &self.id()]).status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap()
    }

    /// Everything that it said, and that it left no core.
    pub(crate) fn said_nothing_of(&self, planting: &Planting) {
        planting.is_nowhere_in("standard output", self.output.text().as_bytes());
        let errors = self.errors.text();
        assert!(errors.contains("pramaan_"), "its log was kept: {errors}");
        planting.is_nowhere_in("standard error", errors.as_bytes());
        let left = std::fs::read_dir(&self.here).unwrap().count();
        assert_eq!(left, 0, "something was left in {}", self.here.display());
    }

    pub(crate) fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        // Who answers before it has read all of a question resets the connection; the answer is there.
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, text }
    }

    fn done(&self, path: &str, token: Option<&str>, body: &Value) -> Value {
        let answer = self.ask("POST", &format!("/api/v2/{path}"), token, &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub(crate) fn members(&self, token: &str) -> Answer {
        self.ask("GET", "/api/v2/appointment/beneficiaries", Some(token), "")
    }

    /// Somebody logs in, registers and looks, so that everything has been in the memory of the process.
    pub(crate) fn plant(&self, folder: &Folder) -> Planting {
        let before = folder.sent();
        let sent = self.done("auth/generateMobileOTP", None, &json!({ "mobile": MOBILE }));
        let digest = Sha256::digest(folder.otp(before));
        let otp: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let confirmed = json!({ "otp": otp, "txnId": sent["txnId"] });
        let answer = self.done("auth/validateMobileOtp", None, &confirmed);
        let token = answer["token"].as_str().unwrap().to_owned();
        let body = json!({"name": NAME, "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": DOCUMENT, "comorbidity_ind": "N", "consent_version": "1"});
        let made = self.done("registration/beneficiary/new", Some(&token), &body);
        let seen = self.members(&token);
        assert!(seen.text.contains(NAME), "{}", seen.text);
        let mut planted = Planted::default();
        for (what, value) in [
            ("name", NAME),
            ("first name", "Zarathustrabai"),
            ("family name", "Thiruvengadam"),
            ("mobile", MOBILE),
            ("document", DOCUMENT),
            ("reference id", made["beneficiary_reference_id"].as_str().unwrap()),
            ("one-time password", &otp),
            ("token", token.rsplit('.').next().unwrap()),
        ] {
            planted.add(what, value);
        }
        Planting {
            scanner: Scanner::new(&planted),
            token,
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
