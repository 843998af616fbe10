# examsite-probe: redis-password-1
# Puts a password into a configuration of Redis, or takes it out again and gives back what was there. Only who may write the file can do it.
# Standard input: JSON { "config": path, "user": account that the server runs as or "", "password": str or null, "undo": bool }
# What was there stays in the file, as a comment: a former password is nowhere else than it was.
import json
import os
import pwd
import re
import stat
import sys
import tempfile

KEPT = "# examsite kept: "
BEGIN = "# examsite begin "
END = "# examsite end"

asked = json.load(sys.stdin)
path = os.path.realpath(asked["config"])
with open(path, encoding="utf-8", errors="surrogateescape") as file:
    lines = file.read().splitlines()
now = os.stat(path)
before = (stat.S_IMODE(now.st_mode), now.st_uid, now.st_gid)

kept, inside = [], False
for line in lines:
    if line.startswith(BEGIN):
        mode, uid, gid = line[len(BEGIN):].split()
        before = (int(mode, 8), int(uid), int(gid))
    inside = (inside or line.startswith(BEGIN)) and line != END
    if not inside and line != END:
        kept.append(line[len(KEPT):] if line.startswith(KEPT) else line)

mode, uid, gid = before
if not asked["undo"]:
    kept = [KEPT + line if re.match(r"\s*requirepass\s", line, re.I) else line for line in kept]
    kept.append("%s%o %d %d" % (BEGIN, mode, uid, gid))
    if asked["password"]:
        kept.append("requirepass %s" % json.dumps(asked["password"]))
        if mode & 0o007:
            # Everybody could read it: from now on the server alone, by its group.
            mode = mode & ~0o007 | 0o040
            gid = pwd.getpwnam(asked["user"]).pw_gid if asked["user"] else gid
    kept.append(END)

handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".examsite-")
try:
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
        os.fchown(handle, uid, gid)
        os.fchmod(handle, mode)
        file.write("".join(line + "\n" for line in kept))
        file.flush()
        os.fsync(handle)
    os.replace(temporary, path)
except BaseException:
    os.unlink(temporary)
    raise
