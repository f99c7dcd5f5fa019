//! Secrets and their places, in one table for each kind of text. Tokens are put together here: none may be in a file.

use super::*;
use crate::config_text::ConfigKind;

/// Characters that pass for random, the same at every call.
fn random(length: usize, alphabet: &[u8]) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(alphabet[(state % alphabet.len() as u64) as usize])
    };
    (0..length).map(|_| next()).collect()
}

const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn found(text: &str) -> Vec<(SecretKind, &str, &str)> {
    in_python(text)
        .iter()
        .map(|one| (one.kind, text.get(one.range.start as usize..one.range.end as usize).unwrap(), ""))
        .collect()
}

#[test]
fn every_position_of_a_credential() {
    let value = "q8#Lk2!vZp0w";
    for form in [
        "password = 'V'",
        "password: str = 'V'",
        "user, password = 'bob', 'V'",
        "self.password = 'V'",
        "config['password'] = 'V'",
        "if (password := 'V'): pass",
        "d = {'password': 'V'}",
        "connect(password='V')",
        "connect(host, password='V')",
        "def f(password='V'): pass",
        "def f(a, password: str = 'V', b=1): pass",
        "ok = password == 'V'",
        "ok = 'V' == self.password",
        "ok = d['password'] == 'V'",
        "password = b'V'",
        "password = (\n    'V'\n)",
        "password = os.getenv('X', 'V')",
        "x = os.environ.get('DB_PASSWORD', 'V')",
        "x = config('DB_PASSWORD', default='V', cast=str)",
        "password = SecretStr('V')",
        "password: SecretStr = Field(SecretStr('V'))",
        "password = given or 'V'",
        "parser.add_argument('--password', help='the password', default='V')",
        "client.login('bob', 'V')",
        "client.login(\n    'bob',\n    'V',\n)",
        "requests.get(url, auth=('bob', 'V'))",
        "requests.get(url, auth=HTTPBasicAuth('bob', 'V'))",
        "db = mysql.connect('db', 'bob', 'V')",
        "user.set_password('V')",
        "pairs = [('password', 'V')]",
        "# password = 'V'",
        "'''Tasks.\n\n    password: 'V'\n'''",
        "# password: 'V'",
        "def f():\n    '''Run.\n\n    >>> connect(password=\"V\")\n    '''",
        "d.setdefault('password', 'V')",
        "getattr(x, 'password', 'V')",
        "config.get('db', 'password', fallback='V')",
        "mqtt.username_pw_set('bob', 'V')",
        "d = {'pass': 'V'}",
        "dsn = 'host=db user=bob password=V'",
        "dsn = 'Server=db;Uid=bob;Pwd=V;'",
        "run(['dump', '--password=V'])",
        "f(password='V'",
        "x = ((\npassword = 'V'\ndef",
    ] {
        let text = format!("{}\n", form.replace('V', value));
        let found = found(&text);
        assert_eq!(found.len(), 1, "{form}: {found:?}");
        assert_eq!(found[0].1, value, "{form}");
    }
}

#[test]
fn what_is_no_credential() {
    for text in [
        "password = ''",
        "password = None",
        "password = os.environ['X']",
        "password = '<your-password>'",
        "password = '${X}'",
        "password = f'{a}-{b}'",
        "password = 'x%s8K!' % y",
        "PASSWORD_FIELD = 'id_password'",
        "token_type = 'bearer'",
        "pad_token = '[PAD]'",
        "SECRET_NAME = 'prod/db/password'",
        "JWT_TOKEN = 'jwt_token'",
        "token = 'STRING_LITERAL'",
        "password_url = 'q8#Lk2!vZp0w'",
        "print('password: ', password)",
        "password = 'Enter the password'",
        "password = user.q8Lk2vZp0w",
        "commit = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'",
        "password = x == y, 'q8#Lk2!vZp0w' in z",
        "api_key = 'app.settings.ApiKey'",
        "def login(user, password): pass",
        "sk = 'sk_live_abc123xyz789'",
        "key = '-----BEGIN RSA PRIVATE KEY-----'",
        "url = f'https://{user}:{password}@host/'",
        "url = 'https://user:***@host/'",
        "url = 'https://user:password@docs.corp/'",
        "url = 'redis://:secret1@cache.corp:6379/0;h2'",
        "# such as redis://:secret@localhost:6379/0",
        "def f(password: 'q8#Lk2!vZp0w'): pass",
        "password = getattr(x, 'adminPass7', None)",
        "password = config.get('db', 'passkey7x')",
        "if key != 'YOUR_API_KEY_HERE' and api_key == 'YOUR_API_KEY_HERE': pass",
        "line = f'  password: \"{kwargs[\"x\"]}\"'",
        "'''Use password='Kitchen2031'.'''",
        "# password = 'Kitchen2031'",
        "ssh_key = token = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIq8Lk2vZp0wXt5RmNq8Lk2vZp0w'",
        "token = 'xoxb-1234-1234-abc124'",
        "password_salt = 'salt1234'",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn words_are_told_apart_from_passwords() {
    use SecretKind::{Default, Password, Word};
    type Found = (SecretKind, &'static str, &'static str);
    let cases: [(&str, &[Found]); 18] = [
        ("password = 'garden'", &[(Word, "garden", "")]),
        ("password = 'password'", &[(Word, "password", "")]),
        ("d = {'password': 'new_password'}", &[(Word, "new_password", "")]),
        ("user.set_password('cat')", &[(Word, "cat", "")]),
        ("assert host.password == 'garden'", &[(Word, "garden", "")]),
        ("assert host.password == 'password'", &[]),
        ("d = {'pass': 'dog', 'fail': 'cat'}", &[]),
        ("password = 'wrong_password'", &[]),
        ("password.encode('utf-8')", &[]),
        ("f(user='anonymous', password='anonymous@')", &[]),
        ("f(user='bob', password='password123')", &[(Default, "password123", "")]),
        ("if user == 'jack' and password == 'jacktheripper': pass", &[(Password, "jacktheripper", "")]),
        ("if user == other and password == 'on': pass", &[]),
        ("login('bob', 'password')", &[(Default, "password", "")]),
        ("login('user', 'password')", &[]),
        ("login('name_field', 'password_field')", &[]),
        ("signal.connect(sender, 'bob', 'password')", &[]),
        ("open_connection('db', 'bob', 'token')", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn passwords_in_urls_of_ones_own_network() {
    for (url, expected) in [
        ("mqtt://test:test@0.0.0.0:1883", 1),
        ("rtsp://admin:admin@192.168.1.10/live", 1),
        ("ws://fred:password@127.0.0.1:8080/", 1),
        ("ws://user:password@127.0.0.1:8080/", 0),
        ("rtsp://admin:admin@192.0.2.10/live", 0),
        ("http://fred:password@docs.corp/", 0),
    ] {
        assert_eq!(found(&format!("u = '{url}'")).len(), expected, "{url}");
    }
}

#[test]
fn tokens_are_found_anywhere() {
    use SecretKind::*;
    let r = |length| random(length, ALNUM);
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    let cases = [
        (Aws, format!("AKIA{}", random(16, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))),
        (GitHub, format!("ghp_{}", r(36))),
        (GitHub, format!("github_pat_{}", r(82))),
        (GitLab, format!("glpat-{}", r(20))),
        (Slack, format!("xoxb-{}-{}", "123456789012", r(24))),
        (Stripe, format!("sk_live_{}", r(24))),
        (OpenAi, format!("sk-{}T3BlbkFJ{}", r(20), r(20))),
        (Anthropic, format!("sk-ant-api03-{}AA", r(93))),
        (HuggingFace, format!("hf_{}", r(34))),
        (Google, format!("AIza{}", r(35))),
        (Npm, format!("npm_{}", r(36))),
        (PyPi, format!("pypi-AgEIcHlwaS5vcmc{}", r(60))),
        (SendGrid, format!("SG.{}.{}", r(22), r(43))),
        (Databricks, format!("dapi{}", random(32, b"0123456789abcdef"))),
        (Jwt, format!("{header}.eyJ{}.{}", r(20), r(43))),
        (
            PrivateKey,
            format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----", r(64), r(40)),
        ),
    ];
    for (kind, token) in &cases {
        for text in [
            format!("x = '''{token}'''\n"),
            format!("# {token}\n"),
            format!("def (\n  {token}"),
            format!("token = '''{token}'''\n"),
        ] {
            assert_eq!(found(&text), [(*kind, token.as_str(), "")], "{text}");
        }
    }
    assert_eq!(found("AKIAIOSFODNN7EXAMPLE"), []);
    assert_eq!(found(&format!("x{}", cases[1].1)), []);
    assert_eq!(found(&format!("ghp_{}", "x".repeat(36))), []);
    let block = format!(
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\n{}\n-----END PGP PRIVATE KEY BLOCK-----",
        r(90)
    );
    assert_eq!(found(&format!("# \n{block}\n")), [(PrivateKey, block.as_str(), "")]);
    assert_eq!(found("k = 'l!t+dmzf97rt9s*yrsux1py_1@odvz1szr&6&m!f@-nxq6k%%p'"), []);
    assert_eq!(found("api_key = 'l!t+dmzf97rt9s*yrsux1py_1@odvz1szr&6&m!f@-nxq6k%%p'").len(), 1);
    let near = "u = 'postgres://user:password@localhost/x'";
    assert_eq!(found(near), [(UrlPassword, "password", "")]);
    let url = "u = 'postgres://bob:q8Lk2vZp0w@db.corp/x'";
    assert_eq!(found(url), [(UrlPassword, "q8Lk2vZp0w", "")]);
}

#[test]
fn a_token_in_several_literals_is_one() {
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    let jwt = format!("{header}.eyJ{}.{}", random(20, ALNUM), random(43, ALNUM));
    let github = format!("ghp_{}", random(36, ALNUM));
    let url = "postgres://bob:q8Lk2vZp0w@db.corp/x".to_owned();
    for (token, value) in [(&jwt, jwt.as_str()), (&github, github.as_str()), (&url, "q8Lk2vZp0w")] {
        for cut in [12, 17, token.len() - 9] {
            let (a, b) = token.split_at(cut);
            for text in [
                format!("T = ('{a}'\n     \"{b}\")\n"),
                format!("f('{a}' + '{b}')\n"),
                format!("T = (\n    '{a}'  # one\n    + \"{b}\",\n)\n"),
                format!("T = '{a}' \\\n    '{b}'\n"),
                format!("T = b'{a}' rb'{b}'\n"),
            ] {
                let found = in_python(&text);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert!(found[0].kind.is_structured(), "{text}: {found:?}");
                assert_eq!(secret_value(&text, &found[0]), value, "{text}");
                assert_eq!(found[0].length as usize, value.len(), "{text}");
            }
        }
    }
    let (a, b) = github.split_at(12);
    for text in [
        format!("a = '{a}'\n'{b}'\n"),
        format!("a = ['{a}', '{b}']\n"),
        format!("a = '{a}' + x + '{b}'\n"),
        format!("a = '{a}' + f'{{b}}{b}'\n"),
    ] {
        assert_eq!(found(&text), [], "{text}");
    }
    let password = "password = ('q8#Lk2'\n    '!vZp0w')\n";
    let found = in_python(password);
    assert_eq!((found.len(), &*secret_value(password, &found[0])), (1, "q8#Lk2!vZp0w"));
    assert_eq!(secret_pieces(password, &found[0]), ["q8#Lk2", "!vZp0w"]);
}

#[test]
fn configuration() {
    let check = |text: &str, kind, expected: &[(SecretKind, &str)]| {
        let found = in_config(text, kind);
        let found: Vec<(SecretKind, &str)> = found
            .iter()
            .map(|one| (one.kind, &text[one.range.start as usize..one.range.end as usize]))
            .collect();
        assert_eq!(found, expected, "{text}");
    };
    use SecretKind::{Default, Key, Password, Placeholder};
    check("admin: admin\n", ConfigKind::Yaml, &[(Default, "admin")]);
    check("user: admin\npassword: admin\n", ConfigKind::Yaml, &[(Default, "admin")]);
    check("password: q8#Lk2!vZp0w\n  bad: [", ConfigKind::Yaml, &[(Password, "q8#Lk2!vZp0w")]);
    check("environment:\n  - POSTGRES_PASSWORD=postgres\n", ConfigKind::Yaml, &[(Default, "postgres")]);
    check("  POSTGRES_PASSWORD: ${PW:-postgres}\n", ConfigKind::Yaml, &[(Default, "postgres")]);
    check("  POSTGRES_PASSWORD: ${PW}\n", ConfigKind::Yaml, &[]);
    check("password: !vault |\n  $ANSIBLE\n", ConfigKind::Yaml, &[]);
    check("passwordSecretRef: my-secret\nsecretName: tls-2\n", ConfigKind::Yaml, &[]);
    check("{\"api_key\": \"YOUR_API_KEY_HERE\"", ConfigKind::Json, &[(Placeholder, "YOUR_API_KEY_HERE")]);
    check("{\"api_key\": \"REPLACE_ME\"}", ConfigKind::Json, &[(Placeholder, "REPLACE_ME")]);
    check("api_key = \"8d7fA0c1b2e3f4d5\"", ConfigKind::Toml, &[(Key, "8d7fA0c1b2e3f4d5")]);
    check("export SECRET_KEY=8d7fA0c1b2e3f4d5\n", ConfigKind::Ini, &[(Key, "8d7fA0c1b2e3f4d5")]);
    check("p:\n  admin_password: >-\n    admin\n", ConfigKind::Yaml, &[(Default, "admin")]);
    check("login_password: *common\nb_password:\n  x: admin\n", ConfigKind::Yaml, &[]);
    check("e: [{value: graywhale8, name: DB_PASSWORD}]\n", ConfigKind::Yaml, &[(Password, "graywhale8")]);
    check("e:\n- value: graywhale8\n  name: DB_PASSWORD\n", ConfigKind::Yaml, &[(Password, "graywhale8")]);
    check("e:\n- name: X_TOKEN\n- name: DB_PASSWORD\n- value: graywhale8\n", ConfigKind::Yaml, &[]);
    check(
        "{\"name\": \"DB_PASSWORD\",\n \"value\": \"graywhale8\"}",
        ConfigKind::Json,
        &[(Password, "graywhale8")],
    );
    check(
        "dsn: host=db user=svc password=graywhale8 port=1\n",
        ConfigKind::Yaml,
        &[(Password, "graywhale8")],
    );
    check("{\"args\": [\"--db-password=graywhale8\"]}", ConfigKind::Json, &[(Password, "graywhale8")]);
    check(
        "a.yaml: |\n  password: graywhale8\nb.js: |\n  password: graywhale9\n",
        ConfigKind::Yaml,
        &[(Password, "graywhale8")],
    );
    check(
        "environment=\n  A=\"b\",\n  DB_PASSWORD=graywhale8,\n",
        ConfigKind::Ini,
        &[(Password, "graywhale8")],
    );
    check("PASSWORD=$1\nif [ $PASSWORD = admin1x ]; then\n", ConfigKind::Shell, &[]);
    check("// \"password\": \"graywhale8\"\n", ConfigKind::Json, &[]);
    check("[db]\npassword = Winter2024!\n", ConfigKind::Ini, &[(Password, "Winter2024!")]);
}

#[test]
fn facts_describe_but_do_not_tell() {
    let text = "DB_PASSWORD = \"q8#Lk2!vZp0w\"\n";
    let secret = &in_python(text)[0];
    assert_eq!((secret.name.as_str(), secret.length, secret.place), ("DB_PASSWORD", 12, SecretPlace::Code));
    assert_eq!(secret.literal.map(|literal| literal.slice(text)), Some("\"q8#Lk2!vZp0w\""));
    assert!(!format!("{secret:?}").contains("q8#"));
}
