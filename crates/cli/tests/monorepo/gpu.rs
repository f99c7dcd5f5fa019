//! Modules that use the graphics card: all that are planted, in the figures of a run too.
//! It must not know how they were planted.

use serde_json::Value;

use super::{analyzer, by_file, expected};

#[test]
fn every_module_that_uses_the_gpu_is_counted() {
    let expected = expected();
    let plants = &expected["plants"]["gpu-modules"];
    let planted: Vec<&str> =
        plants["files"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(planted.len(), 28);
    let out = analyzer(&["check", "--no-cache", "--output-format", "json"]);
    let report: Value = serde_json::from_slice(&out).unwrap();
    let modules = report["summary"]["gpuModules"].as_array().unwrap();
    let modules: Vec<&str> = modules.iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(modules, planted);
    let statistics = String::from_utf8(analyzer(&["check", "--no-cache", "--statistics"])).unwrap();
    assert!(statistics.contains("gpu modules: 28"), "{statistics}");
    assert!(by_file("gpu-cache-not-released").is_empty());
}
