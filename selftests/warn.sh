#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What bind warns of: a line for each thing that is going to surprise, and none
# where there is none.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# Exit 0, nothing on stdout, and on stderr a line for each TEXT that begins so.
warns() { # warns NAME "TEXT ..." BIND-ARGUMENT...
	local out rc

	out=$(host_ctl bind svc "${@:3}" 2>"$tmp/warnings")
	rc=$?
	check_eq "$1" "0 $2" "$rc$out $(sed -n 's/^svcbindctl: bind svc: warning: //p' \
		"$tmp/warnings" | cut -c "1-${width-400}" | paste -sd '|')"
	check_eq "$1: and says nothing else" "" \
		"$(grep -v "^svcbindctl: bind svc: warning: " "$tmp/warnings")"
}

rp_filter() {
	local strict="rp_filter is strict on vmk1, and drops what comes in there from peers that the routing table reaches by another port (sysctl net/ipv4/conf/vmk1/rp_filter=2)"

	setup in_ns host sysctl -qw net.ipv4.conf.vmk1.rp_filter=1
	warns "rp_filter is strict on the device" "$strict" dev vmk1
	warns "on another one" "" dev vmk0
	setup in_ns host sysctl -qw net.ipv4.conf.vmk1.rp_filter=0 net.ipv4.conf.all.rp_filter=1
	warns "on all" "$strict" dev vmk1
	setup in_ns host sysctl -qw net.ipv4.conf.vmk1.rp_filter=2
	warns "what it says to do helps" "" dev vmk1
	setup in_ns host sysctl -qw net.ipv4.conf.vmk1.rp_filter=0 net.ipv4.conf.all.rp_filter=2
	warns "loose on all: what is larger counts" "" dev vmk1
	setup in_ns host sysctl -qw net.ipv4.conf.all.rp_filter=0
}

mtu() {
	setup ip -n host link set vmk0 mtu 9000
	warns "another port of the subnet has a larger MTU" \
		"vmk1 has MTU 1500, and vmk0 9000: segments may be too large for the former (ip link set vmk1 mtu 9000, or the same for both)" dev vmk1
	warns "the other way round" "" dev vmk0
	setup ip -n host link set vmk1 mtu 9000
	warns "what it says to do helps" "" dev vmk1
	setup ip -n host link set vmk0 mtu 1500
	setup ip -n host link set vmk1 mtu 1500
	setup ip -n host link add far0 mtu 9000 type dummy
	setup addresses_add host far0 10.9.0.1/24 fd09::1/64
	setup ip -n host link set far0 up
	warns "one of another subnet" "" dev vmk1
	setup ip -n host link del far0
}

route() { # route FAMILY PREFIX GATEWAY WIDE-PREFIX
	setup host_ctl service set svc to "$2"
	warns "v$1 no route leads there" \
		"no route leads to $2 through vmk1 (bind svc dev vmk1 via GATEWAY, or ip route add)" \
		dev vmk1
	warns "v$1 by a gateway of the binding" "" dev vmk1 via "$3"
	setup ip -n host "-$1" route add "$2" via "$3" dev vmk0
	width=26 warns "v$1 by a route through another port" \
		"no route leads to ${2:0:8}" dev vmk1
	setup ip -n host "-$1" route replace "$2" via "$3" dev vmk1
	warns "v$1 by a route through the port" "" dev vmk1
	setup ip -n host "-$1" route del "$2" via "$3" dev vmk1
	setup host_ctl service set svc to "$4"
	warns "v$1 a prefix of which the device has a part" "" dev vmk1
	setup host_ctl service set svc to "${a[filer_$1]}"
	warns "v$1 a peer of the subnet" "" dev vmk1
	setup host_ctl service set svc to any
}

stale() {
	setup host_ctl unbind svc
	# shellcheck disable=SC2016 # for the inner shell
	spawn host "$tmp/client" bash -c \
		'while echo tick; do read -rt 0.3 <> <(:); done | socat -u - "TCP:$0:7000"' \
		"$filer4"
	wait_for 20 connected || bail "no connection: $(cat "$tmp/client")"
	warns "a connection that is older" \
		"1 connection is older than the binding, and keeps another port's address (svcbindctl show --stale svc, svcbindctl close-stale svc)" \
		dev vmk1
	check_eq "as JSON" '{"version":1,"warning":{"what":"bind svc","why":"1 connection' \
		"$(host_ctl -j bind svc mode strict 2>&1 | cut -c 1-61)"
	setup host_ctl close-stale svc
	warns "what it says to do helps" "" mode strict
}

connected() {
	in_ns host ss -Htn state established dport = 7000 | grep -q .
}

base
setup host_ctl service add svc proto tcp dport 7000
warns "nothing to warn of" "" dev vmk1
warns "a device that isn't there" "" dev missing
rp_filter
mtu
route 4 192.0.2.0/24 10.0.0.1 10.0.0.0/8
route 6 2001:db8::/32 fd00::1 fc00::/7
stale
check_eq "what is refused warns of nothing" "svcbindctl: bind nosuch: no such service" \
	"$(host_ctl bind nosuch dev vmk1 2>&1)"
finish
