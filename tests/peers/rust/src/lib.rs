//! Nothing: the comparisons are tests/random_trees.rs.
