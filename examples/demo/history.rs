//! The newest samples, in a file: a page that comes back after a restart goes on where it was.

use core::error::Error;
use std::path::Path;

use sse_codec::{EncodedFrame, LastEventId};
use sse_session::hub::{Hub, PublishError, SubscribeError, Subscriber, Subscription};
use sse_session::store::{LogName, Retention, SessionStore, StoreError};
use sse_session::{Channel, memory::MemoryStore, redb::RedbStore};

/// So many samples are kept: five minutes of one per second.
pub(crate) const KEPT_SAMPLES: u64 = 300;

type Failure = Box<dyn Error + Send + Sync>;

/// The newest samples, for whoever reads them. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct History {
    hub: Hub,
    channel: Channel,
    /// `None` if it is in memory only.
    file: Option<RedbStore>,
    /// The number of the newest sample from before.
    last_sample: u64,
}

impl History {
    /// In this file, which is made if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be had: it is in use, or damaged.
    pub(crate) async fn open(file: &Path) -> Result<Self, Failure> {
        match RedbStore::open(file) {
            Ok(store) => Self::new(store.clone(), Some(store)).await,
            Err(error) => Err(cannot_open(file, &error)),
        }
    }

    /// In this file, or in memory if somebody has it already, or nobody can write there.
    ///
    /// # Errors
    ///
    /// The file is damaged, or none of ours.
    pub(crate) async fn open_or_forget(file: &Path) -> Result<Self, Failure> {
        match RedbStore::open(file) {
            Ok(store) => Self::new(store.clone(), Some(store)).await,
            Err(error @ (StoreError::InUse | StoreError::Unavailable { .. })) => {
                let error = cannot_open(file, &error);
                eprintln!("{error}; so the history of this demo ends with it.");
                Self::new(MemoryStore::new(), None).await
            }
            Err(error) => Err(cannot_open(file, &error)),
        }
    }

    async fn new(store: impl SessionStore, file: Option<RedbStore>) -> Result<Self, Failure> {
        let channel = Channel::try_from("stats")?;
        let log = LogName::of_channel(&channel);
        let heads = store.heads(core::slice::from_ref(&log)).await?;
        // Samples are counted as they are kept, from 1.
        let last_sample = heads
            .first()
            .copied()
            .flatten()
            .map_or(0, |head| head.offset);
        let retention = Retention::records(KEPT_SAMPLES);
        Ok(Self {
            hub: Hub::builder(store).with_retention(retention).build()?,
            channel,
            file,
            last_sample,
        })
    }

    /// The number of the newest sample from before; 0 if there is none.
    pub(crate) const fn last_sample(&self) -> u64 {
        self.last_sample
    }

    /// Adds the next sample, and gives it to whoever reads. Its number, once it is safe.
    ///
    /// # Errors
    ///
    /// It is not kept, for now: the disk is full, for one.
    pub(crate) async fn add(&self, sample: EncodedFrame) -> Result<u64, PublishError> {
        let added = self.hub.publish(&self.channel, sample).await?;
        Ok(added.position.offset)
    }

    /// Gives an event to whoever reads now; it is not kept.
    ///
    /// # Errors
    ///
    /// As [`History::add`].
    pub(crate) async fn tell(&self, event: EncodedFrame) -> Result<(), PublishError> {
        self.hub.announce(&self.channel, event).await
    }

    /// What is kept of the samples after that one, and each new one as it comes; without it, all that is kept.
    ///
    /// # Errors
    ///
    /// The file cannot be read now.
    pub(crate) async fn after(
        &self,
        last_event_id: Option<LastEventId>,
    ) -> Result<Subscriber, SubscribeError> {
        let samples = Subscription::to([self.channel.clone()]);
        self.hub
            .subscribe(samples.after(last_event_id).from_earliest())
            .await
    }

    /// Closes the file.
    pub(crate) async fn close(&self) {
        if let Some(file) = &self.file {
            file.close().await;
        }
    }

    /// Where it is kept, in words.
    pub(crate) fn place(&self, file: &Path) -> String {
        match self.file {
            Some(_) => file.display().to_string(),
            None => "in memory only".to_owned(),
        }
    }
}

fn cannot_open(file: &Path, error: &StoreError) -> Failure {
    let cause = error
        .source()
        .map(|cause| format!(": {cause}"))
        .unwrap_or_default();
    format!("cannot open the history {}: {error}{cause}", file.display()).into()
}
