//! Ports and sockets of the fixture: every open bind, every number that several programs bind, every name of the
//! registry that nothing starts; and nothing else of the family.

use std::collections::{BTreeMap, BTreeSet};

use super::{by_file, expected, findings, number, text};

/// Whether a file was put aside: nothing starts it.
fn is_aside(path: &str) -> bool {
    path.contains("/_trash_")
}

#[test]
fn every_open_bind_without_curve_is_found_file_by_file() {
    let expected = expected();
    let mut planted: BTreeMap<String, i64> = BTreeMap::new();
    for one in expected["ports"]["literal"].as_array().unwrap() {
        if one["role"].as_str().unwrap() == "bind-all" {
            *planted.entry(one["path"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    for (path, count) in expected["ports"]["variable"]["bind-all"].as_table().unwrap() {
        *planted.entry(path.clone()).or_default() += count.as_integer().unwrap();
    }
    let found = by_file("zmq-bind-without-curve");
    assert_eq!(found, planted);
    let planned = number(&expected, &["ports", "binds-on-all-interfaces-without-curve"]);
    assert_eq!(found.values().sum::<i64>(), planned);
}

#[test]
fn every_port_that_several_programs_bind_is_one_finding_with_all_of_them() {
    let expected = expected();
    let mut planted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for one in expected["ports"]["literal"].as_array().unwrap() {
        let path = one["path"].as_str().unwrap();
        if one["role"].as_str().unwrap().starts_with("bind") && !is_aside(path) {
            planted.entry(one["port"].as_integer().unwrap()).or_default().insert(path.to_owned());
        }
    }
    // The lists start the programs of either folder on a machine of its own.
    let folder = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    for paths in planted.values_mut() {
        let all = paths.clone();
        paths.retain(|path| all.iter().any(|other| other != path && folder(other) == folder(path)));
    }
    planted.retain(|_, paths| paths.len() > 1);
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for finding in findings("port-conflict") {
        let related = finding["related"].as_array().unwrap().iter();
        let binds = related.filter(|place| text(place, "message") == "bound here");
        let mut paths: BTreeSet<String> = binds.map(|place| text(place, "path").to_owned()).collect();
        paths.insert(text(&finding, "path").to_owned());
        let before = found.insert(finding["properties"]["port"].as_i64().unwrap(), paths);
        assert_eq!(before, None, "one finding for each number");
    }
    assert_eq!(found, planted);
    assert_eq!(found.len(), 6);
}

#[test]
fn every_agent_that_no_startup_configuration_starts_is_told_at_its_port() {
    let expected = expected();
    let stem = |path: &str| -> String {
        let name = path.rsplit('/').next().unwrap();
        name.trim_end_matches(".py").replace('_', "")
    };
    let missing = expected["startup"]["missing"].as_array().unwrap().iter();
    let missing: BTreeSet<String> = missing.map(|path| stem(path.as_str().unwrap())).collect();
    let mut found = BTreeSet::new();
    for finding in findings("port-registry-drift") {
        assert_eq!((text(&finding, "path"), text(&finding["properties"], "drift")), ("ports.yaml", "unused"));
        let owner = text(&finding, "message").split('`').nth(3).unwrap();
        found.insert(owner.to_lowercase());
    }
    assert_eq!(found, missing);
    assert_eq!(found.len(), 14);
}

#[test]
fn every_agent_with_a_main_guard_that_no_list_starts_is_told_and_nothing_of_the_lists() {
    let root = super::fixture();
    let mut started = BTreeSet::new();
    for machine in ["main_pc_code", "pc2_code"] {
        let list = std::fs::read_to_string(root.join(machine).join("config/startup_config.yaml")).unwrap();
        let paths = list.lines().filter_map(|line| line.trim().strip_prefix("script_path: "));
        started.extend(paths.map(str::to_owned));
    }
    assert_eq!(started.len(), 74);
    let mut found = BTreeSet::new();
    for finding in findings("startup-list-drift") {
        assert_eq!(text(&finding["properties"], "drift"), "not-started");
        let path = text(&finding, "path").to_owned();
        let program = std::fs::read_to_string(root.join(&path)).unwrap();
        assert!(!started.contains(&path) && program.contains("__main__"), "{path}");
        found.insert(path);
    }
    // Of those that own a port and are missing, the ones that run by themselves.
    let expected = expected();
    let missing = expected["startup"]["missing"].as_array().unwrap().iter();
    for path in missing.map(|path| path.as_str().unwrap()) {
        let program = std::fs::read_to_string(root.join(path)).unwrap();
        assert_eq!(found.contains(path), program.contains("\nif __name__ == \"__main__\""), "{path}");
    }
}

#[test]
fn every_socket_that_cannot_talk_to_its_peers_is_found_with_all_of_them() {
    let expected = expected();
    let planted: BTreeSet<(String, String)> = expected["topology"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let word = |key: &str| one[key].as_str().unwrap().to_owned();
            (word("path"), format!("{} connects to port {}", word("type"), one["port"]))
        })
        .collect();
    let found = findings("zmq-topology-mismatch");
    let told = found.iter().map(|finding| {
        let message = text(finding, "message");
        assert!(!finding["related"].as_array().unwrap().is_empty(), "{message}");
        (text(finding, "path").to_owned(), message.split(',').next().unwrap().to_owned())
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), planted);
    assert_eq!((found.len(), planted.len()), (4, 4));
}

#[test]
fn nothing_else_of_the_family_is_planted() {
    assert!(by_file("hardcoded-path").is_empty());
    let configuration = findings("syntax-error");
    assert!(configuration.iter().all(|finding| text(finding, "path").ends_with(".py")));
}
