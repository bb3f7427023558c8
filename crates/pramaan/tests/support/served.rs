//! `pramaan serve` over a folder, and somebody who registers and looks.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Folder;
use super::heard::Heard;

const MOBILE: &str = "9876500001";

impl Folder {
    pub(crate) fn serve(&self) -> [String; 7] {
        let sms = format!("jsonl:{}", self.named("sms.jsonl"));
        [
            "serve",
            "--data",
            &self.data,
            "--sms",
            &sms,
            "--listen",
            "127.0.0.1:0",
        ]
        .map(str::to_owned)
    }

    pub(crate) fn served(&self) -> Served {
        self.served_with(&[])
    }

    pub(crate) fn served_with(&self, more: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(self.serve())
            .args(more)
            // Whoever waits for a publication here asks more often than a network may.
            .arg("--direct")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let address = said.find_map(|line| {
            let (_, rest) = line.split_once("http://")?;
            Some(rest.split(',').next()?.to_owned())
        });
        let served = Served {
            child,
            address: address.expect("it serves"),
            heard: self.heard.clone(),
        };
        std::thread::spawn(move || said.for_each(drop));
        served
    }

    /// How many messages were sent.
    pub(crate) fn sent(&self) -> usize {
        let lines = std::fs::read_to_string(self.path("sms.jsonl")).unwrap_or_default();
        lines.lines().count()
    }

    /// The six digits of the first message after so many.
    pub(crate) fn otp(&self, before: usize) -> String {
        loop {
            let lines = std::fs::read_to_string(self.path("sms.jsonl")).unwrap_or_default();
            // A line is whole when it has its end.
            let whole = lines.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            if let Some(line) = whole.skip(before).last() {
                let sent: Value = serde_json::from_str(line).unwrap();
                let text = sent["text"].as_str().unwrap().to_owned();
                let mut words = text.split(|letter: char| !letter.is_ascii_digit());
                return words.find(|word| word.len() == 6).unwrap().to_owned();
            }
            std::thread::yield_now();
        }
    }
}

/// Killed when dropped, as by a power cut: what SQLite keeps beside the database stays.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: String,
    heard: Heard,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// As an operator ends it: what the log has last is kept outside the database by then.
    pub(crate) fn stop(mut self) {
        let process = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }

    fn ask(&self, asked: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(asked.as_bytes()).unwrap();
        self.heard.answer(asked, &mut stream)
    }

    /// The body of a GET outside the API.
    pub(crate) fn text(&self, path: &str) -> String {
        let answer = self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        body.to_owned()
    }

    /// The status of a look at the family with this token.
    pub(crate) fn status(&self, token: &str) -> u16 {
        let answer = self.ask(&format!(
            "GET /api/v2/appointment/beneficiaries HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        ));
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn send(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> Value {
        let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let answer = self.ask(&format!(
            "{method} /api/v2/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    pub(crate) fn login(&self, folder: &Folder) -> String {
        let asked = json!({ "mobile": MOBILE }).to_string();
        let before = folder.sent();
        let sent = self.send("POST", "auth/generateMobileOTP", None, &asked);
        let digest = Sha256::digest(folder.otp(before));
        let otp: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let confirmed = json!({ "otp": otp, "txnId": sent["txnId"] }).to_string();
        let answer = self.send("POST", "auth/validateMobileOtp", None, &confirmed);
        answer["token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn register(&self, token: &str) {
        let body = json!({"name": "Asha Devi", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": "PQR1234567", "comorbidity_ind": "N", "consent_version": "1"});
        self.send(
            "POST",
            "registration/beneficiary/new",
            Some(token),
            &body.to_string(),
        );
    }

    pub(crate) fn members(&self, token: &str) -> String {
        self.send("GET", "appointment/beneficiaries", Some(token), "")
            .to_string()
    }
}
