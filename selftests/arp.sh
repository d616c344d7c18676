#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who answers for which address, as seen from the wire.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# Both requests of arping are answered, or neither: two seconds settle it.
answers() { # answers ADDRESS: the last bytes of all hardware addresses in answers
	in_ns filer arping -b -c 8 -w 2 -I eth0 "$1" | grep -oP '(?<=:)\w\w(?=\])' |
		sort -u | xargs
}

check_answers() { # check_answers NAME ADDRESS "LAST-BYTE ..."
	check_eq "$1: who answers for $2" "$3" "$(answers "$2")"
}

bound() { # the default policy
	capture_start announce host vmk1 "arp"
	setup host_ctl bind svc dev vmk1
	check "bound: vmk1's address is announced" wait_for 5 announced
	capture_stop announce
	check_answers "bound" "$vmk1_4" "12"
	check_answers "bound" "$vmk0_4" "11"
	setup ip -n host link set vmk1 down
	check_answers "bound, owner down" "$vmk1_4" ""
	check_answers "bound, owner down" "$vmk0_4" "11"
	setup ip -n host link set vmk1 up
	wait_for 10 forwarding sw 3 || not_ok "vmk1 is back"
	setup ip -n sw link set host.vmk1 down
	check_answers "bound, owner without carrier" "$vmk1_4" ""
	setup ip -n sw link set host.vmk1 up
	wait_for 10 forwarding sw 3 || not_ok "vmk1 is back"
	check_answers "bound, owner back" "$vmk1_4" "12"
}

announced() {
	[ "$(captured announce "arp src host $vmk1_4 and arp dst host $vmk1_4")" -ge 1 ]
}

# A probe has no sender address: it asks whether an address is in use at all.
probes() {
	check_rc "bound: a probe for vmk1's address is answered" 1 \
		in_ns filer arping -D -c 2 -w 3 -I eth0 "$vmk1_4"
}

elsewhere() { # addresses that no port has
	setup ip -n host link add dummy0 type dummy
	setup ip -n host link set dummy0 up
	setup ip -n host address add 10.0.0.77/32 dev dummy0
	setup ip -n host address add 10.0.0.78/32 dev lo
	check_answers "bound: on a dummy device" 10.0.0.77 "11 12"
	check_answers "bound: on loopback" 10.0.0.78 "11 12"
}

# Steered packets with vmk0's source: the question has vmk1's sender all the same.
asks() {
	setup host_ctl bind svc source keep
	neighbours_forget
	capture_start asks host vmk1 "arp[6:2] == 1 and arp dst host $filer4"
	check_words "asks: a steered datagram is answered" \
		"errno=0 seen=$vmk0_4 answers=1/1" probe sendto "$filer4" 7000
	capture_stop asks
	check_num "asks: out of vmk1 with vmk1's address" \
		"$(captured asks "arp src host $vmk1_4")" -ge 1
	check_none "asks: with no other" asks "not arp src host $vmk1_4"
	setup host_ctl bind svc source auto
}

# What is of no service leaves by vmk0 with vmk1's address, if it was asked there;
# were the question asked with it, the peer would send to vmk0 what is for vmk1.
asks_for_another() {
	neighbours_forget
	capture_start another host vmk0 "arp[6:2] == 1 and arp dst host $filer4"
	check "asks: a ping with vmk1's address is answered" \
		in_ns host ping -c 1 -W 10 -I "$vmk1_4" "$filer4"
	capture_stop another
	check_num "asks: out of vmk0 with vmk0's address" \
		"$(captured another "arp src host $vmk0_4")" -ge 1
	check_none "asks: not with vmk1's" another "arp src host $vmk1_4"
}

base
check_answers "without a binding: either port, which is the fault" "$vmk1_4" "11 12"
setup host_ctl service add svc proto tcp,udp dport 7000
bound
probes
elsewhere
asks
asks_for_another
setup host_ctl policy set arp off
check_answers "off" "$vmk1_4" "11 12"
check_answers "off" "$vmk0_4" "11 12"
setup host_ctl unbind svc
setup host_ctl policy set arp all
check_answers "all, nothing bound" "$vmk1_4" "12"
check_answers "all, nothing bound" "$vmk0_4" "11"
setup host_ctl policy set arp bound
check_answers "bound, nothing bound" "$vmk1_4" "11 12"
finish
