//! The baseline of a run: where it is, what it hides, and when it is written. It must not know how findings are
//! recognised again.

use analyzer_diagnostics::{BASELINE_FILE, Baseline, BaselineEntry, Finding, Matched, Report, RuleInfo};
use analyzer_engine::{lies_in, recount};
use analyzer_project::Settings;
use analyzer_source::files;
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::output;

/// The largest baseline that is read, in bytes: that of a hundred thousand findings.
const LARGEST: u64 = 64 << 20;

/// The baseline of a project, and what of it a run can judge.
pub(crate) struct Known {
    file: Utf8PathBuf,
    /// Contents of the file, as text and as entries.
    text: String,
    baseline: Baseline,
    root: Utf8PathBuf,
    /// Paths that are reported on; empty: all.
    only: Vec<String>,
    enabled: Vec<String>,
}

impl Known {
    /// Reads the baseline that the arguments, the configuration or its default name point to; none where there is
    /// none.
    pub(crate) fn read(
        args: &CheckArgs,
        root: &Utf8Path,
        settings: &Settings,
        only: &[String],
    ) -> Result<Option<Self>, Failure> {
        if args.no_baseline {
            return Ok(None);
        }
        let (file, named) = match &args.baseline {
            Some(file) => (file.clone(), true),
            None => place(root, settings),
        };
        let mut known = Self {
            text: String::new(),
            baseline: Baseline::default(),
            root: root.to_owned(),
            only: only.to_vec(),
            enabled: settings.enabled.iter().map(ToString::to_string).collect(),
            file,
        };
        if !files::exists(&known.file) {
            return match (args.write_baseline, named || args.prune_baseline) {
                (true, _) => Ok(Some(known)),
                (false, false) => Ok(None),
                (false, true) => Err(Failure::with_help(
                    format!("there is no baseline `{}`", known.file),
                    "`analyzer check --write-baseline` makes it from today's findings",
                )),
            };
        }
        let quoted = args.baseline.is_some() || files::is_inside(root, &known.file);
        (known.text, known.baseline) = read(&known.file, quoted)?;
        Ok(Some(known))
    }

    /// The same where only these files and folders are reported on.
    pub(crate) fn reporting_on(mut self, only: Vec<String>) -> Self {
        self.only = only;
        self
    }

    /// Takes what the baseline knows out of a report, and writes it where the arguments ask for that.
    pub(crate) fn apply(
        self,
        args: &CheckArgs,
        rules: &[&RuleInfo],
        report: &mut Report,
    ) -> Result<(), Failure> {
        let (matched, kept) = self.matched(rules, &report.findings);
        let (gone, unsure) = matched.gone.partition(|entry| self.reports_on(&entry.path));
        let kept = kept.with(unsure);
        let written = if args.write_baseline {
            Some(Baseline::of(report.findings.iter().filter(|finding| finding.counts())).with(kept))
        } else {
            args.prune_baseline.then(|| matched.alive.with(kept))
        };
        if let Some(baseline) = &written {
            self.write(baseline, gone.count())?;
        } else {
            report.summary.resolved = gone.count();
        }
        let mut hidden = 0;
        for (finding, known) in report.findings.iter_mut().zip(matched.known) {
            finding.baselined = !finding.suppressed && (known || args.write_baseline);
            hidden += u32::from(finding.baselined);
        }
        if !args.show_baselined {
            report.findings.retain(|finding| !finding.baselined);
        }
        report.summary.baselined = hidden;
        recount(report);
        Ok(())
    }

    /// Which of the findings the baseline knows, in their order.
    pub(crate) fn known(&self, rules: &[&RuleInfo], findings: &[Finding]) -> Vec<bool> {
        self.matched(rules, findings).0.known
    }

    /// Matches the entries that this run can judge with the findings; also returns the other entries.
    fn matched(&self, rules: &[&RuleInfo], findings: &[Finding]) -> (Matched, Baseline) {
        let exists = |path: &str| files::is_file(&self.root.join(path));
        // A rule that is no more is never found again; one that did not run cannot be judged. A vanished file may
        // have become one that is reported on.
        let known_rule = |rule: &str| rules.iter().any(|info| info.name == rule);
        let judged = |entry: &BaselineEntry| {
            (self.enabled.contains(&entry.rule) || !known_rule(&entry.rule))
                && (self.reports_on(&entry.path) || !exists(&entry.path))
        };
        let (scope, kept) = self.baseline.clone().partition(judged);
        (scope.match_findings(findings, exists), kept)
    }

    fn reports_on(&self, path: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|target| lies_in(path, target))
    }

    fn write(&self, baseline: &Baseline, gone: u32) -> Result<(), Failure> {
        let text = baseline.to_text();
        if text != self.text {
            let place = output::Place { path: &self.file, root: &self.root };
            output::write(Some(place), |out| out.write_all(text.as_bytes()))?;
        }
        let count = baseline.count();
        let shown = self.file.strip_prefix(&self.root).unwrap_or(&self.file);
        tell!("the baseline {shown} holds {count} finding{} now", if count == 1 { "" } else { "s" });
        if gone > 0 {
            tell!("removed from it: {gone} that {} no longer found", if gone == 1 { "is" } else { "are" });
        }
        Ok(())
    }
}

/// The baseline that the configuration or its default name points to, and its file; none where there is none.
pub(crate) fn of_project(
    root: &Utf8Path,
    settings: &Settings,
) -> Result<Option<(Baseline, Utf8PathBuf)>, Failure> {
    let (file, named) = place(root, settings);
    if !named && !files::exists(&file) {
        return Ok(None);
    }
    let mut baseline = read(&file, files::is_inside(root, &file))?.1;
    baseline.entries.retain(|entry| settings.enabled.contains(entry.rule.as_str()));
    Ok(Some((baseline, file)))
}

/// Where the baseline is, and whether the configuration names it.
fn place(root: &Utf8Path, settings: &Settings) -> (Utf8PathBuf, bool) {
    match &settings.baseline {
        Some(path) => (root.join(path), true),
        None => (root.join(BASELINE_FILE), false),
    }
}

/// The text of a baseline, and what it lists. The reason why it is none quotes it only if that is wanted.
fn read(file: &Utf8Path, quoted: bool) -> Result<(String, Baseline), Failure> {
    let text = files::read_text(file, LARGEST)?;
    let baseline = Baseline::parse(&text).map_err(|error| {
        Failure::with_help(
            if quoted {
                format!("`{file}` is no baseline: {error}")
            } else {
                format!("`{file}` is no baseline")
            },
            "restore it from version control, or delete it and run `analyzer check --write-baseline`",
        )
    })?;
    Ok((text, baseline))
}
