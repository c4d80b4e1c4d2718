//! Gaps: in band, at the right place, with the right reason.

mod live;
mod policies;
mod reasons;

use sse_session::hub::Hub;

use crate::support::{Client, TestStore, hub, publish_all, some_time};

fn gap(channel: &str, reason: &str, missed: &str) -> String {
    format!(r#"gap {{"channel":"{channel}","reason":"{reason}","missed":{missed}}}"#)
}

/// A client that has seen 1 to 3 of a channel and is away.
async fn away(hub: &Hub) -> Client {
    let mut client = Client::connected(hub, &["a"]).await;
    publish_all(hub, "a", 1..=3).await;
    assert_eq!(client.read_and_take().await, ["1", "2", "3"]);
    client.disconnect();
    client
}

/// What a client gets that comes back, and then that it comes back to no gap any more.
async fn come_back(hub: &Hub, client: &mut Client) -> Vec<String> {
    client.connect(hub).await;
    let got = client.read_and_take().await;
    client.connect(hub).await;
    assert!(
        client.read_and_take().await.is_empty(),
        "its id is behind all that"
    );
    got
}

/// On the same node, which has more in memory than the store, and on another one.
async fn nodes(store: &TestStore, here: Hub) -> [Hub; 2] {
    for _ in 0..3 {
        some_time().await; // The channel is let go.
    }
    [here, hub(store)]
}
