//! CPython's answers, from one process for many cases.
//! It must not know how cases come to be.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// The behaviour of CPython, or of the simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Observation {
    /// "ok", or the exception's class.
    pub(crate) outcome: String,
    /// Module and line (from 1) of the innermost frame of the exception.
    pub(crate) at: Option<(String, u64)>,
    /// Module of the handler and class of the exception, in order.
    pub(crate) caught: Vec<(String, String)>,
    /// The loaded modules, with each bound name and the module it is bound to.
    pub(crate) loaded: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

/// A case to run: modules by name, whether they are packages, and text; entries by name, and whether as a script.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) modules: Vec<(String, bool, String)>,
    pub(crate) entries: Vec<(String, bool)>,
}

/// Runs every entry of every case.
pub(crate) fn observe(cases: Vec<Input>) -> Vec<Vec<Observation>> {
    let case = |case: Input| {
        let modules = case.modules.into_iter().map(|(name, package, text)| (name, json!([package, text])));
        json!({"modules": modules.collect::<serde_json::Map<_, _>>(), "entries": case.entries})
    };
    let input = json!({"cases": cases.into_iter().map(case).collect::<Vec<_>>()});
    let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/driver.py");
    let mut child = Command::new("python3")
        .args(["-I", driver])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle needs python3 (3.8 or newer) on the path");
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the driver failed");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case.as_array().unwrap().iter().map(read).collect())
        .collect()
}

fn read(value: &Value) -> Observation {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Observation {
        outcome: text(&value["outcome"]),
        at: value["at"].as_array().map(|at| (text(&at[0]), at[1].as_u64().unwrap())),
        caught: value["caught"].as_array().unwrap().iter().map(|c| (text(&c[0]), text(&c[1]))).collect(),
        loaded: value["loaded"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, names)| {
                let names = names.as_object().unwrap().iter();
                (name.clone(), names.map(|(n, m)| (n.clone(), m.as_str().map(str::to_owned))).collect())
            })
            .collect(),
    }
}
