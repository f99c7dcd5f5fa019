//! Random damage to texts. It must not know what becomes of them.

/// Pieces that are put into texts.
const PIECES: [&str; 24] = [
    "(",
    ")",
    "[",
    "{",
    "}",
    ":",
    "\"\"\"",
    "'",
    "\\\n",
    "\n",
    "\t",
    "    ",
    "\r",
    "é🦀",
    "import a.b\n",
    "from . import *\n",
    "except:\n",
    "try:\n",
    "def f(",
    "class A:\n",
    "lambda: ",
    "f\"{",
    "print x\n",
    "\u{0}",
];

/// The text with a few pieces taken out, put in, doubled or moved.
pub(crate) fn damaged(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let (a, b) = (place(&text, random), place(&text, random));
        let (start, end) = (a.min(b), a.max(b).min(text.floor_char_boundary(a.min(b) + 200)));
        let piece = text[start..end.max(start)].to_owned();
        match random.below(4) {
            0 => text.replace_range(start..end.max(start), ""),
            1 => text.insert_str(b, &piece),
            2 => text.insert_str(a, PIECES[random.below(PIECES.len())]),
            _ => text.replace_range(start..end.max(start), PIECES[random.below(PIECES.len())]),
        }
    }
    text
}

/// A place between two characters.
pub(crate) fn place(text: &str, random: &mut Random) -> usize {
    text.floor_char_boundary(random.below(text.len() + 1))
}

/// Xorshift: the numbers need not be good, only the same for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end.max(1)
    }
}
