#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Services bound to ports of VRFs, of one and of two, and traffic that is not.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

enslave() { # enslave DEV VRF TABLE: addresses of IPv6 may be lost by it
	local address

	setup ip -n host link add "$2" type vrf table "$3"
	setup ip -n host link set "$2" up
	setup ip -n host link set "$1" master "$2"
	for address in $(addresses "$1"); do
		ip -n host -o address show dev "$1" | grep -qF " $address " ||
			setup addresses_add host "$1" "$address"
	done
	neighbours_forget
}

# Answers come in by the VRF: a socket outside receives them where the kernel was
# told so, or where it is bound.
accept_all() { # accept_all 0|1
	setup in_ns host sysctl -qw net.ipv4.tcp_l3mdev_accept="$1" \
		net.ipv4.udp_l3mdev_accept="$1"
}

seen() { # seen NAME DEV PORT PROBE-ARGUMENT...: by IPv4 and IPv6
	local v

	for v in 4 6; do
		check_words "v$v $1" "errno=0 seen=${a[$2_$v]} answers=3/3" \
			probe -n 3 "${@:4}" "${a[filer_$v]}" "$3"
	done
}

others() { # others NAME VMK0-ARGUMENT...: what is no service's stays where it was
	local kind

	for kind in tcp udp sendto; do
		seen "$1: $kind outside" vmk0 7999 "${@:2}" "$kind"
		seen "$1: $kind of the VRF" vmk1 7999 -d blue "$kind"
	done
}

base
serve filer 7999
enslave vmk1 blue 10
accept_all 0
others "without svcbind's services"
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
capture_start vrf0 host vmk0 "port 7000"
seen "tcp, bound to a port of a VRF" vmk1 7000 tcp
seen "udp, bound to a port of a VRF" vmk1 7000 udp
seen "tcp of the VRF" vmk1 7000 -d blue tcp
seen "udp of the VRF" vmk1 7000 -d blue sendto
check_num "sockets were bound" "$(counter svc bind)" -ge 4
accept_all 1
seen "datagrams that aren't connected" vmk1 7000 sendto
setup host_ctl policy set connect off
seen "connect off: tcp" vmk1 7000 tcp
seen "connect off: udp" vmk1 7000 udp
setup host_ctl policy set connect on
accept_all 0
capture_stop vrf0
check_none "nothing on vmk0" vrf0
others "beside a service"

# vmk0 in another one: what is bound goes from one to the other.
enslave vmk0 red 20
setup host_ctl bind svc dev vmk1,vmk0
seen "two VRFs" vmk1 7000 tcp
setup ip -n sw link set host.vmk1 down
seen "two VRFs, the first without carrier" vmk0 7000 tcp
setup ip -n sw link set host.vmk1 up
wait_for 10 forwarding sw 3 || not_ok "forwarding" "$(bridge -n sw link)"
seen "two VRFs, the first again" vmk1 7000 tcp
seen "two VRFs: tcp of the second" vmk0 7999 -d red tcp
check_sum svc
finish
