#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A whole configuration at once: in force whole, or refused whole.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

transact() { # transact OPERATION...: over one socket; what came of each
	printf '%s\n' "$@" | in_ns host transact.py 2>"$tmp/took" | grep -v '^ready'
}

applied() { # applied OPERATION ...: and commit went well
	[ "$(transact begin "$@" commit | tail -n 1)" = "commit OK" ]
}

declare -A feed peer
open() { # open NAME [NETNS]: a socket that stays, fed by "${feed[NAME]}"
	local fd

	mkfifo "$tmp/$1"
	exec {fd}<>"$tmp/$1"
	feed[$1]=$fd
	spawn "${2-host}" "$tmp/$1.out" bash -c "exec transact.py <$tmp/$1"
	peer[$1]=$spawned
	wait_for 20 grep -q ready "$tmp/$1.out" || bail "no socket: $(cat "$tmp/$1.out")"
}

say() { # say NAME OPERATION: its answer
	local before

	before=$(grep -vc '^#' "$tmp/$1.out")
	echo "$2" >&"${feed[$1]}"
	wait_for 20 answered "$1" "$before"
	grep -v '^#' "$tmp/$1.out" | tail -n 1
}

answered() { # answered NAME LINES
	[ "$(grep -vc '^#' "$tmp/$1.out")" -gt "$2" ]
}

generation() {
	host_json .generation
}

services() { # "NAME PRIORITY", a line each
	host_json '.services[] | "\(.name) \(.priority)"'
}

# Nothing of what is shown is another than before, counters left aside.
check_same() { # check_same NAME BEFORE
	check_eq "$1" "$2" "$(host_ctl -j show) $(generation)"
}

packets() { # packets SERVICE DEV
	host_json ".services[] | select(.name == \"$1\") |
		.binding.devices[] | select(.dev == \"$2\") | .packets"
}

whole() {
	check_eq "begin, add, commit" "begin OK
add OK
add OK
add OK
commit OK" "$(transact "begin icmp-reply" "add a proto=6 dport=80 dev=vmk1,vmk0" \
		"add c proto=17 priority=500 preset=nfs" "add b to=fd00::/64 priority=5" commit)"
	check_eq "services by priority" "b 5
a 100
c 500" "$(services)"
	check_eq "the policy of begin" "ingress bound" \
		"$(host_json '.policy | "\(.icmp_reply) \(.arp)"')"
	check_eq "the binding" "strict failover vmk1 vmk0" "$(host_json \
		'.services[1].binding | "\(.mode) \(.select) \(.devices | map(.dev) | join(" "))"')"
	check_eq "the preset" nfs "$(host_json '.services[2].preset')"
	check_eq "begin without words: what isn't named gets its default" \
		"begin OK add OK add OK commit OK" \
		"$(transact begin "add a proto=6" "add b proto=6" commit | xargs)"
	check_eq "priorities from 100, by 10" "a 100
b 110" "$(services)"
	check_eq "the default policy" off "$(host_json .policy.icmp_reply)"
	check_eq "an empty one" "begin OK commit OK" "$(transact begin commit | xargs)"
	check_eq "leaves nothing" "" "$(services)"
}

# By its name a service goes on counting, whatever else of it is new.
counters() {
	local v before

	setup applied "add svc proto=17 dport=7000 dev=vmk1"
	for v in 4 6; do
		check_words "v$v: leaves by vmk1" "errno=0 seen=${a[vmk1_$v]}" \
			probe -n 5 udp "${a[filer_$v]}" 7000
	done
	before="$(counter svc matched) $(packets svc vmk1)"
	check_num "counted" "${before% *}" -ge 10
	setup applied "add other proto=132" \
		"add svc dport=7000 preset=nfs priority=7 dev=vmk0,vmk1"
	check_eq "another match, priority and binding: it goes on counting" "$before" \
		"$(counter svc matched) $(packets svc vmk1)"
	check_eq "a device that is new begins at 0" 0 "$(packets svc vmk0)"
	for v in 4 6; do
		check_words "v$v: leaves by vmk0" "errno=0 seen=${a[vmk0_$v]}" \
			probe -n 5 udp "${a[filer_$v]}" 7000
	done
	check_num "and counts for both" "$(counter svc matched)" -ge $((${before% *} + 10))
	check_num "the new device, too" "$(packets svc vmk0)" -ge 10
	check_sum svc
	setup applied
	setup applied "add svc proto=17 dport=7000"
	check_eq "one that was gone begins at 0" 0 "$(counter svc matched)"
}

refused() {
	local before said

	setup applied "add a proto=6 dport=80 dev=vmk1"
	before="$(host_ctl -j show) $(generation)"
	check_eq "a name twice: the first is said, the rest is ignored" "begin OK
add OK
add EEXIST at=name there is a service of that name
add OK
add OK
commit ECANCELED at=- a service of the transaction was refused
commit ENOENT at=- this socket has no transaction: begin one" \
		"$(transact begin "add x proto=6" "add x proto=6" "add a/b proto=6" \
			"add y" commit commit)"
	check_same "nothing has changed" "$before"
	said=$(transact begin "many 50" "add m7 proto=6" "many 50 prefix=n" commit)
	check_eq "one of many: one answer" "begin OK
many OK
add EEXIST at=name there is a service of that name
many OK
commit ECANCELED at=- a service of the transaction was refused" "$said"
	said=$(transact begin "add m30 proto=6" "many 50" commit)
	check_eq "and it says which" "begin OK
add OK
many 1 answers, m30: EEXIST at=name there is a service of that name
commit ECANCELED at=- a service of the transaction was refused" "$said"
	check_eq "words" "begin OK
add EINVAL at=- a match without any word (proto any matches all)" \
		"$(transact begin "add x")"
	check_eq "a binding" "begin OK
add EINVAL at=1 device is named twice" "$(transact begin "add x proto=6 dev=d,d")"
	check_eq "a name" "begin OK
add EINVAL at=name no valid service name" "$(transact begin "add .x proto=6")"
	check_eq "a preset that is no name" "begin OK
add EINVAL at=preset no valid name of a preset" \
		"$(transact begin "add x proto=6 preset=a:b")"
	check_eq "an empty preset is none" "begin OK add OK" \
		"$(transact begin "add x proto=6 preset=" | xargs)"
	check_eq "a name that is too long" "begin OK add EINVAL at=name" \
		"$(transact begin "add $(printf 'x%.0s' {1..33}) proto=6" | xargs |
			cut -d ' ' -f 1-5)"
	check_eq "nothing was begun" "add ENOENT at=- this socket has no transaction: begin one
commit ENOENT at=- this socket has no transaction: begin one" \
		"$(transact "add x proto=6" commit)"
	check_same "nothing has changed by all that" "$before"
}

based() {
	local now before

	setup applied "add a proto=6"
	now=$(generation)
	before="$(host_ctl -j show) $now"
	check_eq "begin: another generation" "begin ESTALE at=generation the configuration was changed meanwhile" \
		"$(transact "begin generation=$((now - 1))")"
	check_eq "commit: another generation" "begin OK
commit ESTALE at=generation the configuration was changed meanwhile
commit ENOENT at=- this socket has no transaction: begin one" \
		"$(transact begin "commit generation=$((now - 1))" commit)"
	check_same "nothing has changed" "$before"
	open based
	say based "begin generation=$now" >"$tmp/based.begin"
	say based "add b proto=6" >>"$tmp/based.begin"
	setup host_ctl service add mine proto udp
	before="$(host_ctl -j show) $(generation)"
	check_eq "another's change between begin and commit" \
		"begin OK add OK commit ESTALE at=- the configuration was changed meanwhile" \
		"$(xargs <"$tmp/based.begin") $(say based commit)"
	check_same "that change stays" "$before"
	say based begin >/dev/null
	setup host_ctl service set mine dport 9
	check_eq "who names no generation replaces it" "commit OK" "$(say based commit)"
	check_eq "all of it" "" "$(services)"
	reap "${peer[based]}" KILL
}

dry_run() {
	local before

	setup applied "add a proto=6"
	before="$(host_ctl -j show) $(generation)"
	check_eq "dry-run" "begin OK add OK commit OK commit ENOENT at=- this socket has no transaction: begin one" \
		"$(transact begin "add b proto=17 dev=vmk1" "commit dry-run" commit | xargs)"
	check_eq "dry-run of what is refused" "commit ECANCELED at=- a service of the transaction was refused" \
		"$(transact begin "add .b proto=17" "commit dry-run" | tail -n 1)"
	check_same "nothing has changed" "$before"
	check_eq "begin twice: anew" "begin OK add OK begin OK add OK commit OK" \
		"$(transact begin "add b proto=6" begin "add c proto=6" commit | xargs)"
	check_eq "without what was added before" "c 100" "$(services)"
}

begins() { # begins: a socket can begin
	[ "$(transact begin)" = "begin OK" ]
}

bindable() { # bindable DEV
	host_ctl bind svc dev "$1"
}

# What is open is bounded, and goes with its socket.
sockets() {
	local i

	for i in {1..8}; do
		open "socket$i"
		say "socket$i" begin >>"$tmp/begun"
	done
	check_eq "eight can be open" 8 "$(grep -c "begin OK" "$tmp/begun")"
	check_eq "a ninth can't" "begin ENOSPC at=- 8 transactions are open, and can't be more" \
		"$(transact begin)"
	check_eq "one that is can begin anew" "begin OK" "$(say socket8 begin)"
	reap "${peer[socket1]}" KILL
	check "when a socket is closed, there is room" wait_for 10 begins
	check_eq "another's is still there" "commit OK" "$(say socket2 commit)"
	for i in {2..8}; do
		reap "${peer[socket$i]}" KILL
	done
	setup host_ctl flush
	setup host_ctl service add svc proto tcp dport 9
	open names
	say names begin >/dev/null
	check_eq "a transaction with 1,024 names of devices" "many OK" \
		"$(say names "many 1024 names=1024")"
	check_eq "has no room for more" \
		"add ENOSPC at=1 too many devices or gateways are named" \
		"$(say names "add more proto=6 dev=more")"
	check_rc "nor has anybody else" 2 bindable vmk1
	reap "${peer[names]}" KILL
	check "until it is gone" wait_for 10 bindable vmk1
}

took() { # took OPERATION: milliseconds
	sed -n "s/^# $1 took \([0-9]*\) ms/\1/p" "$tmp/took" | head -n 1
}

# 4,096 of them, in the time that is left for an emulated machine on a busy host.
large() {
	local limit=10000 said i

	! slow_kernel || limit=100000
	for i in 1 2; do
		said=$(transact begin "many 4096 dev=vmk1,vmk0" commit | xargs)
		echo "# 4,096 services: added in $(took many) ms, committed in $(took commit) ms"
		check_eq "4,096 services, $i" "begin OK many OK commit OK" "$said"
		check_num "in time" "$(($(took many) + $(took commit)))" -lt "$limit"
	done
	check_eq "all are there" 4096 "$(host_json '.services | length')"
	# The names that are in force count, too.
	said=$(transact begin "many 4096 names=1000" commit | xargs)
	echo "# of 1,000 devices: added in $(took many) ms, committed in $(took commit) ms"
	check_eq "4,096 services of 1,000 devices" "begin OK many OK commit OK" "$said"
	check_eq "4,097 are refused" "begin OK
many 1 answers, m4097: ENOSPC at=name there are 4096 services, and can't be more
commit ECANCELED at=- a service of the transaction was refused" \
		"$(transact begin "many 4097" commit)"
	check_eq "back to one" "begin OK add OK commit OK" \
		"$(transact begin "add svc proto=17 dport=7000 dev=vmk1" commit | xargs)"
}

# A packet sees the old or the new one: both bind the service, in between
# nothing does. What leaves by vmk0 tells.
atomic() {
	local v i bad=0

	setup applied "add svc proto=17 dport=7000 dev=vmk1"
	capture_start wire0 host vmk0 "udp dst port 7000"
	capture_start wire1 host vmk1 "udp dst port 7000"
	for v in 4 6; do
		spawn host "$tmp/flood.$v" sock_probe -t 20 -i 1 -n 1000000 \
			udp "${a[filer_$v]}" 7000
	done
	wait_for 20 counted svc matched 20 || not_ok "there is traffic"
	for i in {1..20}; do
		[ "$(transact begin "many $((i % 2 * 300)) prefix=n" \
			"add svc proto=17 dport=7000 priority=$i dev=vmk1" \
			commit | tail -n 1)" = "commit OK" ] || bad=$((bad + 1))
	done
	check_eq "20 commits under traffic" 0 "$bad"
	for i in "${background[@]: -2}"; do
		reap "$i" KILL
	done
	capture_stop wire0 wire1
	for v in 4 6; do
		check_num "v$v: packets left by vmk1" \
			"$(captured wire1 "dst host ${a[filer_$v]}")" -ge 10
		check_eq "v$v: none by vmk0" 0 \
			"$(captured wire0 "dst host ${a[filer_$v]}")"
	done
	check_sum svc
}

# Nothing that is open keeps the module, or outlives it or its namespace.
ends() {
	setup host_ctl flush
	open last
	say last begin >/dev/null
	check_eq "open, with services" "many OK" "$(say last "many 100 dev=vmk1")"
	check "the module can go" unload
	load
	reap "${peer[last]}" KILL
	setup ip netns add gone
	open ending gone
	say ending begin >/dev/null
	say ending "many 100 dev=d0" >/dev/null
	netns_del gone
	reap "${peer[ending]}" KILL
	check "a namespace that ends with one" unload
	load
}

base
whole
counters
refused
based
dry_run
sockets
large
atomic
ends
finish
