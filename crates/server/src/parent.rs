//! Whether the process that started the server is still there: a client that crashes may leave its pipes open.
//! It must not know what follows from the answer.

/// Whether a process runs.
#[cfg(unix)]
pub(crate) fn is_alive(process: u32) -> bool {
    use nix::errno::Errno;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;
    // Zero and negative numbers would mean groups of processes.
    let Some(process) = i32::try_from(process).ok().filter(|process| *process > 0) else { return true };
    kill(Pid::from_raw(process), None) != Err(Errno::ESRCH)
}

/// Elsewhere the end of the input has to do.
#[cfg(not(unix))]
pub(crate) fn is_alive(_: u32) -> bool {
    true
}
