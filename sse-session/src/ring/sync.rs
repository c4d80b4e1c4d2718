//! What the ring and its wakers are made of.

pub(super) use core::sync::atomic::{AtomicU64, Ordering};
pub(super) use std::sync::Arc;

pub(super) use parking_lot::{Mutex, RwLock};
