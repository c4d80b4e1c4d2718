//! Something may be missing.

use core::fmt::Write;

use crate::{
    Channel,
    store::{GapReason, Position},
};

/// Between two events of a stream something is missing, or may be. In band it is an event with this
/// as JSON, whose id is where to resume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    channel: Channel,
    reason: GapReason,
    missed: Option<u64>,
    resume: Position,
}

impl Gap {
    pub(crate) const fn new(
        channel: Channel,
        reason: GapReason,
        missed: Option<u64>,
        resume: Position,
    ) -> Self {
        Self {
            channel,
            reason,
            missed,
            resume,
        }
    }

    /// Of which channel.
    #[must_use]
    pub const fn channel(&self) -> &Channel {
        &self.channel
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> GapReason {
        self.reason
    }

    /// How many events are missing, where that is known.
    #[must_use]
    pub const fn missed(&self) -> Option<u64> {
        self.missed
    }

    /// Behind which position the stream goes on.
    #[must_use]
    pub const fn resume(&self) -> Position {
        self.resume
    }

    /// The data of the event: `{"channel":"…","reason":"trimmed","missed":12}`, or `null` if it is
    /// not known how many.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::from(r#"{"channel":""#);
        // The name of a channel has no control characters, which are all else that JSON escapes.
        // https://www.rfc-editor.org/rfc/rfc8259#section-7
        for character in self.channel.to_string().chars() {
            if matches!(character, '"' | '\\') {
                json.push('\\');
            }
            json.push(character);
        }
        json.push_str(r#"","reason":""#);
        json.push_str(self.reason.as_str());
        json.push_str(r#"","missed":"#);
        match self.missed {
            // Writing into a string cannot fail.
            Some(missed) => _ = write!(json, "{missed}"),
            None => json.push_str("null"),
        }
        json.push('}');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_json() {
        let resume = Position {
            epoch: 1,
            offset: 2,
            tag: 3,
        };
        let channel = Channel::try_from(r#"a"b\c"#).unwrap();
        let gap = Gap::new(channel.clone(), GapReason::Trimmed, Some(12), resume);
        let expected = r#"{"channel":"a\"b\\c","reason":"trimmed","missed":12}"#;
        assert_eq!(gap.to_json(), expected);
        let gap = Gap::new(channel, GapReason::Epoch, None, resume);
        let expected = r#"{"channel":"a\"b\\c","reason":"epoch","missed":null}"#;
        assert_eq!(gap.to_json(), expected);
    }
}
