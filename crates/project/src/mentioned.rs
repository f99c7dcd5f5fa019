//! From dotted names in texts to names of modules: `app.window.Config` is `Config` of `app.window`.
//! It must not know where such names are.

use analyzer_facts::UNKNOWN;
use compact_str::{CompactString, format_compact};

use crate::modules::{FileId, ModuleIndex};
use crate::resolve::Resolution;
use crate::roots::RootContext;

/// In front of a name that others may take.
pub const DOUBT: &str = "?";

/// Others may take any name.
pub const ANY: &str = "?*";

/// Stands for every file.
pub const EVERYWHERE: FileId = FileId(u32::MAX);

/// The names of modules that a dotted name may speak of, as it is read in a file with this context.
#[must_use]
pub fn mentioned(index: &ModuleIndex, dotted: &str, context: &RootContext) -> Vec<(FileId, CompactString)> {
    let mut found = Vec::new();
    if let Some(rest) = dotted.strip_prefix(UNKNOWN) {
        let parts = rest.split('.').filter(|part| !part.is_empty());
        found.extend(parts.map(|part| (EVERYWHERE, format_compact!("{DOUBT}{part}"))));
        return found;
    }
    for (at, _) in dotted.match_indices('.') {
        let (Some(module), Some(rest)) = (dotted.get(..at), dotted.get(at + 1..)) else { continue };
        let Resolution::Found(located) = index.resolve(module, context) else { continue };
        let Some(file) = located.target.file() else { continue };
        let name = rest.split('.').next().unwrap_or(rest);
        found.push((file, if name == UNKNOWN { ANY.into() } else { name.into() }));
    }
    found
}
