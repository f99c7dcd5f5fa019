//! The JSON schema of the configuration, made from the tables that the reader uses and from the rules' options.
//! It must not know files. Draft 7: what editors' TOML support understands.

use analyzer_diagnostics::{OptionInfo, RuleInfo, Severity};
use serde_json::{Map, Value, json};

use super::keys::{CONTRACT, Key, Kind, PER_FILE, RULE, TOP};
use super::{Catalogue, MOST_BYTES};

/// The schema of `analyzer.toml`, and of `[tool.analyzer]` in a `pyproject.toml`.
#[must_use]
pub fn schema(rules: Catalogue) -> Value {
    let mut schema = object(TOP, rules);
    let head = [
        ("$schema", json!("http://json-schema.org/draft-07/schema#")),
        ("title", json!("analyzer.toml")),
        ("description", json!("Configuration of analyzer, static analysis of Python repositories.")),
        ("definitions", json!({"severity": severity(), "rule-selector": selector(rules)})),
    ];
    schema.extend(head.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(schema)
}

/// An object that has these keys and no others.
fn object<T>(keys: &[Key<T>], rules: Catalogue) -> Map<String, Value> {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut value = kind(&key.kind, rules);
            value.insert("description".to_owned(), sentence(key.doc).into());
            (key.name.to_owned(), Value::Object(value))
        })
        .collect();
    let mut object = Map::new();
    object.insert("type".to_owned(), "object".into());
    object.insert("additionalProperties".to_owned(), false.into());
    object.insert("properties".to_owned(), Value::Object(properties));
    object
}

fn kind<T>(kind: &Kind<T>, rules: Catalogue) -> Map<String, Value> {
    let value = match kind {
        Kind::Rules(_) => json!({"type": "array", "items": {"$ref": "#/definitions/rule-selector"}}),
        Kind::Globs(_) => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Folders(_) => {
            json!({"type": "array", "items": {"type": "string", "not": {"pattern": "^/|(^|/)\\.\\.(/|$)"}}})
        }
        Kind::Flag(_) => json!({"type": "boolean"}),
        Kind::Bytes(_) => json!({"type": "integer", "minimum": 1, "maximum": MOST_BYTES}),
        Kind::File(_) => json!({"type": "string", "minLength": 1}),
        Kind::Version(_) => json!({"type": "string", "pattern": "^(3\\.[0-9]{1,3}|2\\.7)$"}),
        Kind::Copies(_) => json!({"enum": ["fold", "report"]}),
        // Siblings of `$ref` are ignored in draft 7.
        Kind::Severity(_) => json!({"allOf": [{"$ref": "#/definitions/severity"}]}),
        Kind::RuleTables(_) => rule_tables(rules),
        Kind::FileTables(_) => json!({"type": "object", "additionalProperties": object(PER_FILE, rules)}),
        Kind::Contracts(_) => json!({"type": "array", "items": object(CONTRACT, rules)}),
        Kind::Text(_) => json!({"type": "string"}),
        Kind::Contract(_) => json!({"enum": ["layers", "forbidden", "independence", "protected"]}),
        Kind::Modules(_) => json!({
            "type": "array",
            "items": {"type": "string", "pattern": "^[^\\s.]+(\\.[^\\s.]+)*$"},
        }),
        Kind::Layers(_) => json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
        Kind::Imports(_) => json!({"type": "array", "items": {"type": "string", "pattern": "->"}}),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A table for each rule that is known; the names of a repository's own rules are not.
fn rule_tables(rules: Catalogue) -> Value {
    let tables: Map<String, Value> =
        rules.0.iter().map(|rule| (rule.name.clone(), rule_table(rule, rules))).collect();
    json!({
        "type": "object",
        "properties": tables,
        "patternProperties": {"^[a-z][a-z0-9-]*$": {"type": "object"}},
        "additionalProperties": false,
    })
}

fn rule_table(rule: &RuleInfo, rules: Catalogue) -> Value {
    let mut table = object(RULE, rules);
    if let Some(Value::Object(properties)) = table.get_mut("properties") {
        properties.extend(rule.options.iter().map(|info| (info.name.clone(), option(info))));
    }
    table.insert("description".to_owned(), rule.summary.as_str().into());
    Value::Object(table)
}

fn option(info: &OptionInfo) -> Value {
    let mut value = match info.kind.as_str() {
        "bool" => json!({"type": "boolean"}),
        "integer" => json!({"type": "integer", "minimum": 0}),
        "choice" => json!({"enum": info.choices}),
        "strings" => json!({"type": "array", "items": {"type": "string"}}),
        _ => json!({"type": "string"}),
    };
    if let Value::Object(map) = &mut value {
        map.insert("description".to_owned(), info.doc.as_str().into());
        // A default in TOML is one in JSON too, but for literal strings.
        let json = info.default.replace('\'', "\"");
        if let Ok(default) = serde_json::from_str::<Value>(&json) {
            map.insert("default".to_owned(), default);
        }
    }
    value
}

fn severity() -> Value {
    let names = [Severity::Note, Severity::Warning, Severity::Error].map(Severity::as_str);
    json!({"enum": names})
}

/// Known names first, for completion; a repository's own rules have others.
fn selector(rules: Catalogue) -> Value {
    let mut names: Vec<&str> =
        rules.0.iter().flat_map(|rule| [rule.name.as_str(), rule.family.as_str()]).collect();
    names.push("ALL");
    names.sort_unstable();
    names.dedup();
    json!({
        "description": "The name of a rule or of a family, or ALL.",
        "anyOf": [{"enum": names}, {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}],
    })
}

/// A key's documentation as plain text with a capital and a full stop.
fn sentence(doc: &str) -> String {
    let plain = doc
        .replace('`', "")
        .replace("[baseline](baseline.md)", "baseline")
        .replace("; see [below](#contracts)", "")
        .replace("; see [below](#copies)", "");
    let mut chars = plain.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
