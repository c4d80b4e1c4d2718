//! What tests, benches and fuzz targets share.

pub mod browser;
pub mod counting_allocator;
pub mod fault_proxy;
pub mod fuzz;
pub mod oracle;
pub mod reference;
pub mod requirement;
pub mod servers;
pub mod vectors;

/// The code of the README, which must compile; what can run without a network runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
