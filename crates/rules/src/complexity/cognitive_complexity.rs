//! `cognitive-complexity`: functions that are hard to read, by how deeply they are nested.
//! It must not know how the numbers are counted; the facts hold them.

use analyzer_diagnostics::Diagnostic;

use super::metric::{Limits, Metric, property};
use crate::Check;

/// Reports functions whose cognitive complexity lies above `max`, unless `complex-function` reports them already.
pub fn cognitive_complexity(check: &Check, out: &mut Vec<Diagnostic>) {
    // One finding a function is enough.
    let cyclomatic =
        Limits::of_complex_function(check).filter(|_| check.enabled.contains("complex-function"));
    if cyclomatic.is_some_and(|limits| limits.metric == Metric::Cognitive) {
        return;
    }
    let max = check.integer("max");
    let scopes = &check.facts.scopes;
    let reported = cyclomatic.map(|limits| limits.severities(scopes)).unwrap_or_default();
    for (at, scope) in scopes.iter().enumerate() {
        let Some(metrics) = &scope.metrics else { continue };
        let value = metrics.cognitive;
        // Inner functions are judged by themselves, without the level that the function around them adds.
        if metrics.own_cognitive <= max || reported.get(at).is_some_and(Option::is_some) {
            continue;
        }
        let message = format!("`{}` has a cognitive complexity of {value} (limit {max})", scope.name);
        let found = check.diagnostic(scope.name_range, message).note(
            "each break in the straight line of reading counts 1, and a branch or loop 1 more for each level \
             that it is nested in",
        );
        out.push(
            found
                .help(
                    "return or continue early to save a level of nesting, name long conditions, \
                     and extract the body of the innermost loop",
                )
                .tier(scope.tier)
                .property("complexity", value)
                .property("metrics", property(metrics)),
        );
    }
}
