//! The map from five guides to what replaces it here: `docs/guide/from-django.md` has a row for each of their headings, and
//! what a row names is there.
//!
//! The guides are not ours to publish. Their headings are in `tests/fixtures/guide-headings.txt`.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MAP: &str = "docs/guide/from-django.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// By the name of the guide in lower case: headings, and what is said of them.
type Rows = BTreeMap<String, BTreeMap<String, String>>;

/// Each line behind the name of a guide in brackets is a heading, as the guide has it.
fn headings() -> BTreeMap<String, BTreeSet<String>> {
    let mut guides = BTreeMap::<String, BTreeSet<String>>::new();
    let mut guide = String::new();
    for line in read("tests/fixtures/guide-headings.txt").lines() {
        if let Some(name) = line.strip_prefix('[') {
            guide = name.trim_end_matches(']').to_owned();
        } else if let Some((_, heading)) = line.split_once("# ") {
            guides
                .entry(guide.clone())
                .or_default()
                .insert(heading.to_owned());
        }
    }
    guides
}

/// The tables of the map.
fn rows(map: &str) -> Rows {
    let mut guides = Rows::new();
    let mut guide = String::new();
    for line in map.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            guide = name.to_lowercase();
        }
        let cells = line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix(" |"));
        let Some((heading, answer)) = cells.and_then(|cells| cells.split_once(" | ")) else {
            continue;
        };
        if !guide.is_empty() && heading != "heading" {
            let before = guides
                .entry(guide.clone())
                .or_default()
                .insert(heading.to_owned(), answer.to_owned());
            assert_eq!(before, None, "{guide}: {heading} has two rows");
        }
    }
    guides
}

/// Headings without an answer, and answers without a heading.
fn differences(map: &str) -> Vec<String> {
    let (headings, rows) = (headings(), rows(map));
    let none = BTreeMap::new();
    let mut found = Vec::new();
    for (guide, headings) in &headings {
        let rows = rows.get(guide).unwrap_or(&none);
        let answered =
            |heading: &&String| rows.get(*heading).is_some_and(|answer| answer.len() > 3);
        let missing = headings.iter().filter(|heading| !answered(heading));
        found.extend(missing.map(|heading| format!("{guide}: nothing is said of {heading:?}")));
        let strange = rows.keys().filter(|heading| !headings.contains(*heading));
        found.extend(strange.map(|heading| format!("{guide}: no guide has {heading:?}")));
    }
    found
}

#[test]
fn every_heading_of_the_guides_has_a_row() {
    let headings = headings();
    assert_eq!(headings.len(), 5);
    assert!(headings.values().map(BTreeSet::len).sum::<usize>() > 130);
    assert_eq!(differences(&read(MAP)), Vec::<String>::new());
}

/// The control.
#[test]
fn a_row_that_is_missing_empty_or_strange_is_found() {
    let map = read(MAP);
    let row = map
        .lines()
        .find(|line| line.starts_with("| Live Feed |"))
        .unwrap();
    let without = map.replace(row, "");
    let nothing_is_said = ["dashboard and feeds: nothing is said of \"Live Feed\""];
    assert_eq!(differences(&without), nothing_is_said);
    assert_eq!(
        differences(&map.replace(row, "| Live Feed |  |")),
        nothing_is_said
    );
    let strange = map.replace(row, &format!("{row}\n| Dead Feed | nothing |"));
    assert_eq!(
        differences(&strange),
        ["dashboard and feeds: no guide has \"Dead Feed\""]
    );
}

/// What in the text is written as code and begins as a type does: `Type`, `Type::function`.
fn names(text: &str) -> BTreeSet<&str> {
    let code = text.split('`').skip(1).step_by(2);
    code.map(|code| code.split('(').next().unwrap_or_default())
        .filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter(|name| name.chars().any(|letter| letter.is_ascii_lowercase()))
        .filter(|name| {
            name.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_:".contains(letter))
        })
        .collect()
}

/// All that the crates define.
fn sources() -> String {
    fn collect(folder: &Path, all: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = String::new();
    for package in ["sse-codec", "sse-tower", "sse-session"] {
        collect(&root().join(package).join("src"), &mut all);
    }
    all
}

/// Whether a type of that name is defined, and what is named of it.
fn is_defined(sources: &str, name: &str) -> bool {
    let (type_name, item) = name.split_once("::").unwrap_or((name, ""));
    let defined = |kind: &str, name: &str| {
        let definition = format!("{kind} {name}");
        sources.match_indices(&definition).any(|(at, _)| {
            let behind = sources[at + definition.len()..].chars().next();
            !behind.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        })
    };
    let is_type = ["struct", "enum", "trait", "type"]
        .iter()
        .any(|kind| defined(kind, type_name));
    let is_variant =
        || sources.contains(&format!("    {item} {{")) || sources.contains(&format!("    {item},"));
    is_type && (item.is_empty() || defined("fn", item) || is_variant())
}

/// Not of our crates: what others call theirs, or what stands for something in a line of code.
const OTHERS: [&str; 9] = [
    "Accept",
    "Connection",
    "Debug",
    "Event",
    "EventSource",
    "Router::nest_service",
    "SameSite",
    "Stream",
    "User",
];

#[test]
fn what_the_guide_names_is_there() {
    let sources = sources();
    let mut seen = 0;
    for entry in fs::read_dir(root().join("docs/guide")).unwrap() {
        let path = entry.unwrap().path();
        let text = read(&path);
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let there = path.parent().unwrap().join(target);
            assert!(
                target.contains("://") || there.exists(),
                "{}: {target}",
                path.display()
            );
        }
        for name in names(&text).difference(&OTHERS.into()) {
            assert!(is_defined(&sources, name), "{}: {name}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 40, "the names are found");
    // The controls.
    assert!(!is_defined(&sources, "EventStreamLayers"));
    assert!(!is_defined(&sources, "EventStream2Layer"));
    assert!(!is_defined(&sources, "EventStreamLayer::commended"));
}

/// The blocks of code, each with the language that is named for it.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.split_once('\n')).collect()
}

#[test]
fn the_code_of_the_dashboards_page_is_that_of_the_example() {
    let folder = root().join("examples/dashboard");
    let files = [folder.clone(), folder.join("page")]
        .into_iter()
        .flat_map(|folder| {
            fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
        });
    let files: Vec<String> = files.filter(|path| path.is_file()).map(read).collect();
    let is_there = |code: &str| files.iter().any(|file| file.contains(code));
    let text = read("docs/guide/dashboard.md");
    let mut seen = 0;
    for (language, code) in blocks(&text) {
        if language != "sh" {
            assert!(is_there(code), "{language}: {code}");
            assert!(!is_there(&code.replacen('e', "3", 1)), "the control");
            seen += 1;
        }
    }
    assert!(seen > 5, "the blocks are found");
}
