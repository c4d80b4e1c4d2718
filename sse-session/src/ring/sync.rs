//! What the ring and its wakers are made of; in models, of what loom has a hand in.

#[cfg(not(all(test, loom)))]
mod primitives {
    pub(in crate::ring) use core::sync::atomic::{AtomicU64, Ordering};
    pub(in crate::ring) use parking_lot::{Mutex, RwLock};
}

#[cfg(all(test, loom))]
mod primitives {
    pub(in crate::ring) use loom::sync::{
        MutexGuard, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    };

    #[derive(Debug, Default)]
    pub(in crate::ring) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(in crate::ring) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(in crate::ring) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap()
        }
    }

    #[derive(Debug)]
    pub(in crate::ring) struct RwLock<T>(loom::sync::RwLock<T>);

    impl<T> RwLock<T> {
        pub(in crate::ring) fn new(value: T) -> Self {
            Self(loom::sync::RwLock::new(value))
        }

        pub(in crate::ring) fn read(&self) -> RwLockReadGuard<'_, T> {
            self.0.read().unwrap()
        }

        pub(in crate::ring) fn write(&self) -> RwLockWriteGuard<'_, T> {
            self.0.write().unwrap()
        }
    }
}

pub(super) use self::primitives::*;
