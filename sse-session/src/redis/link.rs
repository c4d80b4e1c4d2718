//! A connection to the server that has the store's keys, made anew whenever it is lost.

use core::{fmt, time::Duration};
use std::sync::Arc;

use ::redis::{ErrorKind, RedisError, Value, aio::MultiplexedConnection};
use parking_lot::Mutex;
use tokio::{runtime::Handle, time::Instant};

use super::{
    RedisOptions, address::Address, backoff::Backoff, dial::Dial, failure::Failure, script::Call,
};
use crate::store::StoreError;

/// So often may nodes refer to one another.
const MOST_REFERRALS: u32 = 5;

/// A connection that all share, to the server that has the store's keys: in a cluster to the master of its hash
/// slot, which is found by asking any node. It is made when it is needed, and anew whenever it is lost.
///
/// The client's own connection to a cluster is not used: it repeats what had no answer, and so might append twice.
pub(super) struct Link {
    dial: Arc<Dial>,
    seeds: Vec<Address>,
    cluster: bool,
    state: Mutex<State>,
    runtime: Handle,
    /// One at a time connects.
    dialing: tokio::sync::Mutex<()>,
}

struct State {
    address: Address,
    next_seed: usize,
    connection: Option<MultiplexedConnection>,
    /// Of the connection.
    generation: u64,
    backoff: Backoff,
    /// Nobody tries again before this, and why.
    closed_until: Option<(Instant, RedisError)>,
}

/// A connection, and which one it is.
pub(super) struct Open {
    pub(super) connection: MultiplexedConnection,
    pub(super) generation: u64,
}

impl Link {
    /// In a runtime, of which its connections are then.
    pub(super) fn new(dial: Arc<Dial>, options: &RedisOptions) -> Arc<Self> {
        let state = State {
            address: options.servers[0].clone(),
            next_seed: 1,
            connection: None,
            generation: 0,
            backoff: Backoff::new(options),
            closed_until: None,
        };
        Arc::new(Self {
            dial,
            seeds: options.servers.clone(),
            cluster: options.cluster,
            state: Mutex::new(state),
            runtime: Handle::current(),
            dialing: tokio::sync::Mutex::default(),
        })
    }

    /// Asks, and gives the answer.
    pub(super) async fn ask(self: &Arc<Self>, call: &Call) -> Result<Value, StoreError> {
        self.ask_on(call).await.map(|(_, answer)| answer)
    }

    /// Asks, and gives the answer and the connection that it came over.
    pub(super) async fn ask_on(self: &Arc<Self>, call: &Call) -> Result<(Open, Value), StoreError> {
        let (mut referrals, mut whole) = (0, None);
        loop {
            let told = |failure: Failure| failure.told(call.changes);
            let mut open = self.open().await.map_err(told)?;
            let command = whole.as_ref().unwrap_or(&call.command);
            let failure = match command.query_async(&mut open.connection).await {
                Ok(answer) => return Ok((open, answer)),
                Err(error) => Failure::of(error),
            };
            match failure {
                Failure::Moved(to) if self.cluster && referrals < MOST_REFERRALS => {
                    referrals += 1;
                    self.go_to(&open, &to);
                }
                Failure::Moved(_) if !self.cluster => {
                    return Err(StoreError::Configuration {
                        problem: "the server is a node of a cluster".into(),
                    });
                }
                Failure::UnknownScript if whole.is_none() => whole = call.whole(),
                failure => {
                    if failure.is_of_connection() {
                        self.discard(open.generation);
                    }
                    return Err(told(failure));
                }
            }
        }
    }

    /// The connection; it is made if there is none, in a task of its own: others wait for it, and would for ever if it
    /// were left to somebody who is not polled.
    async fn open(self: &Arc<Self>) -> Result<Open, Failure> {
        if let Some(open) = self.current() {
            return Ok(open);
        }
        let link = Arc::clone(self);
        let dialed = self.runtime.spawn(async move { link.dial().await }).await;
        dialed.unwrap_or_else(|_| {
            let ended = (ErrorKind::Io, "the runtime is being shut down");
            Err(Failure::NotDone(ended.into()))
        })
    }

    async fn dial(&self) -> Result<Open, Failure> {
        let _one_at_a_time = self.dialing.lock().await;
        let mut attempts = self.seeds.len();
        loop {
            // Somebody else may have made it, or failed.
            if let Some(open) = self.current() {
                return Ok(open);
            }
            let address = self.address()?;
            let connected = self.dial.connect(&address, None::<fn(_)>).await;
            let mut state = self.state.lock();
            match connected {
                Ok(connection) => {
                    state.connection = Some(connection);
                    state.generation += 1;
                    state.backoff.reset();
                }
                Err(error) => {
                    attempts = attempts.saturating_sub(1);
                    state.address = self.seeds[state.next_seed % self.seeds.len()].clone();
                    state.next_seed = state.next_seed.wrapping_add(1);
                    if attempts == 0 {
                        let pause: Duration = state.backoff.next();
                        state.closed_until = Some((Instant::now() + pause, error.clone()));
                        return Err(not_connected(error));
                    }
                }
            }
        }
    }

    fn address(&self) -> Result<Address, Failure> {
        let state = self.state.lock();
        match &state.closed_until {
            Some((until, error)) if Instant::now() < *until => Err(not_connected(error.clone())),
            _ => Ok(state.address.clone()),
        }
    }

    fn current(&self) -> Option<Open> {
        let state = self.state.lock();
        let connection = state.connection.clone()?;
        Some(Open {
            connection,
            generation: state.generation,
        })
    }

    /// Makes another one when it is needed next. Who waits for an answer on this one goes on waiting.
    pub(super) fn discard(&self, generation: u64) {
        let mut state = self.state.lock();
        if state.generation == generation {
            state.connection = None;
        }
    }

    fn go_to(&self, open: &Open, referral: &str) {
        let mut state = self.state.lock();
        if state.generation == open.generation
            && let Some(address) = state.address.referred(referral)
        {
            state.address = address;
            state.connection = None;
        }
    }
}

/// Nothing was sent. What cannot be repaired by waiting is told as such.
fn not_connected(error: RedisError) -> Failure {
    match Failure::of(error.clone()) {
        refused @ Failure::Refused(StoreError::Configuration { .. }) => refused,
        _ => Failure::NotDone(error),
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("Link")
            .field("address", &state.address)
            .field("connected", &state.connection.is_some())
            .finish_non_exhaustive()
    }
}
