//! Whether a server is one that can be used.

use std::sync::Arc;

use super::{RedisDurability, RedisOptions, durability::configured, link::Link, script::Call};
use crate::store::{Durability, StoreError};

/// The oldest version that has all that the scripts need.
const OLDEST: u32 = 7;

/// What a server says of itself: lines of `name:value`.
struct Information {
    text: String,
}

impl Information {
    fn get(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found == name).then_some(value.trim())
        })
    }

    /// Whether a server can be used, as far as it says.
    fn check(&self, allow_eviction: bool) -> Result<(), StoreError> {
        let refuse = |problem: String| Err(StoreError::Configuration { problem });
        let version = self.get("redis_version").unwrap_or_default();
        let major = version.split('.').next().unwrap_or_default();
        if major.parse().is_ok_and(|major: u32| major < OLDEST) {
            return refuse(format!("the server has version {version}, older than 7.0"));
        }
        match self.get("maxmemory_policy") {
            Some("noeviction") => Ok(()),
            _ if allow_eviction => Ok(()),
            Some(policy) => refuse(format!(
                "the server throws keys away when it is full: its `maxmemory-policy` is `{policy}`, not `noeviction`"
            )),
            None => refuse("the server does not tell its `maxmemory-policy`".into()),
        }
    }
}

/// Whether the server can be used, and what it means when it acknowledges something.
pub(super) async fn check(
    link: &Arc<Link>,
    options: &RedisOptions,
) -> Result<Durability, StoreError> {
    let sections = &["server", "memory", "persistence"];
    let asked = link.ask(&Call::question("INFO").arg(sections)).await;
    let information = match asked {
        Ok(answer) => Information {
            text: text(answer).unwrap_or_default(),
        },
        Err(StoreError::Configuration { .. }) if options.allow_eviction => Information {
            text: String::new(),
        },
        Err(error) => return Err(error),
    };
    information.check(options.allow_eviction)?;
    if let RedisDurability::Replicated { .. } = options.durability {
        return Ok(Durability::Replicated);
    }
    let appendonly = information.get("aof_enabled") == Some("1");
    let appendfsync = match appendonly {
        true => appendfsync(link).await,
        false => None,
    };
    Ok(configured(appendonly, appendfsync.as_deref()))
}

/// When the server synchronises its append-only file, if it tells.
async fn appendfsync(link: &Arc<Link>) -> Option<String> {
    let call = Call::question("CONFIG").arg("GET").arg("appendfsync");
    let settings: Vec<(String, String)> =
        ::redis::from_redis_value(link.ask(&call).await.ok()?).ok()?;
    let (_, value) = settings.into_iter().next()?;
    Some(value)
}

fn text(answer: ::redis::Value) -> Option<String> {
    ::redis::from_redis_value(answer).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, allow_eviction: bool) -> Option<String> {
        let information = Information { text: text.into() };
        information
            .check(allow_eviction)
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn a_server_that_evicts_or_is_too_old_is_refused() {
        let good = "# Server\r\nredis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\n";
        assert_eq!(problem(good, false), None);
        let valkey = good.replace("7.0.15", "7.2.4\r\nvalkey_version:8.1.0");
        assert_eq!(problem(&valkey, false), None);
        let old = good.replace("7.0.15", "6.2.14");
        let too_old = "the store cannot be used: the server has version 6.2.14, older than 7.0";
        assert_eq!(problem(&old, true).as_deref(), Some(too_old));
        let evicting = good.replace("noeviction", "allkeys-lru");
        assert!(problem(&evicting, false).unwrap().contains("`allkeys-lru`"));
        assert_eq!(problem(&evicting, true), None);
        assert!(problem("", false).is_some());
        assert_eq!(problem("", true), None);
    }
}
