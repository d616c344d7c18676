#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A host with a subnet of its own for each port: svcbind has nothing to do
# there, and does nothing.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tidy_network() {
	netns_add sw sw2 host filer
	bridge_add sw
	bridge_add sw2
	port_add host vmk0 sw 10.0.0.11/24 fd00::11/64
	port_add host vmk1 sw2 10.1.0.12/24 fd01::12/64
	port_add filer eth0 sw 10.0.0.100/24 fd00::100/64
	port_add filer eth1 sw2 10.1.0.100/24 fd01::100/64
	wait_for 10 forwarding sw 2 || not_ok "the first subnet"
	wait_for 10 forwarding sw2 2 || not_ok "the second subnet"
}

# All traffic once; what left by which port with which addresses, as text.
traffic() { # traffic CAPTURE-NAME
	local kind to

	capture_start "$1.vmk0" host vmk0 "port 7000"
	capture_start "$1.vmk1" host vmk1 "port 7000"
	for to in 10.0.0.100 fd00::100 10.1.0.100 fd01::100; do
		for kind in tcp udp sendto; do
			check "$1: $kind to $to" probe -p 5000 -n 3 "$kind" "$to" 7000
		done
	done
	capture_stop "$1.vmk0" "$1.vmk1"
	for kind in vmk0 vmk1; do
		tcpdump -nqtr "$tmp/$1.$kind.pcap" 2>/dev/null |
			grep -oP '^\S+ \S+ > [^:]*:*[^ ]*' | sort -u | sed "s/^/$kind /"
	done >"$tmp/$1.flows"
}

tidy_network
serve filer 7000
traffic before
check_num "before: flows were seen" "$(grep -c . "$tmp/before.flows")" -ge 8
load
setup host_ctl service add first to 10.0.0.0/24,fd00::/64 proto tcp,udp
setup host_ctl service add second to 10.1.0.0/24,fd01::/64 proto tcp,udp
setup host_ctl bind first dev vmk0
setup host_ctl bind second dev vmk1
traffic after
check_eq "flows and addresses are the same" \
	"$(cat "$tmp/before.flows")" "$(cat "$tmp/after.flows")"
for service in first second; do
	check_num "$service: packets were matched" "$(counter "$service" matched)" -ge 20
	check_eq "$service: all of them pass" "$(counter "$service" matched)" \
		"$(counter "$service" pass)"
	check_sum "$service"
done
finish
