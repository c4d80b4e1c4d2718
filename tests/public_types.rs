//! Public signatures name only types of the crates on a short list, so that no other crate's next
//! major release is ours too.
//!
//! The signatures are read from rustdoc's JSON, which is unstable: `RUSTC_BOOTSTRAP=1` lets a
//! stable toolchain write it. Where that fails, the test fails.

#![expect(
    clippy::std_instead_of_alloc,
    reason = "tests have the whole standard library"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Crates of which any type may be named.
const CRATES: &[&str] = &[
    "alloc",
    "bytes",
    "core",
    "futures_core",
    "http",
    "http_body",
    "serde",
    "serde_core",
    "std",
    "tokio",
    "tower_layer",
    "tower_service",
];

/// What `pin_project!` writes into its implementation of `Unpin`; nobody can use it.
const GENERATED: &[&str] = &["pin_project_lite::__private::PinnedFieldsOf", "?::__Origin"];

#[test]
fn sse_codec_names_only_listed_foreign_types() {
    // Of tokio-util, the two traits that the feature `codec` is for.
    let codec = [
        "tokio_util::codec::decoder::Decoder",
        "tokio_util::codec::encoder::Encoder",
    ];
    check("sse-codec", |path| codec.contains(&path));
}

#[test]
fn sse_tower_names_only_listed_foreign_types() {
    // Of tower, the builder that the feature `builder` is for.
    let builder = "tower::builder::ServiceBuilder";
    check("sse-tower", |path| {
        path.starts_with("sse_codec::") || path == builder
    });
}

#[test]
fn sse_session_names_only_listed_foreign_types() {
    check("sse-session", |path| path.starts_with("sse_codec::"));
}

/// The negative control: what the check must find, and no more.
#[test]
fn every_leak_of_the_fixture_is_found() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/leaky");
    let found: BTreeSet<(String, String)> = foreign_types(&rustdoc_json(&fixture, "leaky"))
        .into_iter()
        .filter(|foreign| !CRATES.contains(&foreign.crate_name()))
        .map(|foreign| (foreign.item, foreign.path))
        .collect();
    let expected = [
        ("Alias", "foreign::Thing"),
        ("CONSTANT", "foreign::Thing"),
        ("Item", "foreign::Thing"),
        ("Parameter", "foreign::Thing"),
        ("STATIC", "foreign::Thing"),
        ("Supertrait", "foreign::Quality"),
        ("Type", "foreign::Quality"),
        ("aliased", "foreign::Thing"),
        ("argument", "foreign::Thing"),
        ("bound", "foreign::Quality"),
        ("clause", "foreign::Quality"),
        ("deep", "foreign::private::Deep"),
        ("dynamic", "foreign::Quality"),
        ("field", "foreign::Thing"),
        ("from", "foreign::Thing"),
        ("impl CleanBlanket", "foreign::Quality"),
        ("impl From", "foreign::Thing"),
        ("impl Quality", "foreign::Quality"),
        ("method", "foreign::Quality"),
        ("opaque", "foreign::Thing"),
        ("part", "foreign::Thing"),
        ("returned", "foreign::Thing"),
        ("unresolved", "?::CleanPrivate"),
        ("use foreign", "foreign"),
        ("use foreign::Quality", "foreign::Quality"),
        ("use foreign::Thing", "foreign::Thing"),
    ];
    let expected = expected
        .map(|(item, path)| (item.to_owned(), path.to_owned()))
        .into();
    let missed: Vec<_> = BTreeSet::difference(&expected, &found).collect();
    let invented: Vec<_> = found.difference(&expected).collect();
    assert!(
        missed.is_empty() && invented.is_empty(),
        "missed {missed:#?}, invented {invented:#?}"
    );
}

/// Fails if the public signatures of `package` name a type that is not on the list, nor
/// `also_allowed` by its full path.
fn check(package: &str, also_allowed: impl Fn(&str) -> bool) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let unlisted: Vec<String> = foreign_types(&rustdoc_json(&workspace, package))
        .into_iter()
        .filter(|foreign| !CRATES.contains(&foreign.crate_name()))
        .filter(|foreign| {
            !GENERATED.contains(&foreign.path.as_str()) && !also_allowed(&foreign.path)
        })
        .map(|foreign| {
            format!(
                "{}: `{}` names {}",
                foreign.place, foreign.item, foreign.path
            )
        })
        .collect();
    assert!(
        unlisted.is_empty(),
        "public signatures of {package} name types of crates that are not on the list:\n{}",
        unlisted.join("\n")
    );
}

/// Documents `package` of the workspace at `root` with all features, and reads the result.
fn rustdoc_json(root: &Path, package: &str) -> Value {
    // A target directory of its own: other flags, and the lock of the usual one may be held.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-types");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root)
        .args([
            "rustdoc",
            "--locked",
            "--lib",
            "--all-features",
            "--package",
            package,
        ])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTDOCFLAGS")
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "no rustdoc JSON of {package}:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = target
        .join("doc")
        .join(package.replace('-', "_"))
        .with_extension("json");
    let text = std::fs::read_to_string(&file).expect("rustdoc wrote its JSON");
    serde_json::from_str(&text).expect("rustdoc wrote valid JSON")
}

/// A type or trait of another crate, and the public item whose signature names it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Foreign {
    /// Where the item is: file and line.
    place: String,
    /// The item's name; of an implementation, its trait.
    item: String,
    /// Full path of the foreign type, the crate first; the crate `?` if rustdoc does not say what
    /// it is.
    path: String,
}

impl Foreign {
    fn crate_name(&self) -> &str {
        self.path.split("::").next().unwrap_or_default()
    }
}

/// All foreign types that the public items of a crate name.
fn foreign_types(documented: &Value) -> BTreeSet<Foreign> {
    // rustdoc has stripped private items. Items of other crates are here only as the content of
    // blanket implementations.
    let items = documented["index"]
        .as_object()
        .expect("an index of items")
        .values();
    let mut found = BTreeSet::new();
    for item in items.filter(|item| item["crate_id"] == 0 && !is_automatic(&item["inner"]["impl"]))
    {
        for (id, written) in named(&item["inner"]) {
            let target = &documented["paths"][id.to_string()];
            let path = match target["path"].as_array() {
                Some(_) if target["crate_id"] == 0 => continue,
                Some(parts) => parts
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join("::"),
                None => format!("?::{written}"),
            };
            let span = &item["span"];
            let file = span["filename"].as_str().unwrap_or("?");
            let place = format!("{file}:{}", span["begin"][0]);
            found.insert(Foreign {
                place,
                item: name(item),
                path,
            });
        }
    }
    found
}

/// Whether an implementation is an auto trait's, or a copy of a blanket one.
fn is_automatic(implementation: &Value) -> bool {
    implementation["is_synthetic"] == true || implementation["blanket_impl"].is_object()
}

fn name(item: &Value) -> String {
    let inner = &item["inner"];
    match (item["name"].as_str(), inner["use"]["source"].as_str()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(source)) => format!("use {source}"),
        (None, None) => {
            format!(
                "impl {}",
                inner["impl"]["trait"]["path"]
                    .as_str()
                    .unwrap_or("of its own")
            )
        }
    }
}

/// Every id in a signature, with the path as written: rustdoc refers by id to each type and trait,
/// wherever it stands. Lists of children are plain numbers and are not followed: children are
/// items too.
fn named(signature: &Value) -> Vec<(u64, &str)> {
    match signature {
        Value::Array(elements) => elements.iter().flat_map(named).collect(),
        Value::Object(fields) => {
            let written = fields
                .get("path")
                .or(fields.get("source"))
                .and_then(Value::as_str);
            let here = fields.get("id").and_then(Value::as_u64);
            let below = fields.values().flat_map(named);
            here.map(|id| (id, written.unwrap_or_default()))
                .into_iter()
                .chain(below)
                .collect()
        }
        _ => Vec::new(),
    }
}
