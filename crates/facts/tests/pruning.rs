//! Code that the walk passes over holds nothing: the facts of every file of three large packages, of the fixture and of
//! texts made for it are the same as those of a walk that looks at everything.
//! The packages come from `scripts/install-test-tools`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/generate.rs"]
mod generate;

use std::time::Duration;

use analyzer_facts::{FactSet, Limits, extract, extract_exhaustively, extract_only};
use corpora::{compare, corpus, root};

fn assert_equal(name: &str, text: &str) {
    // Files that are broken must not run out of time in one of the two.
    let limits = Limits::of_time(Duration::from_secs(60));
    let pruned = extract(text, limits).unwrap();
    let exhaustive = extract_exhaustively(text, limits).unwrap();
    if pruned != exhaustive {
        let (pruned, exhaustive) = (format!("{pruned:#?}"), format!("{exhaustive:#?}"));
        let differs = pruned.lines().zip(exhaustive.lines()).position(|(a, b)| a != b).unwrap_or(0);
        let around = |shown: &str| -> String {
            shown.lines().skip(differs.saturating_sub(20)).take(30).collect::<Vec<_>>().join("\n")
        };
        panic!("{name}\n{}\ninstead of\n{}", around(&pruned), around(&exhaustive));
    }
}

/// Asserts that the facts that are always gathered are the same without the others.
fn assert_equal_alone(name: &str, text: &str) {
    let limits = Limits::of_time(Duration::from_secs(60));
    let alone = extract_only(text, FactSet::NONE, limits).unwrap();
    let all = extract_exhaustively(text, limits).unwrap();
    assert_eq!(alone.scopes, all.scopes, "{name}");
    assert_eq!(alone.imports, all.imports, "{name}");
    assert_eq!(alone.program, all.program, "{name}");
    assert_eq!((&alone.names, &alone.attributes), (&all.names, &all.attributes), "{name}");
    assert_eq!((&alone.handlers, &alone.singletons), (&all.handlers, &all.singletons), "{name}");
    assert_eq!((&alone.syntax, &alone.suppressions), (&all.syntax, &all.suppressions), "{name}");
}

/// Both comparisons.
fn assert_both_equal(name: &str, text: &str) {
    assert_equal(name, text);
    assert_equal_alone(name, text);
}

#[test]
fn django() {
    compare(&corpus("django"), 800, assert_both_equal);
}

#[test]
fn sqlalchemy() {
    compare(&corpus("sqlalchemy"), 200, assert_both_equal);
}

#[test]
fn airflow() {
    compare(&corpus("apache_airflow_core"), 500, assert_both_equal);
}

#[test]
fn fixture() {
    compare(&root().join("fixtures/monorepo"), 500, assert_both_equal);
}

#[test]
fn random_functions() {
    for seed in 1..40 {
        assert_equal(&format!("seed {seed}"), &generate::Generator::new(seed).module(12));
    }
}

#[test]
fn damaged_functions() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    const PIECES: [&str; 14] =
        ["(", ")", "]", ":", "\n", "    ", ",", "=", ".", "\"", "x", "if ", "def f(", "\"\"\""];
    for seed in 1..25 {
        let text = generate::Generator::new(seed).module(1);
        for _ in 0..10 {
            let mut damaged = text.clone();
            for _ in 0..1 + next(2) {
                let mut start = next(damaged.len());
                while !damaged.is_char_boundary(start) {
                    start -= 1;
                }
                let length = damaged[start..].chars().take(next(4)).map(char::len_utf8).sum::<usize>();
                damaged.replace_range(start..start + length, PIECES[next(PIECES.len())]);
            }
            assert_equal(&damaged, &damaged);
            assert_equal_alone(&damaged, &damaged);
        }
    }
}

#[test]
fn places_that_words_decide() {
    let texts = [
        "def f():\n    return g(later)\nfrom m import later\n",
        "def f():\n    local = 1\n    return os.x\nimport os\n",
        "def f():\n    os = 1\n    return os\nimport os\n",
        "import os\nx = {'a': [1, (os.x, 2)], 'b': y}\n",
        "with open(x) as [a, (b, c)]:\n    pass\n[p, q] = f()\n(r) = 1\n",
        "x = f(y := 1)\nf(z := 2)\ndel x\nsetattr(m, 'a', 1)\n",
        "def f():\n    global g, h\n    g = 1\n",
        "from typing import cast as c\nimport typing\nfrom m import T\ny = typing.cast('T', x)\n",
        "from m import T\ndef f():\n    x: 'T' = 1\n    return x\n",
        "from m import T\nx: 'T'\ndef f(a: 'T' = g('T')) -> 'T': return f'{T}'\n",
        "from m import T, D\ndef f(a, b: 'T' = 1, *c: D): pass\ndef g(a: T, b=D) -> 'D': pass\n",
        "from m import T\ndef f():\n    return cast('T', g(cast('T', x)))\n@a.b('T')\nclass C(B, k=T): pass\n",
        "def f():\n    with a as b, suppress(Exception) as (c, d): pass\nwith a as b, c() as d: pass\n",
        "type R = int\ntype S[T] = R\nclass C:\n    type U = V\n    x: W = 1\n",
        "import sys\nsys.modules['x'] = y\n",
        "def f():\n    sys.modules['x'] = y\n",
        "__all__ = ['a']\n__all__.extend(b.__all__)\n__all__ += ['c']\n",
        "E = a = Exception\ndef f():\n    B = D = Exception\n    try: g()\n    except B: pass\n    except D: pass\n",
        "import contextlib\ns = contextlib.suppress\nwith s(Exception): f()\ndef g():\n    s(Exception)\n",
        "def f():\n    with contextlib.suppress(Exception): g()\n    contextlib.suppress(BaseException)\n",
        "try:\n    f()\nexcept Exception:\n    pass\nloop.add_signal_handler(1, stop)\nx.y(atexit.register(z))\n",
        "def f():\n    return 1if x else 2\ndef g():\n    x = 'a' if y else 'b'\n    return 0xfor 1\n",
        "def f():\n    x = '''if ' and''' and y\n    return f\"{'a' if b else 'c'}\" \"don't\" or d\n",
        "import importlib\nload = importlib.import_module\ndef f():\n    return load('a.b')\n",
        "for a.b in c: pass\nfor (d, e), f[0] in g: pass\nx[0], y.z = 1, 2\n",
        "a = b = c\na: int\nb: int = 1\nc += d\nasync def f():\n    await g()\n    yield h\n",
        "import é, π as µ\ndef f():\n    return é.x + µ\n",
    ];
    for text in texts {
        assert_equal(text, text);
        assert_equal_alone(text, text);
    }
}

/// Names lead to values and to uses through statements that say nothing themselves.
#[test]
fn values_that_are_followed() {
    let texts = [
        "import subprocess as sp\ndef f(c):\n    r = sp.run\n    q = c\n    r(q, shell=True)\n",
        "from subprocess import run as go\ndef f(c):\n    q = 'ls ' + c\n    go(q, shell=True)\n",
        "import os\ndef f():\n    o = os\n    g = o.system\n    c = input()\n    return g(c)\n",
        "import zmq\nclass A:\n    def __init__(self, p):\n        self.c = zmq.Context()\n        self.s = self.c.socket(zmq.PUB)\n        h = 'tcp://*:%d'\n        self.s.bind(h % p)\n    def g(self):\n        x = self.s\n        x.curve_server = True\n",
        "import zmq\ndef secure(s):\n    s.curve_server = True\ndef f():\n    s = zmq.Context().socket(zmq.REP)\n    secure(s)\n    s.bind('tcp://*:5555')\n",
        "import socket\ndef serve(port):\n    s = socket.socket()\n    s.bind(('0.0.0.0', port))\ndef main():\n    p = 5555\n    serve(p)\n",
        "import socket\nfrom socket import create_connection as cc\ndef f(h):\n    a = (h, 80)\n    cc(a)\n",
        "from httpx import Client as C\ndef f():\n    c = C()\n    return c.get('/x')\nasync def g():\n    f()\n",
        "import requests\ndef f(client: requests.Session, url):\n    return client.get(url)\nasync def g(c):\n    return f(c, 1)\n",
        "from requests import Session\ndef f():\n    s = Session()\n    t = s\n    return t.post('x')\nasync def g():\n    f()\n",
        "import requests\ndef f():\n    with requests.Session() as s:\n        return s.get('x')\nasync def g():\n    f()\n",
        "from time import sleep as nap\ndef f():\n    nap(1)\nasync def g():\n    f()\n    nap(2)\n",
        "import httpx\nclass A:\n    def __init__(self):\n        self.c = httpx.AsyncClient()\n    async def g(self, ids):\n        for i in ids:\n            u = f'/x/{i}'\n            await self.c.get(u)\n",
        "import torch\nclass M:\n    def unload(self):\n        self.model = None\n        del self.pipe\n        x = torch.device('cuda:0')\n",
        "import torch\ndef reload(names):\n    for n in names:\n        pipe = load.from_pretrained(n)\n        pipe.to('cuda')\n",
        "import argparse, socket\ndef f():\n    p = argparse.ArgumentParser()\n    p.add_argument('--port', default=5555)\n    args = p.parse_args()\n    s = socket.create_server(('', args.port))\n",
        "import os\ndef f():\n    n = 'AGENT_PORT'\n    port = int(os.environ.get('AGENT_PORT', 5556))\n    q = get_port('agent')\n    return port, q\n",
        "from contextlib import suppress as quiet\nE = Exception\ndef f():\n    F = E\n    with quiet(F):\n        g()\n",
        "from flask import Flask\ndef create():\n    a = Flask(__name__)\n    b = a\n    @b.route('/x', methods=['POST'])\n    def x():\n        user = 1\n        return user\n    return b\n",
        "from fastapi import FastAPI, APIRouter\ndef make(r):\n    app = FastAPI()\n    api = APIRouter()\n    app.include_router(api, prefix='/a')\n    app.include_router(r)\n    return app\n",
        "def f():\n    p = '/home/ann/data'\n    q = p\n    return open(q)\n",
        "    def f(self):\n        self.s = self.context.socket(zmq.PUB)\n        r['b'] = p.get('id', False)\n        self.port = self.c\n",
        "import asyncio\ndef f():\n    loop = asyncio.get_event_loop()\n    return loop\ndef g():\n    h = asyncio.get_event_loop\n    return h()\n",
    ];
    for text in texts {
        assert_equal(text, text);
        assert_equal_alone(text, text);
    }
}
