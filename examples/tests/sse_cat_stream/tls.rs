//! A server that speaks TLS, with a certificate that it has made itself.

use core::net::SocketAddr;
use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub(crate) struct Server {
    port: u16,
    _runtime: Runtime,
}

impl Server {
    /// Writes the certificate to this file.
    pub(crate) fn start(routes: Router, certificate: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(certificate, made.cert.pem()).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
            .unwrap();
        let runtime = Runtime::new().unwrap();
        let sockets = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = sockets.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TlsListener { sockets, acceptor };
        runtime.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            port,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }
}

struct TlsListener {
    sockets: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (socket, address) = self.sockets.accept().await.unwrap();
            // A client that does not trust it goes away.
            if let Ok(stream) = self.acceptor.accept(socket).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.sockets.local_addr()
    }
}
