//! How `complex-function` judges a function, as its options say; `cognitive-complexity` asks it too.
//! It must not know how the numbers are counted.

use analyzer_diagnostics::Severity;
use analyzer_facts::Metrics;
use serde_json::{Value, json};

use crate::Check;

/// The option `metric`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    /// ruff's C901.
    Ruff,
    /// The mccabe package's C901.
    Mccabe,
    /// radon's cyclomatic complexity.
    Radon,
    /// Cognitive complexity.
    Cognitive,
}

/// The options of `complex-function`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// What is counted.
    pub(super) metric: Metric,
    /// Whether nested functions count on their own only.
    pub(super) separate: bool,
    /// A value above it is reported.
    pub(super) max: u32,
    /// A reported value above it is an error.
    pub(super) error: u32,
}

impl Limits {
    /// Reads the options of `complex-function`, which `check` must be of.
    pub(super) fn read(check: &Check) -> Self {
        let metric = match check.text("metric").as_str() {
            "mccabe" => Metric::Mccabe,
            "radon" => Metric::Radon,
            "cognitive" => Metric::Cognitive,
            _ => Metric::Ruff,
        };
        Self {
            metric,
            separate: check.text("nested") == "separate",
            max: check.integer("max"),
            error: check.integer("error"),
        }
    }

    /// The options of `complex-function` for another rule's look at the same file.
    pub(super) fn of_complex_function(check: &Check) -> Option<Self> {
        let rule = crate::find("complex-function")?;
        Some(Self::read(&Check { rule: &rule.info, ..*check }))
    }

    /// The chosen metric's value.
    pub(super) fn value(&self, metrics: &Metrics) -> u32 {
        match (self.metric, self.separate) {
            (Metric::Ruff, false) => metrics.ruff,
            (Metric::Ruff, true) => metrics.own_ruff,
            (Metric::Mccabe, false) => metrics.mccabe,
            (Metric::Mccabe, true) => metrics.own_mccabe,
            (Metric::Radon, _) => metrics.radon,
            (Metric::Cognitive, false) => metrics.cognitive,
            (Metric::Cognitive, true) => metrics.own_cognitive,
        }
    }

    /// How bad a value is; none for one within the limit.
    pub(super) fn severity(&self, value: u32) -> Option<Severity> {
        (value > self.max).then_some(if value > self.error { Severity::Error } else { Severity::Warning })
    }
}

/// The property `metrics`: every metric's value, nested functions included.
pub(super) fn property(metrics: &Metrics) -> Value {
    json!({
        "ruff": metrics.ruff,
        "mccabe": metrics.mccabe,
        "radon": metrics.radon,
        "cognitive": metrics.cognitive,
    })
}
