//! Every key of the configuration, once: what reads it, what its documentation says, what its schema demands.
//! It must not know TOML or JSON.

use std::collections::BTreeSet;

use analyzer_diagnostics::Severity;
use compact_str::CompactString;

use super::{PerFile, PythonVersion, Settings};

/// One key of a table.
pub(crate) struct Key<T: 'static> {
    /// As it is written; `[rules.NAME]` has the key `rules`.
    pub name: &'static str,
    /// What it takes, and where that goes.
    pub kind: Kind<T>,
    /// What it is for, in Markdown, without a full stop.
    pub doc: &'static str,
    /// What holds without it, in Markdown.
    pub default: &'static str,
}

/// What a key takes, with the function that puts it into a `T`.
pub(crate) enum Kind<T> {
    /// A list of rule names, family names or `ALL`.
    Rules(fn(&mut T, BTreeSet<CompactString>)),
    /// A list of globs.
    Globs(fn(&mut T, Vec<String>)),
    /// A list of folders inside the project.
    Folders(fn(&mut T, Vec<String>)),
    /// `true` or `false`.
    Flag(fn(&mut T, bool)),
    /// A whole number from 1.
    Bytes(fn(&mut T, u64)),
    /// The path of a file.
    File(fn(&mut T, String)),
    /// A version of Python in quotes.
    Version(fn(&mut T, PythonVersion)),
    /// The name of a severity.
    Severity(fn(&mut T, Severity)),
    /// A table for each rule: [`RULE`] and the rule's own options.
    RuleTables(fn(&mut T) -> &mut Settings),
    /// A table for each glob: [`PER_FILE`].
    FileTables(fn(&mut T) -> &mut Settings),
}

/// Settings while they are read: what is ignored is taken away at the end, whatever the order of the keys.
pub(crate) struct Draft {
    pub settings: Settings,
    pub ignored: BTreeSet<CompactString>,
}

/// The keys at the top, in the order of the documentation.
pub(crate) const TOP: &[Key<Draft>] = &[
    Key {
        name: "select",
        kind: Kind::Rules(|draft, rules| draft.settings.enabled = rules),
        doc: "the rules that run: rule names, family names or `ALL`",
        default: "every rule",
    },
    Key {
        name: "ignore",
        kind: Kind::Rules(|draft, rules| draft.ignored = rules),
        doc: "rules that do not run, taken away from `select`",
        default: "none",
    },
    Key {
        name: "exclude",
        kind: Kind::Globs(|draft, globs| draft.settings.exclude = globs),
        doc: "globs of files that are not analysed at all",
        default: "none; `.git`, `.venv`, `node_modules`, `build` and the like are never analysed",
    },
    Key {
        name: "roots",
        kind: Kind::Folders(|draft, roots| draft.settings.roots = roots),
        doc: "folders from which absolute imports resolve",
        default: "found: `src`, folders with `pyproject.toml`, `setup.py` or `setup.cfg`, the root",
    },
    Key {
        name: "target-version",
        kind: Kind::Version(|draft, version| draft.settings.target_version = version),
        doc: "oldest Python that the code must run on, such as `\"3.11\"`",
        default: "the lower bound of `requires-python`, else 3.9",
    },
    Key {
        name: "baseline",
        kind: Kind::File(|draft, path| draft.settings.baseline = Some(path)),
        doc: "the [baseline](baseline.md), relative to the root",
        default: "`.analyzer-baseline.json`, if it exists",
    },
    Key {
        name: "ports",
        kind: Kind::File(|draft, path| draft.settings.ports = Some(path)),
        doc: "the registry of ports, relative to the root; see `analyzer explain port-registry-drift`",
        default: "the `ports.yaml` nearest to the root",
    },
    Key {
        name: "fail-on",
        kind: Kind::Severity(|draft, severity| draft.settings.fail_on = severity),
        doc: "`\"note\"`, `\"warning\"` or `\"error\"`: the lowest severity that makes `check` exit with 1",
        default: "`\"warning\"`",
    },
    Key {
        name: "max-file-size",
        kind: Kind::Bytes(|draft, size| draft.settings.max_file_size = size),
        doc: "bytes; a larger file is skipped and reported",
        default: "1048576",
    },
    Key {
        name: "respect-gitignore",
        kind: Kind::Flag(|draft, flag| draft.settings.respect_gitignore = flag),
        doc: "whether files that git ignores are left out",
        default: "`true`",
    },
    Key {
        name: "rules",
        kind: Kind::RuleTables(|draft| &mut draft.settings),
        doc: "`[rules.NAME]`: the rule's options, and `severity`",
        default: "as on the rule's page",
    },
    Key {
        name: "per-file",
        kind: Kind::FileTables(|draft| &mut draft.settings),
        doc: "`[per-file.\"GLOB\"]`: settings for the files that the glob matches; `ignore` names rules that report nothing there",
        default: "none",
    },
];

/// The keys of `[per-file."GLOB"]`.
pub(crate) const PER_FILE: &[Key<PerFile>] = &[Key {
    name: "ignore",
    kind: Kind::Rules(|entry, rules| entry.ignore = rules),
    doc: "rules that report nothing in these files",
    default: "none",
}];

/// The keys that every `[rules.NAME]` has, besides the rule's options.
pub(crate) const RULE: &[Key<Option<Severity>>] = &[Key {
    name: "severity",
    kind: Kind::Severity(|own, severity| *own = Some(severity)),
    doc: "`\"note\"`, `\"warning\"` or `\"error\"`: replaces the rule's own severity",
    default: "as on the rule's page",
}];

/// The table of keys in `docs/configuration.md`, as Markdown.
#[must_use]
pub fn documentation() -> String {
    let mut table = String::from("| Key | Value | Without it |\n|---|---|---|\n");
    for key in TOP {
        table.push_str(&format!("| `{}` | {} | {} |\n", key.name, key.doc, key.default));
    }
    table
}
