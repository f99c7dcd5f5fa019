//! ruff's configuration: `.ruff.toml`, `ruff.toml`, or `[tool.ruff]`. It must not know other tools.

use analyzer_project::config::PythonVersion;
use toml::{Table, Value};

use super::codes::{Family, Selection};
use super::{Silence, Sources, Tool, globs, strings};

/// Codes that ruff reports where nobody selects any.
const DEFAULT: [&str; 4] = ["E4", "E7", "E9", "F"];

/// Keys that say where ruff looks and how it shows what it finds.
const HARMLESS: [&str; 9] = [
    "cache-dir",
    "fix",
    "force-exclude",
    "output-format",
    "preview",
    "required-version",
    "show-fixes",
    "unsafe-fixes",
    "lint",
];

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let own = [".ruff.toml", "ruff.toml"].into_iter().find_map(|name| Some((name, sources.text(name)?)));
    let (file, table) = match own {
        Some((name, text)) => (name, text.parse().ok()?),
        None => ("pyproject.toml", sources.tool("ruff")?.clone()),
    };
    let mut tool = Tool { name: "ruff", file: file.to_owned(), ..Tool::default() };
    let nothing = Table::new();
    let lint = table.get("lint").and_then(Value::as_table).unwrap_or(&nothing);
    // Settings of the linter may be at the top, too.
    let setting = |key: &str| lint.get(key).or_else(|| table.get(key));
    let listed = |key: &str| setting(key).map(strings).unwrap_or_default();
    let chosen = setting("select").map(strings);
    let mut select = chosen.clone().unwrap_or_else(|| DEFAULT.map(str::to_owned).to_vec());
    select.extend(listed("extend-select"));
    let mut ignore = listed("ignore");
    ignore.extend(listed("extend-ignore"));
    tool.selection = Selection { family: Family::Ruff, select, ignore, explicit: chosen.is_some() };

    for key in ["per-file-ignores", "extend-per-file-ignores"] {
        for (pattern, codes) in setting(key).and_then(Value::as_table).into_iter().flatten() {
            match globs::of_files(pattern) {
                Some(glob) => tool.silences.push(Silence { glob, codes: Some(strings(codes)) }),
                None => tool.unmatched.push(format!("{key} of `{pattern}`")),
            }
        }
    }
    for key in ["exclude", "extend-exclude"] {
        let lists = [table.get(key), lint.get(key)].into_iter().flatten();
        for pattern in lists.flat_map(strings) {
            tool.silences.extend(globs::excluded(&pattern).map(|glob| Silence { glob, codes: None }));
        }
    }
    let version =
        table.get("target-version").and_then(Value::as_str).and_then(|text| text.strip_prefix("py"));
    tool.target_version = version.and_then(|digits| {
        let (major, minor) = digits.split_at_checked(1)?;
        PythonVersion::parse(&format!("{major}.{minor}"))
    });
    let roots = table.get("src").map(strings).unwrap_or_default();
    // Where several are given, ruff's default is among them.
    tool.roots = roots;
    let max = setting("mccabe").and_then(|mccabe| mccabe.get("max-complexity")).and_then(Value::as_integer);
    if max.is_some() || tool.selection.reports("C901") == Some(true) {
        tool.counts_functions("ruff", max, "mccabe.max-complexity");
    }
    let known = [
        "select",
        "extend-select",
        "ignore",
        "extend-ignore",
        "per-file-ignores",
        "extend-per-file-ignores",
        "exclude",
        "extend-exclude",
        "target-version",
        "src",
        "mccabe",
    ];
    let keys = table.keys().map(|key| (key, "")).chain(lint.keys().map(|key| (key, "lint.")));
    let open = keys.filter(|(key, _)| !known.contains(&key.as_str()) && !HARMLESS.contains(&key.as_str()));
    tool.unmatched.extend(open.map(|(key, prefix)| format!("{prefix}{key}")));
    Some(tool)
}
