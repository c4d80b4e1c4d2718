//! What tests, benches and fuzz targets share.

pub mod counting_allocator;
pub mod fuzz;
pub mod oracle;
pub mod reference;
pub mod requirement;
pub mod vectors;
