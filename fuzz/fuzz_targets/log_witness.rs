#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    pramaan_fuzz::fuzz_log_witness(bytes);
});
