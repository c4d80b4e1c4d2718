//! One hint in ten is lost on its way to each node.

use sse_session::{hub::Hub, store::SessionStore};
use sse_tests::fault_proxy::FaultProxy;

use crate::{
    checker::{Rules, check},
    load::{Run, seed},
};

/// Until so many events were acknowledged. It costs nothing but time.
pub(crate) async fn lost_hints(
    test: &str,
    events: usize,
    rules: Rules,
    hubs: Vec<Hub>,
    proxies: &[FaultProxy],
    store: &dyn SessionStore,
) {
    let seed = seed(test);
    for (number, proxy) in (0..).zip(proxies) {
        proxy.set_lost_hints(100, seed.wrapping_add(number));
    }
    let run = Run::begin(seed, hubs).await;
    run.acknowledge(events).await;
    let history = run.finish(store).await;
    let figures = check(&history, &rules).unwrap();
    let proxies = proxies.iter().map(FaultProxy::figures);
    let (lost, all) = proxies.fold((0, 0), |(lost, all), proxy| {
        (
            lost + proxy.lost_hints,
            all + proxy.lost_hints + proxy.hints,
        )
    });
    println!("{test}: {lost} of {all} hints lost; {figures:?}");
    assert!(lost > 0);
}
