# Addresses of network cards, through what manages them on this machine. Nothing of its own files is changed: a profile of ours goes before
# them, and what it went before is remembered, so that going back there is taking ours away.
CONNECTIONS = "/etc/NetworkManager/system-connections"
NETWORKS = "/etc/systemd/network"


def checked(exe, *args):
    result = run(exe, list(args), timeout=60)
    if result["exitCode"] != 0:
        raise Refusal("failed", "%s %s ended with %s" % (exe, " ".join(args[:2]), result["exitCode"]), **result)
    return result["stdout"]


def configuration(dhcp, addresses=(), gateway=None, dns=()):
    """DHCP gives the rest, so what is beside it is nobody's configuration."""
    first = addresses[0].split("/") if addresses and not dhcp else (None, None)
    return {
        "dhcp": dhcp,
        "address": first[0],
        "prefix": int(first[1]) if first[0] else None,
        "gateway": None if dhcp else gateway or None,
        "dns": [] if dhcp else list(dns),
    }


def own_name(mac):
    return "examsite-" + mac.replace(":", "")


class NetworkManager:
    """A profile of ours with a high priority. nmcli's terse output separates values by line, and addresses hold nothing that it escapes."""

    @staticmethod
    def values(*args):
        result = run("nmcli", ["-t", "-g"] + list(args), timeout=20)
        return result["stdout"].rstrip("\n").split("\n") if result["exitCode"] == 0 else []

    @classmethod
    def profile(cls, name):
        state, uuid_ = (cls.values("GENERAL.STATE,GENERAL.CON-UUID", "device", "show", name) + ["", ""])[:2]
        return state, uuid_

    @classmethod
    def owns(cls, name):
        # 10 (unmanaged)
        return shutil.which("nmcli") is not None and cls.profile(name)[0][:3] not in ("", "10 ")

    @classmethod
    def persistent(cls, name):
        fields = "ipv4.method,ipv4.addresses,ipv4.gateway,ipv4.dns"
        found = cls.values(fields, "connection", "show", "uuid", cls.profile(name)[1])
        method, addresses, gateway, dns = (found + [""] * 4)[:4]
        return configuration(method == "auto", re.findall(r"[\d.]+/\d+", addresses), gateway, re.findall(r"[\d.]+", dns))

    @classmethod
    def name_servers(cls, name):
        return re.findall(r"\d+\.\d+\.\d+\.\d+", " ".join(cls.values("IP4.DNS", "device", "show", name)))

    @staticmethod
    def file(mac):
        return os.path.join(CONNECTIONS, own_name(mac) + ".nmconnection")

    @classmethod
    def put(cls, name, mac, config):
        own = str(uuid.uuid5(uuid.NAMESPACE_OID, own_name(mac)))
        ipv4 = ["method=auto"]
        if not config["dhcp"]:
            gateway = "," + config["gateway"] if config["gateway"] else ""
            address = "address1=%s/%s%s" % (config["address"], config["prefix"], gateway)
            ipv4 = ["method=manual", address, "dns=" + "".join(one + ";" for one in config["dns"])]
        lines = ["[connection]", "id=" + own_name(mac), "uuid=" + own, "type=ethernet", "autoconnect-priority=900", ""]
        lines += ["[ethernet]", "mac-address=" + mac.upper(), "", "[ipv4]"] + ipv4 + ["", "[ipv6]", "method=auto", ""]
        write_atomically(cls.file(mac), "\n".join(lines).encode("ascii"), 0o600)
        checked("nmcli", "connection", "load", cls.file(mac))
        checked("nmcli", "--wait", "45", "connection", "up", "uuid", own, "ifname", name)

    @classmethod
    def take(cls, name, mac):
        remove_tree(cls.file(mac))
        checked("nmcli", "connection", "reload")
        # Where no profile is left, NetworkManager makes one that asks DHCP, but only as it starts, and only for a card without an address.
        run("nmcli", ["--wait", "20", "device", "disconnect", name], timeout=30)
        checked("systemctl", "restart", "NetworkManager")


class Networkd:
    """A file of ours whose name comes first, /run/systemd/network and so netplan's included."""

    @staticmethod
    def state(name):
        index = read_text("/sys/class/net/%s/ifindex" % name)
        try:
            return dict(re.findall(r"^(\w+)=(.*)$", read_text("/run/systemd/netif/links/" + index), re.M))
        except Refusal:
            return {}

    @classmethod
    def owns(cls, name):
        return cls.state(name).get("NETWORK_FILE", "") != ""

    @classmethod
    def persistent(cls, name):
        state = cls.state(name)
        files = [state.get("NETWORK_FILE", "")] + state.get("NETWORK_FILE_DROPINS", "").split(":")
        text = "\n".join(read_text(file) for file in files if file and os.path.isfile(file))
        of = lambda key: re.findall(r"^\s*%s\s*=\s*(\S+)" % key, text, re.M)
        dhcp = (of("DHCP") or ["no"])[-1].lower() in ("yes", "true", "both", "ipv4", "v4", "1", "on")
        addresses = [one for one in of("Address") if re.match(r"[\d.]+/\d+\Z", one)]
        return configuration(dhcp, addresses, (of("Gateway") or [None])[0], [one for one in of("DNS") if ":" not in one])

    @staticmethod
    def name_servers(name):
        """With systemd-resolved every card has its own."""
        if not os.path.exists("/run/systemd/resolve/stub-resolv.conf"):
            return None
        return re.findall(r"\d+\.\d+\.\d+\.\d+", run("resolvectl", ["dns", name], timeout=20)["stdout"])

    @staticmethod
    def file(mac):
        return os.path.join(NETWORKS, "05-%s.network" % own_name(mac))

    @classmethod
    def put(cls, name, mac, config):
        lines = ["[Match]", "MACAddress=" + mac, "", "[Network]"]
        if config["dhcp"]:
            lines += ["DHCP=ipv4"]
        else:
            lines += ["DHCP=no", "Address=%s/%s" % (config["address"], config["prefix"])]
            lines += ["Gateway=" + config["gateway"]] if config["gateway"] else []
            lines += ["DNS=" + one for one in config["dns"]]
        write_atomically(cls.file(mac), ("\n".join(lines) + "\n").encode("ascii"))
        cls.reload(name)

    @classmethod
    def take(cls, name, mac):
        remove_tree(cls.file(mac))
        cls.reload(name)

    @staticmethod
    def reload(name):
        checked("networkctl", "reload")
        checked("networkctl", "reconfigure", name)


def manager(name):
    return next((one for one in (NetworkManager, Networkd) if one.owns(name)), None)


def mac_of(address, name, own):
    """Who answers for an address, without having one there: an ARP probe (RFC 5227)."""
    ethernet = bytes.fromhex(own.replace(":", ""))
    question = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, ethernet, bytes(4), bytes(6), socket.inet_aton(address))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as card:
        card.bind((name, 0))
        for _ in range(3):
            card.send(b"\xff" * 6 + ethernet + b"\x08\x06" + question)
            deadline = time.monotonic() + 0.5
            while time.monotonic() < deadline:
                card.settimeout(max(deadline - time.monotonic(), 0.01))
                with contextlib.suppress(socket.timeout):
                    frame = card.recv(2048)
                    if frame[20:22] == b"\x00\x02" and frame[28:32] == socket.inet_aton(address) and frame[22:28] != ethernet:
                        return ":".join("%02x" % byte for byte in frame[22:28])
    return None


def in_force(name, config):
    """What was asked for is there, within half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        live = live_config(name)
        if live["address"] == config["address"] if not config["dhcp"] else live["dhcp"]:
            return
        time.sleep(0.2)
    raise Refusal("timeout", "the address is not in force after 30 s")


@primitive("net.write")
def net_write(mac, config):
    name = next((one for one in cards() if sys_net(one, "address").lower() == mac), None)
    if name is None:
        raise Refusal("not-found", "no card with the address %s" % mac)
    how = manager(name)
    if how is None:
        raise Refusal("unsupported", "neither NetworkManager nor systemd-networkd manages '%s'" % name)
    if sys_net(name, "carrier") != "1":
        raise Refusal("failed", "the cable of '%s' is out" % name)
    wanted = dict(config) if not config["dhcp"] else configuration(True)
    if not config["dhcp"] and live_config(name)["address"] != config["address"]:
        other = mac_of(config["address"], name, mac)
        if other:
            raise Refusal("duplicate-address", "%s answers for %s" % (other, config["address"]), mac=other)
    memory = os.path.join(BASE, "network", own_name(mac) + ".json")
    if not os.path.exists(memory):
        write_json(memory, how.persistent(name))
    if read_json(memory) == wanted:
        how.take(name, mac)
        remove_tree(memory)
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(memory))
    else:
        how.put(name, mac, wanted)
    in_force(name, wanted)
