//! Sets of members that expire.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;

use crate::{
    conformance::{
        Stop,
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Full, Join, Joined, Member, SessionStore, SetName},
};

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

pub(super) fn member(id: &str) -> Member {
    Member {
        id: Bytes::copy_from_slice(id.as_bytes()),
        note: Bytes::from(format!("note of {id}")),
    }
}

/// Joins, and says who had to go; `None` if it was refused.
pub(super) async fn join(
    store: &Arc<dyn SessionStore>,
    set: &SetName,
    id: &str,
    join: Join,
) -> Result<Option<(bool, Vec<Member>)>, Stop> {
    Ok(match store.join(set, member(id), join).await? {
        Joined::Member { new, evicted } => Some((new, evicted)),
        Joined::Refused => None,
    })
}

/// These are the members, in this order.
pub(super) async fn ensure_members(
    store: &Arc<dyn SessionStore>,
    set: &SetName,
    ids: &[&str],
) -> Outcome {
    let members = store.members(set, 1_000).await?;
    let found: Vec<_> = members
        .first
        .iter()
        .map(|member| member.id.clone())
        .collect();
    ensure_eq!(found, ids, "the members");
    ensure_eq!(members.count, ids.len() as u64, "their number");
    Ok(())
}

/// M1: it joins, it leaves, and can do both again.
pub(in super::super) async fn who_joined_is_a_member_until_it_leaves(trial: &Trial) -> Outcome {
    let (store, set, other) = (trial.fresh().await?, trial.set(), trial.set());
    let a = member("a");
    ensure!(!store.leave(&set, &a).await?, "it left before it joined");
    for _ in 0..3 {
        ensure_members(&store, &set, &[]).await?;
        let joined = join(&store, &set, "a", Join::new(LONG)).await?;
        ensure_eq!(joined, Some((true, Vec::new())), "joining");
        ensure_members(&store, &set, &["a"]).await?;
        let joined = join(&store, &set, "a", Join::new(LONG)).await?;
        ensure_eq!(joined, Some((false, Vec::new())), "joining again");
        ensure_members(&store, &set, &["a"]).await?;
        ensure!(!store.leave(&other, &a).await?, "it left another set");
        ensure!(store.leave(&set, &a).await?, "it did not leave");
        ensure!(!store.leave(&set, &a).await?, "it left twice");
    }
    ensure_members(&store, &set, &[]).await
}

/// M1: what is known of a member is what it said last.
pub(in super::super) async fn the_last_note_counts(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    for note in ["one", "", "two", &"x".repeat(256)] {
        let member = Member {
            id: Bytes::from_static(b"a"),
            note: Bytes::copy_from_slice(note.as_bytes()),
        };
        store.join(&set, member.clone(), Join::new(LONG)).await?;
        let found = store.members(&set, 5).await?.first;
        ensure!(found == [member], "the note is not the one of {note:?}");
    }
    Ok(())
}

/// M4: and whoever has another note, or had it before, changes nothing.
pub(in super::super) async fn only_who_has_the_last_note_leaves(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    let of_note = |note: &'static [u8]| Member {
        id: Bytes::from_static(b"a"),
        note: Bytes::from_static(note),
    };
    let notes: [&[u8]; 6] = [b"node 1", b"node 2", b"", b"node", b"\0", b"\xff\0"];
    for last in notes {
        // It was another's before, and is this one's now.
        for note in notes.into_iter().filter(|note| *note != last).chain([last]) {
            store.join(&set, of_note(note), Join::new(LONG)).await?;
        }
        for note in notes.into_iter().filter(|note| *note != last) {
            let left = store.leave(&set, &of_note(note)).await?;
            ensure!(!left, "{note:?} has left for {last:?}");
        }
        let members = store.members(&set, 5).await?;
        ensure!(members.first == [of_note(last)], "{last:?} is gone");
        ensure!(store.leave(&set, &of_note(last)).await?, "it did not leave");
        ensure_members(&store, &set, &[]).await?;
    }
    Ok(())
}

/// M3: the oldest first, up to the number asked for; joining again changes nothing in it, leaving does.
pub(in super::super) async fn members_come_in_the_order_of_joining(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    for id in ["d", "b", "e", "a", "c", "b", "d"] {
        join(&store, &set, id, Join::new(LONG)).await?;
    }
    ensure_members(&store, &set, &["d", "b", "e", "a", "c"]).await?;
    for first in [0, 1, 4, 5, 6, usize::MAX] {
        let members = store.members(&set, first).await?;
        ensure_eq!(members.count, 5, "the number, with {first} told");
        ensure_eq!(members.first.len(), first.min(5), "those that are told");
    }
    store.leave(&set, &member("b")).await?;
    join(&store, &set, "b", Join::new(LONG)).await?;
    ensure_members(&store, &set, &["d", "e", "a", "c", "b"]).await
}

/// M2: one more is refused, until one leaves.
pub(in super::super) async fn a_full_set_refuses(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    let limited = Join::new(LONG).with_limit(3, Full::Refuse);
    for id in ["a", "b", "c"] {
        let joined = join(&store, &set, id, limited).await?;
        ensure_eq!(joined, Some((true, Vec::new())), "joining before the limit");
    }
    for id in ["d", "e"] {
        let joined = join(&store, &set, id, limited).await?;
        ensure_eq!(joined, None, "joining at the limit");
    }
    ensure_members(&store, &set, &["a", "b", "c"]).await?;
    store.leave(&set, &member("b")).await?;
    let joined = join(&store, &set, "d", limited).await?;
    ensure_eq!(joined, Some((true, Vec::new())), "joining after one left");
    ensure_members(&store, &set, &["a", "c", "d"]).await
}

/// M2, M3: the one goes that became a member first, and is told with its note.
pub(in super::super) async fn a_full_set_evicts_the_oldest(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    let limited = Join::new(LONG).with_limit(3, Full::EvictOldest);
    for id in ["a", "b", "c", "a"] {
        join(&store, &set, id, limited).await?;
    }
    for (id, oldest) in [("d", "a"), ("e", "b"), ("a", "c")] {
        let joined = join(&store, &set, id, limited).await?;
        let expected = Some((true, vec![member(oldest)]));
        ensure!(
            joined == expected,
            "for {id} went somebody else than {oldest}"
        );
    }
    ensure_members(&store, &set, &["d", "e", "a"]).await
}

/// M2: if the limit is lower than before, as many go as it takes.
pub(in super::super) async fn a_lower_limit_evicts_as_many_as_needed(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    for id in ["a", "b", "c", "d"] {
        join(&store, &set, id, Join::new(LONG)).await?;
    }
    let refusing = Join::new(LONG).with_limit(2, Full::Refuse);
    let joined = join(&store, &set, "e", refusing).await?;
    ensure_eq!(joined, None, "joining a set that is over the limit");
    ensure_members(&store, &set, &["a", "b", "c", "d"]).await?;
    let evicting = Join::new(LONG).with_limit(2, Full::EvictOldest);
    let joined = join(&store, &set, "e", evicting).await?;
    let expected = vec![member("a"), member("b"), member("c")];
    ensure!(
        joined == Some((true, expected)),
        "others than the three oldest went"
    );
    ensure_members(&store, &set, &["d", "e"]).await
}

/// M2: not even if the set is full, or more than full.
pub(in super::super) async fn a_member_is_never_refused(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    for id in ["a", "b", "c"] {
        join(&store, &set, id, Join::new(LONG)).await?;
    }
    for limit in [3, 2, 1] {
        let limited = Join::new(LONG).with_limit(limit, Full::Refuse);
        for id in ["a", "b", "c"] {
            let joined = join(&store, &set, id, limited).await?;
            let expected = Some((false, Vec::new()));
            ensure_eq!(joined, expected, "joining again over a limit of {limit}");
        }
    }
    ensure_members(&store, &set, &["a", "b", "c"]).await
}

/// M1, M2: ids are bytes, up to 128.
pub(in super::super) async fn ids_of_any_bytes_are_members_apart(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    let mut ids: Vec<Bytes> = (0..=u8::MAX).map(|byte| Bytes::from(vec![byte])).collect();
    ids.extend([&b"a\0"[..], b"a\0\0", b"a:b", b"a b"].map(Bytes::from_static));
    ids.extend([127, 128].map(|length| Bytes::from(vec![b'i'; length])));
    for id in &ids {
        let member = Member {
            id: id.clone(),
            note: id.clone(),
        };
        let joined = store.join(&set, member, Join::new(LONG)).await?;
        ensure!(
            matches!(joined, Joined::Member { new: true, .. }),
            "joining as {id:?} gave {joined:?}"
        );
    }
    let members = store.members(&set, usize::MAX).await?;
    let found: Vec<_> = members.first.into_iter().map(|member| member.id).collect();
    ensure_eq!(found, ids, "the members");
    for id in &ids {
        let (id, note) = (id.clone(), id.clone());
        let member = Member { id, note };
        ensure!(
            store.leave(&set, &member).await?,
            "{member:?} did not leave"
        );
    }
    ensure_members(&store, &set, &[]).await
}

/// M1: not less, and no longer.
pub(in super::super) async fn a_member_is_one_as_long_as_was_said(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let slack = trial.timing().slack;
    trial
        .within_ttl(async |ttl| {
            let set = trial.set();
            join(&store, &set, "a", Join::new(ttl)).await?;
            ensure_members(&store, &set, &["a"]).await?;
            trial.advance(ttl.saturating_sub(slack * 4)).await;
            ensure_members(&store, &set, &["a"]).await
        })
        .await?;
    let (set, ttl) = (trial.set(), trial.timing().ttl);
    join(&store, &set, "a", Join::new(ttl)).await?;
    join(&store, &set, "b", Join::new(LONG)).await?;
    trial.outlive(ttl).await;
    ensure_members(&store, &set, &["b"]).await?;
    let left = store.leave(&set, &member("a")).await?;
    ensure!(!left, "it left after its time");
    let joined = join(&store, &set, "a", Join::new(LONG)).await?;
    ensure_eq!(joined, Some((true, Vec::new())), "joining after its time");
    ensure_members(&store, &set, &["b", "a"]).await
}

/// M1, M3: from then on, and its place stays; the last time to live counts, also if it is shorter.
pub(in super::super) async fn joining_again_prolongs(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    trial
        .within_ttl(async |ttl| {
            let set = trial.set();
            join(&store, &set, "a", Join::new(ttl / 4)).await?;
            join(&store, &set, "b", Join::new(LONG)).await?;
            let joined = join(&store, &set, "a", Join::new(ttl)).await?;
            trial.advance(ttl / 2).await;
            match joined {
                Some((false, _)) => ensure_members(&store, &set, &["a", "b"]).await,
                // The machine was too slow for a quarter of it.
                _ => ensure_members(&store, &set, &["b", "a"]).await,
            }
        })
        .await?;
    let (set, ttl) = (trial.set(), trial.timing().ttl);
    join(&store, &set, "a", Join::new(LONG)).await?;
    join(&store, &set, "a", Join::new(ttl)).await?;
    trial.outlive(ttl).await;
    ensure_members(&store, &set, &[]).await
}

/// M1, M2: whoever has expired is not counted, refuses nobody, and is not evicted.
pub(in super::super) async fn who_has_expired_makes_room(trial: &Trial) -> Outcome {
    let (store, ttl) = (trial.fresh().await?, trial.timing().ttl);
    for full in [Full::Refuse, Full::EvictOldest] {
        let set = trial.set();
        join(&store, &set, "a", Join::new(ttl)).await?;
        join(&store, &set, "b", Join::new(LONG)).await?;
        trial.outlive(ttl).await;
        let limited = Join::new(LONG).with_limit(2, full);
        let joined = join(&store, &set, "c", limited).await?;
        ensure_eq!(joined, Some((true, Vec::new())), "joining with {full:?}");
        ensure_members(&store, &set, &["b", "c"]).await?;
    }
    Ok(())
}
