//! A server that costs little: prepared bytes over plain TCP.

use core::net::{Ipv4Addr, SocketAddr};
use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use bytes::Bytes;
use rustix::net::sockopt::set_socket_send_buffer_size;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
    content-type: text/event-stream\r\n\
    cache-control: no-cache\r\n\
    transfer-encoding: chunked\r\n\r\n";

/// What is written in a step must fit in there: nobody reads while it is written.
const SEND_BUFFER_BYTES: usize = 1 << 20;

/// A server that waits for requests.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

/// Streams that it has opened.
#[derive(Debug)]
pub struct Streams {
    connections: Vec<TcpStream>,
}

impl Server {
    /// A server on a free port.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self { listener })
    }

    /// Where it is.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers so many requests, one after the other, with a stream each.
    ///
    /// # Errors
    ///
    /// The system's, or a connection that ends within its request.
    pub fn open(&self, streams: usize) -> io::Result<Streams> {
        let connections = (0..streams).map(|_| {
            let (mut connection, _) = self.listener.accept()?;
            connection.set_nodelay(true)?;
            set_socket_send_buffer_size(&connection, SEND_BUFFER_BYTES)?;
            read_head(&mut connection)?;
            connection.write_all(HEAD)?;
            Ok(connection)
        });
        let connections: io::Result<_> = connections.collect();
        Ok(Streams {
            connections: connections?,
        })
    }
}

impl Streams {
    /// Writes the same to each stream.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn write(&mut self, wire: &Bytes) -> io::Result<()> {
        self.connections
            .iter_mut()
            .try_for_each(|connection| connection.write_all(wire))
    }
}

fn read_head(connection: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    let mut part = [0; 4096];
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read(&mut part)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => head.extend_from_slice(&part[..count]),
        }
    }
    Ok(())
}
