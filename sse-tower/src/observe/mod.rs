//! What happens on streams, counted and told.
