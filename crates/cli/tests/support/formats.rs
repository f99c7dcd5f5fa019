//! Every format of a check.

/// The format for people first, then those that hold most.
pub(crate) const FORMATS: [&str; 17] = [
    "full",
    "concise",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "markdown",
    "prometheus",
    "grouped",
    "json-lines",
    "azure",
    "checkstyle",
    "pylint",
    "rdjson",
    "sonarqube",
    "csv",
];
