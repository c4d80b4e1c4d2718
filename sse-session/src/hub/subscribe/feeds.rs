//! The channels of a stream.

use core::slice;

use super::feed::Feed;

/// The channels of a stream. Most have one, which is then where the stream is.
#[derive(Debug)]
pub(super) enum Feeds {
    One(Feed),
    Several(Vec<Feed>),
}

impl Feeds {
    pub(super) fn as_slice(&self) -> &[Feed] {
        match self {
            Self::One(feed) => slice::from_ref(feed),
            Self::Several(feeds) => feeds,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [Feed] {
        match self {
            Self::One(feed) => slice::from_mut(feed),
            Self::Several(feeds) => feeds,
        }
    }
}

impl From<Vec<Feed>> for Feeds {
    fn from(mut feeds: Vec<Feed>) -> Self {
        match (feeds.pop(), feeds.is_empty()) {
            (Some(feed), true) => Self::One(feed),
            (last, _) => {
                feeds.extend(last);
                Self::Several(feeds)
            }
        }
    }
}
