//! The conformance suite over the store on Redis, on every kind of server.

#![cfg(all(feature = "conformance", feature = "redis-tls"))]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod redis;

use self::redis::{harness::RedisHarness, setup};

/// `scripts/test` runs these apart, many at a time: they wait for servers more than they compute.
mod on_real_servers {
    mod plain {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis",
            crate::setup::plain
        ));
    }

    mod unix {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis unix",
            crate::setup::unix
        ));
    }

    /// Declared as not durable.
    mod volatile {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis volatile",
            crate::setup::volatile
        ));
    }

    mod encrypted {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis tls",
            crate::setup::encrypted
        ));
    }

    mod cluster {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis cluster",
            crate::setup::cluster
        ));
    }

    mod replicated {
        sse_session::store_conformance_tests!(crate::RedisHarness::new(
            "redis replicated",
            crate::setup::replicated
        ));
    }
}

/// The negative control of the encrypted server: it is not reached by whoever does not know it, or is not known by it.
#[tokio::test]
async fn a_server_of_another_authority_and_a_wrong_password_are_refused() {
    use sse_session::{
        redis::{RedisStore, RedisTls},
        store::StoreError,
    };

    let Some(options) = setup::encrypted() else {
        return sse_tests::requirement::skip(
            "a_server_of_another_authority_and_a_wrong_password_are_refused",
            "redis-server",
            "there is no redis-server",
        );
    };
    let options = options.with_prefix("test-control");
    RedisStore::connect(options.clone()).await.unwrap();
    let stranger = options.clone().with_tls(RedisTls::default());
    let refused = RedisStore::connect(stranger).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    let wrong = RedisStore::connect(options.clone().with_password("close-sesame")).await;
    assert!(
        matches!(wrong, Err(StoreError::Configuration { .. })),
        "{wrong:?}"
    );
    // Its access control list has no other prefixes.
    let other = RedisStore::connect(options.with_prefix("other"))
        .await
        .unwrap();
    let log = sse_session::store::LogName::of_channel(&"a".try_into().unwrap());
    let payload = bytes::Bytes::from_static(b"x");
    let append = sse_session::store::Append::new(payload, 1);
    let refused = sse_session::store::SessionStore::append(&other, &log, append).await;
    assert!(
        matches!(refused, Err(StoreError::Configuration { .. })),
        "{refused:?}"
    );
}
