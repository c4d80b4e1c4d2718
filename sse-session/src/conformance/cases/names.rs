//! Names of every kind.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    conformance::{
        records::{append_of, head, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Expect, Join, Key, LogName, Member, Put, SessionStore, SetName},
};

/// Texts that somebody may take for one another, or for something else.
fn odd_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "a",
        "A",
        "a ",
        " a",
        "a/",
        "/a",
        "a//b",
        "a/b",
        "a:b",
        "a.b",
        "a,b",
        "a;b",
        "a|b",
        "a-b",
        "a_b",
        "a=b",
        "a&b",
        "a%2Fb",
        "a\\b",
        "a\"b",
        "a'b",
        "a`b",
        "{a}b",
        "{a}",
        "[a]",
        "(a)",
        "<a>",
        "a*",
        "*",
        "?",
        ">",
        "$",
        "#",
        "~",
        "!",
        "@",
        ".",
        "..",
        "-",
        "0",
        "00",
        "1",
        "1-1",
        "+1",
        "null",
        "true",
        "channel",
        "channel/a",
        "session/a",
        "inbox/a",
        "case/a",
        "log",
        "log:a",
        "a:m",
        "a:s",
        "a/1",
        // Composed and not; of both widths; from right to left; outside of the first plane; two that
        // are one when their case is folded; a name of which another one is a part.
        "é",
        "e\u{301}",
        "ａ",
        "\u{202e}a",
        "𝕒",
        "🙂",
        "ß",
        "ss",
        "ſ",
        "İ",
        "i",
        "ǅ",
        "日本語",
        "日本",
    ]
    .map(str::to_owned)
    .to_vec();
    // As long as the name of a channel may be, different in the first byte or in the last one.
    let long = "x".repeat(198);
    for (first, last) in [("a", "a"), ("a", "b"), ("b", "a")] {
        names.push(format!("{first}{long}{last}"));
    }
    names.push("ü".repeat(100));
    names.push("🙂".repeat(50));
    names
}

/// S2: each name is a log of its own.
pub(in super::super) async fn odd_names_of_logs_are_names_apart(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let log = |name: &str| LogName::of_kind("channel", name);
    for name in odd_names() {
        ensure_eq!(
            head(&*store, &log(&name)).await?,
            None,
            "a head of {name:?}"
        );
        store.append(&log(&name), append_of(&name)).await?;
    }
    for name in odd_names() {
        let records = read_all(&*store, &log(&name)).await?;
        ensure_eq!(texts(&records), [name], "the records");
    }
    Ok(())
}

/// S2: each name is a key of its own.
pub(in super::super) async fn odd_names_of_keys_are_names_apart(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for name in odd_names() {
        let (key, value) = (Key::new("case", &name), Bytes::from(name.clone()));
        let put = store.put(&key, value, Expect::Absent, None).await?;
        ensure!(
            matches!(put, Put::Stored { .. }),
            "there was a value of {name:?}"
        );
    }
    for name in odd_names() {
        let entry = store.get(&Key::new("case", &name)).await?;
        let value = entry.map(|entry| entry.value);
        ensure_eq!(value, Some(Bytes::from(name)), "the value");
    }
    Ok(())
}

/// S2: each name is a set of its own.
pub(in super::super) async fn odd_names_of_sets_are_names_apart(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let id = |number: usize| format!("member {number}");
    for (number, name) in odd_names().iter().enumerate() {
        join(&store, &SetName::new("case", name), &id(number)).await?;
    }
    for (number, name) in odd_names().iter().enumerate() {
        let members = store.members(&SetName::new("case", name), 10).await?;
        let ids: Vec<_> = members.first.into_iter().map(|it| it.id).collect();
        ensure_eq!(ids, [Bytes::from(id(number))], "the members of {name:?}");
    }
    Ok(())
}

async fn join(store: &Arc<dyn SessionStore>, set: &SetName, id: &str) -> Outcome {
    let member = Member {
        id: Bytes::copy_from_slice(id.as_bytes()),
        note: Bytes::new(),
    };
    let join = Join::new(core::time::Duration::from_secs(3_600));
    store.join(set, member, join).await?;
    Ok(())
}

/// S2: a log, a key and a set of the same text are three things.
pub(in super::super) async fn a_log_a_key_and_a_set_of_one_name_do_not_meet(
    trial: &Trial,
) -> Outcome {
    let store = trial.fresh().await?;
    for name in ["a", "", "channel/a", "case/a"] {
        let log = LogName::of_kind("case", name);
        let (key, set) = (Key::new("case", name), SetName::new("case", name));
        store.append(&log, append_of("log")).await?;
        let value = Bytes::from_static(b"key");
        store.put(&key, value, Expect::Absent, None).await?;
        join(&store, &set, "set").await?;
        store.append(&log, append_of("log")).await?;

        let records = read_all(&*store, &log).await?;
        ensure_eq!(texts(&records), ["log", "log"], "the log");
        let value = store.get(&key).await?.map(|entry| entry.value);
        ensure_eq!(value.as_deref(), Some(&b"key"[..]), "the value");
        ensure_eq!(store.members(&set, 0).await?.count, 1, "the set");
        ensure!(store.remove(&key, Expect::Any).await?, "no value");
        ensure_eq!(read_all(&*store, &log).await?.len(), 2, "the log, then");
        ensure_eq!(store.members(&set, 0).await?.count, 1, "the set, then");
    }
    Ok(())
}

/// S2: one name is another thing in each kind.
pub(in super::super) async fn kinds_do_not_meet(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let kinds = ["channel", "session", "inbox", "active", "presence"];
    for kind in kinds {
        let log = LogName::of_kind(kind, "same");
        store.append(&log, append_of(kind)).await?;
        let value = Bytes::from_static(kind.as_bytes());
        let key = Key::new(kind, "same");
        store.put(&key, value, Expect::Absent, None).await?;
        join(&store, &SetName::new(kind, "same"), kind).await?;
    }
    for kind in kinds {
        let records = read_all(&*store, &LogName::of_kind(kind, "same")).await?;
        ensure_eq!(texts(&records), [kind], "the log");
        let value = store.get(&Key::new(kind, "same")).await?;
        let value = value.map(|entry| entry.value);
        ensure_eq!(value.as_deref(), Some(kind.as_bytes()), "the value");
        let members = store.members(&SetName::new(kind, "same"), 9).await?;
        ensure_eq!(members.count, 1, "the members of {kind}");
    }
    Ok(())
}
