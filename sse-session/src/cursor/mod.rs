//! How far a client came, as an event id.
