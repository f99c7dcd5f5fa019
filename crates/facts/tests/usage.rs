//! Facts of commands and of the network that no rule shows: what can be written without a shell, sockets, roles, and that
//! hostile input is read within bounds.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

use analyzer_facts::{
    EndpointRole, EndpointVia, FileFacts, Host, Limits, Origin, PortSiteKind, Protection, ShellUse, extract,
};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::default()).unwrap()
}

/// The call of a line of `subprocess`, without its shell.
fn without_shell(call: &str) -> Option<String> {
    let text = format!("import subprocess\n{call}\n");
    let facts = facts(&text);
    let [command] = facts.commands.as_slice() else { panic!("{call}: {:?}", facts.commands) };
    let site = command.shell_free.as_deref()?;
    let mut edits = vec![(site.keyword, String::new())];
    edits.extend(site.command.as_ref().map(|(range, list)| (*range, list.to_string())));
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut out = text;
    for (range, content) in edits {
        out.replace_range(range.start as usize..range.end as usize, &content);
    }
    Some(out.lines().skip(1).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_literal_becomes_a_list_of_its_words() {
    for (before, after) in [
        (r#"subprocess.run("ls -l", shell=True)"#, r#"subprocess.run(["ls", "-l"])"#),
        (
            r#"subprocess.run("  ls   -l ", shell=True, check=True)"#,
            r#"subprocess.run(["ls", "-l"], check=True)"#,
        ),
        (r"subprocess.run('ls', check=True, shell=True)", r"subprocess.run(['ls'], check=True)"),
        (r#"subprocess.run(shell=True, args="ls")"#, r#"subprocess.run(args=["ls"])"#),
        (r#"subprocess.run("""ls -l""", shell=1)"#, r#"subprocess.run(["ls", "-l"])"#),
        ("subprocess.run(\n    \"ls\",\n    shell=True,\n)", "subprocess.run(\n    [\"ls\"],\n)"),
    ] {
        assert_eq!(without_shell(before).as_deref(), Some(after));
    }
}

#[test]
fn what_a_shell_would_interpret_stays_as_it_is() {
    let special = "|&;<>()$`\\'*?[]#~=%!{}";
    for character in special.chars() {
        let call = format!("subprocess.run(\"ls a{character}b\", shell=True)");
        assert_eq!(without_shell(&call), None, "{call}");
    }
    for call in [
        r#"subprocess.run("cd /srv", shell=True)"#,
        r#"subprocess.run("if x", shell=True)"#,
        r#"subprocess.run("", shell=True)"#,
        r#"subprocess.run("ls", shell=True, executable="/bin/bash")"#,
        r#"subprocess.run("ls", shell=True, **options)"#,
        r#"subprocess.run("ls", *options, shell=True)"#,
        r#"subprocess.run("ls" " -l", shell=True)"#,
        r#"subprocess.run(f"ls", shell=True)"#,
        r#"subprocess.run(b"ls", shell=True)"#,
        r#"subprocess.run("ls\n-l", shell=True)"#,
        "subprocess.run(\"ls\",\n    # wanted\n    shell=True)",
        "subprocess.run(\"ls\",  # wanted\n    shell=True)",
        "subprocess.run(\n    shell=True,  # wanted\n    args=\"ls\")",
        r#"f"{subprocess.run('ls', shell=True)}""#,
        "subprocess.run(\"ls\", shell=True)\ndef broken(:\n",
    ] {
        assert_eq!(without_shell(call), None, "{call}");
    }
}

#[test]
fn sockets_and_endpoints_are_there_for_the_rules_of_the_project() {
    let found = facts(
        "import zmq\n\nclass A:\n    def run(self, context, port=5557):\n        self.s = context.socket(zmq.PUB)\n        \
         while True:\n            self.s.bind('tcp://*:5556')\n        self.s.connect(f'tcp://{self.host}:{port}')\n        \
         self.s.connect(self.endpoint)\n",
    );
    let [socket] = found.sockets.as_slice() else { panic!("{:?}", found.sockets) };
    assert_eq!((socket.name.as_str(), socket.kind.as_str()), ("self.s", "PUB"));
    let [bind, connect, unknown] = found.endpoints.as_slice() else { panic!("{:?}", found.endpoints) };
    assert_eq!(
        (bind.role, bind.via, &bind.host, bind.in_loop),
        (EndpointRole::Bind, EndpointVia::Zmq, &Host::All, true)
    );
    assert_eq!(
        (connect.role, &connect.host, connect.in_loop),
        (EndpointRole::Connect, &Host::Unknown, false)
    );
    let port = connect.port.unwrap();
    assert_eq!((port.number, port.default), (5557, true));
    assert_eq!((unknown.role, unknown.port), (EndpointRole::Connect, None));
    assert_eq!((found.ports.len(), found.ports[0].kind), (1, PortSiteKind::Parameter));
}

#[test]
fn names_are_resolved_where_they_are_used() {
    let found = facts(
        "import os\n\ndef f(system):\n    system('x')\n\ndef g(x):\n    from os import system\n    system(x)\n\n\
         def h(os, x):\n    os.system(x)\n\nclass os2:\n    def system(self, x):\n        self.system(x)\n",
    );
    let [command] = found.commands.as_slice() else { panic!("{:?}", found.commands) };
    assert_eq!((command.shell, &command.origin), (ShellUse::Always, &Origin::Parameter("x".into())));
}

#[test]
fn deep_and_long_expressions_are_read_within_bounds() {
    let deep = format!("import os\nos.system({}x{})\n", "(".repeat(3_000), ")".repeat(3_000));
    assert_eq!(facts(&deep).commands.len(), 1);
    let sum = format!("import os\nos.system('a'{})\n", " + 'b'".repeat(5_000));
    assert_eq!(facts(&sum).commands.len(), 1);
    let mut aliases = String::from("import os\na0 = os.system\n");
    for index in 1..2_000 {
        aliases.push_str(&format!("a{index} = a{}\n", index - 1));
    }
    aliases.push_str("a1999('x')\nx = y\ny = x\nx('ls')\nos.system(x)\n");
    assert_eq!(facts(&aliases).commands.len(), 1);
}

/// The protection of each bind of a text, in order.
fn protections(body: &str) -> Vec<Protection> {
    let text = format!("import zmq\n{body}");
    let endpoints = facts(&text).endpoints;
    let binds = endpoints.iter().filter(|endpoint| endpoint.role == EndpointRole::Bind);
    binds.filter_map(|endpoint| Some(endpoint.zmq.as_ref()?.protection)).collect()
}

#[test]
fn protection_counts_where_it_is_switched_on_before() {
    const SOCKET: &str = "s = c.socket(zmq.REP)\n";
    for (body, expected) in [
        ("s.bind('tcp://*:1')\n", Protection::None),
        ("s.curve_server = True\ns.bind('tcp://*:1')\n", Protection::On),
        ("s.curve_server = False\ns.bind('tcp://*:1')\n", Protection::None),
        ("s.setsockopt(zmq.CURVE_SERVER, 1)\ns.bind('tcp://*:1')\n", Protection::On),
        ("s.gssapi_server = True\ns.bind('tcp://*:1')\n", Protection::On),
        ("s.plain_server = True\ns.bind('tcp://*:1')\n", Protection::Plain),
        ("s.bind('tcp://*:1')\ns.curve_server = True\n", Protection::Late),
        ("if k:\n    s.curve_server = True\ns.bind('tcp://*:1')\n", Protection::Conditional),
        ("if k:\n    s.curve_server = True\n    s.bind('tcp://*:1')\n", Protection::On),
        ("def f(x):\n    x.curve_server = True\nf(s)\ns.bind('tcp://*:1')\n", Protection::On),
        ("def f(x):\n    x.linger = 0\nf(s)\ns.bind('tcp://*:1')\n", Protection::None),
        ("from m import apply_curve\napply_curve(s)\ns.bind('tcp://*:1')\n", Protection::On),
        ("t = c.socket(zmq.REP)\nt.curve_server = True\ns.bind('tcp://*:1')\n", Protection::None),
    ] {
        assert_eq!(protections(&format!("{SOCKET}{body}")), [expected], "{body}");
    }
    let class = "class A:\n    def __init__(self):\n        self.s = c.socket(zmq.REP)\n        self.s.curve_server = True\n    def go(self):\n        self.s.bind('tcp://*:1')\n";
    assert_eq!(protections(class), [Protection::On]);
    let made = "def make(c):\n    s = c.socket(zmq.REP)\n    s.curve_server = True\n    return s\ndef go(c):\n    t = make(c)\n    t.bind('tcp://*:1')\n";
    assert_eq!(protections(made), [Protection::On]);
    assert_eq!(protections("def go(s):\n    s.bind('tcp://*:1')\n"), [Protection::Unknown]);
}

#[test]
fn one_level_of_helpers_is_followed() {
    let text = "import zmq\nclass A:\n    def _open(self, kind, port):\n        s = self.c.socket(kind)\n        s.bind(f'tcp://*:{port}')\n    def go(self):\n        self._open(zmq.REP, 5556)\n        self._open(zmq.PUB, port=PORT)\nPORT = 5557\n\ndef join(s, address):\n    s.connect(address)\n\ndef go(c):\n    s = c.socket(zmq.SUB)\n    join(s, 'tcp://h:5558')\n";
    let facts = facts(text);
    let mut numbers: Vec<(u16, &str, &str)> = facts
        .endpoints
        .iter()
        .filter_map(|one| Some((one.port?.number, one.callee.as_str(), one.port?.range.slice(text))))
        .collect();
    numbers.sort_unstable();
    assert_eq!(
        numbers,
        [(5556, "self._open", "5556"), (5557, "self._open", "5557"), (5558, "join", "'tcp://h:5558'")]
    );
    let joined = facts.endpoints.iter().find(|one| one.callee == "join").unwrap();
    assert_eq!(joined.zmq.as_ref().unwrap().kind, "SUB");
}

#[test]
fn ports_are_asked_for_by_name() {
    let text = "import os\na = get_port('MEMORY')\nb = os.getenv('A_PORT')\nc = os.environ.get('HOME')\nd = config.get('port')\n";
    let lookups: Vec<_> =
        facts(text).lookups.into_iter().map(|one| (one.name.to_string(), one.registry)).collect();
    assert_eq!(lookups, [("MEMORY".to_owned(), true), ("A_PORT".to_owned(), false)]);
}
