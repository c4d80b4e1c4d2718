//! The stores that nodes can share, as real servers.

use sse_tests::servers::{Nats, NatsSetup, Redis, find_or_skip};

/// One test for each store: `$check` is told the test's name and the store.
macro_rules! over_each_store {
    ($sentence:ident, $check:path) => {
        mod $sentence {
            use $crate::stores::Engine;

            #[test]
            fn redis() {
                $check(concat!(stringify!($sentence), "::redis"), Engine::Redis);
            }

            #[test]
            fn nats() {
                $check(concat!(stringify!($sentence), "::nats"), Engine::Nats);
            }
        }
    };
}
pub(crate) use over_each_store;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    Redis,
    Nats,
}

/// A running server.
#[derive(Debug)]
pub(crate) enum SharedStore {
    Redis(Redis),
    Nats(Nats),
}

impl SharedStore {
    pub(crate) fn start_or_skip(test: &str, engine: Engine) -> Option<Self> {
        Some(match engine {
            Engine::Redis => Self::Redis(Redis::start(&find_or_skip(test, "redis-server")?, &[])),
            Engine::Nats => {
                let program = find_or_skip(test, "nats-server")?;
                Self::Nats(Nats::start(program, &NatsSetup::default()))
            }
        })
    }

    /// What nodes are told.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Redis(redis) => format!("redis://{}", redis.address()),
            Self::Nats(nats) => nats.url(),
        }
    }
}
