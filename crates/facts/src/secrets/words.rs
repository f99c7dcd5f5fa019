//! Words in names and values: what people write where no secret is. It must not know where a text was found.

/// The words of an identifier in lower case: parted at `_`, `-`, `.`, blanks and where capitals begin a word.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let behind = chars.get(at + 1);
        let begins = c.is_uppercase() && before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit())
            || c.is_uppercase()
                && before.is_some_and(|b| b.is_uppercase())
                && behind.is_some_and(|b| b.is_lowercase());
        if begins {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        word.extend(c.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// A text in lower case without anything but letters and digits.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Passwords that come with a product or that everybody tries first.
const USUAL: &[&str] = &[
    "00000000",
    "1111",
    "111111",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "adm1n",
    "admin",
    "admin1",
    "admin123",
    "admin1234",
    "adminadmin",
    "administrator",
    "adminpass",
    "calvin",
    "changeit",
    "changeme",
    "changeme123",
    "changethis",
    "default",
    "guest",
    "letmein",
    "minioadmin",
    "p@ssw0rd",
    "pass",
    "pass123",
    "pass1234",
    "passw0rd",
    "passwd",
    "password",
    "password1",
    "password123",
    "pgpass",
    "postgres",
    "qwerty",
    "qwerty123",
    "raspberry",
    "root",
    "root123",
    "rootpass",
    "rootpassword",
    "secret",
    "toor",
    "vagrant",
    "welcome",
];
/// More of them, which in code are as often mere words.
const USUAL_IN_CONFIG: &[&str] = &[
    "airflow",
    "demo",
    "django",
    "elastic",
    "grafana",
    "mongo",
    "mongodb",
    "mysql",
    "neo4j",
    "oracle",
    "public",
    "rabbitmq",
    "redis",
    "sa",
    "supersecret",
    "system",
    "test",
    "test123",
    "tomcat",
    "user",
    "welcome1",
    "zabbix",
];

/// Whether everybody knows the password.
pub(super) fn is_usual_password(value: &str) -> bool {
    let folded = value.to_lowercase().replace(['-', '_'], "");
    // `Password123!`
    let base = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let varied = base.len() < folded.len() && matches!(base, "password" | "passw" | "welcome" | "letmein");
    varied || USUAL.binary_search(&folded.as_str()).is_ok()
}

/// Whether a password of a URL stands for one: `user:password@`, `:secret1@`.
pub(super) fn is_stand_in(password: &str, user: &str) -> bool {
    // The colon of `pas:word` parts it from nothing.
    let lower = password.to_lowercase().replace(':', "");
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let says = ["pass", "secret", "dummy", "fake", "your"].iter().any(|part| lower.contains(part))
        || matches!(lower.as_str(), "key" | "pwd" | "pwpw" | "token" | "word");
    let plain =
        digits <= 5 && lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_usual_password_in_config(password) || password.eq_ignore_ascii_case(user) || says && plain
}

/// The same for a password in a configuration.
pub(super) fn is_usual_password_in_config(value: &str) -> bool {
    is_usual_password(value) || USUAL_IN_CONFIG.binary_search(&value.to_lowercase().as_str()).is_ok()
}

/// Whether a word names an account that comes with a product, and is used as its password too.
pub(super) fn is_account(word: &str) -> bool {
    matches!(word, "admin" | "root" | "guest" | "postgres")
}

/// Whether a text asks to be replaced by a value, so plainly that it cannot be one: `YOUR_API_KEY_HERE`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let folded = value.to_lowercase().replace(['-', '.'], "_");
    let words = folded.trim_matches('_');
    let letters = words.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    letters
        && (words.starts_with("your_")
            || words.ends_with("_here") && words.contains('_')
            || words.starts_with("insert_")
            || words.starts_with("enter_your")
            || words.starts_with("put_your")
            || [
                "change_this_",
                "change_me_",
                "please_change",
                "replace_with",
                "replace_this_",
                "put_the_",
                "set_the_",
            ]
            .iter()
            .any(|start| words.starts_with(start))
            || matches!(words, "replace_me" | "replaceme" | "fill_me_in" | "fillme" | "to_be_replaced"))
}

/// Whether a password says that it is one for development, in words that its name has too: `dev_bus_password`.
pub(super) fn is_for_development(value: &str, name: &str) -> bool {
    let (said, name) = (words(value), words(name));
    let is_dev =
        |word: &String| matches!(word.as_str(), "dev" | "devel" | "development" | "demo" | "insecure");
    let repeats = |word: &String| {
        name.contains(word)
            || matches!(word.as_str(), "password" | "passwd" | "pass" | "pw" | "pwd" | "secret" | "only")
    };
    said.len() >= 2
        && said.iter().any(is_dev)
        && !name.iter().any(is_dev)
        && said.iter().all(|w| is_dev(w) || repeats(w))
}

/// Whether a value is the half of a key that everybody may have, or a certificate.
pub(super) fn is_public_key(value: &str) -> bool {
    [
        "ssh-",
        "ecdsa-sha2-",
        "sk-ssh-",
        "AAAAB3NzaC1",
        "AAAAC3NzaC1",
        "AAAAE2VjZHNh",
        "age1",
        "MIGfMA0GCSqGSIb3DQEB",
        "MIIBIjANBgkqhkiG9w0BAQEF",
        "MFkwEwYHKoZIzj0C",
        "MCowBQYDK2Vw",
        "-----BEGIN PUBLIC",
        "-----BEGIN CERT",
        "-----BEGIN RSA PUBLIC",
    ]
    .iter()
    .any(|start| value.starts_with(start))
}

/// Words that no secret holds, in lower case.
const PLACEHOLDER_PARTS: &[&str] = &[
    "example",
    "sample",
    "placeholder",
    "dummy",
    "fake",
    "xxx",
    "your",
    "changeme",
    "change_me",
    "replace",
    "insert",
    "redacted",
    "...",
    "lorem",
    "todo",
    "foobar",
    "foo",
    "bar-",
    "mysecret",
    "my_",
    "my-",
    "notasecret",
    "unused",
    "bogus",
    "invalid",
    "password",
    "passwd",
    "secret",
    "qwerty",
];

/// Whether a value says of itself that it is none.
pub(super) fn holds_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    let chosen = value.contains(['!', '@', '#', '$', '%', '^', '&', '*']);
    PLACEHOLDER_PARTS.iter().any(|part| lower.contains(part))
        || lower.starts_with("abc") && !chosen
        || words(value).iter().any(|word| {
            matches!(
                word.trim_end_matches(|c: char| c.is_ascii_digit()),
                "test"
                    | "tests"
                    | "testing"
                    | "mock"
                    | "bar"
                    | "none"
                    | "null"
                    | "pass"
                    | "token"
                    | "testpass"
                    | "testuser"
                    | "mypass"
                    | "some"
                    | "any"
                    | "default"
            )
        })
}

/// Stars, crosses, dots, and what else stands for characters that are not shown.
pub(super) fn is_mask(value: &str) -> bool {
    value.contains("***")
        || value.contains("xxxx")
        || value.contains("XXXX")
        || value.contains("...")
        || value.contains('…')
}

/// One character again and again.
pub(super) fn is_filler(value: &str) -> bool {
    let mut chars = value.chars().filter(|c| c.is_alphanumeric());
    let Some(first) = chars.next() else { return true };
    chars.all(|c| c == first)
}

/// The longest run of letters or digits that follow each other in their order.
pub(super) fn longest_count(value: &str) -> usize {
    let lower = value.to_lowercase();
    let (mut run, mut longest) = (1, 1);
    for pair in lower.as_bytes().windows(2) {
        let follows =
            matches!(*pair, [one, other] if one.is_ascii_alphanumeric() && other == one.saturating_add(1));
        run = if follows { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Whether eight letters or digits follow each other in their order: nobody draws these.
pub(super) fn is_counted(value: &str) -> bool {
    longest_count(value) >= 8
}

/// Hosts of documentation and of one's own machine.
pub(super) fn is_documentation_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host).to_lowercase();
    matches!(name.as_str(), "localhost" | "127.0.0.1")
        || stands_for_host(&name)
        || ["example.com", "example.org", "example.net", ".test", ".invalid", ".local"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a host is one's own machine or a service beside one's own, where the simplest password may be the real one.
pub(super) fn is_near_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host).to_lowercase();
    is_private_address(&name) || !name.contains('.') && !stands_for_host(&name)
}

/// Whether a host is an address of one's own machine or network.
fn is_private_address(host: &str) -> bool {
    let parts: Vec<u8> = host.split('.').filter_map(|part| part.parse().ok()).collect();
    host.split('.').count() == 4
        && matches!(
            parts.as_slice(),
            [127 | 10, _, _, _] | [192, 168, _, _] | [172, 16..=31, _, _] | [0, 0, 0, 0]
        )
}

/// Whether a name merely stands for that of a host.
fn stands_for_host(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    matches!(stem, "h" | "host" | "hostname" | "server" | "example" | "endpoint" | "test")
        || name.starts_with("my")
}

/// Whether letters read like a word: not too few vowels, no long run of consonants.
fn is_pronounceable(word: &str) -> bool {
    let vowels = word.bytes().filter(|byte| b"aeiouyAEIOUY".contains(byte)).count();
    let mut longest = 0;
    let mut run = 0;
    for byte in word.bytes() {
        run = if b"aeiouyAEIOUY".contains(&byte) { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    word.len() <= 4 || (vowels * 6 >= word.len() && longest <= 5)
}

/// Whether a value consists of words, with separators and short numbers at most: `prod/db/password`, `HS256`, `getToken`.
pub(super) fn is_wordy(value: &str) -> bool {
    let separator = |c: char| "_-./: @,;*+=()[]|\\".contains(c);
    if value.chars().any(|c| !c.is_alphanumeric() && !separator(c)) {
        return false;
    }
    let segments = value.split(separator).filter(|segment| !segment.is_empty());
    let mut letters_of_all = 0;
    for segment in segments {
        let stem = segment.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = segment.len() - stem.len();
        if digits > 4 || stem.chars().any(|c| c.is_ascii_digit()) {
            return false;
        }
        letters_of_all += stem.len();
        let parts = words(stem);
        // `aBcXy`: capitals in the midst of nothing.
        if parts.len() > 1 && stem.len() < 3 * parts.len() || !parts.iter().all(|part| is_pronounceable(part))
        {
            return false;
        }
    }
    letters_of_all > 0
}

/// Whether a value is a name in code or of a file: `app.auth.Backend`, `key.pem`.
pub(super) fn is_dotted_name(value: &str) -> bool {
    let mut parts = value.split('.');
    let identifier = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    value.contains('.') && parts.all(|part| identifier(part) && part.len() < 24)
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut parts = value.split('-');
    lengths.iter().all(|&length| {
        parts
            .next()
            .is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("dbPassword"), ["db", "password"]);
        assert_eq!(words("AWS_SECRET_KEY"), ["aws", "secret", "key"]);
        assert_eq!(words("APIKey"), ["api", "key"]);
        assert_eq!(words("X-Api-Key"), ["x", "api", "key"]);
        assert_eq!(words("__"), [""; 0]);
    }

    #[test]
    fn lists_are_sorted() {
        assert!(USUAL.is_sorted());
        assert!(USUAL_IN_CONFIG.is_sorted());
    }

    #[test]
    fn words_are_told_from_secrets() {
        for value in
            ["prod/db/password", "HS256", "getToken", "id_password", "bearer", "sha1", "oauth2", "a.b"]
        {
            assert!(is_wordy(value), "{value}");
        }
        for value in
            ["q8#Lk2!vZp0w", "Winter2024!", "8d7f3c", "aBcXyQ", "wJalrXUtnFEMIK7MDENG", "sdkjfhgsdkfjh"]
        {
            assert!(!is_wordy(value), "{value}");
        }
    }
}
