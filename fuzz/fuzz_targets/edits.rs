//! An edit of any text: the facts of the next version, with the tree of the one before at hand, are those that it has by
//! itself. The last bytes say what is edited.
#![no_main]

use std::sync::Arc;

use analyzer_facts::{Limits, extract, extract_edited};
use libfuzzer_sys::fuzz_target;

/// What is put into the text.
const PIECES: [&str; 8] = ["", "\n", " ", "(", "x = 1\n", "import a\n", "# note\n", "\"\"\""];

fuzz_target!(|data: &[u8]| {
    let Some((text, &[high, low, taken, piece])) = data.split_last_chunk::<4>() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let start = text.floor_char_boundary(usize::from(u16::from_be_bytes([high, low])) % (text.len() + 1));
    let end = text.floor_char_boundary((start + usize::from(taken)).min(text.len()));
    let piece = PIECES[usize::from(piece) % PIECES.len()];
    let edited: Arc<str> = format!("{}{piece}{}", &text[..start], &text[end..]).into();

    let (limits, mut kept) = (Limits::default(), None);
    if extract_edited(&text.into(), limits, &mut kept).is_ok()
        && let (Ok(next), Ok(fresh)) = (extract_edited(&edited, limits, &mut kept), extract(&edited, limits))
    {
        assert_eq!(next, fresh);
    }
});
