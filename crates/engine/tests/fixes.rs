//! Fixes through the engine: in memory over several passes, and on disk where something is odd about the files.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use analyzer_diagnostics::{Applicability, Finding};
use analyzer_engine::{Engine, FixRequest, LineMoves, Options, Written};
use analyzer_project::Settings;
use analyzer_rules::custom::{CustomRules, RuleFile};
use camino::Utf8PathBuf;
use compact_str::CompactString;

const SWALLOWS: &str = "def f():\n    try:\n        g()\n    except:\n        pass\n";

fn settings() -> Settings {
    Settings::with_rules(
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect(),
    )
}

fn every(findings: &[Finding], _: &LineMoves) -> Vec<bool> {
    vec![true; findings.len()]
}

const REQUEST: FixRequest = FixRequest { only: &[], applicability: Applicability::Unsafe, wanted: &every };

/// The texts of a project in memory after all fixes.
fn fixed(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut engine = Engine::in_memory(files, settings(), Options::default());
    let outcome = engine.fix(&REQUEST).unwrap();
    outcome.files.into_iter().map(|file| (file.path.to_string(), file.after)).collect()
}

/// A folder with files of these bytes.
fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    for (path, bytes) in files {
        fs::write(root.join(path), bytes).unwrap();
    }
    (folder, root)
}

/// Fixes the folder; `meanwhile` happens between analysing and writing.
fn write(root: &Utf8PathBuf, options: Options, meanwhile: impl FnOnce()) -> Written {
    let mut engine = Engine::open(root.clone(), settings(), options).unwrap();
    let outcome = engine.fix(&REQUEST).unwrap();
    meanwhile();
    engine.write_fixes(outcome, &REQUEST).unwrap()
}

#[test]
fn fixes_that_share_a_place_take_turns_and_end() {
    let text = SWALLOWS.repeat(3);
    let after = fixed(&[("a.py", &text)]);
    let text = &after[0].1;
    assert_eq!(text.matches("import logging\n").count(), 1, "{text}");
    assert_eq!(text.matches("logger = logging.getLogger(__name__)\n").count(), 1, "{text}");
    assert_eq!(text.matches("    except Exception:\n        logger.exception(").count(), 3, "{text}");
    assert!(fixed(&[("a.py", text)]).is_empty(), "applying twice changes nothing more");
}

#[test]
fn an_unused_lazy_import_goes_with_its_first_word() {
    let text = "import re\nlazy import json\nlazy from os import path, sep\n\nprint(re, path)\n";
    let after = fixed(&[("a.py", text)]);
    assert_eq!(after[0].1, "import re\nlazy from os import path\n\nprint(re, path)\n");
}

#[test]
fn files_with_syntax_errors_and_unwanted_findings_stay() {
    assert!(fixed(&[("a.py", &format!("{SWALLOWS}\ndef h(:\n"))]).is_empty());
    let silent = SWALLOWS.replace("except:", "except Exception:");
    let mut engine = Engine::in_memory(&[("a.py", &silent)], settings(), Options::default());
    let request = FixRequest { applicability: Applicability::Safe, ..REQUEST };
    let outcome = engine.fix(&request).unwrap();
    assert!(outcome.files.is_empty());
    assert_eq!(outcome.unsafe_left, 1);
    let nothing = FixRequest { wanted: &|findings: &[Finding], _| vec![false; findings.len()], ..REQUEST };
    assert!(engine.fix(&nothing).unwrap().files.is_empty());
}

#[test]
fn a_bare_except_is_named_where_no_other_rule_asks_for_more() {
    let after = |text: &str, applicability| {
        let mut engine = Engine::in_memory(&[("a.py", text)], settings(), Options::default());
        let outcome = engine.fix(&FixRequest { applicability, ..REQUEST }).unwrap();
        outcome.files.into_iter().map(|file| file.after).collect::<String>()
    };
    let body = |body: &str| SWALLOWS.replace("pass", body);
    let partly = body("if debug():\n            raise");
    for text in [SWALLOWS, &partly, &body("return 0"), &body("print('no')")] {
        assert_eq!(after(text, Applicability::Safe), "", "{text}");
    }
    assert!(
        after(SWALLOWS, Applicability::Unsafe).contains("    except Exception:\n        logger.exception(")
    );
    assert_eq!(after(&partly, Applicability::Unsafe), partly.replace("except:", "except Exception:"));
    for kept in ["return 0", "print('no')", "# the peer may be gone\n        pass"] {
        assert_eq!(after(&body(kept), Applicability::Unsafe), "", "{kept}");
    }
    let optional = "try:\n    import ujson as json\nexcept:\n    json = None\nprint(json)\n";
    assert_eq!(after(optional, Applicability::Unsafe), optional.replace("except:", "except ImportError:"));
}

/// Rules of a repository that replace a call of a function of their name.
fn replacing(rules: &[(&str, &str)]) -> Options {
    let page = |&(name, with): &(&str, &str)| RuleFile {
        path: format!(".analyzer/rules/{name}.md"),
        name: name.to_owned(),
        text: format!(
            "+++\nmessage = \"found\"\n[fix]\ntitle = \"Replace it\"\napplicability = \"safe\"\nwith = \"{with}\"\n+++\n\
             # {name}\n\nA call of it.\n\n```query\n\
             ((call function: (identifier) @name) @finding (#eq? @name \"{name}\"))\n```\n"
        ),
    };
    let custom_rules = Arc::new(CustomRules::parse(rules.iter().map(page).collect()).unwrap());
    Options { custom_rules, ..Options::default() }
}

#[test]
fn a_fix_that_raises_a_finding_of_another_rule_is_undone() {
    let rules = [("harmless", "done"), ("telling", "print(error)")];
    let after = |text: &str| {
        let mut settings = settings();
        settings.enabled.extend(rules.iter().map(|(name, _)| CompactString::new(name)));
        let mut engine = Engine::in_memory(&[("a.py", text)], settings, replacing(&rules));
        let outcome = engine.fix(&FixRequest { applicability: Applicability::Safe, ..REQUEST }).unwrap();
        outcome.files.into_iter().map(|file| file.after).collect::<String>()
    };
    assert_eq!(after("x = harmless()\n"), "x = done\n");
    // Before it goes on without a word, which is less than to print an error without its traceback.
    let handler = "try:\n    g()\nexcept Exception as error:\n    telling()\n";
    assert_eq!(after(handler), "");
    // The others of the file are made all the same, wherever they are.
    let text = format!("x = harmless()\n{handler}z = harmless()\n");
    assert_eq!(after(&text), text.replace("harmless()", "done"));
    // What the run itself mends afterwards is none.
    assert_eq!(after("import json\n\nx = harmless(json)\n"), "x = done\n");
}

#[test]
fn a_crashing_knot_is_broken_import_by_import() {
    let after = fixed(&[
        ("p/__init__.py", ""),
        ("p/a.py", "from p.b import g\nfrom p.c import h\n\n\ndef f():\n    return g, h\n"),
        ("p/b.py", "from p.a import f\n\n\ndef g():\n    return f\n"),
        ("p/c.py", "from p.a import f\n\n\ndef h():\n    return f\n"),
    ]);
    let mut engine = Engine::in_memory(
        &after.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(),
        settings(),
        Options::default(),
    );
    assert!(!after.is_empty());
    let left = engine.fix(&REQUEST).unwrap();
    assert!(left.files.is_empty());
    assert!(left.report.findings.iter().all(|finding| finding.rule != "import-cycle"));
}

#[test]
fn encodings_marks_and_line_ends_are_kept() {
    let crlf = SWALLOWS.replace('\n', "\r\n");
    let bom = [b"\xEF\xBB\xBF".as_slice(), crlf.as_bytes()].concat();
    let latin = [b"# -*- coding: latin-1 -*-\n# \xE9\n".as_slice(), SWALLOWS.as_bytes()].concat();
    let macs = SWALLOWS.replace('\n', "\r");
    let (_guard, root) = folder(&[("bom.py", &bom), ("latin.py", &latin), ("macs.py", macs.as_bytes())]);
    let written = write(&root, Options::default(), || {});
    assert_eq!((written.files, written.left_alone.len()), (3, 0), "{:?}", written.left_alone);
    let read = |name: &str| fs::read(root.join(name)).unwrap();
    let bom = read("bom.py");
    assert!(bom.starts_with(b"\xEF\xBB\xBF"));
    let text = String::from_utf8(bom).unwrap();
    assert!(text.contains("except Exception:\r\n        logger.exception("), "{text:?}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let latin = read("latin.py");
    assert!(latin.starts_with(b"# -*- coding: latin-1 -*-\n# \xE9\n"));
    assert!(latin.windows(18).any(|part| part == b"logger.exception(\""));
    let macs = read("macs.py");
    assert!(!macs.contains(&b'\n') && macs.windows(7).any(|part| part == b"logger\x20"));
}

#[test]
fn what_cannot_be_written_faithfully_is_left_alone_and_said() {
    let lossy = [b"# \xFF\n".as_slice(), SWALLOWS.as_bytes()].concat();
    let mixed = format!("x = 1\ry = 2\n{SWALLOWS}");
    let (_guard, root) = folder(&[
        ("changed.py", SWALLOWS.as_bytes()),
        ("fine.py", SWALLOWS.as_bytes()),
        ("lossy.py", &lossy),
        ("mixed.py", mixed.as_bytes()),
        ("readonly.py", SWALLOWS.as_bytes()),
    ]);
    let readonly = root.join("readonly.py");
    let mut permissions = fs::metadata(&readonly).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&readonly, permissions).unwrap();
    let changed = root.join("changed.py");
    let theirs = format!("# edited meanwhile\n{SWALLOWS}");
    let written = write(&root, Options::default(), || fs::write(&changed, &theirs).unwrap());
    let left: Vec<(&str, &str)> =
        written.left_alone.iter().map(|left| (&*left.path, left.reason.as_str())).collect();
    assert_eq!(
        left.iter().map(|(path, _)| *path).collect::<Vec<_>>(),
        ["changed.py", "lossy.py", "mixed.py", "readonly.py"]
    );
    for ((path, reason), part) in left.iter().zip(["changed on disk", "repair", "lone CRs", "read-only"]) {
        assert!(reason.contains(part), "{path}: {reason}");
    }
    assert_eq!(fs::read_to_string(&changed).unwrap(), theirs);
    assert_eq!(fs::read(root.join("lossy.py")).unwrap(), lossy);
    assert_eq!(fs::read_to_string(&readonly).unwrap(), SWALLOWS);
    assert_eq!(written.files, 1);
    // What was not written is reported as it is on disk.
    let bare = |path: &str| {
        let found =
            written.report.findings.iter().find(|f| f.rule == "bare-except" && *f.location.path == *path);
        found.map(|finding| finding.location.start.line)
    };
    assert_eq!((bare("changed.py"), bare("readonly.py"), bare("fine.py")), (Some(5), Some(4), None));
}

#[test]
fn a_run_that_is_cancelled_between_files_leaves_whole_files() {
    let (_guard, root) = folder(&[("a.py", SWALLOWS.as_bytes()), ("b.py", SWALLOWS.as_bytes())]);
    let options = Options::default();
    let cancel = options.cancel.clone();
    let written = write(&root, options, || cancel.store(true, Ordering::SeqCst));
    assert!(written.cancelled);
    assert_eq!((written.files, written.fixed), (0, 0));
    assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), SWALLOWS);
}
