//! The streams on the server.

use async_nats::jetstream::{
    Context,
    context::{CreateStreamErrorKind, GetStreamErrorKind},
    stream::{Config, DiscardPolicy, Republish, RetentionPolicy, StorageType},
};

use super::{NatsOptions, NatsStorage, failure::unavailable, subjects::Subjects};
use crate::store::StoreError;

/// Which stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of logs: each message is a record, or says what became of its log.
    Logs,
    /// Of values and sets: the last message of a subject is it.
    State,
    /// Of idempotency keys: the same.
    Keys,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Logs, Self::State, Self::Keys];
}

/// The streams on the server. One task at a time makes some.
#[derive(Debug, Default)]
pub(super) struct Streams {
    making: tokio::sync::Mutex<()>,
}

impl Streams {
    #[expect(clippy::unused_self, reason = "names belong here")]
    pub(super) fn name(&self, subjects: &Subjects, kind: Kind) -> String {
        match kind {
            Kind::Logs => subjects.logs_stream(),
            Kind::State => subjects.state_stream(),
            Kind::Keys => subjects.keys_stream(),
        }
    }

    /// Makes a stream if it is not there; refuses one that was made otherwise.
    pub(super) async fn ensure(
        &self,
        context: &Context,
        subjects: &Subjects,
        options: &NatsOptions,
        kind: Kind,
    ) -> Result<(), StoreError> {
        let _making = self.making.lock().await;
        let wanted = self.config(subjects, options, kind);
        match context.get_stream(&wanted.name).await {
            Ok(stream) => return check(&wanted, &stream.cached_info().config),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error) if error.code() == 404 => {}
                _ => return Err(unavailable(error)),
            },
        }
        match context.create_stream(&wanted).await {
            Ok(stream) => check(&wanted, &stream.cached_info().config),
            Err(error) => match error.kind() {
                CreateStreamErrorKind::JetStream(refused) if refused.code() == 400 => {
                    Err(StoreError::Configuration {
                        problem: format!("the server does not make {}: {refused}", wanted.name),
                    })
                }
                _ => Err(unavailable(error)),
            },
        }
    }

    fn config(&self, subjects: &Subjects, options: &NatsOptions, kind: Kind) -> Config {
        let republish = Republish {
            source: subjects.all_logs(),
            destination: subjects.all_records(),
            headers_only: false,
        };
        Config {
            name: self.name(subjects, kind),
            subjects: vec![match kind {
                Kind::Logs => subjects.all_logs(),
                Kind::State => subjects.all_state(),
                Kind::Keys => subjects.all_keys(),
            }],
            retention: RetentionPolicy::Limits,
            // Where the server has no room, nothing that was promised may go.
            discard: if kind == Kind::Logs {
                DiscardPolicy::New
            } else {
                DiscardPolicy::Old
            },
            max_messages: -1,
            max_bytes: -1,
            max_messages_per_subject: if kind == Kind::Logs { -1 } else { 1 },
            max_consumers: -1,
            max_message_size: -1,
            storage: match options.storage {
                NatsStorage::File => StorageType::File,
                NatsStorage::Memory => StorageType::Memory,
            },
            num_replicas: options.replicas,
            republish: (kind == Kind::Logs).then_some(republish),
            allow_direct: !options.is_replicated(),
            ..Config::default()
        }
    }
}

/// Whether a stream that is there does what is wanted of it.
fn check(wanted: &Config, found: &Config) -> Result<(), StoreError> {
    let differs = if wanted.subjects != found.subjects {
        "subjects"
    } else if wanted.max_messages_per_subject != found.max_messages_per_subject {
        "messages per subject"
    } else if found.max_messages > 0 || found.max_bytes > 0 || !found.max_age.is_zero() {
        "limits"
    } else if wanted.republish.as_ref().map(|it| &it.destination)
        != found.republish.as_ref().map(|it| &it.destination)
    {
        "republishing"
    } else if wanted.allow_direct && !found.allow_direct {
        "direct access"
    } else if wanted.storage != found.storage {
        "storage"
    } else if wanted.num_replicas != found.num_replicas {
        "replicas"
    } else {
        return Ok(());
    };
    Err(StoreError::Configuration {
        problem: format!("the stream {} has other {differs}", wanted.name),
    })
}
