//! `pramaan witness serve` over a witness's folder.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use pramaan_tlog::CosignatureVerifier;
use pramaan_witness::client::{PATIENCE, Peer, Witnesses};
use pramaan_witness::wire::{Address, Tls};

/// `pramaan witness serve`, killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    pub(crate) key: CosignatureVerifier,
}

impl Served {
    pub(crate) fn over(folder: &str) -> Self {
        Self::at(folder, "127.0.0.1:0")
    }

    /// After it was killed, at the address that it had.
    pub(crate) fn serve_again(&mut self, folder: &str) {
        let address = self.url.trim_start_matches("http://").to_owned();
        *self = Self::at(folder, &address);
    }

    fn at(folder: &str, address: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(["witness", "serve", folder, "--listen", address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let first = said.next().unwrap();
        let (_, address) = first.split_once(" on ").unwrap();
        let url = address.split(',').next().unwrap().to_owned();
        let key = CosignatureVerifier::parse(&said.next().unwrap()).unwrap();
        Self { child, url, key }
    }

    pub(crate) fn witnesses(&self) -> Witnesses {
        Witnesses::new([self.peer()])
    }

    pub(crate) fn peer(&self) -> Peer {
        let url = Address::parse(&self.url).unwrap();
        Peer::new(self.key.clone(), url, &Tls::public().unwrap(), PATIENCE)
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
