//! import-linter's contracts: `.importlinter`, `[tool.importlinter]`, or `[importlinter]` of setup.cfg.
//! It must not know other tools.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::ini::{self, Ini};
use super::{Sources, Tool};

/// A contract, as the keys of `[[layers]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AdoptedContract {
    pub(crate) name: String,
    /// `type` as `[[layers]]` has it.
    pub(crate) kind: &'static str,
    /// Lists of names, by key.
    pub(crate) lists: Vec<(&'static str, Vec<String>)>,
    /// Flags that are off, by key.
    pub(crate) off: Vec<&'static str>,
}

/// Keys and values of a contract, each value as a list.
type Keys = BTreeMap<String, Vec<String>>;

/// The configuration, if there is one.
pub(super) fn read(sources: &Sources) -> Option<Tool> {
    let (file, general, contracts) = keys(sources)?;
    let mut tool = Tool { name: "import-linter", file: file.to_owned(), ..Tool::default() };
    let says =
        |key: &str| general.get(key).and_then(|words| words.first()).is_some_and(|word| ini::is_true(word));
    let known = ["root_package", "root_packages", "exclude_type_checking_imports", "contracts"];
    tool.unmatched.extend(general.keys().filter(|key| !known.contains(&key.as_str())).cloned());
    for (at, contract) in (1..).zip(contracts) {
        let name = contract.get("name").map(|words| words.join(" ")).unwrap_or_default();
        match adopted(&name, &contract, says("exclude_type_checking_imports"), &mut tool.unmatched) {
            Some(found) => tool.contracts.push(found),
            None => {
                let kind = contract.get("type").map(|words| words.join(" ")).unwrap_or_default();
                let shown = if name.is_empty() { format!("number {at}") } else { format!("\"{name}\"") };
                tool.unmatched.push(format!("contract {shown} of type {kind}"));
            }
        }
    }
    Some(tool)
}

fn adopted(
    name: &str,
    contract: &Keys,
    no_typing: bool,
    unmatched: &mut Vec<String>,
) -> Option<AdoptedContract> {
    let list = |key: &str| contract.get(key).cloned().unwrap_or_default();
    let (kind, keys): (_, &[(&'static str, &str)]) = match contract.get("type")?.first()?.as_str() {
        "layers" => ("layers", &[("layers", "layers"), ("containers", "containers")]),
        "forbidden" => ("forbidden", &[("modules", "source_modules"), ("forbidden", "forbidden_modules")]),
        "independence" => ("independence", &[("modules", "modules")]),
        "protected" => ("protected", &[("modules", "protected_modules"), ("allowed", "allowed_importers")]),
        _ => return None,
    };
    let mut found = AdoptedContract { name: name.to_owned(), kind, ..AdoptedContract::default() };
    found.lists = keys.iter().map(|(ours, theirs)| (*ours, list(theirs))).collect();
    found.lists.push(("ignore", list("ignore_imports")));
    found.lists.retain(|(_, names)| !names.is_empty());
    if contract
        .get("allow_indirect_imports")
        .and_then(|words| words.first())
        .is_some_and(|word| ini::is_true(word))
    {
        found.off.push("chains");
    }
    if no_typing {
        found.off.push("typing");
    }
    let known = [
        "name",
        "type",
        "id",
        "ignore_imports",
        "allow_indirect_imports",
        "unmatched_ignore_imports_alerting",
    ];
    let open = contract
        .keys()
        .filter(|key| !known.contains(&key.as_str()) && !keys.iter().any(|(_, theirs)| theirs == key));
    unmatched.extend(open.map(|key| format!("{key} of the contract \"{name}\"")));
    Some(found)
}

fn keys(sources: &Sources) -> Option<(&'static str, Keys, Vec<Keys>)> {
    let own = sources.text(".importlinter").map(|text| (".importlinter", Ini::parse(&text)));
    let shared = sources.shared.iter().filter(|(name, _)| *name == "setup.cfg");
    let inis = own.iter().map(|(name, ini)| (*name, ini)).chain(shared.map(|(name, ini)| (*name, ini)));
    for (name, ini) in inis {
        if let Some(general) = ini.section("importlinter") {
            let contracts = ini.sections(|section| section.starts_with("importlinter:contract:"));
            let contracts = contracts.map(|(_, keys)| of_ini(keys)).collect();
            return Some((name, of_ini(general), contracts));
        }
    }
    let table = sources.tool("importlinter")?;
    let contracts = table.get("contracts").and_then(Value::as_array).into_iter().flatten();
    let contracts = contracts.filter_map(Value::as_table).map(of_table).collect();
    Some(("pyproject.toml", of_table(table), contracts))
}

/// Layers hold blanks and commas are no separators: values go by lines.
fn of_ini(keys: &[(String, String)]) -> Keys {
    keys.iter().map(|(key, value)| (key.clone(), ini::lines(value))).collect()
}

fn of_table(table: &Table) -> Keys {
    let value = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    };
    table.iter().map(|(key, found)| (key.clone(), value(found))).collect()
}
