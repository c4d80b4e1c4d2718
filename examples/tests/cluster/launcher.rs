//! The one command of `docs/cluster.md`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use sse_tests::servers::find_or_skip;

use crate::client::Client;

#[test]
fn one_command_starts_a_cluster_restarts_and_ends_it() {
    let test = "one_command_starts_a_cluster_restarts_and_ends_it";
    if find_or_skip(test, "nginx").is_none() || find_or_skip(test, "redis-server").is_none() {
        return;
    }
    let mut process = Command::new(env!("CARGO_BIN_EXE_cluster"))
        .args(["--listen", "127.0.0.1:0", "--drain", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut line_with = |text: &str| {
        let mut lines = output.by_ref().map(Result::unwrap);
        let line = lines.find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("no line with {text:?}"))
    };
    let first = line_with("is 3 nodes");
    let address = first.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
    let client = Client::new(address, "alice");
    let mut stream = client.stream("/session?on=room/tea", None);
    let id = stream.next("presence").last_event_id().to_owned();
    line_with("Enter restarts");

    writeln!(process.stdin.as_ref().unwrap()).unwrap();
    line_with("c is back");
    assert_eq!(stream.last().event_type(), "disconnected");
    let again = client.stream("/session?on=room/tea", Some(&id));
    assert_eq!(again.session["resumed"], true);

    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s TERM \"$1\"", "sh", &process.id().to_string()]);
    assert!(kill.status().unwrap().success());
    assert!(process.wait().unwrap().success());
    assert!(std::net::TcpStream::connect(address).is_err());
}
