//! Messages that are no messages: mended where that is certain, else replaced by one that is answered with an error, so
//! that the session goes on. It must not know what messages mean.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::{Request, Response};

/// Method of the message that replaces one that could not be read.
pub(crate) const MALFORMED: &str = "$/analyzer/malformed";

/// Message that the transport takes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Response(#[expect(dead_code, reason = "only whether it can be read matters")] Response),
    Request(#[expect(dead_code, reason = "only whether it can be read matters")] Request),
}

/// The body as the transport takes it.
pub(crate) fn sound(body: Vec<u8>) -> Vec<u8> {
    if is_message(&body) {
        return body;
    }
    let mended = without_lone_surrogates(&String::from_utf8_lossy(&body));
    if is_message(mended.as_bytes()) {
        return mended.into_bytes();
    }
    let read: Result<Value, _> = serde_json::from_str(&mended);
    let code = if read.is_ok() { -32600 } else { -32700 };
    let id = read.ok().and_then(|value| value.get("id").cloned());
    let id = id.filter(|id| id.is_i64() || id.is_string()).unwrap_or(Value::Null);
    json!({"jsonrpc": "2.0", "id": id, "method": MALFORMED, "params": {"code": code}})
        .to_string()
        .into_bytes()
}

/// Message that replaces a header that could not be read.
pub(crate) fn headless() -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": null, "method": MALFORMED, "params": {"code": -32700}})
        .to_string()
        .into_bytes()
}

fn is_message(body: &[u8]) -> bool {
    serde_json::from_slice::<Message>(body).is_ok()
}

/// A text of JSON in which each escaped half of a pair of surrogates that lacks the other half is the replacement
/// character, which counts as much in UTF-16.
fn without_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (escape, next) = (unit(rest), rest.get(6..).and_then(unit));
        let length = match (escape, next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str("\\ufffd");
                rest = rest.get(6..).unwrap_or("");
                continue;
            }
            (Some(_), _) => 6,
            // An escaped backslash must not lend its second half to what follows.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(rest.get(..length).unwrap_or(rest));
        rest = rest.get(length..).unwrap_or("");
    }
    out + rest
}

/// The code unit that a text begins with as `\u` and four digits.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        without_lone_surrogates(text)
    }

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_stay() {
        assert_eq!(mended(r#""a\ud800b""#), r#""a\ufffdb""#);
        assert_eq!(mended(r#""\udc00\ud800""#), r#""\ufffd\ufffd""#);
        assert_eq!(mended(r#""\ud83e\udd80\ud83e""#), r#""\ud83e\udd80\ufffd""#);
        assert_eq!(mended(r#""\\ud800 \n\u00e9é\"""#), r#""\\ud800 \n\u00e9é\"""#);
        assert_eq!(mended("\\"), "\\");
        assert_eq!(mended("\\ud8"), "\\ud8");
    }

    #[test]
    fn what_cannot_be_read_is_replaced_by_what_is_answered() {
        let told =
            |body: &str| -> Value { serde_json::from_slice(&sound(body.as_bytes().to_vec())).unwrap() };
        let good = r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{}}"#;
        assert_eq!(sound(good.as_bytes().to_vec()), good.as_bytes());
        assert_eq!(told("{").pointer("/params/code"), Some(&json!(-32700)));
        assert_eq!(told("[]").pointer("/params/code"), Some(&json!(-32600)));
        let wrong = told(r#"{"id": 7, "method": 3}"#);
        assert_eq!((wrong.get("id"), wrong.pointer("/params/code")), (Some(&json!(7)), Some(&json!(-32600))));
        let surrogate = told(r#"{"jsonrpc":"2.0","method":"x","params":"\ud800"}"#);
        assert_eq!(surrogate.get("params"), Some(&json!("\u{fffd}")));
        assert_eq!(told("\u{0}").get("id"), Some(&Value::Null));
    }
}
