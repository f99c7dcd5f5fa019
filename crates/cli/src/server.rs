//! `analyzer server`: the language server, with projects and configuration found as for every other command.
//! It must not know the protocol.

use std::sync::Arc;

use analyzer_engine::Options;
use analyzer_project::Settings;
use analyzer_rules::Rule;
use analyzer_server::{BrokenFile, Configuration, ConfigurationFailure, Host};
#[cfg(debug_assertions)]
use analyzer_source::environment;
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::ProjectArgs;
use crate::baseline;
use crate::cache;
use crate::configuration::read_settings;
use crate::failure::Failure;
use crate::own_rules;
use crate::root::{Mark, Root, is_nobodys, root_of};

/// Serves until the client ends the session; the exit code.
pub(crate) fn serve() -> u8 {
    analyzer_server::serve(Arc::new(Disk))
}

/// Projects as they lie on disk.
struct Disk;

impl Host for Disk {
    fn root_of(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        let Root { folder, mark } = root_of(folder).ok()?;
        // Nobody's project by accident: an editor that is started there names it without meaning it.
        let weakest = if is_nobodys(&folder) { Mark::Configuration } else { Mark::Project };
        (mark <= weakest).then_some(folder)
    }

    fn configuration(&self, root: &Utf8Path) -> Result<Configuration, ConfigurationFailure> {
        let args = ProjectArgs::default();
        let custom = own_rules::load(root).map_err(failure)?;
        let settings = read_settings(root, &args, &custom).map_err(failure)?;
        let options = Options {
            cache: cache::folder(root, None).map_err(failure)?,
            custom_rules: Arc::clone(&custom),
            fingerprint_identity: analyzer_engine::fingerprint_identity(root),
            #[cfg(debug_assertions)]
            probe: environment::variable("ANALYZER_TEST_DEFECT").map(|_| defect as fn(&str)),
            ..Options::default()
        };
        let baseline = baseline::of_project(root, &settings).map_err(failure)?;
        Ok(Configuration { settings, custom, options, baseline })
    }

    fn without_project(&self) -> Settings {
        let alone = |rule: &&Rule| rule.info.scope == analyzer_diagnostics::Scope::File;
        let names = analyzer_rules::all().iter().filter(alone).map(|rule| rule.info.name.as_str().into());
        Settings::with_rules(names.collect())
    }

    #[cfg(debug_assertions)]
    fn before(&self, request: &str) {
        if environment::variable("ANALYZER_TEST_DELAY").as_deref() == Some(request) {
            std::thread::sleep(std::time::Duration::from_secs(2));
        }
        static WAS_MET: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
        let is_meant = environment::variable("ANALYZER_TEST_DEFECT").as_deref() == Some(request);
        if is_meant && !WAS_MET.swap(true, std::sync::atomic::Ordering::SeqCst) {
            defect(request);
        }
    }
}

/// Stands for a defect in the rule that the environment names; only where the program is built for tests.
#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "a panic is what it stands for")]
fn defect(rule: &str) {
    if environment::variable("ANALYZER_TEST_DEFECT").as_deref() == Some(rule) {
        std::panic::panic_any("a defect that a test asked for");
    }
}

/// Why a configuration cannot be used, for a client that shows files itself.
fn failure(failure: Failure) -> ConfigurationFailure {
    let mut message = String::new();
    let mut files = Vec::new();
    let mut open = vec![failure];
    while let Some(failure) = open.pop() {
        let line = match failure {
            Failure::Several(several) => {
                open.extend(several.into_iter().rev());
                continue;
            }
            Failure::Message { message, .. } => message,
            Failure::Interrupted => "interrupted".to_owned(),
            Failure::Config { path, text, problems } => {
                let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
                let line = format!("{path}: {first}");
                files.push(BrokenFile { path, text, problems });
                line
            }
        };
        if message.is_empty() {
            message = line;
        }
    }
    ConfigurationFailure { message, files }
}
