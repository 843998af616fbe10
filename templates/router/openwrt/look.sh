# examsite: everything that is looked at on this box, in one go; changes nothing.
# Arguments: address of the resolver, name that it knows its rule set by, port of the proxy's own, then files that are hashed.
resolver=$1 name=$2 port=$3
shift 3
section() { echo "@@$1"; }
section missing
for program in nft haproxy dnsmasq; do command -v "$program" >/dev/null || echo "$program"; done
section manager
for program in apk opkg; do command -v "$program" >/dev/null && echo "$program"; done
section current
readlink /etc/examsite-router/current
section files
sha256sum "$@" 2>/dev/null
section lists
for file in /etc/examsite-router/current/*.lst /etc/examsite-router/current/*.map; do
	[ -s "$file" ] && sed "s|^|${file##*/} |" "$file"
done
section live
{ nft -s -t list table inet examsite && nft -s -t list table ip examsite-nat; } 2>/dev/null
section loaded
cat /var/run/examsite-firewall.listed 2>/dev/null
section proxy
echo 'show info' | nc 127.0.0.1 "$port" 2>/dev/null | sed -n 's/^[Dd]escription: //p'
section resolver
nslookup -querytype=txt "$name" "$resolver" 2>/dev/null | sed -n 's/.*"\(examsite-[0-9a-f]*\)".*/\1/p'
section enabled
for link in /etc/rc.d/S*; do basename "$(readlink "$link")"; done
section scripts
ls /etc/init.d
section running
ubus call service list
section once
[ -e /var/run/fw4.state ] && echo firewall
[ -e /var/run/examsite-firewall.listed ] && echo examsite-firewall
section kernel
sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.icmp_ratelimit
section change
cat /var/run/examsite-router.state 2>/dev/null
[ -e /etc/examsite-router/unconfirmed ] && echo unconfirmed
section uhttpd
uci -q export uhttpd
section end
