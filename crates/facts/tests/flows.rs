//! Facts of coroutines and graphics cards that no rule shows: what counts as a use of a card, and that hostile input is
//! read within bounds.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use std::time::Instant;

use analyzer_facts::{FileFacts, Limits, extract};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::default()).unwrap()
}

#[test]
fn a_card_is_used_where_something_is_put_on_it() {
    for used in [
        "model = model.cuda()",
        "model.to('cuda:1')",
        "x = torch.zeros(1, device=\"cuda\")",
        "device = 'cuda' if torch.cuda.is_available() else 'cpu'",
        "torch.cuda.synchronize()",
        "m = AutoModel.from_pretrained(name, device_map='auto')",
        "def f(device='cuda'): pass",
    ] {
        assert_eq!(facts(&format!("import torch\n{used}\n")).gpu.uses.len(), 1, "{used}");
    }
    for unused in [
        "torch.cuda.is_available()",
        "if device == 'cuda': pass",
        "if device.startswith('cuda'): pass",
        "DEVICES = ['cpu', 'cuda']",
        "print('cuda')",
        "torch.backends.cuda(1)",
        "m = AutoModel.from_pretrained(name, device_map=None)",
    ] {
        assert!(facts(&format!("import torch\n{unused}\n")).gpu.uses.is_empty(), "{unused}");
    }
}

#[test]
fn broken_files_keep_their_facts() {
    let text = "import asyncio, time, torch\n\nasync def f(conn, keys):\n    time.sleep(1)\n    for key in keys:\n        \
                await conn.fetchrow('SELECT 1 WHERE id = $1', key)\n    loop = asyncio.get_event_loop()\n    x.cuda()\n\n\
                def broken(:\n    pass\n";
    let found = facts(text);
    assert!(found.syntax.is_some());
    let asynchrony = &found.asynchrony;
    assert_eq!(
        (asynchrony.blocking.len(), asynchrony.queries.len(), asynchrony.loop_getters.len()),
        (1, 1, 1)
    );
    assert!(asynchrony.blocking[0].sleep.is_none() && asynchrony.loop_getters[0].running.is_none());
    assert_eq!(found.gpu.uses.len(), 1);
}

#[test]
fn deep_and_wide_texts_take_no_longer_than_their_length() {
    let deep =
        format!("import time\nasync def f():\n    {}1{}\n", "time.sleep(".repeat(5_000), ")".repeat(5_000));
    let mut wide = "async def f(conn, keys):\n".to_owned();
    for number in 0..3_000 {
        wide.push_str(&format!(
            "    for k{number} in keys:\n        await conn.fetchrow('SELECT 1', k{number})\n"
        ));
    }
    let mut nested = "async def f(conn, keys):\n".to_owned();
    for number in 0..90 {
        nested.push_str(&format!("{}for k{number} in keys:\n", " ".repeat(number + 1)));
    }
    for number in 0..1_000 {
        nested.push_str(&format!("{}await conn.fetchrow('SELECT 1', x{number})\n", " ".repeat(91)));
    }
    for text in [deep, wide, nested] {
        let started = Instant::now();
        let _ = facts(&text);
        assert!(started.elapsed().as_secs() < 20, "{} bytes took {:?}", text.len(), started.elapsed());
    }
}
