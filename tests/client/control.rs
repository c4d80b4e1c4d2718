//! Close, pause and resume, from inside and from elsewhere.

use futures_util::{FutureExt as _, StreamExt as _};

use crate::{
    record::{all, next, quick, source, take, within_deadline},
    server::{End, Server, events},
};

#[tokio::test]
async fn close_ends_it_for_good() {
    let server = Server::start(|_, _| events("data: a\n\n", End::Never)).await;
    let mut source = source(&server, quick());
    take(&mut source, 2).await;
    source.close();
    source.resume();
    assert_eq!(all(&mut source).await, ["end"]);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_pause_drops_the_connection_and_resume_goes_on_behind_the_last_event() {
    let server = Server::start(|_, asked| match asked.last_event_id() {
        None => events("id: 1\ndata: a\n\nid: 2\ndata: b\n\n", End::Never),
        Some(id) => events(format!("data: after {id}\n\n"), End::Never),
    })
    .await;
    let mut source = source(&server, quick().with_max_reconnections(0));
    assert_eq!(take(&mut source, 2).await, ["open", "a"]);
    source.pause();
    assert!(source.next().now_or_never().is_none());
    source.resume();
    assert_eq!(take(&mut source, 2).await, ["open", "after 1"]);
}

#[tokio::test]
async fn a_handle_wakes_a_client_that_waits() {
    let server = Server::start(|_, _| events("data: a\n\n", End::Never)).await;
    let mut source = source(&server, quick());
    let handle = source.handle();
    take(&mut source, 2).await;
    handle.pause();
    // It sees the pause.
    assert!(source.next().now_or_never().is_none());
    let client = tokio::spawn(async move {
        let told = take(&mut source, 2).await;
        (told, source)
    });
    tokio::task::yield_now().await;
    handle.resume();
    let (told, mut source) = within_deadline(client).await.unwrap();
    assert_eq!(told, ["open", "a"]);
    assert_eq!(server.asked().len(), 2);
    // There is nothing more to come.
    let client = tokio::spawn(async move { next(&mut source).await });
    tokio::task::yield_now().await;
    handle.close();
    handle.resume();
    assert_eq!(within_deadline(client).await.unwrap(), "end");
}
