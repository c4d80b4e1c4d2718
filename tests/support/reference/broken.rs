//! Decoders with one clause broken: negative controls for the test vectors.
//!
//! A vector set is as good as the mistakes it catches. Each [`Flaw`] is a mistake that a decoder
//! could make, most of them made by a published one; a set that lets one pass has a hole.

use core::mem::take;

use super::decoder::{Buffers, Clauses, Standard, decode_by};
use super::flaw::Flaw;
use super::item::{Decoded, ReferenceItem};

/// Stands for what a broken decoder must tell apart and the standard's buffers cannot.
const MARK: &str = "\u{F8FF}";

impl Flaw {
    /// Decodes as [`super::decode_from`] does, with this flaw.
    #[must_use]
    pub fn decode(self, bytes: &[u8], initial_last_event_id: &str) -> Decoded {
        let initial_id = match self {
            Self::InitialIdForgotten => "",
            _ => initial_last_event_id,
        };
        decode_by(&self, bytes, initial_id)
    }

    /// A value as this flaw reads it, from what follows the colon.
    fn value(self, after_colon: &str) -> &str {
        let value = after_colon.strip_prefix(' ').unwrap_or(after_colon);
        match self {
            Self::StripsAllLeadingSpaces => after_colon.trim_start_matches(' '),
            Self::StripsNoLeadingSpace => after_colon,
            Self::StripsLeadingTab => value.strip_prefix('\t').unwrap_or(value),
            Self::StripsTrailingSpaces => value.trim_end_matches(' '),
            Self::ValueEndsAtColon => value.split(':').next().unwrap_or(value),
            _ => value,
        }
    }

    /// A value of `retry` as this flaw reads it.
    fn retry(self, value: &str) -> Option<u64> {
        let digits = match self {
            Self::RetryWithSign => value.strip_prefix('+').unwrap_or(value),
            Self::RetryTrimmed => value.trim(),
            Self::RetryUnicodeDigits if value.chars().all(char::is_numeric) => {
                value.trim_matches(|digit: char| !digit.is_ascii())
            }
            Self::RetryLeadingDigits => value
                .split(|digit: char| !digit.is_ascii_digit())
                .next()
                .unwrap_or(value),
            _ => value,
        };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if digits.is_empty() {
            let zero = self == Self::RetryEmptyIsZero
                || self == Self::RetryUnicodeDigits && !value.is_empty();
            return zero.then_some(0);
        }
        match (self, digits.parse::<u64>()) {
            (Self::RetryOverflowIgnored, parsed) => parsed.ok(),
            (Self::RetryLimitedTo32Bits, parsed) => {
                parsed.ok().filter(|parsed| u32::try_from(*parsed).is_ok())
            }
            (Self::RetryInSeconds, parsed) => Some(parsed.unwrap_or(u64::MAX) / 1000),
            (_, parsed) => Some(parsed.unwrap_or(u64::MAX)),
        }
    }
}

impl Clauses for Flaw {
    fn utf8_decode(&self, bytes: &[u8]) -> String {
        let text = Standard.utf8_decode(bytes);
        match self {
            Self::BomKept => String::from_utf8_lossy(bytes).into_owned(),
            Self::SecondBomStripped => text.trim_start_matches('\u{FEFF}').to_owned(),
            Self::InvalidUtf8Dropped => text.replace('\u{FFFD}', ""),
            Self::InvalidUtf8ReplacedOncePerRun => {
                let mut text = text;
                while text.contains("\u{FFFD}\u{FFFD}") {
                    text = text.replace("\u{FFFD}\u{FFFD}", "\u{FFFD}");
                }
                text
            }
            Self::InvalidUtf8EndsTheStream => {
                text.split('\u{FFFD}').next().unwrap_or(&text).to_owned()
            }
            Self::NulDropped => text.replace('\0', ""),
            Self::LfCrCountsOnce => text.replace("\n\r", "\n"),
            Self::LoneCrIsText => text.replace("\r\n", "\n").replace('\r', MARK),
            Self::UnicodeLineEnds => {
                text.replace(['\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
            }
            _ => text,
        }
    }

    fn lines(&self, stream: &str) -> Vec<String> {
        let unfinished = !stream.is_empty() && !stream.ends_with(['\r', '\n']);
        match self {
            Self::CrLfCountsTwice => Standard.lines(&stream.replace('\r', "\n")),
            Self::UnfinishedLineProcessed if unfinished => Standard.lines(&format!("{stream}\n")),
            _ => Standard.lines(stream),
        }
    }

    fn process_line(&self, line: &str, buffers: &mut Buffers) {
        let bare = !line.contains(':');
        match self {
            Self::SpacesAreBlank if line.trim().is_empty() => self.dispatch(buffers),
            Self::BomStrippedInTheMiddle if line.starts_with('\u{FEFF}') => {
                Standard.process_line(line.trim_start_matches('\u{FEFF}'), buffers);
            }
            Self::CommentDispatches if line.starts_with(':') => {
                Standard.process_line(line, buffers);
                Standard.dispatch(buffers);
            }
            Self::BareFieldIgnored if bare && !line.is_empty() => {}
            Self::BareDataIgnored if line == "data" => {}
            Self::BareIdIgnored if line == "id" => {}
            Self::BareEventIgnored if line == "event" => {}
            _ if line.is_empty() => self.dispatch(buffers),
            _ if line.starts_with(':') => self.comment(&line[1..], buffers),
            Self::SplitsAtTheLastColon => match line.rsplit_once(':') {
                Some((field, value)) => self.process_field(field, self.value(value), buffers),
                None => self.process_field(line, "", buffers),
            },
            _ => match line.split_once(':') {
                Some((field, value)) => self.process_field(field, self.value(value), buffers),
                None => self.process_field(line, "", buffers),
            },
        }
    }

    fn comment(&self, comment: &str, buffers: &mut Buffers) {
        match self {
            Self::CommentDropped => {}
            Self::CommentSpaceKept => {
                buffers.items.push(ReferenceItem::Comment {
                    text: comment.to_owned(),
                });
            }
            _ => Standard.comment(comment, buffers),
        }
    }

    fn process_field(&self, field: &str, value: &str, buffers: &mut Buffers) {
        let known = ["event", "data", "id", "retry"];
        let lower_case = field.to_lowercase();
        let field = match self {
            Self::FieldNamesFoldCase => lower_case.as_str(),
            Self::FieldNamesTrimmed => field.trim(),
            Self::FieldNamePrefixes => known
                .into_iter()
                .find(|name| field.starts_with(name))
                .unwrap_or(field),
            Self::UnknownFieldsAreData if !known.contains(&field) => "data",
            _ => field,
        };
        match (self, field) {
            (Self::CommentIsAFieldName, "comment") => Standard.comment(value, buffers),
            (Self::UnknownFieldDropsTheBlock, field) if !known.contains(&field) => {
                buffers.data.clear();
            }
            (Self::TakesIdWithNul, "id") => buffers.last_event_id = value.to_owned(),
            (Self::CutsIdAtNul, "id") => {
                buffers.last_event_id = value.split('\0').next().unwrap_or(value).to_owned();
            }
            (Self::ResetsIdAtNul, "id") if value.contains('\0') => buffers.last_event_id.clear(),
            (Self::EmptyIdIgnored, "id") if value.is_empty() => {}
            (Self::FirstIdWins, "id") if buffers.last_event_id != buffers.last_event_id_string => {}
            (Self::InvalidRetryDropsTheBlock, "retry") if self.retry(value).is_none() => {
                buffers.data.clear();
            }
            (_, "retry") => {
                if let Some(milliseconds) = self.retry(value) {
                    buffers.items.push(ReferenceItem::Retry { milliseconds });
                }
            }
            (Self::DataLinesJoined, "data") => {
                let joined = buffers.data.trim_end_matches('\n').to_owned();
                buffers.data = format!("{joined}{value}\n");
            }
            (Self::LastDataLineWins, "data") => buffers.data = format!("{value}\n"),
            (Self::EmptyEventTypeKept, "event") if value.is_empty() => {
                buffers.event_type = MARK.to_owned();
            }
            (Self::EmptyEventIgnored, "event") if value.is_empty() => {}
            (Self::FirstEventTypeWins, "event") if !buffers.event_type.is_empty() => {}
            _ => Standard.process_field(field, value, buffers),
        }
    }

    fn dispatch(&self, buffers: &mut Buffers) {
        let id_before = buffers.last_event_id_string.clone();
        let type_before = buffers.event_type.clone();
        let data_before = buffers.data.clone();
        let without_data = buffers.data.is_empty();
        let mut retries = Vec::new();
        match self {
            Self::EmptyDataDropped if buffers.data == "\n" => buffers.data.clear(),
            Self::AllTrailingLineFeedsStripped if !without_data => {
                buffers.data = buffers.data.trim_end_matches('\n').to_owned() + "\n";
            }
            Self::TrailingLineFeedKept if !without_data => buffers.data.push('\n'),
            Self::DispatchesWithoutData if without_data => buffers.data.push('\n'),
            Self::RetryAfterTheEvent | Self::RetryOnlyBlockLost => {
                while let Some(ReferenceItem::Retry { .. }) = buffers.items.last() {
                    retries.extend(buffers.items.pop());
                }
            }
            _ => {}
        }
        Standard.dispatch(buffers);
        retries.reverse();
        match self {
            Self::RetryAfterTheEvent => buffers.items.append(&mut retries),
            Self::RetryOnlyBlockLost if !without_data => {
                let event = buffers.items.pop();
                buffers.items.append(&mut retries);
                buffers.items.extend(event);
            }
            Self::IdDoesNotPersist => buffers.last_event_id.clear(),
            Self::IdOnlyBlockLost if without_data => {
                buffers.last_event_id.clone_from(&id_before);
                buffers.last_event_id_string = id_before;
            }
            Self::IdOnlyBlockTakenLate if without_data => buffers.last_event_id_string = id_before,
            Self::EventTypeNotReset if !without_data => buffers.event_type = type_before,
            Self::EventTypeOutlivesBlockWithoutData if without_data => {
                buffers.event_type = type_before;
            }
            Self::DataNotReset => buffers.data = data_before,
            Self::EmptyEventTypeKept if type_before == MARK => {
                if let Some(ReferenceItem::Event { event_type, .. }) = buffers.items.last_mut() {
                    take(event_type);
                }
            }
            _ => {}
        }
    }

    fn end_of_file(&self, buffers: &mut Buffers) {
        match self {
            Self::DispatchesAtEndOfInput => self.dispatch(buffers),
            Self::IdTakenAtEndOfInput => {
                buffers
                    .last_event_id_string
                    .clone_from(&buffers.last_event_id);
            }
            _ => {}
        }
    }
}
