"""`closed.py FOLDER LOCK [linux]`: prints what the wheels of a lock require, on their own target, that the lock does not have. Nothing is installed."""
import re
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

# CPython 3.7.9 on 64-bit Windows, as PEP 508 names it.
target = {
    "implementation_name": "cpython",
    "implementation_version": "3.7.9",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10.0.19045",
    "python_full_version": "3.7.9",
    "python_version": "3.7",
    "sys_platform": "win32",
    "extra": "",
}


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def metadata(wheel):
    with zipfile.ZipFile(str(wheel)) as archive:
        name = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
on_linux = sys.argv[3:] == ["linux"]
if on_linux:
    target.update(os_name="posix", platform_machine="x86_64", platform_system="Linux", sys_platform="linux")
pins = dict(line.split("==") for line in lock.read_text().split())
found = {normalised(wheel.name.split("-")[0]) + "==" + wheel.name.split("-")[1]: wheel for wheel in folder.glob("*.whl") if ("win" if on_linux else "linux") not in wheel.name.split("-")[-1]}
for name, version in sorted(pins.items()):
    wheel = found.get("%s==%s" % (name, version))
    if wheel is None:
        print("%s %s: no wheel" % (name, version))
        continue
    for text in metadata(wheel).get_all("Requires-Dist") or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate(target):
            continue
        pinned = pins.get(normalised(wanted.name))
        if pinned is None or not wanted.specifier.contains(pinned, prereleases=True):
            print("%s %s needs %s, the lock has %s" % (name, version, wanted, pinned))
