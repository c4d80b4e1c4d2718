//! A client in its process. A byte of its standard input says that a step is written; a byte of its
//! standard output that the streams are open, and that a step is taken; at last come the figures.

use core::{net::SocketAddr, time::Duration};
use std::{
    fs,
    io::{self, Read as _, Write as _},
};

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Builder;

use super::{audience::Audience, contender::Contender, scene::Scene};
use crate::{fanout::heap, peer::Failure};

/// What a client used up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Used {
    /// How long the types, data and ids were that it brought, all steps together.
    pub text_bytes: u64,
    /// The processor time of the steps that count, of the whole process, in nanoseconds.
    pub processor_nanoseconds: u64,
    /// What the allocator was asked for and has not got back; 0 if it was not counted.
    pub heap_bytes: u64,
    /// How much more memory the process has for itself than before the streams were opened.
    pub resident_bytes: u64,
}

/// Runs a client as this process. Counting the heap takes time, so it is counted or timed.
///
/// # Errors
///
/// The client's, or the other process is gone.
pub fn run<C: Contender>(
    server: SocketAddr,
    scene: Scene,
    counts_heap: bool,
) -> Result<(), Failure> {
    let script = scene.script()?;
    let brings = script.iter().map(|step| step.brings(C::BRINGS));
    let brings: Vec<u64> = brings.map(|count| count * scene.streams as u64).collect();
    drop(script);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut tell = || output.write_all(b"+").and_then(|()| output.flush());

    let resident_before = resident_bytes()?;
    heap::count_from_now_on(counts_heap);
    let audience = runtime.block_on(Audience::open::<C>(server, scene.streams))?;
    tell()?;
    let (mut awaited, mut processor) = (0, Duration::ZERO);
    for (step, count) in brings.into_iter().enumerate() {
        awaited += count;
        input.read_exact(&mut [0])?;
        let before = processor_time();
        runtime.block_on(audience.reaches(awaited))?;
        if step >= scene.warm_up {
            processor += processor_time() - before;
        }
        tell()?;
    }
    heap::count_from_now_on(false);
    let resident_bytes = resident_bytes()?.saturating_sub(resident_before);
    writeln!(
        output,
        "{} {} {} {resident_bytes}",
        audience.tally().text_bytes(),
        processor.as_nanos(),
        heap::live_bytes(),
    )?;
    Ok(())
}

impl Used {
    /// The figures as a client tells them.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut figures = line.split_whitespace().map(str::parse);
        let mut next = || figures.next()?.ok();
        Some(Self {
            text_bytes: next()?,
            processor_nanoseconds: next()?,
            heap_bytes: next()?,
            resident_bytes: next()?,
        })
    }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The memory that only this process has.
fn resident_bytes() -> Result<u64, Failure> {
    let usage = fs::read_to_string("/proc/self/smaps_rollup")?;
    let kibibytes = usage
        .lines()
        .find_map(|line| line.strip_prefix("Pss_Anon:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    let kibibytes = kibibytes.ok_or_else(|| Failure("no Pss_Anon in smaps_rollup".into()))?;
    Ok(kibibytes << 10)
}
