//! The checker.

use std::collections::BTreeMap;

use super::{Rules, Violation, facts::Facts, reader::Reader};
use crate::history::{History, Outcome, Seen};

/// What there was in a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Figures {
    pub(crate) acknowledged: usize,
    pub(crate) unknown: usize,
    pub(crate) refused: usize,
    /// Acknowledged, and not in the log any more.
    pub(crate) lost: usize,
    pub(crate) deliveries: usize,
    /// Those that came again after a reconnect or a gap.
    pub(crate) duplicates: u64,
    pub(crate) reconnects: usize,
    /// By reason.
    pub(crate) gaps: BTreeMap<&'static str, usize>,
}

/// Whether the promises were kept.
pub(crate) fn check(history: &History, rules: &Rules) -> Result<Figures, Violation> {
    let mut figures = Figures::default();
    let facts = (0..history.logs.len()).map(|channel| Facts::of(channel, history, rules));
    let facts = facts.collect::<Result<Vec<_>, _>>()?;
    for publish in &history.publishes {
        match publish.outcome {
            Outcome::Acknowledged(position) => {
                figures.acknowledged += 1;
                let kept = &facts[publish.channel].kept;
                figures.lost += usize::from(!kept.contains_key(&position));
            }
            Outcome::Unknown => figures.unknown += 1,
            Outcome::Refused => figures.refused += 1,
        }
    }
    for (subscriber, seen) in history.subscribers.iter().enumerate() {
        follow(subscriber, seen, &facts, rules, &mut figures)?;
    }
    Ok(figures)
}

fn follow(
    subscriber: usize,
    seen: &[Seen],
    facts: &[Facts],
    rules: &Rules,
    figures: &mut Figures,
) -> Result<(), Violation> {
    let mut readers: BTreeMap<usize, Reader<'_>> = BTreeMap::new();
    let never_began = |channel| Violation::NeverBegan {
        subscriber,
        channel,
    };
    for seen in seen {
        match seen {
            Seen::Connected { behind } => {
                figures.reconnects += usize::from(!readers.is_empty());
                for &(channel, behind) in behind {
                    readers
                        .entry(channel)
                        .or_insert_with(|| Reader::new(subscriber, behind, &facts[channel], rules))
                        .connected(behind);
                }
            }
            Seen::Event {
                channel,
                event,
                position,
            } => {
                figures.deliveries += 1;
                let reader = readers.get_mut(channel);
                let reader = reader.ok_or_else(|| never_began(*channel))?;
                reader.event(*event, *position)?;
            }
            Seen::Gap {
                channel,
                reason,
                resume,
            } => {
                *figures.gaps.entry(reason.as_str()).or_default() += 1;
                let reader = readers.get_mut(channel);
                let reader = reader.ok_or_else(|| never_began(*channel))?;
                reader.gap(*reason, *resume)?;
            }
        }
    }
    for (channel, reader) in readers {
        reader.finish(channel)?;
        figures.duplicates += reader.duplicates;
    }
    Ok(())
}
