//! Histories that keep the promises, and histories that break them, made by hand.

use bytes::Bytes;
use sse_session::store::{GapReason, Position, Previous, Record};

use super::{Rules, Violation, check};
use crate::history::{EventName, History, Kept, Outcome, Publish, Seen};

const REWOUND: Rules = Rules::losing(&[GapReason::Rewound, GapReason::Forked]);

/// The record at an offset of a log that nothing has happened to.
const fn at(offset: u64) -> Position {
    Position {
        epoch: 1,
        offset,
        tag: offset as u32,
    }
}

/// The record that stands there after the log was rewound.
const fn fork(offset: u64) -> Position {
    Position {
        tag: 100 + offset as u32,
        ..at(offset)
    }
}

fn event(position: Position) -> EventName {
    (position.epoch as usize, u64::from(position.tag))
}

fn acknowledged(position: Position) -> Publish {
    Publish {
        channel: 0,
        event: event(position),
        outcome: Outcome::Acknowledged(position),
    }
}

fn kept(positions: &[Position]) -> Vec<Kept> {
    let before = positions[0].offset - 1;
    let tag = before as u32;
    let mut previous = Previous {
        offset: before,
        tag,
    };
    let kept = |position: &Position| Kept {
        event: event(*position),
        record: Record {
            position: *position,
            previous: core::mem::replace(&mut previous, position.as_previous()),
            payload: Bytes::new(),
        },
    };
    positions.iter().map(kept).collect()
}

fn connected(behind: Position) -> Seen {
    Seen::Connected {
        behind: vec![(0, behind)],
    }
}

fn got(position: Position) -> Seen {
    Seen::Event {
        channel: 0,
        event: event(position),
        position: Some(position),
    }
}

/// On a stream of several channels most events have no id.
fn got_without_id(position: Position) -> Seen {
    Seen::Event {
        channel: 0,
        event: event(position),
        position: None,
    }
}

fn gap(reason: GapReason, resume: Position) -> Seen {
    Seen::Gap {
        channel: 0,
        reason,
        resume,
    }
}

fn log(positions: &[Position], seen: Vec<Seen>) -> History {
    History {
        publishes: positions.iter().copied().map(acknowledged).collect(),
        subscribers: vec![seen],
        logs: vec![kept(positions)],
    }
}

/// A log of five, all of them acknowledged.
fn five(seen: Vec<Seen>) -> History {
    log(&[at(1), at(2), at(3), at(4), at(5)], seen)
}

/// 3 and 4 were acknowledged and lost; 3 to 5 are others.
fn forked(seen: Vec<Seen>) -> History {
    let mut history = log(&[at(1), at(2), fork(3), fork(4), fork(5)], seen);
    history.publishes.extend([at(3), at(4)].map(acknowledged));
    history
}

fn violation(history: &History, rules: &Rules) -> Violation {
    check(history, rules).unwrap_err()
}

#[test]
fn a_history_without_faults_is_right() {
    let history = five(vec![
        connected(at(1)),
        got(at(2)),
        got_without_id(at(3)),
        got(at(4)),
        got(at(5)),
    ]);
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    assert_eq!((figures.acknowledged, figures.deliveries), (5, 4));
}

#[test]
fn after_a_reconnect_duplicates_are_right() {
    let history = five(vec![
        connected(at(2)),
        got(at(3)),
        got_without_id(at(4)),
        connected(at(3)),
        got(at(4)),
        got(at(5)),
    ]);
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    assert_eq!((figures.reconnects, figures.duplicates), (1, 1));
}

#[test]
fn an_event_whose_outcome_is_unknown_may_come_or_not() {
    let seen = vec![connected(at(3)), got(at(4)), got(at(5))];
    let mut history = five(seen);
    history.publishes[4].outcome = Outcome::Unknown;
    history.publishes.push(Publish {
        channel: 0,
        event: (9, 9),
        outcome: Outcome::Unknown,
    });
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    assert_eq!((figures.acknowledged, figures.unknown), (4, 2));
}

#[test]
fn a_gap_in_the_place_of_what_was_lost_is_right_and_the_common_ancestor_goes_on_without() {
    let mut history = forked(vec![
        connected(at(1)),
        got(at(2)),
        got(at(3)),
        gap(GapReason::Forked, at(2)),
        got(fork(3)),
        got(fork(4)),
        got(fork(5)),
    ]);
    let ancestor = [connected(at(2)), got(fork(3)), got(fork(4)), got(fork(5))];
    history.subscribers.push(ancestor.to_vec());
    let figures = check(&history, &REWOUND).unwrap();
    assert_eq!((figures.lost, figures.gaps["forked"]), (2, 1));
}

#[test]
fn an_event_that_is_skipped_is_a_silent_loss() {
    let history = five(vec![connected(at(2)), got(at(3)), got(at(5))]);
    let lost = violation(&history, &Rules::NO_LOSS);
    assert!(
        matches!(lost, Violation::SilentLoss { cursor, got, .. } if cursor == at(3) && got == at(5))
    );
    let lost = violation(&history, &Rules::NO_LOSS.with_holes());
    assert!(matches!(lost, Violation::SilentLoss { .. }), "{lost:?}");
}

#[test]
fn offsets_may_have_holes_where_that_is_declared() {
    let positions = [at(1), at(4), at(9)];
    let history = log(&positions, vec![connected(at(1)), got(at(4)), got(at(9))]);
    let mut history = history;
    history.logs[0] = kept(&positions);
    check(&history, &Rules::NO_LOSS.with_holes()).unwrap();
    let lost = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(lost, Violation::SilentLoss { .. }), "{lost:?}");
}

#[test]
fn an_event_behind_a_later_one_is_out_of_order() {
    let history = five(vec![connected(at(3)), got(at(4)), got(at(2))]);
    let wrong = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(wrong, Violation::OutOfOrder { .. }), "{wrong:?}");
}

#[test]
fn an_event_twice_on_a_connection_is_a_duplicate() {
    for again in [got(at(4)), got_without_id(at(4))] {
        let history = five(vec![connected(at(3)), got(at(4)), again]);
        let twice = violation(&history, &Rules::NO_LOSS);
        assert!(matches!(twice, Violation::Duplicate { .. }), "{twice:?}");
    }
}

#[test]
fn what_never_came_is_missing() {
    let history = five(vec![connected(at(3)), got(at(4))]);
    let missing = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(missing, Violation::Missing { event, .. } if event == self::event(at(5))));
    // Also if a gap stands in its place: it is there.
    let history = forked(vec![
        connected(at(3)),
        gap(GapReason::Forked, fork(4)),
        got(fork(5)),
    ]);
    let missing = violation(&history, &REWOUND);
    assert!(matches!(missing, Violation::Missing { .. }), "{missing:?}");
}

#[test]
fn a_lost_event_and_the_successor_of_another_one_is_a_silent_fork() {
    let history = forked(vec![
        connected(at(2)),
        got(at(3)),
        got(fork(4)),
        got(fork(5)),
    ]);
    let crossed = violation(&history, &REWOUND);
    assert!(
        matches!(crossed, Violation::CrossedLineages { .. }),
        "{crossed:?}"
    );
}

#[test]
fn another_epoch_without_a_gap_is_a_silent_loss() {
    let new = Position { epoch: 2, ..at(1) };
    let mut history = log(&[new], vec![connected(at(1)), got(new)]);
    history.publishes.push(acknowledged(at(1)));
    let lost = violation(&history, &Rules::losing(&[GapReason::Epoch]));
    assert!(matches!(lost, Violation::SilentLoss { .. }), "{lost:?}");
}

#[test]
fn a_gap_where_nothing_is_missing_is_false() {
    let whole = vec![
        connected(at(3)),
        gap(GapReason::Forked, at(3)),
        got(at(4)),
        got(at(5)),
    ];
    let wrong = violation(&five(whole), &REWOUND);
    assert!(matches!(wrong, Violation::FalseGap { .. }), "{wrong:?}");
}

#[test]
fn a_gap_for_a_reason_that_cannot_be_is_false() {
    let history = forked(vec![connected(at(3)), gap(GapReason::Lagged, at(2))]);
    let wrong = violation(&history, &REWOUND);
    assert!(matches!(
        wrong,
        Violation::FalseGap {
            reason: GapReason::Lagged,
            ..
        }
    ));
}

#[test]
fn an_acknowledged_event_that_is_gone_is_lost_unless_the_fault_loses() {
    let history = forked(vec![connected(fork(4)), got(fork(5))]);
    assert_eq!(check(&history, &REWOUND).unwrap().lost, 2);
    let lost = violation(&history, &Rules::NO_LOSS);
    assert!(
        matches!(lost, Violation::AcknowledgedLost { .. }),
        "{lost:?}"
    );
}

#[test]
fn what_is_shown_and_not_kept_was_not_durable() {
    let seen = [connected(at(4)), got(at(5)), got(at(6))];
    let mut history = five(seen.to_vec());
    history.publishes.push(Publish {
        outcome: Outcome::Unknown,
        ..acknowledged(at(6))
    });
    let shown = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(shown, Violation::ShownNotKept { .. }), "{shown:?}");
}

#[test]
fn what_was_refused_or_never_published_may_not_come() {
    let mut history = five(vec![connected(at(4)), got(at(5))]);
    history.publishes[4].outcome = Outcome::Refused;
    let wrong = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(wrong, Violation::RefusedShown { .. }), "{wrong:?}");
    history.publishes.remove(4);
    let wrong = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(wrong, Violation::Invented { .. }), "{wrong:?}");
}

#[test]
fn one_event_at_two_positions_and_two_events_at_one_are_wrong() {
    let mut history = five(vec![connected(at(5))]);
    history.logs[0][4].event = event(at(3));
    let twice = violation(&history, &Rules::NO_LOSS);
    assert!(
        matches!(twice, Violation::TwoAtOnePosition { .. }),
        "{twice:?}"
    );
    history.publishes.remove(4);
    let twice = violation(&history, &Rules::NO_LOSS);
    assert!(
        matches!(twice, Violation::PublishedTwice { .. }),
        "{twice:?}"
    );
}

#[test]
fn a_log_whose_records_do_not_follow_each_other_is_broken() {
    let mut history = five(vec![connected(at(5))]);
    history.logs[0].remove(2);
    let broken = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(broken, Violation::BrokenLog { .. }), "{broken:?}");
}

#[test]
fn nothing_comes_before_it_is_known_where_the_stream_begins() {
    let history = five(vec![got(at(1))]);
    let wrong = violation(&history, &Rules::NO_LOSS);
    assert!(matches!(wrong, Violation::NeverBegan { .. }), "{wrong:?}");
}
