//! The proxy before a server that says back what it is told.

use core::time::Duration;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use super::{Direction, FaultProxy, Mode, Protocol};

const DEADLINE: Duration = Duration::from_secs(60);

/// As long as it takes on this machine to know that nothing comes; where it does not matter what is shorter.
const QUIET: Duration = Duration::from_millis(100);

async fn echo() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

async fn proxy(protocol: Protocol) -> FaultProxy {
    let listener = echo().await;
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    FaultProxy::start(address, protocol).await.unwrap()
}

async fn connect(proxy: &FaultProxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.unwrap()
}

async fn read(stream: &mut TcpStream, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let read = timeout(DEADLINE, stream.read_exact(&mut bytes));
    read.await.expect("it never came")?;
    Ok(bytes)
}

async fn says_back(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(text).await.unwrap();
    assert_eq!(read(stream, text.len()).await.unwrap(), text);
}

async fn is_quiet(stream: &mut TcpStream) -> bool {
    timeout(QUIET, stream.read_u8()).await.is_err()
}

#[tokio::test]
async fn what_waited_in_a_black_hole_comes_when_it_is_over() {
    let proxy = proxy(Protocol::Opaque).await;
    let mut before = connect(&proxy).await;
    says_back(&mut before, b"one").await;
    proxy.set_mode(Mode::BlackHole);
    before.write_all(b"two").await.unwrap();
    let mut meanwhile = connect(&proxy).await;
    meanwhile.write_all(b"three").await.unwrap();
    assert!(is_quiet(&mut before).await && is_quiet(&mut meanwhile).await);
    proxy.set_mode(Mode::Pass);
    assert_eq!(read(&mut before, 3).await.unwrap(), b"two");
    assert_eq!(read(&mut meanwhile, 5).await.unwrap(), b"three");
    assert_eq!(proxy.figures().bytes_to_server, 11);
    assert_eq!(proxy.figures().bytes_to_client, 11);
    assert_eq!(proxy.figures().connections, 2);
}

#[tokio::test]
async fn half_open_holds_one_direction() {
    for (direction, reached) in [(Direction::ToServer, 0), (Direction::ToClient, 3)] {
        let proxy = proxy(Protocol::Opaque).await;
        let mut stream = connect(&proxy).await;
        proxy.set_mode(Mode::HalfOpen(direction));
        stream.write_all(b"one").await.unwrap();
        assert!(is_quiet(&mut stream).await);
        assert_eq!(proxy.figures().bytes_to_server, reached, "{direction:?}");
        proxy.set_mode(Mode::Pass);
        assert_eq!(read(&mut stream, 3).await.unwrap(), b"one");
    }
}

#[tokio::test]
async fn a_delay_is_at_least_that_long() {
    let proxy = proxy(Protocol::Opaque).await;
    let mut stream = connect(&proxy).await;
    let by = Duration::from_millis(30);
    proxy.set_mode(Mode::Delay { by, jitter: by });
    let begun = Instant::now();
    says_back(&mut stream, b"one").await;
    assert!(begun.elapsed() >= by * 2, "once each way");
}

#[tokio::test]
async fn all_are_cut_after_the_bytes_and_new_ones_refused() {
    for bytes in 0..=6 {
        let proxy = proxy(Protocol::Opaque).await;
        let mut stream = connect(&proxy).await;
        proxy.set_mode(Mode::CutAfter(bytes));
        stream.write_all(b"one").await.unwrap();
        let to_client = usize::try_from(bytes.saturating_sub(3)).unwrap();
        if bytes < 6 {
            assert!(read(&mut stream, to_client + 1).await.is_err(), "{bytes}");
            let mut new = connect(&proxy).await;
            assert!(read(&mut new, 1).await.is_err(), "it is refused");
        } else {
            assert_eq!(read(&mut stream, 3).await.unwrap(), b"one");
        }
        let figures = proxy.figures();
        assert_eq!(figures.bytes_to_server + figures.bytes_to_client, bytes);
        proxy.set_mode(Mode::Pass);
        says_back(&mut connect(&proxy).await, b"two").await;
    }
}

#[tokio::test]
async fn connections_are_reset_and_new_ones_go_to_another_server() {
    let proxy = proxy(Protocol::Opaque).await;
    let mut stream = connect(&proxy).await;
    says_back(&mut stream, b"one").await;
    let other = echo().await;
    proxy.set_server(other.local_addr().unwrap());
    proxy.reset_connections();
    assert!(read(&mut stream, 1).await.is_err());
    let mut new = connect(&proxy).await;
    let (mut accepted, _) = other.accept().await.unwrap();
    accepted.write_all(b"other").await.unwrap();
    assert_eq!(read(&mut new, 5).await.unwrap(), b"other");
}

#[tokio::test]
async fn whole_hints_are_lost_and_nothing_else() {
    let listener = echo().await;
    let proxy = FaultProxy::start(listener.local_addr().unwrap(), Protocol::Redis);
    let proxy = proxy.await.unwrap();
    proxy.set_lost_hints(300, 7);
    let mut client = connect(&proxy).await;
    let (mut server, _) = listener.accept().await.unwrap();
    let mut sent = Vec::new();
    for number in 0..200 {
        sent.extend(format!(">3\r\n$7\r\nmessage\r\n+c\r\n:{number:03}\r\n").bytes());
        sent.extend(format!(":{number:03}\r\n").bytes());
    }
    // In pieces, so that no frame comes whole.
    for piece in sent.chunks(7) {
        server.write_all(piece).await.unwrap();
        yield_now().await;
    }
    drop(server);
    let mut got = String::new();
    // It is reset behind the last byte.
    let _ = timeout(DEADLINE, client.read_to_string(&mut got)).await;
    let figures = proxy.figures();
    assert_eq!(figures.hints + figures.lost_hints, 200);
    assert!((20..=100).contains(&figures.lost_hints), "{figures:?}");
    assert_eq!(figures.answers, 200);
    assert_eq!(figures.bytes_to_client, {
        let hint = ">3\r\n$7\r\nmessage\r\n+c\r\n:000\r\n".len() as u64;
        hint * figures.hints + 6 * 200
    });
}

#[tokio::test]
async fn requests_in_flight_are_counted() {
    let listener = echo().await;
    let proxy = FaultProxy::start(listener.local_addr().unwrap(), Protocol::Redis);
    let proxy = proxy.await.unwrap();
    let mut client = connect(&proxy).await;
    let (mut server, _) = listener.accept().await.unwrap();
    client
        .write_all(&b"*1\r\n$4\r\nPING\r\n".repeat(3))
        .await
        .unwrap();
    read(&mut server, 3 * 14).await.unwrap();
    server.write_all(&b"+PONG\r\n".repeat(3)).await.unwrap();
    read(&mut client, 3 * 7).await.unwrap();
    client.write_all(b"*1\r\n$4\r\nPING\r\n").await.unwrap();
    read(&mut server, 14).await.unwrap();
    let figures = proxy.figures();
    assert_eq!((figures.requests, figures.answers), (4, 3));
    assert_eq!(figures.most_in_flight, 3);
}
