//! `complex-function`: functions with more paths than anyone follows.
//! It must not know how the paths are counted; the facts hold the numbers.

use analyzer_diagnostics::Diagnostic;

use super::metric::{Limits, Metric, property};
use crate::Check;

/// Reports functions whose complexity lies above `max`.
pub fn complex_function(check: &Check, out: &mut Vec<Diagnostic>) {
    let limits = Limits::read(check);
    let severities = limits.severities(&check.facts.scopes);
    for ((id, scope), severity) in (0..).zip(&check.facts.scopes).zip(severities) {
        let (Some(metrics), Some(severity)) = (&scope.metrics, severity) else { continue };
        let value = limits.value(metrics);
        let inner = value.saturating_sub(limits.own(metrics));
        let kind = if limits.metric == Metric::Cognitive { "cognitive" } else { "cyclomatic" };
        let message = format!("`{}` has a {kind} complexity of {value} (limit {})", scope.name, limits.max);
        let mut found = check.diagnostic(scope.name_range, message).note(what_counts(limits.metric));
        found.severity = severity;
        if inner > 0 {
            found = found.note(format!("functions defined inside it add {inner} of these"));
        }
        out.push(
            found
                .help(
                    "extract steps of it into functions of their own, return early instead of nesting, \
                     or replace chains of branches by a table",
                )
                .tier(scope.tier)
                .property("function", check.facts.qualified_name(id))
                .property("complexity", value)
                .property("hotspot", hotspot(value, limits.max, metrics.lines))
                .property("metrics", property(metrics)),
        );
    }
}

/// How much a function stands out, with one decimal: by how much it exceeds the limit, and how long it is. Whoever knows
/// how often its file changes multiplies it by that.
fn hotspot(value: u32, max: u32, lines: u32) -> f64 {
    let rank = f64::from(value.saturating_sub(max)) * f64::from(lines.max(2)).log2();
    (rank * 10.0).round() / 10.0
}

/// Constructs that make a metric grow, in one line.
fn what_counts(metric: Metric) -> &'static str {
    match metric {
        Metric::Ruff => {
            "each `if`, `elif`, loop, handler, `else` of a `try`, `case` and nested function is one more path \
             to follow and to test (counted as ruff's C901)"
        }
        Metric::Mccabe => {
            "each `if`, `elif`, loop, `try`, handler and nested function is one more path to follow and to test \
             (counted as the mccabe package does)"
        }
        Metric::Radon => {
            "each `if`, `elif`, loop, `else` of a loop or `try`, handler, `case`, `and`, `or`, conditional \
             expression, comprehension and `assert` is one more path to follow and to test (counted as radon does)"
        }
        Metric::Cognitive => {
            "each break in the straight line of reading counts 1, and a branch or loop 1 more for each level \
             that it is nested in"
        }
    }
}
