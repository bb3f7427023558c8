//! What the benchmarks stand on: a load generator, processes and what they cost, spreads and tables.
//!
//! The benchmarks themselves are the bench target `terms`; `cargo xtask bench` runs them, and benches/README.md says under
//! which terms. Nothing here is linked into the product, and nothing here judges a time: figures are ratios to a peer
//! that was measured in the same run.

pub mod commits;
pub mod disk;
pub mod load;
pub mod nginx;
pub mod process;
pub mod report;
pub mod spread;
pub mod wire;
