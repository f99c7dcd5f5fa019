//! Every key of the configuration, once: what reads it, what its documentation says, what its schema demands.
//! It must not know TOML or JSON.

use std::collections::BTreeSet;

use analyzer_diagnostics::Severity;
use compact_str::CompactString;

use super::{Copies, PerFile, PythonVersion, Settings};
use crate::contracts::{Contract, ContractKind, ContractName, IgnoredImport, Layer};

/// One key of a table.
pub(crate) struct Key<T: 'static> {
    /// As it is written; `[rules.NAME]` has the key `rules`.
    pub name: &'static str,
    /// The type of its value, and where that goes.
    pub kind: Kind<T>,
    /// Its purpose, in Markdown, without a full stop.
    pub doc: &'static str,
    /// Its default, in Markdown.
    pub default: &'static str,
}

/// The type of a key's value, with the function that puts it into a `T`.
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
    /// `fold` or `report`.
    Copies(fn(&mut T, Copies)),
    /// The name of a severity.
    Severity(fn(&mut T, Severity)),
    /// A table for each rule: [`RULE`] and the rule's own options.
    RuleTables(fn(&mut T) -> &mut Settings),
    /// A table for each glob: [`PER_FILE`].
    FileTables(fn(&mut T) -> &mut Settings),
    /// A list of tables: [`CONTRACT`].
    Contracts(fn(&mut T) -> &mut Settings),
    /// Any text.
    Text(fn(&mut T, String)),
    /// The kind of a contract.
    Contract(fn(&mut T, ContractKind)),
    /// A list of names of modules.
    Modules(fn(&mut T, Vec<ContractName>)),
    /// A list of layers.
    Layers(fn(&mut T, Vec<Layer>)),
    /// A list of imports, each as `a -> b`.
    Imports(fn(&mut T, Vec<IgnoredImport>)),
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
        default: "none; `.git`, `.venv`, `node_modules`, `vendor`, `build` and the like are left out all the same",
    },
    Key {
        name: "include",
        kind: Kind::Globs(|draft, globs| draft.settings.include = globs),
        doc: "globs of folders that are analysed although their names leave them out, such as `[\"shop/vendor\"]`",
        default: "none",
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
        doc: "bytes, at most 16777216; a larger file is skipped and reported",
        default: "1048576",
    },
    Key {
        name: "respect-gitignore",
        kind: Kind::Flag(|draft, flag| draft.settings.respect_gitignore = flag),
        doc: "whether files that git ignores are left out",
        default: "`true`",
    },
    Key {
        name: "churn",
        kind: Kind::Flag(|draft, flag| draft.settings.churn = flag),
        doc: "whether git is asked how often files changed, to rank complex functions",
        default: "`true`",
    },
    Key {
        name: "copies",
        kind: Kind::Copies(|draft, copies| draft.settings.copies = copies),
        doc: "`\"fold\"` or `\"report\"`: whether a folder that is a copy of another is one finding, or its files are files like all others; see [below](#copies)",
        default: "`\"fold\"`",
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
    Key {
        name: "layers",
        kind: Kind::Contracts(|draft| &mut draft.settings),
        doc: "`[[layers]]`: a contract on who may import whom; see [below](#contracts)",
        default: "none",
    },
];

/// The keys of `[[layers]]`.
pub(crate) const CONTRACT: &[Key<Contract>] = &[
    Key {
        name: "name",
        kind: Kind::Text(|contract, name| contract.name = name),
        doc: "what people call the contract; messages quote it",
        default: "none",
    },
    Key {
        name: "type",
        kind: Kind::Contract(|contract, kind| contract.kind = kind),
        doc: "`\"layers\"`, `\"forbidden\"`, `\"independence\"` or `\"protected\"`",
        default: "`\"layers\"`",
    },
    Key {
        name: "layers",
        kind: Kind::Layers(|contract, layers| contract.layers = layers),
        doc: "of `layers`: from the highest to the lowest; `a | b` are two that must not import each other, `a : b` two that may, `(a)` need not exist",
        default: "required",
    },
    Key {
        name: "containers",
        kind: Kind::Modules(|contract, modules| contract.containers = modules),
        doc: "of `layers`: packages that each hold the layers, whose names are then relative to them",
        default: "none: the layers' names are absolute",
    },
    Key {
        name: "modules",
        kind: Kind::Modules(|contract, modules| contract.modules = modules),
        doc: "of the other types: the modules that must not import, are independent, or are protected",
        default: "required",
    },
    Key {
        name: "forbidden",
        kind: Kind::Modules(|contract, modules| contract.forbidden = modules),
        doc: "of `forbidden`: what `modules` must not import",
        default: "required",
    },
    Key {
        name: "allowed",
        kind: Kind::Modules(|contract, modules| contract.allowed = modules),
        doc: "of `protected`: who may import `modules`",
        default: "none may",
    },
    Key {
        name: "ignore",
        kind: Kind::Imports(|contract, imports| contract.ignore = imports),
        doc: "imports that count for nothing, as `\"a.b -> c.d\"`; `*` stands for one part of a name, `**` for one or more",
        default: "none",
    },
    Key {
        name: "chains",
        kind: Kind::Flag(|contract, flag| contract.chains = flag),
        doc: "whether imports through other modules count; `protected` only knows direct ones",
        default: "`true`",
    },
    Key {
        name: "typing",
        kind: Kind::Flag(|contract, flag| contract.typing = flag),
        doc: "whether imports under `if TYPE_CHECKING:` count",
        default: "`true`",
    },
    Key {
        name: "deferred",
        kind: Kind::Flag(|contract, flag| contract.deferred = flag),
        doc: "whether imports inside functions count",
        default: "`true`",
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
    table(TOP)
}

/// The table of the keys of `[[layers]]` there.
#[must_use]
pub fn contract_documentation() -> String {
    table(CONTRACT)
}

fn table<T>(keys: &[Key<T>]) -> String {
    let mut table = String::from("| Key | Value | Without it |\n|---|---|---|\n");
    for key in keys {
        // A bar would end the cell.
        let doc = key.doc.replace('|', "\\|");
        table.push_str(&format!("| `{}` | {doc} | {} |\n", key.name, key.default));
    }
    table
}
