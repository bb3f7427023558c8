//! Reference ids: serial numbers taken from the database in blocks, turned into unguessable ids by the key store.

use std::ops::Range;

use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::{StoreError, person};
use tokio::sync::Mutex;

use crate::{App, Refusal};

/// Serials taken at a time. What a stopped node had left is lost: ids are plentiful, a node's wait is not.
const BLOCK: u64 = 256;

/// The serials that this node may still hand out.
#[derive(Default)]
pub(crate) struct Serials(Mutex<Range<u64>>);

impl App {
    pub(crate) async fn next_reference_id(&self) -> Result<ReferenceId, Refusal> {
        let mut left = self.0.serials.0.lock().await;
        if left.is_empty() {
            let first = self.0.db.write("app::reference_id::block", |tx| {
                Box::pin(person::allocate_reference_serials(tx, BLOCK))
            });
            let first: u64 = first.await.map_err(|error: StoreError| error)?;
            *left = first..first + BLOCK;
        }
        let serial = left.start;
        left.start += 1;
        let id = self
            .0
            .sealer
            .keys
            .reference_id(serial)
            .map_err(StoreError::from)?;
        ReferenceId::from_number(id)
            .map_err(|_| Refusal::Unavailable(StoreError::corrupt("reference_block", "next")))
    }
}
