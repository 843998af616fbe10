# Services with one instance: what `procd_set_param` says is kept in a folder; `procd` beside this file runs it.
services=/var/run/procd

procd_open_instance() {
	rm -rf "$services/$name.new"
	mkdir -p "$services/$name.new"
}

procd_set_param() {
	local key=$1
	shift
	for word; do printf '%s\n' "$word"; done >"$services/$name.new/$key"
	if [ "$key" = file ]; then cat "$@" 2>/dev/null | md5sum >"$services/$name.new/sum"; fi
}

# A service that says the same as before is left alone; one whose files have changed is signalled if it wants to be, else started anew.
procd_close_instance() {
	local new=$services/$name.new now=$services/$name
	if [ -e "$now/pid" ] && cmp -s "$new/command" "$now/command"; then
		cmp -s "$new/sum" "$now/sum" && rm -rf "$new" && return 0
		if [ -e "$new/reload_signal" ]; then
			cp "$new/sum" "$now/sum"
			kill "-$(cat "$new/reload_signal")" "$(cat "$now/pid")"
			rm -rf "$new"
			return 0
		fi
	fi
	procd_kill
	rm -rf "$now"
	mv "$new" "$now"
	start-stop-daemon -S -b -x /lib/functions/procd -- "$name"
	local tries=0
	while [ ! -e "$now/pid" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
}

procd_kill() {
	local now=$services/$name
	[ -e "$now/supervisor" ] || return 0
	kill -KILL "$(cat "$now/supervisor")" 2>/dev/null
	if [ -e "$now/pid" ]; then
		local pid=$(cat "$now/pid") tries=0
		kill "$pid" 2>/dev/null
		while [ -e "/proc/$pid/exe" ] && [ $tries -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done
		kill -KILL "$pid" 2>/dev/null
	fi
	rm -rf "$now"
}
