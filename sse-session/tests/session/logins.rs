//! Many logins of one user at the same time.

use core::time::Duration;
use std::collections::BTreeSet;

use futures_util::future::join_all;
use sse_session::{
    conformance::FaultRates,
    memory::MemoryStore,
    session::{Answer, AttachmentEnd, SessionStreamEnd},
    store::SessionStore,
};

use crate::support::{Client, Defect, LEASE, Node, broken, pass};

const LOGINS: usize = 200;

/// Whether of 200 logins at the same time on five nodes one stays, and each other one is told so; else what went
/// wrong.
async fn one_stays(store: &(impl SessionStore + Clone)) -> Result<(), String> {
    let nodes: Vec<Node> = (0..5).map(|_| Node::over(store)).collect();
    for (seed, node) in (1..).zip(&nodes) {
        let rates = FaultRates::default().with_delay(Duration::from_millis(5));
        node.faults.set_rates(seed, rates);
    }
    let logins = nodes.iter().cycle().take(LOGINS).zip(0..);
    let logins = logins.map(|(node, number)| async move {
        // Half of them at once; the others while those are at it, some of which get as far as a stream.
        let late = Duration::from_millis(30) * u32::saturating_sub(number, 100);
        pass(late).await;
        let session = node.login().await;
        let mut client = Client::new(session, &["news"]);
        // Whoever is superseded before it has a stream is told so at once.
        let connected = client.connect(node).await.is_ok();
        (node, client, connected)
    });
    let mut clients = join_all(logins).await;
    nodes.iter().for_each(|node| node.faults.clear());
    pass(LEASE).await;

    let mut fences = BTreeSet::new();
    let mut staying = Vec::new();
    let superseded = SessionStreamEnd::Attachment(AttachmentEnd::Superseded);
    let mut with_streams = 0;
    for (node, client, connected) in &mut clients {
        let fence = client.session().fence().unwrap();
        if !fences.insert(fence) {
            return Err(format!("fence {fence} was given twice"));
        }
        if *connected && client.read().await {
            staying.push(fence);
            continue;
        }
        with_streams += usize::from(*connected);
        if *connected && client.end() != Some(superseded) {
            return Err(format!("a stream ended as {:?}", client.end()));
        }
        let told = client.told(node).await;
        if told != Answer::NoContent {
            return Err(format!("one that was superseded is told {told:?}"));
        }
    }
    let greatest = fences.last().copied();
    if staying.len() != 1 || staying.last().copied() != greatest {
        return Err(format!("{} stay of {}", staying.len(), fences.len()));
    }
    let first = clients
        .iter()
        .filter(|(_, client, _)| !client.session().has_superseded());
    match first.count() {
        1 => assert!(with_streams > 20, "only {with_streams} had streams to lose"),
        count => return Err(format!("{count} logins have superseded nobody")),
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn of_200_logins_at_the_same_time_one_stays_and_all_others_are_told_204() {
    assert_eq!(one_stays(&MemoryStore::new()).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn without_what_the_store_promises_more_than_one_stay() {
    for defect in [
        Defect::UnfencedRenewals,
        Defect::StandingRevisions,
        Defect::LastWriterWins,
    ] {
        let checked = one_stays(&broken(defect)).await;
        assert!(checked.is_err(), "{defect:?} was not noticed");
        println!("{defect:?}: {}", checked.unwrap_err());
    }
}
