//! Makes the registry from `rules/<family>/<rule-name>.md`: a rule is registered by the existence of its page.
//! The rule's code is the function `rule_name` in `src/<family>/rule_name.rs`, or a query on the page itself; a page without
//! either has its findings made by the engine.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let pages = here.join("../../rules");
    println!("cargo::rerun-if-changed={}", pages.display());
    let mut rows = Vec::new();
    for family in sorted(&pages)? {
        if !family.is_dir() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", family.display());
        for page in sorted(&family)? {
            if page.extension().is_some_and(|extension| extension == "md") {
                rows.push((stem(&page), stem(&family), page));
            }
        }
    }
    rows.sort();
    let mut out = String::from("pub(crate) static REGISTERED: &[Registered] = &[\n");
    for (name, family, page) in rows {
        let function = name.replace('-', "_");
        let code = here.join("src").join(&family).join(format!("{function}.rs"));
        println!("cargo::rerun-if-changed={}", code.display());
        let check = if code.is_file() {
            // A family may be called like a keyword.
            format!("Some(crate::r#{family}::{function}::{function})")
        } else {
            "None".to_owned()
        };
        let _ = writeln!(
            out,
            "    Registered {{ name: {name:?}, family: {family:?}, page: include_str!({:?}), check: {check} }},",
            page.display().to_string()
        );
    }
    out.push_str("];\n");
    let target = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("registry.rs");
    fs::write(target, out)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
