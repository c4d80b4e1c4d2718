//! Connections whose peer takes no bytes.
