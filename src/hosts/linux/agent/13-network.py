def ip(*args):
    """iproute2's own JSON."""
    result = run("ip", ["-j"] + list(args), timeout=20)
    if result["exitCode"] != 0:
        raise Refusal("failed", "ip ended with %s" % result["exitCode"], **result)
    return json.loads(result["stdout"] or "[]")


def sys_net(name, fact, default=""):
    """Some of these files refuse to be read while the link is down."""
    try:
        return read_text("/sys/class/net/%s/%s" % (name, fact))
    except Refusal:
        return default


def name_servers():
    with contextlib.suppress(Refusal):
        return re.findall(r"^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)", read_text("/etc/resolv.conf"), re.M)
    return []


def live_config(name, how=None):
    found = [info for link in ip("-4", "addr", "show", "dev", name) for info in link.get("addr_info", [])]
    routes = [route for route in ip("-4", "route", "show", "default", "dev", name) if "gateway" in route]
    first = found[0] if found else {}
    of_card = how.name_servers(name) if how else None
    return {
        "dhcp": bool(first.get("dynamic", False)),
        "address": first.get("local"),
        "prefix": first.get("prefixlen"),
        "gateway": routes[0]["gateway"] if routes else None,
        "dns": name_servers() if of_card is None else of_card,
    }


def adapter(name):
    up = sys_net(name, "carrier") == "1"
    mbps = int(sys_net(name, "speed", "0"))
    how = manager(name)
    live = live_config(name, how)
    return {
        "mac": sys_net(name, "address").lower(),
        "name": name,
        "up": up,
        "speedBps": mbps * 1000000 if up and mbps > 0 else 0,
        "fullDuplex": {"full": True, "half": False}.get(sys_net(name, "duplex")),
        # Of a card that nothing manages, what is live is all there is to tell.
        "persistent": how.persistent(name) if how else live,
        "live": live,
    }


def is_cable(name):
    """What a container has for a card: one end of a veth pair, Ethernet without a kind of its own."""
    of = lambda part: "/sys/class/net/%s/%s" % (name, part)
    own_kind = "DEVTYPE=" in read_text(of("uevent")) or any(os.path.exists(of(part)) for part in ("bridge", "bonding", "tun_flags"))
    return read_text(of("type")).strip() == "1" and not own_kind


def cards():
    """A card has a device behind it; bridges, tunnels and the loopback have none."""
    every = os.listdir("/sys/class/net")
    return [name for name in every if os.path.exists("/sys/class/net/%s/device" % name)] or [name for name in every if is_cable(name)]


@primitive("net.read")
def net_read():
    adapters = [adapter(name) for name in cards() if sys_net(name, "address")]
    return {"adapters": sorted(adapters, key=lambda one: one["mac"])}


def probed(answered, detail, status=None, addresses=()):
    return {"answered": answered, "detail": detail, "status": status, "addresses": list(addresses)}


def endpoint(text, port=None):
    host, _, given = text.partition(":")
    if not host or not (given.isdigit() or (given == "" and port)):
        raise Refusal("bad-request", "expected host:port, got '%s'" % text)
    return host, int(given or port)


def probe_arp(target, server, timeout):
    """Who has the address now, whatever the kernel remembers. Asked again until the end: while a card takes its configuration, questions are lost."""
    run("ip", ["neigh", "flush", "to", target], timeout=20)
    deadline = time.monotonic() + timeout
    why = "nobody answers for %s" % target
    while True:
        try:
            # Anything sent makes the kernel ask; whether it arrives does not matter.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poke:
                poke.sendto(b"", (target, 9))
        except OSError as error:
            why = str(error)
        for neighbour in ip("neigh", "show", "to", target):
            # Flushed before, so that only an answer of now makes it so.
            if "lladdr" in neighbour and not {"FAILED", "INCOMPLETE"} & set(neighbour.get("state", [])):
                return probed(True, neighbour["lladdr"])
        if time.monotonic() > deadline:
            return probed(False, why)
        time.sleep(0.1)


def probe_tcp(target, server, timeout):
    with socket.create_connection(endpoint(target), timeout):
        return probed(True, "connected")


@functools.lru_cache(None)
def opener():
    """Without the proxy of whoever is logged on: the question is what this PC reaches. Without following redirects."""

    class NoRedirect(urllib_request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    return urllib_request.build_opener(urllib_request.ProxyHandler({}), NoRedirect)


def probe_http(target, server, timeout):
    try:
        with opener().open(target, timeout=timeout) as response:
            status = response.status
    except urllib_error.HTTPError as error:
        status = error.code
    return probed(True, "HTTP %d" % status, status)


def dns_question(name, number):
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    packed = b"".join(struct.pack("B", len(label)) + label for label in labels)
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + packed + b"\0" + struct.pack(">2H", 1, 1)


def skip_name(message, at):
    while message[at]:
        if message[at] >= 192:
            return at + 2
        at += 1 + message[at]
    return at + 1


def dns_addresses(message):
    at = skip_name(message, 12) + 4
    for _ in range(struct.unpack_from(">H", message, 6)[0]):
        at = skip_name(message, at)
        kind, _, _, length = struct.unpack_from(">2HIH", message, at)
        if kind == 1 and length == 4:
            yield socket.inet_ntoa(message[at + 10 : at + 14])
        at += 10 + length


def probe_dns(target, server, timeout):
    if server is None:
        raise Refusal("bad-request", "a name is asked of a server")
    number = struct.unpack(">H", os.urandom(2))[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        question.settimeout(timeout)
        question.connect(endpoint(server, 53))
        question.send(dns_question(target, number))
        message = question.recv(4096)
    if len(message) < 12 or struct.unpack_from(">H", message)[0] != number:
        return probed(False, "not an answer to the question")
    return probed(True, "response code %d" % (message[3] & 15), addresses=dns_addresses(message))


PROBES = {"arp": probe_arp, "tcp": probe_tcp, "http": probe_http, "dns": probe_dns}


@primitive("net.probe")
def net_probe(kind, target, timeoutMs, server=None, mustAnswer=False):
    if kind not in PROBES:
        raise Refusal("bad-request", "no probe of kind '%s'" % kind)
    try:
        result = PROBES[kind](target, server, timeoutMs / 1000)
    except (OSError, http_client.HTTPException, IndexError, struct.error) as error:
        # Nothing, or nothing that makes sense.
        result = probed(False, str(error))
    if mustAnswer and not result["answered"]:
        raise Refusal("no-answer", "%s: %s" % (target, result["detail"]), target=target)
    return result


