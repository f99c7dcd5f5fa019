#!/usr/bin/env bash
# libzmq connects to tcp://0.0.0.0 and reaches a local server, and refuses tcp://* for the same.
# Versions: pyzmq 27.1.0, which brings libzmq 4.3.5.
# Seen: a REQ connected to tcp://0.0.0.0:PORT is served by a REP bound at tcp://127.0.0.1:PORT; tcp://*:PORT is EINVAL at once.
# Matters here: a bind address pasted into a client fails or works on one machine by how it is spelled.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyzmq==27.1.0
"$work/venv/bin/python" - <<'PY'
import zmq

assert zmq.zmq_version() == "4.3.5", zmq.zmq_version()
context = zmq.Context()
server = context.socket(zmq.REP)
port = server.bind_to_random_port("tcp://127.0.0.1")
client = context.socket(zmq.REQ)
client.linger = 0
client.connect(f"tcp://0.0.0.0:{port}")
client.send(b"ping")
reached = bool(server.poll(3000))
other = context.socket(zmq.REQ)
try:
    other.connect(f"tcp://*:{port}")
    refused = None
except zmq.ZMQError as error:
    refused = error.errno
print("0.0.0.0 reaches the server:", reached, "| * gives errno", refused)
assert reached and refused == 22
for each in (client, other, server):
    each.close(0)
context.term()
PY
