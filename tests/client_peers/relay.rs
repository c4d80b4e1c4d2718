//! What stands between the client and a peer: it cuts connections, and remembers what it passed.

use core::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Stops when it is dropped; connections go on until they are cut.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    passed: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Passes so many bytes of each connection's response as this says, and cuts it there.
    pub(crate) async fn start(
        peer: SocketAddr,
        mut bytes: impl FnMut() -> usize + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::<Mutex<Vec<u8>>>::default();
        let remembered = Arc::clone(&passed);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, peer, bytes(), Arc::clone(&remembered)));
            }
        });
        Self {
            address,
            passed,
            task,
        }
    }

    /// All that was passed of responses.
    pub(crate) fn passed(&self) -> String {
        String::from_utf8_lossy(&self.passed.lock().unwrap()).into_owned()
    }
}

async fn pass(
    mut client: TcpStream,
    peer: SocketAddr,
    mut left: usize,
    passed: Arc<Mutex<Vec<u8>>>,
) {
    let Ok(mut server) = TcpStream::connect(peer).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let response = async {
        let mut buffer = vec![0; 4096];
        while left > 0 {
            let most = left.min(buffer.len());
            let count = match from_server.read(&mut buffer[..most]).await {
                Ok(0) | Err(_) => break,
                Ok(count) => count,
            };
            left -= count;
            passed.lock().unwrap().extend_from_slice(&buffer[..count]);
            if to_client.write_all(&buffer[..count]).await.is_err() {
                break;
            }
        }
    };
    let request = async {
        copy(&mut from_client, &mut to_server).await.ok();
        // The client has gone; the server sees that when both sockets are dropped.
    };
    tokio::select! {
        () = response => {}
        () = request => {}
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}
