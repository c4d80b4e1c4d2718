//! Which sessions a node sees.

use sse_codec::LastEventId;
use sse_session::{
    hub::{Hub, Identity, Subscription},
    memory::MemoryStore,
    observe::Observers,
    session::{ActiveDevice, Attachment, OpenOptions, Session, Sessions},
};

use crate::support::{Figures, hub, pass};

const SESSIONS: &[&str] = &["sessions"];

struct Node {
    _hub: Hub,
    sessions: Sessions,
}

impl Node {
    fn over(store: &MemoryStore, observers: &Observers) -> Self {
        let hub = hub(store.clone(), observers);
        let sessions = Sessions::builder(&hub).build().unwrap();
        Self {
            _hub: hub,
            sessions,
        }
    }

    fn new() -> (Figures, Self) {
        let (figures, observers) = Figures::new();
        (figures, Self::over(&MemoryStore::new(), &observers))
    }

    async fn open(&self) -> Session {
        let options = OpenOptions::new();
        self.sessions.open(Some(&user()), options).await.unwrap()
    }

    async fn login(&self) -> Session {
        let device = ActiveDevice::of_user("user-7");
        let options = OpenOptions::new().with_active_device(device);
        self.sessions.open(Some(&user()), options).await.unwrap()
    }

    async fn attach(&self, session: &Session) -> Attachment {
        let id = session.id();
        self.sessions.attach(&id, Some(&user())).await.unwrap()
    }
}

fn user() -> Identity {
    Identity::new("user-7")
}

/// Longer than a session waits.
const WAIT: u64 = 320;

#[tokio::test(start_paused = true)]
async fn a_session_waits_is_held_waits_and_expires() {
    let (mut figures, node) = Node::new();
    let session = node.open().await;
    let again = node.open().await;
    assert_eq!(figures.moved(), ["sessions{state=detached} 2"]);
    let attachment = node.attach(&session).await;
    let held = ["sessions{state=attached} 1", "sessions{state=detached} 1"];
    assert_eq!(figures.moved_of(SESSIONS), held);
    pass(WAIT).await;
    let expired = [
        "sessions_ended_total{state=expired} 1",
        "sessions{state=detached} 0",
    ];
    assert_eq!(figures.moved_of(SESSIONS), expired);
    drop((again, attachment));
    let waits = ["sessions{state=attached} 0", "sessions{state=detached} 1"];
    assert_eq!(figures.moved_of(SESSIONS), waits);
    pass(WAIT).await;
    assert_eq!(figures.moved_of(SESSIONS), expired);
    assert!(figures.standing().is_empty());
}

/// A client comes back before anybody knows that it has gone, and goes. What the figure was with both
/// attachments, and with none.
async fn resumed(node: &Node, mut figure: impl FnMut(&Node) -> f64) -> [f64; 2] {
    let session = node.open().await;
    let old = node.attach(&session).await;
    let new = node.attach(&session).await;
    let both = figure(node);
    drop(old);
    drop(new);
    [both, figure(node)]
}

#[tokio::test(start_paused = true)]
async fn a_session_that_comes_back_is_one_session() {
    let (mut figures, node) = Node::new();
    let attached = |_: &Node| {
        let standing = figures.standing();
        let attached = standing
            .iter()
            .find_map(|line| line.strip_prefix("sessions{state=attached} "));
        attached.map_or(0.0, |number| number.parse().unwrap())
    };
    assert_eq!(resumed(&node, attached).await, [1.0, 0.0]);
}

/// The negative control: attachments are no sessions.
#[tokio::test(start_paused = true)]
async fn a_figure_that_counts_attachments_counts_it_twice() {
    let (_, node) = Node::new();
    let attachments = |node: &Node| node.sessions.attached() as f64;
    assert_eq!(resumed(&node, attachments).await, [2.0, 0.0]);
}

#[tokio::test(start_paused = true)]
async fn what_ends_counts_once_by_how_it_ended() {
    let (mut figures, node) = Node::new();
    let detached = node.open().await;
    let held = node.open().await;
    let attachment = node.attach(&held).await;
    figures.moved();
    for session in [&detached, &held] {
        for _ in 0..2 {
            node.sessions
                .close(&session.id(), Some(&user()))
                .await
                .unwrap();
        }
    }
    pass(20).await;
    drop(attachment);
    let closed = [
        "sessions_ended_total{state=closed} 2",
        "sessions{state=attached} 0",
        "sessions{state=detached} 0",
    ];
    assert_eq!(figures.moved_of(SESSIONS), closed);

    let laptop = node.login().await;
    let mut attachment = node.attach(&laptop).await;
    let _phone = node.login().await;
    figures.moved();
    attachment.ended().await;
    drop(attachment);
    let superseded = [
        "sessions_ended_total{state=superseded} 1",
        "sessions{state=attached} 0",
    ];
    assert_eq!(figures.moved_of(SESSIONS), superseded);
    pass(WAIT).await;
    let expired = [
        "sessions_ended_total{state=expired} 1",
        "sessions{state=detached} 0",
    ];
    assert_eq!(figures.moved_of(SESSIONS), expired);
    assert!(figures.standing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_that_has_moved_is_elsewhere_and_is_counted_by_the_node_that_has_it() {
    let store = MemoryStore::new();
    let (mut ours, observers) = Figures::new();
    let (mut theirs, their_observers) = Figures::new();
    let (here, there) = (
        Node::over(&store, &observers),
        Node::over(&store, &their_observers),
    );
    let (told, silent) = (here.open().await, here.open().await);
    let mut old = here.attach(&told).await;
    let new = [there.attach(&told).await, there.attach(&silent).await];
    old.ended().await;
    drop(old);
    let elsewhere = "sessions_ended_total{state=elsewhere} 1";
    assert_eq!(
        ours.moved_of(SESSIONS),
        [elsewhere, "sessions{state=detached} 1"]
    );
    pass(WAIT).await;
    assert_eq!(
        ours.moved_of(SESSIONS),
        [elsewhere, "sessions{state=detached} 0"]
    );
    assert_eq!(theirs.moved_of(SESSIONS), ["sessions{state=attached} 2"]);
    drop(new);
    drop(there);
    let unknown = "sessions_ended_total{state=unknown} 2";
    assert_eq!(
        theirs.moved_of(SESSIONS),
        [unknown, "sessions{state=attached} 0"]
    );
    assert!(theirs.standing().is_empty() && ours.standing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_gauges_are_zero_when_all_is_dropped() {
    let (mut figures, node) = Node::new();
    let session = node.open().await;
    let attachment = node.attach(&session).await;
    let after = None::<LastEventId>;
    let subscription = Subscription::to([]).after(after);
    let stream = attachment.stream(subscription).await.unwrap();
    let _waits = node.open().await;
    let standing = figures.standing();
    assert_eq!(standing.len(), 3, "{standing:?}");
    drop(node);
    drop(stream);
    assert!(figures.standing().is_empty());
}
