//! The way from the browser to a server.

use core::net::SocketAddr;

use sse_tests::servers::Server;

use crate::origin::Origin;
use crate::proxy::Proxy;

/// One test for each way: `$check` is told the test's name and the way.
macro_rules! each_way {
    ($sentence:ident, $check:path) => {
        mod $sentence {
            use $crate::way::Way;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn directly() {
                $check(concat!(stringify!($sentence), "::directly"), Way::Direct).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn behind_nginx() {
                $check(concat!(stringify!($sentence), "::behind_nginx"), Way::Nginx).await;
            }
        }
    };
}
pub(crate) use each_way;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    Nginx,
}

/// Where a browser finds a server.
pub(crate) struct Front {
    address: SocketAddr,
    _proxy: Option<Server>,
}

impl Way {
    /// Leads to this server; says that `test` is skipped if something is missing.
    pub(crate) fn lead_to_or_skip(self, test: &str, origin: &Origin) -> Option<Front> {
        let address = origin.address();
        Some(match self {
            Self::Direct => Front::direct(origin),
            Self::Nginx => {
                let proxy = Proxy::Nginx.start_or_skip(test, address, |printed| printed)?;
                Front {
                    address: proxy.address(),
                    _proxy: Some(proxy),
                }
            }
        })
    }
}

impl Front {
    /// The server itself.
    pub(crate) fn direct(origin: &Origin) -> Self {
        Self {
            address: origin.address(),
            _proxy: None,
        }
    }

    /// The URL of this path, with the host `127.0.0.1`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same server, which a browser takes for another site.
    pub(crate) fn url_at_localhost(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }
}
