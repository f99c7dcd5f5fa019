//! `cargo xtask schema`: writes what is made from the tables of the configuration's keys, the JSON schema and the
//! table in the contract_documentation, documentation, or checks that both are up to date.

use std::path::{Path, PathBuf};

use analyzer_diagnostics::RuleInfo;
use analyzer_project::config::{Catalogue, contract_documentation, documentation, schema};
use anyhow::Context as _;

/// Writes or checks the files that are made from the configuration's keys.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Compare with the committed files and fail on any difference, instead of writing.
    #[arg(long)]
    check: bool,
    /// Folder of the repository.
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

const SCHEMA: &str = "analyzer.schema.json";
const PAGE: &str = "docs/configuration.md";
/// Comments around the tables in [`PAGE`], in their order.
const BEGIN: &str = "<!-- keys: written by `cargo xtask schema` -->\n";
const END: &str = "<!-- /keys -->\n";

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let page = std::fs::read_to_string(args.root.join(PAGE)).with_context(|| format!("reading {PAGE}"))?;
    let files = [(SCHEMA, schema_text()?), (PAGE, with_tables(&page)?)];
    for (name, text) in files {
        let path = args.root.join(name);
        if !differs(&path, &text) {
            continue;
        }
        anyhow::ensure!(!args.check, "{name} is not up to date; run `cargo xtask schema`");
        std::fs::write(&path, text).with_context(|| format!("writing {name}"))?;
    }
    Ok(())
}

fn differs(path: &Path, text: &str) -> bool {
    std::fs::read(path).map_or(true, |found| found != text.as_bytes())
}

fn schema_text() -> anyhow::Result<String> {
    let rules: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    Ok(serde_json::to_string_pretty(&schema(Catalogue(&rules)))? + "\n")
}

/// The page with fresh tables between its markers.
fn with_tables(page: &str) -> anyhow::Result<String> {
    let markers = || format!("{PAGE} has lost its markers {BEGIN}{END}");
    let mut fresh = String::new();
    let mut rest = page;
    for table in [documentation(), contract_documentation()] {
        let (before, behind) = rest.split_once(BEGIN).with_context(markers)?;
        let (_, after) = behind.split_once(END).with_context(markers)?;
        fresh.push_str(&format!("{before}{BEGIN}{table}{END}"));
        rest = after;
    }
    Ok(fresh + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::process::Command;

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// `check-jsonschema` where the test tools are installed, or on the path.
    fn checker() -> Option<Command> {
        let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map(PathBuf::from);
        let tools = tools.unwrap_or_else(|| repository().join(".tools"));
        let installed = tools.join("venv/bin/check-jsonschema");
        let program = if installed.is_file() { installed } else { PathBuf::from("check-jsonschema") };
        Command::new(&program).arg("--version").output().is_ok().then(|| Command::new(program))
    }

    #[test]
    fn the_committed_files_are_up_to_date() {
        run(&Args { check: true, root: repository() }).unwrap();
    }

    #[test]
    fn a_stale_file_is_told_and_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let args = |check| Args { check, root: folder.path().to_owned() };
        std::fs::create_dir(folder.path().join("docs")).unwrap();
        std::fs::write(
            folder.path().join(PAGE),
            format!("# Keys\n\n{BEGIN}old\n{END}\n{BEGIN}{END}\nText.\n"),
        )
        .unwrap();
        let error = run(&args(true)).unwrap_err().to_string();
        assert!(error.contains("run `cargo xtask schema`"), "{error}");
        run(&args(false)).unwrap();
        run(&args(true)).unwrap();
        let page = std::fs::read_to_string(folder.path().join(PAGE)).unwrap();
        assert!(
            page.starts_with("# Keys\n") && page.ends_with("\nText.\n") && page.contains("| `exclude` |")
        );
    }

    #[test]
    fn the_schema_agrees_with_the_reader() {
        let Some(mut command) = checker() else {
            eprintln!("check-jsonschema is not installed: scripts/install-test-tools");
            return;
        };
        let schema = repository().join(SCHEMA);
        let output = command.arg("--check-metaschema").arg(&schema).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));

        let folder = tempfile::tempdir().unwrap();
        let judged = |text: &str| {
            let file = folder.path().join("analyzer.toml");
            std::fs::write(&file, text).unwrap();
            let mut command = checker().unwrap();
            let output = command.arg("--schemafile").arg(&schema).arg(&file).output().unwrap();
            output.status.success()
        };
        let rules: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
        let read = |text: &str| {
            let source = analyzer_project::config::ConfigSource::Analyzer;
            analyzer_project::config::parse(text, source, Catalogue(&rules)).is_ok()
        };
        let page = std::fs::read_to_string(repository().join(PAGE)).unwrap();
        let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let good = ["", example, "roots = [\".\"]\n[rules.complex-function]\nmax = 3\nseverity = \"note\"\n"];
        let bad = [
            "selct = []\n",
            "select = [3]\n",
            "exclude = \"a\"\n",
            "roots = [\"../a\"]\n",
            "target-version = 3.11\n",
            "fail-on = \"fatal\"\n",
            "max-file-size = 0\n",
            "max-file-size = 16_777_217\n",
            "respect-gitignore = 1\n",
            "[rules.complex-function]\nmax = -1\n",
            "[rules.complex-function]\nmetric = \"lizard\"\n",
            "[rules.complex-function]\nmaximum = 1\n",
            "[per-file.\"a\"]\nselect = []\n",
        ];
        for (text, fine) in good.map(|text| (text, true)).into_iter().chain(bad.map(|text| (text, false))) {
            assert_eq!((read(text), judged(text)), (fine, fine), "reader, schema:\n{text}");
        }
    }
}
