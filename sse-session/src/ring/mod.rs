//! The newest records of a channel, and who waits for the next one.
