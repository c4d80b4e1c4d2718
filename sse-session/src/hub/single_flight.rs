//! One who finds out for all who ask the same.

use core::{fmt, future::poll_fn, hash::Hash, pin::pin, task::Poll};
use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::watch::Sender;

/// One who finds out for all who ask the same while it is at it: a task of its own, because whoever
/// asked first may stop polling, and nobody may have to wait for that. Nothing is kept after it, so
/// an answer is never older than the question of the first who asked.
pub(super) struct SingleFlight<K, V> {
    under_way: Arc<Flights<K, V>>,
}

type Flights<K, V> = Mutex<HashMap<K, Arc<Sender<Option<V>>>>>;

impl<K, V> SingleFlight<K, V>
where
    K: Copy + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// What `work` finds out, which is spawned, or the same work that is under way; `None` if its
    /// task is gone.
    ///
    /// Dropped, the work goes on as long as somebody waits for it.
    pub(super) async fn run<W>(
        &self,
        key: K,
        work: impl FnOnce() -> W,
        spawn: impl FnOnce(Flight<K, V, W>),
    ) -> Option<V>
    where
        W: Future<Output = V>,
    {
        let mut answer = {
            let mut under_way = self.under_way.lock();
            if let Some(flight) = under_way.get(&key) {
                flight.subscribe()
            } else {
                let (sender, answer) = tokio::sync::watch::channel(None);
                let sender = Arc::new(sender);
                under_way.insert(key, Arc::clone(&sender));
                drop(under_way);
                let of = Arc::clone(&self.under_way);
                let entry = Entry { of, key, sender };
                let work = work();
                spawn(Flight { entry, work });
                answer
            }
        };
        let answer = answer.wait_for(Option::is_some).await.ok()?;
        answer.clone()
    }
}

/// What is to be spawned.
pub(super) struct Flight<K: Copy + Eq + Hash, V, W> {
    entry: Entry<K, V>,
    work: W,
}

impl<K: Copy + Eq + Hash, V, W: Future<Output = V>> Flight<K, V, W> {
    /// Does the work, until it is done or nobody waits for it.
    pub(super) async fn fly(self) {
        let Self { entry, work } = self;
        let mut work = pin!(work);
        loop {
            let mut nobody_waits = pin!(entry.sender.closed());
            let answer = poll_fn(|context| match work.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(Some(answer)),
                Poll::Pending => nobody_waits.as_mut().poll(context).map(|()| None),
            });
            let answer = answer.await;
            if entry.remove_if(|waiting| answer.is_some() || waiting == 0) {
                entry.sender.send_replace(answer);
                return;
            }
        }
    }
}

/// What is under way; not any more when it is dropped, even by a panic of the work.
struct Entry<K: Copy + Eq + Hash, V> {
    of: Arc<Flights<K, V>>,
    key: K,
    sender: Arc<Sender<Option<V>>>,
}

impl<K: Copy + Eq + Hash, V> Entry<K, V> {
    /// Whoever asks after it asks anew. Under the lock it is known how many wait.
    fn remove_if(&self, condition: impl FnOnce(usize) -> bool) -> bool {
        let mut under_way = self.of.lock();
        let removes = condition(self.sender.receiver_count());
        let now = under_way.get(&self.key);
        if removes && now.is_some_and(|now| Arc::ptr_eq(now, &self.sender)) {
            under_way.remove(&self.key);
        }
        removes
    }
}

impl<K: Copy + Eq + Hash, V> Drop for Entry<K, V> {
    fn drop(&mut self) {
        self.remove_if(|_| true);
    }
}

impl<K, V> Default for SingleFlight<K, V> {
    fn default() -> Self {
        Self {
            under_way: Arc::default(),
        }
    }
}

impl<K, V> fmt::Debug for SingleFlight<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use tokio::{sync::Notify, time::timeout};

    use super::*;

    #[derive(Clone, Default)]
    struct World {
        flights: Arc<SingleFlight<&'static str, u32>>,
        let_go: Arc<Notify>,
        begun: Arc<Mutex<u32>>,
    }

    impl World {
        /// Asks for work of this number, which waits to be let go.
        async fn ask(&self, key: &'static str, number: u32) -> Option<u32> {
            let (let_go, begun) = (Arc::clone(&self.let_go), Arc::clone(&self.begun));
            let work = || async move {
                *begun.lock() += 1;
                let_go.notified().await;
                assert!(number > 0, "this one panics");
                number
            };
            let spawn = |flight: Flight<_, _, _>| drop(tokio::spawn(flight.fly()));
            self.flights.run(key, work, spawn).await
        }

        fn asked(&self, key: &'static str, number: u32) -> tokio::task::JoinHandle<Option<u32>> {
            let world = self.clone();
            tokio::spawn(async move { world.ask(key, number).await })
        }

        fn begun(&self) -> u32 {
            *self.begun.lock()
        }

        fn is_quiet(&self) -> bool {
            self.flights.under_way.lock().is_empty()
        }
    }

    async fn a_while() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_the_same_meanwhile_gets_the_same_answer_and_later_another() {
        let world = World::default();
        let same = [world.asked("a", 1), world.asked("a", 1)];
        let other = world.asked("b", 3);
        a_while().await;
        assert_eq!(world.begun(), 2);
        world.let_go.notify_waiters();
        for answer in same {
            assert_eq!(answer.await.unwrap(), Some(1));
        }
        assert_eq!(other.await.unwrap(), Some(3));
        assert!(world.is_quiet());
        let late = world.asked("a", 4);
        a_while().await;
        world.let_go.notify_waiters();
        assert_eq!(late.await.unwrap(), Some(4), "not an old answer");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asked_first_may_stop_polling_or_go() {
        let world = World::default();
        let mut stalled = Box::pin(world.ask("a", 1));
        let polled_once = timeout(Duration::from_millis(1), &mut stalled).await;
        assert!(polled_once.is_err());
        let second = world.asked("a", 2);
        a_while().await;
        world.let_go.notify_waiters();
        assert_eq!(second.await.unwrap(), Some(1));

        let world = World::default();
        let first = world.asked("a", 1);
        let second = world.asked("a", 2);
        a_while().await;
        first.abort();
        a_while().await;
        world.let_go.notify_waiters();
        assert_eq!(second.await.unwrap(), Some(1));
        assert_eq!(world.begun(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_waits_for_ends_and_a_panic_strands_nobody() {
        let world = World::default();
        let only = world.asked("a", 1);
        a_while().await;
        only.abort();
        a_while().await;
        assert!(world.is_quiet());
        let panics = world.asked("a", 0);
        a_while().await;
        world.let_go.notify_waiters();
        assert_eq!(panics.await.unwrap(), None);
        assert!(world.is_quiet());
    }
}
