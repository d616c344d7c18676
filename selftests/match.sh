#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every word of a match, hit and missed, by counters and on the wire.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

number=0

# Each probe has a port (or echo identifier) of its own, and is found by it.
send() { # send LOCAL-PORT KIND ARGUMENT...
	probe -p "$1" -t 1000 "${@:2}" >>"$tmp/sent" 2>&1
}

# case_of NAME "MATCH" "HIT" "MISS": sends both with the service alone in place.
case_of() {
	local name=$1 hit miss before

	number=$((number + 1))
	hit=$((20000 + number)) miss=$((30000 + number))
	# shellcheck disable=SC2086 # words
	try "$name: service" host_ctl service add "case$number" $2
	try "$name: bind" host_ctl bind "case$number" dev vmk1
	before=$(counter "case$number" matched)
	# shellcheck disable=SC2086 # words
	send "${5:-$hit}" $3
	check_num "$name: a hit is counted" "$(counter "case$number" matched)" -gt "$before"
	before=$(counter "case$number" matched)
	# shellcheck disable=SC2086 # words
	send "${6:-$miss}" $4
	check_eq "$name: a miss is not counted" "$before" "$(counter "case$number" matched)"
	check_sum "case$number"
	try "$name: del" host_ctl -f service del "case$number"
	tried+=("$name|${5:-$hit}|${6:-$miss}")
}

family() { # family FAMILY
	local f=${a[filer_$1]} own=${a[vmk0_$1]} other=${a[vmk1_$1]}

	case_of "v$1 proto udp" "proto udp" "udp $f 7000" "tcp $f 7000"
	case_of "v$1 proto tcp" "proto tcp" "tcp $f 7000" "sendto $f 7000"
	case_of "v$1 proto icmp" "proto icmp" "ping $f 0" "udp $f 7000"
	case_of "v$1 proto any" "proto any to $f" "sendto $f 7000" "sendto $far 7000"
	case_of "v$1 dport" "dport 7000" "udp $f 7000" "udp $f 7001"
	case_of "v$1 dport range" "proto udp dport 6999-7001" "sendto $f 7001" "sendto $f 7002"
	case_of "v$1 dport list" "dport 1-9,7000,7002" "tcp $f 7000" "tcp $f 7001"
	case_of "v$1 dport by name" "proto udp dport nfs" "udp $f 2049" "udp $f 2050"
	case_of "v$1 sport" "proto udp sport 4$1""01" "udp $f 7000" "udp $f 7000" \
		"4$1""01" "4$1""02"
	case_of "v$1 port, as destination" "port 7000" "udp $f 7000" "udp $f 7001"
	case_of "v$1 port, as source" "port 4$1""03" "udp $f 7001" "udp $f 7001" \
		"4$1""03" "4$1""04"
	case_of "v$1 to" "to $f" "udp $f 7000" "udp $far 7000"
	case_of "v$1 to, a ping" "to $f" "ping $f 0" "ping $far 0"
	case_of "v$1 to a subnet" "proto udp to $subnet" "udp $far 7000" "udp $f 7000"
	case_of "v$1 from" "proto udp from $own" "udp $f 7000" "-b $other -d vmk0 udp $f 7000"
	case_of "v$1 all together" "proto udp to $f dport 7000" "udp $f 7000" "tcp $f 7000"
}

# The first that matches by priority wins, whatever the order of their making.
first_match() {
	setup host_ctl service add wide proto udp priority 300
	setup host_ctl service add narrow proto udp dport 7000 priority 200
	send 40001 sendto "$filer4" 7000
	check_eq "priority: the lower number" 1 "$(counter narrow matched)"
	check_eq "priority: and that alone" 0 "$(counter wide matched)"
	setup host_ctl service set wide priority 100
	send 40002 sendto "$filer4" 7000
	check_eq "priority: moved in front" 1 "$(counter wide matched)"
	check_eq "priority: the other one is behind" 1 "$(counter narrow matched)"
	setup host_ctl service set wide dport 9
	send 40003 sendto "$filer4" 7000
	check_eq "set: a new list replaces the old" 2 "$(counter narrow matched)"
	check_eq "an unbound service counts pass" 2 "$(counter narrow pass)"
	setup host_ctl flush
}

never_touched() {
	local address before

	setup host_ctl service add rest proto any
	setup host_ctl bind rest dev vmk1
	serve host 7100
	check "loopback is left alone" probe udp 127.0.0.1 7100
	check "a local address is left alone" probe tcp "$vmk0_4" 7100
	check "a local v6 address is left alone" probe tcp "$vmk0_6" 7100
	before=$(counter rest matched)
	capture_start b0 host vmk0 "icmp[0] == 8"
	for address in 10.0.0.255 255.255.255.255 224.0.0.1; do
		in_ns host ping -bqc 2 -i 0.1 -W 1 -I "$vmk0_4" "$address" >"$tmp/b"
	done
	capture_stop b0
	check_eq "broadcast and multicast are left alone" "2 2 2" \
		"$(captured b0 "dst host 10.0.0.255") $(
			captured b0 "dst host 255.255.255.255") $(
			captured b0 "dst host 224.0.0.1")"
	check_eq "and no service counts them" "$before" "$(counter rest matched)"
	setup host_ctl flush
}

base
for address in 10.0.0.200/24 fd00::200/64; do
	setup addresses_add filer eth0 "$address"
done
capture_start m0 host vmk0 "tcp or udp or icmp or icmp6"
capture_start m1 host vmk1 "tcp or udp or icmp or icmp6"
far=10.0.0.200 subnet=10.0.0.192/26
family 4
far=fd00::200 subnet=fd00::200/120
family 6
capture_stop m0 m1
check_tried m0 m1
first_match
never_touched
finish
