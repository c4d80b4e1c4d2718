//! A case, and the table of all.

use core::pin::Pin;

use super::{cases, stop::Outcome, trial::Trial};

/// A case.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The file that it is in.
    group: &'static str,
    pub(super) run: for<'a> fn(&'a Trial) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>,
}

impl Case {
    /// Whether it needs real threads.
    pub(super) fn parallel(&self) -> bool {
        matches!(self.group, "concurrency" | "races")
    }
}

macro_rules! table {
    ($($group:ident { $($case:ident,)* })*) => {
        /// All cases.
        pub(super) const CASES: &[Case] = &[$($(
            Case {
                name: stringify!($case),
                group: stringify!($group),
                run: |trial| Box::pin(cases::$group::$case(trial)),
            },
        )*)*];
    };
}

crate::__for_each_store_case! { table }
