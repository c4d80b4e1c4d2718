//! The proxies, each with its configuration as printed in `docs/operations.md`.

use core::net::SocketAddr;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;

use sse_tests::servers::{Place, Server, find_or_skip};

use crate::operations::{configuration, replaced};

/// One test for each proxy: `$check` is told the test's name and the proxy.
macro_rules! through_each_proxy {
    ($sentence:ident, $check:path) => {
        mod $sentence {
            use $crate::proxy::Proxy;

            #[tokio::test]
            async fn nginx() {
                $check(concat!(stringify!($sentence), "::nginx"), Proxy::Nginx).await;
            }

            #[tokio::test]
            async fn haproxy() {
                $check(concat!(stringify!($sentence), "::haproxy"), Proxy::Haproxy).await;
            }

            #[tokio::test]
            async fn apache() {
                $check(concat!(stringify!($sentence), "::apache"), Proxy::Apache).await;
            }

            #[tokio::test]
            async fn varnish() {
                $check(concat!(stringify!($sentence), "::varnish"), Proxy::Varnish).await;
            }
        }
    };
}
pub(crate) use through_each_proxy;

/// Where the page says that the application is.
const APPLICATION: &str = "127.0.0.1:8080";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proxy {
    Nginx,
    Haproxy,
    Apache,
    Varnish,
}

impl Proxy {
    /// Starts it in front of `upstream` with the configuration of the page, which `change` may
    /// change for this test; says that `test` is skipped if it is missing.
    pub(crate) fn start_or_skip(
        self,
        test: &str,
        upstream: SocketAddr,
        change: impl FnOnce(String) -> String,
    ) -> Option<Server> {
        let program = find_or_skip(test, self.program())?;
        let text = change(self.printed());
        Some(Server::start(self.program(), |place| {
            let text = self.placed(&text, place, upstream);
            self.command(&program, place, &text)
        }))
    }

    fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Apache => "apache2",
            Self::Varnish => "varnishd",
        }
    }

    /// The configuration as printed.
    fn printed(self) -> String {
        configuration(match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Apache => "apache",
            Self::Varnish => "vcl",
        })
    }

    /// The text with the addresses of this test.
    fn placed(self, text: &str, place: &Place, upstream: SocketAddr) -> String {
        let here = place.address().to_string();
        let to_upstream = |text: String| replaced(&text, APPLICATION, &upstream.to_string());
        match self {
            Self::Nginx => to_upstream(replaced(text, "listen 80", &format!("listen {here}"))),
            Self::Haproxy => to_upstream(replaced(text, "bind :80", &format!("bind {here}"))),
            Self::Apache => to_upstream(replaced(text, "*:80", &here)),
            // Where it listens is on its command line.
            Self::Varnish => {
                let port = format!("\"{}\"", upstream.port());
                replaced(text, "\"8080\"", &port)
            }
        }
    }

    /// What runs it with this text as its site, in the foreground, with its files in the place.
    fn command(self, program: &Path, place: &Place, site: &str) -> Command {
        let directory = place.directory();
        let mut command = Command::new(program);
        match self {
            Self::Nginx => {
                let text = nginx_frame(directory).replace("SITE", site);
                let file = place.write("nginx.conf", &text);
                command.arg("-p").arg(directory);
                command.args(["-e", "stderr", "-c"]).arg(file);
            }
            Self::Haproxy => {
                let frame = place.write("frame.cfg", "global\n    maxconn 100\n");
                let site = place.write("haproxy.cfg", site);
                command.arg("-db").arg("-f").arg(frame).arg("-f").arg(site);
            }
            Self::Apache => {
                let text = apache_frame(place).replace("SITE", site);
                let file = place.write("apache.conf", &text);
                command.arg("-d").arg(directory).arg("-f").arg(file);
                command.args(["-D", "FOREGROUND"]);
            }
            Self::Varnish => {
                let file = place.write("site.vcl", site);
                command.arg("-F").arg("-n").arg(directory.join("work"));
                command.arg("-f").arg(file);
                command.args(["-a", &place.address().to_string()]);
                command.args(["-s", "malloc,16m", "-j", "none", "-T", "none"]);
            }
        }
        command
    }
}

/// What Debian's `nginx.conf` has around a site; one worker, so that what it does has an order.
fn nginx_frame(directory: &Path) -> String {
    let files = directory.display();
    format!(
        "daemon off;
         worker_processes 1;
         pid {files}/nginx.pid;
         events {{}}
         http {{
             access_log off;
             client_body_temp_path {files}/body;
             proxy_temp_path {files}/proxy;
             fastcgi_temp_path {files}/fastcgi;
             uwsgi_temp_path {files}/uwsgi;
             scgi_temp_path {files}/scgi;
             proxy_cache_path {files}/cache keys_zone=pages:1m;
             SITE
         }}\n"
    )
}

/// What Debian's `apache2.conf` has around a site.
fn apache_frame(place: &Place) -> String {
    let files = place.directory().display();
    let modules: String = [
        "mpm_event",
        "authz_core",
        "filter",
        "deflate",
        "proxy",
        "proxy_http",
    ]
    .iter()
    .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
    .collect();
    format!(
        "{modules}
         ServerName proxy.test
         Listen {address}
         User www-data
         Group www-data
         PidFile {files}/apache.pid
         DefaultRuntimeDir {files}
         ErrorLog /dev/stderr
         LogLevel warn
         SITE\n",
        address = place.address(),
    )
}

/// What a test that fails leaves behind: nothing that listens.
async fn stops(test: &str, proxy: Proxy) {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let server = proxy.start_or_skip(test, nowhere, |printed| printed);
    let Some(server) = server else { return };
    let address = server.address();
    TcpStream::connect(address).unwrap();
    let failed = thread::spawn(move || {
        let _server = server;
        panic!("as a test does");
    });
    assert!(failed.join().is_err());
    assert!(TcpStream::connect(address).is_err(), "{proxy:?} is left");
}

through_each_proxy!(a_panic_stops_the_proxy, super::stops);
