//! Whose streams are counted together.

mod address;
mod extension;
mod extractor;
mod header;
mod stream_key;

pub use self::{
    address::AddressKey, extension::ExtensionKey, extractor::KeyExtractor, header::HeaderKey,
    stream_key::StreamKey,
};
