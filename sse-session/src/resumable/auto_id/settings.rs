//! How streams with ids are kept.

use core::time::Duration;

use sse_codec::EventType;

use crate::{cursor::CursorCodec, hub::ResumeFrom};

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) max_history_events: usize,
    pub(super) max_history_bytes: usize,
    pub(super) max_streams: usize,
    pub(super) linger: Duration,
    pub(super) resume_from: ResumeFrom,
    pub(super) gap_event: EventType<'static>,
    pub(super) codec: CursorCodec,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_history_events: 1024,
            max_history_bytes: 1 << 20,
            max_streams: 1024,
            linger: Duration::from_secs(60),
            resume_from: ResumeFrom::Earliest,
            gap_event: EventType::from_static("gap"),
            codec: CursorCodec::new(),
        }
    }
}
