//! Reads the figures from the operating system.

use core::time::Duration;
use std::time::Instant;

use sysinfo::{LoadAvg, NetworkData, Networks, System};

use crate::events::unix_time_ms;
use crate::figures::{Cpu, Load, Memory, Network, Stats, Streams, per_second, percent};

/// The counters of this machine, as they were when last read.
///
/// CPU and network figures are differences between two readings, so the first [`read`](Self::read)
/// should come some time after [`new`](Self::new): [`Machine::SHORTEST_INTERVAL`] at least.
pub(crate) struct Machine {
    system: System,
    networks: Networks,
    read_at: Instant,
}

impl Machine {
    /// Between two readings closer than this the CPU figures do not change.
    pub(crate) const SHORTEST_INTERVAL: Duration = sysinfo::MINIMUM_CPU_UPDATE_INTERVAL;

    /// Takes the first reading, which the first sample is compared with.
    pub(crate) fn new() -> Result<Self, sysinfo::Error> {
        let mut system = System::new()?;
        system.refresh_cpu_usage();
        let networks = Networks::new_with_refreshed_list()?;
        Ok(Self {
            system,
            networks,
            read_at: Instant::now(),
        })
    }

    /// The name of this machine, where it has one.
    pub(crate) fn host() -> Option<String> {
        System::host_name().ok()
    }

    /// Takes the sample of this number. Blocks for as long as the operating system needs to answer, usually less
    /// than a millisecond.
    pub(crate) fn read(&mut self, sample: u64, streams: Streams) -> Stats {
        self.system.refresh_cpu_usage();
        self.system.refresh_memory();
        self.networks.refresh(true);
        let now = Instant::now();
        let elapsed = now - core::mem::replace(&mut self.read_at, now);
        Stats {
            sample,
            unix_time_ms: unix_time_ms(),
            cpu: Cpu {
                percent: percent(self.system.global_cpu_usage()),
                cores: self
                    .system
                    .cpus()
                    .iter()
                    .map(|cpu| percent(cpu.usage()))
                    .collect(),
            },
            memory: Memory {
                used_bytes: self.system.used_memory(),
                total_bytes: self.system.total_memory(),
            },
            load: System::load_average()
                .ok()
                .map(|LoadAvg { one, five, fifteen }| Load { one, five, fifteen }),
            network: Network {
                received_bytes_per_second: per_second(self.sum(NetworkData::received), elapsed),
                sent_bytes_per_second: per_second(self.sum(NetworkData::transmitted), elapsed),
            },
            uptime_seconds: System::uptime().unwrap_or(0),
            streams,
        }
    }

    /// A counter of all interfaces but the loopback one, which this demo itself keeps busy.
    fn sum(&self, counter: fn(&NetworkData) -> u64) -> u64 {
        self.networks
            .values()
            .filter(|network| !network.ip_networks().iter().any(|ip| ip.addr.is_loopback()))
            .fold(0, |sum, network| sum.saturating_add(counter(network)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_figures_that_make_sense() {
        let mut machine = Machine::new().unwrap();
        let [first, second] = [1, 2].map(|sample| machine.read(sample, Streams::default()));
        assert_eq!((first.sample, second.sample), (1, 2));
        assert!(first.unix_time_ms <= second.unix_time_ms);
        for stats in [first, second] {
            assert!(!stats.cpu.cores.is_empty());
            for percent in stats.cpu.cores.iter().chain([&stats.cpu.percent]) {
                assert!((0.0..=100.0).contains(percent), "{stats:?}");
            }
            assert!(stats.memory.used_bytes > 0, "{stats:?}");
            assert!(
                stats.memory.used_bytes <= stats.memory.total_bytes,
                "{stats:?}"
            );
            assert!(stats.uptime_seconds > 0, "{stats:?}");
        }
    }
}
