//! Licence expressions: whether a list of allowed licences satisfies one. It must not know which are allowed.
//! The grammar is that of SPDX 2.3, annex D, with the slash that crates used before it.

/// The part of an expression that is not allowed; none if it is satisfied.
pub(super) fn offender(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Option<String> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut values: Vec<bool> = Vec::new();
    let mut operators: Vec<&str> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    let mut index = 0;
    while let Some(&word) = words.get(index) {
        match word {
            "(" => operators.push(word),
            ")" => {
                loop {
                    match operators.pop() {
                        Some("(") => break,
                        Some(operator) => apply(operator, &mut values),
                        // Nothing was opened.
                        None => return Some(expression.to_owned()),
                    }
                }
            }
            "AND" | "OR" => {
                // AND binds more tightly than OR.
                while let Some(operator) =
                    operators.pop_if(|top| *top == "AND" || (*top == "OR" && word == "OR"))
                {
                    apply(operator, &mut values);
                }
                operators.push(word);
            }
            licence => {
                let name = match (words.get(index + 1), words.get(index + 2)) {
                    (Some(&"WITH"), Some(exception)) => {
                        index += 2;
                        format!("{licence} WITH {exception}")
                    }
                    _ => licence.to_owned(),
                };
                let good = allowed(&name);
                if !good {
                    refused.push(name);
                }
                values.push(good);
            }
        }
        index += 1;
    }
    while let Some(operator) = operators.pop() {
        apply(operator, &mut values);
    }
    let satisfied = values.len() == 1 && values.first() == Some(&true);
    (!satisfied).then(|| if refused.is_empty() { expression.to_owned() } else { refused.join(", ") })
}

fn apply(operator: &str, values: &mut Vec<bool>) {
    let (right, left) = (values.pop(), values.pop());
    let (Some(right), Some(left)) = (right, left) else {
        // A malformed expression is not satisfied.
        values.push(false);
        return;
    };
    values.push(if operator == "AND" { left && right } else { left || right });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(expression: &str) -> Option<String> {
        offender(expression, &|name| {
            ["MIT", "Apache-2.0", "Zlib", "Apache-2.0 WITH LLVM-exception"].contains(&name)
        })
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        for expression in
            ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "MIT / Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        {
            assert_eq!(refused(expression), None, "{expression}");
        }
    }

    #[test]
    fn every_part_of_a_conjunction_counts() {
        assert_eq!(refused("MIT AND GPL-3.0"), Some("GPL-3.0".to_owned()));
        assert_eq!(refused("(MIT OR GPL-3.0) AND Zlib"), None);
        assert_eq!(refused("MIT OR Zlib AND GPL-3.0"), None);
        assert_eq!(refused("(MIT OR Zlib) AND GPL-3.0"), Some("GPL-3.0".to_owned()));
        assert_eq!(refused("GPL-3.0 WITH Classpath"), Some("GPL-3.0 WITH Classpath".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for expression in ["", "MIT AND", "MIT MIT", "OR", "(MIT", "MIT)"] {
            assert!(refused(expression).is_some(), "{expression}");
        }
    }
}
