//! Who may open a stream.
