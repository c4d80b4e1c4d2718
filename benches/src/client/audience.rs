//! The streams of one client, each a task.

use core::{net::SocketAddr, time::Duration};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::timeout;

use super::{
    contender::{Contender, Stream},
    tally::Tally,
};
use crate::peer::Failure;

/// Who has waited so long for what was written does not get it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The streams of one client, each a task of the runtime it was opened on.
#[derive(Debug)]
pub struct Audience {
    tally: Arc<Tally>,
    failure: Arc<Mutex<Option<Failure>>>,
}

impl Audience {
    /// Opens so many streams, one after the other.
    ///
    /// # Errors
    ///
    /// The client's own.
    pub async fn open<C: Contender>(server: SocketAddr, streams: usize) -> Result<Self, Failure> {
        let audience = Self {
            tally: Arc::default(),
            failure: Arc::default(),
        };
        let contender = C::new()?;
        for _ in 0..streams {
            // Boxed, all of them: a future of an `async fn` would have its arguments twice.
            let stream = Box::new(contender.open(server).await?);
            tokio::spawn(read(
                stream,
                Arc::clone(&audience.tally),
                Arc::clone(&audience.failure),
            ));
        }
        Ok(audience)
    }

    /// Waits until so many events or bytes have come, since the beginning.
    ///
    /// # Errors
    ///
    /// What a stream said instead, or that it has taken a minute.
    pub async fn reaches(&self, count: u64) -> Result<(), Failure> {
        if timeout(PATIENCE, self.tally.reaches(count)).await.is_ok() {
            return Ok(());
        }
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let come = self.tally.come();
        let late = || Failure(format!("{come} have come, and not {count}"));
        Err(failure.take().unwrap_or_else(late))
    }

    /// What has come.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

async fn read(
    mut stream: Box<impl Stream>,
    tally: Arc<Tally>,
    first_failure: Arc<Mutex<Option<Failure>>>,
) {
    loop {
        if let Err(failure) = stream.bring(&mut &*tally).await {
            let mut first = first_failure.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(failure);
            return;
        }
    }
}
