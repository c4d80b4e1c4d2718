//! What a client is told that misses something.

use futures_util::{StreamExt, stream};
use sse_codec::{EventType, LastEventId};
use sse_session::{
    cursor::CursorCodec,
    hub::ResumeFrom,
    resumable::{AutoId, AutoIdBuilder},
};

use crate::client::{Client, event, name, numbers, source};

fn small() -> AutoIdBuilder {
    AutoId::builder().with_history(4, 1 << 20)
}

fn gap(reason: &str, missed: &str) -> String {
    format!(r#"gap {{"channel":"a","reason":"{reason}","missed":{missed}}}"#)
}

/// One client has seen 2 events and left; another one has seen 10, of which 4 are kept.
async fn behind(auto_id: &AutoId) -> (Client, impl Sized + use<>) {
    let (sender, events) = source();
    let mut client = Client::default();
    let mut other = Client::default();
    client.connect(auto_id.open(&name("a"), None, || events).unwrap());
    other.attach(auto_id, &name("a"));
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert_eq!(client.read().await, numbers(1..=2));
    client.disconnect();
    (3..=10).for_each(|number| sender.send(number).unwrap());
    assert_eq!(other.read().await, numbers(1..=10));
    (client, (sender, other))
}

#[tokio::test(start_paused = true)]
async fn what_is_not_kept_any_more_is_a_gap_with_a_number() {
    let auto_id = small().build().unwrap();
    let (mut client, _others) = behind(&auto_id).await;
    client.attach(&auto_id, &name("a"));
    let mut expected = vec![gap("trimmed", "4")];
    expected.extend(numbers(7..=10));
    assert_eq!(client.read().await, expected);
    client.attach(&auto_id, &name("a"));
    assert!(client.read().await.is_empty(), "the gap is told once");
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_states_goes_on_with_what_is_new() {
    let auto_id = small()
        .with_resume_from(ResumeFrom::Head)
        .with_gap_event(EventType::from_static("hole"))
        .build()
        .unwrap();
    let (mut client, _others) = behind(&auto_id).await;
    client.attach(&auto_id, &name("a"));
    assert_eq!(
        client.read().await,
        [gap("trimmed", "8").replacen("gap", "hole", 1)]
    );
    let mut new = Client::default();
    new.attach(&auto_id, &name("a"));
    assert!(new.read().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_id_of_elsewhere_is_unknown_and_of_an_earlier_run_another_epoch() {
    let auto_id = small().build().unwrap();
    let other_process = small().build().unwrap();
    let events = || stream::iter((1..=2).map(event)).chain(stream::pending());
    let mut ids = Vec::new();
    for (auto_id, channel) in [(&auto_id, "b"), (&other_process, "a")] {
        let mut client = Client::default();
        client.connect(auto_id.open(&name(channel), None, events).unwrap());
        client.read().await;
        ids.push(client.id);
    }
    let hostile = "A".repeat(100_000);
    let cases = [
        (&*ids[0], "unknown"),
        (&*ids[1], "epoch"),
        ("42", "unknown"),
        (&*hostile, "unknown"),
    ];
    for (id, reason) in cases {
        let mut client = Client::default();
        let after = LastEventId::try_from(id.as_bytes()).unwrap();
        client.connect(auto_id.open(&name("a"), after, events).unwrap());
        let mut expected = vec![gap(reason, "null")];
        expected.extend(numbers(1..=2));
        assert_eq!(client.read().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_signed_id_cannot_be_made_up() {
    let signed = |key: u8| {
        let codec = CursorCodec::signed(&[key; 32]).unwrap();
        small().with_cursor_codec(codec).build().unwrap()
    };
    let (ours, forger) = (signed(1), signed(2));
    let mut client = Client::default();
    for (auto_id, expected) in [(&forger, "1".to_owned()), (&ours, gap("unknown", "null"))] {
        let events = stream::iter([event(1)]).chain(stream::pending());
        client.connect(auto_id.open(&name("a"), client.after(), || events).unwrap());
        assert_eq!(client.read().await.first(), Some(&expected));
    }
}

/// One that does not read delays nobody, and is told what it missed.
#[tokio::test(start_paused = true)]
async fn a_stalled_client_delays_nobody_and_gets_a_gap() {
    let auto_id = small().build().unwrap();
    let events = || stream::iter((1..=1000).map(event));
    let (mut stalled, mut other) = (Client::default(), Client::default());
    stalled.connect(auto_id.open(&name("a"), None, events).unwrap());
    other.attach(&auto_id, &name("a"));
    stalled.read_up_to(1).await;
    assert_eq!(other.read().await, numbers(1..=1000));
    let got = stalled.read().await;
    // The frame of the body that it had taken already, then what is kept.
    let at = got.iter().position(|data| data.starts_with("gap")).unwrap();
    let missed = 996 - at as u64;
    assert_eq!(got[at], gap("lagged", &missed.to_string()));
    assert_eq!(got[..at], numbers(1..=at as u64));
    assert_eq!(got[at + 1..], numbers(997..=1000));
    assert!(stalled.ended && other.ended);
}
