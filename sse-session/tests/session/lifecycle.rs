//! Sessions are opened, attached, detached, forgotten and closed.

use core::time::Duration;

use sse_session::{
    hub::{Identity, Subscription},
    memory::MemoryStore,
    session::{
        Answer, AttachmentEnd, OpenOptions, SessionError, SessionId, SessionState, SessionStreamEnd,
    },
};

use crate::support::{Client, DAY, IDLE, LEASE, Node, assert_hidden, at_once, pass, user};

async fn state(node: &Node, client: &Client) -> SessionState {
    let id = client.session().id();
    node.sessions.state(&id, Some(&user())).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_attached_session_stays_and_a_detached_one_expires_after_its_idle_time() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut client = Client::connected(&one, one.open().await).await;
    pass(IDLE * 3).await;
    assert!(client.read().await);
    assert_eq!(state(&other, &client).await, SessionState::Live);

    client.disconnect();
    at_once().await;
    pass(IDLE - Duration::from_secs(1)).await;
    assert_eq!(state(&other, &client).await, SessionState::Live);
    pass(Duration::from_secs(2)).await;
    assert_eq!(state(&other, &client).await, SessionState::Expired);
    assert_eq!(client.told(&other).await, Answer::NewSession);
    // That is known for a day, and not for ever.
    pass(DAY - Duration::from_secs(60)).await;
    assert_eq!(state(&other, &client).await, SessionState::Expired);
    pass(DAY).await;
    assert_eq!(state(&other, &client).await, SessionState::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_comes_for_expires() {
    let node = Node::over(&MemoryStore::new());
    let client = Client::new(node.open().await, &[]);
    assert_eq!(state(&node, &client).await, SessionState::Live);
    pass(IDLE + Duration::from_secs(1)).await;
    assert_eq!(state(&node, &client).await, SessionState::Expired);
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_node_crashed_waits_no_longer_than_its_idle_time() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let client = Client::connected(&one, one.open().await).await;
    // From here on the node reaches the store no more.
    let crashed = one.cut_off();
    assert_eq!(state(&other, &client).await, SessionState::Live);
    pass(IDLE + LEASE).await;
    assert_eq!(state(&other, &client).await, SessionState::Expired);
    drop(crashed);
}

#[tokio::test(start_paused = true)]
async fn another_identity_is_told_the_same_as_for_an_id_that_never_was() {
    let node = Node::over(&MemoryStore::new());
    let session = node.open().await;
    let never = SessionId::try_from("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
    let other = Identity::new("user-8");
    for identity in [Some(&other), None] {
        let theirs = node.attach_as(&session, identity).await.unwrap_err();
        let nobodys = node.sessions.attach(&never, identity).await.unwrap_err();
        assert_eq!(format!("{theirs:?}"), format!("{nobodys:?}"));
        assert!(matches!(
            theirs,
            SessionError::NotLive {
                state: SessionState::Unknown
            }
        ));
        let closed = node.sessions.close(&session.id(), identity).await.unwrap();
        assert_eq!(closed, SessionState::Unknown);
    }
    assert!(node.attach(&session).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_session_of_nobody_is_whose_id_it_is() {
    let node = Node::over(&MemoryStore::new());
    let session = node.sessions.open(None, OpenOptions::new()).await.unwrap();
    assert!(node.attach_as(&session, None).await.is_ok());
    assert!(node.attach(&session).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_clients_own_id_needs_an_identity_and_is_each_identitys_own() {
    let node = Node::over(&MemoryStore::new());
    let uuid = SessionId::try_from("550e8400-e29b-41d4-a716-446655440000").unwrap();
    let options = OpenOptions::new().with_client_id(uuid);
    let refused = node.sessions.open(None, options.clone()).await;
    assert!(matches!(refused, Err(SessionError::IdentityRequired)));

    let open = async |identity: &Identity| {
        let session = node.sessions.open(Some(identity), options.clone()).await;
        session.unwrap().address()
    };
    let mine = open(&user()).await;
    let theirs = open(&Identity::new("user-8")).await;
    assert_ne!(mine, theirs);
    // It is the same session when its client opens it again.
    assert_eq!(open(&user()).await, mine);
    // Also when it has expired; but not when it was closed.
    pass(IDLE * 2).await;
    assert_eq!(open(&user()).await, mine);
    node.sessions.close(&uuid, Some(&user())).await.unwrap();
    let refused = node.sessions.open(Some(&user()), options.clone()).await;
    assert!(matches!(
        refused,
        Err(SessionError::NotLive {
            state: SessionState::Closed
        })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_closed_session_ends_its_stream_on_another_node_at_once_and_stays_closed() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut client = Client::connected(&one, one.open().await).await;
    let id = client.session().id();
    let closed = other.sessions.close(&id, Some(&user())).await.unwrap();
    assert_eq!(closed, SessionState::Closed);
    at_once().await;
    assert!(!client.read().await);
    let end = SessionStreamEnd::Attachment(AttachmentEnd::Closed);
    assert_eq!(client.end(), Some(end));
    assert_eq!(client.told(&one).await, Answer::NoContent);
    pass(DAY).await;
    assert_eq!(client.told(&other).await, Answer::NoContent);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_back_takes_its_session_from_its_old_stream() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let session = one.open().await;
    let mut old = Client::connected(&one, session.clone()).await;
    let mut beside = Client::connected(&one, session.clone()).await;
    let end = Some(SessionStreamEnd::Attachment(AttachmentEnd::TakenOver));
    // On the same node at once, from another node with the next renewal.
    at_once().await;
    assert!(!old.read().await);
    assert_eq!(old.end(), end);
    let mut new = Client::connected(&other, session).await;
    pass(LEASE / 3 + Duration::from_secs(1)).await;
    assert!(!beside.read().await);
    assert_eq!(beside.end(), end);
    assert!(new.read().await);
    assert_eq!(beside.read_and_take().await, [""; 0]);
    drop((old, beside));
    pass(IDLE * 2).await;
    assert!(new.read().await);
}

#[tokio::test(start_paused = true)]
async fn an_attachment_may_be_waited_for_and_detached_without_a_stream() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let session = one.open().await;
    let mut attachment = one.attach(&session).await.unwrap();
    assert_eq!((one.sessions.attached(), attachment.over()), (1, None));
    other
        .sessions
        .close(&session.id(), Some(&user()))
        .await
        .unwrap();
    assert_eq!(attachment.ended().await, AttachmentEnd::Closed);
    assert_eq!(attachment.over(), Some(AttachmentEnd::Closed));
    attachment.detach().await.unwrap();
    assert_eq!(one.sessions.attached(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_an_id_an_address_or_who_it_is() {
    let node = Node::over(&MemoryStore::new());
    let session = node.login().await;
    let attachment = node.attach(&session).await.unwrap();
    assert_hidden(&session, &session);
    assert_hidden(&session, &node.sessions);
    assert_hidden(&session, &attachment);
    assert_hidden(&session, &attachment.fence());
    let stream = attachment.stream(Subscription::to([])).await.unwrap();
    assert_hidden(&session, &stream);
    assert_hidden(&session, &stream.into_body());
    assert_hidden(&session, &node.hub);
    let gone = node.attach_as(&session, None).await.unwrap_err();
    assert_eq!(gone.to_string(), "the session is unknown");
    assert_hidden(&session, &gone);
}
