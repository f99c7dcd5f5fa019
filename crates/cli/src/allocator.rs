//! mimalloc for Rust and for tree-sitter's C heap, which a global allocator alone does not cover.
//! The only unsafe code of the project.

use mimalloc::MiMalloc;

#[global_allocator]
static GLOBAL: MiMalloc = MiMalloc;

/// Gives tree-sitter the same allocator; call it first of all, before any parser exists.
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
