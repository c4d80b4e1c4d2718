//! Anything in any order against a plain list.

use core::future::ready;

use futures_util::StreamExt;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use sse_codec::EncodedFrame;
use sse_session::resumable::{AutoId, AutoIdStream};

use crate::client::{Client, name, source};

#[derive(Debug, Clone)]
enum Step {
    Happens(u8),
    Connect(usize),
    Disconnect(usize),
    Read(usize, usize),
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let client = 0..3_usize;
    let step = prop_oneof![
        4 => (1..6_u8).prop_map(Step::Happens),
        3 => client.clone().prop_map(Step::Connect),
        2 => client.clone().prop_map(Step::Disconnect),
        4 => (client, 1..9_usize).prop_map(|(client, events)| Step::Read(client, events)),
        1 => Just(Step::Forget),
    ];
    vec(step, 0..60)
}

/// What a client is connected to.
type Wrap = fn(AutoIdStream) -> futures_util::stream::BoxStream<'static, EncodedFrame>;

/// Each client's record is contiguous, or has a gap exactly where it jumps.
fn judge(got: &[String]) -> Result<(), TestCaseError> {
    let mut last: Option<u64> = None;
    let mut gap: Option<Option<u64>> = None;
    for data in got {
        if let Some(json) = data.strip_prefix("gap ") {
            let (_, missed) = json.split_once(r#""missed":"#).unwrap();
            let missed: Option<u64> = missed.trim_end_matches('}').parse().ok();
            // What goes while the gap is on its way is another one behind it.
            gap = Some(match gap {
                None => missed,
                Some(before) => before.zip(missed).map(|(before, missed)| before + missed),
            });
            continue;
        }
        let number: u64 = data.parse().unwrap();
        let skipped = last.map(|last| number.checked_sub(last + 1));
        match (skipped, gap.take()) {
            (None | Some(Some(0)), None) | (_, Some(None)) | (None, Some(Some(_))) => (),
            (Some(Some(skipped)), Some(Some(missed))) => prop_assert_eq!(skipped, missed),
            wrong => prop_assert!(false, "{:?} before {} in {:?}", wrong, number, got),
        }
        last = Some(number);
    }
    Ok(())
}

fn run(steps: &[Step], wrap: Wrap) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let auto_id = AutoId::builder().with_history(4, 1 << 20).build().unwrap();
        let mut clients: [Client; 3] = core::array::from_fn(|_| Client::default());
        let mut connected = [false; 3];
        let (mut sender, events) = source();
        let mut events = Some(events);
        let mut number = 0;
        for step in steps.iter().cloned().chain((0..3).map(Step::Connect)) {
            match step {
                Step::Happens(count) => {
                    for _ in 0..count {
                        number += 1;
                        _ = sender.send(number);
                    }
                    tokio::task::yield_now().await;
                }
                Step::Connect(index) => {
                    let client = &mut clients[index];
                    let opened = auto_id.open(&name("a"), client.after(), || {
                        events.take().unwrap_or_else(|| {
                            let (new, events) = source();
                            sender = new;
                            events
                        })
                    });
                    client.connect_with(wrap(opened.unwrap()));
                    connected[index] = true;
                }
                Step::Disconnect(index) => {
                    clients[index].disconnect();
                    connected[index] = false;
                }
                Step::Read(index, count) if connected[index] => {
                    clients[index].read_up_to(count).await
                }
                Step::Read(..) => (),
                // If nobody is there, the stream is forgotten, and the next one is another one.
                Step::Forget => tokio::time::sleep(core::time::Duration::from_secs(121)).await,
            }
        }
        number += 1;
        _ = sender.send(number);
        for client in &mut clients {
            client.read_up_to(usize::MAX).await;
            judge(&client.got)?;
            let last = client.got.last().cloned();
            prop_assert_eq!(
                last,
                Some(number.to_string()),
                "what is published last arrives"
            );
        }
        Ok(())
    })
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_record_is_contiguous_or_has_a_gap_where_it_jumps(steps in steps()) {
        run(&steps, |frames| frames.boxed())?;
    }
}

#[test]
fn control_without_the_gap_it_is_found() {
    let without_gaps: Wrap = |frames| {
        let is_gap = |frame: &EncodedFrame| {
            let mut parts = frame.as_bytes().windows(10);
            parts.any(|part| part == b"event: gap")
        };
        frames.filter(move |frame| ready(!is_gap(frame))).boxed()
    };
    let mut runner = TestRunner::new(config());
    assert!(
        runner
            .run(&steps(), |steps| run(&steps, without_gaps))
            .is_err()
    );
}
