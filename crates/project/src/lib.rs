//! All files together: configuration, module resolution, the import graph and its cycles.
//! It must not know salsa, files on disk, rules or output formats.

mod view;

pub use view::ProjectView;
