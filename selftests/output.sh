#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices that cannot be used: strict never leaks and says so at once, prefer
# falls back, audit changes nothing.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# What takes vmk1 away, and the state that it is in then.
broken_state() { # broken_state WHAT
	case "$1" in
	down) echo down ;;
	carrier) echo no-carrier ;;
	address) echo no-address ;;
	enslaved) echo enslaved ;;
	deleted | renamed | moved) echo pending ;;
	esac
}

break_vmk1() { # break_vmk1 WHAT
	case "$1" in
	down) ip -n host link set vmk1 down ;;
	carrier) ip -n sw link set host.vmk1 down ;;
	address) ip -n host address flush dev vmk1 ;;
	deleted) ip -n host link del vmk1 ;;
	renamed)
		ip -n host link set vmk1 down
		ip -n host link set vmk1 name other1
		ip -n host link set other1 up
		;;
	enslaved)
		ip -n host link add br1 type bridge
		ip -n host link set vmk1 master br1
		;;
	moved) ip -n host link set vmk1 netns filer ;;
	esac
}

mend_vmk1() { # mend_vmk1 WHAT
	case "$1" in
	down) ip -n host link set vmk1 up ;;
	carrier) ip -n sw link set host.vmk1 up ;;
	address)
		# shellcheck disable=SC2046 # a list of words
		addresses_add host vmk1 $(addresses vmk1)
		;;
	deleted)
		# shellcheck disable=SC2046
		port_add host vmk1 sw $(addresses vmk1)
		;;
	renamed)
		ip -n host link set other1 down
		ip -n host link set other1 name vmk1
		ip -n host link set vmk1 up
		;;
	enslaved)
		ip -n host link set vmk1 nomaster
		ip -n host link del br1
		;;
	moved)
		ip -n filer link set vmk1 netns host
		# shellcheck disable=SC2046
		addresses_add host vmk1 $(addresses vmk1)
		ip -n host link set vmk1 up
		;;
	esac
}

state_is() { # state_is STATE
	[ "$(state svc vmk1)" = "$1" ]
}

usable_again() {
	state_is usable && probe tcp "$filer4" 7000 | grep -q "errno=0 .*seen=$vmk1_4" &&
		probe tcp "$filer6" 7000 | grep -q "errno=0 .*seen=$vmk1_6"
}

fails_closed() { # fails_closed WHAT
	local v kind before after

	setup host_ctl bind svc mode strict
	after=$(counter svc drop.no_device)
	for v in 4 6; do
		for kind in tcp "-N tcp" udp sendto; do
			before=$after
			# shellcheck disable=SC2086 # options and kind
			check_words "$1: strict v$v $kind fails at once" \
				"errno=EHOSTUNREACH ms<1000" \
				probe $kind "${a[filer_$v]}" 7000
			after=$(counter svc drop.no_device)
			check_num "$1: strict v$v $kind is counted no_device" \
				"$after" -gt "$before"
		done
	done
}

falls_back() { # falls_back WHAT
	local v kind before

	setup host_ctl bind svc mode prefer
	for v in 4 6; do
		for kind in tcp sendto; do
			before=$(counter svc fallback)
			check_words "$1: prefer v$v $kind takes vmk0" \
				"errno=0 seen=${a[vmk0_$v]} answers=1/1" \
				probe "$kind" "${a[filer_$v]}" 7000
			check_num "$1: prefer v$v $kind is a fallback" \
				"$(counter svc fallback)" -gt "$before"
		done
	done
}

only_counts() { # only_counts WHAT
	local v before

	setup host_ctl bind svc mode audit
	for v in 4 6; do
		before=$(counter svc drop.no_device)
		check_words "$1: audit v$v changes nothing" \
			"errno=0 seen=${a[vmk0_$v]} answers=1/1" \
			probe tcp "${a[filer_$v]}" 7000
		check_num "$1: audit v$v counts what strict would do" \
			"$(counter svc drop.no_device)" -gt "$before"
	done
	setup host_ctl bind svc mode strict
}

base
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
check "usable in the beginning" usable_again
for what in down carrier address enslaved deleted renamed moved; do
	capture_start out0 host vmk0 "port 7000"
	setup break_vmk1 "$what"
	check "$what: the state is $(broken_state "$what")" \
		wait_for 5 state_is "$(broken_state "$what")"
	fails_closed "$what"
	capture_stop out0
	check_none "$what: strict leaks nothing" out0
	falls_back "$what"
	only_counts "$what"
	setup mend_vmk1 "$what"
	check "$what: usable again" wait_for 15 usable_again
	check_sum svc
done
check_eq "what was mended is active" true \
	"$(host_json '.services[0].binding.devices[0].active')"

setup host_ctl bind svc dev vmk1,vmk0 mode strict
setup ip -n host link set vmk1 down
check_words "failover: the second device" "errno=0 seen=$vmk0_4" \
	probe tcp "$filer4" 7000
setup ip -n host link set vmk1 up
check "failover: the first one again" wait_for 10 usable_again
finish
