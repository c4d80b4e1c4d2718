//! Every sentence of the contract has a case, and every case a sentence.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use sse_session::conformance::case_names;

/// Sentences that no case proves, and what does.
const ELSEWHERE: &[(&str, &str)] = &[(
    "R5",
    "a matter of time: `benches` measures a resume at any cursor",
)];

fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The sentences of the contract: `- **A1**` in the documentation of the trait.
fn sentences() -> BTreeSet<String> {
    let text = source("store/session_store.rs");
    let numbered = text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("/// - **")?;
        Some(rest.split_once("**")?.0.to_owned())
    });
    numbered.collect()
}

/// The sentences that each case cites: `/// A1, R1: ...` before its function.
pub(crate) fn citations() -> BTreeMap<String, BTreeSet<String>> {
    let mut citations = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance/cases");
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut documentation = String::new();
        for line in text.lines() {
            let case = line.strip_prefix("pub(in super::super) async fn ");
            if let Some(line) = line.strip_prefix("///") {
                documentation.push_str(line);
            } else if let Some((name, _)) = case.and_then(|rest| rest.split_once('(')) {
                let cited = documentation.split_once(':').map_or("", |(cited, _)| cited);
                let cited = cited.split(',').map(|it| it.trim().to_owned()).collect();
                citations.insert(name.to_owned(), cited);
                documentation.clear();
            } else if !line.starts_with("#[") {
                documentation.clear();
            }
        }
    }
    citations
}

#[test]
fn the_list_has_each_case_once() {
    let listed: Vec<_> = case_names().collect();
    let unique: BTreeSet<String> = listed.iter().map(|case| (*case).to_owned()).collect();
    assert_eq!(unique.len(), listed.len(), "a case is listed twice");
    let written: BTreeSet<String> = citations().into_keys().collect();
    assert_eq!(unique, written, "the list and the files differ");
}

#[test]
fn each_sentence_has_a_case_and_no_case_an_unknown_one() {
    let sentences = sentences();
    assert!(
        sentences.len() > 30,
        "the contract was not found: {sentences:?}"
    );
    let elsewhere: BTreeSet<String> = ELSEWHERE.iter().map(|(it, _)| (*it).to_owned()).collect();
    let mut cited = elsewhere.clone();
    for (case, of_case) in citations() {
        let unknown: Vec<_> = of_case.difference(&sentences).collect();
        assert!(unknown.is_empty(), "{case} cites {unknown:?}");
        let proved: Vec<_> = of_case.intersection(&elsewhere).collect();
        assert!(proved.is_empty(), "{case} proves {proved:?} after all");
        cited.extend(of_case);
    }
    let missing: Vec<_> = sentences.symmetric_difference(&cited).collect();
    assert!(missing.is_empty(), "no case proves {missing:?}");
}

#[test]
fn each_sentence_has_a_broken_store_that_is_caught_by_a_case_of_it() {
    let citations = citations();
    let mut caught: BTreeSet<String> = ELSEWHERE.iter().map(|(it, _)| (*it).to_owned()).collect();
    for case in crate::broken::MEANT {
        caught.extend(citations[*case].iter().cloned());
    }
    let sentences = sentences();
    let missing: Vec<_> = sentences.difference(&caught).collect();
    assert!(missing.is_empty(), "no store breaks {missing:?}");
}
