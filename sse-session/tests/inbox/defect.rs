//! A store with one thing wrong, as the negative controls of what an inbox promises.

use std::sync::Arc;

use sse_session::{
    conformance::{self, BrokenStore},
    memory::MemoryStore,
    store::{
        Append, Appended, Fence, LogName, Page, ReadFrom, ReadLimit, SessionStore, StoreFuture,
    },
};

/// What is wrong with inboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// As if the handling loop acknowledged what it reads before it handles it.
    AcknowledgesFirst,
    /// As if keys were not looked at.
    ForgetsKeys,
    /// As if the loop took the newest message first.
    NewestFirst,
    /// As if acknowledgements had no fence.
    NoFence,
}

/// A store that others have too, with a defect.
pub(crate) type DefectStore = BrokenStore<Arc<MemoryStore>, Defect>;

fn is_inbox(log: &LogName) -> bool {
    log.as_str().starts_with("inbox/")
}

impl conformance::Defect<Arc<MemoryStore>> for Defect {
    fn append<'a>(
        &'a self,
        right: &'a Arc<MemoryStore>,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        if is_inbox(log) && *self == Self::ForgetsKeys {
            append.key = None;
        }
        right.append(log, append)
    }

    fn read<'a>(
        &'a self,
        right: &'a Arc<MemoryStore>,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let mut page = right.read(log, from, limit).await?;
            // 32 is what the loop asks for; whoever takes a message in asks for as many as may wait.
            if is_inbox(log) && limit.max_records == 32 {
                match (self, page.records.last()) {
                    (Self::AcknowledgesFirst, Some(last)) => {
                        right.trim(log, last.position.offset, None).await?;
                    }
                    (Self::NewestFirst, _) => page.records.reverse(),
                    _ => (),
                }
            }
            Ok(page)
        })
    }

    fn trim<'a>(
        &'a self,
        right: &'a Arc<MemoryStore>,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        let fence = fence.filter(|_| *self != Self::NoFence);
        right.trim(log, through, fence)
    }
}
