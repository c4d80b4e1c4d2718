//! All clients that are measured bring the same events, and one that does not is found.

use core::net::SocketAddr;

use sse_benches::{
    client::{
        agreement::{Disagreement, check},
        cell::CONTENDERS,
        contender::{Brings, Contender, Stream, Taker},
        contenders::{Floor, Ours, floor::Frames},
        scene::Scene,
    },
    peer::Failure,
};

#[test]
fn all_clients_bring_all_events() {
    for contender in CONTENDERS {
        for scene in Scene::ALL {
            let checked = (contender.check)(scene);
            assert!(checked.is_ok(), "{}: {checked:?}", contender.name);
        }
    }
}

/// Changes something about each event of a stream of ours.
struct Changed<const CHANGE: char>(Ours);

struct ChangedStream<const CHANGE: char> {
    stream: <Ours as Contender>::Stream,
    events: usize,
}

struct Changes<'a, T, const CHANGE: char> {
    taker: &'a mut T,
    number: usize,
}

impl<const CHANGE: char> Contender for Changed<CHANGE> {
    const NAME: &'static str = "changed";
    type Stream = ChangedStream<CHANGE>;

    fn new() -> Result<Self, Failure> {
        Ours::new().map(Self)
    }

    async fn open(&self, server: SocketAddr) -> Result<Self::Stream, Failure> {
        let stream = self.0.open(server).await?;
        Ok(ChangedStream { stream, events: 0 })
    }
}

impl<const CHANGE: char> Stream for ChangedStream<CHANGE> {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        let number = self.events;
        self.events += 1;
        let mut taker = Changes::<_, CHANGE> { taker, number };
        self.stream.bring(&mut taker).await
    }
}

impl<T: Taker, const CHANGE: char> Taker for Changes<'_, T, CHANGE> {
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str) {
        match (self.number, CHANGE) {
            (9, 'm') => {}
            (9, 't') => self.taker.event("other", data, last_event_id),
            (9, 'd') => self.taker.event(event_type, &data[1..], last_event_id),
            (9, 'i') => self.taker.event(event_type, data, "other"),
            (9, '2') => {
                self.taker.event(event_type, data, last_event_id);
                self.taker.event(event_type, data, last_event_id);
            }
            _ => self.taker.event(event_type, data, last_event_id),
        }
    }

    fn bytes(&mut self, count: usize) {
        self.taker.bytes(count);
    }
}

fn wrong_at(checked: Result<(), Disagreement>) -> Option<usize> {
    match checked {
        Err(Disagreement::Event(at)) => Some(at),
        _ => None,
    }
}

#[test]
fn one_that_misses_an_event_or_brings_it_twice_is_rejected() {
    assert_eq!(wrong_at(check::<Changed<'m'>>(Scene::SLOW)), Some(9));
    assert_eq!(wrong_at(check::<Changed<'2'>>(Scene::SLOW)), Some(10));
    assert_eq!(wrong_at(check::<Changed<'='>>(Scene::SLOW)), None);
}

#[test]
fn one_that_changes_type_data_or_id_is_rejected() {
    assert_eq!(wrong_at(check::<Changed<'t'>>(Scene::SLOW)), Some(9));
    assert_eq!(wrong_at(check::<Changed<'d'>>(Scene::FAST)), Some(9));
    assert_eq!(wrong_at(check::<Changed<'i'>>(Scene::SLOW)), Some(9));
}

/// Counts a byte too many.
struct Generous(Floor);

struct GenerousFrames(Frames);

impl Contender for Generous {
    const NAME: &'static str = "generous";
    const BRINGS: Brings = Brings::Bytes;
    type Stream = GenerousFrames;

    fn new() -> Result<Self, Failure> {
        Floor::new().map(Self)
    }

    async fn open(&self, server: SocketAddr) -> Result<GenerousFrames, Failure> {
        self.0.open(server).await.map(GenerousFrames)
    }
}

impl Stream for GenerousFrames {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        self.0.bring(taker).await?;
        taker.bytes(1);
        Ok(())
    }
}

#[test]
fn one_that_counts_other_bytes_is_rejected() {
    let checked = check::<Generous>(Scene::FAST);
    assert!(
        matches!(checked, Err(Disagreement::Bytes(_))),
        "{checked:?}"
    );
}
