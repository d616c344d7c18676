#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The source address: of new flows, of old ones, and what it costs to set it.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tracked() { # tracked: connections that conntrack knows of in the host
	in_ns host conntrack -C
}

automatic() { # automatic FAMILY
	local v=$1 kind before

	for kind in tcp udp sendto; do
		before=$(counter svc rewrite)
		check_words "v$v auto: $kind is seen from vmk1's address" \
			"errno=0 seen=${a[vmk1_$v]} answers=3/3" \
			probe -n 3 "$kind" "${a[filer_$v]}" 7000
		check_num "v$v auto: $kind is rewritten once a connection, at most" \
			"$(($(counter svc rewrite) - before))" -le 1
	done
	check_words "v$v auto: a large message over TCP" "errno=0 answers=3/3" \
		probe -n 3 -s 60000 tcp "${a[filer_$v]}" 7000
}

kept() { # kept FAMILY
	local v=$1 kind

	capture_start keep0 host vmk0 "port 7000 and src host ${a[vmk0_$v]}"
	capture_start keep1 host vmk1 "port 7000 and src host ${a[vmk0_$v]}"
	for kind in tcp udp sendto; do
		check_words "v$v keep: $kind is seen from vmk0's address" \
			"errno=0 seen=${a[vmk0_$v]} answers=1/1" \
			probe "$kind" "${a[filer_$v]}" 7000
	done
	capture_stop keep0 keep1
	check_none "v$v keep: nothing leaves by vmk0" keep0
	check_num "v$v keep: all leaves by vmk1" "$(captured keep1)" -ge 5
}

# A connection that is older than the binding: steered, not touched, not killed;
# neither where conntrack saw it open nor where it meets it in its midst.
old_flow() { # old_flow FAMILY PORT NAME
	local v=$1 port=$2 name="v$1 old flow$3" pid stale interval=100

	! slow_kernel || interval=400 # it has to outlast the preparations
	setup host_ctl unbind svc
	spawn host "$tmp/old" sock_probe -n 60 -i "$interval" -p "$port" tcp "${a[filer_$v]}" 7000
	pid=$spawned
	wait_for 10 established "$port" || not_ok "$name is there"
	stale=$(counter svc stale)
	capture_start old0 host vmk0 "src port $port"
	capture_start old1 host vmk1 "src port $port"
	setup host_ctl bind svc dev vmk1
	check "$name: stale is counted" wait_for 10 counted svc stale $((stale + 3))
	check_exit "$name: it lives" "$pid"
	check_words "$name: nothing was lost" \
		"errno=0 answers=60/60 seen=${a[vmk0_$v]}" cat "$tmp/old"
	capture_stop old0 old1
	check_num "$name: leaves by vmk1 with the source it had" \
		"$(captured old1 "src host ${a[vmk0_$v]}")" -ge 10
	check_eq "$name: with no other source" 0 \
		"$(captured old1 "not src host ${a[vmk0_$v]}")"
}

# With addresses in two subnets, it is the peer's that decides.
subnets() {
	local address

	setup addresses_add filer eth0 10.9.0.100/24 fd09::100/64
	setup addresses_add host vmk0 10.9.0.11/24 fd09::11/64
	setup addresses_add host vmk1 10.9.0.12/24 fd09::12/64
	for address in 10.9.0.1 fd09::1; do
		check_words "second subnet: ${address}00 sees vmk1's address there" \
			"errno=0 seen=${address}2 answers=1/1" \
			probe sendto "${address}00" 7000
	done
	setup ip -n host address del 10.9.0.11/24 dev vmk0
	setup ip -n host address del fd09::11/64 dev vmk0
}

established() { # established PORT
	in_ns host ss -Htn state established "sport = $1" | grep -q .
}

# Of no concern to svcbind: a datagram to another port of the filer.
unrelated_tracked() {
	in_ns host conntrack -F
	probe -t 200 sendto "$filer4" 7999
	tracked
}

untracked() {
	[ "$(unrelated_tracked 2>/dev/null | tail -n 1)" = 0 ]
}

base
check "conntrack is off after load" untracked

setup host_ctl service add svc proto tcp,udp dport 7000
check "conntrack is off with an unbound service" untracked
setup host_ctl bind svc dev vmk1 source keep
check "conntrack is off with source keep" untracked
kept 4
kept 6
check_eq "keep: nothing was rewritten" 0 "$(counter svc rewrite)"

old_flow 4 7041 ", new to conntrack"
old_flow 6 7042 ", new to conntrack"
automatic 4
automatic 6
subnets
check_num "auto: something was rewritten" "$(counter svc rewrite)" -ge 1
check_sum svc

old_flow 4 7043 ''
old_flow 6 7044 ''
check_sum svc

# A full table drops what opens a flow before anything of svcbind's sees it.
full_is_told() {
	probe -t 100 sendto "$filer4" 7000
	host_ctl show | grep -q "^conntrack [0-9]* of 2 dropped [1-9].*full"
}

full() {
	local max port

	max=$(sysctl -n net.netfilter.nf_conntrack_max)
	check_eq "conntrack: how full it is" "$max false" "$(host_json \
		'.conntrack | "\(.max) \(.count >= .max)"')"
	check_eq "conntrack: nobody is bothered with that" 0 \
		"$(host_ctl show | grep -c ^conntrack)"
	# Only connections of TCP that go on keep their place in a full one.
	for port in 7051 7052; do
		spawn host "$tmp/full$port" sock_probe -n 600 -i 100 -p "$port" tcp "$filer4" 7000
		wait_for 10 established "$port" || not_ok "$port is there"
	done
	setup sysctl -qw net.netfilter.nf_conntrack_max=2
	check "conntrack: a full table is told" wait_for 10 full_is_told
	setup sysctl -qw net.netfilter.nf_conntrack_max="$max"
	check_words "conntrack: with room again" "errno=0 seen=$vmk1_4" \
		probe sendto "$filer4" 7000
}

full
setup host_ctl unbind svc
check "conntrack is off again after the binding and its flows" wait_for 30 untracked
check_words "no source is changed any more" "errno=0 seen=$vmk0_4" \
	probe udp "$filer4" 7000
finish
