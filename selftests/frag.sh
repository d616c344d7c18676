#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments and large segments through a steered device.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

large() { # large FAMILY
	local v=$1 size kind

	for size in 1472 1473 8000 32000 60000; do
		for kind in udp sendto; do
			check_words "v$v $kind of $size bytes" \
				"errno=0 answers=3/3 seen=$source" \
				probe -n 3 -s "$size" "$kind" "${a[filer_$v]}" 7000
		done
	done
	check_words "v$v ping of 8,000 bytes" "errno=0 answers=5/5" \
		probe -n 5 -s 8000 ping "${a[filer_$v]}" 0
}

# The server ends as soon as the client says so, with some still on its way.
stream() { # stream NAME MINIMUM-BYTES IPERF3-ARGUMENT...: it gets through
	local got

	in_ns host timeout 60 iperf3 -J "${@:3}" >"$tmp/iperf"
	got=$(gojq '(.end.sum_received // .end.sum).bytes' "$tmp/iperf")
	check_num "$1: bytes" "${got:-0}" -ge "$2"
	check_num "$1: percent lost" \
		"$(gojq '(.end.sum.lost_percent // 0) | floor' "$tmp/iperf")" -le 10
}

streams() { # streams FAMILY
	local v=$1

	stream "v$v TCP" 1000000 -c "${a[filer_$v]}" -n 4M
	stream "v$v TCP, to the host" 1000000 -c "${a[filer_$v]}" -n 4M -R
	stream "v$v UDP in fragments" 400000 -c "${a[filer_$v]}" -u -l 8000 -b 10M -n 1M
}

both() { # both SOURCE-NAME: with vmk1's or vmk0's address as the source
	local v source

	for v in 4 6; do
		source=${a[$1_$v]}
		large "$v"
		streams "$v"
	done
}

base
iperf3_server filer 5201
setup host_ctl service add svc to "$filer4,$filer6"
setup host_ctl bind svc dev vmk1
capture_start frag0 host vmk0 "ip or ip6"
both vmk1
setup host_ctl bind svc source keep
both vmk0
capture_stop frag0
check_none "nothing that the host sent left by vmk0" frag0 \
	"(src host $vmk0_4 or src host $vmk0_6 or src host $vmk1_4 or src host $vmk1_6) and not arp and not (icmp6 and ip6[40] > 132)"
check_num "packets were steered" "$(counter svc steer)" -ge 100
check_eq "no packet was lost to an error" 0 "$(counter svc drop.error)"
check_sum svc
finish
