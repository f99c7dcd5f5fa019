//! Limits of the grammar's scanner, which is written in C. It must not know what becomes of a refused text.
//!
//! Between two tokens the scanner packs its state into a buffer of 1,024 bytes: two bytes, one for each string that is
//! open (255 at most; it forgets those further out), and two for each level of indentation. It does not look for the
//! buffer's end before it writes the last level, and the library then ends the process. While it recovers from errors,
//! it takes the blanks of continuation lines and of lines in strings for indentation too. But its levels always
//! increase, so a text whose lines begin at few different columns is safe, however it is nested.

/// Columns other than the first at which the lines of a text may begin: 2 + 255 + 2 · 380 bytes fit.
const MAX_COLUMNS: usize = 380;

/// A text with more columns than that has at least so many bytes, even where tabs count as 8 blanks each.
const LEAST_BYTES: usize = 10_000;

/// Whether the scanner can hold its state anywhere in `text`.
pub(crate) fn can_hold(text: &str) -> bool {
    if text.len() < LEAST_BYTES {
        return true;
    }
    let bytes = text.as_bytes();
    // It counts in 16 bits.
    let mut seen = [0_u64; 1 << 10];
    let mut columns = 0;
    let mut add = |column: u16| {
        let (word, bit) = (usize::from(column >> 6), 1_u64 << (column & 63));
        if column > 0 && seen[word] & bit == 0 {
            seen[word] |= bit;
            columns += 1;
        }
        columns <= MAX_COLUMNS
    };
    add(column(bytes))
        && memchr::memchr_iter(b'\n', bytes).all(|line_feed| add(column(&bytes[line_feed + 1..])))
}

/// The column of the first token of `line`, as the scanner counts: backslashes at the end of blank lines join them.
fn column(line: &[u8]) -> u16 {
    let (mut column, mut at) = (0_u16, 0);
    loop {
        match line.get(at..).unwrap_or_default() {
            [b' ', ..] => column = column.wrapping_add(1),
            [b'\t', ..] => column = column.wrapping_add(8),
            [b'\r' | b'\x0c', ..] => column = 0,
            [b'\\', b'\n', ..] => at += 1,
            [b'\\', b'\r', b'\n', ..] => at += 2,
            _ => return column,
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(columns: impl Iterator<Item = usize>) -> String {
        columns.map(|column| format!("{}x\n", " ".repeat(column))).collect()
    }

    #[test]
    fn a_text_whose_lines_begin_at_few_columns_fits() {
        assert!(can_hold(&lines((0..=380).chain(0..=380))));
        assert!(!can_hold(&lines(0..=381)));
    }

    #[test]
    fn tabs_and_joined_blank_lines_count_as_the_scanner_counts_them() {
        let tabs = |count: usize| -> String {
            (0..count)
                .map(|column| format!("{}{}x\n", "\t".repeat(column / 8), " ".repeat(column % 8)))
                .collect()
        };
        assert!(can_hold(&tabs(381)) && !can_hold(&tabs(382)));
        assert!(tabs(382).len() >= LEAST_BYTES);
        let joined = |feed: &str| -> String {
            (0..400)
                .map(|column| {
                    format!(" {}\\{feed}{}x\n", " ".repeat(column / 2), " ".repeat(column - column / 2))
                })
                .collect()
        };
        assert!(!can_hold(&joined("\n")) && !can_hold(&joined("\r\n")));
        // The blanks before a form feed do not count.
        assert!(can_hold(
            &(0..400).map(|column| format!("{}\x0cx\n", " ".repeat(column))).collect::<String>()
        ));
    }
}
