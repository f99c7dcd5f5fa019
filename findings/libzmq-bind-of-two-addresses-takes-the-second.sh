#!/usr/bin/env bash
# libzmq bind of "A;B", the form of connect with a source address, listens at B and ignores A.
# Versions: pyzmq 27.1.0, which brings libzmq 4.3.5.
# Seen: bind("tcp://127.0.0.1:5608;127.0.0.1:5609") listens at 5609; nothing listens at 5608.
# Matters here: the documentation gives SOURCE;DESTINATION for connect alone; a server that uses it is not where its first address says.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyzmq==27.1.0
"$work/venv/bin/python" - <<'PY'
import socket

import zmq

assert zmq.zmq_version() == "4.3.5", zmq.zmq_version()
context = zmq.Context()
server = context.socket(zmq.REP)
server.bind("tcp://127.0.0.1:5608;127.0.0.1:5609")
endpoint = server.getsockopt_string(zmq.LAST_ENDPOINT)
reached = {}
for port in (5608, 5609):
    with socket.socket() as probe:
        reached[port] = probe.connect_ex(("127.0.0.1", port)) == 0
print(endpoint, reached)
assert endpoint == "tcp://127.0.0.1:5609" and reached == {5608: False, 5609: True}, (endpoint, reached)
server.close(0)
context.term()
PY
