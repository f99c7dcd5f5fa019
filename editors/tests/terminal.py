"""A terminal that an editor runs in: keys go in, and what stands on the screen can be read. It must not know any editor."""

import codecs
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time

import pyte

COLUMNS, LINES = 120, 32
PATIENCE = 60
# Seconds without a key, after which any editor has done what it puts off.
REST = 3


class Terminal:
    """A program in a terminal, until the end of a `with`."""

    def __init__(self, command, folder, environment):
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.changed = threading.Condition()
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self.program = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # Some open /dev/tty, and not what they are given.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.master = master
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        stream = pyte.Stream(self.screen)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                break
            if not data:
                break
            with self.changed:
                stream.feed(decoder.decode(data))
                self.changed.notify_all()

    def text(self):
        """What stands on the screen."""
        with self.changed:
            return "\n".join(line.rstrip() for line in self.screen.display)

    def keys(self, *keys):
        """Presses keys, one after the other as a hand would."""
        for one in keys:
            os.write(self.master, one.encode())
            time.sleep(0.05)

    def wait(self, *parts, without=()):
        """The screen, once all of these stand on it, and none of those."""
        end = time.monotonic() + PATIENCE
        while True:
            text = self.text()
            if all(part in text for part in parts) and not any(part in text for part in without):
                return text
            left = end - time.monotonic()
            assert left > 0 and self.program.poll() is None, f"waiting for {parts} without {without}:\n{text}"
            with self.changed:
                self.changed.wait(min(left, 0.2))

    def until(self, *parts, press, without=()):
        """As `wait`, and presses keys again and again, for what an editor shows only when it is asked."""
        end = time.monotonic() + PATIENCE
        while True:
            self.keys(*press)
            # Some do nothing while keys come.
            shown = time.monotonic() + REST
            while time.monotonic() < shown:
                text = self.text()
                if all(part in text for part in parts) and not any(part in text for part in without):
                    return text
                time.sleep(0.02)
            assert time.monotonic() < end and self.program.poll() is None, f"waiting for {parts}:\n{text}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.kill()
        self.program.wait()
        os.close(self.master)
