//! The texts that configure a project: its file, or another that is named, and what the command line says on top.
//! It must not know what the keys mean.

use analyzer_engine::Engine;
use analyzer_project::Settings;
use analyzer_project::config::{
    Catalogue, ConfigProblem, ConfigSource, Layer, configures_analyzer, parse_layers, set_keys,
};
use analyzer_rules::custom::CustomRules;
use analyzer_source::files;
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::ProjectArgs;
use crate::failure::Failure;
use crate::setup::rules_with;

/// Value of `--config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConfigArg {
    /// A file.
    File(Utf8PathBuf),
    /// Keys with their values, as TOML.
    Keys(String),
}

impl ConfigArg {
    /// Reads a path, or `key = value` where no such file is there.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if !files::exists(Utf8Path::new(text)) && text.contains('=') {
            return Ok(Self::Keys(text.to_owned()));
        }
        if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Self::File(text.into())) }
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::File(path) => path.as_str(),
            Self::Keys(text) => text,
        }
    }
}

/// One text that configures the project.
pub(crate) struct ConfigText {
    /// Its path from the project's root, or the argument that it is.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) source: ConfigSource,
    /// Whether it may be quoted: a repository can lead to files outside of it.
    own: bool,
}

impl ConfigText {
    fn failure(&self, problems: Vec<ConfigProblem>) -> Failure {
        Failure::config(Utf8Path::new(&self.name), &self.text, problems, self.own)
    }
}

/// The file that `--config` names.
pub(crate) fn named_file(args: &ProjectArgs) -> Result<Option<&Utf8Path>, Failure> {
    let mut files = args.config.iter().filter_map(|config| match config {
        ConfigArg::File(path) => Some(path.as_path()),
        ConfigArg::Keys(_) => None,
    });
    let file = files.next();
    if files.next().is_some() {
        return Err(Failure::with_help(
            "`--config` names two files",
            "name one; keys beside it are written `--config 'key = value'`",
        ));
    }
    if file.is_some() && args.isolated {
        return Err(Failure::new("`--isolated` ignores the file that `--config` names"));
    }
    Ok(file)
}

/// The file that configures the project in a folder.
pub(crate) fn config_file(root: &Utf8Path, args: &ProjectArgs) -> Result<Option<Utf8PathBuf>, Failure> {
    if let Some(file) = named_file(args)? {
        return Ok(Some(file.to_owned()));
    }
    let names = ["analyzer.toml", "pyproject.toml"];
    let own = || names.iter().map(|name| root.join(name)).find(|file| files::is_file(file));
    Ok(if args.isolated { None } else { own() })
}

/// The texts that configure a project, in order of increasing precedence.
pub(crate) fn texts(root: &Utf8Path, args: &ProjectArgs) -> Result<Vec<ConfigText>, Failure> {
    let mut texts = Vec::new();
    if let Some(file) = config_file(root, args)? {
        let text = files::read_to_string(&file)?;
        let source = match file.file_name() {
            Some("pyproject.toml") => ConfigSource::Pyproject,
            _ => ConfigSource::Analyzer,
        };
        let named = named_file(args)?.is_some();
        let own = named || files::is_inside(root, &file);
        let name = file.strip_prefix(root).unwrap_or(&file).as_str().replace('\\', "/");
        texts.push(ConfigText { name, text, source, own });
    }
    for config in &args.config {
        if let ConfigArg::Keys(text) = config {
            let (name, source) = ("--config".to_owned(), ConfigSource::Analyzer);
            texts.push(ConfigText { name, text: text.clone(), source, own: true });
        }
    }
    Ok(texts)
}

/// The settings of the project in a folder.
pub(crate) fn read_settings(
    root: &Utf8Path,
    args: &ProjectArgs,
    custom: &CustomRules,
) -> Result<Settings, Failure> {
    let rules = rules_with(custom);
    let catalogue = Catalogue(&rules);
    let mut texts = texts(root, args)?;
    // A broken `pyproject.toml` that says nothing of the analyser is a finding like any other.
    if named_file(args)?.is_none()
        && let Some(first) = texts.first()
        && first.source == ConfigSource::Pyproject
        && !configures_analyzer(&first.text)
        && parse_layers(&layers(&texts[..1]), catalogue).is_err()
    {
        texts.remove(0);
    }
    parse_layers(&layers(&texts), catalogue).map_err(|mistakes| {
        let failures = mistakes
            .into_iter()
            .filter_map(|wrong| texts.get(wrong.layer).map(|text| text.failure(wrong.problems)));
        let mut failures: Vec<Failure> = failures.collect();
        match failures.len() {
            1 => failures.remove(0),
            _ => Failure::Several(failures),
        }
    })
}

fn layers(texts: &[ConfigText]) -> Vec<Layer<'_>> {
    texts.iter().map(|text| Layer { text: &text.text, source: text.source }).collect()
}

/// Fails on mistakes in the configuration that only the project shows.
pub(crate) fn confirm_settings(engine: &Engine, root: &Utf8Path, args: &ProjectArgs) -> Result<(), Failure> {
    let problems = engine.config_problems();
    if problems.is_empty() {
        return Ok(());
    }
    // They are about contracts, and those of the last text that has any count.
    let texts = texts(root, args)?;
    let contracts =
        |text: &&ConfigText| set_keys(&text.text, text.source).iter().any(|key| key.names == ["layers"]);
    match texts.iter().rev().find(contracts) {
        Some(text) => Err(text.failure(problems)),
        None => Ok(()),
    }
}
