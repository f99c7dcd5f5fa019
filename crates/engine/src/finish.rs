//! Diagnostics to findings: configuration applied, places resolved, fingerprints added.
//! It must not run rules, nor know output formats.

use std::cell::OnceCell;
use std::sync::Arc;

use analyzer_diagnostics::{
    Anchor, Diagnostic, Finding, LineHashes, Related, RelatedLocation, RuleInfo, Tier, fingerprint,
    normalised_snippet,
};
use analyzer_facts::{Covering, FileFacts, SuppressionOrigin};
use analyzer_project::Settings;
use globset::{Glob, GlobMatcher};
use rustc_hash::FxHashMap;

use crate::locate::LocatedText;
use crate::suppress::{RULE as UNUSED_SUPPRESSION, Suppressor};

/// Texts of other files, for related locations.
pub(crate) trait Texts {
    /// The text of a file, if it can be read.
    fn text(&self, path: &str) -> Option<Arc<LocatedText>>;
}

/// Turns diagnostics into findings, under one configuration.
pub(crate) struct Finisher<'a> {
    settings: &'a Settings,
    rules: FxHashMap<&'a str, &'a RuleInfo>,
    catalogue: Vec<&'a RuleInfo>,
    per_file: Vec<(GlobMatcher, usize)>,
    line_hashes: bool,
}

impl<'a> Finisher<'a> {
    /// `line_hashes` says whether code scanning's hash of each finding's line is wanted.
    pub(crate) fn new(settings: &'a Settings, rules: &[&'a RuleInfo], line_hashes: bool) -> Self {
        let globs = settings.per_file.iter().enumerate();
        Self {
            settings,
            catalogue: rules.to_vec(),
            rules: rules.iter().map(|rule| (rule.name.as_str(), *rule)).collect(),
            per_file: globs
                .filter_map(|(index, entry)| Some((Glob::new(&entry.glob).ok()?.compile_matcher(), index)))
                .collect(),
            line_hashes,
        }
    }

    /// Whether a file may have findings although no rule reports any: a suppression may be unused.
    pub(crate) fn looks_at(&self, facts: Option<&FileFacts>) -> bool {
        let own =
            |facts: &FileFacts| facts.suppressions.iter().any(|one| one.origin == SuppressionOrigin::Own);
        facts.is_some_and(own) && self.settings.enabled.contains(UNUSED_SUPPRESSION)
    }

    /// The findings of one file, sorted by range and rule; what comments silence is marked.
    pub(crate) fn findings(
        &self,
        file: &LocatedText,
        path: &Arc<str>,
        facts: Option<&FileFacts>,
        mut diagnostics: Vec<Diagnostic>,
        texts: &dyn Texts,
    ) -> Vec<Finding> {
        let ignored: Vec<usize> = self
            .per_file
            .iter()
            .filter(|(glob, _)| glob.is_match(&**path))
            .map(|(_, index)| *index)
            .collect();
        let reports = |rule: &str| {
            self.settings.enabled.contains(rule)
                && !ignored.iter().any(|&index| self.settings.per_file[index].ignore.contains(rule))
        };
        diagnostics.retain(|diagnostic| reports(&diagnostic.rule));
        let suppressor = Suppressor { rules: &self.catalogue, text: file.text(), reports: &reports };
        let mut diagnostics = suppressor.apply(facts, diagnostics);
        diagnostics.retain(|(diagnostic, _)| !diagnostic.elsewhere);
        diagnostics
            .sort_by(|(a, _), (b, _)| (a.range, &a.rule, &a.message).cmp(&(b.range, &b.rule, &b.message)));
        let last = diagnostics.iter().map(|(diagnostic, _)| diagnostic.range.start).max();
        let hashes = match last {
            Some(last) if self.line_hashes => {
                let line = file.location(analyzer_facts::TextRange::new(last, last)).start.line;
                Some(LineHashes::up_to(file.text(), line))
            }
            _ => None,
        };
        let definitions = OnceCell::new();
        let mut seen = FxHashMap::default();
        let finish = |(diagnostic, suppressed)| {
            let mut finding = self.finish(
                file,
                path,
                facts.map(|facts| (facts, &definitions)),
                diagnostic,
                texts,
                &mut seen,
            );
            finding.suppressed = suppressed;
            if let Some(hash) = hashes.as_ref().and_then(|hashes| hashes.get(finding.location.start.line)) {
                finding.line_hash = hash;
            }
            finding
        };
        diagnostics.into_iter().map(finish).collect()
    }

    fn finish(
        &self,
        file: &LocatedText,
        path: &Arc<str>,
        facts: Option<(&FileFacts, &OnceCell<Covering>)>,
        diagnostic: Diagnostic,
        texts: &dyn Texts,
        seen: &mut FxHashMap<(String, String, String), u32>,
    ) -> Finding {
        let rule = self.rules.get(diagnostic.rule.as_str());
        let precision = rule.map_or(analyzer_diagnostics::Precision::Medium, |rule| rule.precision);
        let keyed = matches!(diagnostic.anchor, Anchor::Key(_));
        let place = if matches!(diagnostic.anchor, Anchor::Project(_)) { "" } else { &**path };
        let (qualified_name, anchor) = match diagnostic.anchor {
            Anchor::Key(key) | Anchor::Project(key) => (String::new(), key),
            Anchor::Snippet => {
                let scope = facts.map(|(facts, definitions)| {
                    let definitions = definitions.get_or_init(|| facts.definitions());
                    facts.qualified_name(facts.scope_at(definitions, diagnostic.range.start))
                });
                (scope.unwrap_or_default(), normalised_snippet(diagnostic.range.slice(file.text())))
            }
        };
        let identity = (diagnostic.rule.to_string(), qualified_name, anchor);
        let ordinal = seen.entry(identity.clone()).and_modify(|count| *count += 1).or_insert(0);
        let nameless = if keyed { without_module(&identity.2, path) } else { identity.2.clone() };
        let mut properties = diagnostic.properties;
        properties.insert("parseTier", diagnostic.tier.as_str().into());
        Finding {
            severity: self.settings.severity.get(&diagnostic.rule).copied().unwrap_or(diagnostic.severity),
            precision: if diagnostic.tier == Tier::A { precision } else { precision.lowered() },
            tier: diagnostic.tier,
            message: diagnostic.message,
            location: file.location(diagnostic.range),
            source: file.source(diagnostic.range),
            related: diagnostic
                .related
                .into_iter()
                .map(|related| self.related(file, path, related, texts))
                .collect(),
            notes: diagnostic.notes,
            help: diagnostic.help,
            properties,
            fix_locations: (diagnostic.fix.iter().chain(&diagnostic.safe_fix))
                .flat_map(|fix| &fix.edits)
                .map(|edit| file.location(edit.range))
                .collect(),
            fix: diagnostic.fix,
            safe_fix: diagnostic.safe_fix,
            fingerprint: fingerprint(&identity.0, place, &identity.1, &identity.2, *ordinal),
            identity: fingerprint(&identity.0, "", &identity.1, &nameless, 0),
            line_hash: String::new(),
            suppressed: false,
            baselined: false,
            rule: diagnostic.rule,
        }
    }

    fn related(
        &self,
        file: &LocatedText,
        path: &Arc<str>,
        related: Related,
        texts: &dyn Texts,
    ) -> RelatedLocation {
        let other = if related.path == *path { None } else { texts.text(&related.path) };
        let fallback;
        let place = match &other {
            Some(other) => &**other,
            None if related.path == *path => file,
            None => {
                fallback = LocatedText::new(Arc::clone(&related.path), "".into());
                &fallback
            }
        };
        RelatedLocation {
            location: place.location(related.range),
            message: related.message,
            source: place.source(related.range),
        }
    }
}

/// A rule's key with the name of the file's own module left open, such as `* -> p.b` of `p.a -> p.b` in p/a.py: it
/// stays when the file is renamed.
fn without_module(key: &str, path: &str) -> String {
    let stem = path.strip_suffix(".py").or_else(|| path.strip_suffix(".pyi")).unwrap_or(path);
    let dotted = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
    let is_own = |word: &str| {
        dotted.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let words: Vec<&str> = key.split(' ').map(|word| if is_own(word) { "*" } else { word }).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_module;

    #[test]
    fn a_key_stays_when_its_file_is_renamed() {
        assert_eq!(without_module("p.a -> p.b", "src/p/a.py"), "* -> p.b");
        assert_eq!(without_module("p -> p.b", "p/__init__.py"), "* -> p.b");
        assert_eq!(without_module("other.a -> p.b", "src/p/a.py"), "other.a -> p.b");
        assert_eq!(without_module("file", "p/a.py"), "file");
    }
}
