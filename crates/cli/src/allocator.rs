//! mimalloc for tree-sitter's C heap; for Rust's only where the system's own allocator is slow (musl, Windows).
//! Kept apart, the facts of thousands of files, which stay, do not hold on to pages of the trees, which go.
//! Where memory ends, the process says so and ends: C code would go on with a null pointer, and Rust would abort.
//! The only unsafe code of the project.

#![expect(unsafe_code, reason = "allocators are unsafe by their nature")]

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;

#[cfg(any(target_env = "musl", windows))]
#[global_allocator]
static GLOBAL: Ending<mimalloc::MiMalloc> = Ending(mimalloc::MiMalloc);

#[cfg(not(any(target_env = "musl", windows)))]
#[global_allocator]
static GLOBAL: Ending<std::alloc::System> = Ending(std::alloc::System);

/// The exit code where memory ends: that of runs that cannot be made.
const EXIT: i32 = 2;

/// Message when there is no memory left.
#[cfg(unix)]
const MESSAGE: &[u8] =
    b"error: there is no memory left\n  = help: allow more (`ulimit -v`), use fewer threads (`--threads 1`), or exclude folders\n";

/// An allocator that never returns without memory.
struct Ending<A>(A);

// SAFETY: every call is handed on as it is, and what comes back is handed back unless it is null.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Ending<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that the inner allocator asks for.
        there(unsafe { self.0.alloc(layout) })
    }

    #[inline]
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.0.dealloc(place, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        there(unsafe { self.0.alloc_zeroed(layout) })
    }

    #[inline]
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        there(unsafe { self.0.realloc(place, layout, size) })
    }
}

#[inline]
fn there<T>(place: *mut T) -> *mut T {
    if place.is_null() {
        out_of_memory();
    }
    place
}

/// Ends the process with a message, by means that need no memory.
#[cold]
fn out_of_memory() -> ! {
    #[cfg(unix)]
    {
        use std::sync::atomic::{AtomicBool, Ordering};

        use nix::libc;

        static TOLD: AtomicBool = AtomicBool::new(false);
        if TOLD.swap(true, Ordering::SeqCst) {
            // Another thread is about to end the process.
            std::thread::sleep(std::time::Duration::from_secs(1));
        } else {
            // SAFETY: the bytes are static, and the call keeps none of them.
            unsafe { libc::write(libc::STDERR_FILENO, MESSAGE.as_ptr().cast(), MESSAGE.len()) };
        }
        // SAFETY: it runs nothing more in this process, so that nothing asks for memory.
        unsafe { libc::_exit(EXIT) }
    }
    #[cfg(not(unix))]
    std::process::exit(EXIT)
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    there(unsafe { libmimalloc_sys::mi_malloc(size) })
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    there(unsafe { libmimalloc_sys::mi_calloc(count, size) })
}

unsafe extern "C" fn realloc(place: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: tree-sitter hands back what these functions gave it.
    there(unsafe { libmimalloc_sys::mi_realloc(place, size) })
}

/// Gives tree-sitter an allocator of its own; call it first of all, before any parser exists.
pub(crate) fn install() {
    let allocator = tree_sitter::Allocator { malloc, calloc, realloc, free: libmimalloc_sys::mi_free };
    // SAFETY: one family of functions, aligned as malloc's; main calls this once, before any other thread or parser.
    unsafe { tree_sitter::set_allocator(Some(allocator)) }
}
