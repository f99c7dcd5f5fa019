#!/usr/bin/env bash
# libzmq bind takes "5569/path" and "+5564" as ports; connect refuses the same addresses.
# Versions: pyzmq 27.1.0, which brings libzmq 4.3.5.
# Seen: bind drops what follows the digits and takes a sign; connect gives EINVAL for both.
# Matters here: an address shared by a server and its clients can work on one side only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyzmq==27.1.0
"$work/venv/bin/python" - <<'PY'
import zmq

assert zmq.zmq_version() == "4.3.5", zmq.zmq_version()
context = zmq.Context()
for address, bound in [("tcp://127.0.0.1:5569/path", "tcp://127.0.0.1:5569"), ("tcp://127.0.0.1:+5564", "tcp://127.0.0.1:5564")]:
    server = context.socket(zmq.REP)
    server.bind(address)
    endpoint = server.getsockopt_string(zmq.LAST_ENDPOINT)
    assert endpoint == bound, endpoint
    server.close(0)
    client = context.socket(zmq.REQ)
    try:
        client.connect(address)
    except zmq.ZMQError as error:
        assert error.errno == 22, error
        print(f"{address}: bind gives {endpoint}, connect gives EINVAL")
    else:
        raise SystemExit(f"connect takes {address}")
    client.close(0)
context.term()
PY
