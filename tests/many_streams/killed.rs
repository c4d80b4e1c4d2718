//! Clients that are killed with -9.

use core::time::Duration;
use std::{fs, net::SocketAddr};

use sse_tests::requirement;
use tokio::time::{Instant, sleep};

use crate::{
    clients,
    server::{self, Holds, Notices, parse},
};

const STREAMS: u64 = 10_000;

/// After this a test fails instead of waiting for ever.
const DEADLINE: Duration = Duration::from_secs(120);

/// Waits until the server holds what is right.
pub(crate) async fn until(address: SocketAddr, right: impl Fn(&Holds) -> bool) -> Holds {
    let start = Instant::now();
    loop {
        let holds = parse(&clients::page(address).await);
        if right(&holds) {
            return holds;
        }
        assert!(start.elapsed() < DEADLINE, "{holds:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Of a process: its proportional memory in KiB, and the CPU time it has used in ticks of 10 ms.
fn usage(process: u32) -> (u64, u64) {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let pss = pss.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |index: usize| fields[index].parse::<u64>().unwrap();
    (pss, ticks(11) + ticks(12))
}

/// How many a process may have, if it asks for all.
fn descriptors() -> u64 {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let limit = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let hard = limit.unwrap().split_whitespace().nth(1).unwrap();
    hard.parse().unwrap_or(u64::MAX)
}

#[tokio::test]
async fn what_thousands_of_streams_held_is_free_when_their_clients_are_killed() {
    if descriptors() < STREAMS + 100 {
        let test = "what_thousands_of_streams_held_is_free_when_their_clients_are_killed";
        return requirement::skip(test, "descriptors", "a process may have too few of them");
    }
    let (server, address) = server::start("127.0.0.1:0", Notices::Writing);
    let before = until(address, |_| true).await;
    let (memory_before, _) = usage(server.id());
    let mut clients = clients::open(address, STREAMS as usize, false, None);
    let open = until(address, |holds| holds.live == STREAMS).await;
    assert_eq!((open.opened, open.gone, open.slots), (STREAMS, 0, STREAMS));
    assert!(open.descriptors >= before.descriptors + STREAMS);

    let (memory, cpu) = usage(server.id());
    let start = Instant::now();
    sleep(Duration::from_secs(3)).await;
    let (_, cpu_after) = usage(server.id());
    let bytes = (memory - memory_before) * 1024 / STREAMS;
    let percent = (cpu_after - cpu) as f64 / start.elapsed().as_secs_f64();
    println!("{STREAMS} idle streams with a keep-alive each second, in this build:");
    println!("{bytes} bytes a stream, {percent:.0} % of a core");

    clients.kill();
    let after = until(address, |holds| holds.live == 0 && holds.slots == 0).await;
    assert_eq!((after.opened, after.gone), (STREAMS, STREAMS));
    until(address, |holds| holds.descriptors <= before.descriptors).await;
}
