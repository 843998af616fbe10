# Jobs: calls that outlive the session. A job is a folder with job.json, status.json and a copy of this agent, and a process in a session of
# its own. Where systemd is, a unit runs it again at the next start, so that a restart in the middle rolls back.
UNFINISHED = ("running", "awaiting-confirmation")
UNITS = "/etc/systemd/system"


def job_folder(id):
    if not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", id):
        raise Refusal("bad-request", "not a job id: '%s'" % id)
    return os.path.join(BASE, "jobs", id)


def write_json(path, value):
    write_atomically(path, json.dumps(value).encode("ascii"), 0o600)


def read_json(path):
    return json.loads(read_text(path))


def save(status):
    write_json(os.path.join(job_folder(status["id"]), "status.json"), status)


def started_at(pid):
    """Clock ticks since boot; with the process id it names one process and no later one. None when it has ended."""
    try:
        fields = read_text("/proc/%d/stat" % pid).rpartition(")")[2].split()
    except Refusal:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def alive(runner):
    return runner["boot"] == boot_id() and started_at(runner["pid"]) == runner["started"] is not None


def read_status(id):
    """The saved one, or absent. A runner that was killed leaves 'running' behind."""
    folder = job_folder(id)
    try:
        status = read_json(os.path.join(folder, "status.json"))
    except Refusal:
        return {"id": id, "state": "absent", "completed": 0, "results": [], "error": None}
    runner = read_json(os.path.join(folder, "runner.json"))
    if status["state"] in UNFINISHED and not alive(runner):
        # It may have finished between the two looks.
        status = read_json(os.path.join(folder, "status.json"))
        due = runner["boot"] != boot_id() and os.path.exists(unit_of(id))
        if status["state"] in UNFINISHED and not due:
            status["state"] = "interrupted"
    return status


def await_runner(folder):
    """A job is over a moment before its runner has taken its unit away."""
    deadline = time.monotonic() + 10
    with contextlib.suppress(Refusal):
        while alive(read_json(os.path.join(folder, "runner.json"))) and time.monotonic() < deadline:
            time.sleep(0.02)


def unit_of(id):
    return os.path.join(UNITS, "examsite-job-%s.service" % id)


def add_unit(id, folder):
    if not os.path.isdir("/run/systemd/system"):
        return
    text = "[Unit]\nDescription=examsite job %s\n\n[Service]\nType=oneshot\nExecStart=%s %s --job %s\n\n[Install]\nWantedBy=multi-user.target\n"
    write_atomically(unit_of(id), (text % (id, sys.executable, os.path.join(folder, "agent.py"), id)).encode("ascii"))
    for args in (("daemon-reload",), ("enable", os.path.basename(unit_of(id)))):
        if systemctl(*args)["exitCode"] != 0:
            raise Refusal("failed", "systemctl %s did not succeed" % args[0])


def remove_unit(id):
    if os.path.exists(unit_of(id)):
        systemctl("disable", os.path.basename(unit_of(id)))
        # The runner takes it away as it ends, and so does who forgets the job at that moment.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unit_of(id))


@primitive("job.start")
def job_start(id, steps, rollback=(), confirmSec=None):
    folder = job_folder(id)
    before = read_status(id)["state"]
    if before in UNFINISHED:
        raise Refusal("busy", "job %s is %s" % (id, before), state=before)
    await_runner(folder)
    remove_tree(folder)
    # Root runs what is in here.
    os.makedirs(folder, mode=0o700)
    script = os.path.join(folder, "agent.py")
    write_atomically(script, agent_source(), 0o600)
    write_json(os.path.join(folder, "job.json"), {"steps": steps, "rollback": list(rollback), "confirmSec": confirmSec})
    add_unit(id, folder)
    save({"id": id, "state": "running", "completed": 0, "results": [], "error": None})
    runner = subprocess.Popen(
        [sys.executable, script, "--job", id],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
    )
    # It begins only when it is known by whom it is run, or a look in between would take it for interrupted.
    write_json(os.path.join(folder, "runner.json"), {"boot": boot_id(), "pid": runner.pid, "started": started_at(runner.pid)})
    with contextlib.suppress(BrokenPipeError):
        runner.stdin.write(b"go\n")
        runner.stdin.close()


@primitive("job.status")
def job_status(id):
    return read_status(id)


@primitive("job.confirm")
def job_confirm(id):
    state = read_status(id)["state"]
    if state == "absent":
        raise Refusal("not-found", "no job %s" % id)
    if state == "awaiting-confirmation":
        write_atomically(os.path.join(job_folder(id), "confirmed"), b"")
        # Waited for, so that who asks next sees the job done.
        deadline = time.monotonic() + 10
        while state == "awaiting-confirmation" and time.monotonic() < deadline:
            time.sleep(0.05)
            state = read_status(id)["state"]
    if state != "done":
        raise Refusal("failed", "job %s is %s" % (id, state), state=state)


@primitive("job.forget")
def job_forget(id):
    state = read_status(id)["state"]
    if state in UNFINISHED:
        raise Refusal("busy", "job %s is %s" % (id, state), state=state)
    await_runner(job_folder(id))
    remove_unit(id)
    remove_tree(job_folder(id))


def roll_back(job, status, reason):
    """Every call of the way back is tried: half a way back is worse than one with a stone missing."""
    failed = []
    for call in job["rollback"]:
        result = perform(call)
        if "error" in result:
            failed.append("%s: %s" % (call["name"], result["error"]["message"]))
    status.update(state="rolled-back", error=reason)
    if failed:
        message = "%s; and the rollback failed: %s" % (reason["message"], "; ".join(failed))
        status.update(state="failed", error={"code": "failed", "message": message})
    save(status)


def confirmed(folder, seconds):
    deadline = time.monotonic() + seconds
    path = os.path.join(folder, "confirmed")
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def end(job, status, error, otherwise):
    """A job that cannot go on: back, where there is a way back."""
    if job["rollback"]:
        return roll_back(job, status, error)
    status.update(state=otherwise, error=error)
    save(status)


def run_steps(id, job, status):
    for call in job["steps"]:
        result = perform(call)
        if "error" in result:
            return end(job, status, result["error"], "failed")
        status["completed"] += 1
        status["results"].append(result)
        save(status)
    if job["confirmSec"] is not None:
        status["state"] = "awaiting-confirmation"
        save(status)
        if not confirmed(job_folder(id), job["confirmSec"]):
            return roll_back(job, status, {"code": "timeout", "message": "not confirmed within %s s" % job["confirmSec"]})
    status["state"] = "done"
    save(status)


def run_job(id):
    """What the runner does, and the unit at the next start: for that one there is nobody who says go."""
    folder = job_folder(id)
    job = read_json(os.path.join(folder, "job.json"))
    status = read_json(os.path.join(folder, "status.json"))
    begun = os.path.join(folder, "begun")
    if status["state"] in UNFINISHED and os.path.exists(begun):
        end(job, status, {"code": "failed", "message": "the machine restarted before the job was finished"}, "interrupted")
    elif status["state"] in UNFINISHED and sys.stdin.readline():
        write_atomically(begun, b"")
        run_steps(id, job, status)
    remove_unit(id)


