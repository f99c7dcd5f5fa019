//! Values of rules' options: parsed from configuration against what the rule's page declares.
//! It must not know where configuration comes from.

use std::collections::BTreeMap;

use analyzer_diagnostics::OptionInfo;
use toml::de::DeValue;

/// The value of one option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptionValue {
    /// `bool`
    Bool(bool),
    /// `integer`
    Integer(i64),
    /// `string` and `choice`
    String(String),
    /// `strings`
    Strings(Vec<String>),
}

/// Why a value does not fit its option; one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionProblem(pub String);

impl OptionValue {
    /// Reads a configured value.
    ///
    /// # Errors
    /// When its type, or a choice's value, is not one that `info` declares.
    pub fn parse(info: &OptionInfo, value: &DeValue) -> Result<Self, OptionProblem> {
        let parsed = match (info.kind.as_str(), value) {
            ("bool", DeValue::Boolean(flag)) => Some(Self::Bool(*flag)),
            ("integer", DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                number.filter(|number| *number >= 0).map(Self::Integer)
            }
            ("string", DeValue::String(text)) => Some(Self::String(text.to_string())),
            ("choice", DeValue::String(text)) if info.choices.iter().any(|choice| choice == text) => {
                Some(Self::String(text.to_string()))
            }
            ("strings", DeValue::Array(items)) => {
                let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>().map(Self::Strings)
            }
            _ => None,
        };
        parsed.ok_or_else(|| {
            let expected = match info.kind.as_str() {
                "bool" => "`true` or `false`".to_owned(),
                "integer" => "a whole number from 0".to_owned(),
                "choice" => format!("one of {}", quoted(&info.choices)),
                "strings" => "a list of strings".to_owned(),
                _ => "a string".to_owned(),
            };
            OptionProblem(format!("`{}` takes {expected}", info.name))
        })
    }

    /// The declared default of an option.
    ///
    /// # Errors
    /// When the page's default does not fit its own type.
    pub fn default_of(info: &OptionInfo) -> Result<Self, OptionProblem> {
        let value = DeValue::parse(&info.default)
            .map_err(|error| OptionProblem(format!("default of `{}`: {}", info.name, error.message())))?;
        Self::parse(info, value.get_ref())
    }
}

fn quoted(choices: &[String]) -> String {
    choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ")
}

/// Configured options by rule and key; what is absent has its declared default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct RuleOptions(BTreeMap<(String, String), OptionValue>);

impl RuleOptions {
    /// Sets one option of one rule.
    pub fn set(&mut self, rule: &str, key: &str, value: OptionValue) {
        self.0.insert((rule.to_owned(), key.to_owned()), value);
    }

    /// The configured value, if there is one.
    #[must_use]
    pub fn get(&self, rule: &str, key: &str) -> Option<&OptionValue> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(rule.to_owned(), key.to_owned()))
    }
}
