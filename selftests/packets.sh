#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Malformed packets into every hook, and out of raw sockets: the host goes on,
# and what belongs to a strict service leaves by its port, whole or not.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

count=${PACKETS-20000} seed=${SEED-1}
# Known by its ports alone.
second4=10.0.0.101 second6=fd00::101

fuzz() { # fuzz NETNS ARGUMENT...
	local out

	if out=$(in_ns "$1" packet_fuzz "${@:2}" 2>&1); then
		ok "packet_fuzz ${*:2}"
	else
		not_ok "packet_fuzz ${*:2}" "status $?"
	fi
	diag <<<"${out//# /}"
}

answers() { # answers FAMILY DEV: the host to pings, through that port
	reach "${a[$2_$1]}" "$2"
	check "v$1: the host answers through $2" \
		wait_for 10 in_ns filer ping -qnc3 -i0.1 -W1 "${a[$2_$1]}"
}

base
addresses_add filer eth0 "$second4/24" "$second6/64"
# Advertisements would give the host routes and addresses of their own.
in_ns host sysctl -qw net.ipv6.conf.vmk{0,1}.accept_ra=0 \
	net.ipv{4,6}.conf.vmk{0,1}.accept_redirects=0
setup host_ctl service add peer to "$filer4,$filer6"
setup host_ctl service add ports proto tcp,udp dport 2049
setup host_ctl service add rest proto any
setup host_ctl bind peer dev vmk1
setup host_ctl bind ports dev vmk1
setup host_ctl bind rest dev vmk0 mode prefer
setup host_ctl policy set icmp-reply ingress arp all

# Echo replies and neighbour discovery are no service's.  What vmk1 sent to a
# hardware address that was made up comes in on vmk0, hence "ether src".
capture_start leak host vmk0 "ether src 02:00:00:00:00:11 and (
	(ip dst host $filer4 and not (icmp and icmp[0] == 0)) or
	(ip6 dst host $filer6 and not (ip6[6] == 58 and ip6[40] >= 129)) or
	((tcp or udp) and dst port 2049 and (dst host $second4 or dst host $second6)))"
capture_start right host vmk1 "ether src 02:00:00:00:00:12 and
	(ip dst host $filer4 or ip6 dst host $filer6)"
fuzz filer in eth0 "$count" "$seed"
fuzz host out "$count" "$seed"
capture_stop leak right
check_none "nothing of a strict service left by vmk0" leak
check_num "it left by vmk1" "$(captured right)" -gt 100

for service in peer ports rest; do
	check_num "$service had packets" "$(counter "$service" matched)" -gt 100
	check_sum "$service"
done
neighbours_forget
for v in 4 6; do
	answers "$v" vmk0
	answers "$v" vmk1
done
check_words "the peer answers the host" "errno=0" probe tcp "$filer4" 7000
finish
