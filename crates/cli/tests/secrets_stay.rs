//! No planted secret may be in anything that the program writes: any output format, the cache, standard error, baselines,
//! diffs, what own rules say, and what is told while watching or writing comments.
//! It plants every kind of secret in every position, next to faults of other rules on the same lines.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin_cmd;
use proptest::prelude::*;

#[path = "support/formats.rs"]
mod formats;

use formats::FORMATS;

/// Characters that pass for random, other ones for each seed.
struct Random(u64);

impl Random {
    fn text(&mut self, length: usize, alphabet: &str) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let mut next = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            alphabet[(self.0 % alphabet.len() as u64) as usize]
        };
        (0..length).map(|_| next()).collect()
    }

    fn alnum(&mut self, length: usize) -> String {
        self.text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    }

    fn key(&mut self) -> String {
        // Digits at both ends, so that it never reads like words.
        format!("7{}4", self.pairs(11, "bcdfghjkmnpqrstvwxz"))
    }

    /// One that nobody would take for a stand-in, as few different characters would be.
    fn password(&mut self) -> String {
        loop {
            let made = format!("Q{}!{}", self.pairs(4, "bcdfghjkmnpqrstvwxzé"), self.text(3, "23456789"));
            let different: std::collections::BTreeSet<char> = made.chars().collect();
            if different.len() > 9 {
                return made;
            }
        }
    }

    /// Letters and digits by turns, so that there is never a word such as `xxx` or `tmp` that tells a placeholder.
    fn pairs(&mut self, count: usize, letters: &str) -> String {
        (0..count).map(|_| self.text(1, letters) + &self.text(1, "23456789")).collect()
    }
}

/// Python statements around a value that is bound to a name: every position, some with faults of other rules.
const POSITIONS: [&str; 29] = [
    "password = 'V'",
    "password: str = 'V'; import_a = 1",
    "user, password = 'bob', 'V'",
    "self.password = 'V'",
    "config['password'] = 'V'",
    "if (password := 'V'): pass",
    "settings = {'password': 'V'}",
    "connect(password='V')",
    "def function_N(password='V'): pass",
    "ok = password == 'V'",
    "ok = 'V' == password",
    "password = r'V'",
    "password = os.getenv('X', 'V')",
    "x = os.environ.get('DB_PASSWORD', 'V')",
    "password = SecretStr('V')",
    "parser.add_argument('--password', default='V')",
    "client.login('bob', 'V')",
    "get(url, auth=('bob', 'V'))",
    "user.set_password('V')",
    "# password = 'V'",
    "try: connect(password='V')\nexcept: pass",
    "try:\n    x = 1\nexcept Exception: print('V', password == 'V')",
    "subprocess.run('mysql --password=' + x, shell=True, password='V')",
    "os.system(f'run {x}' + connect(password='V'))",
    "socket.bind(('0.0.0.0', 5555)); password = 'V'",
    "from .missing_N import thing; password = 'V'",
    "importlib.import_module('V'); password = 'V'",
    "def function_N():\n    '''Runs.\n\n    >>> connect(password='V')\n    '''",
    "password = (\n    'V'\n)",
];

struct Planted {
    python: String,
    broken: String,
    yaml: String,
    json: String,
    line: String,
    values: Vec<String>,
}

fn plant(seed: u64) -> Planted {
    let mut random = Random(seed | 1);
    let mut values = Vec::new();
    let mut python = String::from("import importlib\nimport os\nimport subprocess\n");
    for (number, position) in POSITIONS.iter().enumerate() {
        let value = random.password();
        let _ = writeln!(python, "{}", position.replace('N', &number.to_string()).replace('V', &value));
        values.push(value);
    }
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    let base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let tokens = [
        format!("AKIA{}", random.text(16, base32)),
        format!("ghp_{}", random.alnum(36)),
        format!("github_pat_{}", random.alnum(82)),
        format!("glpat-{}", random.alnum(20)),
        format!("xoxb-123456789012-{}", random.alnum(24)),
        format!("sk_live_{}", random.alnum(24)),
        format!("sk-{}T3BlbkFJ{}", random.alnum(20), random.alnum(20)),
        format!("sk-ant-api03-{}AA", random.alnum(93)),
        format!("hf_{}", random.alnum(34)),
        format!("AIza{}", random.alnum(35)),
        format!("npm_{}", random.alnum(36)),
        format!("pypi-AgEIcHlwaS5vcmc{}", random.alnum(60)),
        format!("SG.{}.{}", random.alnum(22), random.alnum(43)),
        format!("dapi{}", random.text(32, "0123456789abcdef")),
        format!("{header}.eyJ{}.{}", random.alnum(30), random.alnum(43)),
    ];
    for (number, token) in tokens.iter().enumerate() {
        let _ = writeln!(python, "x{number} = '{token}'\ntry: use('{token}')  # {token}\nexcept: pass");
    }
    // Python joins neighbouring literals.
    let joined = [format!("gho_{}", random.alnum(18)), random.alnum(18)];
    let _ =
        writeln!(python, "split = '{}' \\\n    '{}'\ntry: use(split)\nexcept: pass", joined[0], joined[1]);
    let halves = [random.key(), random.key()];
    let _ = writeln!(python, "api_key = ('{}'\n    + '{}')", halves[0], halves[1]);
    values.extend(joined.iter().chain(&halves).cloned());
    values.extend([joined.concat(), halves.concat()]);
    let url = random.password().replace('é', "e");
    let _ = writeln!(python, "db = connect('postgres://bob:{url}@db.corp:5432/x')");
    let body = [random.alnum(64), random.alnum(64), random.alnum(40)];
    let _ = writeln!(
        python,
        "pem = '''-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----'''",
        body.join("\n")
    );
    let bearer = random.key();
    let _ = writeln!(python, "headers = {{'Authorization': 'Bearer {bearer}'}}");
    values.extend(tokens.iter().cloned());
    values.push(url);
    values.push(bearer);
    // Split at line wraps.
    values.extend(body.iter().cloned());
    let broken = format!("def f(:\n{python}\nclass (\n");
    let [a, b, c, d] = [random.key(), random.key(), random.password(), random.password()];
    let yaml = format!(
        "db:\n  password: {c}\n  url: x # {}\n  list: {{api_key: {a}, x: 1}}\nenvironment:\n  - SECRET={b}\n",
        tokens[1]
    );
    let json = format!("{{\"password\": \"{d}\", \"slack\": \"{}\", \"broken\": [\n", tokens[4]);
    let e = random.key();
    let line = format!("export SECRET_KEY={e}\nPASSWORD='{c}'\n");
    values.extend([a, b, c, d, e]);
    Planted { python, broken, yaml, json, line, values }
}

/// A rule that says and writes the strings that some functions are given.
const OWN_RULE: &str = "+++\nmessage = \"found {{text}}\"\nhelp = \"not {{text}}\"\n\n[fix]\ntitle = \"Give {{text}} away\"\n\
    applicability = \"safe\"\nwith = \"done({{text}})\"\n+++\n# some-strings\n\nStrings.\n\n```query\n\
    ((call function: (identifier) @name arguments: (argument_list (string) @text)) @finding\n  \
    (#any-of? @name \"use\" \"SecretStr\" \"connect\"))\n```\n\n## Examples\n\n### One\n\n\
    ```python\nuse('a')  # finds: some-strings\n```\n";

fn write(root: &Path, planted: &Planted) {
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("analyzer.toml", "");
    put(".analyzer/rules/some-strings.md", OWN_RULE);
    put("p/__init__.py", "");
    put("p/sound.py", &planted.python);
    put("p/broken.py", &planted.broken);
    put("p/again.py", &planted.python.replace("ok =", "also ="));
    put("docker-compose.yml", &planted.yaml);
    put("config/app.json", &planted.json);
    put(".env", &planted.line);
    put("settings.ini", &planted.line);
    put("settings.toml", &format!("{}\n{}", planted.json.replace(':', "="), planted.line));
}

/// A value as it may be written, and what is left of it where a line is wrapped or cut.
fn forms(value: &str) -> Vec<String> {
    let json = serde_json::to_string(value).unwrap();
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let escaped: String = value
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) })
        .collect();
    let percent = value.replace('!', "%21").replace('é', "%C3%A9");
    let mut forms = vec![value.to_owned(), json.trim_matches('"').to_owned(), hex, escaped, percent];
    // The start is public for tokens; the rest is not.
    let chars: Vec<char> = value.chars().collect();
    forms.push(chars[chars.len() - 8..].iter().collect());
    if chars.len() > 20 {
        forms.push(chars[chars.len() - 16..chars.len() - 6].iter().collect());
    }
    forms
}

fn assert_absent(planted: &Planted, what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // A wrapped line parts a value: without line breaks and margins it would show.
    let joined: String = text.chars().filter(|c| !c.is_whitespace() && *c != '|').collect();
    for value in &planted.values {
        for form in forms(value) {
            let shows = text.contains(&form) || joined.contains(&form);
            let line = text.lines().find(|line| line.contains(&form)).unwrap_or_default();
            assert!(!shows, "{what} holds {value:?} as {form:?}: {line}");
        }
        let hash = xxhash_rust::xxh3::xxh3_128(value.as_bytes());
        for form in [format!("{hash:032x}"), format!("{:016x}", hash as u64)] {
            assert!(!text.contains(&form), "{what} holds a plain hash of a secret");
        }
        let raw = [hash.to_le_bytes(), hash.to_be_bytes()];
        assert!(
            !raw.iter().any(|raw| bytes.windows(16).any(|window| window == raw)),
            "{what} holds a plain hash"
        );
    }
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    let mut command = cargo_bin_cmd!("analyzer");
    command.current_dir(root).args(arguments);
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("ANALYZER_LOG", "trace");
    command.output().unwrap()
}

/// Plants, runs and searches; `every` output, or those that hold most.
fn check(seed: u64, every: bool) {
    let planted = plant(seed);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &planted);
    let quiet = |what: &str, output: &Output| {
        assert_absent(&planted, what, &output.stdout);
        assert_absent(&planted, &format!("{what} on stderr"), &output.stderr);
    };
    // Cold, then warm: what the cache gives back is looked at too.
    let warm = if every { &FORMATS[..] } else { &FORMATS[2..4] };
    for (round, formats) in [("cold", &FORMATS[..1]), ("warm", warm)] {
        for format in formats {
            let output = run(root, &["check", "--select", "ALL", "--output-format", format]);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{round} {format}: {:?}", output.status);
            let text = String::from_utf8_lossy(&output.stdout);
            let told = text.contains("hardcoded-credential") && text.contains("secret-token");
            assert!(told, "{round} {format}: {}", String::from_utf8_lossy(&output.stderr));
            quiet(&format!("{round} {format}"), &output);
        }
    }
    let mut packs = 0;
    for entry in std::fs::read_dir(root.join(".analyzer_cache")).unwrap() {
        let path = entry.unwrap().path();
        assert_absent(&planted, "the cache", &std::fs::read(&path).unwrap());
        packs += usize::from(path.extension().is_some_and(|extension| extension == "pack"));
    }
    assert!(packs > 0, "nothing was cached");
    if !every {
        return;
    }
    for arguments in [
        &["check", "--statistics"][..],
        &["check", "--color", "always"],
        &["check", "--include-suppressed", "--output-format", "sarif"],
        &["check", "--diff", "--unsafe-fixes"],
        &["check", "--select", "some-strings", "--diff"],
        &["graph"],
        &["rules", "--test"],
        &["init"],
    ] {
        quiet(&format!("{arguments:?}"), &run(root, arguments));
    }
    let baseline = root.join(".analyzer-baseline.json");
    quiet("--write-baseline", &run(root, &["check", "--write-baseline"]));
    assert_absent(&planted, "the baseline", &std::fs::read(&baseline).unwrap());
    std::fs::remove_file(&baseline).unwrap();
    quiet("--watch", &watched(root));
    // These change the files.
    let added = run(root, &["check", "--ignore", "some-strings", "--add-suppressions"]);
    assert!(String::from_utf8_lossy(&added.stderr).contains("suppressed "), "{added:?}");
    quiet("--add-suppressions", &added);
    quiet("--fix", &run(root, &["check", "--fix", "--unsafe-fixes"]));
}

/// Output of `--watch` about the project as it is, and again when a file has changed.
fn watched(root: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_analyzer"));
    command.current_dir(root).args(["check", "--watch"]).env("RUST_LOG", "trace");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).unwrap();
        text
    });
    let mut stderr = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut rounds = 0;
    let mut buffer = [0; 4096];
    while rounds < 2 && Instant::now() < deadline {
        let count = err.read(&mut buffer).unwrap();
        stderr.extend_from_slice(&buffer[..count]);
        let now = String::from_utf8_lossy(&stderr).matches("Watching for changes").count();
        if now > rounds {
            rounds = now;
            let text = std::fs::read_to_string(root.join("p/sound.py")).unwrap();
            std::fs::write(root.join("p/sound.py"), format!("{text}try: more()\nexcept: pass\n")).unwrap();
        }
        if count == 0 {
            break;
        }
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(rounds, 2, "{}", String::from_utf8_lossy(&stderr));
    Output { status, stdout: reader.join().unwrap(), stderr }
}

#[test]
fn no_output_holds_a_planted_secret() {
    check(0x5eed, true);
}

#[test]
fn every_planted_secret_is_found() {
    let planted = plant(77);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("analyzer.toml"), "").unwrap();
    std::fs::write(folder.path().join("a.py"), &planted.python).unwrap();
    let output = run(folder.path(), &["check", "--select", "secrets", "--output-format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = report["findings"].as_array().unwrap().len();
    // 29 positions, 15 tokens, two values in two literals each, a URL, a private key and a header.
    assert_eq!(found, POSITIONS.len() + 15 + 2 + 3, "{report:#}");
}

#[test]
fn fingerprints_depend_on_the_key_and_on_the_value() {
    let fingerprint = |text: &str, key: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("analyzer.toml"), "").unwrap();
        std::fs::write(folder.path().join("a.py"), text).unwrap();
        let mut command = cargo_bin_cmd!("analyzer");
        command.current_dir(folder.path()).args(["check", "--output-format", "json"]);
        let output = command.env("ANALYZER_FINGERPRINT_KEY", key).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
    };
    let first = fingerprint("password = 'q8#Lk2!vZp0w'\n", "a");
    assert_eq!(first, fingerprint("\n\n# moved\npassword = 'q8#Lk2!vZp0w'\n", "a"));
    assert_ne!(first, fingerprint("password = 'q8#Lk2!vZp0w'\n", "b"));
    assert_ne!(first, fingerprint("password = 'q8#Lk2!vZp0x'\n", "a"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nor_any_other_one(seed in any::<u64>()) {
        check(seed, false);
    }
}
