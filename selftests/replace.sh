#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The whole configuration replaced again and again under load: a service that
# stays what it is doesn't notice.  REPLACEMENTS says how often.
#
# What it carried is told beside what it carried while the kernel judged as many
# configurations without taking them, which costs the machine the same.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

count=${REPLACEMENTS:-40}
! slow_kernel || count=${REPLACEMENTS:-10}

# "svc" is the last of 64 in one and the first in the other; the rest come and
# go, change sides, or match less.
configuration() { # configuration A|B PRIORITY-OF-SVC
	local -A dev=([A]=vmk0 [B]=vmk1) first=([A]=1 [B]=40)
	local i

	echo "version: 1"
	echo "services:"
	echo "- {name: svc, priority: $2, proto: [tcp], dport: [5201-5202]," \
		"bind: {devices: [vmk1]}}"
	echo "- {name: turns, priority: 500, proto: [udp], dport: [9000]," \
		"bind: {devices: [${dev[$1]}]}}"
	for ((i = ${first[$1]}; i < ${first[$1]} + 62; i++)); do
		echo "- {name: s$i, priority: $((i + 100)), proto: [tcp]," \
			"to: [10.1.$i.0/24], bind: {devices: [${dev[$1]}]}}"
	done
}

streams=()
stream_start() { # stream_start NAME PORT ADDRESS
	spawn host "$tmp/$1.json" iperf3 -c "$3" -p "$2" -t 3600 -J
	streams+=("$spawned")
}

# Ended by a signal, iperf3 still tells what it has seen.
streams_stop() { # streams_stop NAME
	local pid name

	for pid in "${streams[@]}"; do
		reap "$pid" INT
	done
	streams=()
	for name in "$1".4 "$1".6; do
		check "$name: the stream was never ended by anybody else" \
			gojq -e '.end.sum_sent.bytes > 0 and
			(.error | . == null or startswith("interrupt"))' "$tmp/$name.json"
		gojq -r ".end | \"# $name: \" +"'
			"\(.sum_sent.bits_per_second / 1e6 | floor) Mbit/s, " +
			"\(.sum_sent.retransmits) retransmits, " +
			"\(.sum_sent.seconds | floor) s"' "$tmp/$name.json"
	done
}

replacing() { # replacing ARGUMENT...: to and fro
	local i which=A

	for ((i = 0; i < count; i++)); do
		host_ctl apply --file "$tmp/$which" "$@" || return
		[ "$which" = A ] && which=B || which=A
	done
}

phase() { # phase NAME APPLY-ARGUMENT...: the same load, and what was carried
	local name=$1 before

	stream_start "$name.4" 5201 "$filer4"
	stream_start "$name.6" 5202 "$filer6"
	before=$(counter svc matched)
	check "$name: traffic flows" wait_for 30 counted svc matched $((before + 200))
	check "$name: $count times" replacing "${@:2}"
	before=$(counter svc matched)
	check "$name: traffic flows on" wait_for 30 counted svc matched $((before + 200))
	streams_stop "$name"
}

base
iperf3_server filer 5201
iperf3_server filer 5202
configuration A 900 >"$tmp/A"
configuration B 50 >"$tmp/B"
setup host_ctl apply --file "$tmp/B"
capture_start other host vmk0 "portrange 5201-5202"
phase judged --dry-run
phase replaced
capture_stop other
check_none "not one packet of the service on vmk0" other
check_sum svc
check_eq "all of it went through vmk1: nothing fell back, nothing was dropped" true \
	"$(host_json '.services[] | select(.name == "svc") | .counters |
		.matched == .pass + .steer + .rewrite')"
finish
