//! Names the version of the facts: a hash over everything that decides what facts a text has.
//! A cache that was written by any other version is ignored, without anyone remembering to raise a number.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use xxhash_rust::xxh3::Xxh3;

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let mut hasher = Xxh3::new();
    for part in ["source", "syntax", "facts"] {
        let folder = here.join("..").join(part);
        println!("cargo::rerun-if-changed={}", folder.join("src").display());
        add(&mut hasher, &folder.join("Cargo.toml"))?;
        add(&mut hasher, &folder.join("src"))?;
    }
    // The grammar and the cache's own layout.
    add(&mut hasher, &here.join("../../Cargo.lock"))?;
    add(&mut hasher, &here.join("src/cache.rs"))?;
    println!("cargo::rerun-if-changed={}", here.join("../../Cargo.lock").display());
    println!("cargo::rerun-if-changed={}", here.join("src/cache.rs").display());
    println!("cargo::rustc-env=FACTS_VERSION={:016x}", hasher.digest());
    Ok(())
}

fn add(hasher: &mut Xxh3, path: &Path) -> io::Result<()> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        for entry in entries {
            add(hasher, &entry)?;
        }
    } else if let Ok(bytes) = fs::read(path) {
        hasher.update(&bytes);
    }
    Ok(())
}
