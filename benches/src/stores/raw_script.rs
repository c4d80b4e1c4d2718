//! The script of an append without the store: the very command that the store has sent, sent by `redis-benchmark`.

use core::error::Error;
use std::{ffi::OsString, os::unix::ffi::OsStringExt as _, path::PathBuf, process::Command};

use redis::{Connection, Value};
use sse_session::store::{Append, SessionStore};
use sse_tests::servers::{self, Redis};

use super::append::{log, payload};

/// How `redis-benchmark` sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipelines {
    /// So many connections.
    pub clients: usize,
    /// On each of them so many are sent before the answers are read.
    pub pipeline: usize,
}

impl Pipelines {
    /// How many are on their way at a time.
    #[must_use]
    pub const fn in_flight(self) -> usize {
        self.clients * self.pipeline
    }
}

/// An append as the store sends it.
#[derive(Debug)]
pub struct RawScript {
    program: PathBuf,
    port: u16,
    command: Vec<OsString>,
}

impl RawScript {
    /// Takes the command from the server's log of slow commands, where an append of the store stands for a moment.
    ///
    /// # Errors
    ///
    /// There is no `redis-benchmark`, or the command is not there as a whole.
    pub async fn of(
        server: &Redis,
        store: &dyn SessionStore,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let program = servers::find("redis-benchmark").ok_or("there is no redis-benchmark")?;
        let port = server.address().port();
        let mut connection =
            redis::Client::open(format!("redis://{}", server.address()))?.get_connection()?;
        let slower_than = |micros: i64, connection: &mut Connection| {
            let mut set = redis::cmd("CONFIG");
            set.arg("SET").arg("slowlog-log-slower-than").arg(micros);
            set.exec(connection)
        };
        let log = log("raw", 0);
        store.append(&log, Append::new(payload(), 1)).await?;
        slower_than(0, &mut connection)?;
        store.append(&log, Append::new(payload(), 1)).await?;
        slower_than(-1, &mut connection)?;
        let entries: Vec<Value> = redis::cmd("SLOWLOG").arg("GET").query(&mut connection)?;
        let command = entries.into_iter().find_map(append_of);
        Ok(Self {
            program,
            port,
            command: command.ok_or("the command is not there as a whole")?,
        })
    }

    /// Appends per second, of so many.
    ///
    /// # Errors
    ///
    /// It fails, or has not appended what the store would read.
    pub async fn run(
        &self,
        store: &dyn SessionStore,
        pipelines: Pipelines,
        requests: u64,
    ) -> Result<f64, Box<dyn Error + Send + Sync>> {
        let log = [log("raw", 0)];
        let newest = async || {
            let heads = store.heads(&log).await?;
            let newest = heads.first().copied().flatten().map(|head| head.offset);
            Ok::<_, Box<dyn Error + Send + Sync>>(newest)
        };
        let before = newest().await?.ok_or("the log is gone")?;
        let mut command = Command::new(&self.program);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        command.args(["-n", &requests.to_string()]);
        command.args(["-c", &pipelines.clients.to_string()]);
        command.args(["-P", &pipelines.pipeline.to_string()]);
        command.arg("--csv").args(&self.command);
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let after = newest().await?;
        // It sends whole pipelines, on each connection.
        let appended = after.map_or(0, |after| after.saturating_sub(before));
        if !(requests..=requests + pipelines.in_flight() as u64).contains(&appended) {
            return Err(format!("{requests} appends from {before} to {after:?}").into());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        per_second(&text).ok_or_else(|| format!("redis-benchmark said {text}").into())
    }
}

/// The words of an entry of the log of slow commands, if it is a script of which nothing was left out.
fn append_of(entry: Value) -> Option<Vec<OsString>> {
    let (_, _, _, words, ..): (i64, i64, i64, Vec<Vec<u8>>, String, String) =
        redis::from_redis_value(entry).ok()?;
    let is_whole = words.first()? == b"EVALSHA" && words.contains(&payload().to_vec());
    is_whole.then(|| words.into_iter().map(OsString::from_vec).collect())
}

/// The rate in the last line of what was said: `"NAME","RATE","AVERAGE",…`, where the name is the command.
fn per_second(text: &str) -> Option<f64> {
    let line = text.trim_end().strip_suffix('"')?;
    line.rsplit("\",\"").nth(6)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_stands_behind_a_name_of_whatever_is_in_the_command() {
        let said = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\
                    \"p99_latency_ms\",\"max_latency_ms\"\n\
                    \"SET a x\ny\",\"z\",\"37037.04\",\"0.810\",\"0.080\",\"0.199\",\"2.663\",\"11.215\",\"11.255\"\n";
        assert_eq!(per_second(said), Some(37_037.04));
        assert_eq!(per_second("WRONGTYPE\n"), None);
    }
}
