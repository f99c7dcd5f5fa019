#!/usr/bin/env bash
# libzmq binds port 71102 as 5566: a number over 65535 is cut to 16 bits without an error.
# Versions: pyzmq 27.1.0, which brings libzmq 4.3.5.
# Seen: bind(tcp://127.0.0.1:71102) succeeds, LAST_ENDPOINT is port 5566, and a client of 5566 is answered.
# Matters here: two numbers that differ in the source can be one port; a check of ranges is not done by the library.
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
server.bind("tcp://127.0.0.1:71102")
endpoint = server.getsockopt_string(zmq.LAST_ENDPOINT)
print("bound:", endpoint)
assert endpoint == "tcp://127.0.0.1:5566", endpoint
client = context.socket(zmq.REQ)
client.linger = 0
client.connect("tcp://127.0.0.1:5566")
client.send(b"ping")
assert server.poll(3000), "a client of port 5566 does not reach the server"
print("a client of 5566 reaches it")
client.close(0)
server.close(0)
context.term()
PY
