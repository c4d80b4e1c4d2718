//! Opened minus closed is live.

use core::{pin::pin, time::Duration};

use futures_util::FutureExt;
use http::Method;
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use sse_tests::oracle::BodyStep;
use sse_tower::stream::{CloseReason, StreamEnd, StreamHandle};

use super::{AnyBody, Check, Observed, paused, respond, statistics, step};

/// What may happen among open streams.
#[derive(Debug, Clone)]
pub(super) enum Happens {
    Open {
        steps: Vec<BodyStep>,
        fails: bool,
        outside: bool,
    },
    Head,
    /// Which of the open ones, counted round; how often.
    Poll(u8, u8),
    Seconds(u8),
    End(u8),
    Drop(u8),
}

pub(super) fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => (vec(step(), 0..6), any::<bool>(), any::<bool>())
            .prop_map(|(steps, fails, outside)| Happens::Open { steps, fails, outside }),
        1 => Just(Happens::Head),
        4 => (any::<u8>(), 1_u8..8).prop_map(|(which, times)| Happens::Poll(which, times)),
        2 => (1_u8..60).prop_map(Happens::Seconds),
        1 => any::<u8>().prop_map(Happens::End),
        2 => any::<u8>().prop_map(Happens::Drop),
    ]
}

/// A stream that has not ended for its client.
struct Open {
    body: AnyBody,
    handle: StreamHandle,
    outside: bool,
}

impl Open {
    /// Watched from inside, a stream is closed as soon as the inner body has ended, though what the
    /// layers further out add may still be to come.
    fn is_live(&self) -> bool {
        self.outside || !self.handle.is_closed()
    }
}

/// After everything that happens, what was opened and not closed is live, and is as many as there
/// are bodies that have not ended.
pub(super) fn check_live(sequence: &[Happens], observed: &Observed) -> Check {
    paused(async {
        let mut opened = 0;
        let mut open: Vec<Open> = Vec::new();
        for happens in sequence {
            let which = |which: u8, open: &[Open]| usize::from(which) % open.len().max(1);
            match happens {
                Happens::Open {
                    steps,
                    fails,
                    outside,
                } => {
                    let steps = steps.clone();
                    let layer = &observed.layer;
                    let response = respond(steps, *fails, Method::GET, layer, *outside).await;
                    let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
                    let body = response.into_body();
                    open.push(Open {
                        body,
                        handle,
                        outside: *outside,
                    });
                    opened += 1;
                }
                Happens::Head => {
                    drop(respond(Vec::new(), false, Method::HEAD, &observed.layer, true).await);
                }
                Happens::Poll(at, times) => {
                    let at = which(*at, &open);
                    let ended = open.get_mut(at).is_some_and(|stream| {
                        (0..*times).any(|_| {
                            let frame = pin!(stream.body.frame()).now_or_never();
                            matches!(frame, Some(None))
                        })
                    });
                    if ended {
                        open.swap_remove(at);
                    }
                }
                Happens::Seconds(seconds) => {
                    tokio::time::sleep(Duration::from_secs((*seconds).into())).await;
                }
                Happens::End(at) => {
                    if let Some(stream) = open.get(which(*at, &open)) {
                        stream.handle.end(StreamEnd::new(CloseReason::Requested));
                    }
                }
                Happens::Drop(at) => {
                    let at = which(*at, &open);
                    if at < open.len() {
                        open.swap_remove(at);
                    }
                }
            }
            let live = open.iter().filter(|stream| stream.is_live()).count();
            check_counts(observed, opened, live as u64, happens)?;
        }
        open.clear();
        check_counts(observed, opened, 0, &"all dropped")
    })
}

fn check_counts(observed: &Observed, opened: u64, live: u64, at: &dyn core::fmt::Debug) -> Check {
    let seen = (observed.counts)();
    let expected = (opened, opened - live, live);
    prop_assert_eq!(seen, expected, "opened, closed, live after {:?}", at);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn opened_minus_closed_is_live_whatever_happens(sequence in vec(happens(), 0..30)) {
        check_live(&sequence, &statistics().1)?;
    }
}
