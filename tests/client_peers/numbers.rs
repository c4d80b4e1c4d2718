//! What a client got from a peer that counts, and whether that is all of it.

use core::{net::SocketAddr, time::Duration};

use futures_util::StreamExt as _;
use sse_tests::servers::Restartable;
use sse_tower::client::{Cause, ClientItem, EventSource, HttpService};

use crate::{
    client::{client, forgetful, http, quick, uri},
    relay::Relay,
};

/// After this a test fails instead of waiting for ever.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a cut is to the client where a response has chunks: HTTP says that it is not complete.
pub(crate) const BROKEN_OFF: &str = "broken off";

/// How many numbers are taken over connections that are cut.
const NUMBERS: u64 = 400;

/// What a client got.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) numbers: Vec<u64>,
    pub(crate) streams: usize,
    /// Of each reconnection, why, and after how many milliseconds.
    pub(crate) reconnections: Vec<(String, u128)>,
    pub(crate) comments: Vec<String>,
}

pub(crate) async fn within_deadline<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future)
        .await
        .expect("it happens long before the deadline")
}

impl Record {
    /// Adds what comes next.
    pub(crate) async fn next<S: HttpService<B>, B>(&mut self, source: &mut EventSource<S, B>) {
        match within_deadline(source.next()).await {
            Some(Ok(ClientItem::Event(event))) => {
                self.numbers.push(event.data().parse().unwrap());
            }
            Some(Ok(ClientItem::Open(_))) => self.streams += 1,
            Some(Ok(ClientItem::Comment(text))) => self.comments.push(text.to_string()),
            Some(Ok(ClientItem::Reconnecting { cause, delay, .. })) => {
                let kind = match cause {
                    // What it says is the transport's.
                    Cause::Body(_) => BROKEN_OFF.to_owned(),
                    other => other.to_string(),
                };
                self.reconnections.push((kind, delay.as_millis()));
            }
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(error)) => panic!("{error:?}"),
            None => panic!("it has ended"),
        }
    }

    /// Takes until there are so many numbers.
    pub(crate) async fn take<S: HttpService<B>, B>(
        &mut self,
        source: &mut EventSource<S, B>,
        numbers: usize,
    ) {
        while self.numbers.len() < numbers {
            self.next(source).await;
        }
    }

    /// Takes what is left of a stream that is gone, until the client has noticed.
    pub(crate) async fn see_reconnection<S: HttpService<B>, B>(
        &mut self,
        source: &mut EventSource<S, B>,
    ) {
        let before = self.reconnections.len();
        while self.reconnections.len() == before {
            self.next(source).await;
        }
    }

    /// Whether it is 1, 2, 3 … to its end.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (expected, number) in (1..).zip(&self.numbers) {
            if *number != expected {
                return Err(format!("{number} instead of {expected}"));
            }
        }
        Ok(())
    }

    pub(crate) fn was_cut(&self, kind: &str) -> usize {
        let is_it = |it: &&(String, u128)| it.0 == kind;
        self.reconnections.iter().filter(is_it).count()
    }
}

/// Takes numbers over connections that are cut somewhere, in the head of a response, inside of
/// events and between them: all of them come, once. A client that forgets is found out by the same
/// check.
///
/// `cut` is what a cut is to the client.
pub(crate) async fn come_once_over_connections_that_are_cut(
    peer: SocketAddr,
    path: &str,
    cut: &str,
) {
    let mut random = 0x5eed_u64;
    let bytes = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // The head of a response has some 200 bytes.
        100 + (random % 1500) as usize
    };
    let relay = Relay::start(peer, bytes).await;
    let mut record = Record::default();
    let mut source = client(uri(relay.address, path));
    record.take(&mut source, NUMBERS as usize).await;
    assert_eq!(record.check(), Ok(()));
    assert!(record.was_cut(cut) > 5, "{record:?}");

    let mut control = Record::default();
    let mut source = forgetful(uri(relay.address, path));
    control.take(&mut source, NUMBERS as usize).await;
    assert!(control.check().is_err(), "the control is found out");
}

/// Streams that their server ends are followed by others.
pub(crate) async fn come_once_over_streams_that_end(peer: SocketAddr, path: &str) {
    let mut record = Record::default();
    let mut source = client(uri(peer, path));
    record.take(&mut source, 50).await;
    assert_eq!(record.check(), Ok(()));
    let ends = record.was_cut("event stream ended");
    assert_eq!((ends, record.streams), (7, 8), "seven of them each");
}

/// The time of 40 ms that its streams tell is followed when the server ends them.
pub(crate) async fn its_time_is_followed(peer: &Restartable) {
    let bounds = (Duration::ZERO, Duration::from_secs(9));
    let options = quick().with_reconnection_time_bounds(bounds.0, bounds.1);
    let mut source = EventSource::get(http(), peer.uri("/short")).with_options(options);
    let mut record = Record::default();
    record.see_reconnection(&mut source).await;
    assert_eq!(record.reconnections, [("event stream ended".into(), 40)]);
}

/// What three comments of a stream without events say, and all that came on its connection.
pub(crate) async fn comments(peer: &Restartable) -> (Vec<String>, String) {
    let relay = Relay::start(peer.server().address(), || usize::MAX).await;
    let options = quick().with_comments(true);
    let quiet = uri(relay.address, "/quiet");
    let mut source = EventSource::get(http(), quiet).with_options(options);
    let mut record = Record::default();
    while record.comments.len() < 3 {
        record.next(&mut source).await;
    }
    (record.comments, relay.passed())
}

/// 204 is the end, for good.
pub(crate) async fn no_content_ends_it(peer: &Restartable) {
    let mut source = client(peer.uri("/no-content"));
    let error = within_deadline(source.next()).await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 204);
    assert!(source.next().await.is_none());
}

/// A server that is killed and started again is asked for what is missing.
pub(crate) async fn come_once_over_restarts(peer: &mut Restartable) {
    let mut record = Record::default();
    let mut source = client(peer.uri("/events"));
    for _ in 0..3 {
        let more = record.numbers.len() + 50;
        record.take(&mut source, more).await;
        peer.kill_and_start_again();
        record.see_reconnection(&mut source).await;
    }
    let more = record.numbers.len() + 50;
    record.take(&mut source, more).await;
    assert_eq!(record.check(), Ok(()));
    assert!(record.streams >= 4, "{record:?}");
}
