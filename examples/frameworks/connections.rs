//! Connections of hyper, each in HTTP/1.1 or in HTTP/2, as its client begins.

use core::{error::Error, time::Duration};

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::Service;

/// Answers with `service` on every connection.
pub(crate) async fn serve_connections<S, B>(listener: TcpListener, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let service = TowerToHyperService::new(service);
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            // Too many open files, say: others close theirs in the meantime.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // Events are small and should not wait for company on their way.
        let _ = socket.set_nodelay(true);
        let service = service.clone();
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            server.serve_connection(TokioIo::new(socket), service).await
        });
    }
}
