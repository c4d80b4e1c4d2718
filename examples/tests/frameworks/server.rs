//! A server of one test.

use core::{future::Future, net::SocketAddr, pin::Pin, time::Duration};
use std::io;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Serving = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// A server, not yet started.
#[derive(Clone, Copy)]
pub(crate) struct Framework {
    /// Its name, for messages.
    pub(crate) name: &'static str,
    serve: fn(TcpListener, Duration) -> Serving,
}

/// Whatever has a `serve` as the programs have, as a [`Framework`].
macro_rules! framework {
    ($serve:path) => {
        $crate::server::Framework::new(stringify!($serve), |listener, pause| {
            Box::pin($serve(listener, pause))
        })
    };
}
pub(crate) use framework;

impl Framework {
    pub(crate) const fn new(
        name: &'static str,
        serve: fn(TcpListener, Duration) -> Serving,
    ) -> Self {
        Self { name, serve }
    }

    /// Starts it, with a tick after each `pause`.
    pub(crate) async fn start(self, pause: Duration) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server {
            address: listener.local_addr().unwrap(),
            task: tokio::spawn((self.serve)(listener, pause)),
        }
    }
}

/// A running server, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
