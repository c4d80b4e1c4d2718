//! There is no room, and then there is; or the disk is broken.

use core::time::Duration;
use std::time::Instant;

use super::{
    disk::Disk,
    witness::{Witness, log},
};
use crate::store::{SessionStore, StoreError};

const KIB: u64 = 1 << 10;

async fn fill(disk: &Disk, sparse: bool) {
    let witness = Witness::default();
    let store = disk.open().unwrap();
    witness.append(&store, &log(0), 100).await.unwrap();
    let room = disk.image().len() as u64 + 256 * KIB;
    for round in 1..4 {
        disk.limit(Some(room + round * 512 * KIB), sparse);
        let error = loop {
            if let Err(error) = witness.append(&store, &log(0), 5_000).await {
                break error;
            }
        };
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        witness.check(&store, 1).await.unwrap();
        assert!(witness.append(&store, &log(0), 5_000).await.is_err());
        disk.limit(None, sparse);
        let deadline = Instant::now() + Duration::from_secs(60);
        while witness.append(&store, &log(0), 100).await.is_err() {
            assert!(Instant::now() < deadline, "it never works again");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        witness.check(&store, 1).await.unwrap();
    }
    assert!(witness.refused() >= 3);
    store.close().await;
    let store = disk.open().unwrap();
    witness.check(&store, 1).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing_and_works_again() {
    fill(&Disk::formatted(), false).await;
}

#[tokio::test]
async fn a_disk_that_is_full_while_the_file_has_holes_does_so_too() {
    fill(&Disk::formatted(), true).await;
}

#[tokio::test]
async fn after_a_synchronisation_that_failed_nothing_more_is_acknowledged() {
    let (disk, witness) = (Disk::formatted(), Witness::default());
    let store = disk.open().unwrap();
    witness.append(&store, &log(0), 100).await.unwrap();
    disk.fail_to_sync(true);
    let error = witness.append(&store, &log(0), 100).await.unwrap_err();
    assert!(
        matches!(error, StoreError::OutcomeUnknown { .. }),
        "{error:?}"
    );
    // Nobody knows what is on the disk, also when it seems to work.
    disk.fail_to_sync(false);
    let error = witness.append(&store, &log(0), 100).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    let error = store.heads(&[log(0)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    store.close().await;
    let mut random = fastrand::Rng::with_seed(3);
    let store = disk.after_cut(&mut random).open().unwrap();
    witness.check(&store, 1).await.unwrap();
}
