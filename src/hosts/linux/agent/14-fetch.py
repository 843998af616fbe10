def assert_space(folder, wanted):
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if free < wanted:
        raise Refusal("no-space", "%d bytes wanted in '%s', %d are free" % (wanted, folder, free), needed=wanted, free=free)


def copy_hashed(source, path, limit):
    """Copies and hashes in one pass; more than was promised is not taken."""
    digest = hashlib.sha256()
    total = 0
    with open(path, "wb") as file:
        for block in iter(lambda: source.read(256 * 1024), b""):
            file.write(block)
            digest.update(block)
            total += len(block)
            if total > limit:
                break
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), total


def open_url(url):
    if not url.startswith(("http://", "https://")):
        raise Refusal("bad-request", "not an http address: '%s'" % url)
    try:
        # The timeout is for silence, not for the whole file.
        return opener().open(url, timeout=60)
    except urllib_error.HTTPError as error:
        code = "not-found" if error.code == 404 else "failed"
        raise Refusal(code, "%s answers %d" % (url, error.code), status=error.code)
    except socket.timeout:
        raise Refusal("timeout", "%s does not answer" % url)
    except (OSError, http_client.HTTPException) as error:
        raise Refusal("no-answer", "%s: %s" % (url, error))


def fetch(url, path, sha256, size):
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    assert_space(folder, size)
    part = path + ".part"
    try:
        with open_url(url) as response:
            actual, total = copy_hashed(response, part, size)
        if actual != sha256:
            raise Refusal("hash-mismatch", "%s is not what the lock says" % url, expected=sha256, actual=actual, bytes=total)
        os.replace(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)


@primitive("download")
def download(files):
    fetched = []
    total = 0
    for file in files:
        if stat_of(absolute(file["path"]), True)["sha256"] != file["sha256"]:
            fetch(file["url"], file["path"], file["sha256"], file["size"])
            fetched.append(file["path"])
            total += file["size"]
    return {"fetched": fetched, "bytes": total}


class WebDriver:
    """One driver process and the session it holds, within one deadline."""

    def __init__(self, driver, timeout):
        self.deadline = time.monotonic() + timeout
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = start_program(
            driver, ["--port=%d" % self.port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def ask(self, method, path, body=None):
        """One command of the WebDriver protocol; the reply is JSON whatever the status."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Refusal("timeout", "the session took too long")
        connection = http_client.HTTPConnection("127.0.0.1", self.port, timeout=left)
        with contextlib.closing(connection):
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/json; charset=utf-8"})
            return json.loads(connection.getresponse().read().decode("utf-8"))

    def wait(self):
        while True:
            if self.process.poll() is not None:
                raise Refusal("failed", "the driver ended with %s" % self.process.returncode)
            with contextlib.suppress(OSError, http_client.HTTPException, ValueError):
                return self.ask("GET", "/status")["value"]
            time.sleep(0.1)

    def stop(self):
        stop_tree(self.process.pid)
        self.process.stdin.close()
        self.process.wait()


def capabilities(args, browser, profile):
    flags = list(args) + ["--user-data-dir=" + profile]
    if not any(flag.startswith("--headless") for flag in flags):
        flags.append("--headless")
    options = {"args": flags, "binary": browser} if browser else {"args": flags}
    return {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}


def first_word(text):
    """75.0.3770.140 (2d9f9748…): the part before the space."""
    return text.split(" ")[0] if text else None


def use(driver, seen, wanted, url):
    seen["driverVersion"] = first_word((driver.wait().get("build") or {}).get("version"))
    reply = driver.ask("POST", "/session", wanted)
    value = reply.get("value") or {}
    session = value.get("sessionId") or reply.get("sessionId")
    if not session:
        raise Refusal("failed", value.get("message") or "the driver gave no session")
    given = value.get("capabilities", value)
    seen["browserVersion"] = given.get("browserVersion") or given.get("version")
    seen["driverVersion"] = first_word((given.get("chrome") or {}).get("chromedriverVersion")) or seen["driverVersion"]
    loaded = driver.ask("POST", "/session/%s/url" % session, {"url": url}).get("value")
    if loaded:
        raise Refusal("failed", loaded.get("message") or "the page did not load")
    seen["title"] = driver.ask("GET", "/session/%s/title" % session)["value"]
    driver.ask("DELETE", "/session/%s" % session)


@primitive("webdriver.session")
def webdriver_session(driver, browser, args, url, timeoutSec):
    seen = {"browserVersion": None, "driverVersion": None, "title": None, "error": None}
    profile = tempfile.mkdtemp(prefix="examsite-")
    running = None
    try:
        running = WebDriver(driver, timeoutSec)
        use(running, seen, capabilities(args, browser, profile), url)
    except Exception as error:  # An observation, whatever it was.
        seen["error"] = to_wire(error)["message"]
    finally:
        if running:
            running.stop()
        shutil.rmtree(profile, ignore_errors=True)
    return seen


