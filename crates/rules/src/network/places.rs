//! Knowledge about places that the rules of the family share. It must not know findings.

pub(super) use analyzer_project::network::is_well_known;
use analyzer_project::places::is_shown;
use analyzer_source::FileKind;
use camino::Utf8Path;

pub(super) use analyzer_project::places::is_test;

/// The reason for which findings in a file weigh less, by its place.
pub(super) fn excuse(path: &str) -> Option<&'static str> {
    if is_test(path) {
        Some("it stands in a test")
    } else {
        is_shown(path).then_some("it stands in an example")
    }
}

/// How many more there are in the same file, as the end of a message.
pub(super) fn further(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => ", and so is one more in this file".to_owned(),
        _ => format!(", and so are {others} more in this file"),
    }
}

/// Whether a file is configuration: there an address or a path has its place, and only is not for everybody.
pub(super) fn is_configuration(path: &str) -> bool {
    !FileKind::of(Utf8Path::new(path)).is_some_and(FileKind::is_python)
}

/// Ports that a standard gives to a protocol: whoever speaks it has to use them.
const PROTOCOLS: &[u16] = &[
    7, 9, 13, 19, 37, 43, 70, 79, 88, 111, 113, 179, 194, 500, 502, 515, 520, 546, 547, 548, 554, 623, 631,
    802, 873, 1080, 1194, 1701, 1719, 1720, 1723, 1812, 1813, 1900, 3260, 3478, 3689, 3702, 4500, 4840, 5060,
    5061, 5222, 5223, 5269, 5349, 5351, 5353, 5355, 5683, 5684, 6665, 6666, 6667, 6668, 6669, 6697, 9100,
    44818, 47808, 51820,
];

/// Whether a standard gives a port to a protocol.
pub(super) fn is_of_a_protocol(port: u16) -> bool {
    PROTOCOLS.binary_search(&port).is_ok()
}

/// Whether a file is where a project keeps its constants or settings.
pub(super) fn keeps_constants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).trim_start_matches('_').to_ascii_lowercase();
    let words = ["const", "consts", "constants", "settings", "config", "configuration", "conf", "defaults"];
    stem == "ports"
        || words.iter().any(|word| {
            stem.strip_suffix(word).is_some_and(|head| matches!(head.chars().next_back(), None | Some('_')))
        })
        || stem.starts_with("cfg_")
        || matches!(stem.as_str(), "cfg" | "myconfig")
        || path.split('/').rev().skip(1).any(|folder| matches!(folder, "settings" | "constants"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_sorted_and_constants_have_their_modules() {
        assert!(PROTOCOLS.is_sorted());
        assert!(is_of_a_protocol(6667) && !is_of_a_protocol(5556));
        for path in
            ["hub/const.py", "a/_settings.py", "a/net_config.py", "a/settings/base.py", "t/cfg_basic.py"]
        {
            assert!(keeps_constants(path), "{path}");
        }
        assert!(
            !keeps_constants("check_ports.py")
                && !keeps_constants("a/configure.py")
                && !keeps_constants("config/agent.py")
        );
    }
}
