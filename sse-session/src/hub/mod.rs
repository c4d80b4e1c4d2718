//! Channels, and who is subscribed.
