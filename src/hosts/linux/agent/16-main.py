@primitive("restart")
def restart(delaySec):
    if not os.path.isdir("/run/systemd/system"):
        raise Refusal("unsupported", "this machine was not started by systemd")
    # Detached, so that the answer is out before the machine goes down.
    script = "import subprocess,sys,time;time.sleep(float(sys.argv[1]));subprocess.call(['systemctl','reboot'])"
    subprocess.Popen(
        [sys.executable, "-c", script, str(max(delaySec, 1))],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )


def dmi(fact):
    try:
        return read_text("/sys/class/dmi/id/" + fact)
    except Refusal:
        return None


# The tests of this project have a screen and a USB controller there, which their machines have not.
HARDWARE = os.environ.get("EXAMSITE_HARDWARE", "")
DRM = HARDWARE + "/sys/class/drm"


def screen():
    """The first mode of a connected output is the one in use where nobody chose another."""
    for output in sorted(os.listdir(DRM)) if os.path.isdir(DRM) else []:
        with contextlib.suppress(Refusal):
            if read_text("%s/%s/status" % (DRM, output)) == "connected":
                size = re.match(r"(\d+)x(\d+)", read_text("%s/%s/modes" % (DRM, output)))
                if size:
                    return {"width": int(size.group(1)), "height": int(size.group(2))}
    return None


def cpu():
    text = read_text(HARDWARE + "/proc/cpuinfo")
    packages = re.findall(r"^physical id\s*:\s*(\d+)", text, re.M)
    cores = re.findall(r"^core id\s*:\s*(\d+)", text, re.M)
    threads = len(re.findall(r"^processor\s*:", text, re.M))
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    with contextlib.suppress(Refusal):
        khz = int(read_text("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"))
        return model.group(1) if model else None, len(set(zip(packages, cores))) or threads, threads, khz // 1000
    mhz = re.search(r"^cpu MHz\s*:\s*([\d.]+)", text, re.M)
    return model.group(1) if model else None, len(set(zip(packages, cores))) or threads, threads, int(float(mhz.group(1))) if mhz else None


USB = HARDWARE + "/sys/bus/usb/devices"


def usb_hubs():
    return [name for name in os.listdir(USB) if name.startswith("usb")] if os.path.isdir(USB) else []


def usb_fact(hub, fact):
    with contextlib.suppress(Refusal):
        return read_text("%s/%s/%s" % (USB, hub, fact))
    return ""


@primitive("linux.facts")
def linux_facts():
    model, cores, threads, mhz = cpu()
    memory = re.search(r"^MemTotal:\s*(\d+) kB", read_text("/proc/meminfo"), re.M)
    disk = os.statvfs("/")
    hubs = usb_hubs()
    return {
        "facts": {
            "osRelease": dict(re.findall(r'^(\w+)="?([^"\n]*)', read_text("/etc/os-release", "/usr/lib/os-release"), re.M)),
            "manufacturer": dmi("sys_vendor"),
            "model": dmi("product_name"),
            "cpu": model,
            "cores": cores,
            "threads": threads,
            "mhz": mhz,
            "memoryBytes": int(memory.group(1)) * 1024,
            "rootBytes": disk.f_blocks * disk.f_frsize,
            "rootFreeBytes": disk.f_bavail * disk.f_frsize,
            "display": screen(),
            # Root hubs: one for every controller.
            "usbControllers": len(hubs),
            # In Mbit/s: 480 is USB 2.0.
            "usb2Controllers": sorted(usb_fact(hub, "product") for hub in hubs if float(usb_fact(hub, "speed") or 0) >= 480),
        }
    }


if __name__ == "__main__" and sys.argv[1:2] == ["--job"]:
    run_job(sys.argv[2])
