//! The conformance suite over the store on NATS JetStream, on real servers.

#![cfg(all(feature = "conformance", feature = "nats"))]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod nats;

use sse_session::nats::NatsStorage;
use sse_tests::servers::NatsSetup;

use self::nats::harness::{NatsHarness, SharedServer};

/// `scripts/test` runs these apart, many at a time: they wait for servers more than they compute.
mod on_real_servers {
    /// Files, everybody is let in.
    mod file {
        sse_session::store_conformance_tests!(crate::file_harness());
    }

    /// Memory, behind a password. Declared as not durable.
    mod memory {
        sse_session::store_conformance_tests!(crate::memory_harness());
    }

    /// Over TLS, with a certificate that is told.
    mod tls {
        sse_session::store_conformance_tests!(crate::tls_harness());
    }

    /// Three servers, each of which has a copy.
    mod cluster {
        sse_session::store_conformance_tests!(crate::cluster_harness());
    }
}

fn file_harness() -> NatsHarness {
    static SERVER: SharedServer = SharedServer::new();
    NatsHarness::new(
        "nats-server",
        &SERVER,
        &NatsSetup::default(),
        1,
        |options| options,
    )
}

fn memory_harness() -> NatsHarness {
    static SERVER: SharedServer = SharedServer::new();
    let setup = NatsSetup {
        user: Some(("sessions".into(), "secret".into())),
        ..NatsSetup::default()
    };
    NatsHarness::new("nats-server memory", &SERVER, &setup, 1, |options| {
        options
            .with_user("sessions", "secret")
            .with_storage(NatsStorage::Memory)
    })
}

fn tls_harness() -> NatsHarness {
    static SERVER: SharedServer = SharedServer::new();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let setup = NatsSetup {
        certificate: Some((own.cert.pem(), own.signing_key.serialize_pem())),
        ..NatsSetup::default()
    };
    NatsHarness::new("nats-server tls", &SERVER, &setup, 1, |options| options)
}

fn cluster_harness() -> NatsHarness {
    static SERVERS: SharedServer = SharedServer::new();
    let setup = NatsSetup::default();
    NatsHarness::new("nats-server cluster", &SERVERS, &setup, 3, |options| {
        options
    })
}
