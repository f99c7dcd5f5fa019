#!/usr/bin/env bash
# A second bind to the same ipc:// path succeeds, and the first server is not reached any more.
# Versions: pyzmq 27.1.0, which brings libzmq 4.3.5.
# Seen: both binds return without an error; new clients reach the second socket alone; for tcp:// the second bind is EADDRINUSE.
# Matters here: two services with one ipc path are a conflict that no error at run time shows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyzmq==27.1.0
"$work/venv/bin/python" - <<'PY'
import tempfile
import time

import zmq

assert zmq.zmq_version() == "4.3.5", zmq.zmq_version()
context = zmq.Context()
with tempfile.TemporaryDirectory() as folder:
    address = f"ipc://{folder}/bus"
    servers = {"first": context.socket(zmq.REP)}
    servers["first"].bind(address)

    def answered_by():
        client = context.socket(zmq.REQ)
        client.linger = 0
        client.connect(address)
        client.send(b"ping")
        found = [name for name, server in servers.items() if server.poll(700)]
        for name in found:
            servers[name].recv()
            servers[name].send(b"pong")
        client.close(0)
        return found

    assert answered_by() == ["first"]
    servers["second"] = context.socket(zmq.REP)
    servers["second"].bind(address)
    print("the second bind succeeds")
    seen = answered_by()
    print("answered by:", seen)
    assert seen == ["second"], seen
    for server in servers.values():
        server.close(0)
context.term()
PY
