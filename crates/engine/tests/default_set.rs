//! The default set on well-kept code: fewer findings than a maintainer would switch off. docs/accuracy.md has the
//! figures.

use std::path::{Path, PathBuf};

use analyzer_diagnostics::RuleInfo;
use analyzer_engine::{Engine, Options};
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use camino::Utf8PathBuf;

/// Lines of code for each finding that is allowed.
const LINES: u64 = 400;

fn tools() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from)
}

#[test]
fn defaults_print_fewer_findings_on_well_kept_code_than_one_for_400_lines() {
    let infos: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    for name in ["django", "sqlalchemy", "apache_airflow_core"] {
        let folder = tools().join("corpora").join(name);
        assert!(folder.is_dir(), "{} is missing: run scripts/install-test-tools", folder.display());
        let root = Utf8PathBuf::from_path_buf(folder).unwrap();
        let settings = parse("", ConfigSource::Analyzer, Catalogue(&infos)).unwrap();
        let report = Engine::open(root, settings, Options::default()).unwrap().check(&[]).unwrap();
        let found = report.findings.iter().filter(|finding| !finding.suppressed).count() as u64;
        let lines = report.summary.lines;
        assert!(lines > 100_000, "{name} has {lines} lines");
        assert!(found > 0 && found < lines / LINES, "{name}: {found} findings in {lines} lines");
    }
}
