//! The machine against a twin that is slow and obvious: it keeps the whole history, and computes
//! from it what is so now.

use core::time::Duration;
use std::time::SystemTime;

use http::{HeaderMap, Response};
use proptest::prelude::*;
use sse_codec::EventId;
use sse_tower::client::{
    Backoff, Cause, EventSourceOptions,
    machine::{Fate, GaveUp, Machine, Step},
};

const MAX_RECONNECTIONS: u32 = 4;
const MAX_DOWN: u64 = 60;
const STABLE: u64 = 20;
const CONNECT_TIMEOUT: u64 = 9;

/// What happens to a client that is connecting or open, after so many seconds.
#[derive(Debug, Clone)]
enum Happens {
    Opens(u64),
    Refused(u64),
    Reads(u64, Text),
    Ends(u64),
    /// Nothing, for so long.
    Nothing(u64),
    Pause(u64),
}

#[derive(Debug, Clone, Copy)]
enum Text {
    Id(u8),
    Event,
    Retry(u8),
    HalfAnId(u8),
}

impl Text {
    fn bytes(self) -> String {
        match self {
            Self::Id(id) => format!("id: {id}\ndata: x\n\n"),
            Self::Event => "data: x\n\n".into(),
            Self::Retry(seconds) => format!("retry: {seconds}000\n\n"),
            Self::HalfAnId(id) => format!("id: {id}\n"),
        }
    }
}

fn happens() -> impl Strategy<Value = Happens> {
    let text = prop_oneof![
        (0..100_u8).prop_map(Text::Id),
        Just(Text::Event),
        (1..9_u8).prop_map(Text::Retry),
        (0..100_u8).prop_map(Text::HalfAnId),
    ];
    prop_oneof![
        4 => (0..12_u64).prop_map(Happens::Opens),
        2 => (0..12_u64).prop_map(Happens::Refused),
        6 => (0..12_u64, text).prop_map(|(after, text)| Happens::Reads(after, text)),
        3 => (0..30_u64).prop_map(Happens::Ends),
        1 => (0..40_u64).prop_map(Happens::Nothing),
        1 => (0..40_u64).prop_map(Happens::Pause),
    ]
}

/// A second, and whether there was a stream in it, none, or a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Second {
    Up,
    Down,
    Paused,
}

/// The history, second by second; and the texts of each stream.
#[derive(Debug, Default)]
struct Twin {
    seconds: Vec<Second>,
    streams: Vec<String>,
    /// At which second each stream began.
    starts: Vec<usize>,
    /// At which second each reconnection was decided.
    reconnections: Vec<usize>,
}

impl Twin {
    fn pass(&mut self, seconds: u64, what: Second) {
        self.seconds.extend((0..seconds).map(|_| what));
    }

    /// Where the last stream that was stable ended.
    fn calm(&self) -> usize {
        let mut calm = 0;
        let mut up = 0;
        for (at, second) in self.seconds.iter().enumerate() {
            if self.starts.contains(&at) {
                up = 0;
            }
            up = if *second == Second::Up { up + 1 } else { 0 };
            if up >= STABLE {
                calm = at + 1;
            }
        }
        calm
    }

    fn reconnections_in_a_row(&self) -> u32 {
        let calm = self.calm();
        let later = self.reconnections.iter().filter(|at| **at >= calm);
        u32::try_from(later.count()).unwrap()
    }

    fn down(&self) -> u64 {
        let later = &self.seconds[self.calm()..];
        later
            .iter()
            .filter(|second| **second == Second::Down)
            .count() as u64
    }

    /// The last id of a block that is complete.
    fn last_event_id(&self) -> Option<String> {
        let mut id = None;
        for block in self.complete_blocks() {
            for line in block.lines() {
                id = line.strip_prefix("id: ").map(str::to_owned).or(id);
            }
        }
        id
    }

    fn reconnection_time(&self) -> u64 {
        let text = self.streams.concat();
        let mut retries = text.lines().filter_map(|line| line.strip_prefix("retry: "));
        retries
            .next_back()
            .map_or(3, |time| time.parse::<u64>().unwrap() / 1000)
    }

    fn complete_blocks(&self) -> impl Iterator<Item = &str> {
        self.streams
            .iter()
            .flat_map(|text| text.split_inclusive("\n\n"))
            .filter(|block| block.ends_with("\n\n"))
    }

    /// What becomes of a client that fails now.
    fn fails(&mut self) -> Fate {
        let max = MAX_RECONNECTIONS;
        if self.reconnections_in_a_row() >= max {
            return Fate::GaveUp(GaveUp::Reconnections { max });
        }
        let delay = self.reconnection_time();
        if self.down() >= MAX_DOWN || self.down() + delay > MAX_DOWN {
            let max = Duration::from_secs(MAX_DOWN);
            return Fate::GaveUp(GaveUp::TimeDown { max });
        }
        self.reconnections.push(self.seconds.len());
        Fate::Reconnect {
            attempt: self.reconnections_in_a_row(),
            delay: Duration::from_secs(delay),
        }
    }
}

/// The machine and its twin, side by side.
struct Pair {
    machine: Machine,
    twin: Twin,
    is_open: bool,
}

impl Pair {
    fn now(&self) -> Duration {
        Duration::from_secs(self.twin.seconds.len() as u64)
    }

    fn pass(&mut self, seconds: u64) {
        let what = if self.is_open {
            Second::Up
        } else {
            Second::Down
        };
        self.twin.pass(seconds, what);
    }

    fn connect(&mut self) {
        let now = self.now();
        assert_eq!(self.machine.step(now), Step::Connect);
        self.machine.begin(now);
        let mut headers = HeaderMap::new();
        self.machine.prepare(&mut headers);
        let sent = headers
            .get("last-event-id")
            .map(|id| id.to_str().unwrap().to_owned());
        assert_eq!(sent, self.twin.last_event_id());
        self.is_open = false;
    }

    /// Says whether there is a next connection.
    fn fail(&mut self, cause: &Cause) -> bool {
        let fate = self.machine.failed(self.now(), cause);
        assert_eq!(fate, self.twin.fails());
        self.is_open = false;
        let Fate::Reconnect { delay, .. } = fate else {
            assert_eq!(self.machine.step(self.now()), Step::Ended);
            return false;
        };
        assert_eq!(self.machine.deadline(), Some(self.now() + delay));
        assert_eq!(self.machine.step(self.now()), Step::Wait);
        self.pass(delay.as_secs());
        self.connect();
        true
    }

    /// Lets time pass; `None` if a timeout came before, and whether there is a next connection.
    fn wait(&mut self, seconds: u64) -> Result<(), bool> {
        let deadline = self.machine.deadline().unwrap_or(Duration::MAX);
        let left = deadline.saturating_sub(self.now()).as_secs();
        if !self.is_open {
            let end = MAX_DOWN.saturating_sub(self.twin.down());
            assert!(left <= CONNECT_TIMEOUT.min(end));
        }
        if left > seconds {
            self.pass(seconds);
            assert!(self.machine.timed_out(self.now()).is_none());
            return Ok(());
        }
        self.pass(left);
        let cause = self.machine.timed_out(self.now()).expect("it is time");
        Err(self.fail(&cause))
    }

    fn does(&mut self, happens: &Happens) -> bool {
        let (Happens::Opens(seconds)
        | Happens::Refused(seconds)
        | Happens::Reads(seconds, _)
        | Happens::Ends(seconds)
        | Happens::Nothing(seconds)
        | Happens::Pause(seconds)) = *happens;
        if let Err(goes_on) = self.wait(seconds) {
            return goes_on;
        }
        match happens {
            Happens::Opens(_) if !self.is_open => {
                let response = Response::builder().header("content-type", "text/event-stream");
                let head = response.body(()).unwrap().into_parts().0;
                let now = self.now();
                self.machine
                    .response(now, SystemTime::UNIX_EPOCH, &head)
                    .unwrap();
                self.is_open = true;
                self.twin.streams.push(String::new());
                self.twin.starts.push(self.twin.seconds.len());
            }
            Happens::Refused(_) if !self.is_open => {
                return self.fail(&Cause::Connect("refused".into()));
            }
            Happens::Reads(_, text) if self.is_open => {
                self.machine.chunk(text.bytes().into());
                while self.machine.next_item().unwrap().is_some() {}
                self.twin
                    .streams
                    .last_mut()
                    .unwrap()
                    .push_str(&text.bytes());
            }
            Happens::Ends(_) if self.is_open => return self.fail(&Cause::BodyEnd),
            Happens::Pause(seconds) => {
                self.machine.pause(self.now());
                self.is_open = false;
                self.twin.pass(*seconds, Second::Paused);
                assert_eq!(self.machine.step(self.now()), Step::Wait);
                self.machine.resume(self.now());
                self.connect();
            }
            _ => {}
        }
        true
    }
}

fn options() -> EventSourceOptions {
    EventSourceOptions::new()
        .with_backoff(Backoff::NONE)
        .with_max_reconnections(MAX_RECONNECTIONS)
        .with_max_time_down(Duration::from_secs(MAX_DOWN))
        .with_stable_period(Duration::from_secs(STABLE))
        .with_connect_timeout(Duration::from_secs(CONNECT_TIMEOUT))
}

fn run(options: EventSourceOptions, script: &[Happens]) {
    let mut pair = Pair {
        machine: Machine::new(options),
        twin: Twin::default(),
        is_open: false,
    };
    pair.connect();
    for happens in script {
        if !pair.does(happens) {
            break;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        fork: false,
        failure_persistence: None,
        ..ProptestConfig::with_cases(2_000)
    })]

    #[test]
    fn the_machine_does_what_its_history_says(script in prop::collection::vec(happens(), 0..60)) {
        run(options(), &script);
    }
}

/// The negative control: machines that count otherwise, and one that has another id.
#[test]
fn a_machine_that_differs_is_refused() {
    let stream = |seconds| {
        [
            Happens::Opens(1),
            Happens::Reads(0, Text::Id(7)),
            Happens::Ends(seconds),
        ]
    };
    let script = [
        stream(1),
        stream(STABLE),
        stream(1),
        stream(1),
        stream(1),
        stream(1),
    ]
    .concat();
    run(options(), &script);
    let refused = Happens::Refused(5);
    let down = [vec![refused; 3], vec![Happens::Nothing(40)]].concat();
    run(options(), &down);
    for (options, script) in [
        (options().with_max_reconnections(5), &script),
        (
            options().with_stable_period(Duration::from_secs(STABLE + 1)),
            &script,
        ),
        (options().with_stable_period(Duration::ZERO), &script),
        (
            options().with_reconnection_time(Duration::from_secs(4)),
            &script,
        ),
        (options().with_last_event_id(EventId::from(9)), &script),
        (options().with_max_time_down(Duration::from_secs(20)), &down),
        (options().with_connect_timeout(None), &down),
    ] {
        let run = std::panic::AssertUnwindSafe(|| run(options.clone(), script));
        assert!(std::panic::catch_unwind(run).is_err(), "{options:?}");
    }
}
