//! Who is shown as present, and who has a slot.

use sse_session::{
    memory::MemoryStore,
    presence::Presence,
    session::{SessionAddress, Sessions, StreamSlots, WhenFull},
};

use crate::support::{Figures, channel, hub, pass};

fn session(number: u8) -> SessionAddress {
    SessionAddress::from_bytes([number; 16])
}

#[tokio::test(start_paused = true)]
async fn a_session_is_shown_once_for_each_channel_until_the_grace_time_is_over() {
    let (mut figures, observers) = Figures::new();
    let hub = hub(MemoryStore::new(), &observers);
    let presence = Presence::builder(&hub).build().unwrap();
    let [room, other] = [channel("room"), channel("other")];
    let first = presence.join_as(&room, session(1), None).await.unwrap();
    assert_eq!(figures.moved(), ["presence_members 1"]);
    let second = presence.join_as(&room, session(1), None).await.unwrap();
    drop(first);
    assert!(figures.moved().is_empty());
    let elsewhere = presence.join_as(&other, session(1), None).await.unwrap();
    assert_eq!(figures.moved(), ["presence_members 2"]);
    // Back within the grace time.
    drop(second);
    pass(4).await;
    let third = presence.join_as(&room, session(1), None).await.unwrap();
    pass(20).await;
    assert!(figures.moved().is_empty());
    drop(third);
    pass(4).await;
    assert!(figures.moved().is_empty());
    pass(2).await;
    assert_eq!(figures.moved(), ["presence_members 1"]);
    drop((presence, elsewhere));
    assert_eq!(figures.moved(), ["presence_members 0"]);
    assert!(figures.standing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn slots_are_given_once_for_each_session_refused_and_evicted() {
    let (mut figures, observers) = Figures::new();
    let hub = hub(MemoryStore::new(), &observers);
    let sessions = Sessions::builder(&hub).build().unwrap();
    let refusing = StreamSlots::new(&sessions, 1, WhenFull::Refuse);
    let evicting = StreamSlots::new(&sessions, 1, WhenFull::EvictOldest);
    let _first = refusing.acquire("user-7", session(1)).await.unwrap();
    assert_eq!(figures.moved(), ["slots_total{outcome=given} 1"]);
    let _again = refusing.acquire("user-7", session(1)).await.unwrap();
    assert!(figures.moved().is_empty());
    refusing.acquire("user-7", session(2)).await.unwrap_err();
    assert_eq!(figures.moved(), ["slots_total{outcome=refused} 1"]);
    let _second = evicting.acquire("user-7", session(2)).await.unwrap();
    let both = [
        "slots_total{outcome=evicted} 1",
        "slots_total{outcome=given} 1",
    ];
    assert_eq!(figures.moved(), both);
    pass(60).await;
    assert!(figures.moved().is_empty());
}
