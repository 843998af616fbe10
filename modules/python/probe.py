# examsite-probe: python-1
"""What one CPython (3.7 or newer, standard library only) has installed, and whether it works. Changes nothing on the machine.

Run as    python -I -B - ARGUMENT        with this file on stdin
ARGUMENT  {"imports": {"pymysql": "pymysql", "mysqlclient": "MySQLdb"},
           "rest": {"numpy": "1.21.6"}}
          ASCII JSON: normalised distribution name -> the module whose import proves it, and what else of a lock should be there
          On Anaconda PATH is first made what conda makes it: without that ssl does not find its DLLs.
stdout    one line of ASCII JSON, exit code 0:
          {"version": "3.7.9", "implementation": "CPython", "bits": 64, "executable": "C:\\Python37\\python.exe",
           "distributions": {"pymysql": "1.0.2"},    normalised name -> version; "1.0.1, 1.0.2" when two copies lie side by side
                                                    in one folder; what lies in a later folder of sys.path is hidden
           "imports": {"pymysql": null},             null: imported; else "ImportError: DLL load failed ..." or
                                                    "the interpreter crashed (SIGSEGV)", "(0xc0000005)" on Windows
           "damaged": {"lxml": ["lxml/etree.pyd"]}}  files that RECORD promises and that are missing or changed, at most 5 each; of
                                                    "rest" only where an import fails, and only of what has that version
stderr    "importing NAME" before each import, and what the modules print

Imports happen in a child: a module that crashes its interpreter costs that one, and the next child goes on after it.

-I leaves out PYTHON* variables and per-user packages, so every account sees what is reported here; -B writes no .pyc.
importlib.metadata came with 3.8 and pkg_resources is gone from new installations, so the metadata is read here, as pip does.
"""
import base64
import csv
import hashlib
import json
import os
import platform
import re
import signal
import struct
import subprocess
import sys

HASHED = (".py", ".pyd", ".dll", ".so")  # code; for other files (templates, translations) existence and size have to do


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def metadata_file(folder, entry):
    """Where an entry of site-packages keeps its metadata; None when it is not a distribution."""
    path = os.path.join(folder, entry)
    if entry.endswith(".dist-info"):
        return os.path.join(path, "METADATA")
    if entry.endswith(".egg-info"):
        return os.path.join(path, "PKG-INFO") if os.path.isdir(path) else path
    return None


def headers(path):
    """Name and version from a METADATA file, the first two that it gives; None for a leftover without them."""
    found = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                key, colon, value = line.partition(":")
                if not line.strip() or not colon:
                    break
                found.setdefault(key.strip().lower(), value.strip())
    except OSError:
        return None
    return (found["name"], found["version"]) if "name" in found and "version" in found else None


def distributions():
    """Every installed distribution: (normalised name, version, folder on sys.path, metadata folder)."""
    for folder in sys.path:
        if not os.path.isdir(folder):
            continue
        for entry in sorted(os.listdir(folder)):
            path = metadata_file(folder, entry)
            known = headers(path) if path else None
            if known:
                yield normalised(known[0]), known[1], folder, os.path.join(folder, entry)


def as_recorded(path, digest, size):
    """Whether a file is still what its wheel held; RECORD leaves digest and size empty where it cannot know them."""
    if not os.path.isfile(path):
        return False
    if size and os.path.getsize(path) != int(size):
        return False
    algorithm, _, expected = digest.partition("=")
    if not expected or not path.lower().endswith(HASHED):
        return True
    with open(path, "rb") as file:
        actual = hashlib.new(algorithm, file.read()).digest()
    return base64.urlsafe_b64encode(actual).rstrip(b"=").decode("ascii") == expected


def damage(folder, metadata):
    record = os.path.join(metadata, "RECORD")
    if not os.path.isfile(record):
        return []  # an egg, or installed by another tool: there is nothing to compare with
    with open(record, encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if len(row) == 3]
    # Byte code is made on the machine and may go at any time; pip writes its own first line into scripts (../../Scripts/...).
    files = [row for row in rows if not row[0].endswith(".pyc") and not row[0].startswith("../")]
    return [row[0] for row in files if not as_recorded(os.path.join(folder, row[0]), row[1], row[2])][:5]


# One line of JSON a module: its name, null or why not. Own file descriptors: what a module prints at its import is not the answer.
IMPORTER = """
import importlib, json, os, re, sys
answer = os.dup(1)
os.dup2(2, 1)
for name, module in json.loads(sys.argv[1]):
    os.write(2, ("importing %s\\n" % module).encode("ascii"))
    why = None
    try:
        importlib.import_module(module)
    except BaseException as error:  # a module may even call exit()
        lines = str(error).strip().splitlines() or [""]
        why = re.sub(r"0x[0-9A-Fa-f]+", "0x...", "%s: %s" % (type(error).__name__, lines[0]))[:300]
    os.write(answer, (json.dumps([name, why]) + "\\n").encode("ascii"))
os._exit(0)  # a library may have left threads behind that would keep the interpreter
"""


def ended(code):
    """How a process ended, in one word that is the same at every run."""
    if code < 0:
        return signal.Signals(-code).name
    return "0x%x" % code if code > 0xFFFF else "exit code %d" % code


def imported(wanted):
    """Name -> null where its module imports, else one line that is the same at every run."""
    results = {}
    waiting = sorted(wanted.items())
    while waiting:
        command = [sys.executable, "-I", "-B", "-c", IMPORTER, json.dumps(waiting)]
        child = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        results.update(json.loads(line) for line in child.stdout.decode("ascii").splitlines())
        waiting = [one for one in waiting if one[0] not in results]
        if waiting:
            results[waiting.pop(0)[0]] = "the interpreter crashed (%s)" % ended(child.returncode)
    return results


def activate():
    """What conda puts on PATH for an environment (conda activate, on Windows)."""
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        inner = [(), ("Library", "mingw-w64", "bin"), ("Library", "usr", "bin"), ("Library", "bin"), ("Scripts",)]
        folders = [os.path.join(sys.prefix, *parts) for parts in inner]
        os.environ["PATH"] = os.pathsep.join(folders + [os.environ.get("PATH", "")])


def main():
    asked = json.loads(sys.argv[1])
    wanted = asked["imports"]
    activate()
    imports = imported(wanted)
    failing = any(imports.values())
    versions = {}
    first = {}
    damaged = {}
    for name, version, folder, metadata in distributions():
        if first.setdefault(name, folder) != folder:
            continue
        versions.setdefault(name, set()).add(version)
        suspect = failing and asked["rest"].get(name) == version
        hurt = damage(folder, metadata) if name in wanted or suspect else []
        if hurt:
            damaged[name] = hurt
    result = {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "bits": struct.calcsize("P") * 8,
        "executable": sys.executable,
        "distributions": {name: ", ".join(sorted(found)) for name, found in versions.items()},
        "imports": imports,
        "damaged": damaged,
    }
    print(json.dumps(result, sort_keys=True))


main()
