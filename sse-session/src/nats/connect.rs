//! Connects.

use core::time::Duration;
use std::sync::{Arc, Weak};

use async_nats::{ConnectOptions, jetstream::context::ContextBuilder};
use tokio::task::JoinHandle;

use super::{
    NatsOptions,
    clock::Clock,
    events::Events,
    failure::unavailable,
    options::Credentials,
    server::Server,
    streams::{Kind, Streams},
    subjects::Subjects,
    sweep::{self, sweep},
    watch::is_known,
};
use crate::store::StoreError;

/// How often the server is asked what time it is.
const ASK_THE_TIME: Duration = Duration::from_secs(20);
/// How long it is waited before something is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(100);
/// The longest time between two attempts to connect.
const MOST_BETWEEN: Duration = Duration::from_secs(2);

/// Connects, and makes the streams that are not there.
pub(super) async fn connect(options: NatsOptions) -> Result<Arc<Server>, StoreError> {
    options.check()?;
    let events = Arc::<Events>::default();
    let client = client_options(&options, &events).await?;
    let client = client.connect(&options.servers).await;
    let client = client.map_err(unavailable)?;
    let context = ContextBuilder::new()
        .timeout(options.request_timeout)
        .ack_timeout(options.request_timeout)
        .build(client.clone());
    let server = Server {
        client,
        context,
        subjects: Subjects::new(&options.prefix),
        streams: Streams::default(),
        clock: Clock::default(),
        events,
        options,
    };
    for kind in Kind::ALL {
        server.ensure(kind).await?;
    }
    server.synchronize().await?;
    Ok(Arc::new(server))
}

async fn client_options(
    options: &NatsOptions,
    events: &Arc<Events>,
) -> Result<ConnectOptions, StoreError> {
    let misread = |error: std::io::Error| StoreError::Configuration {
        problem: format!("the credentials cannot be read: {error}"),
    };
    let mut client = ConnectOptions::new();
    client = match &options.credentials {
        Credentials::None => client,
        Credentials::Token(token) => client.token(token.clone()),
        Credentials::User { name, password } => {
            client.user_and_password(name.clone(), password.clone())
        }
        Credentials::File(path) => client.credentials_file(path).await.map_err(misread)?,
    };
    if let Some(path) = &options.root_certificates {
        client = client.add_root_certificates(path.clone());
    }
    if let Some((certificate, key)) = &options.client_certificate {
        client = client.add_client_certificate(certificate.clone(), key.clone());
    }
    let events = Arc::clone(events);
    let client = client
        .name("sse-session")
        .require_tls(options.require_tls)
        .connection_timeout(options.request_timeout)
        .request_timeout(Some(options.request_timeout))
        .subscription_capacity(options.hint_capacity.max(1))
        .reconnect_delay_callback(|attempts| {
            let factor = 1 << attempts.min(10);
            (TRY_AGAIN / 4 * factor).min(MOST_BETWEEN)
        })
        .event_callback(move |event| {
            events.take(&event);
            core::future::ready(())
        });
    Ok(client)
}

/// What is done from time to time, until the store is dropped.
pub(super) fn keep_house(server: &Arc<Server>) -> [JoinHandle<()>; 3] {
    let [clock, events, sweeping] = [(); 3].map(|()| Arc::downgrade(server));
    [
        tokio::spawn(async move {
            while let Some(server) = clock.upgrade() {
                let asked = server.synchronize().await;
                drop(server);
                tokio::time::sleep(if asked.is_ok() {
                    ASK_THE_TIME
                } else {
                    TRY_AGAIN * 10
                })
                .await;
            }
        }),
        tokio::spawn(restore(events)),
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(sweep::INTERVAL / 2).await;
                let Some(server) = sweeping.upgrade() else {
                    return;
                };
                // If not, then next time.
                let _ = sweep(&server, sweep::INTERVAL).await;
            }
        }),
    ]
}

/// Tells those who watch when hints come again.
async fn restore(server: Weak<Server>) {
    loop {
        let Some(events) = server.upgrade().map(|server| Arc::clone(&server.events)) else {
            return;
        };
        events.again.notified().await;
        while events.is_lost() {
            let Some(server) = server.upgrade() else {
                return;
            };
            // The client has subscribed again by now; what is asked after that comes after that.
            if is_known(&server).await {
                events.restore();
                break;
            }
            drop(server);
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }
}
