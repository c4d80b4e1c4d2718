//! The proxy.

use core::{net::SocketAddr, time::Duration};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::{Direction, Figures, Mode, Protocol, pump::pump};

/// A proxy that fails when it is told to. Dropped, its connections are closed.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: AbortHandle,
}

/// What all connections have.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) protocol: Protocol,
    pub(super) settings: watch::Sender<Settings>,
    state: Mutex<State>,
}

/// What is switched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) mode: Mode,
    server: SocketAddr,
    /// Connections of before another one are reset.
    pub(super) generation: u64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) figures: Figures,
    /// Bytes that may go before the cut, while there is to be one.
    pub(super) left: Option<u64>,
    /// In a thousand.
    lost_hints: u64,
    random: u64,
}

impl FaultProxy {
    /// Starts one on a free port of 127.0.0.1, on this runtime.
    ///
    /// # Errors
    ///
    /// If there is no port.
    pub async fn start(server: SocketAddr, protocol: Protocol) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let settings = Settings {
            mode: Mode::Pass,
            server,
            generation: 0,
        };
        let shared = Arc::new(Shared {
            protocol,
            settings: watch::Sender::new(settings),
            state: Mutex::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on this goes wrong.
    pub fn set_mode(&self, mode: Mode) {
        self.shared.state().left = match mode {
            Mode::CutAfter(bytes) => Some(bytes),
            _ => None,
        };
        self.shared.settings.send_modify(|settings| {
            settings.mode = mode;
            settings.generation += u64::from(mode == Mode::Refuse);
        });
    }

    /// All connections are reset. New ones are as the mode says.
    pub fn reset_connections(&self) {
        let settings = &self.shared.settings;
        settings.send_modify(|settings| settings.generation += 1);
    }

    /// New connections go to this server.
    pub fn set_server(&self, server: SocketAddr) {
        let settings = &self.shared.settings;
        settings.send_modify(|settings| settings.server = server);
    }

    /// From now on so many hints in a thousand are lost, by chance: the same ones for the same seed and order.
    pub fn set_lost_hints(&self, per_mille: u64, seed: u64) {
        let mut state = self.shared.state();
        state.lost_hints = per_mille;
        state.random = seed;
    }

    /// What went through so far.
    pub fn figures(&self) -> Figures {
        self.shared.state().figures
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cut has come.
    pub(super) fn refuse(&self) {
        self.settings.send_modify(|settings| {
            settings.mode = Mode::Refuse;
            settings.generation += 1;
        });
    }
}

impl State {
    pub(super) fn loses_hint(&mut self) -> bool {
        self.lost_hints > 0 && self.random() % 1_000 < self.lost_hints
    }

    pub(super) fn part_of(&mut self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX - 1);
        Duration::from_micros(self.random() % (most + 1))
    }

    /// SplitMix64: the same on every machine.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and all connections with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(connection(client, Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Goes on until one side closes, or it is reset.
async fn connection(client: TcpStream, shared: Arc<Shared>) {
    let mut settings = shared.settings.subscribe();
    let begun = *settings.borrow_and_update();
    // The end is a reset, not an end that one could take for the other's own.
    let _ = socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO));
    if begun.mode == Mode::Refuse {
        return;
    }
    let Ok(server) = TcpStream::connect(begun.server).await else {
        return;
    };
    shared.state().figures.connections += 1;
    let (_, _) = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let in_flight = Arc::default();
    tokio::select! {
        () = pump(&shared, Direction::ToServer, from_client, to_server, &in_flight) => {}
        () = pump(&shared, Direction::ToClient, from_server, to_client, &in_flight) => {}
        _ = settings.wait_for(|now| now.generation != begun.generation) => {}
    }
}
