//! A client that knows only bytes.

use bytes::Bytes;
use sse_codec::{Decoder, Event, Item, LastEventId};
use sse_session::{
    Channel,
    cursor::{ChannelLabel, CursorCodec},
    store::{GapReason, Position},
};

use crate::history::Seen;

/// A client that knows only bytes, and records what it makes of them. Only for the record, it reads what is in the ids.
#[derive(Debug)]
pub(super) struct Client {
    /// Its channels, and their numbers.
    channels: Vec<(usize, Channel)>,
    labels: Vec<ChannelLabel>,
    codec: CursorCodec,
    decoder: Decoder,
    /// It was recorded that it is connected.
    began: bool,
}

impl Client {
    pub(super) fn new(channels: Vec<(usize, Channel)>) -> Self {
        let codec = CursorCodec::new();
        let labels = channels.iter().map(|(_, channel)| codec.label(channel));
        Self {
            labels: labels.collect(),
            channels,
            codec,
            decoder: Decoder::new(),
            began: false,
        }
    }

    pub(super) fn channels(&self) -> impl Iterator<Item = Channel> {
        self.channels.iter().map(|(_, channel)| channel.clone())
    }

    pub(super) fn last_event_id(&self) -> Option<LastEventId> {
        LastEventId::try_from(self.decoder.last_event_id().as_bytes()).ok()
    }

    /// It has connected with its last event ID.
    pub(super) fn connected(&mut self) -> Option<Seen> {
        self.decoder.reset();
        self.began = self.last_event_id().is_some();
        self.began.then(|| self.begins())
    }

    /// Takes what has come, which need not be whole.
    pub(super) fn receive(&mut self, mut bytes: Bytes, mut record: impl FnMut(Seen)) {
        if !self.began {
            // The first block of a stream says where it begins.
            let end = bytes.windows(2).position(|two| two == b"\n\n");
            let Some(end) = end else { return };
            let mut block = bytes.split_to(end + 2);
            while self.decoder.decode_bytes(&mut block).unwrap().is_some() {}
            self.began = true;
            record(self.begins());
        }
        let mut id = self.decoder.last_event_id().to_owned();
        while let Some(item) = self.decoder.decode_bytes(&mut bytes).unwrap() {
            if let Item::Event(event) = item {
                let has_own_id = event.last_event_id() != id;
                event.last_event_id().clone_into(&mut id);
                record(self.seen(&event, has_own_id));
            }
        }
    }

    fn begins(&self) -> Seen {
        let positions = self.positions(self.decoder.last_event_id());
        let positions = self.channels.iter().zip(positions);
        let behind = positions.map(|((number, _), at)| (*number, at.expect("each channel")));
        Seen::Connected {
            behind: behind.collect(),
        }
    }

    fn positions(&self, id: &str) -> Vec<Option<Position>> {
        let id = LastEventId::try_from(id.as_bytes()).expect("an id");
        self.codec.decode(&id, &self.labels)
    }

    fn seen(&self, event: &Event, has_own_id: bool) -> Seen {
        let position = |channel: usize| {
            let index = self.channels.iter().position(|(it, _)| *it == channel);
            let index = index.expect("its channel");
            self.positions(event.last_event_id())[index]
        };
        if event.event_type() == "gap" {
            let (channel, reason) = gap(event.data());
            let is_it = |(_, it): &&(usize, Channel)| it.as_str() == channel;
            let (channel, _) = *self.channels.iter().find(is_it).expect("its channel");
            return Seen::Gap {
                channel,
                reason,
                resume: position(channel).expect("where to resume"),
            };
        }
        let mut words = event.data().split(' ');
        let mut number = || words.next().expect("data of ours");
        let channel = number().parse().expect("a channel");
        let event = (number().parse().unwrap(), number().parse().unwrap());
        Seen::Event {
            channel,
            event,
            position: has_own_id.then(|| position(channel)).flatten(),
        }
    }
}

/// Of which channel, and why.
fn gap(data: &str) -> (&str, GapReason) {
    let part = |name: &str| {
        let (_, rest) = data.split_once(name).expect("a gap");
        rest.split_once('"').expect("a gap").0
    };
    let reasons = [
        GapReason::Trimmed,
        GapReason::Unknown,
        GapReason::Epoch,
        GapReason::Rewound,
        GapReason::Forked,
        GapReason::Lagged,
    ];
    let reason = part(r#""reason":""#);
    let is_it = |it: &GapReason| it.as_str() == reason;
    let reason = reasons.into_iter().find(is_it).expect("a reason");
    (part(r#""channel":""#), reason)
}
