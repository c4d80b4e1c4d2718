//! What went through.

/// What went through a proxy so far. Frames and requests are counted if it knows the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Figures {
    /// Connections that were accepted and not refused.
    pub connections: u64,
    /// Bytes from clients.
    pub bytes_to_server: u64,
    /// Bytes from the server, lost ones not among them.
    pub bytes_to_client: u64,
    /// Requests from clients.
    pub requests: u64,
    /// Answers of the server.
    pub answers: u64,
    /// The most requests without an answer on one connection.
    pub most_in_flight: u64,
    /// Hints that went through.
    pub hints: u64,
    /// Hints that were lost.
    pub lost_hints: u64,
}
