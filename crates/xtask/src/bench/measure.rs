//! Time and peak memory of one process. The system reports the peak of all children of a process together, so each
//! command gets a parent of its own, this program again. It must not know what runs.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// Command to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// One run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Wall-clock time, in milliseconds.
    pub(crate) milliseconds: f64,
    /// Counts of the system.
    #[serde(flatten)]
    pub(crate) usage: Option<Usage>,
}

/// Counts of a process by the system; not every system has them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Time on all cores, in milliseconds: what a busy machine disturbs least.
    pub(crate) cpu: f64,
    /// Peak resident memory, in bytes.
    pub(crate) peak: u64,
}

/// Runs the command without its output and prints a [`Sample`] as JSON.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (program, rest) = args.command.split_first().context("no command")?;
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    if !status.success() {
        bail!("{} ended with {status}", program.display());
    }
    println!("{}", serde_json::to_string(&Sample { milliseconds, usage: usage() })?);
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn usage() -> Option<Usage> {
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).ok()?;
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let microseconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e6 + time.tv_usec() as f64;
    let cpu = (microseconds(usage.user_time()) + microseconds(usage.system_time())) / 1000.0;
    Some(Usage { cpu, peak: u64::try_from(usage.max_rss()).ok()? * unit })
}

#[cfg(not(unix))]
fn usage() -> Option<Usage> {
    None
}

/// Measures `command`, which `own` starts: a build of this program.
pub(super) fn measure(own: &Path, command: &Command) -> anyhow::Result<Sample> {
    let mut wrapper = Command::new(own);
    wrapper.arg("measure").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        wrapper.current_dir(folder);
    }
    let output =
        wrapper.stderr(Stdio::piped()).output().with_context(|| format!("cannot run {}", own.display()))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("xtask measure printed no sample")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn children_are_counted() {
        let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", script]).status().unwrap().success());
        let usage = usage().unwrap();
        assert!(usage.peak > 100_000 && usage.cpu > 0.0, "{usage:?}");
        let sample = Sample { milliseconds: 1.0, usage: Some(usage) };
        let read: Sample = serde_json::from_str(&serde_json::to_string(&sample).unwrap()).unwrap();
        assert_eq!(read.usage.map(|usage| usage.peak), Some(usage.peak));
    }
}
