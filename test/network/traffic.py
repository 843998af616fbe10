"""Traffic from a PC until standard input ends: `forbidden` sends packets that must arrive nowhere, `allowed` asks for listed pages over and over, `opened` does both within TLS that
the router opens, by the authority in the file that is the second argument. Ends with one JSON line."""
import json, random, socket, ssl, sys, threading, urllib.request

stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
count = {"sent": 0, "ok": 0, "failed": [], "bytes": 0}
# Late is not broken: this machine may be busy with other tests. A connection that is broken stays so for longer than that.
PATIENCE = 20


def forbidden():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
    while not stop.is_set():
        for send in (
            lambda: udp.sendto(b"x", ("198.18.0.66", 1194)),
            lambda: udp.sendto(b"x", ("198.18.0.10", 443)),
            lambda: udp.sendto(b"x", ("198.18.0.54", 53)),
            lambda: raw.sendto(b"xxxxxxxx", ("198.18.0.66", 0)),
        ):
            try:
                send()
            except OSError:
                pass  # The box has refused the one before.
            count["sent"] += 1
        knock("198.18.0.66", random.choice((22, 80, 443, 853)))


def knock(address, port):
    with socket.socket() as tcp:
        tcp.settimeout(0.05)
        count["sent"] += 1
        try:
            tcp.connect((address, port))
        except OSError:
            pass


def allowed(url, host, end):
    while not stop.is_set():
        try:
            request = urllib.request.Request(url, headers={"Host": host})
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                assert answer.read().decode() == f"this is {host}{end}\n"
            count["ok"] += 1
        except Exception as error:
            count["failed"].append(f"{url}: {error}")


def anyone():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def known():
    return ssl.create_default_context(cafile=sys.argv[2])


def request(tls, host, path):
    tls.sendall(b"GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path.encode(), host.encode()))


def secure(context, host, path="/", says=None):
    """@param says what must come instead of the page"""
    says = (says or f"this is {host}{path}").encode()
    while not stop.is_set():
        try:
            with greeted(context, host) as tls:
                request(tls, host, path)
                answer = b""
                while block := tls.recv(4096):
                    answer += block
            assert says in answer, answer
            count["ok"] += 1
        except Exception as error:
            count["failed"].append(f"https://{host}{path}: {error}")


def greeted(context, host):
    return context.wrap_socket(socket.create_connection(("10.30.1.1", 443), timeout=PATIENCE), server_hostname=host)


def download(url, host):
    """Of one connection, for as long as it lasts."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": host}), timeout=15) as answer:
            read_on(lambda: answer.read(1))
    except Exception as error:
        count["failed"].append(f"download of {url}: {error}")


def secure_download(context, host):
    try:
        with greeted(context, host) as tls:
            request(tls, host, "/slow")
            read_on(lambda: tls.recv(1))
    except Exception as error:
        count["failed"].append(f"download of https://{host}/slow: {error}")


def read_on(read):
    while not stop.is_set():
        if not read():
            raise OSError("it ended")
        count["bytes"] += 1


work = {
    "forbidden": [forbidden],
    "allowed": [
        lambda: allowed("http://10.30.1.1/", "allowed.example", "/"),
        lambda: allowed("http://198.18.0.30/", "198.18.0.30", "/"),
        lambda: secure(anyone(), "allowed.example"),
        lambda: secure(anyone(), "a.cdn.example"),
        lambda: download("http://10.30.1.1/slow", "allowed.example"),
        lambda: download("http://198.18.0.30/slow", "198.18.0.30"),
    ],
    "opened": [
        lambda: secure(known(), "inspected.example", "/exam/"),
        lambda: secure(known(), "a.portal.example"),
        lambda: secure(known(), "inspected.example", "/beside", "403 Forbidden"),
        lambda: secure_download(known(), "a.portal.example"),
    ],
    "proxied": [lambda: download("http://10.30.1.1/slow", "allowed.example")],
    "direct": [lambda: download("http://198.18.0.30/slow", "198.18.0.30")],
}
threads = [threading.Thread(target=one) for one in work[sys.argv[1]]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(count))
