#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What svcbind adds to the cost of a 64-byte datagram and of a connect(), in
# instructions: "selftests/vm/run --icount" makes the clock count them.  All of
# it goes to a dummy device, so that nothing but the way there is measured.

set -u
PATH=$(realpath "$(dirname "$0")/.."):$PATH

count=500
declare -A base

measure() { # measure MODE ADDRESS
	ip netns exec bench send_cost "$1" "$2" 7000 "$count"
}

row() { # row TEXT ADDRESS: a line of the table
	local mode cost line

	line=$(printf '%-44s' "$1")
	for mode in connected unconnected connect; do
		cost=$(measure "$mode" "$2") || exit 1
		if [ -z "${base[$mode]-}" ]; then
			base[$mode]=$cost
			line+=$(printf ' %14d' "$cost")
		else
			line+=$(printf ' %6d (%+5d)' "$cost" $((cost - base[$mode])))
		fi
	done
	echo "$line"
}

ctl() {
	svcbindctl -n bench "$@" || exit 1
}

check_counter() { # check_counter NAME: the row measured what it says
	[ "$(ctl -j -s show | gojq "[.services[].counters.$1] | add")" -ge "$count" ] || {
		echo "bench: no packets counted as $1" >&2
		exit 1
	}
}

ip netns add bench || exit
trap 'ip netns del bench' EXIT
ip netns exec bench sysctl -qw net.ipv6.conf.default.disable_ipv6=1
for n in 0 1; do
	ip -n bench link add "vmk$n" type dummy
	ip -n bench address add "10.0.0.1$((n + 1))/24" dev "vmk$n"
	ip -n bench link set "vmk$n" up
	# No neighbour has to be asked for.
	ip -n bench neigh add 10.0.0.100 lladdr 02:00:00:00:00:64 dev "vmk$n"
done

printf '%-44s %14s %14s %14s\n' "Linux $(uname -r), instructions" \
	connected unconnected "connect()"
row "not loaded" 10.0.0.100
modprobe svcbind || exit 1
row "loaded, nothing configured" 10.0.0.100
ctl service add other proto tcp,udp dport 9
ctl bind other dev vmk0 source keep
row "one service, missed" 10.0.0.100
for n in $(seq 2 64); do
	ctl service add "other$n" proto tcp,udp dport "$((n + 9))"
done
row "64 services, missed" 10.0.0.100
ctl flush
ctl service add svc proto tcp,udp dport 7000
ctl bind svc dev vmk0 source keep
row "bound to the routing table's device: pass" 10.0.0.100
check_counter pass
ctl bind svc dev vmk1
row "bound to another device: steer" 10.0.0.100
check_counter steer
ctl service set svc proto tcp
ctl bind svc source auto
row "TCP alone, bound when it connects" 10.0.0.100
check_counter bind
ctl flush
row "flushed: the probes of connect() stay" 10.0.0.100
ctl policy set connect off
ctl service add svc proto tcp,udp dport 7000
ctl bind svc dev vmk1
row "connect off: conntrack and NAT" 10.0.0.100
check_counter rewrite
ctl flush
svcbindctl unload
row "unloaded again" 10.0.0.100
