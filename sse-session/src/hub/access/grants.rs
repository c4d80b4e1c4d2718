//! Who is subscribed to a channel.

use core::sync::atomic::{AtomicBool, Ordering};
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;

use super::Identity;

/// An identity's right to a channel, shared by its streams.
#[derive(Debug, Default)]
pub(in crate::hub) struct Grant {
    revoked: AtomicBool,
}

impl Grant {
    pub(in crate::hub) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }
}

/// Who is subscribed to a channel, on this node.
#[derive(Debug, Default)]
pub(in crate::hub) struct Grants {
    by_identity: Mutex<HashMap<Option<Identity>, Weak<Grant>>>,
}

impl Grants {
    /// To be held by a stream, from before the authorizer is asked.
    pub(in crate::hub) fn grant(&self, identity: Option<Identity>) -> Arc<Grant> {
        let mut by_identity = self.by_identity.lock();
        let weak = by_identity.entry(identity).or_default();
        weak.upgrade().unwrap_or_else(|| {
            let grant = Arc::new(Grant::default());
            *weak = Arc::downgrade(&grant);
            grant
        })
    }

    /// What was granted to this identity up to now is no more. Whether there was anything.
    pub(in crate::hub) fn revoke(&self, identity: &Option<Identity>) -> bool {
        let grant = self.by_identity.lock().remove(identity);
        let grant = grant.and_then(|grant| grant.upgrade());
        if let Some(grant) = &grant {
            grant.revoked.store(true, Ordering::Release);
        }
        grant.is_some()
    }

    /// Forgets those who hold nothing any more.
    pub(in crate::hub) fn sweep(&self) {
        let mut by_identity = self.by_identity.lock();
        by_identity.retain(|_, grant| grant.strong_count() > 0);
        by_identity.shrink_to_fit();
    }

    pub(in crate::hub) fn identities(&self) -> Vec<Option<Identity>> {
        self.by_identity.lock().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_after_a_revocation_is_another_grant() {
        let grants = Grants::default();
        let identity = Some(Identity::new("a"));
        let one = grants.grant(identity.clone());
        let other = grants.grant(Some(Identity::new("b")));
        assert!(Arc::ptr_eq(&one, &grants.grant(identity.clone())));
        assert!(grants.revoke(&identity));
        assert!(!grants.revoke(&identity));
        let again = grants.grant(identity);
        let revoked = [&one, &other, &again].map(|grant| grant.is_revoked());
        assert_eq!(revoked, [true, false, false]);
    }

    #[test]
    fn who_has_left_is_forgotten() {
        let grants = Grants::default();
        let stays = grants.grant(None);
        drop(grants.grant(Some(Identity::new("a"))));
        grants.sweep();
        assert_eq!(grants.identities(), [None]);
        drop(stays);
    }
}
