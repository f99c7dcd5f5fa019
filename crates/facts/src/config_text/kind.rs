//! Kind of a configuration text, by its file name, and how it is written. It must not know the content.

use analyzer_source::FileKind;

use super::Dialect;

/// The kinds of configuration that are read in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigKind {
    /// A registry of ports: `ports.yaml`.
    Ports,
    /// A compose file or a list of what is started, by its name.
    Services,
    /// An environment of conda: `environment.yml`.
    Conda,
    /// Any other YAML.
    Yaml,
    /// JSON.
    Json,
    /// `pyproject.toml`.
    Pyproject,
    /// Any other TOML, `Pipfile` included.
    Toml,
    /// `setup.cfg`.
    SetupCfg,
    /// Any other file of sections with `key = value`.
    Ini,
    /// Variables of the environment.
    Env,
    /// A Dockerfile.
    Docker,
    /// Requirements or constraints for pip.
    Requirements,
    /// A script of a shell, `.envrc` included.
    Shell,
    /// A list of processes for honcho or foreman.
    Procfile,
    /// A notebook of Jupyter.
    Notebook,
    /// A file that holds a key: `.pem`, `.key`, `id_rsa`.
    KeyFile,
}

impl ConfigKind {
    /// The kind of a file by its name, without folders; none for what is not read as configuration.
    #[must_use]
    pub fn of(kind: FileKind, name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        Some(match kind {
            FileKind::Yaml if matches!(lower.as_str(), "ports.yaml" | "ports.yml") => Self::Ports,
            FileKind::Yaml if lower.contains("compose") || lower.contains("startup") => Self::Services,
            FileKind::Yaml if lower.starts_with("environment") => Self::Conda,
            FileKind::Yaml => Self::Yaml,
            FileKind::Json => Self::Json,
            FileKind::Toml if lower == "pyproject.toml" => Self::Pyproject,
            FileKind::Toml => Self::Toml,
            FileKind::Ini if lower == "setup.cfg" => Self::SetupCfg,
            FileKind::Ini => Self::Ini,
            FileKind::Env => Self::Env,
            FileKind::Docker => Self::Docker,
            FileKind::Requirements => Self::Requirements,
            FileKind::Shell => Self::Shell,
            FileKind::Procfile => Self::Procfile,
            FileKind::Notebook => Self::Notebook,
            FileKind::KeyFile => Self::KeyFile,
            FileKind::Python | FileKind::Stub | FileKind::Backup | FileKind::Compiled => return None,
        })
    }

    /// Whether a program relies on every file of this kind, so that one that cannot even be read is worth a finding.
    #[must_use]
    pub const fn is_relied_on(self) -> bool {
        match self {
            Self::Ports
            | Self::Services
            | Self::Pyproject
            | Self::SetupCfg
            | Self::Docker
            | Self::Requirements => true,
            Self::Conda
            | Self::Yaml
            | Self::Json
            | Self::Toml
            | Self::Ini
            | Self::Env
            | Self::Shell
            | Self::Procfile
            | Self::Notebook
            | Self::KeyFile => false,
        }
    }

    /// How values are written.
    pub(crate) const fn dialect(self) -> Dialect {
        match self {
            Self::Ports | Self::Services | Self::Conda | Self::Yaml => Dialect::Yaml,
            Self::Json | Self::Notebook => Dialect::Json,
            Self::Pyproject | Self::Toml => Dialect::Quoted,
            Self::SetupCfg
            | Self::Ini
            | Self::Env
            | Self::Docker
            | Self::Requirements
            | Self::Shell
            | Self::Procfile
            | Self::KeyFile => Dialect::Line,
        }
    }
}
