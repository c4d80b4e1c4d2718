//! What happens while nobody can be asked for permits.

use crate::refusal::Refusal;

/// What happens while the store that grants streams cannot be asked.
#[derive(Debug, Clone)]
pub enum StoreFailure {
    /// New streams are refused, and open ones go on.
    Refuse(Refusal),
    /// New streams are let in without a permit: there is no limit then but the rates.
    Admit,
}
