#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! To PostgreSQL over a network nobody listens in, and nobody else answers.

use std::net::TcpListener;
use std::path::PathBuf;

use pramaan_store::testing::TestDb;
use pramaan_store::{DatabaseUrl, Db, StoreError};
use pramaan_testkit::postgres::{Cluster, ServerTls};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Server {
    _cluster: Cluster,
    port: u16,
    folder: tempfile::TempDir,
}

/// A certificate authority of one test: its certificate, and what it signs with.
fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap().pem();
    (certificate, Issuer::new(params, key))
}

impl Server {
    fn start() -> Self {
        let (root, issuer) = authority();
        let key = KeyPair::generate().unwrap();
        let named = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let tls = ServerTls {
            certificate: named.signed_by(&key, &issuer).unwrap().pem(),
            key: key.serialize_pem(),
            port,
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), root).unwrap();
        std::fs::write(folder.path().join("other.pem"), authority().0).unwrap();
        Self {
            _cluster: Cluster::start_with_tls(&tls).unwrap(),
            port,
            folder,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn open(&self, host: &str, parameters: &str) -> Result<Db, StoreError> {
        open(&format!(
            "postgres://pramaan@{host}:{}/postgres?{parameters}",
            self.port
        ))
        .await
    }
}

async fn open(url: &str) -> Result<Db, StoreError> {
    Db::open(&DatabaseUrl::Postgres(url.to_owned()), &TestDb::options()).await
}

async fn is_encrypted(db: &Db) -> String {
    let asked = db.read("test::encrypted", |tx| {
        let sql = "select cast(ssl as text) from pg_stat_ssl where pid = pg_backend_pid()";
        Box::pin(async move { Ok(tx.query_one(sql, &[]).await?.text(0)?.to_owned()) })
    });
    let asked: Result<String, StoreError> = asked.await;
    asked.unwrap()
}

#[tokio::test]
async fn the_servers_certificate_is_checked_and_the_connection_encrypted() {
    let server = Server::start();
    let root = format!("sslrootcert={}", server.file("root.pem").display());
    let other = format!("sslrootcert={}", server.file("other.pem").display());

    for parameters in [root.clone(), format!("sslmode=verify-full&{root}")] {
        let db = server.open("localhost", &parameters).await.unwrap();
        assert_eq!(is_encrypted(&db).await, "true");
        db.close().await;
    }
    // Of another authority, of no authority that the world knows, and for another name.
    for (host, parameters) in [
        ("localhost", other.as_str()),
        ("localhost", "sslmode=require"),
        ("127.0.0.1", root.as_str()),
    ] {
        let refused = server.open(host, parameters).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::Unavailable { reason } if reason.contains("certificate")),
            "{host} {parameters}: {refused}"
        );
    }
    for parameters in ["", "sslmode=disable"] {
        let plain = server.open("127.0.0.1", parameters).await.unwrap();
        assert_eq!(is_encrypted(&plain).await, "false", "on one machine");
        plain.close().await;
    }
}

#[tokio::test]
async fn a_server_without_encryption_is_told_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 8];
        stream.read_exact(&mut request).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        (request, rest)
    });
    let refused = open(&format!(
        "postgres://pramaan:secret@127.0.0.1:{port}/postgres?sslmode=require"
    ))
    .await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("does not support TLS"), "{refused}");
    let (request, rest) = server.await.unwrap();
    assert_eq!(
        request[4..],
        80_877_103_u32.to_be_bytes(),
        "the request for encryption"
    );
    assert!(
        rest.is_empty(),
        "and no user, password or statement after the refusal"
    );
}
