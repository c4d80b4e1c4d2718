//! What became of something that the database did not do.

use core::any::Any;
use std::{
    io::ErrorKind,
    panic::{AssertUnwindSafe, catch_unwind},
};

use ::redb::{DatabaseError, Error};

use crate::store::StoreError;

/// Why the database did not do something, to be told to each who waits for it.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// It was not done.
    Unavailable(String),
    /// Nobody knows.
    OutcomeUnknown(String),
    /// It was not done, and what is there is damaged.
    Corrupt(String),
    /// It was not done: another process has the file.
    InUse,
    /// It was not done: the store is closed.
    Closed,
    /// It was not done: the file is of a newer format.
    NewerFormat { found: u64, known: u64 },
    /// It was not done: the file is not one of ours.
    Foreign,
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable(why) => Self::Unavailable {
                source: Some(why.into()),
            },
            Failure::OutcomeUnknown(why) => Self::OutcomeUnknown {
                source: Some(why.into()),
            },
            Failure::Corrupt(why) => Self::Corrupt {
                source: Some(why.into()),
            },
            Failure::InUse => Self::InUse,
            Failure::Closed => Self::Closed,
            Failure::NewerFormat { found, known } => Self::NewerFormat { found, known },
            Failure::Foreign => Self::Configuration {
                problem: "the file is a database of something else".into(),
            },
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let why = error.to_string();
        match error {
            Error::DatabaseAlreadyOpen | Error::LockProtocolMismatch => Self::InUse,
            // A table of other types, or a file that redb knows to be of another format, was not written by us.
            Error::Corrupted(_)
            | Error::TableTypeMismatch { .. }
            | Error::TypeDefinitionChanged { .. }
            | Error::TableIsMultimap(_)
            | Error::TableDoesNotExist(_)
            | Error::UpgradeRequired(_)
            | Error::RepairAborted
            | Error::LockPoisoned(_) => Self::Corrupt(why),
            Error::Io(error)
                if matches!(
                    error.kind(),
                    ErrorKind::InvalidData | ErrorKind::UnexpectedEof
                ) =>
            {
                Self::Corrupt(why)
            }
            _ => Self::Unavailable(why),
        }
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Error::from(error).into()
    }
}

/// Does something with the database, which may panic over damaged pages.
pub(super) fn guarded<T, E: Into<Failure>>(
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, Failure> {
    // Nothing that it has changed is looked at again: a batch is thrown away, a database is opened anew.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Into::into),
        Err(panic) => Err(Failure::Corrupt(text(&*panic))),
    }
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the database panicked: {}", text.unwrap_or_default())
}
