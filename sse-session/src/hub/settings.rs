//! How a hub is set up.

use core::time::Duration;
use std::sync::Arc;

use sse_codec::EventType;

use super::{Authorizer, EventIds, OnGap, OnLag, ResumeFrom};
use crate::{cursor::CursorCodec, observe::Observers, ring::RingLimits, store::Retention};

/// How a hub is set up.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) codec: CursorCodec,
    pub(super) ring: RingLimits,
    pub(super) max_event_bytes: usize,
    pub(super) retention: Retention,
    pub(super) max_attempts: u32,
    pub(super) authorizer: Option<Arc<dyn Authorizer>>,
    pub(super) recheck: Option<Duration>,
    pub(super) linger: Duration,
    pub(super) check_interval: Duration,
    pub(super) max_reads: usize,
    pub(super) observers: Observers,
    pub(super) streams: StreamSettings,
}

/// How the streams of a hub behave, unless a subscription says otherwise.
#[derive(Debug, Clone)]
pub(super) struct StreamSettings {
    pub(super) gap_event: EventType<'static>,
    pub(super) on_gap: OnGap,
    pub(super) resume_from: ResumeFrom,
    pub(super) on_lag: OnLag,
    pub(super) event_ids: EventIds,
    pub(super) max_batch_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            codec: CursorCodec::new(),
            ring: RingLimits::default(),
            max_event_bytes: 256 * 1024,
            retention: Retention::DEFAULT,
            max_attempts: 4,
            authorizer: None,
            recheck: None,
            linger: Duration::from_secs(30),
            check_interval: Duration::from_secs(5),
            max_reads: 64,
            observers: Observers::new(),
            streams: StreamSettings {
                gap_event: EventType::from_static("gap"),
                on_gap: OnGap::Notify,
                resume_from: ResumeFrom::Earliest,
                on_lag: OnLag::CatchUp,
                event_ids: EventIds::Each,
                max_batch_bytes: 64 * 1024,
            },
        }
    }
}
