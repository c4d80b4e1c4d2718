//! What tests, benches and fuzz targets share.

pub mod requirement;
pub mod reference;
pub mod vectors;
