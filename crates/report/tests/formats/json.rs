//! The JSON report, read back.

use crate::common::{report, written};
use analyzer_diagnostics::Report;
use analyzer_report::{RenderOptions, json};
use serde_json::{Value, json};

fn parsed(report: &Report, options: &RenderOptions) -> Value {
    serde_json::from_str(&written(|out| json::render(report, &[], options, out))).unwrap()
}

#[test]
fn the_report_keeps_its_contract() {
    let report = parsed(&report(), &RenderOptions::default());
    assert_eq!(report["version"], 1);
    assert_eq!(report["findings"].as_array().unwrap().len(), 5);
    assert_eq!(
        report["findings"][0],
        json!({
            "rule": "bare-except",
            "severity": "warning",
            "message": "bare `except:` swallows everything",
            "path": "my dir/ü#1%.py",
            "range": {"start": {"line": 4, "column": 2}, "end": {"line": 4, "column": 9}},
            "related": [],
            "notes": [],
            "help": null,
            "properties": {"parseTier": "A", "precision": "high"},
            "fix": {
                "title": "Replace `except:` by `except BaseException:`",
                "applicability": "safe",
                "edits": [{
                    "path": "my dir/ü#1%.py",
                    "range": {"start": {"line": 4, "column": 2}, "end": {"line": 4, "column": 9}},
                    "content": "except BaseException:",
                }],
            },
            "fingerprint": report["findings"][0]["fingerprint"],
            "suppressed": false,
        })
    );
    let wide = &report["findings"][1]["range"];
    assert_eq!(wide, &json!({"start": {"line": 3, "column": 9}, "end": {"line": 3, "column": 13}}));
    let cycle = &report["findings"][2];
    assert_eq!(cycle["related"][1]["path"], "p/b.py");
    assert_eq!(
        cycle["properties"],
        json!({"parseTier": "A", "precision": "high", "size": 2, "verdict": "crash"})
    );
    assert_eq!(report["findings"][3]["properties"]["parseTier"], "C");
    assert_eq!(
        report["findings"][3]["range"],
        json!({"start": {"line": 4, "column": 1}, "end": {"line": 5, "column": 13}})
    );
}

#[test]
fn the_summary_has_only_what_is_reproducible() {
    let mut first = report();
    let text = written(|out| json::render(&first, &[], &RenderOptions::default(), out));
    first.summary.elapsed *= 3;
    first.summary.cached_files += 7;
    assert_eq!(text, written(|out| json::render(&first, &[], &RenderOptions::default(), out)));
    let summary = &parsed(&first, &RenderOptions::default())["summary"];
    assert_eq!(summary["brokenFiles"], 182);
    assert_eq!(summary["bySeverity"], json!({"error": 1, "note": 1, "warning": 3}));
    assert_eq!(
        summary["cycles"][1],
        json!({"modules": ["r.one", "r.two", "r.three"], "size": 5, "verdict": "tolerated", "deferred": true})
    );
    assert_eq!(summary["hotspots"][0]["function"], "ModelManager.handle");
}

#[test]
fn suppressed_findings_are_marked_when_asked_for() {
    let options = RenderOptions { include_suppressed: true, ..RenderOptions::default() };
    let report = parsed(&report(), &options);
    assert_eq!(report["findings"].as_array().unwrap().len(), 6);
    assert_eq!(report["findings"][4]["suppressed"], true);
}

#[test]
fn no_findings_are_an_empty_list() {
    assert_eq!(parsed(&Report::default(), &RenderOptions::default())["findings"], json!([]));
}
