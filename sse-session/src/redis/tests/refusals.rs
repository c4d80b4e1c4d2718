//! A server that refuses, or does not answer.

use core::time::Duration;

use tokio::time::sleep;

use super::{append_of, connect, eventually, fill, key, keyed, log, options, start_or_skip, texts};
use crate::{
    redis::{RedisOptions, RedisStore},
    store::{Expect, Fence, SessionStore as _, StoreError},
};

async fn problem(options: RedisOptions) -> String {
    match RedisStore::connect(options).await {
        Err(StoreError::Configuration { problem }) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_throws_keys_away_is_refused_unless_told_otherwise() {
    let test = "a_server_that_throws_keys_away_is_refused_unless_told_otherwise";
    let Some(server) = start_or_skip(test, &["--maxmemory-policy", "allkeys-lru"]) else {
        return;
    };
    assert!(problem(options(&server)).await.contains("`allkeys-lru`"));
    let store = RedisStore::connect(options(&server).with_eviction_allowed(true)).await;
    store.unwrap().append(&log(), append_of("x")).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_shown() {
    let test = "a_wrong_password_is_told_and_not_shown";
    let Some(server) = start_or_skip(test, &["--requirepass", "open-sesame"]) else {
        return;
    };
    let wrong = options(&server).with_password("close-sesame");
    assert!(!format!("{wrong:?}").contains("sesame"));
    for options in [options(&server), wrong] {
        let problem = problem(options).await;
        assert!(problem.contains("does not know this user"), "{problem}");
        assert!(!problem.contains("sesame"), "{problem}");
    }
    let right = options(&server).with_password("open-sesame");
    let store = RedisStore::connect(right).await.unwrap();
    assert!(!format!("{store:?}").contains("sesame"));
}

#[tokio::test]
async fn a_full_server_appends_nothing_and_goes_on_telling() {
    let test = "a_full_server_appends_nothing_and_goes_on_telling";
    let Some(server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = connect(&server).await;
    fill(&store, 3).await;
    server.ask("CONFIG SET maxmemory 1");
    let refused = store.append(&log(), append_of("more")).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    assert_eq!(texts(&store).await.len(), 3);
    server.ask("CONFIG SET maxmemory 0");
    eventually(async || store.append(&log(), append_of("more")).await).await;
    assert_eq!(texts(&store).await.len(), 4);
}

#[tokio::test]
async fn an_append_without_an_answer_has_an_unknown_outcome_and_is_repeated_with_its_key() {
    let test = "an_append_without_an_answer_has_an_unknown_outcome_and_is_repeated_with_its_key";
    let Some(mut server) = start_or_skip(test, &[]) else {
        return;
    };
    let patient = connect(&server).await;
    let options = options(&server).with_response_timeout(Duration::from_millis(200));
    let store = RedisStore::connect(options).await.unwrap();
    fill(&patient, 2).await;
    server.server().signal("STOP");
    let unknown = store.append(&log(), keyed("once")).await;
    assert!(
        matches!(unknown, Err(StoreError::OutcomeUnknown { .. })),
        "{unknown:?}"
    );
    // What changes nothing may be asked again.
    let asked = store.get(&key()).await;
    assert!(
        matches!(asked, Err(StoreError::Unavailable { .. })),
        "{asked:?}"
    );
    server.server().signal("CONT");
    loop {
        match store.append(&log(), keyed("once")).await {
            Ok(_) => break,
            Err(StoreError::OutcomeUnknown { .. } | StoreError::Unavailable { .. }) => {
                sleep(Duration::from_millis(5)).await;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(texts(&patient).await, ["record 0", "record 1", "once"]);
}

#[tokio::test]
async fn a_server_that_has_forgotten_its_scripts_is_told_them_again() {
    let test = "a_server_that_has_forgotten_its_scripts_is_told_them_again";
    let Some(server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = connect(&server).await;
    for number in 1..4 {
        server.ask("SCRIPT FLUSH");
        let appended = store.append(&log(), append_of("x")).await.unwrap();
        assert_eq!(appended.position.offset, number);
    }
}

#[tokio::test]
async fn what_is_none_of_ours_is_damage() {
    let Some(server) = start_or_skip("what_is_none_of_ours_is_damage", &[]) else {
        return;
    };
    let store = connect(&server).await;
    server.ask("SET {sse}l:channel/prices x");
    server.ask("SET {sse}v:case/key x");
    let corrupt = |error| matches!(error, Some(StoreError::Corrupt { .. }));
    assert!(corrupt(store.heads(&[log()]).await.err()));
    assert!(corrupt(store.get(&key()).await.err()));
    let mut fenced = append_of("x");
    fenced.fence = Some(Fence {
        key: key(),
        revision: 1,
    });
    assert!(corrupt(store.append(&log(), fenced).await.err()));
    assert!(corrupt(store.remove(&key(), Expect::Any).await.err()));
}
