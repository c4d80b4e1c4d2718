//! Clients behind a link that goes down: no end of their connections ever comes.

use core::time::Duration;

use sse_tests::requirement;
use tokio::time::sleep;

use crate::{
    clients,
    killed::until,
    network::Host,
    server::{self, Notices},
};

const STREAMS: usize = 200;

/// Streams whose clients fall silent; what the server holds of them is free again.
async fn silent(test: &str, number: u8, notices: Notices, http2: bool) {
    let Some(host) = Host::new(number) else {
        return requirement::skip(test, "ip", "no network namespace can be made here");
    };
    let (_server, address) = server::start(&format!("{}:0", host.here), notices);
    let before = until(address, |_| true).await;
    let _clients = clients::open(address, STREAMS, http2, Some(&host.namespace));
    let open = STREAMS as u64;
    until(address, |holds| holds.live == open && holds.slots == open).await;
    host.pull_the_cable();
    if notices == Notices::Never {
        // Longer than any of the others takes.
        sleep(Duration::from_secs(10)).await;
        let held = until(address, |_| true).await;
        assert_eq!((held.live, held.slots), (open, open));
        return;
    }
    let after = until(address, |holds| holds.live == 0 && holds.slots == 0).await;
    assert_eq!((after.opened, after.gone), (open, open));
    until(address, |holds| holds.descriptors <= before.descriptors).await;
}

#[tokio::test]
async fn the_user_timeout_ends_what_is_written_to() {
    silent(
        "the_user_timeout_ends_what_is_written_to",
        1,
        Notices::Writing,
        false,
    )
    .await;
}

#[tokio::test]
async fn keep_alive_probes_end_what_is_idle() {
    silent(
        "keep_alive_probes_end_what_is_idle",
        2,
        Notices::Probing,
        false,
    )
    .await;
}

#[tokio::test]
async fn pings_end_connections_of_http_2() {
    silent("pings_end_connections_of_http_2", 3, Notices::Pinging, true).await;
}

#[tokio::test]
async fn without_any_of_these_they_are_held() {
    silent(
        "without_any_of_these_they_are_held",
        4,
        Notices::Never,
        false,
    )
    .await;
}
