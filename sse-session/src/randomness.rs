//! Random bytes of the operating system.

/// The operating system gave none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRandomness;

impl From<getrandom::Error> for NoRandomness {
    fn from(_: getrandom::Error) -> Self {
        Self
    }
}

/// Fills these bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    Ok(getrandom::fill(bytes)?)
}

/// A number that others do not have.
#[cfg(feature = "inbox")]
pub(crate) fn number() -> Result<u64, NoRandomness> {
    Ok(getrandom::u64()?)
}

/// The tag of a record: never 0.
#[cfg(feature = "inbox")]
pub(crate) fn tag() -> Result<u32, NoRandomness> {
    Ok(getrandom::u32()?.max(1))
}
