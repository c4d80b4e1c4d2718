//! Ids of what a stream has seen.

use core::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::{BufMut, BytesMut};
use sse_codec::{EventId, LastEventId};

use super::{ChannelLabel, KeyTooShort, entry, signing_key::SigningKey};
use crate::{Channel, store::Position};

/// Another layout has another one.
const VERSION: u8 = 1;

/// The most bytes of an id: 425.
const MAX_BYTES: usize = 1 + CursorCodec::MAX_CHANNELS * entry::MAX_LENGTH + SigningKey::MAC_LENGTH;

/// Makes event ids of positions, and positions of event ids. See the [module](crate::cursor).
#[derive(Clone, Default)]
#[must_use]
pub struct CursorCodec {
    key: Option<SigningKey>,
}

impl CursorCodec {
    /// The most channels of an id. What is seen of further ones is not told, and unknown at the return.
    pub const MAX_CHANNELS: usize = 16;

    /// The most characters of an id, all of them ASCII.
    pub const MAX_CHARACTERS: usize = (MAX_BYTES * 8).div_ceil(6);

    /// Ids that a client could make up.
    pub const fn new() -> Self {
        Self { key: None }
    }

    /// Ids that are made only with this key, which all nodes need: 16 bytes or more, random.
    ///
    /// # Errors
    ///
    /// A key of fewer bytes.
    pub fn signed(key: &[u8]) -> Result<Self, KeyTooShort> {
        let key = SigningKey::new(key)?;
        Ok(Self { key: Some(key) })
    }

    /// What stands for a channel in the ids of this codec. It costs a hash: keep it.
    #[must_use]
    pub fn label(&self, channel: &Channel) -> ChannelLabel {
        ChannelLabel::new(channel, self.key.as_ref())
    }

    /// The id of a stream that has seen this much of each of its channels. Offset 0 and tag 0 stand for
    /// one of which there was nothing yet.
    #[must_use]
    pub fn encode(&self, seen: &[(ChannelLabel, Position)]) -> EventId<'static> {
        let mut text = [0; Self::MAX_CHARACTERS];
        let text = String::from_utf8_lossy(self.text(seen, &mut text)).into_owned();
        EventId::try_from(text).unwrap_or(EventId::RESET) // Base64 is always an id.
    }

    /// The text of the id behind what is in `out`, with no allocation if there is room.
    pub fn encode_into(&self, seen: &[(ChannelLabel, Position)], out: &mut BytesMut) {
        let mut text = [0; Self::MAX_CHARACTERS];
        out.put_slice(self.text(seen, &mut text));
    }

    /// The position of each channel, in their order; `None` for one of which the id says nothing, or if the
    /// id is none of ours.
    #[must_use]
    pub fn decode(&self, id: &LastEventId, channels: &[ChannelLabel]) -> Vec<Option<Position>> {
        self.decode_or(id, channels, None)
    }

    /// As [`decode`](Self::decode), with something else for a channel whose label stands in the id twice: of
    /// which the id says something, and it is not known what.
    pub(crate) fn decode_or(
        &self,
        id: &LastEventId,
        channels: &[ChannelLabel],
        of_namesakes: Option<Position>,
    ) -> Vec<Option<Position>> {
        let mut bytes = [0; MAX_BYTES];
        let Some(seen) = self.seen(id.as_str(), &mut bytes) else {
            return vec![None; channels.len()];
        };
        let position = |channel: &ChannelLabel| {
            let mut found = seen.iter().flatten().filter(|(label, _)| label == channel);
            match (found.next(), found.next()) {
                (Some((_, position)), None) => Some(*position),
                // Two channels with one label: it is not known whose is whose.
                (Some(_), Some(_)) => of_namesakes,
                (None, _) => None,
            }
        };
        channels.iter().map(position).collect()
    }

    fn text<'a>(
        &self,
        seen: &[(ChannelLabel, Position)],
        text: &'a mut [u8; Self::MAX_CHARACTERS],
    ) -> &'a [u8] {
        let mut bytes = [0; MAX_BYTES];
        let mut rest = &mut bytes[..];
        rest.put_u8(VERSION);
        for channel in seen.iter().take(Self::MAX_CHANNELS) {
            entry::put(&mut rest, channel);
        }
        let mut length = MAX_BYTES - rest.len();
        if let Some(key) = &self.key {
            let mac = key.mac(&bytes[..length]);
            (&mut bytes[length..]).put_slice(&mac);
            length += mac.len();
        }
        // There is always room: both lengths are computed from the same maximum.
        let length = URL_SAFE_NO_PAD.encode_slice(&bytes[..length], text);
        &text[..length.unwrap_or(0)]
    }

    /// What an id says, if it is one of ours.
    fn seen(
        &self,
        text: &str,
        bytes: &mut [u8; MAX_BYTES],
    ) -> Option<[Option<entry::Entry>; Self::MAX_CHANNELS]> {
        if text.len() > Self::MAX_CHARACTERS {
            return None;
        }
        let length = URL_SAFE_NO_PAD.decode_slice(text, bytes).ok()?;
        let mut rest = &bytes[..length];
        if let Some(key) = &self.key {
            let (signed, mac) = rest.split_last_chunk()?;
            if !key.is_mac(signed, mac) {
                return None;
            }
            rest = signed;
        }
        let (&VERSION, mut rest) = rest.split_first()? else {
            return None;
        };
        let mut seen = [None; Self::MAX_CHANNELS];
        for slot in &mut seen {
            if rest.is_empty() {
                break;
            }
            let (entry, behind) = entry::take(rest)?;
            *slot = Some(entry);
            rest = behind;
        }
        rest.is_empty().then_some(seen)
    }
}

/// Without the key.
impl fmt::Debug for CursorCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorCodec")
            .field("signed", &self.key.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests;
