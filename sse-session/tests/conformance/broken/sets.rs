//! What goes wrong with sets.

use core::time::Duration;

use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{Full, Join, Joined, Member, SessionStore, SetName, StoreError, StoreFuture},
};

/// Whatever its note is.
pub(super) async fn take_out(
    right: &ReferenceStore,
    set: &SetName,
    who: &Member,
) -> Result<bool, StoreError> {
    let members = right.members(set, usize::MAX).await?;
    match members.first.iter().find(|member| member.id == who.id) {
        Some(member) => right.leave(set, member).await,
        None => Ok(false),
    }
}

/// Leaving ends a membership whatever its note is.
#[derive(Debug, Default)]
pub(super) struct LeavesWhateverTheNote;

impl Defect for LeavesWhateverTheNote {
    fn leave<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: &'a Member,
    ) -> StoreFuture<'a, bool> {
        Box::pin(take_out(right, set, member))
    }
}

/// Whoever joins again is the youngest.
#[derive(Debug, Default)]
pub(super) struct MovesMembers;

impl Defect for MovesMembers {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            let was = take_out(right, set, &member).await?;
            Ok(match right.join(set, member, join).await? {
                Joined::Member { new, evicted } => Joined::Member {
                    new: new && !was,
                    evicted,
                },
                refused @ Joined::Refused => refused,
            })
        })
    }
}

/// A full set refuses those who are in it.
#[derive(Debug, Default)]
pub(super) struct RefusesMembers;

impl Defect for RefusesMembers {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            let count = right.members(set, 0).await?.count;
            match join.limit {
                Some((limit, Full::Refuse)) if count >= u64::from(limit) => Ok(Joined::Refused),
                _ => right.join(set, member, join).await,
            }
        })
    }
}

/// Whoever does not leave stays.
#[derive(Debug, Default)]
pub(super) struct MembersStay;

impl Defect for MembersStay {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        mut join: Join,
    ) -> StoreFuture<'a, Joined> {
        join.ttl = Duration::from_secs(1_000_000);
        right.join(set, member, join)
    }
}
