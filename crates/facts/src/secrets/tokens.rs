//! Secrets whose own form shows what they are: a prefix, an alphabet and a length. It must not know names.

use analyzer_source::TextRange;
use compact_str::CompactString;

use super::value::{Interpolation, entropy, interpolation};
use super::words;
use crate::{Secret, SecretKind, SecretPlace};

/// Characters of a token after its prefix.
#[derive(Clone, Copy)]
enum Alphabet {
    /// `[A-Z2-7]`
    Base32,
    /// `[A-Za-z0-9]`
    Alphanumeric,
    /// `[A-Za-z0-9_]`
    Word,
    /// `[A-Za-z0-9_-]`
    Url,
    /// `[A-Za-z0-9_.-]`
    Dotted,
    /// `[0-9a-f]`
    Hex,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Self::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        }
    }
}

/// A form: what the automaton finds, what follows it, and how many bytes of that there must be.
struct Form {
    keyword: &'static str,
    kind: SecretKind,
    alphabet: Alphabet,
    least: usize,
    most: usize,
}

const fn form(
    keyword: &'static str,
    kind: SecretKind,
    alphabet: Alphabet,
    least: usize,
    most: usize,
) -> Form {
    Form { keyword, kind, alphabet, least, most }
}

/// Rows that are read by a function of their own have no length.
const FORMS: [Form; 45] = {
    use Alphabet::{Alphanumeric, Base32, Dotted, Hex, Url, Word};
    use SecretKind::*;
    [
        form("AKIA", Aws, Base32, 16, 16),
        form("ASIA", Aws, Base32, 16, 16),
        form("ABIA", Aws, Base32, 16, 16),
        form("ACCA", Aws, Base32, 16, 16),
        form("A3T", Aws, Base32, 17, 17),
        form("ghp_", GitHub, Alphanumeric, 36, 255),
        form("gho_", GitHub, Alphanumeric, 36, 255),
        form("ghu_", GitHub, Alphanumeric, 36, 255),
        form("ghs_", GitHub, Alphanumeric, 36, 255),
        form("ghr_", GitHub, Alphanumeric, 36, 255),
        form("github_pat_", GitHub, Word, 82, 82),
        form("glpat-", GitLab, Url, 20, 64),
        form("xoxa-", Slack, Url, 10, 250),
        form("xoxb-", Slack, Url, 10, 250),
        form("xoxp-", Slack, Url, 10, 250),
        form("xoxr-", Slack, Url, 10, 250),
        form("xoxs-", Slack, Url, 10, 250),
        form("sk_live_", Stripe, Alphanumeric, 24, 247),
        form("rk_live_", Stripe, Alphanumeric, 24, 247),
        form("sk_prod_", Stripe, Alphanumeric, 24, 247),
        form("rk_prod_", Stripe, Alphanumeric, 24, 247),
        form("sk_test_", Stripe, Alphanumeric, 24, 247),
        form("rk_test_", Stripe, Alphanumeric, 24, 247),
        form("sk-ant-", Anthropic, Url, 0, 0),
        form("T3BlbkFJ", OpenAi, Url, 0, 0),
        form("hf_", HuggingFace, Alphanumeric, 34, 34),
        form("AIza", Google, Url, 35, 35),
        form("npm_", Npm, Alphanumeric, 36, 36),
        form("pypi-AgEIcHlwaS5vcmc", PyPi, Url, 50, 400),
        form("SG.", SendGrid, Dotted, 66, 66),
        form("dapi", Databricks, Hex, 32, 32),
        form("dop_v1_", DigitalOcean, Hex, 64, 64),
        form("shpat_", Shopify, Hex, 32, 32),
        form("shpss_", Shopify, Hex, 32, 32),
        form(":AA", Telegram, Url, 0, 0),
        form("/api/webhooks/", Webhook, Url, 0, 0),
        form("hooks.slack.com/", Webhook, Url, 0, 0),
        form("webhook.office.com/", Webhook, Url, 0, 0),
        form("chat.googleapis.com/", Webhook, Url, 0, 0),
        form("AccountKey=", Azure, Url, 0, 0),
        form("Bot ", Discord, Url, 0, 0),
        form("eyJ", Jwt, Url, 0, 0),
        form(KEY_BLOCK, PrivateKey, Url, 0, 0),
        form(PGP_BLOCK, PrivateKey, Url, 0, 0),
        form("://", UrlPassword, Url, 0, 0),
    ]
};

/// How the line ends that begins a private key in PEM, and one of OpenPGP.
const KEY_BLOCK: &str = "PRIVATE KEY-----";
const PGP_BLOCK: &str = "PRIVATE KEY BLOCK-----";

/// Keywords of the automaton, in the order of the forms.
pub(super) const KEYWORDS: [&str; FORMS.len()] = {
    let mut keywords = [""; FORMS.len()];
    let mut at = 0;
    while at < FORMS.len() {
        keywords[at] = FORMS[at].keyword;
        at += 1;
    }
    keywords
};

/// The lowest entropy, in bits a character, of what follows a prefix: below are `xxxx…` and `0000…`.
const FLOOR: f64 = 2.5;

/// The secret of the form with this number whose keyword is at `start`.
pub(super) fn at(text: &str, number: usize, start: usize) -> Option<Secret> {
    let form = FORMS.get(number)?;
    match form.kind {
        SecretKind::Anthropic => anthropic(text, start),
        SecretKind::OpenAi => openai(text, start, start + form.keyword.len()),
        SecretKind::Jwt => jwt(text, start),
        SecretKind::PrivateKey => private_key(text, start, form.keyword),
        SecretKind::UrlPassword => url_password(text, start),
        SecretKind::Telegram => telegram(text, start),
        SecretKind::Webhook => webhook(text, start, start + form.keyword.len()),
        SecretKind::Azure => azure(text, start + form.keyword.len()),
        SecretKind::Discord => discord(text, start + form.keyword.len()),
        _ => prefixed(text, form, start),
    }
}

fn made(kind: SecretKind, text: &str, start: usize, end: usize, prefix: &str) -> Secret {
    let mut secret = super::secret(kind, text, (start, end), "", SecretPlace::Code);
    secret.prefix = CompactString::new(prefix);
    secret
}

/// Behind the bytes of an alphabet that begin at `start`.
fn run(text: &str, start: usize, alphabet: Alphabet) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or(&[]);
    start + rest.iter().take_while(|&&byte| alphabet.has(byte)).count()
}

fn starts_word(text: &str, start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    // An escape's letter is no part of a word: `"\nghp_…"`.
    let escaped = start.checked_sub(2).and_then(|at| text.as_bytes().get(at)) == Some(&b'\\');
    escaped || !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn prefixed(text: &str, form: &Form, start: usize) -> Option<Secret> {
    let body_start = start + form.keyword.len();
    let end = run(text, body_start, form.alphabet);
    let body = text.get(body_start..end)?;
    let next = text.as_bytes().get(end).copied().unwrap_or(b' ');
    let fits = (form.least..=form.most).contains(&body.len())
        && starts_word(text, start)
        && !next.is_ascii_alphanumeric()
        && next != b'_'
        && entropy(body) >= FLOOR
        && (form.kind == SecretKind::Slack || !words::is_counted(body));
    if !fits || (form.kind == SecretKind::Aws && body.ends_with("EXAMPLE")) {
        return None;
    }
    let shaped = match form.kind {
        SecretKind::Slack => is_of_slack(body),
        SecretKind::SendGrid => body.find('.') == Some(22),
        _ => true,
    };
    let mut secret = made(form.kind, text, start, end, form.keyword);
    secret.doubtful = form.keyword.contains("_test_");
    shaped.then_some(secret)
}

/// The numbers of a workspace and a user, and a part that was drawn: `1234-1234-abc` shows how one looks.
fn is_of_slack(body: &str) -> bool {
    let number = |part: &str| part.len() >= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    let last = body.rsplit('-').next().unwrap_or("");
    let drawn = last.len() >= 16 && last.bytes().any(|byte| byte.is_ascii_alphabetic());
    let shown = words::is_filler(body) || words::is_counted(last);
    (body.split('-').any(number) && drawn || last.len() >= 48) && !shown
}

/// `sk-ant-api03-` or `sk-ant-admin01-`, 93 characters and `AA`.
fn anthropic(text: &str, start: usize) -> Option<Secret> {
    let rest = text.get(start..)?;
    let prefix = ["sk-ant-api03-", "sk-ant-admin01-"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let end = run(text, start + prefix.len(), Alphabet::Url);
    let body = text.get(start + prefix.len()..end)?;
    let fits = body.len() == 95 && body.ends_with("AA") && starts_word(text, start) && entropy(body) >= FLOOR;
    fits.then(|| made(SecretKind::Anthropic, text, start, end, prefix))
}

/// `sk-…T3BlbkFJ…`, with at least 20 characters on either side.
fn openai(text: &str, middle: usize, behind: usize) -> Option<Secret> {
    const SIDE: usize = 20;
    let before = text.as_bytes().get(..middle)?.iter().rev();
    let start = middle - before.take(256).take_while(|&&byte| Alphabet::Url.has(byte)).count();
    let end = run(text, behind, Alphabet::Url);
    let fits = text.get(start..middle)?.starts_with("sk-") && middle - start >= SIDE && end - behind >= SIDE;
    fits.then(|| made(SecretKind::OpenAi, text, start, end, "sk-"))
}

/// A bot's number, a colon, and 35 characters.
fn telegram(text: &str, colon: usize) -> Option<Secret> {
    let digits = text.as_bytes().get(..colon)?.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (start, end) = (colon - digits, run(text, colon + 1, Alphabet::Url));
    let body = text.get(colon + 1..end)?;
    let fits =
        (8..=10).contains(&digits) && body.len() == 35 && entropy(body) >= 3.5 && !words::is_counted(body);
    fits.then(|| made(SecretKind::Telegram, text, start, end, ""))
}

/// The token that a bot of Discord names in its header: three parts.
fn discord(text: &str, start: usize) -> Option<Secret> {
    let end = run(text, start, Alphabet::Dotted);
    let mut parts = text.get(start..end)?.split('.').map(str::len);
    let lengths = (parts.next()?, parts.next()?, parts.next()?);
    let fits = (24..=28).contains(&lengths.0) && lengths.1 == 6 && (27..=38).contains(&lengths.2);
    (fits && parts.next().is_none()).then(|| made(SecretKind::Discord, text, start, end, ""))
}

/// The address of a webhook: `host` and what it is found by begin at `host`, and end at `behind`; what follows is secret.
fn webhook(text: &str, host: usize, behind: usize) -> Option<Secret> {
    const LONGEST: usize = 400;
    const SHORTEST: usize = 24;
    let rest = text.get(behind..)?;
    let stops = |c: char| !(c.is_ascii_alphanumeric() || "_-/@?=&%.~:".contains(c));
    let secret = rest.get(..rest.find(stops).unwrap_or(rest.len()).min(LONGEST))?;
    let before = text.get(..host)?;
    let parts = secret.split('/').count();
    let fits = match text.get(host..behind)? {
        "/api/webhooks/" => {
            let number = secret.split('/').next().unwrap_or("");
            let named = before.ends_with("discord.com") || before.ends_with("discordapp.com");
            named
                && number.len() >= 16
                && number.bytes().all(|b| b.is_ascii_digit())
                && parts == 2
                && secret.len() > 60
        }
        "hooks.slack.com/" => {
            let bot = secret.split('/').nth(2).is_some_and(|part| part.starts_with('B') && part.len() >= 8);
            let other = ["workflows/T", "triggers/"].iter().any(|start| secret.starts_with(start));
            (secret.starts_with("services/T") && bot || other) && parts >= 4
        }
        "webhook.office.com/" => secret.starts_with("webhookb2/"),
        _ => secret.contains("key=") && secret.contains("token="),
    };
    let body = secret.rsplit(['/', '=']).next().unwrap_or("");
    let made_up = words::is_filler(body) || words::is_mask(secret) || words::is_mask(&secret.to_uppercase());
    let random =
        body.len() >= SHORTEST - 4 && entropy(body) >= 3.0 && body.bytes().any(|byte| byte.is_ascii_digit());
    let end = behind + secret.trim_end_matches(['.', ':', '/']).len();
    (fits && random && !made_up && !words::is_counted(body))
        .then(|| made(SecretKind::Webhook, text, behind, end, ""))
}

/// 86 characters of base64 and `==`.
fn azure(text: &str, start: usize) -> Option<Secret> {
    let rest = text.as_bytes().get(start..)?;
    let base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let end = start + rest.iter().take_while(base64).count();
    let body = text.get(start..end)?;
    // The emulator's key is the same everywhere.
    let known = body.starts_with("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq");
    let fits = body.len() == 86 && text.get(end..end + 2) == Some("==") && entropy(body) >= 4.0 && !known;
    fits.then(|| made(SecretKind::Azure, text, start, end + 2, ""))
}

/// Three parts in base64url, the first of which is a JSON object that names an algorithm.
fn jwt(text: &str, start: usize) -> Option<Secret> {
    let header_end = run(text, start, Alphabet::Url);
    let dot = |at: usize| text.as_bytes().get(at) == Some(&b'.');
    if !starts_word(text, start) || !dot(header_end) {
        return None;
    }
    let payload_end = run(text, header_end + 1, Alphabet::Url);
    if !dot(payload_end) || payload_end < header_end + 8 {
        return None;
    }
    let end = run(text, payload_end + 1, Alphabet::Url);
    let header = decoded(text.get(start..header_end)?)?;
    let object = header.starts_with("{\"") && header.trim_end().ends_with('}') && header.contains("\"alg\"");
    (object && end >= payload_end + 10).then(|| made(SecretKind::Jwt, text, start, end, "eyJ"))
}

/// Text in base64url without padding, as far as it is UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A key in PEM with at least 64 characters of body; line breaks may be escaped, quoted or indented.
fn private_key(text: &str, keyword: usize, ends: &str) -> Option<Secret> {
    const LONGEST: usize = 16_384;
    const SHORTEST_BODY: usize = 64;
    let line = text.get(keyword.saturating_sub(40)..keyword).or_else(|| text.get(..keyword))?;
    let begin = keyword - (line.len() - line.rfind("-----BEGIN ")?);
    let body_start = keyword + ends.len();
    let rest = text.get(body_start..)?;
    let rest = rest.get(..rest.floor_char_boundary(LONGEST))?;
    let rest = rest.split("-----").next().unwrap_or("");
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    // Headers of encrypted keys, escapes, quotes and indentation are no part of the body, but may be in it.
    let foreign = |c: char| !base64(c) && !" \t\r\n\\\"',:-.;()#".contains(c);
    let body = rest.split(foreign).next().unwrap_or("");
    let characters = body.replace("\\n", "").replace("\\r", "").chars().filter(|&c| base64(c)).count();
    if characters < SHORTEST_BODY || entropy(body) < 3.5 {
        return None;
    }
    let behind = body_start + body.len();
    let closing =
        text.get(behind..)?.strip_prefix("-----END ").and_then(|rest| rest.get(..40).or(Some(rest)));
    let closing = closing.and_then(|rest| rest.find("-----"));
    let end = closing.map_or(body_start + body.trim_end().len(), |at| behind + "-----END ".len() + at + 5);
    Some(made(SecretKind::PrivateKey, text, begin, end, ""))
}

/// The password of `scheme://user:password@host`.
fn url_password(text: &str, separator: usize) -> Option<Secret> {
    const LONGEST: usize = 300;
    let scheme = text.as_bytes().get(..separator)?.iter().rev().take(24);
    let scheme = scheme.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let scheme = text.get(separator - scheme.count()..separator)?;
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let start = separator + "://".len();
    let rest = text.as_bytes().get(start..)?;
    let ends = |byte: &u8| {
        matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b',' | b';')
            || byte.is_ascii_whitespace()
    };
    let authority = rest.iter().take(LONGEST).take_while(|byte| !ends(byte)).count();
    let authority = text.get(start..start + authority)?;
    let (user_info, host) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    let wildcard = |part: &str| interpolation(part) != Interpolation::None;
    let hidden = password.len() < 3 || words::is_filler(password) || words::is_mask(password);
    if user.contains(['(', '[']) || host.is_empty() || hidden || wildcard(user) || wildcard(password) {
        return None;
    }
    let web = ["http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ssh", "git"];
    let web = scheme.rsplit('+').next().is_some_and(|scheme| web.contains(&scheme));
    if words::is_placeholder(password) {
        let from = start + user.len() + 1;
        let mut secret = made(SecretKind::Placeholder, text, from, from + password.len(), "");
        secret.place = SecretPlace::Code;
        return (!web).then_some(secret);
    }
    let stand_in = words::is_stand_in(password, user);
    // On one's own machine `user:password@` shows the form, `fred:password@` logs somebody in.
    let known = web && !super::beside::is_someone(user);
    if stand_in && (known || !words::is_near_host(host)) {
        return None;
    }
    let from = start + user.len() + 1;
    let mut secret = made(SecretKind::UrlPassword, text, from, from + password.len(), "");
    secret.doubtful = stand_in
        || words::is_wordy(password)
        || words::holds_placeholder(password)
        || words::is_documentation_host(host);
    secret.range = TextRange::new(from as u32, (from + password.len()) as u32);
    Some(secret)
}
