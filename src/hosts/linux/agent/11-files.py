MAX_READ = 1024 * 1024


def absolute(path):
    if not os.path.isabs(path):
        raise Refusal("bad-request", "not an absolute path: '%s'" % path)
    return path


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(block)
    return digest.hexdigest()


def stat_of(path, sha256=False):
    result = {"path": path, "exists": True, "isDirectory": False, "size": 0, "version": None, "sha256": None}
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return dict(result, exists=False)
    if stat.S_ISDIR(found.st_mode):
        return dict(result, isDirectory=True)
    return dict(result, size=found.st_size, sha256=sha256_of(path) if sha256 else None)


def write_atomically(path, content, mode=0o644, private=False):
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".examsite-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # What is replaced keeps its mode; whoever owns it now is whoever wrote it.
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(os.stat(path).st_mode)
        # mkstemp(3) makes it with mode 0600.
        if not private:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(folder)


def sync_folder(folder):
    """A rename is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_tree(path):
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path)


def matches(name, wildcard):
    """Only * and ? are special; to fnmatch brackets are too."""
    return fnmatch.fnmatchcase(name, wildcard.replace("[", "[[]"))


@primitive("file.stat")
def file_stat(path, sha256=False):
    return stat_of(absolute(path), sha256)


@primitive("file.list")
def file_list(path, match):
    try:
        names = os.listdir(absolute(path))
    except (FileNotFoundError, NotADirectoryError):
        names = []
    return {"names": sorted(name for name in names if matches(name, match))}


def find(folder, parts):
    """Files below a folder whose path fits. A folder that may not be opened is passed over."""
    part, rest = parts[0], parts[1:]
    names = [part]
    if "*" in part or "?" in part:
        try:
            names = [name for name in os.listdir(folder) if matches(name, part)]
        except OSError:
            return
    for name in names:
        path = os.path.join(folder, name)
        if rest and os.path.isdir(path):
            yield from find(path, rest)
        elif not rest and os.path.isfile(path):
            yield path


@primitive("file.find")
def file_find(pattern):
    parts = [part for part in absolute(pattern).split("/") if part]
    return {"files": [stat_of(path) for path in sorted(find("/", parts))] if parts else []}


@primitive("file.read")
def file_read(path):
    size = os.stat(absolute(path)).st_size
    if size > MAX_READ:
        raise Refusal("bad-request", "larger than 1 MiB: '%s'" % path, size=size)
    with open(path, "rb") as file:
        return {"base64": base64.b64encode(file.read()).decode("ascii")}


@primitive("file.write")
def file_write(path, **content):
    # Its name on the wire is that of the module.
    write_atomically(absolute(path), base64.b64decode(content["base64"], validate=True))


@primitive("secret.write")
def secret_write(path, **content):
    write_atomically(absolute(path), base64.b64decode(content["base64"], validate=True), private=True)


@primitive("file.delete")
def file_delete(path):
    remove_tree(absolute(path))


def configured_path():
    """What a new login gets, and not what this session inherited."""
    for file, pattern in (("/etc/environment", r'^PATH="?([^"\n]*)'), ("/etc/login.defs", r"^ENV_PATH\s+PATH=(\S*)")):
        with contextlib.suppress(Refusal):
            found = re.search(pattern, read_text(file), re.M)
            if found:
                return found.group(1).split(":")
    return os.defpath.split(":")


@primitive("path.find")
def path_find(name):
    paths = [os.path.join(folder, name) for folder in configured_path() if os.path.isabs(folder)]
    return {"files": [stat_of(path) for path in paths if os.path.isfile(path)]}


def targets_in(archive, prefix, to):
    """Every entry with its place; checked before the first is written."""
    root = os.path.realpath(to)
    for entry in archive.infolist():
        if not entry.filename.startswith(prefix):
            continue
        target = os.path.realpath(os.path.join(root, entry.filename[len(prefix):]))
        if target != root and not target.startswith(root.rstrip("/") + "/"):
            raise Refusal("bad-request", "the archive has an entry outside the folder: '%s'" % entry.filename)
        if not entry.filename.endswith("/"):
            yield entry, target


@primitive("archive.extract")
def archive_extract(path, to, **a):
    prefix = a["from"] + "/" if "from" in a else ""
    with zipfile.ZipFile(absolute(path)) as archive:
        files = list(targets_in(archive, prefix, absolute(to)))
        if prefix and not files:
            raise Refusal("not-found", "the archive has no folder '%s'" % a["from"])
        for entry, target in files:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(entry) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)
            mode = entry.external_attr >> 16 & 0o777
            if mode:
                os.chmod(target, mode)
    return {"files": len(files)}


