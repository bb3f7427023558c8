//! The same for programs: `/transparency.json`, and the register byte for byte as its hash is over it.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use pramaan_app::retention::{Agreement, FORM, Pulse, Run, Standing};
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
    Json(transparency(front.app.engine(), &front.app.retention()))
}

/// `GET /transparency/retention/{index}`: what the retention job's entry at this place of the log commits to.
pub(super) async fn told(State(front): State<Front>, Path(index): Path<String>) -> Response {
    let Ok(index) = index.parse() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match front.app.retention_told(index).await {
        Ok(Some(run)) => Json(entry(&run)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// `deployment` is `one-process` or `shared-database`.
fn transparency(engine: Engine, retention: &Standing) -> Value {
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
        "retention": retained(retention),
    })
}

/// `asOf` is now, by which `overdue` and `silent` are judged; `seen` when the last run of this process ended, null before one.
fn retained(standing: &Standing) -> Value {
    let status = standing.seen.as_ref();
    json!({
        "asOf": standing.now.to_string(),
        "seen": status.map(|status| status.at.to_string()),
        "silent": standing.pulse == Pulse::Silent,
        "secondsSinceRun": standing.seconds,
        "overdue": standing.overdue,
        "failed": standing.failed,
        "last": status.and_then(|status| status.last.as_ref()).map(entry),
    })
}

/// It opens an entry of the log: the detail of its leaf is SHA-256 of the 32 bytes of `salt` and the text `told`. `leaf` says
/// whether it is in this service's own database; `before` is the job's entry before this one.
fn entry(run: &Run) -> Value {
    json!({
        "form": FORM,
        "index": run.index,
        "before": run.before,
        "at": run.at.to_string(),
        "salt": hex(&run.salt),
        "told": run.told,
        "leaf": match run.leaf {
            Agreement::Holds => "holds",
            Agreement::Differs => "differs",
        },
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::standing;
    use super::*;

    #[test]
    fn it_has_every_part_of_the_register() {
        let value = transparency(Engine::Postgres, &standing(None));
        for part in ["openable", "matrix", "ways", "commands"] {
            assert!(!value[part].as_array().unwrap().is_empty(), "{part}");
        }
        assert_eq!(value["deployment"], "shared-database");
        assert_eq!(
            (&value["retention"]["seen"], &value["retention"]["silent"]),
            (&Value::Null, &json!(false))
        );
    }

    #[test]
    fn what_was_told_of_retention_is_given_with_its_salt() {
        let value = transparency(Engine::Sqlite, &standing(Some(400)));
        let retention = &value["retention"];
        let last = &retention["last"];
        assert_eq!(
            (last["index"].as_u64(), last["salt"].as_str().map(str::len)),
            (Some(1_234_567), Some(64))
        );
        assert!(last["told"].as_str().unwrap().starts_with(FORM));
        assert_eq!(
            (&last["leaf"], &last["before"]),
            (&json!("holds"), &json!(1_234_000))
        );
        let overdue = retention["overdue"].as_array().unwrap();
        assert!(overdue.contains(&json!("idempotency")) && !overdue.contains(&json!("staff_event")));
        assert_eq!(retention["failed"], json!([]));
    }
}
