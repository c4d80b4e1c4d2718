//! Every seed and every regression input through the oracle of its fuzz target, on stable and
//! without a fuzzer.

use std::{collections::HashSet, fs, path::Path};

use sse_tests::fuzz;

#[test]
fn every_seed_passes_its_oracle() {
    for (name, target) in fuzz::TARGETS {
        let seeds = fuzz::seeds(name);
        assert!(seeds.len() >= 150, "{name}");
        for seed in seeds {
            target(&seed);
        }
    }
}

#[test]
fn every_regression_passes_its_oracle() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/regressions");
    let known: HashSet<&str> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        assert!(known.contains(name), "no target for regressions/{name}");
        let (_, target) = fuzz::TARGETS
            .into_iter()
            .find(|target| target.0 == name)
            .unwrap();
        for input in fs::read_dir(&path).unwrap() {
            target(&fs::read(input.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn every_target_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/targets");
    for (name, _) in fuzz::TARGETS {
        let text = fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap();
        assert!(
            text.contains(&format!("sse_tests::fuzz::{name}(")),
            "{name}"
        );
    }
}
