//! The baseline of a project that is set up: what is found today is let be, so that CI starts green. It must not know how
//! findings are recognised again.

use analyzer_diagnostics::{BASELINE_FILE, Baseline};
use analyzer_engine::{Engine, Options, fingerprint_identity};
use analyzer_source::{Durability, atomic_write_in, files};
use camino::Utf8Path;

use crate::args::ProjectArgs;
use crate::cache;
use crate::configuration::confirm_settings;
use crate::failure::Failure;
use crate::setup::{Setup, in_pool, setup};
use crate::terminal;

use super::Step;

/// Checks the project and writes what is found, unless there is a baseline or nothing to put in it.
pub(super) fn write(root: &Utf8Path) -> Result<Step, Failure> {
    let project = ProjectArgs::default();
    let Setup { settings, custom, .. } = setup(&[root.to_owned()], &project)?;
    let name = settings.baseline.as_ref().map_or(BASELINE_FILE, |path| path.as_str()).to_owned();
    let target = root.join(&name);
    if files::exists(&target) {
        return Ok(Step::Kept(name));
    }
    let options = Options {
        cache: cache::folder(root, None)?,
        progress: terminal::progress(),
        cancel: terminal::cancel_on_interrupt(),
        custom_rules: custom,
        fingerprint_identity: fingerprint_identity(root),
        ..Options::default()
    };
    let report = in_pool(None, || {
        let engine = Engine::open(root.to_owned(), settings, options).map_err(|_| Failure::Interrupted)?;
        confirm_settings(&engine, root, &project)?;
        let report = engine.check(&[]).map_err(|_| Failure::Interrupted)?;
        // Without a cache the next run is slower, nothing else.
        let _ = engine.save_cache();
        Ok::<_, Failure>(report)
    })??;
    let baseline = Baseline::of(report.findings.iter().filter(|finding| !finding.suppressed));
    let count = baseline.count();
    if count == 0 {
        return Ok(Step::Left("nothing is found: there is no need for a baseline".to_owned()));
    }
    atomic_write_in(root, Utf8Path::new(&name), baseline.to_text().as_bytes(), Durability::Synced)?;
    let plural = if count == 1 { "" } else { "s" };
    Ok(Step::Wrote(
        name,
        vec![format!("{count} finding{plural} of today: only new ones are reported from now on")],
    ))
}
