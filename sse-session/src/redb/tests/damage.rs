//! Files that were damaged.

use std::collections::BTreeSet;

use bytes::Bytes;
use fastrand::Rng;
use tokio::runtime::{Builder, Runtime};

use super::{
    disk::Disk,
    witness::{Witness, log, read_all},
};
use crate::{
    redb::{RedbStore, failure::Failure, schema},
    store::{Expect, Key, Put, SessionStore, StoreError},
};

const LOGS: usize = 2;

/// The byte of the header that has the database's flags.
const FLAGS: usize = 9;

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// A file with something in it, closed or not.
fn image(runtime: &Runtime, witness: &Witness, closed: bool) -> Vec<u8> {
    let disk = Disk::formatted();
    let store = disk.open().unwrap();
    runtime.block_on(async {
        for number in 0..60 {
            let bytes = if number == 7 { 20_000 } else { 200 };
            let log = log(number % LOGS);
            witness.append(&store, &log, bytes).await.unwrap();
        }
        witness.put(&store).await.unwrap();
        if closed {
            store.close().await;
        }
    });
    disk.image()
}

/// It is opened with all that was acknowledged, or it is not, for a reason.
fn look(runtime: &Runtime, witness: &Witness, image: Vec<u8>) -> Result<Option<Failure>, String> {
    match Disk::of(image).open() {
        Ok(store) => {
            runtime.block_on(witness.check(&store, LOGS))?;
            Ok(None)
        }
        Err(failure @ (Failure::Corrupt(_) | Failure::NewerFormat { .. } | Failure::Foreign)) => {
            Ok(Some(failure))
        }
        Err(failure) => Err(format!("{failure:?}")),
    }
}

/// All of the header and many others.
fn places(length: usize) -> BTreeSet<usize> {
    let mut random = Rng::with_seed(11);
    (0..330)
        .chain((0..150).map(|_| random.usize(..length)))
        .collect()
}

/// Turns bits over, one at a time. How many of them were found.
fn flip(image: &[u8], runtime: &Runtime, witness: &Witness, but: Option<(usize, u8)>) -> usize {
    let of_flags = (0..8).map(|bit| (FLAGS, bit));
    let others = places(image.len()).into_iter().map(|at| (at, at as u8 % 8));
    let mut found = 0;
    for (at, bit) in of_flags.chain(others).filter(|it| Some(*it) != but) {
        let mut damaged = image.to_vec();
        damaged[at] ^= 1 << bit;
        match look(runtime, witness, damaged) {
            Ok(failure) => found += usize::from(failure.is_some()),
            Err(problem) => panic!("bit {bit} of byte {at}: {problem}"),
        }
    }
    found
}

#[test]
fn flipped_bits_of_a_closed_file_are_found_or_harmless() {
    let (runtime, witness) = (runtime(), Witness::default());
    let image = image(&runtime, &witness, true);
    assert!(look(&runtime, &witness, image.clone()).unwrap().is_none());
    let found = flip(&image, &runtime, &witness, None);
    assert!(found > 50, "only {found} were found");
}

/// All but the flag that tells which state is the current one: turned over, it reads as a commit that was not completed.
#[test]
fn flipped_bits_of_a_file_after_a_crash_are_found_or_harmless() {
    let (runtime, witness) = (runtime(), Witness::default());
    let image = image(&runtime, &witness, false);
    assert!(look(&runtime, &witness, image.clone()).unwrap().is_none());
    let found = flip(&image, &runtime, &witness, Some((FLAGS, 0)));
    assert!(found > 50, "only {found} were found");
    let mut damaged = image;
    damaged[FLAGS] ^= 1;
    let problem = look(&runtime, &witness, damaged).unwrap_err();
    assert_eq!(problem, "a value is older than the one that was put");
}

#[test]
fn pages_of_zeros_and_of_noise_are_found_or_harmless() {
    let (runtime, witness) = (runtime(), Witness::default());
    let image = image(&runtime, &witness, true);
    let mut random = Rng::with_seed(5);
    for at in (0..image.len()).step_by(4_096).take(200) {
        for noise in [false, true] {
            let mut damaged = image.clone();
            let end = image.len().min(at + 4_096);
            damaged[at..end].fill_with(|| if noise { random.u8(..) } else { 0 });
            let looked = look(&runtime, &witness, damaged);
            looked.unwrap_or_else(|problem| panic!("page at {at}: {problem}"));
        }
    }
}

#[test]
fn files_that_were_cut_off_are_refused_or_harmless() {
    let runtime = runtime();
    for closed in [true, false] {
        let witness = Witness::default();
        let image = image(&runtime, &witness, closed);
        let mut random = Rng::with_seed(7);
        let lengths = [
            1,
            8,
            9,
            63,
            64,
            320,
            511,
            512,
            4_095,
            4_096,
            8_192,
            image.len() - 1,
        ];
        let random = (0..60).map(|_| random.usize(1..image.len()));
        for length in lengths.into_iter().chain(random) {
            let looked = look(&runtime, &witness, image[..length].to_vec());
            looked.unwrap_or_else(|problem| panic!("{length} bytes: {problem}"));
        }
    }
}

/// The control: a check that does not look at the tables' content would let this pass.
#[test]
fn a_record_that_is_missing_between_others_is_found_when_it_is_read() {
    let (runtime, witness) = (runtime(), Witness::default());
    let disk = Disk::of(image(&runtime, &witness, true));
    let database = ::redb::Builder::new()
        .create_with_backend(disk.clone())
        .unwrap();
    let write = database.begin_write().unwrap();
    write
        .open_table(schema::RECORDS)
        .unwrap()
        .remove((1, 3))
        .unwrap();
    write.commit().unwrap();
    drop(database);
    let store: RedbStore = disk.open().unwrap();
    let problem = runtime.block_on(read_all(&store, &log(0))).unwrap_err();
    assert!(problem.contains("damaged"), "{problem}");
    runtime.block_on(witness.check(&store, LOGS)).unwrap_err();
    runtime.block_on(read_all(&store, &log(1))).unwrap();
}

#[test]
fn revisions_that_may_have_been_lost_are_not_given_again() {
    let (runtime, witness) = (runtime(), Witness::default());
    let disk = Disk::of(image(&runtime, &witness, false));
    let (store, key) = (disk.open().unwrap(), Key::new("case", "other"));
    let put = runtime.block_on(store.put(&key, Bytes::new(), Expect::Any, None));
    let put: Result<Put, StoreError> = put;
    assert!(matches!(put, Ok(Put::Stored { revision }) if revision > 1 << 20));
}

#[test]
fn a_file_of_a_newer_format_or_of_something_else_is_refused() {
    let disk = Disk::formatted();
    let database = ::redb::Builder::new();
    let database = database.create_with_backend(disk.clone()).unwrap();
    let write = database.begin_write().unwrap();
    let mut numbers = write.open_table(schema::META).unwrap();
    numbers
        .insert(schema::meta::FORMAT, schema::FORMAT + 1)
        .unwrap();
    drop(numbers);
    write.commit().unwrap();
    drop(database);
    let failure = disk.open().unwrap_err();
    let error = StoreError::from(failure);
    assert!(
        matches!(error, StoreError::NewerFormat { found, known } if found == known + 1),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "what is stored has format 2, newer than 1"
    );

    let disk = Disk::default();
    let database = ::redb::Builder::new();
    drop(database.create_with_backend(disk.clone()).unwrap());
    let error = StoreError::from(disk.open().unwrap_err());
    assert!(
        matches!(error, StoreError::Configuration { .. }),
        "{error:?}"
    );
}
