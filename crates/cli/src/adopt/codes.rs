//! Which codes of a tool are reported, and which codes are whose. It must not know files.

use analyzer_diagnostics::RuleInfo;

/// Which codes a tool reports.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Whose codes they are.
    pub(super) family: Family,
    /// Selectors of what is reported.
    pub(super) select: Vec<String>,
    /// Selectors of what is not.
    pub(super) ignore: Vec<String>,
    /// Whether the file selects codes; otherwise codes that are neither selected nor ignored are undecided.
    pub(super) explicit: bool,
}

/// The tools whose codes our pages list.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Neither.
    #[default]
    None,
    /// ruff, and flake8 with its plugins.
    Ruff,
    /// pylint.
    Pylint,
    /// bandit.
    Bandit,
}

impl Family {
    /// The codes of a rule that are this tool's.
    pub(super) fn codes(self, rule: &RuleInfo) -> Vec<&str> {
        rule.replaces.iter().map(String::as_str).filter(|code| self.has(code)).collect()
    }

    fn has(self, code: &str) -> bool {
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code.get(letters..).unwrap_or("");
        if letters == 0 || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let bandit =
            code.starts_with('B') && digits.len() == 3 && digits.starts_with(|c| matches!(c, '1'..='7'));
        let pylint = letters == 1 && digits.len() == 4;
        match self {
            Self::None => false,
            Self::Ruff => !bandit && !pylint,
            Self::Pylint => pylint,
            Self::Bandit => bandit && letters == 1,
        }
    }
}

impl Selection {
    /// Whether a code is reported; none where nobody says.
    pub(super) fn reports(&self, code: &str) -> Option<bool> {
        let longest = |selectors: &[String]| {
            let fitting = selectors.iter().filter(|selector| selects(selector, code));
            fitting.map(|selector| if selector == "ALL" { 0 } else { selector.len() }).max()
        };
        match (longest(&self.select), longest(&self.ignore)) {
            (Some(on), Some(off)) => Some(on > off),
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            (None, None) => self.explicit.then_some(false),
        }
    }

    /// Whether a rule is reported under any of its codes; none where nobody says, or the tool has no code for it.
    pub(super) fn reports_rule(&self, rule: &RuleInfo) -> Option<bool> {
        let said = self.family.codes(rule).into_iter().filter_map(|code| self.reports(code));
        said.reduce(|a, b| a || b)
    }
}

/// Whether a selector such as `E7` or `ALL` covers a code.
pub(super) fn selects(selector: &str, code: &str) -> bool {
    if selector == "ALL" || selector == code {
        return true;
    }
    // `B` is flake8-bugbear's letter, not the beginning of BLE.
    let letters = |text: &str| text.bytes().take_while(u8::is_ascii_uppercase).count();
    let same_letters = letters(selector) == letters(code) || matches!(selector, "PL");
    code.starts_with(selector) && same_letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str], explicit: bool) -> Selection {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Selection { family: Family::Ruff, select: owned(select), ignore: owned(ignore), explicit }
    }

    #[test]
    fn the_longer_selector_wins() {
        let chosen = selection(&["E", "BLE001", "PL"], &["E7", "ALL"], true);
        let told = ["E501", "E722", "BLE001", "PLR0904", "S602"].map(|code| chosen.reports(code));
        assert_eq!(told, [Some(true), Some(false), Some(true), Some(true), Some(false)]);
        assert_eq!(selection(&["B"], &[], true).reports("BLE001"), Some(false));
        assert_eq!(selection(&["E7"], &[], false).reports("S602"), None);
    }

    #[test]
    fn codes_belong_to_one_tool() {
        for (family, codes) in [
            (Family::Ruff, ["E722", "S602", "C901", "PLR0904", "B001", "ASYNC103"].as_slice()),
            (Family::Pylint, &["W0702", "R0401"]),
            (Family::Bandit, &["B602", "B110"]),
        ] {
            for other in [Family::Ruff, Family::Pylint, Family::Bandit] {
                assert!(
                    codes.iter().all(|code| other.has(code) == (other == family)),
                    "{family:?} {other:?}"
                );
            }
        }
        assert!(!Family::Ruff.has("cyclic-import") && !Family::Pylint.has("python:S5754"));
    }
}
