# From outside: gives the device its own view of the machine and becomes its first process. Arguments: its disk, Node for the model of uci.
root=$1 node=$2
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount --bind "$node" "$root/usr/lib/model/node"
exec chroot "$root" /usr/bin/busybox ash -c '
. /etc/profile
sysctl -q -w net.ipv4.ip_forward=1
for file in /etc/sysctl.d/*; do [ -e "$file" ] && sysctl -q -p "$file"; done
for script in /etc/rc.d/S*; do "$script" boot >>/var/run/boot.log 2>&1; done
/usr/sbin/dropbear -R -s -p 22 -P /var/run/dropbear.pid -r /etc/dropbear/dropbear_ed25519_host_key
: >/var/run/booted
while :; do sleep 3600 & wait; done'
