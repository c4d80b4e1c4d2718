//! Channels whose labels in ids are the same.

use std::collections::HashMap;

use sse_session::{cursor::CursorCodec, hub::Subscription};

use crate::support::{Client, TestStore, channel, hub, publish};

/// Two names with the same label: of so many names there are some.
fn namesakes() -> [String; 2] {
    let codec = CursorCodec::new();
    let mut seen = HashMap::new();
    (0..)
        .find_map(|number| {
            let name = format!("room/{number}");
            let before = seen.insert(codec.label(&channel(&name)), name.clone());
            before.map(|before| [before, name])
        })
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_missed_on_channels_with_one_label_is_told() {
    let [one, other] = namesakes();
    let hub = hub(&TestStore::new());
    let all = [&*one, &*other, "news"];
    let mut client = Client::connected(&hub, &all).await;
    for name in all {
        publish(&hub, name, name).await;
    }
    client.read().await;
    let mut got = client.take();
    got.sort();
    assert_eq!(got.len(), 3);
    client.disconnect();
    for name in all {
        publish(&hub, name, format!("{name} again")).await;
    }
    client.connect(&hub).await;
    let got = client.read_and_take().await;
    assert!(got.contains(&"news again".to_owned()));
    for name in [&one, &other] {
        let gap = format!(r#"gap {{"channel":"{name}","reason":"unknown","missed":null}}"#);
        assert!(got.contains(&gap), "{got:?}");
    }

    // Neither is one of them alone new to the client, beside another that is known.
    let id = client.last_event_id();
    publish(&hub, &one, "once more").await;
    let mut alone = Client::new(&[]);
    let channels = [channel(&one), channel("news")];
    let subscription = Subscription::to(channels).after(id);
    alone.connect_with(&hub, subscription).await.unwrap();
    let got = alone.read_and_take().await;
    let gap = format!(r#"gap {{"channel":"{one}","reason":"unknown","missed":null}}"#);
    assert!(got.contains(&gap), "{got:?}");
}
