//! Files that were not read, folded, or spared by a rule, one line for each. It must not know why.

use std::io::{self, Write};

use analyzer_diagnostics::Summary;

use crate::text::{counted, one_line, thousands, wrapped};

/// Folders that are named; the rest is counted.
const MAX_FOLDERS: usize = 3;

/// A line on folders that were not read, one on copies, and one on files in which a rule is silent.
pub(super) fn render(summary: &Summary, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let folders = &summary.downloaded;
    let mut lines = Vec::new();
    if !folders.is_empty() {
        let named: Vec<String> = folders.iter().take(MAX_FOLDERS).map(|name| one_line(name).into()).collect();
        let more = folders.len().saturating_sub(MAX_FOLDERS);
        let more = if more == 0 { String::new() } else { format!(" and {} more", thousands(more as u64)) };
        lines.push(format!(
            "Left out {} of downloaded code ({}{more}); `include` takes them in",
            counted(folders.len() as u64, "folder"),
            named.join(", "),
        ));
    }
    if summary.folded_files > 0 {
        let files = counted(u64::from(summary.folded_files), "file");
        lines.push(format!(
            "Folded {files} in copies of other folders; `copies = \"report\"` looks into them"
        ));
    }
    let silent = [
        (summary.templates, "syntax errors of", "code template"),
        (summary.generated_files, "unused imports of", "generated file"),
    ];
    let silent: Vec<String> = silent
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, of)| format!("{what} {}", counted(u64::from(count), of)))
        .collect();
    if !silent.is_empty() {
        lines.push(format!("Not reported: {}", silent.join(", ")));
    }
    lines.iter().try_for_each(|line| writeln!(out, "{}", wrapped(line, Some(width))))
}
