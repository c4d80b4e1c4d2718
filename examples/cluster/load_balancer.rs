//! nginx, with the configuration of `docs/cluster.md`.

use core::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// What is printed on the page: three nodes, and ports of its own.
const PRINTED: &str = include_str!("nginx.conf");

/// What runs nginx in the foreground, in front of these nodes, with its files in the directory.
///
/// # Errors
///
/// Its configuration cannot be written there.
pub(crate) fn command(
    nginx: &Path,
    directory: &Path,
    listen: SocketAddr,
    nodes: &[SocketAddr],
) -> io::Result<Command> {
    let file = directory.join("nginx.conf");
    fs::write(&file, configuration(directory, listen, nodes))?;
    let mut command = Command::new(nginx);
    command.arg("-p").arg(directory);
    command.args(["-e", "stderr", "-c"]).arg(file);
    Ok(command)
}

/// The site as printed with these addresses, and what Debian's `nginx.conf` has around it.
fn configuration(directory: &Path, listen: SocketAddr, nodes: &[SocketAddr]) -> String {
    let files = directory.display();
    let servers: String = nodes
        .iter()
        .map(|node| format!("    server {node} max_fails=0;\n"))
        .collect();
    let is_server = |line: &&str| line.trim_start().starts_with("server 127.");
    let rest: Vec<_> = PRINTED.lines().filter(|line| !is_server(line)).collect();
    let site = rest
        .join("\n")
        .replace(
            "upstream nodes {\n",
            &format!("upstream nodes {{\n{servers}"),
        )
        .replace("127.0.0.1:3000", &listen.to_string());
    format!(
        "daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {files}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
access_log off;
client_body_temp_path {files}/body;
proxy_temp_path {files}/proxy;
fastcgi_temp_path {files}/fastcgi;
uwsgi_temp_path {files}/uwsgi;
scgi_temp_path {files}/scgi;
{site}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_configuration_that_is_used() {
        let page = include_str!("../../docs/cluster.md");
        assert!(page.contains(&format!("```nginx\n{PRINTED}```\n")));
    }

    #[test]
    fn only_the_addresses_differ() {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let nodes = [at(3001), at(3002), at(3003)];
        let text = configuration(Path::new("/files"), at(3000), &nodes);
        assert!(text.contains(PRINTED.trim_end()), "{text}");
        let text = configuration(Path::new("/files"), at(7), &[at(8)]);
        assert!(
            text.contains("{\n    server 127.0.0.1:8 max_fails=0;\n}"),
            "{text}"
        );
        assert!(
            text.contains("listen 127.0.0.1:7;") && !text.contains(":300"),
            "{text}"
        );
    }
}
