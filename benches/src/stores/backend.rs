//! A store and its two nodes.

use core::{error::Error, time::Duration};
use std::sync::Arc;

use sse_session::{
    memory::MemoryStore,
    nats::{NatsOptions, NatsStore},
    redb::{RedbMode, RedbOptions, RedbStore},
    redis::{RedisOptions, RedisStore},
    store::SessionStore,
};
use sse_tests::servers::{self, Nats, NatsSetup, Redis};
use tempfile::TempDir;

use crate::history::kept::folder;

/// Longer than a busy machine takes for an answer.
const PATIENT: Duration = Duration::from_secs(30);

/// The names of all, as they are listed.
pub const NAMES: [&str; 5] = ["memory", "redb", "redb, relaxed", "redis", "nats"];

/// A store, as each of its nodes has it.
#[derive(Debug)]
pub struct Backend {
    /// What it is called.
    pub name: &'static str,
    /// What an acknowledgement means.
    pub acknowledged: &'static str,
    /// The same store on each node: two connections of their own if it is shared, else one process.
    pub nodes: Vec<Arc<dyn SessionStore>>,
    /// Dropped after the stores.
    home: Home,
}

/// Where a store keeps what it is told.
#[derive(Debug)]
enum Home {
    Memory,
    File { _folder: TempDir },
    Redis(Redis),
    Nats { _server: Nats },
}

impl Backend {
    /// Opens one of [`NAMES`], with a server of its own where it needs one. On the runtime of its tasks.
    ///
    /// # Errors
    ///
    /// There is no such store, its server is not installed, or it cannot be opened.
    pub async fn open(name: &'static str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let (acknowledged, nodes, home) = match name {
            "memory" => {
                let store: Arc<dyn SessionStore> = Arc::new(MemoryStore::new());
                ("in memory", vec![store], Home::Memory)
            }
            "redb" => {
                let (store, home) = in_a_file(RedbMode::Synced)?;
                ("on disk", vec![store], home)
            }
            "redb, relaxed" => {
                let interval = Duration::from_secs(1);
                let (store, home) = in_a_file(RedbMode::Relaxed { interval })?;
                ("in memory, on disk each second", vec![store], home)
            }
            "redis" => {
                let program = Redis::program().ok_or("there is no redis-server")?;
                let server = Redis::start(&program, &[]);
                let address = server.address();
                let options = RedisOptions::new(address.ip().to_string(), address.port());
                let options = options.with_response_timeout(PATIENT);
                let nodes: Vec<Arc<dyn SessionStore>> = vec![
                    Arc::new(RedisStore::connect(options.clone()).await?),
                    Arc::new(RedisStore::connect(options).await?),
                ];
                ("in the server's memory", nodes, Home::Redis(server))
            }
            "nats" => {
                let program = servers::find("nats-server").ok_or("there is no nats-server")?;
                let server = Nats::start(program, &NatsSetup::default());
                let options = NatsOptions::new(server.url());
                let nodes: Vec<Arc<dyn SessionStore>> = vec![
                    Arc::new(NatsStore::connect(options.clone()).await?),
                    Arc::new(NatsStore::connect(options).await?),
                ];
                let home = Home::Nats { _server: server };
                ("in the server's file, not synchronised", nodes, home)
            }
            _ => return Err(format!("there is no store {name}").into()),
        };
        Ok(Self {
            name,
            acknowledged,
            nodes,
            home,
        })
    }

    /// The first node's.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn SessionStore> {
        &self.nodes[0]
    }

    /// The server, if it is Redis.
    #[must_use]
    pub const fn redis(&self) -> Option<&Redis> {
        match &self.home {
            Home::Redis(server) => Some(server),
            Home::Memory | Home::File { .. } | Home::Nats { .. } => None,
        }
    }
}

fn in_a_file(
    mode: RedbMode,
) -> Result<(Arc<dyn SessionStore>, Home), Box<dyn Error + Send + Sync>> {
    let folder = folder()?;
    let options = RedbOptions::default().with_mode(mode);
    let store = RedbStore::open_with(folder.path().join("store.redb"), options)?;
    Ok((Arc::new(store), Home::File { _folder: folder }))
}
