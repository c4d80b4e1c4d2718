//! The store in a file of processes that are killed, and of which there are two; and on a disk that is full.

#![cfg(feature = "redb")]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod redb_child;

use core::time::Duration;
use std::{fs, path::Path, process::Command, time::Instant};

use bytes::Bytes;
use fastrand::Rng;
use sse_session::{
    Channel,
    redb::{RedbOptions, RedbStore},
    store::{Append, LogName, ReadFrom, ReadLimit, Retention, SessionStore, StoreError},
};
use sse_tests::requirement;
use tempfile::TempDir;

use self::redb_child::{Child, Task, Witness};

/// Many more if `SSE_TEST_KILLS` says so.
fn kills() -> u32 {
    let said = std::env::var("SSE_TEST_KILLS").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(24)
}

/// What the processes are that the tests start: this program with a task in its environment.
#[test]
fn child() {
    redb_child::run();
}

/// Kills a process that publishes, at a random moment, so often.
async fn kill_often(task: Task, kills: u32, file: &Path) -> Result<Witness, String> {
    let mut random = Rng::new();
    let mut witness = Witness::default();
    for round in 0..kills {
        let mut child = Child::start(task, file);
        let lines = random.usize(1..60);
        let pause = Duration::from_micros(random.u64(..4_000));
        child.kill_after(lines, pause, &mut witness);
        // Else the next process has to recover.
        if random.bool() || round + 1 == kills {
            let store = RedbStore::open(file).map_err(|error| format!("{error}: {error:?}"))?;
            witness.check(&store).await?;
        }
    }
    Ok(witness)
}

#[tokio::test]
async fn what_a_killed_process_acknowledged_or_told_is_there() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sessions.redb");
    let witness = kill_often(Task::Publish, kills(), &file).await.unwrap();
    let (acknowledged, told) = (witness.acknowledged(), witness.told());
    assert!(acknowledged >= kills() as usize, "{acknowledged}");
    assert!(told >= kills() as usize, "{told}");
    println!(
        "{} kills, {acknowledged} acknowledged, {told} told",
        kills()
    );
}

#[tokio::test]
async fn the_same_check_finds_what_the_relaxed_mode_loses() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sessions.redb");
    let problem = kill_often(Task::PublishRelaxed, 3, &file)
        .await
        .unwrap_err();
    assert!(problem.contains("is not there"), "{problem}");
}

#[tokio::test]
async fn a_second_process_is_refused_and_the_first_goes_on() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sessions.redb");
    let store = RedbStore::open(&file).unwrap();
    assert_eq!(Child::answer(Task::Open, &file), "in use");
    let again = RedbStore::open(&file).unwrap_err();
    assert!(matches!(again, StoreError::InUse), "{again:?}");
    let log = LogName::of_channel(&Channel::try_from("log").unwrap());
    let append = Append::new(Bytes::from_static(b"payload"), 7);
    store.append(&log, append.clone()).await.unwrap();
    store.close().await;
    let closed = store.append(&log, append).await.unwrap_err();
    assert!(matches!(closed, StoreError::Closed), "{closed:?}");
    assert_eq!(Child::answer(Task::Open, &file), "opened");
    drop(store);
    let store = RedbStore::open(&file).unwrap();
    assert!(store.heads(&[log]).await.unwrap()[0].is_some());
}

#[tokio::test]
async fn of_many_that_make_the_same_file_one_has_it() {
    for _ in 0..10 {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("sessions.redb");
        let opened: Vec<_> = std::thread::scope(|scope| {
            let open = || scope.spawn(|| RedbStore::open(&file));
            let opening: Vec<_> = (0..4).map(|_| open()).collect();
            opening.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let (stores, refused): (Vec<_>, Vec<_>) = opened.into_iter().partition(Result::is_ok);
        assert_eq!(stores.len(), 1);
        for refused in refused {
            assert!(matches!(refused, Err(StoreError::InUse)), "{refused:?}");
        }
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "something is left beside the file");
    }
}

#[test]
fn what_is_no_file_of_ours_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sessions.redb");
    for content in [&b""[..], b"x", &[b'x'; 10_000]] {
        fs::write(&file, content).unwrap();
        let error = RedbStore::open(&file).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
        assert_eq!(fs::read(&file).unwrap(), content);
    }
    let missing = folder.path().join("missing").join("sessions.redb");
    let error = RedbStore::open(missing).unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    let error = RedbStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn the_file_is_of_its_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("sessions.redb");
    drop(RedbStore::open(&file).unwrap());
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A small file system, while it is mounted.
struct Small {
    folder: TempDir,
}

impl Small {
    fn mount(kib: u32) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "small"]);
        let output = mount.arg(folder.path()).output();
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err("no file system can be mounted".into());
        }
        Ok(Self { folder })
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.folder.path()).status();
    }
}

#[tokio::test]
async fn a_disk_that_is_really_full_refuses_and_loses_nothing_and_works_again() {
    let small = match Small::mount(4_096) {
        Ok(small) => small,
        Err(why) => return requirement::skip("a_disk_that_is_really_full", "mount", &why),
    };
    let other = small.folder.path().join("other");
    let file = small.folder.path().join("sessions.redb");
    let options = RedbOptions::default();
    let store = RedbStore::open_with(&file, options).unwrap();
    fs::write(&other, vec![1; 1 << 20]).unwrap();
    let log = LogName::of_channel(&Channel::try_from("log").unwrap());
    let append = |number: usize| {
        let mut append = Append::new(Bytes::from(vec![b'x'; 10_000]), number as u32 + 1);
        append.retention = Retention::records(u64::MAX);
        append
    };
    let mut appended = 0;
    let error = loop {
        match store.append(&log, append(appended)).await {
            Ok(_) => appended += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(appended > 10, "{appended}");
    let count = async |store: &RedbStore| {
        let limit = ReadLimit {
            max_records: usize::MAX,
            max_bytes: usize::MAX,
        };
        let page = store.read(&log, ReadFrom::Earliest, limit).await;
        page.unwrap().records.len()
    };
    assert_eq!(count(&store).await, appended);
    fs::remove_file(&other).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while store.append(&log, append(appended)).await.is_err() {
        assert!(Instant::now() < deadline, "it never works again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    store.close().await;
    drop(store);
    let store = RedbStore::open(&file).unwrap();
    assert_eq!(count(&store).await, appended + 1);
}
