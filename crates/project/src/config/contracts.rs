//! `[[layers]]`: TOML to contracts. It must not know which modules exist.

use compact_str::CompactString;
use toml::Spanned;
use toml::de::DeValue;

use super::ConfigProblem;
use super::keys::CONTRACT;
use super::read::Reader;
use crate::contracts::{Contract, ContractKind, ContractName, IgnoredImport, Layer};

impl Reader<'_> {
    /// The contracts of a list of tables.
    pub(super) fn contracts(&mut self, value: &Spanned<DeValue>) -> Vec<Contract> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "`layers` is a list of contracts: begin each with `[[layers]]`");
            return Vec::new();
        };
        let mut contracts = Vec::new();
        for item in items {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(item, "a contract is a table: begin it with `[[layers]]`");
                continue;
            };
            let mut contract = Contract::default();
            self.table(CONTRACT, table, &mut contract);
            for (key, _) in table.iter().filter(|(key, _)| !belongs(contract.kind, key.get_ref())) {
                let message =
                    format!("a contract of type \"{}\" has no `{}`", contract.kind.name(), key.get_ref());
                let of = types_with(key.get_ref());
                self.problem(
                    ConfigProblem::new(key.span(), message).help(format!("it belongs to type {of}")),
                );
            }
            for required in required(contract.kind).iter().filter(|key| !table.contains_key(**key)) {
                let kind = contract.kind.name();
                self.wrong(item, format!("a contract of type \"{kind}\" needs `{required}`"));
            }
            self.overlaps(&contract);
            contracts.push(contract);
        }
        contracts
    }

    /// Whether modules that a contract separates contain each other: then it contradicts itself.
    fn overlaps(&mut self, contract: &Contract) {
        let (what, names): (_, Vec<&ContractName>) = match contract.kind {
            ContractKind::Layers => {
                ("layer", contract.layers.iter().flat_map(|layer| &layer.modules).collect())
            }
            ContractKind::Independence => ("module", contract.modules.iter().collect()),
            ContractKind::Forbidden | ContractKind::Protected => return,
        };
        for (at, name) in names.iter().enumerate() {
            let inside = |around: &ContractName| {
                let plain = !name.name.contains('*') && !around.name.contains('*');
                let rest = name.name.strip_prefix(around.name.as_str());
                plain && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let around = names.iter().enumerate().find(|(other, around)| {
                let repeated = name.name == around.name && *other > at;
                *other != at && inside(around) && !repeated
            });
            if let Some((_, around)) = around {
                let message = if around.name == name.name {
                    format!("`{}` is listed twice in this contract", name.name)
                } else {
                    format!("`{}` lies in `{}`: a {what} cannot contain another one", name.name, around.name)
                };
                self.problem(ConfigProblem { range: name.range, ..ConfigProblem::new(0..0, message) });
            }
        }
    }

    /// Reads the kind of a contract.
    pub(super) fn contract_kind(&mut self, value: &Spanned<DeValue>, key: &str) -> Option<ContractKind> {
        let kind = value.get_ref().as_str().and_then(ContractKind::named);
        if kind.is_none() {
            let kinds = "\"layers\", \"forbidden\", \"independence\" or \"protected\"";
            self.wrong(value, format!("`{key}` takes {kinds}"));
        }
        kind
    }

    /// Names of modules.
    pub(super) fn modules(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<ContractName> {
        let strings = self.strings(value, key);
        strings.into_iter().filter_map(|(text, span)| self.module(&text, span)).collect()
    }

    /// Layers, each of one or several modules.
    pub(super) fn layers(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<Layer> {
        let mut layers = Vec::new();
        for (text, span) in self.strings(value, key) {
            let independent = !text.contains(':');
            if !independent && text.contains('|') {
                let message = "a layer parts its modules by `|` or by `:`, not by both";
                self.problem(ConfigProblem::new(span, message));
                continue;
            }
            let mut layer = Layer { modules: Vec::new(), independent, optional: false };
            for part in text.split(['|', ':']).map(str::trim) {
                let inner = part.strip_prefix('(').and_then(|part| part.strip_suffix(')'));
                layer.optional |= inner.is_some();
                layer.modules.extend(self.module(inner.unwrap_or(part).trim(), span.clone()));
            }
            layers.push(layer);
        }
        layers
    }

    /// Imports that count for nothing.
    pub(super) fn imports(&mut self, value: &Spanned<DeValue>, key: &str) -> Vec<IgnoredImport> {
        let mut imports = Vec::new();
        for (text, span) in self.strings(value, key) {
            let Some((from, to)) = text.split_once("->") else {
                let message = format!("`{key}` takes imports, such as \"a.b -> c.d\"");
                self.problem(ConfigProblem::new(span, message));
                continue;
            };
            let (from, to) = (self.module(from.trim(), span.clone()), self.module(to.trim(), span));
            if let (Some(from), Some(to)) = (from, to) {
                imports.push(IgnoredImport { from: from.name, to: to.name });
            }
        }
        imports
    }

    fn module(&mut self, text: &str, span: std::ops::Range<usize>) -> Option<ContractName> {
        let part = |part: &str| {
            matches!(part, "*" | "**")
                || !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        };
        if text.split('.').all(part) {
            let range = ConfigProblem::new(span, "").range;
            return Some(ContractName { name: CompactString::new(text), range });
        }
        let problem = ConfigProblem::new(span, format!("`{text}` is no name of a module"));
        self.problem(problem.help("write it as imports do, such as `app.web`"));
        None
    }
}

/// The keys that a contract of a type cannot do without.
const fn required(kind: ContractKind) -> &'static [&'static str] {
    match kind {
        ContractKind::Layers => &["layers"],
        ContractKind::Forbidden => &["modules", "forbidden"],
        ContractKind::Independence | ContractKind::Protected => &["modules"],
    }
}

/// Whether a contract of a type has a key; keys that no type has are reported already.
fn belongs(kind: ContractKind, key: &str) -> bool {
    match key {
        "layers" | "containers" => kind == ContractKind::Layers,
        "modules" => kind != ContractKind::Layers,
        "forbidden" => kind == ContractKind::Forbidden,
        "allowed" => kind == ContractKind::Protected,
        "chains" => kind != ContractKind::Protected,
        _ => true,
    }
}

/// The types that have a key, in words.
fn types_with(key: &str) -> String {
    let all =
        [ContractKind::Layers, ContractKind::Forbidden, ContractKind::Independence, ContractKind::Protected];
    let names: Vec<String> = all
        .into_iter()
        .filter(|kind| belongs(*kind, key))
        .map(|kind| format!("\"{}\"", kind.name()))
        .collect();
    names.join(" or ")
}
