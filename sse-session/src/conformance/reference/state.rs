//! All that is stored.

use core::time::Duration;
use std::sync::Weak;

use tokio::time::Instant;

use super::{ReferenceLog, registry::Registry, sets::Sets, watch::Watched};
use crate::store::LogName;

/// When a time is over; a longer one than a century, then.
pub(super) fn after(now: Instant, time: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
    now + time.min(CENTURY)
}

/// All that is stored.
#[derive(Default)]
pub(super) struct State {
    logs: Vec<(LogName, ReferenceLog)>,
    pub(super) registry: Registry,
    pub(super) sets: Sets,
    pub(super) watches: Vec<Weak<Watched>>,
}

impl State {
    pub(super) fn log(&self, name: &LogName) -> Option<&ReferenceLog> {
        let there = self.logs.iter().find(|(at, _)| at == name);
        there.map(|(_, log)| log)
    }

    pub(super) fn log_mut(&mut self, name: &LogName) -> Option<&mut ReferenceLog> {
        let there = self.logs.iter_mut().find(|(at, _)| at == name);
        there.map(|(_, log)| log)
    }

    pub(super) fn log_or_new(&mut self, name: &LogName, epoch: u64) -> &mut ReferenceLog {
        let at = self.logs.iter().position(|(at, _)| at == name);
        let at = at.unwrap_or_else(|| {
            let log = ReferenceLog {
                epoch,
                ..ReferenceLog::default()
            };
            self.logs.push((name.clone(), log));
            self.logs.len() - 1
        });
        &mut self.logs[at].1
    }
}
