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
	local dev

	setup ip -n router link set eth1 mtu 9000
	setup ip -n far link set eth0 mtu 9000
	setup ip -n host route flush cache
	for dev in vmk0:10 vmk1:20; do
		setup ip -n host route del fd01::/64 dev "${dev%:*}"
		setup ip -n host route add fd01::/64 via fd00::101 dev "${dev%:*}" metric "${dev#*:}"
	done
	setup ip -n host tcp_metrics flush all
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

asked() { # asked FAMILY [ARGUMENT...]: the MSS that a SYN on vmk1 asks for
	capture_start syn host vmk1 "tcp and port 7000" >&2
	probe "${@:2}" tcp "${far[$1]}" 7000 >&2
	capture_stop syn >&2
	tcpdump -nr "$tmp/syn.pcap" 2>/dev/null | grep -m 1 "Flags \[S\]," |
		grep -oP 'mss \K\d+'
}

# As if its owner had bound it at connect; never more than the device takes
# otherwise.
sizes() { # sizes FAMILY TIER VMK0 VMK1
	local v=$1 mss=$(($4 - ${header[$1]}))

	[ "$2" = connect ] || [ "$3" -ge "$4" ] || mss=$(($3 - ${header[$v]}))
	check_eq "v$v $2, MTU $3 and $4: the MSS asked for" "$mss" "$(asked "$v")"
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
		check_eq "v$v, MTU $mtu: bound by its owner" \
			$((${mtu#* } - ${header[$v]})) "$(asked "$v" -d vmk1)"
		for tier in connect source output; do
			tier "$tier"
			# shellcheck disable=SC2086 # words
			sizes "$v" "$tier" $mtu
			# Where the other port's MTU would do most harm.
			case "$tier $mtu" in
			"connect 1500 9000" | [so]*" 9000 1500")
				# shellcheck disable=SC2086 # words
				narrowed "$v" "$tier" $mtu
				;;
			esac
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
