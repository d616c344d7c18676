#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Peers that are not in the subnet: by which next hop, and by whose rules.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

far4=192.0.2.1 far6=2001:db8::1
declare -A far=([4]=$far4 [6]=$far6)

takes_vmk1() { # takes_vmk1 NAME
	local v kind

	capture_start r0 host vmk0 "port 7000"
	for v in 4 6; do
		for kind in tcp udp sendto; do
			check_words "$1: v$v $kind" \
				"errno=0 seen=${a[vmk1_$v]} answers=3/3" \
				probe -n 3 "$kind" "${far[$v]}" 7000
		done
	done
	capture_stop r0
	check_none "$1: nothing on vmk0" r0
}

no_way() { # no_way NAME
	local v kind before

	for v in 4 6; do
		for kind in tcp udp sendto; do
			before=$(counter svc drop.no_route)
			check_words "$1: v$v $kind" "errno=EHOSTUNREACH ms<1000" \
				probe "$kind" "${far[$v]}" 7000
			check_num "$1: v$v $kind is counted no_route" \
				"$(counter svc drop.no_route)" -gt "$before"
		done
	done
}

each() { # each WORD...: for both families, "GW", "FAR" and "ADDR.n" put in
	local v words

	for v in 4 6; do
		words="$*"
		words=${words//GW/${a[filer_$v]}}
		words=${words//FAR/${far[$v]}}
		words=${words//ADDR0/${a[vmk0_$v]}}
		words=${words//ADDR1/${a[vmk1_$v]}}
		# shellcheck disable=SC2086 # words
		setup ip -n host "-$v" $words
	done
}

base
setup addresses_add filer lo $far4/32 $far6/128
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1

# Only vmk0 leads there.
each route add default via GW dev vmk0
no_way "no route through vmk1"
setup host_ctl bind svc dev vmk1 via $filer4 via $filer6
takes_vmk1 "via"
setup host_ctl bind svc dev vmk1
each route add FAR via GW dev vmk1 metric 2000
takes_vmk1 "a route through vmk1, a worse one"
each route del FAR via GW dev vmk1 metric 2000
each route add unreachable FAR table 100
each rule add to FAR oif vmk1 table 100
no_way "a rule that says unreachable"
each rule del to FAR oif vmk1 table 100

# The usual recipe for two ports: a table for each source.  The source that
# counts is the one that the packets will have.
each route add default via GW dev vmk0 table 101
each route add default via GW dev vmk1 table 102
each rule add from ADDR0 table 101
each rule add from ADDR1 table 102
takes_vmk1 "a table for each source"
check_sum svc
finish
