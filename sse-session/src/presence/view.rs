//! Who is present, at a time.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::Present;
use crate::{session::SessionAddress, store::Members};

/// Who is present on a channel, as the store had it at a time.
#[derive(Debug, Clone)]
#[must_use]
pub struct PresenceView {
    as_of: Instant,
    sessions: u64,
    users: u64,
    listed: BTreeMap<SessionAddress, Present>,
    complete: bool,
}

impl PresenceView {
    pub(super) fn new(as_of: Instant, sessions: &Members, users: u64) -> Self {
        let all = sessions.first.iter().filter_map(Present::from_member);
        let listed: BTreeMap<_, _> = all.map(|present| (present.session(), present)).collect();
        let complete = sessions.first.len() as u64 >= sessions.count;
        let mut view = Self {
            as_of,
            sessions: sessions.count,
            users,
            listed,
            complete,
        };
        if complete {
            view.sessions = view.listed.len() as u64;
            let mut users: Vec<&str> = view.listed().filter_map(Present::user).collect();
            users.sort_unstable();
            users.dedup();
            view.users = users.len() as u64;
        }
        view
    }

    /// How many sessions.
    #[must_use]
    pub const fn sessions(&self) -> u64 {
        self.sessions
    }

    /// How many users: their sessions count once, those of nobody known do not count.
    #[must_use]
    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Who, up to the [bound](super::PresenceBuilder::with_max_listed).
    pub fn listed(&self) -> impl Iterator<Item = &Present> {
        self.listed.values()
    }

    /// Whether all who are present are listed. The counts are exact then; see the
    /// [module](crate::presence#how-exact-it-is).
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// When the store was asked: it is at least as new.
    #[must_use]
    pub const fn as_of(&self) -> Instant {
        self.as_of
    }

    /// Whether it shows the same, but for the time.
    pub(super) fn shows_the_same(&self, other: &Self) -> bool {
        let counts = |view: &Self| (view.sessions, view.users, view.complete);
        counts(self) == counts(other) && self.listed == other.listed
    }

    /// Those who are listed here and not there.
    pub(super) fn without(&self, other: &Self) -> Vec<Present> {
        let all = self.listed.iter();
        let others = all.filter(|(session, _)| !other.listed.contains_key(session));
        others.map(|(_, present)| present.clone()).collect()
    }
}
