//! Who is on a channel.

use core::time::Duration;
use std::sync::Arc;

use sse_session::{
    memory::MemoryStore,
    presence::{Presence, PresenceChanges, PresenceError, PresenceGuard, PresenceView, Present},
    session::SessionAddress,
    store::SessionStore,
};
use tokio::time::timeout;

use crate::support::{Defect, Node, at_once, broken, channel, pass};

const TTL: Duration = Duration::from_secs(30);
const GRACE: Duration = Duration::from_secs(5);
const SOON: Duration = Duration::from_secs(1);

fn presence(node: &Node) -> Presence {
    Presence::builder(&node.hub).build().unwrap()
}

fn session(number: u8) -> SessionAddress {
    SessionAddress::from_bytes([number; 16])
}

async fn join(presence: &Presence, number: u8, user: &str) -> PresenceGuard {
    let room = channel("room");
    let joined = presence.join_as(&room, session(number), Some(user));
    joined.await.unwrap()
}

async fn counts(presence: &Presence) -> (u64, u64) {
    let view = presence.look(&channel("room")).await.unwrap();
    (view.sessions(), view.users())
}

/// What is told within a second, as `+1 -2`.
async fn told(changes: &mut PresenceChanges) -> String {
    let mut told = Vec::new();
    while let Ok(Some(change)) = timeout(SOON, changes.next()).await {
        let name = |present: &Present| present.session().to_bytes()[0];
        told.extend(change.joined.iter().map(|it| format!("+{}", name(it))));
        told.extend(change.left.iter().map(|it| format!("-{}", name(it))));
    }
    told.join(" ")
}

#[tokio::test(start_paused = true)]
async fn sessions_and_users_are_counted_over_all_nodes_and_told_where_it_is_watched() {
    let store = MemoryStore::new();
    let nodes = [Node::over(&store), Node::over(&store)];
    let [here, there] = [presence(&nodes[0]), presence(&nodes[1])];
    let mut changes = there.watch(&channel("room")).await.unwrap();
    let mut others = there.watch(&channel("room")).await.unwrap();
    let one = join(&here, 1, "ann").await;
    let two = join(&there, 2, "ann").await;
    let three = join(&there, 3, "bob").await;
    assert_eq!(counts(&here).await, (3, 2));
    assert_eq!(told(&mut changes).await, "+1 +2 +3");
    assert_eq!(told(&mut others).await, "+1 +2 +3");
    pass(TTL * 4).await;
    assert_eq!(counts(&here).await, (3, 2));
    drop(one);
    pass(GRACE).await;
    assert_eq!(told(&mut changes).await, "-1");
    assert_eq!(counts(&there).await, (2, 2));
    drop((two, three));
    pass(GRACE + SOON).await;
    assert_eq!(counts(&here).await, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_back_within_the_grace_time_was_never_gone() {
    let store = MemoryStore::new();
    let nodes = [Node::over(&store), Node::over(&store)];
    let [here, there] = [presence(&nodes[0]), presence(&nodes[1])];
    let guard = join(&here, 1, "ann").await;
    let mut changes = here.watch(&channel("room")).await.unwrap();
    let mut guard = Some(guard);
    // On the same node and on another one, often.
    for presence in [&here, &there, &here, &here, &there] {
        drop(guard.take());
        pass(GRACE - SOON * 2).await;
        guard = Some(join(presence, 1, "ann").await);
        assert_eq!(told(&mut changes).await, "");
        assert_eq!(counts(presence).await, (1, 1));
    }
    pass(TTL * 2).await;
    assert_eq!(told(&mut changes).await, "");
    drop(guard);
    pass(GRACE).await;
    assert_eq!(told(&mut changes).await, "-1");
}

/// How few are seen, at least, while a session moves to a node that has it some time before the old one has
/// noticed, and some time after it.
async fn least_seen_while_one_moves(store: &(impl SessionStore + Clone)) -> u64 {
    let nodes = [Node::over(store), Node::over(store)];
    let [here, there] = [presence(&nodes[0]), presence(&nodes[1])];
    let mut least = u64::MAX;
    let mut watch = async |time: Duration| {
        for _ in 0..time.as_secs() {
            pass(SOON).await;
            least = least.min(counts(&there).await.0);
        }
    };
    let before = join(&here, 1, "ann").await;
    watch(TTL / 2).await;
    let after = join(&there, 1, "ann").await;
    // Both renew, the old one last.
    watch(TTL).await;
    drop(before);
    watch(GRACE + TTL).await;
    drop(after);
    pass(GRACE + SOON).await;
    assert_eq!(counts(&there).await.0, 0);
    least
}

#[tokio::test(start_paused = true)]
async fn a_session_that_moves_is_there_all_the_time_whatever_the_old_node_does() {
    assert_eq!(least_seen_while_one_moves(&MemoryStore::new()).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_presence_that_two_nodes_share_is_noticed() {
    let shared = broken(Defect::OneMemberOfEachSession);
    assert_eq!(least_seen_while_one_moves(&shared).await, 0);
}

#[tokio::test(start_paused = true)]
async fn without_a_grace_time_a_return_is_told() {
    let node = Node::over(&MemoryStore::new());
    let presence = Presence::builder(&node.hub).with_grace(Duration::ZERO);
    let presence = presence.build().unwrap();
    let guard = join(&presence, 1, "ann").await;
    let mut changes = presence.watch(&channel("room")).await.unwrap();
    drop(guard);
    pass(SOON).await;
    assert_eq!(told(&mut changes).await, "-1");
    let guard = join(&presence, 1, "ann").await;
    assert_eq!(told(&mut changes).await, "+1");
    drop(guard);
}

#[tokio::test(start_paused = true)]
async fn whoever_was_on_a_node_that_crashed_is_gone_after_the_time_to_live() {
    let store = MemoryStore::new();
    let nodes = [Node::over(&store), Node::over(&store)];
    let [here, there] = [presence(&nodes[0]), presence(&nodes[1])];
    let lost = join(&here, 1, "ann").await;
    let stays = join(&there, 2, "bob").await;
    let mut changes = there.watch(&channel("room")).await.unwrap();
    let crashed = nodes[0].cut_off();
    pass(TTL - SOON).await;
    assert_eq!(counts(&there).await, (2, 2));
    pass(SOON * 2 + TTL / 3).await;
    assert_eq!(counts(&there).await, (1, 1));
    assert_eq!(told(&mut changes).await, "-1");
    // It was not a crash.
    drop(crashed);
    pass(TTL / 3 + SOON).await;
    assert_eq!(told(&mut changes).await, "+1");
    drop((lost, stays));
}

#[tokio::test(start_paused = true)]
async fn a_lost_message_is_made_up_for_by_the_next_look() {
    let store = MemoryStore::new();
    let nodes = [Node::over(&store), Node::over(&store)];
    let [here, there] = [presence(&nodes[0]), presence(&nodes[1])];
    let mut changes = there.watch(&channel("room")).await.unwrap();
    // It looks once more, for what it was not told before it listened.
    pass(SOON).await;
    nodes[1].faults.lose_hints();
    let guard = join(&here, 1, "ann").await;
    assert_eq!(told(&mut changes).await, "");
    pass(TTL / 3).await;
    assert_eq!(told(&mut changes).await, "+1");
    drop(guard);
}

#[tokio::test(start_paused = true)]
async fn more_than_are_listed_are_counted() {
    let node = Node::over(&MemoryStore::new());
    let presence = Presence::builder(&node.hub).with_max_listed(10);
    let presence = presence.build().unwrap();
    let mut guards = Vec::new();
    for number in 0..100 {
        let user = if number < 50 { "ann" } else { "bob" };
        guards.push(join(&presence, number, user).await);
    }
    let view: PresenceView = presence.look(&channel("room")).await.unwrap();
    assert_eq!((view.sessions(), view.users()), (100, 2));
    assert_eq!((view.listed().count(), view.is_complete()), (10, false));
    guards.truncate(50);
    pass(TTL).await;
    assert_eq!(counts(&presence).await, (50, 1));
    guards.clear();
    pass(GRACE + SOON).await;
    assert_eq!(counts(&presence).await, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn coming_and_going_ten_thousand_times_leaves_nothing() {
    let store = MemoryStore::new();
    let node = Node::over(&store);
    let presence = presence(&node);
    drop(join(&presence, 1, "ann").await);
    pass(TTL).await;
    for number in 0..10_000_u32 {
        let guard = join(&presence, (number % 251) as u8, "ann").await;
        if number % 3 == 0 {
            at_once().await;
        }
        drop(guard);
    }
    pass(GRACE + SOON).await;
    assert_eq!(counts(&presence).await, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_attached_is_shown_with_its_identity_and_nothing_shows_it_else() {
    let node = Node::over(&MemoryStore::new());
    let presence = presence(&node);
    let opened = node.open().await;
    let attachment = node.attach(&opened).await.unwrap();
    let guard = presence.join(&channel("room"), &attachment).await.unwrap();
    let view = Arc::new(presence.look(&channel("room")).await.unwrap());
    let present = view.listed().next().unwrap();
    assert_eq!(present.user(), Some("user-7"));
    assert_eq!(present.session(), opened.address());
    crate::support::assert_hidden(&opened, &(&view, &presence, &guard));
    let long = "x".repeat(Present::MAX_USER_BYTES + 1);
    let room = channel("room");
    let refused = presence.join_as(&room, opened.address(), Some(&long));
    assert!(matches!(
        refused.await,
        Err(PresenceError::UserTooLong { .. })
    ));
}
