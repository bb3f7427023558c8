//! The query extractor: unknown parameters are ignored, missing ones named by CoWIN's own code.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::cowin::error::{CowinError, code};
use crate::pairs::{PairsError, from_pairs};

/// Query parameters read into `T`. An empty value counts as absent.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, CowinError> {
        from_pairs(parts.uri.query().unwrap_or(""))
            .map(Self)
            .map_err(|error| {
                CowinError::from(match error {
                    PairsError::Missing(_) => code::PARAMETER_MISSING,
                    PairsError::Encoding => code::MALFORMED_ENCODING,
                    PairsError::Value => code::MALFORMED_VALUE,
                })
            })
    }
}
