//! mimalloc for tree-sitter's C heap; for Rust's only where the system's own allocator is slow (musl, Windows).
//! Kept apart, the facts of thousands of files, which stay, do not hold on to pages of the trees, which go.
//! The only unsafe code of the project.

#[cfg(any(target_env = "musl", windows))]
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Gives tree-sitter an allocator of its own; call it first of all, before any parser exists.
#[expect(unsafe_code, reason = "tree-sitter's allocator is set through C function pointers")]
pub(crate) fn install() {
    let allocator = tree_sitter::Allocator {
        malloc: libmimalloc_sys::mi_malloc,
        calloc: libmimalloc_sys::mi_calloc,
        realloc: libmimalloc_sys::mi_realloc,
        free: libmimalloc_sys::mi_free,
    };
    // SAFETY: one family of functions, aligned as malloc's; main calls this once, before any other thread or parser.
    unsafe { tree_sitter::set_allocator(Some(allocator)) }
}
