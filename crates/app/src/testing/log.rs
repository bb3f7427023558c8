//! Looking at the access log as its public does, and breaking it.

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_store::{Actor, Receipt, StoreError, public_log, testing};
use pramaan_tlog::leaf::{AccessKind, Leaf};

use super::TestApp;
use crate::open::Cause;

/// What the public sees of an access, by the names of docs/leaf.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedAccess {
    pub actor: &'static str,
    pub purpose: &'static str,
    pub basis: &'static str,
}

impl TestApp {
    /// The name under which the policy in force is published.
    pub fn policy_name(&self) -> String {
        self.app
            .0
            .policy_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// So many reads of the only member of a household by a health worker, as far as the log knows.
    pub async fn read_by_staff(&self, mobile: &str, times: usize) {
        let citizen = self.citizen(mobile).await;
        let subject = self.member(&citizen).await;
        let cause = Cause {
            actor: Actor {
                class: ActorClass::Vaccinator,
                organisation: 7,
                district: 395,
                staff: "TEST-0001".to_owned(),
                device: String::new(),
            },
            basis: Basis::SiteEvidence,
            purpose: Purpose::Vaccination,
            fields: FieldSet::of(&[Field::Name]),
            request: "test",
            reason: None,
        };
        let reads = self.app.receipts(&cause, &vec![subject; times]).await;
        let reads = reads.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reads.len(), times);
    }

    /// Deletes one of three reads by [`read_by_staff`](Self::read_by_staff) from the person's list, as whoever can write the
    /// database could. The log stays.
    pub async fn hide_a_read_by_staff(&self) {
        let deleted = self.db.write("testing::hide_a_read", |tx| {
            let sql = "delete from access_detail where idx = (select max(idx) - 2 from access_detail)";
            Box::pin(async move { tx.execute(sql, &[]).await })
        });
        let deleted: Result<u64, StoreError> = deleted.await;
        assert_eq!(deleted, Ok(1));
    }

    /// What was published so far stands under an earlier log too, until [`forget_the_log_before`](Self::forget_the_log_before):
    /// nothing bridges it, so no audit passes meanwhile.
    pub async fn pretend_a_log_before(&self) {
        self.run_all(&[
            "insert into access_before (k, origin, verifier, bridge) values (1, 'log.example/before',
             'log.example/before+5d11683e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs', 0)",
        ])
        .await;
        let (sealer, origin) = (self.sealer.clone(), self.app.0.log.origin());
        let published = self.db.write("testing::publish_under", move |tx| {
            Box::pin(
                async move { public_log::publish_under(tx, (&sealer, &origin), "log.example/before").await },
            )
        });
        let published: Result<(), StoreError> = published.await;
        assert_eq!(published, Ok(()));
    }

    /// Takes back [`pretend_a_log_before`](Self::pretend_a_log_before).
    pub async fn forget_the_log_before(&self) {
        self.run_all(&[
            "delete from access_before",
            "delete from access_publication where origin = 'log.example/before'",
        ])
        .await;
    }

    async fn run_all(&self, statements: &'static [&'static str]) {
        let done = self.db.write("testing::run_all", move |tx| {
            Box::pin(async move {
                for sql in statements {
                    tx.execute(sql, &[]).await?;
                }
                Ok(())
            })
        });
        let done: Result<(), StoreError> = done.await;
        assert_eq!(done, Ok(()));
    }

    /// The right to open one person's doses once, with its entry.
    pub async fn receipts_for_doses(&self, subject: (HouseholdId, PersonId)) -> Vec<Receipt> {
        self.receipts_for(&[subject], &[Field::Doses]).await
    }

    /// Receipts for these fields of these people, as of their own look.
    pub async fn receipts_for(&self, people: &[(HouseholdId, PersonId)], fields: &[Field]) -> Vec<Receipt> {
        let citizen = Actor {
            class: ActorClass::Citizen,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: String::new(),
        };
        let cause = Cause {
            actor: citizen,
            basis: Basis::PersonOtp,
            purpose: Purpose::OwnRecord,
            fields: FieldSet::of(fields),
            request: "test",
            reason: None,
        };
        let receipts = self.app.receipts(&cause, people).await;
        receipts.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Every opening so far, in order.
    pub async fn accesses(&self) -> Vec<LoggedAccess> {
        self.logged(AccessKind::Disclosure).await
    }

    /// How many leaves the log has: the position of the next one.
    pub async fn log_size(&self) -> u64 {
        let leaves = testing::leaves(&self.db).await.len();
        u64::try_from(leaves).unwrap_or(u64::MAX)
    }

    /// What was read of whom, from a position of the log on: the details, opened with their persons' keys.
    pub async fn openings(&self, from: u64) -> Vec<testing::LoggedOpening> {
        testing::openings(&self.db, &self.sealer, from).await
    }

    /// Every erasure so far, in order.
    pub async fn erasures_logged(&self) -> Vec<LoggedAccess> {
        self.logged(AccessKind::Erased).await
    }

    async fn logged(&self, kind: AccessKind) -> Vec<LoggedAccess> {
        let leaves = testing::leaves(&self.db).await;
        let access = |bytes: &Vec<u8>| match Leaf::from_bytes(bytes) {
            Ok(Leaf::Access(access)) if access.kind == kind => Some(LoggedAccess {
                actor: access.circumstances.actor.class.name(),
                purpose: access.circumstances.purpose.name(),
                basis: access.circumstances.basis.name(),
            }),
            Ok(_) => None,
            Err(error) => panic!("{error}"),
        };
        leaves.iter().filter_map(access).collect()
    }

    /// From now on no entry can be written; what does not need the log does not notice.
    pub async fn break_log(&self) {
        testing::break_log(&self.db).await;
    }

    pub async fn mend_log(&self) {
        testing::mend_log(&self.db).await;
    }
}
