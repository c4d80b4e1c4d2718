//! A store that fails when it is told to, for tests of what is built on stores.

mod fault;
mod faults;
mod held;
mod hints;
mod store;

pub use self::{
    fault::{Fault, FaultRates, HintFault, Operation},
    faults::Faults,
    held::Held,
    store::FaultyStore,
};
