//! Appending, more than once if that is safe.

use crate::{
    hub::{backoff::Backoff, shared::Shared},
    store::{Append, Appended, LogName, StoreError},
};

impl Shared {
    /// Tries again where nothing was done, and with a key where it is not known whether it was: the
    /// same key and tag again. What is not known after one attempt is not known after further ones
    /// that do nothing.
    pub(super) async fn append(
        &self,
        log: &LogName,
        append: Append,
    ) -> Result<Appended, StoreError> {
        let mut backoff = Backoff::new();
        let mut unknown = false;
        for attempt in 1.. {
            let error = match self.store.append(log, append.clone()).await {
                Ok(appended) => return Ok(appended),
                Err(error) => error,
            };
            let again = match error {
                StoreError::OutcomeUnknown { .. } => {
                    unknown = true;
                    append.key.is_some()
                }
                _ => error.is_retryable(),
            };
            if !again || attempt >= self.settings.max_attempts {
                return Err(match error {
                    StoreError::Unavailable { source } if unknown => {
                        StoreError::OutcomeUnknown { source }
                    }
                    error => error,
                });
            }
            backoff.wait(&self.random).await;
        }
        Err(StoreError::Closed)
    }
}
