//! Which queries of ports and sockets run again after an edit: exactly those listed, no more.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use analyzer_engine::Engine;

/// Two programs that bind one port, and a registry; checked once.
fn services() -> Engine {
    let program =
        |port: u16| format!("import socket\n\n\ndef run():\n    socket.socket().bind((\"\", {port}))\n");
    let (a, b) = (program(5556), program(5557));
    support::checked(&[
        ("a.py", a.as_str()),
        ("b.py", b.as_str()),
        ("ports.yaml", "ports:\n  FIRST: 5556\n  SECOND: 5557\n"),
    ])
}

/// Edits the first program, checks, and returns the executed queries of this family.
fn after(engine: &mut Engine, text: &str) -> Vec<String> {
    engine.set_file("a.py", Some(text));
    engine.check(&[]).unwrap();
    let own = ["analysis", "network_findings", "ports", "project_diagnostics", "shard_ports"];
    let mut executed = engine.executed_queries();
    executed.retain(|query| own.contains(&query.split('(').next().unwrap()));
    executed
}

#[test]
fn an_edit_that_moves_a_port_stops_at_what_the_file_says_of_ports() {
    let mut services = services();
    let text =
        "# The first service.\nimport socket\n\n\ndef run():\n    socket.socket().bind((\"\", 5556))\n";
    let executed = after(&mut services, text);
    assert_eq!(executed, ["analysis(a.py)", "ports(a.py)", "project_diagnostics(a.py)"]);
}

#[test]
fn another_port_runs_the_findings_over_all_files_and_checks_those_concerned() {
    let mut services = services();
    let text = "import socket\n\n\ndef run():\n    socket.socket().bind((\"\", 5557))\n";
    let executed = after(&mut services, text);
    assert_eq!(
        executed,
        [
            "analysis(a.py)",
            "network_findings",
            "ports(a.py)",
            "project_diagnostics(?)",
            "project_diagnostics(a.py)",
            "shard_ports(shard)",
        ]
    );
    let report = services.check(&[]).unwrap();
    let found: Vec<(&str, &str)> = report
        .findings
        .iter()
        .filter(|finding| finding.rule.starts_with("port-"))
        .map(|finding| (finding.rule.as_str(), &*finding.location.path))
        .collect();
    assert_eq!(found, [("port-conflict", "a.py"), ("port-registry-drift", "ports.yaml")]);
}
