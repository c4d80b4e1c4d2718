//! An authorizer that fails when it is asked again.

use core::{
    future::pending,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::sync::Arc;

use sse_session::{
    Channel,
    hub::{Authorizer, AuthorizerFuture, Decision, Hub, Identity},
};

use crate::support::{Client, TestStore, publish, some_time};

/// Everybody may, but for `eve` once it was forbidden; about `odd` it panics, about `slow` it never says
/// anything, once both are there.
#[derive(Debug, Clone, Default)]
struct Odd {
    begun: Arc<AtomicBool>,
}

impl Authorizer for Odd {
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        _: &'a Channel,
    ) -> AuthorizerFuture<'a> {
        Box::pin(async move {
            let user = identity.map_or("", Identity::key);
            if self.begun.load(Ordering::Relaxed) {
                assert!(!user.starts_with("odd"), "as asked");
                if user.starts_with("slow") {
                    pending::<()>().await;
                }
                return Ok(Decision::allow_if(user != "eve"));
            }
            Ok(Decision::Allow)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorizer_that_panics_or_hangs_about_one_is_asked_about_all_others() {
    let odd = Odd::default();
    let hub = Hub::builder(TestStore::new())
        .with_authorizer(odd.clone())
        .with_recheck(Duration::from_secs(5))
        .build()
        .unwrap();
    let mut clients = Vec::new();
    let strange = (0..40).map(|number| format!("{}{number}", ["odd", "slow"][number % 2]));
    for user in strange.chain(["eve".to_owned()]) {
        let mut client = Client::new(&["a"]);
        let subscription = client.subscription().with_identity(Identity::new(user));
        client.connect_with(&hub, subscription).await.unwrap();
        clients.push(client);
    }
    odd.begun.store(true, Ordering::Relaxed);
    for _ in 0..10 {
        some_time().await;
    }
    publish(&hub, "a", 1).await;
    let mut eve = clients.pop().unwrap();
    assert!(!eve.read().await, "she may not any more");
    assert!(eve.take().is_empty());
    for mut client in clients {
        assert_eq!(client.read_and_take().await, ["1"], "that is not known");
    }
}
