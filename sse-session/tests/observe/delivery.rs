//! How late events are, and how far behind whoever takes them.

use sse_session::{
    conformance::{Faults, FaultyStore, Operation},
    hub::{OnLag, Subscription},
    memory::MemoryStore,
};

use crate::support::{Figures, channel, hub, hub_with, pass, publish, read};

const TAKEN: &[&str] = &["delivery", "subscriber", "replay", "gaps"];

#[tokio::test(start_paused = true)]
async fn the_oldest_event_of_a_batch_is_measured_from_its_publishing_on() {
    let (mut figures, observers) = Figures::new();
    let faults = Faults::new();
    let hub = hub(
        FaultyStore::new(MemoryStore::new(), faults.clone()),
        &observers,
    );
    let mut stream = hub
        .subscribe(Subscription::to([channel("a")]))
        .await
        .unwrap();
    read(&mut stream).await;
    assert_eq!(figures.moved(), ["subscribers 1"]);

    // Two seconds in the store are of it, the first event of all is found by reading.
    let held = faults.hold(Operation::Append);
    let (_, ()) = tokio::join!(publish(&hub, "a", "1"), async {
        pass(2).await;
        drop(held);
    });
    read(&mut stream).await;
    let keeps_up = "subscriber_lag_events [1.0]";
    let moved = figures.moved_of(TAKEN);
    assert_eq!(moved, ["delivery_seconds{origin=here} [2.0]", keeps_up]);

    for data in ["2", "3", "4"] {
        publish(&hub, "a", data).await;
        pass(1).await;
    }
    assert_eq!(read(&mut stream).await, 1);
    let late = [
        "delivery_seconds{origin=here} [3.0]",
        "subscriber_lag_events [3.0]",
    ];
    assert_eq!(figures.moved_of(TAKEN), late);
    // Nothing to take is nothing.
    assert_eq!(read(&mut stream).await, 0);
    assert!(figures.moved_of(TAKEN).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_of_another_node_is_measured_from_the_hint_on() {
    let (mut figures, observers) = Figures::new();
    let (mut others, theirs) = Figures::new();
    let store = MemoryStore::new();
    let (here, there) = (hub(store.clone(), &observers), hub(store, &theirs));
    publish(&there, "a", "0").await;
    let mut stream = here
        .subscribe(Subscription::to([channel("a")]))
        .await
        .unwrap();
    read(&mut stream).await;
    publish(&there, "a", "1").await;
    pass(4).await;
    read(&mut stream).await;
    let late = [
        "delivery_seconds{origin=elsewhere} [4.0]",
        "subscriber_lag_events [1.0]",
    ];
    assert_eq!(figures.moved_of(TAKEN)[..2], late);
    assert!(others.moved_of(TAKEN).is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_falls_off_the_ring_counts_by_policy() {
    for (on_lag, policy) in [
        (OnLag::CatchUp, "catch_up"),
        (OnLag::Skip, "skip"),
        (OnLag::Disconnect, "disconnect"),
    ] {
        let (mut figures, observers) = Figures::new();
        let hub = hub_with(MemoryStore::new(), &observers, |hub| {
            hub.with_ring(4, 1 << 20).with_on_lag(on_lag)
        });
        publish(&hub, "a", "0").await;
        let mut stream = hub
            .subscribe(Subscription::to([channel("a")]))
            .await
            .unwrap();
        read(&mut stream).await;
        figures.moved();
        for data in 0..10 {
            publish(&hub, "a", &data.to_string()).await;
        }
        read(&mut stream).await;
        let moved = figures.moved_of(TAKEN);
        let fell = format!("subscribers_fell_behind_total{{policy={policy}}} 1");
        assert!(moved.contains(&fell), "{moved:?}");
        let others: &[&str] = match on_lag {
            OnLag::CatchUp => &[
                "replay_reads_total 1",
                "replayed_events_total{from=store} 10",
            ],
            OnLag::Skip => &[
                "gaps_total{reason=lagged} 1",
                "replayed_events_total{from=ring} 4",
                "subscriber_lag_events [4.0]",
            ],
            _ => &[],
        };
        let mut expected: Vec<_> = others.iter().map(ToString::to_string).collect();
        expected.push(fell);
        expected.sort();
        assert_eq!(moved, expected, "{policy}");
        drop(stream);
        assert!(figures.standing().is_empty());
    }
}
