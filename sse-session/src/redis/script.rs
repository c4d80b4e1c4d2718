//! The scripts, and how one is called.

use std::sync::LazyLock;

use ::redis::{Cmd, ToRedisArgs};

/// A script that a server runs in one step.
#[derive(Debug)]
pub(super) struct Script {
    source: &'static str,
    hash: LazyLock<String>,
}

macro_rules! scripts {
    ($($name:ident: $file:literal,)*) => {$(
        pub(super) static $name: Script = Script {
            source: include_str!($file),
            hash: LazyLock::new(|| ::redis::Script::new(include_str!($file)).get_hash().to_owned()),
        };
    )*};
}

scripts! {
    APPEND: "scripts/append.lua",
    SETTLE: "scripts/settle.lua",
    READ: "scripts/read.lua",
    HEADS: "scripts/heads.lua",
    TRIM: "scripts/trim.lua",
    PUT: "scripts/put.lua",
    EXTEND: "scripts/extend.lua",
    REMOVE: "scripts/remove.lua",
    JOIN: "scripts/join.lua",
    LEAVE: "scripts/leave.lua",
    MEMBERS: "scripts/members.lua",
}

/// What is asked of a server.
#[derive(Debug)]
pub(super) struct Call {
    /// By the hash of the script, which the server has mostly.
    pub(super) command: Cmd,
    /// With the whole of it.
    script: Option<&'static Script>,
    /// Whether it changes something.
    pub(super) changes: bool,
}

impl Call {
    /// A call of a script with these keys.
    pub(super) fn script(script: &'static Script, keys: &[impl ToRedisArgs]) -> Self {
        let mut command = Cmd::new();
        command.arg("EVALSHA").arg(&*script.hash).arg(keys.len());
        command.arg(keys);
        Self {
            command,
            script: Some(script),
            changes: !script.source.starts_with("#!lua flags=no-writes"),
        }
    }

    /// A command that changes nothing.
    pub(super) fn question(name: &str) -> Self {
        Self {
            command: ::redis::cmd(name),
            script: None,
            changes: false,
        }
    }

    pub(super) fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.command.arg(argument);
        self
    }

    /// For a server that does not have the script. Nothing was done by then.
    pub(super) fn whole(&self) -> Option<Cmd> {
        let script = self.script?;
        let mut arguments = self.command.args_iter();
        let mut whole = Cmd::new();
        whole.arg("EVAL").arg(script.source);
        arguments.nth(1);
        for argument in arguments {
            if let ::redis::Arg::Simple(argument) = argument {
                whole.arg(argument);
            }
        }
        Some(whole)
    }
}

/// A `Duration` in ms, as scripts take it: at least 1, at most a hundred years.
pub(super) fn milliseconds(time: core::time::Duration) -> u64 {
    const CENTURY: u128 = 100 * 366 * 24 * 60 * 60 * 1000;
    let whole = time.as_nanos().div_ceil(1_000_000);
    // What is cut off here is less than that.
    whole.clamp(1, CENTURY) as u64
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn a_call_is_by_the_hash_and_then_with_the_whole_script() {
        let call = Call::script(&LEAVE, &["a", "b", "c"])
            .arg(&b"id"[..])
            .arg("note");
        let packed = |command: &Cmd| String::from_utf8(command.get_packed_command()).unwrap();
        let by_hash = packed(&call.command);
        assert!(
            by_hash.starts_with("*8\r\n$7\r\nEVALSHA\r\n$40\r\n"),
            "{by_hash}"
        );
        let whole = packed(&call.whole().unwrap());
        assert!(whole.starts_with("*8\r\n$4\r\nEVAL\r\n"), "{whole}");
        assert!(whole.contains(LEAVE.source));
        let tail = "$1\r\n3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$2\r\nid\r\n$4\r\nnote\r\n";
        assert!(by_hash.ends_with(tail) && whole.ends_with(tail), "{whole}");
    }

    #[test]
    fn only_scripts_that_write_nothing_are_questions() {
        let questions = [&READ, &HEADS, &MEMBERS];
        for script in [
            &APPEND, &SETTLE, &READ, &HEADS, &TRIM, &PUT, &EXTEND, &REMOVE, &JOIN, &LEAVE, &MEMBERS,
        ] {
            let call = Call::script(script, &["key"]);
            let is_question = questions.iter().any(|it| core::ptr::eq(*it, script));
            assert_eq!(call.changes, !is_question);
        }
    }

    #[test]
    fn a_time_to_live_is_never_cut_short() {
        assert_eq!(milliseconds(Duration::ZERO), 1);
        assert_eq!(milliseconds(Duration::from_micros(1_001)), 2);
        assert_eq!(milliseconds(Duration::from_millis(5)), 5);
        assert_eq!(milliseconds(Duration::MAX), 3_162_240_000_000);
    }
}
