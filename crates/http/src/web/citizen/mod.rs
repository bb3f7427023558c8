//! The citizen's pages.

mod explanation;
mod words;
