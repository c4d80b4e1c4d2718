//! How many streams at once.
