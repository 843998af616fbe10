# Conversations with servers, all of a call at once: each has a thread, because most of them wait.
MAX_RECEIVED = 65536


def exchanged(outcome, received=b"", resolved=None, detail=""):
    return {
        "outcome": outcome,
        "received": base64.b64encode(bytes(received)).decode("ascii"),
        "resolved": resolved,
        "detail": detail,
    }


def failure(error, resolved):
    """What the network said instead of an answer."""
    if isinstance(error, (ConnectionRefusedError, ConnectionResetError)):
        return exchanged("refused", resolved=resolved, detail=str(error))
    if isinstance(error, (socket.timeout, TimeoutError)):
        return exchanged("silent", resolved=resolved, detail="no answer in time")
    return exchanged("unreachable", resolved=resolved, detail=str(error))


def receive(sock, wanted, deadline):
    """Until enough has come, the other side has closed, or the time is over."""
    kept = bytearray()
    while len(kept) < wanted:
        sock.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            block = sock.recv(min(wanted - len(kept), 16384))
        except (socket.timeout, TimeoutError):
            return kept, "no more in time"
        except ConnectionResetError:
            return kept, "reset"
        if not block:
            return kept, "closed"
        kept += block
    return kept, ""


def talk_tcp(family, target, send, wanted, deadline):
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(max(0.001, deadline - time.monotonic()))
        sock.connect(target)
        resolved = target[0]
        try:
            sock.sendall(send)
        except OSError as error:
            return exchanged("connected", resolved=resolved, detail=str(error))
        received, detail = receive(sock, wanted, deadline)
        return exchanged("answered" if received else "connected", received, resolved, detail)


def talk_udp(family, target, send, wanted, deadline):
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(max(0.001, deadline - time.monotonic()))
        # Connected, so that an ICMP error is told.
        sock.connect(target)
        sock.send(send)
        return exchanged("answered", sock.recv(max(wanted, 1)), target[0])


def talk_raw(family, target, send, protocol, deadline):
    with socket.socket(family, socket.SOCK_RAW, protocol) as sock:
        sock.sendto(send, target)
        while True:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            packet, sender = sock.recvfrom(MAX_RECEIVED)
            # A raw socket hears whoever sends this protocol.
            if sender[0] == target[0]:
                return exchanged("answered", packet, target[0])


def exchange(protocol, address, port, send, receiveBytes, timeoutMs):
    deadline = time.monotonic() + timeoutMs / 1000
    wanted = min(receiveBytes, MAX_RECEIVED)
    payload = base64.b64decode(send)
    resolved = None
    try:
        family, _, _, _, target = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        resolved = target[0]
        if protocol == "tcp":
            return talk_tcp(family, target, payload, wanted, deadline)
        if protocol == "udp":
            return talk_udp(family, target, payload, wanted, deadline)
        return talk_raw(family, target, payload, int(protocol), deadline)
    except OSError as error:
        return failure(error, resolved)


@primitive("net.exchange")
def net_exchange(exchanges):
    if not exchanges:
        return {"results": []}
    with futures.ThreadPoolExecutor(min(len(exchanges), 128)) as pool:
        return {"results": list(pool.map(lambda one: exchange(**one), exchanges))}


def ping(address, timeout):
    """The system's ping: a socket of our own for ICMP is not every account's to open."""
    result = run("ping", ["-n", "-q", "-c", "1", "-W", str(max(1, round(timeout))), address], timeout=timeout + 5)
    said = (result["stdout"] + result["stderr"]).strip().splitlines()
    return {"answered": result["exitCode"] == 0, "detail": said[-1] if said else "exit code %s" % result["exitCode"]}


@primitive("net.ping")
def net_ping(addresses, timeoutMs):
    if not addresses:
        return {"results": []}
    with futures.ThreadPoolExecutor(min(len(addresses), 64)) as pool:
        return {"results": list(pool.map(lambda one: ping(one, timeoutMs / 1000), addresses))}


