//! Asking again.

use core::time::Duration;
use std::sync::{Arc, Weak};

use tokio::time::sleep;

use super::{Authorizer, Decision};
use crate::hub::shared::Shared;

/// Asks from time to time whether those who are subscribed still may.
pub(in crate::hub) async fn recheck(
    shared: Weak<Shared>,
    authorizer: Arc<dyn Authorizer>,
    interval: Duration,
) {
    loop {
        let Some(time) = shared.upgrade().map(|shared| shared.random.about(interval)) else {
            return;
        };
        sleep(time).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        for channel in shared.channels.all() {
            if channel.name.is_reserved() {
                continue;
            }
            for identity in channel.grants.identities() {
                let decision = authorizer.authorize(identity.as_ref(), &channel.name).await;
                if matches!(decision, Ok(Decision::Deny)) {
                    shared.revoke(&identity, &channel.log);
                }
            }
        }
    }
}
