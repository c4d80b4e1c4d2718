//! Asking again.

use core::time::Duration;
use std::sync::{Arc, Weak};

use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Authorizer, Decision};
use crate::hub::shared::Shared;

/// So many are asked about at a time.
const AT_A_TIME: usize = 16;

/// Asks from time to time whether those who are subscribed still may. That it panics about one, or says nothing
/// within the interval, is as if it could not tell, and keeps nobody from being asked about.
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
        let mut asking = JoinSet::new();
        for channel in shared.channels.all() {
            if channel.name.is_reserved() {
                continue;
            }
            for identity in channel.grants.identities() {
                if asking.len() >= AT_A_TIME {
                    asking.join_next().await;
                }
                let authorizer = Arc::clone(&authorizer);
                let (shared, channel) = (Arc::clone(&shared), Arc::clone(&channel));
                asking.spawn(timeout(interval, async move {
                    let decision = authorizer.authorize(identity.as_ref(), &channel.name).await;
                    if matches!(decision, Ok(Decision::Deny)) {
                        shared.revoke(&identity, &channel.log);
                    }
                }));
            }
        }
        while asking.join_next().await.is_some() {}
    }
}
