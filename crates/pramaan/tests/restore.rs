#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A household that registered, a backup, a lost database: brought back with the program as it is shipped.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Folder, done, refused};

const MOBILE: &str = "9876500001";

impl Folder {
    fn serve(&self) -> [String; 7] {
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

    fn served(&self) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(self.serve())
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
        };
        std::thread::spawn(move || said.for_each(drop));
        served
    }

    /// The last six digits that were sent.
    fn otp(&self) -> String {
        loop {
            let lines = std::fs::read_to_string(self.path("sms.jsonl")).unwrap_or_default();
            let sent = lines
                .lines()
                .last()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            if let Some(text) = sent.as_ref().and_then(|sent| sent["text"].as_str()) {
                let mut words = text.split(|letter: char| !letter.is_ascii_digit());
                return words.find(|word| word.len() == 6).unwrap().to_owned();
            }
            std::thread::yield_now();
        }
    }
}

/// Killed when dropped, as by a power cut: what SQLite keeps beside the database stays.
struct Served {
    child: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// As an operator ends it: what the log has last is kept outside the database by then.
    fn stop(mut self) {
        let process = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }

    fn send(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        write!(
            stream,
            "{method} /api/v2/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    fn login(&self, folder: &Folder) -> String {
        let asked = json!({ "mobile": MOBILE }).to_string();
        let sent = self.send("POST", "auth/generateMobileOTP", None, &asked);
        let digest = Sha256::digest(folder.otp());
        let otp: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let confirmed = json!({ "otp": otp, "txnId": sent["txnId"] }).to_string();
        let answer = self.send("POST", "auth/validateMobileOtp", None, &confirmed);
        answer["token"].as_str().unwrap().to_owned()
    }

    fn register(&self, token: &str) {
        let body = json!({"name": "Asha Devi", "birth_year": "1980", "gender_id": 2, "photo_id_type": 8,
            "photo_id_number": "PQR1234567", "comorbidity_ind": "N", "consent_version": "1"});
        self.send(
            "POST",
            "registration/beneficiary/new",
            Some(token),
            &body.to_string(),
        );
    }

    fn members(&self, token: &str) -> String {
        self.send("GET", "appointment/beneficiaries", Some(token), "")
            .to_string()
    }
}

#[test]
fn a_household_opens_again_after_the_database_was_lost() {
    let folder = Folder::made();
    let data = folder.data.clone();
    let backup = folder.named("old.db");
    let keys = folder.named("old.db.keys");
    let restore = ["restore", "--data", &data, &backup];
    let replace = ["restore", "--data", &data, "--replace", &backup];
    assert!(refused(&replace).contains("there is no file"));
    let served = folder.served();
    let token = served.login(&folder);
    served.register(&token);
    done(&["backup", "--data", &data, &backup]);
    assert!(
        served.members(&token).contains("Asha Devi"),
        "read, and in the log, after the backup"
    );
    assert!(refused(&replace).contains("in use"), "a server has the folder");
    served.stop();
    let head = std::fs::read(folder.inside("log-head")).unwrap();

    let taken = refused(&restore);
    assert!(
        taken.contains("--replace") && taken.contains("pramaan.db.before-restore"),
        "{taken}"
    );
    std::fs::rename(&keys, folder.named("elsewhere")).unwrap();
    assert!(refused(&replace).contains("--keys"));
    assert!(folder.inside("pramaan.db").exists() && !folder.inside("pramaan.db.part").exists());

    // What an operator did who read of two files and copied one.
    let by_hand = Folder::made();
    let _ = std::fs::remove_dir_all(by_hand.inside("keys"));
    Command::new("cp")
        .args(["-r", &format!("{data}/keys"), &by_hand.data])
        .status()
        .unwrap();
    for beside in ["log-head", "pramaan.db-wal", "pramaan.db-shm"] {
        let _ = std::fs::remove_file(by_hand.inside(beside));
    }
    std::fs::copy(&backup, by_hand.inside("pramaan.db")).unwrap();
    let serve = by_hand.serve();
    let refusal = refused(&serve.each_ref().map(String::as_str));
    assert!(
        refusal.contains("not one of the keys") && refusal.contains("pramaan restore"),
        "{refusal}"
    );

    let said = done(&[&replace[..], &["--keys", &folder.named("elsewhere")]].concat());
    assert!(
        said.contains(&format!("pramaan log adopt --data {data}")),
        "{said}"
    );
    assert_eq!(
        std::fs::read(folder.inside("log-head")).unwrap(),
        head,
        "the newest head stays"
    );
    assert!(folder.inside("pramaan.db.before-restore").exists());
    let serve = folder.serve();
    assert!(refused(&serve.each_ref().map(String::as_str)).contains("log adopt"));
    done(&[
        "log",
        "adopt",
        "--data",
        &data,
        "--reason",
        "the disk of the server burnt",
    ]);
    let served = folder.served();
    assert!(served.members(&token).contains("Asha Devi"));
    drop(served);
    let again = refused(&[&replace[..], &["--keys", &folder.named("elsewhere")]].concat());
    assert!(again.contains("move it away first"), "{again}");
}
