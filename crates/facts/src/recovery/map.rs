//! Where the bytes of a repaired text come from. It must not know why it was repaired.

/// A stretch of repaired text.
#[derive(Debug, Clone, Copy)]
struct Segment {
    /// Where it starts in the repaired text.
    start: usize,
    /// Where it starts in the file.
    origin: usize,
    /// Bytes of the file that it stands for; 0 for made-up text.
    len: usize,
}

/// From offsets of a repaired text to those of its file; never decreasing.
#[derive(Debug, Default)]
pub(crate) struct SourceMap {
    segments: Vec<Segment>,
}

impl SourceMap {
    /// Maps the text from `start` on in the repaired text to `len` bytes of the file from `origin` on.
    pub(super) fn push(&mut self, start: usize, origin: usize, len: usize) {
        self.segments.push(Segment { start, origin, len });
    }

    /// The file's offset of the byte at `offset`.
    pub(crate) fn start(&self, offset: usize) -> usize {
        let index = self.segments.partition_point(|segment| segment.start <= offset);
        let Some(segment) = index.checked_sub(1).and_then(|at| self.segments.get(at)) else { return 0 };
        segment.origin + (offset - segment.start).min(segment.len)
    }

    /// The file's offset after the last byte before `offset`.
    pub(crate) fn end(&self, offset: usize) -> usize {
        let Some(last) = offset.checked_sub(1) else { return 0 };
        let index = self.segments.partition_point(|segment| segment.start <= last);
        let Some(segment) = index.checked_sub(1).and_then(|at| self.segments.get(at)) else { return 0 };
        segment.origin + (offset - segment.start).min(segment.len)
    }
}
