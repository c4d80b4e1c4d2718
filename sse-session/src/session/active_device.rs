//! The one device on which a user is active.

use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use sse_codec::Encode;

use super::{address::hash, id::random};
use crate::randomness::NoRandomness;

/// The device on which a user becomes active: those on all others are superseded.
///
/// ```
/// use sse_codec::{Event, EventType};
/// use sse_session::session::ActiveDevice;
///
/// let farewell = Event::builder(r#"{"by":"Firefox on Linux"}"#)
///     .event_type(EventType::from_static("signed-out"));
/// let device = ActiveDevice::of_user("user-7")
///     .with_device("the value of a cookie that outlives sessions")
///     .with_farewell(farewell);
/// # let _ = device;
/// ```
#[derive(Clone)]
#[must_use]
pub struct ActiveDevice {
    pub(super) user: [u8; 16],
    pub(super) device: Option<[u8; 16]>,
    /// Empty: what the old one's node says.
    pub(super) farewell: Bytes,
}

impl ActiveDevice {
    /// The longest last event, encoded, in bytes.
    pub const MAX_FAREWELL_BYTES: usize = 16 * 1024;

    /// A device that is the session itself: another session is another device. The text is who has one
    /// device only, or what of theirs has (`user-7/phone`).
    pub fn of_user(user: &str) -> Self {
        Self {
            user: hash(&[b"active", user.as_bytes()]),
            device: None,
            farewell: Bytes::new(),
        }
    }

    /// This device: all sessions that are opened with the same name are on it, such as the tabs of a browser
    /// that have a cookie.
    pub fn with_device(mut self, device: &str) -> Self {
        self.device = Some(hash(&[b"device", device.as_bytes()]));
        self
    }

    /// The last event of the streams that are superseded by this, with its type, data and id. Without it, it is
    /// [what the sessions of their node say](super::SessionsBuilder::with_farewell).
    pub fn with_farewell(mut self, event: impl Encode) -> Self {
        self.farewell = event.to_frame().into_bytes();
        self
    }
}

/// Without the user and the device.
impl fmt::Debug for ActiveDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActiveDevice(..)")
    }
}

/// The first byte of what is written.
const VERSION: u8 = 1;

/// Who is active, as the store has it; its revision is the fence.
pub(super) struct Active {
    pub(super) device: [u8; 16],
    pub(super) farewell: Bytes,
}

impl Active {
    pub(super) fn to_bytes(&self) -> Result<Bytes, NoRandomness> {
        let mut bytes = BytesMut::with_capacity(33 + self.farewell.len());
        bytes.put_u8(VERSION);
        bytes.put_slice(&random::<16>()?);
        bytes.put_slice(&self.device);
        bytes.put_slice(&self.farewell);
        Ok(bytes.freeze())
    }

    /// `None` if it is none of ours.
    pub(super) fn from_bytes(bytes: &Bytes) -> Option<Self> {
        let device = bytes.get(17..33)?.try_into().ok()?;
        (bytes.first() == Some(&VERSION)).then(|| Self {
            device,
            farewell: bytes.slice(33..),
        })
    }
}
