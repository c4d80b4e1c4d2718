//! A server with pages and event streams.

use core::net::SocketAddr;

use axum::Router;
use axum::extract::Path;
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use axum::routing::get;
use http::header;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::arrivals::{Arrivals, note};

/// A running server. `/` is a page; `/login/NAME` is one too, and says so in the cookie `session`.
pub(crate) struct Origin {
    address: SocketAddr,
    arrivals: Arrivals,
    task: JoinHandle<()>,
}

const PAGE: Html<&str> = Html("<title>page</title>");

async fn login(
    Path(name): Path<String>,
) -> ([(header::HeaderName, String); 1], Html<&'static str>) {
    let cookie = format!("session={name}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], PAGE)
}

impl Origin {
    pub(crate) async fn start(routes: Router) -> Self {
        let arrivals = Arrivals::default();
        let routes = routes
            .route("/", get(PAGE))
            .route("/login/{name}", get(login))
            .layer(from_fn_with_state(arrivals.clone(), note));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self {
            address,
            arrivals,
            task,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}
