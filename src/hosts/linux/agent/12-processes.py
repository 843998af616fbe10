MAX_OUTPUT = 256 * 1024


def start_program(exe, args, **options):
    """In a session of its own, with streams of its own: the channel's are not for children."""
    try:
        return subprocess.Popen(
            [exe] + list(args), stdin=subprocess.PIPE, start_new_session=True, **options
        )
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            raise Refusal("failed", "not a program: '%s'" % exe)
        raise


def children():
    """Parent → its processes, of all that run now."""
    tree = collections.defaultdict(list)
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, Refusal):
                # The name in brackets may hold anything, so the fields are counted from its end.
                tree[int(read_text("/proc/%s/stat" % name).rpartition(")")[2].split()[1])].append(int(name))
    return tree


def stop_tree(pid):
    tree = children()
    doomed = [pid]
    for parent in doomed:
        doomed.extend(tree[parent])
    for one in doomed:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(one, signal.SIGKILL)


class Conversation:
    """Feeds a program its input and keeps the beginning of what it says. Beyond the limit it still reads, or the program would block."""

    def __init__(self, process, stdin):
        self.process = process
        self.kept = {process.stdout: bytearray(), process.stderr: bytearray()}
        self.left = memoryview(stdin)
        self.selector = selectors.DefaultSelector()
        for stream in self.kept:
            self.selector.register(stream, selectors.EVENT_READ)
        os.set_blocking(process.stdin.fileno(), False)
        self.selector.register(process.stdin, selectors.EVENT_WRITE)

    def step(self, seconds):
        for key, _ in self.selector.select(seconds):
            if key.fileobj is self.process.stdin:
                self.feed()
            else:
                self.take(key.fileobj)

    def feed(self):
        # A program need not read its input: then its end of the pipe is gone, and that is no error.
        with contextlib.suppress(BrokenPipeError):
            if self.left:
                self.left = self.left[os.write(self.process.stdin.fileno(), self.left[:65536]) :]
                return
        self.selector.unregister(self.process.stdin)
        self.process.stdin.close()

    def take(self, stream):
        block = os.read(stream.fileno(), 65536)
        if not block:
            self.selector.unregister(stream)
        kept = self.kept[stream]
        kept.extend(block[: MAX_OUTPUT - len(kept)])

    def open(self):
        return any(stream in self.kept for stream in (key.fileobj for key in self.selector.get_map().values()))


def converse(conversation, exe, timeout):
    """Two seconds after the program itself has ended is enough: a service it started may hold the streams for ever."""
    deadline = time.monotonic() + timeout
    ended = None
    while conversation.open() or conversation.process.poll() is None:
        conversation.step(0.1)
        now = time.monotonic()
        if conversation.process.poll() is not None:
            ended = ended or now
            if now - ended > 2:
                return
        elif now > deadline:
            stop_tree(conversation.process.pid)
            conversation.process.wait()
            raise Refusal("timeout", "still running after %s s, and stopped: %s" % (timeout, exe), timeoutSec=timeout)
        elif not conversation.selector.get_map():
            time.sleep(0.02)


def run(exe, args, stdin=b"", timeout=60):
    process = start_program(exe, args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with contextlib.closing(process.stdout), contextlib.closing(process.stderr):
        conversation = Conversation(process, stdin)
        with contextlib.closing(conversation.selector):
            converse(conversation, exe, timeout)
        stdout, stderr = (bytes(conversation.kept[stream]) for stream in (process.stdout, process.stderr))
    # As a shell writes it: 137 for a program that was killed.
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return {"exitCode": code, "stdout": stdout.decode("utf-8", "replace"), "stderr": stderr.decode("utf-8", "replace")}


@primitive("process.run")
def process_run(exe, args, timeoutSec, stdin="", readOnly=False, expectExit=None):
    result = run(exe, args, stdin.encode("utf-8"), timeoutSec)
    if expectExit is not None and result["exitCode"] not in expectExit:
        raise Refusal("failed", "%s ended with %s" % (exe, result["exitCode"]), **result)
    return result


@primitive("process.list")
def process_list():
    names = set()
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            with contextlib.suppress(Refusal):
                names.add(read_text("/proc/%s/comm" % pid))
    return {"names": sorted(names)}


def systemctl(*args):
    if not os.path.isdir("/run/systemd/system"):
        raise Refusal("unsupported", "this machine was not started by systemd")
    return run("systemctl", list(args), timeout=90)


UNIT_STATES = {"enabled": "Automatic", "enabled-runtime": "Automatic", "masked": "Disabled", "masked-runtime": "Disabled"}
ACTIVE_STATES = {"active": "Running", "reloading": "Running", "activating": "StartPending", "deactivating": "StopPending"}


def service_state(name):
    shown = systemctl("show", "--property=LoadState,UnitFileState,ActiveState,ExecStart", "--", name)["stdout"]
    facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    if facts.get("LoadState") == "not-found":
        return {"name": name, "exists": False, "startType": None, "status": None, "path": None}
    program = re.search(r"path=(\S+)", facts.get("ExecStart", ""))
    return {
        "name": name,
        "exists": True,
        # What is neither enabled nor masked starts when something asks for it.
        "startType": UNIT_STATES.get(facts.get("UnitFileState"), "Manual"),
        "status": ACTIVE_STATES.get(facts.get("ActiveState"), "Stopped"),
        "path": program.group(1) if program else None,
    }


def service_states(name):
    if "*" not in name and "?" not in name:
        return [service_state(name)]
    listed = systemctl("list-unit-files", "--type=service", "--no-legend", "--no-pager", "--", name)["stdout"]
    return [service_state(line.split()[0]) for line in sorted(listed.splitlines()) if line.strip()]


@primitive("service.read")
def service_read(names):
    return {"services": [state for name in names for state in service_states(name)]}


START_VERBS = {"Automatic": ("unmask", "enable"), "Manual": ("unmask", "disable"), "Disabled": ("mask",)}
STATUS_VERBS = {"Running": "start", "Stopped": "stop"}


@primitive("service.write")
def service_write(name, startType=None, status=None):
    if not service_state(name)["exists"]:
        raise Refusal("not-found", "no service '%s'" % name)
    if startType is not None and startType not in START_VERBS:
        raise Refusal("unsupported", "no start type '%s' on Linux" % startType)
    verbs = list(START_VERBS.get(startType, ())) + ([STATUS_VERBS[status]] if status else [])
    for verb in verbs:
        result = systemctl(verb, "--", name)
        if result["exitCode"] != 0:
            raise Refusal("failed", "systemctl %s %s ended with %s" % (verb, name, result["exitCode"]), **result)


