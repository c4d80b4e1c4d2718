//! The suite that every store has to pass, for those who write one.
//!
//! # Prove your own store
//!
//! A [`SessionStore`](crate::store::SessionStore) promises what the numbered sentences in its documentation
//! say. Each case of this suite proves one or more of them; the documentation of a case begins with their
//! numbers, and a failure names the case. Enable the feature `conformance` for your tests, say in a
//! [`Harness`] how the suite gets at your store, and make one test of each case:
//!
//! ```
//! use std::sync::Arc;
//!
//! use sse_session::conformance::{Harness, HarnessFuture, Stop, Timing};
//! use sse_session::store::SessionStore;
//! # use sse_session::conformance::ReferenceStore as YourStore;
//!
//! #[derive(Debug)]
//! struct Yours;
//!
//! impl Harness for Yours {
//!     fn name(&self) -> &str {
//!         "yours"
//!     }
//!
//!     // An empty one each time: another file, another prefix on the server.
//!     fn fresh(&self) -> HarnessFuture<'_> {
//!         Box::pin(async { Ok(Arc::new(YourStore::new()) as Arc<dyn SessionStore>) })
//!     }
//!
//!     // For a durable one: close it, and open the same file again.
//!     fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
//!         Box::pin(async move { Ok(store) })
//!     }
//!
//!     // For a store with a server or a thread of its own: `Timing::real(ttl, slack)`.
//!     fn timing(&self) -> Timing {
//!         Timing::PAUSED
//!     }
//! }
//!
//! // In `tests/yours.rs`; once in a module:
//! mod yours {
//!     sse_session::store_conformance_tests!(super::Yours);
//! }
//!
//! // Or all in one go:
//! # fn main() {
//! let report = sse_session::conformance::run_all(&(Arc::new(Yours) as Arc<dyn Harness>));
//! println!("{report}");
//! assert!(report.failed.is_empty());
//! # }
//! ```
//!
//! # What is skipped
//!
//! A case that needs what the store [declares absent](crate::store::Capabilities), or what the harness cannot
//! do, is skipped by name, with the reason (`SKIPPED yours::a_case: why`), and counted. A store that
//! is not there at all ([`Stop::skipped`] from [`Harness::fresh`]) is skipped too, unless the environment
//! variable `SSE_TEST_REQUIRE` lists its [name](Harness::name) or `all`: then it has failed.
//!
//! # How it works
//!
//! Each case has a thread and a runtime of its own. Time is paused where the [`Timing`] allows it, so that
//! nothing is waited for; else nothing is concluded from the machine having been too slow. The cases of
//! concurrency have real threads and real time. A case that panics or hangs has failed.
//!
//! One sentence has no case: R5, on the cost of a read, which only a measurement can tell.
//!
//! Whether the suite notices is tested too: each sentence has a store that breaks it on purpose
//! (`tests/conformance/broken`), and the case that is meant for it has to fail.
//!
//! # What else is here
//!
//! - [`ReferenceStore`]: slow and obvious, with every capability. To compare with.
//! - [`BrokenStore`]: does one thing wrong. To see that what is built on stores needs what they promise.
//! - [`FaultyStore`]: fails when it is told to. To test what is built on stores.
//!
//! Nothing in this module is under semver: a new case may fail a store that passed before.

mod broken;
mod case;
mod cases;
mod faulty;
mod harness;
mod list;
mod records;
mod reference;
mod report;
mod run;
mod sinks;
mod stop;
mod trial;

pub use self::{
    broken::{BrokenStore, Defect},
    faulty::{Fault, FaultRates, Faults, FaultyStore, Held, HintFault, Operation},
    harness::{Harness, HarnessFuture, Timing},
    reference::{ReferenceLog, ReferenceStore},
    report::Report,
    run::{case_names, run_all},
    stop::Stop,
};
#[doc(hidden)]
pub use self::{report::Tally, run::test_case};
