//! `python2-syntax`: statements that only Python 2 understands. It must not know how they are found or rewritten.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use analyzer_facts::Python2Form;

use crate::Check;

/// Reports statements of Python 2, with their counterpart where nothing else is wrong with the file.
pub fn python2_syntax(check: &Check, out: &mut Vec<Diagnostic>) {
    let facts = check.facts;
    let mendable = facts.syntax.is_none() || facts.python2_alone;
    for statement in &facts.python2 {
        let (what, why, title) = match statement.form {
            Python2Form::Print => {
                ("`print` is used as a statement", UNREADABLE, "Call `print` as a function")
            }
            Python2Form::PrintTo => (
                "`print >>` is used as a statement",
                "Python 3 shifts the function `print`, which raises a TypeError when it runs",
                "Call `print` with `file=`",
            ),
            Python2Form::Exec => ("`exec` is used as a statement", UNREADABLE, "Call `exec` as a function"),
            Python2Form::Except => (
                "`except` binds the exception with a comma",
                "before 3.14 no Python 3 reads the file; since then the clause catches both names",
                "Bind the exception with `as`",
            ),
        };
        let edits = statement
            .rewrites
            .iter()
            .map(|rewrite| Edit { range: rewrite.range, content: rewrite.content.to_string() });
        let fix = mendable.then(|| Fix {
            title: title.to_owned(),
            applicability: Applicability::Unsafe,
            edits: edits.collect(),
        });
        let form = match statement.form {
            Python2Form::Print | Python2Form::PrintTo => "print",
            Python2Form::Exec => "exec",
            Python2Form::Except => "except",
        };
        out.push(
            check
                .diagnostic(statement.range, format!("{what}, as in Python 2"))
                .tier(statement.tier)
                .note(why)
                .help(help(statement.form))
                .property("form", form)
                .fix(fix),
        );
    }
}

const UNREADABLE: &str = "no Python 3 reads the file: whatever imports it fails";

const fn help(form: Python2Form) -> &'static str {
    match form {
        Python2Form::Print | Python2Form::PrintTo => "write `print(…)`, or log it",
        Python2Form::Exec => "write `exec(…)`",
        Python2Form::Except => "write `except X as e`",
    }
}
