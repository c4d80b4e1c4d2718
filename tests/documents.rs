//! What the documents name is there: files that are linked, and functions that enforce a clause.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 16] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benches/README.md",
    "docs/benchmarks.md",
    "docs/cluster.md",
    "docs/design.md",
    "docs/frameworks.md",
    "docs/guide/dashboard.md",
    "docs/guide/from-django.md",
    "docs/operations.md",
    "docs/protocol.md",
    "docs/sessions.md",
    "docs/stores.md",
    "tests/vectors/README.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every second part of a line that is cut at backticks: what is written as code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_file_that_is_linked_is_there() {
    let mut links = 0;
    for document in DOCUMENTS {
        let folder = root().join(Path::new(document).parent().unwrap());
        let text = read(document);
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            if !target.contains("://") && !target.is_empty() {
                assert!(folder.join(target).exists(), "{document} links {target}");
                links += 1;
            }
        }
    }
    assert!(links > 10, "links are found");
}

/// In the table of decoding a cell names a file, and behind a colon what in it enforces the clause.
#[test]
fn what_enforces_a_clause_is_where_the_table_says() {
    let protocol = read("docs/protocol.md");
    let mut found = 0;
    for row in protocol.lines().filter(|line| line.starts_with("| ")) {
        let Some(cell) = row
            .split(" | ")
            .nth(2)
            .filter(|cell| cell.contains(".rs`: "))
        else {
            continue;
        };
        for part in cell.trim_end_matches(" |").split("; ") {
            let mut names = code(part);
            let file = names.next().unwrap();
            let package = if file.starts_with("client/") {
                "sse-tower"
            } else {
                "sse-codec"
            };
            let source = read(&format!("{package}/src/{file}"));
            for name in names {
                let definitions = ["fn", "struct", "static"].map(|kind| format!("{kind} {name}"));
                let defined = |definition: &String| source.contains(&**definition);
                assert!(definitions.iter().any(defined), "{file} has no {name}");
                found += 1;
            }
        }
        for vectors in row.split(" | ").nth(3).into_iter().flat_map(code) {
            let path = root().join("tests/vectors").join(vectors);
            assert!(path.exists(), "there are no vectors {vectors}");
        }
    }
    assert!(found > 20, "the tables are read");
}

/// In the table of promises a row names a case of the suite, the broken store that it rejects, and a test of what is
/// built on it.
#[test]
fn each_promise_names_a_case_and_the_broken_store_that_it_rejects() {
    let stores = read("docs/stores.md");
    let cases = read("sse-session/src/conformance/list.rs");
    let controls = read("sse-session/tests/conformance/broken/mod.rs");
    let mut promises = Vec::new();
    for row in stores.lines().filter(|line| line.starts_with("| ")) {
        let Some((number, _)) = row[2..].split_once(". ") else {
            continue;
        };
        promises.push(number.parse::<usize>().unwrap());
        let names: Vec<&str> = code(row).collect();
        let [case, broken, file, test] = names[..] else {
            panic!("{row}");
        };
        assert!(cases.contains(case), "the suite has no {case}");
        let control = controls
            .lines()
            .find(|line| line.contains(&format!("::{broken}")));
        let control = control.unwrap_or_else(|| panic!("no store {broken}"));
        assert!(
            control.ends_with(&format!("=> {case},")),
            "{broken} is not for {case}"
        );
        let source = read(&format!("sse-session/tests/{file}"));
        assert!(
            source.contains(&format!("fn {test}(")),
            "{file} has no {test}"
        );
    }
    promises.dedup();
    assert_eq!(promises, [1, 2, 3, 4, 5, 6, 7, 8]);
}
