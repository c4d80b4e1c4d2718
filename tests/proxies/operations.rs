//! The configurations of `docs/operations.md`, as printed.

use std::fs;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");

/// The one block of the page that is marked with this language.
pub(crate) fn configuration(language: &str) -> String {
    let page = fs::read_to_string(PAGE).unwrap();
    let opening = format!("```{language}\n");
    let mut blocks = page
        .split(opening.as_str())
        .skip(1)
        .map(|rest| rest.split("```\n").next().unwrap());
    let block = blocks.next().unwrap_or_else(|| panic!("no {language}"));
    assert_eq!(blocks.next(), None, "which {language} is meant?");
    block.to_owned()
}

/// `text` with `to` for `from`, which must be there.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no {from:?} in:\n{text}");
    text.replace(from, to)
}

#[test]
fn each_configuration_is_printed_once() {
    for (language, word) in [
        ("nginx", "proxy_pass"),
        ("haproxy", "backend app"),
        ("apache", "ProxyPass"),
        ("vcl", "vcl_recv"),
    ] {
        assert!(configuration(language).contains(word), "{language}");
    }
}
