//! The conformance suite over the stores of this crate, over what wraps them, and over stores that are
//! broken on purpose.

#![cfg(feature = "conformance")]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod broken;
mod contract;
mod faults;
mod mirrored;
mod runner;
mod stores;

/// The slow and obvious store.
mod reference {
    sse_session::store_conformance_tests!(crate::stores::reference());
}

/// As with a server: nothing is paused.
mod reference_in_real_time {
    sse_session::store_conformance_tests!(crate::stores::reference_in_real_time());
}

mod memory {
    sse_session::store_conformance_tests!(crate::stores::memory());
}

mod boxed_memory {
    sse_session::store_conformance_tests!(crate::stores::boxed_memory());
}

mod shared_memory {
    sse_session::store_conformance_tests!(crate::stores::shared_memory());
}

/// Two tenants of one store, to whom the same happens.
mod prefixed_memory {
    sse_session::store_conformance_tests!(crate::stores::prefixed_memory());
}

mod prefixed_reference {
    sse_session::store_conformance_tests!(crate::stores::prefixed_reference());
}

/// With no fault.
mod faulty {
    sse_session::store_conformance_tests!(crate::stores::faulty());
}

/// With faults that every store may have: operations take time, hints come twice.
mod slow {
    sse_session::store_conformance_tests!(crate::stores::slow());
}
