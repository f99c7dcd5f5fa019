//! Services and registries that configuration names, in every form that occurs.

use analyzer_facts::{ConfigFacts, ConfigKind, Host, ServiceKind, extract_config};

fn read(text: &str, kind: ConfigKind) -> ConfigFacts {
    extract_config(text, kind).config.map(|config| *config).unwrap_or_default()
}

/// Name, program, and each port with its text, host and whether it is taken on the machine.
type Told<'a> = (String, String, Vec<(u16, &'a str, Host, bool)>);

fn told(text: &str, kind: ConfigKind) -> Vec<Told<'_>> {
    let services = read(text, kind).services.into_iter();
    let port = |port: &analyzer_facts::ServicePort| {
        (port.number, port.range.slice(text), port.host.clone(), port.published)
    };
    services
        .map(|one| (one.name.to_string(), one.program.to_string(), one.ports.iter().map(port).collect()))
        .collect()
}

#[test]
fn compose_files_publish_ports() {
    let text = "services:\n  a:\n    command: python -m p.a\n    ports:\n      - \"5556:80\"\n      - 127.0.0.1:${A:-5557}:80/tcp\n      - 8080\n      - {target: 90, published: \"5558\"}\n      - \"9000-9005:9000-9005\"\n    expose: [7000]\n    environment:\n      A_PORT: \"5556\"\n      B: \"1\"\n  b:\n    environment:\n      - B_PORT=5559\n";
    let local = Host::Named("127.0.0.1".into());
    let expected = vec![
        (5556, "\"5556:80\"", Host::All, true),
        (5557, "127.0.0.1:${A:-5557}:80/tcp", local, true),
        (8080, "8080", Host::Absent, false),
        (5558, "\"5558\"", Host::All, true),
        (9000, "\"9000-9005:9000-9005\"", Host::All, true),
        (7000, "7000", Host::Absent, false),
    ];
    let services = told(text, ConfigKind::Services);
    assert_eq!(services[0], ("a".to_owned(), "p.a".to_owned(), expected));
    let variables: Vec<_> = read(text, ConfigKind::Services)
        .services
        .iter()
        .flat_map(|one| &one.variables)
        .map(|one| (one.name.to_string(), one.number, one.range.slice(text)))
        .collect();
    assert_eq!(variables, [("A_PORT".to_owned(), 5556, "\"5556\""), ("B_PORT".to_owned(), 5559, "5559")]);
}

#[test]
fn startup_lists_start_programs() {
    let text = "agents:\n  core:\n    Memory:\n      script_path: p/memory.py\n      port: 5556\n      config: {health_check_port: 5557}\n  - x\n";
    assert!(!read(text, ConfigKind::Services).problems.is_empty());
    let text = text.replace(
        "  - x\n",
        "list:\n  - name: Vision\n    module: p.vision\n    port: 5558\n    host: 127.0.0.1\n",
    );
    let services = told(&text, ConfigKind::Yaml);
    assert_eq!(
        services,
        [
            (
                "Memory".to_owned(),
                "p/memory.py".to_owned(),
                vec![(5556, "5556", Host::All, true), (5557, "5557", Host::All, true)]
            ),
            (
                "Vision".to_owned(),
                "p.vision".to_owned(),
                vec![(5558, "5558", Host::Named("127.0.0.1".into()), true)]
            ),
        ]
    );
}

#[test]
fn manifests_and_dockerfiles_name_ports() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n    - {port: 80, nodePort: 30001}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec:\n  containers:\n    - ports: [{containerPort: 5556, hostPort: 5557}]\n";
    let services = told(text, ConfigKind::Yaml);
    assert_eq!(services[0], ("a".to_owned(), String::new(), vec![(30001, "30001", Host::All, true)]));
    assert_eq!(services[1].2, [(5556, "5556", Host::All, false), (5557, "5557", Host::All, true)]);
    let text =
        "FROM a\nENV A_PORT=5556 B=1\nEXPOSE 5556/tcp $X 7000-7002\nCMD [\"python\", \"-m\", \"p.a\"]\n";
    let config = read(text, ConfigKind::Docker);
    assert_eq!(config.problems, []);
    let service = &config.services[0];
    assert_eq!(
        (service.kind, service.program.as_str(), service.ports.len()),
        (ServiceKind::Docker, "p.a", 2)
    );
    assert_eq!((service.ports[1].number, service.ports[1].last), (7000, 7002));
    assert_eq!(service.variables[0].range.slice(text), "5556");
    for (command, port) in [
        ("[\"gunicorn\",\"-p\",\"5557\"]", Some("5557")),
        ("[\"python\", \"-m\", \"p.a\", \"--port=5558\"]", Some("5558")),
        ("uvicorn p.a:app --host 0.0.0.0 --port 80", Some("80")),
        ("uvicorn p.a:app --port $PORT", None),
        ("make -p 4", None),
        ("[\"serve\", \"-p\", \"5556\"]", None),
    ] {
        let text = format!("FROM a\nEXPOSE 5556\nCMD {command}\n");
        let ports = &read(&text, ConfigKind::Docker).services[0].ports;
        assert_eq!(ports.get(1).map(|port| port.range.slice(&text)), port, "{command}");
    }
}

#[test]
fn registries_have_three_forms() {
    for text in [
        "ports:\n  A: {port: 5556, host: h, proto: tcp, owner: Memory}\n  B: 5557\n",
        "A:\n  port: 5556\n  host: h\n  proto: tcp\n  owner: Memory\nB: '5557'\n",
        "x: &x {host: h, proto: tcp, owner: Memory}\nports:\n  A: {<<: *x, port: 5556}\n  B: 5557\n",
    ] {
        let config = read(text, ConfigKind::Ports);
        assert_eq!(config.problems, [], "{text}");
        let [a, b] = config.registry.as_slice() else { panic!("{text}: {config:?}") };
        assert_eq!(
            (a.name.as_str(), a.number, a.host.as_str(), a.owner.as_str()),
            ("A", 5556, "h", "Memory")
        );
        assert_eq!((b.name.as_str(), b.number, a.number_range.slice(text)), ("B", 5557, "5556"));
    }
}
