# The Linux agent: the shared primitives of src/core/primitives.ts in Python 3.6 or newer, standard library only.
# The files of this folder are joined in the order of their names into one source that runs in two ways: from the controller's channel
# (nothing on disk; see ../channel.ts), and as a file for what has to outlive a session: `agent.py --job <id>`.
# It decides nothing that TypeScript could decide.
import base64
import collections
import contextlib
import errno
import fnmatch
import functools
import hashlib
import importlib
import json
import os
import platform
import re
import selectors
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time


class Later:
    """A module that few calls need, imported when one does: an agent is started on every machine before anything is asked of it."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, part):
        return getattr(importlib.import_module(self.name), part)


futures = Later("concurrent.futures")
http_client = Later("http.client")
tempfile = Later("tempfile")
urllib_error = Later("urllib.error")
urllib_request = Later("urllib.request")
uuid = Later("uuid")
zipfile = Later("zipfile")

# The tests of this project keep their jobs elsewhere.
BASE = os.environ.get("EXAMSITE_BASE", "/var/lib/examsite")
PRIMITIVES = {}


def primitive(name):
    def register(function):
        PRIMITIVES[name] = function
        return function

    return register


class Refusal(Exception):
    """The machine refuses this one call."""

    def __init__(self, code, message, **detail):
        super().__init__(message)
        self.code = code
        self.detail = detail


# Errors by number, never by their text.
ERRNO_CODES = {
    errno.ENOENT: "not-found",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOSPC: "no-space",
    errno.EDQUOT: "no-space",
    errno.EBUSY: "busy",
    errno.ETXTBSY: "busy",
    errno.ETIMEDOUT: "timeout",
    errno.EISDIR: "bad-request",
    errno.ENOTDIR: "bad-request",
    errno.ENAMETOOLONG: "bad-request",
}


def to_wire(error):
    if isinstance(error, Refusal):
        wire = {"code": error.code, "message": str(error)}
        return dict(wire, detail=error.detail) if error.detail else wire
    if isinstance(error, OSError) and error.errno in ERRNO_CODES:
        return {"code": ERRNO_CODES[error.errno], "message": str(error), "detail": {"errno": error.errno}}
    # An argument that is missing, of the wrong type, or no text that this program can mean (an embedded NUL).
    code = "bad-request" if isinstance(error, (KeyError, TypeError, ValueError)) else "failed"
    return {"code": code, "message": "%s: %s" % (type(error).__name__, error)}


def perform(call):
    """One call, one result: {"ok": …} or {"error": …}."""
    try:
        function = PRIMITIVES.get(call["name"])
        if function is None:
            raise Refusal("unsupported", "no primitive '%s' on Linux" % call["name"])
        return {"ok": function(**call["args"]) or {}}
    except Exception as error:  # Whatever it was, the next call still gets its turn.
        return {"error": to_wire(error)}


def answer(value):
    sys.stdout.write("@@" + json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def start_agent(sha256):
    """What the channel's bootstrap calls: says hello, then serves one request a line until the input ends."""
    answer({"hello": hello(sha256)})
    for line in sys.stdin:
        try:
            request = json.loads(line)
            results = [perform(call) for call in request["calls"]]
            answer({"id": request["id"], "results": results})
        except (KeyError, TypeError, ValueError) as error:
            answer({"id": -1, "results": [{"error": to_wire(error)}]})


def agent_source():
    """The text that is running, for a job to run again: from its file, or from the bootstrap's variable."""
    if __name__ == "__main__":
        with open(os.path.abspath(__file__), "rb") as file:
            return file.read()
    return sys.modules["__main__"].s


def hello(sha256):
    return {
        "protocol": 1,
        "agent": sha256,
        "platform": "linux",
        "osVersion": platform.release(),
        "bootTime": boot_time(),
        "machineId": read_text("/etc/machine-id", "/var/lib/dbus/machine-id"),
        "pid": os.getpid(),
    }


def read_text(*paths):
    """Of the first of these files that is there."""
    for path in paths:
        with contextlib.suppress(OSError):
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read().strip()
    raise Refusal("not-found", "none of %s" % ", ".join(paths))


def boot_id():
    return read_text("/proc/sys/kernel/random/boot_id")


def boot_time():
    """
    What the kernel calls its boot time moves when the clock is set, and a restart is proved by this value having changed. So the first
    answer of a boot is remembered: in /run, which is memory, and not on a disk that may be frozen.
    """
    seconds = int(re.search(r"^btime (\d+)$", read_text("/proc/stat"), re.M).group(1))
    # Of a machine that shares its kernel (a container) this is when its own first process began; of any other it is the same second.
    ticks = int(read_text("/proc/1/stat").rpartition(")")[2].split()[19])
    seconds += ticks // os.sysconf("SC_CLK_TCK")
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    remembered = "/run/examsite-boot-" + boot_id()
    try:
        with open(remembered, "x", encoding="ascii") as file:
            file.write(text)
    except FileExistsError:
        return read_text(remembered) or text
    except OSError:
        pass  # Not root: then it is as stable as the clock.
    return text


