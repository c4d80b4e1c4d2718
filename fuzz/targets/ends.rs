//! A stream that ends early loses nothing, and is counted right. The property is in `tests/support/oracle`.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|input: &[u8]| sse_tests::fuzz::ends(input));

/// Without libFuzzer: reads one input from a file, to look at what a fuzzer found.
#[cfg(not(feature = "libfuzzer"))]
fn main() {
    let path = std::env::args().nth(1).expect("the path of an input");
    sse_tests::fuzz::ends(&std::fs::read(path).expect("a readable input"));
}
