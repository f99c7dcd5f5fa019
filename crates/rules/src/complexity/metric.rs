//! How `complex-function` judges a function, as its options say; `cognitive-complexity` asks it too.
//! It must not know how the numbers are counted.

use analyzer_diagnostics::Severity;
use analyzer_facts::{Metrics, Scope};
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

/// The option `nested`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nested {
    /// They count towards the function around them, which is judged by what is its own, too.
    Weighed,
    /// They count towards the function around them, as in the tool that the metric is named after.
    Included,
    /// They count on their own only.
    Separate,
}

/// The options of `complex-function`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The metric that is counted.
    pub(super) metric: Metric,
    /// The effect of nested functions on the function around them.
    nested: Nested,
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
        let nested = match check.text("nested").as_str() {
            "included" => Nested::Included,
            "separate" => Nested::Separate,
            _ => Nested::Weighed,
        };
        Self { metric, nested, max: check.integer("max"), error: check.integer("error") }
    }

    /// The options of `complex-function` for another rule's look at the same file.
    pub(super) fn of_complex_function(check: &Check) -> Option<Self> {
        let rule = crate::find("complex-function")?;
        Some(Self::read(&Check { rule: &rule.info, ..*check }))
    }

    /// The chosen metric's value.
    pub(super) fn value(&self, metrics: &Metrics) -> u32 {
        match (self.nested, self.metric) {
            (Nested::Separate, _) => self.own(metrics),
            (_, Metric::Ruff) => metrics.ruff,
            (_, Metric::Mccabe) => metrics.mccabe,
            (_, Metric::Radon) => metrics.radon,
            (_, Metric::Cognitive) => metrics.cognitive,
        }
    }

    /// The chosen metric's value without what nested functions add.
    pub(super) fn own(&self, metrics: &Metrics) -> u32 {
        match self.metric {
            Metric::Ruff => metrics.own_ruff,
            Metric::Mccabe => metrics.own_mccabe,
            Metric::Radon => metrics.radon,
            Metric::Cognitive => metrics.own_cognitive,
        }
    }

    /// How bad each scope of a file is, in their order; none for what is not reported.
    pub(super) fn severities(&self, scopes: &[Scope]) -> Vec<Option<Severity>> {
        let mut found = vec![None; scopes.len()];
        // By scope, the counts of those inside it that are not reported themselves. A scope comes after the one around it.
        let mut inside = vec![0_u32; scopes.len()];
        for (at, scope) in scopes.iter().enumerate().rev() {
            let mut weight = inside.get(at).copied().unwrap_or_default();
            if let Some(metrics) = &scope.metrics {
                weight = weight.saturating_add(self.own(metrics)).min(self.value(metrics));
                let severity = self.severity(metrics, weight);
                if severity.is_some() {
                    weight = 0;
                }
                if let Some(slot) = found.get_mut(at) {
                    *slot = severity;
                }
            }
            if let Some(around) = inside.get_mut(scope.parent as usize) {
                *around = around.saturating_add(weight);
            }
        }
        found
    }

    /// How bad a function is whose own code and unreported nested functions count `weight`.
    fn severity(&self, metrics: &Metrics, weight: u32) -> Option<Severity> {
        let (value, own) = (self.value(metrics), self.own(metrics));
        if value <= self.max {
            return None;
        }
        // Without a limit the values of all functions are asked for.
        if own > self.max || self.max == 0 || self.nested == Nested::Included {
            return Some(if value > self.error { Severity::Error } else { Severity::Warning });
        }
        // A function that decides little itself, such as a decorator or a factory, is as hard as each of those that it defines.
        (weight > self.max && own.saturating_mul(2) > self.max).then_some(Severity::Note)
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
