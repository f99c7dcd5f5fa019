//! Oddities of source files one by one, and the round trip of arbitrary ones.

use proptest::prelude::*;

use super::*;

fn of(bytes: &[u8]) -> SourceText {
    decode(bytes.to_vec()).unwrap()
}

/// Kind, offset and line of each problem.
fn problems(source: &SourceText) -> Vec<(TextProblemKind, u32, u32)> {
    source.problems.iter().map(|problem| (problem.kind, problem.offset, problem.line)).collect()
}

#[test]
fn plain_text_is_taken_as_it_is() {
    for text in ["", "\n", "x = 'ä'\n\x0c\ny = 1", "# coding: utf-8\n"] {
        let source = of(text.as_bytes());
        assert_eq!(source.text, text);
        assert_eq!(
            (source.encoding, source.bom, source.line_ending),
            (Encoding::UTF_8, false, LineEnding::Lf)
        );
        assert!(source.problems.is_empty() && !source.lossy && !source.had_nul);
    }
}

#[test]
fn a_mark_is_stripped_and_put_back() {
    let source = of(b"\xEF\xBB\xBF# coding: utf8\nx = 1\n");
    assert_eq!(source.text, "# coding: utf8\nx = 1\n");
    assert!(source.bom && source.problems.is_empty());
    assert_eq!(source.encode("y\n").unwrap(), b"\xEF\xBB\xBFy\n");

    let source = of(b"\xEF\xBB\xBF\n# coding: latin-1\nx = '\xC3\xA4'\n");
    assert_eq!(source.text, "\n# coding: latin-1\nx = 'ä'\n");
    assert_eq!(problems(&source), [(TextProblemKind::BomConflict, 11, 1)]);
}

#[test]
fn cookies_are_obeyed() {
    let source = of(b"# -*- coding: latin-1 -*-\nn\xE4me\x80 = 1\n");
    assert_eq!(source.text, "# -*- coding: latin-1 -*-\näme\u{80} = 1\n".replace("äm", "näm"));
    assert_eq!(source.encoding, Encoding::LATIN_1);
    assert!(source.problems.is_empty());
    assert_eq!(of(b"# coding: cp1252\n'\x80'").text, "# coding: cp1252\n'€'");
    assert_eq!(of(b"# coding: iso-8859-15\n'\xA4'").text, "# coding: iso-8859-15\n'€'");
    assert_eq!(of(b"# coding: shift_jis\n'\x83\x65'").text, "# coding: shift_jis\n'テ'");
}

#[test]
fn what_is_piped_is_utf_8_where_it_can_be() {
    let piped = |bytes: &[u8]| decode_piped(bytes.to_vec()).unwrap();
    let source = piped("# coding: latin-1\nx = 'ä €'\n".as_bytes());
    assert_eq!((source.text.as_str(), source.encoding), ("# coding: latin-1\nx = 'ä €'\n", Encoding::UTF_8));
    assert_eq!(source.encode(&source.text).unwrap(), source.text.as_bytes());
    let source = piped(b"# coding: latin-1\nx = '\xE4'\n");
    assert_eq!((source.text.as_str(), source.encoding), ("# coding: latin-1\nx = 'ä'\n", Encoding::LATIN_1));
    assert_eq!(piped(b"x = '\xE4'\n").problems.len(), 1);
}

#[test]
fn a_cookie_that_cannot_be_obeyed_is_a_problem() {
    let source = of("# coding: klingon\nx = 'ä'\n".as_bytes());
    assert_eq!(source.text, "# coding: klingon\nx = 'ä'\n");
    assert_eq!(problems(&source), [(TextProblemKind::UnknownEncoding, 10, 0)]);
    assert_eq!(source.problems[0].message, "unknown encoding `klingon`; the file is read as UTF-8");
    assert!(source.problems[0].kind.refused_by_python());

    let source = of(b"# coding: cp437\nx = '\x81'\n");
    assert_eq!(source.text, "# coding: cp437\nx = '\u{fffd}'\n");
    assert_eq!(
        problems(&source),
        [(TextProblemKind::UnsupportedEncoding, 10, 0), (TextProblemKind::InvalidBytes, 21, 1)]
    );
    assert!(!source.problems[0].kind.refused_by_python());
}

#[test]
fn bytes_without_meaning_become_replacement_characters() {
    let source = of(b"a = 1\nb = '\xE4'\n\xFF\n");
    assert_eq!(source.text, "a = 1\nb = '\u{fffd}'\n\u{fffd}\n");
    assert_eq!(problems(&source), [(TextProblemKind::InvalidBytes, 11, 1)]);
    let message = "byte 0xe4 is not valid UTF-8, and no other encoding is declared";
    assert_eq!(source.problems[0].message, message);
    assert_eq!(source.encode(&source.text), Err(EncodeError::Lossy));

    let source = of("# coding: ascii\nx = 'ä'\n".as_bytes());
    assert_eq!(source.text, "# coding: ascii\nx = 'ä'\n");
    assert_eq!(problems(&source), [(TextProblemKind::InvalidBytes, 21, 1)]);
    assert_eq!(source.encode(&source.text).unwrap(), "# coding: ascii\nx = 'ä'\n".as_bytes());

    let source = of(b"# coding: euc-jp\n'\x8E\n");
    assert_eq!(problems(&source), [(TextProblemKind::InvalidBytes, 18, 1)]);
    assert_eq!(source.problems[0].message, "a sequence of bytes does not fit the declared encoding `euc-jp`");
}

#[test]
fn utf_16_is_read_and_reported() {
    for (mark, big) in [([0xFF, 0xFE], false), ([0xFE, 0xFF], true)] {
        let units = "x = '😀'\r\n".encode_utf16();
        let body: Vec<u8> =
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        let bytes = [mark.as_slice(), &body].concat();
        let source = of(&bytes);
        assert_eq!(source.text, "x = '😀'\r\n");
        assert_eq!(problems(&source), [(TextProblemKind::Utf16, 0, 0)]);
        assert_eq!(source.encode(&source.text).unwrap(), bytes);
    }
    let utf_32: Vec<u8> = "\u{feff}x = 12345\n".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    assert_eq!(decode(utf_32), Err(SkipReason::Binary));
}

#[test]
fn nul_bytes_become_spaces() {
    let source = of(b"x = 1\ny\0= 2\0\n");
    assert_eq!(source.text, "x = 1\ny = 2 \n");
    assert!(source.had_nul);
    assert_eq!(problems(&source), [(TextProblemKind::Nul, 7, 1)]);
    assert_eq!(source.encode(&source.text), Err(EncodeError::Lossy));
}

#[test]
fn what_is_no_text_is_refused() {
    assert_eq!(decode(vec![0; 100]), Err(SkipReason::Binary));
    let object = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 9], b"\x03\0\x3e\0\x01\0\0\0"].concat();
    assert_eq!(decode(object), Err(SkipReason::Binary));
    let utf_16_without_mark: Vec<u8> = "import os\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(decode(utf_16_without_mark), Err(SkipReason::Binary));
}

#[test]
fn line_ends_are_told_and_kept() {
    for (bytes, text, ending, newline) in [
        ("a\nb\n", "a\nb\n", LineEnding::Lf, "\n"),
        ("a\r\nb\r\n", "a\r\nb\r\n", LineEnding::CrLf, "\r\n"),
        ("ä\rb\r", "ä\nb\n", LineEnding::Cr, "\n"),
        ("a\r\nb\nc\r", "a\r\nb\nc\n", LineEnding::Mixed, "\r\n"),
        ("a\r\r\nb\n", "a\n\r\nb\n", LineEnding::Mixed, "\r\n"),
        ("a\nb\rc", "a\nb\nc", LineEnding::Mixed, "\n"),
        ("a", "a", LineEnding::Lf, "\n"),
        ("\r", "\n", LineEnding::Cr, "\n"),
    ] {
        let source = of(bytes.as_bytes());
        assert_eq!(source.text, text, "{bytes:?}");
        assert_eq!(source.line_ending, ending, "{bytes:?}");
        assert_eq!(source.newline(), newline, "{bytes:?}");
        assert_eq!(source.encode(text).unwrap(), bytes.as_bytes(), "{bytes:?}");
    }
}

#[test]
fn an_edit_keeps_the_lone_crs_around_it() {
    let source = of("a\rbb\rc\nd\re".as_bytes());
    assert_eq!(source.encode("a\nBBBB\nnew\nc\nd\ne").unwrap(), b"a\rBBBB\nnew\rc\nd\re");
    assert_eq!(source.encode("a\nc\nd\ne").unwrap(), b"a\rc\nd\re");
    assert_eq!(source.encode("").unwrap(), b"");
}

#[test]
fn a_character_that_the_encoding_lacks_is_refused() {
    let source = of(b"# coding: latin-1\n");
    let error = source.encode("# coding: latin-1\n'€'").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`€` does not exist in the file's encoding iso-8859-1; save the file as UTF-8 first"
    );
    let error = of(b"# coding: ascii\n").encode("ä").unwrap_err();
    assert_eq!(error, EncodeError::Unmappable { character: 'ä', encoding: "ascii".to_owned() });
    let error = of(b"# coding: shift_jis\n").encode("aテ😀").unwrap_err();
    assert_eq!(error, EncodeError::Unmappable { character: '😀', encoding: "shift_jis".to_owned() });
}

fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    let mark = prop_oneof![
        Just(&b""[..]),
        Just(&b"\xEF\xBB\xBF"[..]),
        Just(&b"\xFF\xFE"[..]),
        Just(&b"\xFE\xFF"[..])
    ];
    let cookie = prop_oneof![
        Just(""),
        Just("# coding: latin-1\r"),
        Just("# coding: cp1252\n"),
        Just("# coding: iso-8859-9\r\n"),
        Just("# coding: shift_jis\n"),
        Just("# coding: iso-2022-jp\n"),
        Just("# coding: ascii\n"),
        Just("# coding: nonsense\n")
    ];
    let piece = prop_oneof![
        4 => "[a-z =()]{0,6}".prop_map(String::into_bytes),
        2 => Just(b"\n".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        2 => Just(b"\r".to_vec()),
        1 => Just("ä€😀\u{2028}\x0c".as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    (mark, cookie, prop::collection::vec(piece, 0..24))
        .prop_map(|(mark, cookie, pieces)| [mark, cookie.as_bytes(), &pieces.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn text_gives_back_its_bytes(bytes in some_bytes()) {
        let Ok(source) = decode(bytes.clone()) else { return Ok(()) };
        prop_assert!(!source.text.contains('\0'));
        prop_assert!(!source.text.replace("\r\n", "").contains('\r'));
        let encoded = source.encode(&source.text);
        if source.lossy {
            prop_assert_eq!(encoded, Err(EncodeError::Lossy));
        } else {
            prop_assert_eq!(encoded.as_ref(), Ok(&bytes));
        }
        for problem in &source.problems {
            let offset = problem.offset as usize;
            prop_assert!(source.text.is_char_boundary(offset));
            prop_assert_eq!(source.text[..offset].matches('\n').count(), problem.line as usize);
        }
        // An edit comes back when the bytes are read again, in whatever encoding they are.
        let edited = format!("{}pass{}", source.text, source.newline());
        if let Ok(written) = source.encode(&edited) {
            prop_assert_eq!(decode(written).map(|again| again.text), Ok(edited));
        }
    }

    #[test]
    fn valid_utf_8_is_never_lossy(text in "[a-z#\r\n\t 'é世😀]{0,60}") {
        let source = decode(text.clone().into_bytes()).unwrap();
        prop_assert!(!source.lossy && source.problems.is_empty());
        prop_assert_eq!(source.text, text.replace("\r\n", "\u{1}").replace('\r', "\n").replace('\u{1}', "\r\n"));
    }
}
