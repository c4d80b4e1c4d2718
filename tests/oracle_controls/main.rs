//! Negative controls of the properties: encoders, decoders and bodies that are broken on purpose,
//! each of which must be caught. A property that lets one through would let our own mistake
//! through.
//!
//! The mistakes are such as were seen in published crates, or are easily made. Each stands next to
//! the right thing, which must pass, or being caught would mean nothing.

mod bodies;
mod decoders;
mod encoders;
mod ends;
mod layers;
