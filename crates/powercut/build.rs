//! Compiles the file system and keeps it although nothing in Rust calls it: it registers itself.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "Cargo speaks to build scripts by environment variables"
)]

fn main() {
    println!("cargo::rerun-if-changed=src/vfs.c");
    let headers = std::env::var("DEP_SQLITE3_INCLUDE").expect("libsqlite3-sys tells where sqlite3.h is");
    let folder = std::env::var("OUT_DIR").expect("Cargo sets OUT_DIR");
    cc::Build::new()
        .file("src/vfs.c")
        .include(headers)
        .warnings_into_errors(true)
        .cargo_metadata(false)
        .compile("powercut_vfs");
    println!("cargo::rustc-link-search=native={folder}");
    println!("cargo::rustc-link-lib=static:+whole-archive=powercut_vfs");
}
