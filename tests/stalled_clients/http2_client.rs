//! An HTTP/2 client that does by hand what a library would not: it opens the windows it wants, and
//! reads or does not.
//!
//! <https://www.rfc-editor.org/rfc/rfc9113#name-http-frames>

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::connection::connect;

/// The largest window there is.
pub(crate) const OPEN: u32 = (1 << 31) - 1;
/// What a connection's window is at first, whatever the settings.
const FIRST_CONNECTION_WINDOW: u32 = 65_535;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const ACK: u8 = 1;
const END_STREAM_AND_HEADERS: u8 = 5;

#[derive(Debug)]
pub(crate) struct Http2Client {
    stream: TcpStream,
}

/// What came until the answer to a ping.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) headers: usize,
    pub(crate) data: usize,
}

impl Http2Client {
    /// Connects and sends a request, with a window of this size for its stream and the largest for
    /// the connection.
    pub(crate) async fn request(listener: &TcpListener, stream_window: u32) -> io::Result<Self> {
        let mut client = Self {
            stream: connect(listener).await?,
        };
        client
            .stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await?;
        let mut initial_window_size = vec![0, 4];
        initial_window_size.extend(stream_window.to_be_bytes());
        client.send(SETTINGS, 0, 0, &initial_window_size).await?;
        let more = OPEN - FIRST_CONNECTION_WINDOW;
        client
            .send(WINDOW_UPDATE, 0, 0, &more.to_be_bytes())
            .await?;
        // Of the static table: GET, http, "/"; then the authority "x".
        let request = [0x82, 0x86, 0x84, 0x41, 1, b'x'];
        client
            .send(HEADERS, END_STREAM_AND_HEADERS, 1, &request)
            .await?;
        Ok(client)
    }

    /// Sends a ping and reads until its answer: what the server had sent before has come then.
    pub(crate) async fn ping(&mut self) -> io::Result<Received> {
        self.send(PING, 0, 0, b"question").await?;
        let mut received = Received::default();
        loop {
            let mut head = [0; 9];
            self.stream.read_exact(&mut head).await?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            self.stream.read_exact(&mut payload).await?;
            match (head[3], head[4]) {
                (PING, ACK) if payload == b"question" => return Ok(received),
                (PING, 0) => self.send(PING, ACK, 0, &payload).await?,
                (SETTINGS, 0) => self.send(SETTINGS, ACK, 0, &[]).await?,
                (HEADERS, _) => received.headers += 1,
                (DATA, _) => received.data += payload.len(),
                _ => {}
            }
        }
    }

    /// The socket, unread.
    pub(crate) const fn socket(&self) -> &TcpStream {
        &self.stream
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
        let mut frame = length.to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.stream.write_all(&frame).await
    }
}
