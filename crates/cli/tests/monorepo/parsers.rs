//! Findings do not depend on who reads the files: our own parser, or tree-sitter alone.

use assert_cmd::Command;

use super::analyzer;

#[test]
fn findings_are_those_of_tree_sitter() {
    let told = |parser: &str| {
        let arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", "--parser", parser];
        let mut report: serde_json::Value = serde_json::from_slice(&analyzer(&arguments)).unwrap();
        report["findings"].take()
    };
    let own = told("own");
    assert!(own.as_array().unwrap().len() > 500, "{}", own.as_array().unwrap().len());
    assert_eq!(own, told("tree-sitter"));
}

/// Cached facts of one parser are never taken for those of the other.
#[test]
fn the_cache_keeps_the_parsers_apart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.py"), "import b\n").unwrap();
    std::fs::write(folder.path().join("analyzer.toml"), "").unwrap();
    let cached = |parser: &str, select: &str| {
        let mut command = Command::cargo_bin("analyzer").unwrap();
        command.args(["check", "--verbose", "--exit-zero", "--parser", parser, "--select", select]);
        let told = String::from_utf8(command.arg(folder.path()).output().unwrap().stderr).unwrap();
        told.lines().find_map(|line| line.strip_prefix("cache: ")).unwrap().to_owned()
    };
    for select in ["imports", "unused-import"] {
        for (parser, expected) in [("own", 0), ("own", 1), ("tree-sitter", 0), ("tree-sitter", 1), ("own", 1)]
        {
            assert_eq!(cached(parser, select), format!("{expected} of 1 file"), "{parser} {select}");
        }
        std::fs::write(folder.path().join("a.py"), "import c\n").unwrap();
    }
}
