//! A process that is a node.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{PublishOptions, Subscription},
    session::{ActiveDevice, OpenOptions, SessionAddress, StreamSlots, WhenFull},
};
use sse_tests::servers::DEADLINE;

use super::{node, user};

/// In the environment of the process: what to do, and with the server on which port.
const TASK: &str = "SSE_TEST_NODE_TASK";
const PORT: &str = "SSE_TEST_NODE_PORT";

const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Has a stream on the active device of a user.
    StreamOnDevice,
    /// Has a stream on none.
    Stream,
    /// Holds two slots.
    HoldSlots,
}

/// On which events come.
pub(super) fn events() -> Channel {
    Channel::try_from("events").unwrap()
}

/// On which a node publishes as the owner of its session.
fn owned() -> Channel {
    Channel::try_from("owned").unwrap()
}

/// A node, killed when this is dropped.
#[derive(Debug)]
pub(super) struct Node {
    process: Child,
    said: Receiver<String>,
}

impl Node {
    pub(super) fn start(task: Task, port: u16) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "node::process::this_is_a_node", "--nocapture"])
            .env(TASK, format!("{task:?}"))
            .env(PORT, port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(line) = line.strip_prefix("> ") {
                    let _ = sender.send(line.to_owned());
                }
            }
        });
        Self { process, said }
    }

    /// The next thing that it says.
    pub(super) fn line(&self) -> String {
        self.said.recv_timeout(DEADLINE).expect("it says nothing")
    }

    /// Whether it has said something that was not taken yet.
    pub(super) fn is_silent(&self) -> bool {
        self.said.try_recv().is_err()
    }

    pub(super) fn signal(&self, name: &str) {
        let process = self.process.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &process])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Stops it, and waits until each of its threads is.
    pub(super) fn stop(&self) {
        self.signal("STOP");
        let begun = Instant::now();
        while !self.is_stopped() {
            assert!(begun.elapsed() < DEADLINE, "it does not stop");
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Whether the state of each thread is `T`: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
    fn is_stopped(&self) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        threads.map(Result::unwrap).all(|thread| {
            // One that has ended just now has no state.
            let state = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            // The name, which is before it, may have anything in it.
            let state = state.rsplit_once(')').map_or("", |(_, state)| state);
            state.trim_start().starts_with('T')
        })
    }

    pub(super) fn wait(&mut self) {
        self.process.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "> {line}");
}

/// What this process does, if it was started for it.
#[tokio::test]
async fn this_is_a_node() {
    let (Ok(task), Ok(port)) = (std::env::var(TASK), std::env::var(PORT)) else {
        return;
    };
    let port = port.parse().unwrap();
    match &*task {
        "StreamOnDevice" => {
            let device = ActiveDevice::of_user("user-7");
            stream(port, OpenOptions::new().with_active_device(device)).await;
        }
        "Stream" => stream(port, OpenOptions::new()).await,
        "HoldSlots" => hold_slots(port).await,
        _ => panic!("{task}"),
    }
}

/// Says what is written on the stream; when it has ended, what becomes of what the owner does.
async fn stream(port: u16, options: OpenOptions) {
    let (hub, sessions) = node(port).await;
    let session = sessions.open(Some(&user()), options).await.unwrap();
    let attachment = sessions.attach(&session.id(), Some(&user())).await.unwrap();
    let fence = attachment.fence();
    let mut stream = attachment
        .stream(Subscription::to([events()]))
        .await
        .unwrap();
    say("open");
    while let Some(batch) = stream.next_batch().await {
        let text = String::from_utf8(batch.to_vec()).unwrap();
        for data in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
            say(&format!("wrote {data}"));
        }
    }
    say("closed");
    let options = PublishOptions::new().with_fence(fence);
    let (owned, event) = (owned(), Event::builder("mine"));
    let published = hub.publish_with(&owned, event, options);
    match published.await {
        Ok(_) => say("published"),
        Err(error) => say(&format!("{error:?}")),
    }
}

async fn hold_slots(port: u16) {
    let (_hub, sessions) = node(port).await;
    let slots = StreamSlots::new(&sessions, 2, WhenFull::Refuse);
    let mut held = Vec::new();
    for number in [1, 2] {
        let session = SessionAddress::from_bytes([number; 16]);
        held.push(slots.acquire("user-7", session).await.unwrap());
    }
    say("held");
    core::future::pending::<()>().await;
}
