//! A plain client: a socket, a request, and our decoder.

use core::net::SocketAddr;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use sse_codec::{Decoder, Event, Item};

use super::DEADLINE;

/// The events of one connection.
#[derive(Debug)]
pub struct EventReader {
    head: String,
    body: BufReader<TcpStream>,
    decoder: Decoder,
    items: VecDeque<Item>,
    opened: Instant,
}

impl EventReader {
    /// Asks for `path`, and reads the head of the response.
    pub fn open(address: SocketAddr, path: &str) -> Self {
        Self::open_accepting(address, path, "*/*")
    }

    /// As [`EventReader::open`], with this `Accept`.
    pub fn open_accepting(address: SocketAddr, path: &str, accept: &str) -> Self {
        Self::request(address, &format!("GET {path}"), &[("Accept", accept)], "")
    }

    /// Sends a request (`POST /path`) with these headers and this body, and reads the head of the
    /// response. A `Content-Length` among the headers counts for more than that of the body.
    pub fn request(
        address: SocketAddr,
        line: &str,
        headers: &[(&str, &str)],
        content: &str,
    ) -> Self {
        let mut request = format!("{line} HTTP/1.0\r\nHost: {address}\r\n");
        for (name, value) in headers {
            request.extend([*name, ": ", *value, "\r\n"]);
        }
        if !request.contains("Content-Length") {
            request.push_str(&format!("Content-Length: {}\r\n", content.len()));
        }
        request.extend(["\r\n", content]);
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        // In HTTP/1.0 the body is what comes until the connection ends, in no chunked coding.
        socket.write_all(request.as_bytes()).unwrap();
        let mut body = BufReader::new(socket);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(
                body.read_line(&mut head).unwrap(),
                0,
                "the head ends early: {head}"
            );
        }
        Self {
            head,
            body,
            decoder: Decoder::new(),
            items: VecDeque::new(),
            opened: Instant::now(),
        }
    }

    /// The status line and the headers, names in lower case.
    pub fn head(&self) -> String {
        let in_lower_case = |line: &str| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}\n", name.to_lowercase()),
            None => format!("{line}\n"),
        };
        self.head.lines().map(in_lower_case).collect()
    }

    /// The status.
    pub fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap()
    }

    /// The rest of the body as it is.
    pub fn text(mut self) -> String {
        let mut text = String::new();
        self.body.read_to_string(&mut text).unwrap();
        text
    }

    /// The next item, or none at the end of the stream.
    pub fn next_item(&mut self) -> Option<Item> {
        while self.items.is_empty() {
            // A stream that goes on for ever would otherwise be read for ever.
            assert!(
                self.opened.elapsed() < DEADLINE,
                "the stream does not come to the point"
            );
            let chunk = self.body.fill_buf().unwrap();
            if chunk.is_empty() {
                return None;
            }
            let read = chunk.len();
            let mut rest = chunk;
            while let Some(item) = self.decoder.decode(&mut rest).unwrap() {
                self.items.push_back(item.to_item());
            }
            self.body.consume(read);
        }
        self.items.pop_front()
    }

    /// The next event, or none at the end of the stream.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Item::Event(event) = self.next_item()? {
                return Some(event);
            }
        }
    }
}
