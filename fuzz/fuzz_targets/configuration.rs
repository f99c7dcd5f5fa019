//! Any text as configuration of each kind that is read: YAML, JSON, TOML, sections, variables, Dockerfiles, requirements. The
//! last byte says of which.
#![no_main]

use analyzer_facts::{ConfigKind, extract_config};
use libfuzzer_sys::fuzz_target;

const KINDS: [ConfigKind; 12] = [
    ConfigKind::Ports,
    ConfigKind::Services,
    ConfigKind::Conda,
    ConfigKind::Yaml,
    ConfigKind::Json,
    ConfigKind::Pyproject,
    ConfigKind::Toml,
    ConfigKind::SetupCfg,
    ConfigKind::Ini,
    ConfigKind::Env,
    ConfigKind::Docker,
    ConfigKind::Requirements,
];

fuzz_target!(|data: &[u8]| {
    let Some((kind, text)) = data.split_last() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    assert_eq!(extract_config(text, kind), extract_config(text, kind));
});
