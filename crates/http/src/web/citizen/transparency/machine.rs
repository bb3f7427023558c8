//! The same for programs: `/transparency.json`, and the register byte for byte as its hash is over it.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use pramaan_app::retention::{FORM, Status};
use pramaan_app::{Engine, inventory};
use serde_json::{Value, json};

use crate::etag::Prebuilt;
use crate::web::front::Front;

static REGISTER: LazyLock<Prebuilt> =
    LazyLock::new(|| Prebuilt::json(Bytes::from_static(inventory::TEXT.as_bytes())));
/// A test of the register sees that it is JSON.
static PARTS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(inventory::TEXT).unwrap_or_default());

/// `GET /transparency/register.json`.
pub(super) async fn register(headers: HeaderMap) -> Response {
    REGISTER.respond(&headers)
}

/// `GET /transparency.json`.
pub(super) async fn show(State(front): State<Front>) -> Json<Value> {
    let retention = front.app.retention();
    Json(transparency(front.app.engine(), retention.as_deref()))
}

/// `deployment` is `one-process` or `shared-database`; `retention` is null until the job has run in this process.
fn transparency(engine: Engine, retention: Option<&Status>) -> Value {
    let part = |name: &str| PARTS.get(name).cloned().unwrap_or_default();
    json!({
        "format": "pramaan-transparency/1",
        "register": format!("sha256:{}", inventory::hash()),
        "deployment": match engine {
            Engine::Sqlite => "one-process",
            Engine::Postgres => "shared-database",
        },
        "openable": part("openable"),
        "matrix": part("matrix"),
        "ways": part("ways"),
        "commands": part("commands"),
        "retention": retention.map(retained),
    })
}

/// `last` opens an entry of the log: the detail of its leaf is SHA-256 of the 32 bytes of `salt` and the text `told`.
fn retained(status: &Status) -> Value {
    let overdue: Vec<_> = status.overdue().map(|age| age.kept.table).collect();
    let last = status.last.as_ref().map(|run| {
        json!({
            "form": FORM, "index": run.index, "at": run.at.to_string(), "salt": hex(&run.salt), "told": run.told,
        })
    });
    json!({ "seen": status.at.to_string(), "overdue": overdue, "last": last })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_every_part_of_the_register() {
        let value = transparency(Engine::Postgres, None);
        for part in ["openable", "matrix", "ways", "commands"] {
            assert!(!value[part].as_array().unwrap().is_empty(), "{part}");
        }
        assert_eq!(value["deployment"], "shared-database");
        assert_eq!(value["retention"], Value::Null);
    }

    #[test]
    fn what_was_told_of_retention_is_given_with_its_salt() {
        let value = transparency(Engine::Sqlite, Some(&super::super::tests::status(400)));
        let last = &value["retention"]["last"];
        assert_eq!(
            (last["index"].as_u64(), last["salt"].as_str().map(str::len)),
            (Some(1_234_567), Some(64))
        );
        assert!(last["told"].as_str().unwrap().starts_with(FORM));
        let overdue = value["retention"]["overdue"].as_array().unwrap();
        assert!(overdue.contains(&json!("idempotency")) && !overdue.contains(&json!("staff_event")));
    }
}
