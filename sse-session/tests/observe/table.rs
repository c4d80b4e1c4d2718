//! The table of the manual is what is registered.

use std::collections::{BTreeMap, BTreeSet};

use sse_session::observe::HubMetrics;

use crate::support::{Figures, Registered};

const MANUAL: &str = include_str!("../../src/observe/mod.rs");

/// A name with its kind, unit and labels.
type Described = BTreeMap<String, (String, BTreeSet<String>)>;

/// Of the manual's text.
fn described(manual: &str) -> Described {
    let rows = manual.lines().filter_map(|line| {
        let row = line.strip_prefix("//! | `sse_")?;
        let mut cells = row.split('|').map(str::trim);
        let name = format!("sse_{}", cells.next()?.trim_end_matches('`'));
        let kind = cells.next()?.to_owned();
        let labels = cells.next()?.split(", ");
        let labels = labels.map(|label| label.trim_matches('`'));
        let labels = labels.filter(|label| !label.is_empty());
        let labels = labels.map(|label| if label == "c" { "channel" } else { label });
        Some((name, (kind, labels.map(str::to_owned).collect())))
    });
    rows.collect()
}

fn registered() -> Described {
    let (figures, _) = Figures::of(&HubMetrics::new().with_channel_prefix("a/"));
    let all = figures.registered().into_iter().map(|metric| {
        let Registered {
            name,
            kind,
            unit,
            labels,
        } = metric;
        let kind = match unit {
            "seconds" => format!("{kind}, s"),
            _ => kind.to_owned(),
        };
        let labels = labels.into_iter().map(|(label, _)| label);
        (name, (kind, labels.collect()))
    });
    all.collect()
}

#[test]
fn the_manual_has_each_metric_with_its_kind_unit_and_labels() {
    let described = described(MANUAL);
    assert_eq!(described.len(), 19);
    assert_eq!(described, registered());
}

/// The negative control.
#[test]
fn a_manual_without_a_metric_or_with_another_label_is_found_out() {
    let (first, _) = MANUAL.split_once("//! | `sse_slots_total`").unwrap();
    assert_ne!(described(first), registered());
    let other = MANUAL.replace("| `policy`, c |", "| `reason`, c |");
    assert_ne!(described(&other), registered());
}

#[test]
fn names_begin_as_asked_and_all_have_the_labels() {
    let metrics = HubMetrics::new()
        .with_prefix("prices")
        .with_label("region", "north");
    let (figures, _) = Figures::of(&metrics);
    for metric in figures.registered() {
        assert!(metric.name.starts_with("prices_"), "{metric:?}");
        let label = ("region".to_owned(), "north".to_owned());
        assert!(metric.labels.contains(&label), "{metric:?}");
    }
}
