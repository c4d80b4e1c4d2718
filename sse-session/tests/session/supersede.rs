//! One active device of each user.

use sse_codec::{Event, EventId};
use sse_session::{
    conformance::{Fault, Operation},
    hub::{PublishError, PublishOptions},
    memory::MemoryStore,
    session::{
        ActiveDevice, Answer, AttachmentEnd, OpenOptions, SessionError, SessionId, SessionStreamEnd,
    },
    store::{LogName, SessionStore, StoreError},
};

use crate::support::{
    Client, DAY, Defect, IDLE, LEASE, Node, at_once, broken, channel, event, pass, user,
};

const SUPERSEDED: Option<SessionStreamEnd> =
    Some(SessionStreamEnd::Attachment(AttachmentEnd::Superseded));
const DEFAULT: &str = r#"{"type":"FORCE_LOGOUT","data":{"message":"signed in on another device"}}"#;

#[tokio::test(start_paused = true)]
async fn the_newer_login_ends_the_older_stream_with_its_own_last_event_and_for_good() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut old = Client::connected(&one, one.login().await).await;
    let farewell = event("signed-out", "by a phone").id(EventId::from_static("last"));
    let device = ActiveDevice::of_user("user-7").with_farewell(farewell);
    let new = other.login_on(device).await;
    assert!(new.has_superseded());
    assert!(new.fence() > old.session().fence());
    let mut new = Client::connected(&other, new).await;

    assert_eq!(old.read_and_take().await, ["signed-out by a phone"]);
    assert_eq!(old.last_event_id(), "last");
    assert!(!old.read().await);
    assert_eq!(old.end(), SUPERSEDED);
    for node in [&one, &other] {
        assert_eq!(old.told(node).await, Answer::NoContent);
    }
    // For a day, whatever becomes of the newer one.
    assert!(new.read().await);
    new.disconnect();
    pass(DAY).await;
    assert_eq!(old.told(&one).await, Answer::NoContent);
    assert_eq!(new.told(&one).await, Answer::NewSession);
}

#[tokio::test(start_paused = true)]
async fn users_do_not_supersede_each_other() {
    let node = Node::over(&MemoryStore::new());
    let mut mine = Client::connected(&node, node.login().await).await;
    let theirs = node.login_on(ActiveDevice::of_user("user-8")).await;
    assert!(!theirs.has_superseded());
    pass(LEASE * 2).await;
    assert!(mine.read().await);
}

#[tokio::test(start_paused = true)]
async fn a_lost_message_is_made_up_for_by_the_next_renewal() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut old = Client::connected(&one, one.login().await).await;
    one.faults.lose_hints();
    _ = other.login().await;
    at_once().await;
    assert!(old.read().await, "nobody has told it");
    pass(LEASE / 3).await;
    assert_eq!(old.read_and_take().await, [DEFAULT]);
    assert_eq!(old.end(), SUPERSEDED);
}

#[tokio::test(start_paused = true)]
async fn neither_a_return_nor_another_tab_of_the_same_device_is_a_second_device() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let laptop = || ActiveDevice::of_user("user-7").with_device("laptop");
    let mut tab = Client::connected(&one, one.login_on(laptop()).await).await;
    let second = other.login_on(laptop()).await;
    assert!(!second.has_superseded());
    assert_eq!(second.fence(), tab.session().fence());
    let mut second = Client::connected(&other, second).await;
    tab.connect(&other).await.unwrap();
    pass(LEASE * 2).await;
    assert!(tab.read().await && second.read().await);

    // Another device supersedes both.
    _ = one.login().await;
    for client in [&mut tab, &mut second] {
        assert_eq!(client.read_and_take().await, [DEFAULT]);
        assert_eq!(client.told(&one).await, Answer::NoContent);
    }
    // And when the user is on the first device again, the sessions that were superseded are so still.
    let again = one.login_on(laptop()).await;
    assert!(again.fence() > tab.session().fence());
    assert_eq!(tab.told(&one).await, Answer::NoContent);
    assert_eq!(Client::new(again, &[]).told(&one).await, Answer::Stream);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_logs_in_again_with_its_own_id_does_not_supersede_itself() {
    let node = Node::over(&MemoryStore::new());
    let uuid = SessionId::try_from("550e8400-e29b-41d4-a716-446655440000").unwrap();
    let login = async || {
        let device = ActiveDevice::of_user("user-7");
        let options = OpenOptions::new().with_active_device(device);
        let options = options.with_client_id(uuid);
        node.sessions.open(Some(&user()), options).await
    };
    let mut client = Client::connected(&node, login().await.unwrap()).await;
    let again = login().await.unwrap();
    assert_eq!(again.fence(), client.session().fence());
    pass(LEASE).await;
    assert!(client.read().await);
    _ = node.login().await;
    assert!(matches!(
        login().await,
        Err(SessionError::NotLive { state }) if state.answer() == Answer::NoContent
    ));
}

#[tokio::test(start_paused = true)]
async fn a_login_whose_outcome_is_unknown_is_one_login() {
    for done in [true, false] {
        let node = Node::over(&MemoryStore::new());
        let old = node.login().await;
        node.faults
            .push(Operation::Put, Fault::OutcomeUnknown { done });
        let new = node.login().await;
        assert!(new.fence() > old.fence(), "{done}");
        assert_eq!(Client::new(new, &[]).told(&node).await, Answer::Stream);
        assert_eq!(Client::new(old, &[]).told(&node).await, Answer::NoContent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_last_event_that_is_too_large_is_refused_and_supersedes_nobody() {
    let node = Node::over(&MemoryStore::new());
    let mut old = Client::connected(&node, node.login().await).await;
    let text = "x".repeat(ActiveDevice::MAX_FAREWELL_BYTES);
    let device = ActiveDevice::of_user("user-7").with_farewell(Event::builder(&*text));
    let options = OpenOptions::new().with_active_device(device);
    let refused = node.sessions.open(Some(&user()), options).await;
    assert!(matches!(
        refused,
        Err(SessionError::FarewellTooLarge { .. })
    ));
    pass(LEASE).await;
    assert!(old.read().await);
}

/// Whether whoever was superseded can change nothing, its stream ends, and its client stays away; else what went
/// wrong. No message comes through: all of it is the store's fences.
async fn the_older_can_change_nothing(
    store: &(impl SessionStore + Clone),
) -> Result<(), &'static str> {
    let (one, other) = (Node::over(store), Node::over(store));
    let mut old = Client::connected(&one, one.login().await).await;
    one.faults.lose_hints();
    let publish = async |old: &mut Client| {
        let attachment = old.stream().attachment().unwrap();
        let event = Event::builder("from a device");
        let options = PublishOptions::new();
        attachment.publish(&channel("orders"), event, options).await
    };
    publish(&mut old)
        .await
        .map_err(|_| "the active one cannot publish")?;
    let fence = old.stream().attachment().unwrap().fence();
    let new = other.login().await;
    if new.fence() <= old.session().fence() {
        return Err("the fence has not grown");
    }

    match publish(&mut old).await {
        Err(PublishError::Store {
            source: StoreError::Fenced,
        }) => (),
        _ => return Err("the older has published"),
    }
    let orders = LogName::of_channel(&channel("orders"));
    match store.trim(&orders, 1, Some(fence)).await {
        Err(StoreError::Fenced) => (),
        _ => return Err("the older has trimmed"),
    }
    pass(LEASE).await;
    if old.read().await {
        return Err("the older stream goes on");
    }
    if old.told(&one).await != Answer::NoContent {
        return Err("the older is let in again");
    }
    let mut new = Client::new(new, &[]);
    if new.told(&other).await != Answer::Stream {
        return Err("the newer is not let in");
    }
    pass(IDLE).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn whoever_was_superseded_can_change_nothing() {
    let checked = the_older_can_change_nothing(&MemoryStore::new()).await;
    assert_eq!(checked, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn without_fences_whoever_was_superseded_can() {
    for (defect, wrong) in [
        (Defect::UnfencedLogs, "the older has published"),
        (Defect::UnfencedRenewals, "the older stream goes on"),
        (Defect::StandingRevisions, "the fence has not grown"),
    ] {
        let checked = the_older_can_change_nothing(&broken(defect)).await;
        assert_eq!(checked, Err(wrong), "{defect:?}");
    }
}
