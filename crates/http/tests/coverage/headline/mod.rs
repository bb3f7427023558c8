//! The headline: what the answers of the whole story tell of people, whatever it is packed in, is a part of the disclosures of
//! the published log, entry for entry.
//!
//! Each answer is unpacked (gzip, deflate, Brotli, text of PDF, ZIP, QR codes) and searched for what stands in the records.
//! What was typed for it is not a read. For all else the call itself must have written an entry that names the person and
//! the field; and that entry counts only when the log that is published holds it: audited as a stranger audits it, with a
//! leaf that commits to the detail.

mod account;
mod planted;
mod tests;
mod told;

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use pramaan_domain::access::FieldSet;
use pramaan_testkit::published::audited;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tower::ServiceExt;

pub(crate) use account::Captured;
pub(crate) use planted::Planted;
pub(crate) use told::{
    AASHABAIS_BATCH, AASHABAIS_REASON, ANSWER, CHANDNI_BORN, FOLLOWED_UP, KAMALAS_BATCH, LIST, SITAS_REASON,
    SYMPTOM, WORDS, born,
};

use account::Account;

use crate::world::World;

/// Publishes, audits, and sums up.
pub(crate) async fn holds(world: &World) -> Account {
    let mut account = published(world).await;
    let captured = world.captured.lock().unwrap().clone();
    let wrong = account.told_without(&captured);
    assert!(wrong.is_empty(), "{wrong:#?}");
    account
}

/// The disclosures of the published log, each with its detail; what is published names nobody.
async fn published(world: &World) -> Account {
    while world.test.app.root_days().await.unwrap() > 0 {}
    world.test.app.publish_log().await.unwrap();
    let (router, handle) = (world.router(), Handle::current());
    let scanner = world.planted.scanner();
    let audit = tokio::task::spawn_blocking(move || {
        let told = Mutex::new(Vec::new());
        let read = |name: &str| {
            let file = handle.block_on(file(router.clone(), name));
            let found = file.iter().flat_map(|bytes| scanner.scan(name, bytes));
            told.lock().unwrap().extend(found);
            file
        };
        let commitments = audited(read).unwrap();
        (commitments, told.into_inner().unwrap())
    });
    let (commitments, told) = audit.await.unwrap();
    let told: Vec<_> = told
        .iter()
        .filter(|found| world.planted.found(found).is_some())
        .collect();
    assert!(told.is_empty(), "the log tells {told:?}");
    let mut disclosed: BTreeMap<u64, (String, FieldSet)> = BTreeMap::new();
    for (index, entry) in &world.entries {
        let commitment: [u8; 32] = Sha256::digest(&entry.committed).into();
        if commitments.get(index) == Some(&commitment) {
            disclosed.insert(*index, (entry.whose.clone(), entry.detail.fields()));
        }
    }
    assert!(
        disclosed.len() > 100,
        "{} of {}",
        disclosed.len(),
        commitments.len()
    );
    Account::new(world.planted.clone(), disclosed)
}

async fn file(router: Router, name: &str) -> Option<Vec<u8>> {
    let request = Request::get(format!("/log/{name}")).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let found = response.status().is_success();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    found.then(|| body.to_vec())
}
