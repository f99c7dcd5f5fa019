//! Fixtures of a module for pytest, and its classes of tests that are not recognised by their names.
//! It must not know who imports them.

use analyzer_syntax::Node;
use analyzer_syntax::kind::field;
use compact_str::CompactString;

use crate::model::projection::Fixture;
use crate::strings::is_identifier;
use crate::walk::Context;

/// How much of a definition is read, in bytes.
const LONGEST: usize = 4000;

/// The fixture that a decorated definition is.
pub(super) fn read(node: &Node, cx: &Context) -> Option<Fixture> {
    let text = cx.slice(node);
    let definition = node.child_by_field_id(field::DEFINITION)?;
    let decorators = text.get(..definition.start_byte().checked_sub(node.start_byte())?)?;
    if !decorators.contains("fixture") {
        return None;
    }
    let header = cx.slice(&definition);
    let header = header.strip_prefix("async").map_or(header, str::trim_start).strip_prefix("def")?;
    let (name, rest) = header.split_once('(')?;
    let mut needs = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, byte) in rest.bytes().enumerate().take(LONGEST) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                needs.extend(parameter(rest.get(start..at)?));
                break;
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                needs.extend(parameter(rest.get(start..at)?));
                start = at + 1;
            }
            _ => {}
        }
    }
    let unasked =
        decorators.contains("autouse") || decorators.contains("name=") || decorators.contains("name =");
    Some(Fixture { name: name.trim().into(), needs, unasked })
}

/// The name of a parameter.
fn parameter(text: &str) -> Option<CompactString> {
    let name = text.split([':', '=']).next()?.trim();
    is_identifier(name).then(|| name.into())
}

/// The name of a class that derives from a case of tests.
pub(super) fn test_class(node: &Node, cx: &Context) -> Option<CompactString> {
    let bases = node.child_by_field_id(field::SUPERCLASSES)?;
    let bases = cx.slice(&bases);
    let tests = ["Test", "Case", "Suite"].iter().any(|word| bases.contains(word));
    let name = node.child_by_field_id(field::NAME).filter(|_| tests)?;
    Some(cx.slice(&name).into())
}
