//! A hand-made report with the oddities that output must survive. It must not use the engine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use analyzer_diagnostics::{
    Applicability, CycleSummary, Edit, Finding, Fix, FixKind, Hotspot, LineHashes, Location, Position,
    Precision, RelatedLocation, Report, RuleInfo, Scope, Severity, SourceLines, Summary, Tier, fingerprint,
};
use analyzer_report::RenderOptions;
use analyzer_source::TextRange;
use compact_str::CompactString;

pub(crate) const CYCLE_A: &str = "\"\"\"A.\"\"\"\n\nfrom p.b import g\n\n\ndef f():\n    return g\n";
pub(crate) const CYCLE_B: &str = "from p.a import f\n\n\ndef g():\n    return f\n";
pub(crate) const UNICODE: &str =
    "def naïve(日本, 🦀):\n\ttry:\n\t\tx = '🦀🦀' ; work()\n\texcept:\n\t\tpass\n";
pub(crate) const CRLF: &str = "a = 1\r\ntry:\r\n    a()\r\nexcept Exception as e:\r\n    print(e)\r\n";

/// The position of a byte offset, counted plainly.
fn position(text: &str, offset: usize) -> Position {
    let before = &text[..offset];
    let line = before.rsplit('\n').next().unwrap();
    Position {
        line: before.matches('\n').count() as u32 + 1,
        column: line.chars().count() as u32 + 1,
        column_utf16: line.encode_utf16().count() as u32 + 1,
        column_utf8: line.len() as u32 + 1,
    }
}

/// Where `needle` lies in `text`, with its lines.
pub(crate) fn locate(path: &str, text: &str, needle: &str) -> (Location, SourceLines) {
    let start = text.find(needle).unwrap();
    let end = start + needle.len();
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let (from, to) = (position(text, start), position(text, end));
    let source =
        SourceLines { first_line: from.line, offset: first as u32, text: text[first..last].to_owned() };
    let range = TextRange::new(start as u32, end as u32);
    (Location { path: Arc::from(path), range, start: from, end: to }, source)
}

pub(crate) fn finding(
    rule: &str,
    severity: Severity,
    message: &str,
    path: &str,
    text: &str,
    needle: &str,
) -> Finding {
    let (location, source) = locate(path, text, needle);
    Finding {
        rule: CompactString::new(rule),
        severity,
        precision: Precision::High,
        tier: Tier::A,
        message: message.to_owned(),
        fingerprint: fingerprint(rule, path, "", needle, 0),
        identity: String::new(),
        line_hash: LineHashes::new(text).get(location.start.line).unwrap(),
        location,
        source,
        related: Vec::new(),
        notes: Vec::new(),
        help: None,
        properties: BTreeMap::new(),
        fix: None,
        safe_fix: None,
        fix_locations: Vec::new(),
        suppressed: false,
        baselined: false,
    }
}

pub(crate) fn related(path: &str, text: &str, needle: &str, message: &str) -> RelatedLocation {
    let (location, source) = locate(path, text, needle);
    RelatedLocation { location, message: message.to_owned(), source }
}

fn fix(
    finding: &mut Finding,
    text: &str,
    needle: &str,
    content: &str,
    applicability: Applicability,
    title: &str,
) {
    let path = Arc::clone(&finding.location.path);
    let (location, _) = locate(&path, text, needle);
    let edit = Edit { range: location.range, content: content.to_owned() };
    finding.fix = Some(Fix { title: title.to_owned(), applicability, edits: vec![edit] });
    finding.fix_locations = vec![location];
}

pub(crate) fn report() -> Report {
    let mut cycle = finding(
        "import-cycle",
        Severity::Error,
        "import cycle: p.a → p.b → p.a",
        "p/a.py",
        CYCLE_A,
        "from p.b import g",
    );
    cycle.related = vec![
        related("p/a.py", CYCLE_A, "from p.b import g", "p.a imports p.b"),
        related("p/b.py", CYCLE_B, "from p.a import f", "p.b imports [p.a]"),
    ];
    cycle.notes = vec![
        "importing p.a first fails: `f` is not defined yet when p.b asks for it, because p.a is still at its \
         third line"
            .to_owned(),
    ];
    cycle.help = Some("move the import into `f`, which alone uses `g`".to_owned());
    cycle.properties.insert("verdict", "crash".into());
    cycle.properties.insert("size", 2.into());

    let mut bare = finding(
        "bare-except",
        Severity::Warning,
        "bare `except:` swallows everything",
        "my dir/ü#1%.py",
        UNICODE,
        "except:",
    );
    fix(
        &mut bare,
        UNICODE,
        "except:",
        "except BaseException:",
        Applicability::Safe,
        "Replace `except:` by `except BaseException:`",
    );

    let mut wide = finding(
        "complex-function",
        Severity::Note,
        "`naïve` is too complex (12 > 10)",
        "my dir/ü#1%.py",
        UNICODE,
        "🦀' ;",
    );
    wide.properties.insert("complexity", 12.into());

    let mut lost = finding(
        "lost-traceback",
        Severity::Warning,
        "only the message is printed",
        "q/crlf.py",
        CRLF,
        "except Exception as e:\r\n    print(e)",
    );
    lost.tier = Tier::C;
    lost.precision = Precision::Medium;

    let mut suppressed = finding(
        "bare-except",
        Severity::Warning,
        "bare `except:`",
        "q/quiet.py",
        "try: f()\nexcept: pass  # analyzer: ignore[bare-except]\n",
        "except:",
    );
    suppressed.suppressed = true;

    let mut skipped =
        finding("skipped-file", Severity::Warning, "file is too large: 12 MB", "z/big.py", "\n", "");
    skipped.source = SourceLines::default();

    Report { findings: vec![bare, wide, cycle, lost, suppressed, skipped], summary: summary() }
}

pub(crate) fn summary() -> Summary {
    let count =
        |pairs: &[(&str, u32)]| pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    Summary {
        files: 588,
        folded_files: 0,
        broken_files: 182,
        skipped_files: 1,
        templates: 0,
        generated_files: 0,
        downloaded: Vec::new(),
        lines: 120_331,
        import_edges: 4_636,
        baselined: 0,
        inventory: None,
        resolved: 0,
        by_family: count(&[("complexity", 1), ("exceptions", 2), ("files", 1), ("imports", 1)]),
        by_rule: count(&[
            ("bare-except", 1),
            ("complex-function", 1),
            ("import-cycle", 1),
            ("lost-traceback", 1),
            ("skipped-file", 1),
        ]),
        by_severity: [("error", 1), ("note", 1), ("warning", 3)].into(),
        hotspots: vec![
            Hotspot {
                path: "agents/model_manager_agent.py".into(),
                line: 44,
                function: "ModelManager.handle".into(),
                complexity: 137,
            },
            Hotspot {
                path: "agents/tiered_responder.py".into(),
                line: 7,
                function: "respond".into(),
                complexity: 95,
            },
        ],
        cycles: vec![
            CycleSummary {
                modules: vec!["p.a".into(), "p.b".into()],
                size: 2,
                verdict: "crash".into(),
                deferred: false,
            },
            CycleSummary {
                modules: vec!["r.one".into(), "r.two".into(), "r.three".into()],
                size: 5,
                verdict: "tolerated".into(),
                deferred: true,
            },
        ],
        gpu_modules: Vec::new(),
        suppressed: 1,
        cached_files: 0,
        elapsed: Duration::from_millis(214),
    }
}

fn rule(name: &str, family: &str, severity: Severity, fix: FixKind) -> RuleInfo {
    RuleInfo {
        name: name.to_owned(),
        family: family.to_owned(),
        severity,
        precision: Precision::High,
        security_severity: (name == "bare-except").then(|| "4.0".to_owned()),
        cwe: if family == "exceptions" { vec![79, 396] } else { Vec::new() },
        scope: Scope::File,
        fix,
        options: Vec::new(),
        replaces: Vec::new(),
        summary: format!("What {name} stands for"),
        page: format!(
            "# {name}: what it stands for\n\n## What it finds\n\n{}\n\n## Why it matters\n\nIt hides faults.\n\n## How to fix\n\nName the `error`.\n",
            if name == "bare-except" {
                "Handlers that catch all. ".repeat(80)
            } else {
                "A fault\nof its kind.".to_owned()
            }
        ),
    }
}

/// The rules of [`report`], sorted by name.
pub(crate) fn rules() -> Vec<RuleInfo> {
    vec![
        rule("bare-except", "exceptions", Severity::Warning, FixKind::Safe),
        rule("complex-function", "complexity", Severity::Warning, FixKind::None),
        rule("import-cycle", "imports", Severity::Error, FixKind::None),
        rule("lost-traceback", "exceptions", Severity::Warning, FixKind::None),
        rule("skipped-file", "files", Severity::Warning, FixKind::None),
    ]
}

/// Many findings of three rules; every third is an error.
pub(crate) fn many(count: u32) -> Report {
    let make = |index: u32| {
        let (rule, severity) = match index % 3 {
            0 => ("import-cycle", Severity::Error),
            1 => ("bare-except", Severity::Warning),
            _ => ("complex-function", Severity::Note),
        };
        let text = format!("{}try: f()\nexcept: pass\n", "\n".repeat((index % 7) as usize));
        let mut made = finding(
            rule,
            severity,
            "something is wrong here, and this says what",
            &format!("p/m{}.py", index / 40),
            &text,
            "except:",
        );
        made.fingerprint = format!("{index:032x}");
        if rule == "import-cycle" {
            made.related = vec![related("p/b.py", CYCLE_B, "from p.a import f", "p.b imports p.a"); 2];
        }
        made
    };
    Report { findings: (0..count).map(make).collect(), summary: summary() }
}

/// Output of a renderer.
pub(crate) fn written(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    render(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) type Render =
    fn(&Report, &[&RuleInfo], &RenderOptions, &mut dyn std::io::Write) -> std::io::Result<()>;

pub(crate) fn rendered(render: Render, report: &Report, options: &RenderOptions) -> String {
    let rules = rules();
    let rules: Vec<&RuleInfo> = rules.iter().collect();
    written(|out| render(report, &rules, options, out))
}

pub(crate) fn plain(render: Render, report: &Report) -> String {
    rendered(render, report, &RenderOptions::default())
}
