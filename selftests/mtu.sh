#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports of different MTUs, and a path that is narrower still: the sizes that are
# agreed on, and errors that reach the socket, whichever tier does the work.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

declare -A far=([4]=10.1.0.100 [6]=fd01::100) header=([4]=40 [6]=60)

# A router in the subnet of the ports, and a peer behind it.
behind_router() {
	local dev

	netns_add router far
	port_add router eth0 sw 10.0.0.101/24 fd00::101/64
	setup ip -n router link add eth1 type veth peer name eth0 netns far
	setup addresses_add router eth1 10.1.0.1/24 fd01::1/64
	setup addresses_add far eth0 "${far[4]}/24" "${far[6]}/64"
	setup in_ns router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	for dev in router:eth0 router:eth1 far:eth0 sw:router.eth0 sw:host.vmk0 sw:host.vmk1; do
		setup ip -n "${dev%:*}" link set "${dev#*:}" up mtu 9000
	done
	setup ip -n sw link set br0 mtu 9000
	wait_for 10 forwarding sw 4 || bail "$(bridge -n sw link)"
	setup ip -n far route add default via 10.1.0.1
	setup ip -n far route add default via fd01::1
	for dev in vmk0:10 vmk1:20; do
		setup ip -n host route add 10.1.0.0/24 via 10.0.0.101 dev "${dev%:*}" metric "${dev#*:}"
		setup ip -n host route add fd01::/64 via fd00::101 dev "${dev%:*}" metric "${dev#*:}"
		setup in_ns host ethtool -K "${dev%:*}" tso off gso off
	done
}

# What was learnt of paths is forgotten; that of IPv6 goes with the routes.
forget() {
	setup ip -n router link set eth1 mtu 9000
	setup ip -n far link set eth0 mtu 9000
	setup ip -n host -b - <<-END
		route flush cache
		route del fd01::/64 dev vmk0
		route add fd01::/64 via fd00::101 dev vmk0 metric 10
		route del fd01::/64 dev vmk1
		route add fd01::/64 via fd00::101 dev vmk1 metric 20
		tcp_metrics flush all
	END
}

mtus() { # mtus VMK0 VMK1
	setup ip -n host link set vmk0 mtu "$1"
	setup ip -n host link set vmk1 mtu "$2"
	forget
}

tier() { # tier NAME: this one does the work
	case "$1" in
	connect) setup host_ctl policy set connect on ;;
	*) setup host_ctl policy set connect off ;;
	esac
	case "$1" in
	output) setup host_ctl bind svc source keep ;;
	*) setup host_ctl bind svc source auto ;;
	esac
}

port=20000
connected() { # connected FAMILY [ARGUMENT...]: from the next port
	port=$((port + 1))
	try "v$1: a connection from $port" probe -p "$port" "${@:2}" tcp "${far[$1]}" 7000
}

asked() { # asked PORT: the MSS that its SYN on vmk1 asked for
	sed -n "s/^IP6\? [^ ]*\.$1 > .* Flags \[S\],.*[[]mss \([0-9]*\),.*/\1/p" "$tmp/syn.text" |
		head -n 1
}

# As if its owner had bound it at connect; never more than the device takes
# otherwise.
sizes() { # sizes FAMILY VMK0 VMK1
	local v=$1 tier mss=$(($3 - ${header[$1]})) from=$port

	capture_start syn host vmk1 "tcp dst port 7000"
	connected "$v" -d vmk1
	for tier in connect source output; do
		tier "$tier"
		connected "$v"
	done
	capture_stop syn
	tcpdump -ntr "$tmp/syn.pcap" >"$tmp/syn.text" 2>/dev/null
	for tier in owner connect source output; do
		from=$((from + 1))
		[[ "$tier" != source || $2 -ge $3 ]] || mss=$(($2 - ${header[$v]}))
		check_eq "v$v $tier, MTU $2 and $3: the MSS asked for" "$mss" "$(asked "$from")"
	done
}

# 10 MB, and in their midst the router's next link becomes narrow.
narrowed() { # narrowed FAMILY TIER VMK0 VMK1
	local name="v$1 $2, MTU $3 and $4" start

	forget
	capture_start path0 host vmk0 "tcp and port 5201 and dst host ${far[$1]}"
	capture_start path1 host vmk1 "tcp and port 5201 and dst host ${far[$1]}"
	start=$(counter svc packets)
	spawn host "$tmp/path" timeout 90 iperf3 -c "${far[$1]}" -n "$bytes" -b "$rate"
	wait_for 30 counted svc packets $((start + 40)) || not_ok "$name: packets flow"
	setup ip -n router link set eth1 mtu 1300
	check_exit "$name: all arrives when the path becomes narrow" "$spawned"
	capture_stop path0 path1
	check_none "$name: nothing by vmk0" path0
	check_num "$name: segments as large as the path takes" \
		"$(captured path1 "greater $((1300 + 13)) and less $((1300 + 14))")" -ge 100
	if [ "$4" = 1500 ]; then
		check_none "$name: none larger than the device takes" path1 \
			"greater $((1500 + 15))"
	else
		check_num "$name: none smaller than the device takes" \
			"$(captured path1 "greater 8900")" -ge 10
	fi
	forget
}

refused() { # refused FAMILY TIER: an ICMP error comes to who is to have it
	check_words "v$1 $2: a port that is closed" "errno=ECONNREFUSED" \
		probe -n 3 -t 1000 udp "${far[$1]}" 7001
}

bytes=10M rate=20M
! slow_kernel || bytes=2M rate=4M
base
behind_router
serve far 7000
iperf3_server far 5201
setup host_ctl service add svc proto tcp,udp dport 5201,7000-7001
setup host_ctl bind svc dev vmk1
for mtu in "1500 9000" "9000 1500"; do
	# shellcheck disable=SC2086 # words
	mtus $mtu
	for v in 4 6; do
		# shellcheck disable=SC2086 # words
		sizes "$v" $mtu
		# Where the other port's MTU would do most harm.
		case "$mtu" in
		"1500 9000") tiers=connect ;;
		*) tiers="source output" ;;
		esac
		for tier in $tiers; do
			tier "$tier"
			# shellcheck disable=SC2086 # words
			narrowed "$v" "$tier" $mtu
		done
	done
done
mtus 1500 1500
for v in 4 6; do
	for tier in connect source output; do
		tier "$tier"
		refused "$v" "$tier"
	done
done
check_sum svc
finish
