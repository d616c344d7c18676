#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An echo reply leaves through the device on which its request came in.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

counted_replies() {
	host_json '.icmp_reply.ingress'
}

captures_start() {
	capture_start p0 host vmk0 "icmp or icmp6 or ip6[6] == 44"
	capture_start p1 host vmk1 "icmp or icmp6 or ip6[6] == 44"
}

# Requests that reached vmk0 and vmk1 for an address, and replies that left there.
check_echoes() { # check_echoes NAME ADDRESS "ON VMK0" "ON VMK1" [FILTER]
	check_eq "$1: requests and replies on vmk0, vmk1" "$3, $4" \
		"$(echoes p0 "$2" "${5-}"), $(echoes p1 "$2" "${5-}")"
}

floods() { # floods NAME PORT-FOR-VMK0'S-ADDRESSES PORT-FOR-VMK1'S COUNT
	local dev v pid pids=() before via

	before=$(counted_replies)
	for v in 4 6; do
		reach "${a[vmk0_$v]}" "$2"
		reach "${a[vmk1_$v]}" "$3"
	done
	captures_start
	for v in vmk0_4 vmk0_6 vmk1_4 vmk1_6; do
		in_ns filer ping -qfc "$4" -W 3 "${a[$v]}" >"$tmp/ping.$v" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	capture_stop p0 p1
	for v in 4 6; do
		for dev in vmk0 vmk1; do
			via=$2
			[ "$dev" = vmk0 ] || via=$3
			if [ "$via" = vmk0 ]; then
				check_echoes "$1: v$v, $dev's address" \
					"${a[${dev}_$v]}" "$4 $4" "0 0"
			else
				check_echoes "$1: v$v, $dev's address" \
					"${a[${dev}_$v]}" "0 0" "$4 $4"
			fi
		done
	done
	check_num "$1: replies are counted" $(($(counted_replies) - before)) -eq $((4 * $4))
}

# Two peers ask one address, with one identifier and the same sequence numbers,
# over one port each.
equal_ids() { # equal_ids FAMILY ADDRESS-OF-FILER2
	local v=$1 one two

	reach "${a[vmk1_$v]}" vmk0
	reach "${a[vmk1_$v]}" vmk1 filer2
	captures_start
	spawn filer "$tmp/one" sock_probe -p 4242 -n 300 ping "${a[vmk1_$v]}" 0
	one=$spawned
	spawn filer2 "$tmp/two" sock_probe -p 4242 -n 300 ping "${a[vmk1_$v]}" 0
	two=$spawned
	check_exit "v$v equal ids: the first peer is answered" "$one"
	check_exit "v$v equal ids: the second peer is answered" "$two"
	capture_stop p0 p1
	check_echoes "v$v equal ids: the first" "${a[vmk1_$v]}" "300 300" "0 0" \
		"host ${a[filer_$v]}"
	check_echoes "v$v equal ids: the second" "${a[vmk1_$v]}" "0 0" "300 300" \
		"host $2"
}

fragments() { # fragments FAMILY
	local v=$1 from

	reach "${a[vmk1_$v]}" vmk1
	reach "${a[vmk0_$v]}" vmk1
	captures_start
	for from in vmk0 vmk1; do
		check "v$v 8,000 bytes to $from's address: answered" \
			in_ns filer ping -qc 20 -i 0.05 -W 3 -s 8000 "${a[${from}_$v]}"
	done
	capture_stop p0 p1
	for from in vmk0 vmk1; do
		check_num "v$v 8,000 bytes to $from's address: all of it on vmk1" \
			"$(captured p1 "src host ${a[${from}_$v]}")" -ge 120
		check_eq "v$v 8,000 bytes to $from's address: nothing on vmk0" 0 \
			"$(captured p0 "host ${a[${from}_$v]}")"
	done
}

broadcast() {
	in_ns host sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
	captures_start
	in_ns filer ping -qbc 5 -i 0.1 -W 1 10.0.0.255 >"$tmp/broadcast" 2>&1
	capture_stop p0 p1
	check_eq "broadcast: each request is answered where it came in" "5 5, 5 5" \
		"$(captured p0 "icmp[0] == 8") $(captured p0 "icmp[0] == 0"), $(
		captured p1 "icmp[0] == 8") $(captured p1 "icmp[0] == 0")"
	in_ns host sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=1
}

# A service that catches all traffic to the peer leaves echo replies alone.
beside_service() { # beside_service FAMILY
	local v=$1

	setup host_ctl service add peer to "$filer4,$filer6"
	setup host_ctl bind peer dev vmk1
	reach "${a[vmk0_$v]}" vmk0
	captures_start
	in_ns filer ping -qc 20 -i 0.02 -W 2 "${a[vmk0_$v]}" >"$tmp/beside"
	capture_stop p0 p1
	check_echoes "v$v beside a service to the peer" "${a[vmk0_$v]}" "20 20" "0 0"
	check_eq "v$v beside a service: it counts no reply as dropped" 0 \
		"$(host_json '[.services[0].counters.drop[]] | add')"
	setup host_ctl -f service del peer
}

queued() { # queued FAMILY
	local v=$1

	reach "${a[vmk0_$v]}" vmk1
	captures_start
	in_ns filer ping -qc 200 -i 0.005 -W 3 "${a[vmk0_$v]}" >"$tmp/queued"
	capture_stop p0 p1
	check_echoes "v$v through a queue" "${a[vmk0_$v]}" "0 0" "200 200"
}

queue() {
	local reader

	in_ns host nft -f - <<-END || not_ok "nft rules"
		table inet t {
			chain in {
				type filter hook input priority 0;
				icmp type echo-request queue num 3
				icmpv6 type echo-request queue num 3
			}
		}
	END
	spawn host "$tmp/nfq" nfq_accept 3
	reader=$spawned
	wait_for 10 grep -q ready "$tmp/nfq" || not_ok "a queue" "$(cat "$tmp/nfq")"
	queued 4
	queued 6
	check "the queue's reader lives" kill -0 "$reader"
	in_ns host nft delete table inet t
	reap "$reader" KILL
}

# Two requests of one peer to one address, over one port each, wait in a queue
# for their replies: which is whose, only identifier and number tell.  One
# processor sees to all of it, as each remembers its own last request.
late() { # late FAMILY
	local v=$1 reader dev id=4300

	in_ns host nft -f - <<-END || not_ok "nft rules"
		table inet t {
			chain out {
				type filter hook output priority 0;
				icmp type echo-reply queue num 4
				icmpv6 type echo-reply queue num 4
			}
		}
	END
	spawn host "$tmp/late" taskset -c 0 nfq_accept 4
	reader=$spawned
	wait_for 10 grep -q ready "$tmp/late" || not_ok "a queue" "$(cat "$tmp/late")"
	# The filer would answer a solicitation over the wrong port.
	for dev in vmk0 vmk1; do
		setup ip -n host neigh replace "${a[filer_$v]}" dev "$dev" \
			lladdr 02:00:00:00:00:00 nud permanent
	done
	captures_start
	kill -STOP "$reader"
	for dev in vmk0 vmk1; do
		reach "${a[vmk0_$v]}" "$dev"
		id=$((id + 1))
		in_ns filer taskset -c 0 sock_probe -t 1 -p "$id" \
			ping "${a[vmk0_$v]}" 0 >"$tmp/late.$dev"
	done
	kill -CONT "$reader"
	wait_for 5 late_replied "$v" || diag <<<"v$v: not both were replied to"
	capture_stop p0 p1
	for id in 4301 4302; do
		dev=$((id - 4301))
		check_eq "v$v late replies: that to the request on vmk$dev, on vmk0, vmk1" \
			"$((1 - dev)) $dev" "$(late_seen p0 "$v" "$id") $(
			late_seen p1 "$v" "$id")"
	done
	in_ns host nft delete table inet t
	reap "$reader" KILL
	for dev in vmk0 vmk1; do
		setup ip -n host neigh del "${a[filer_$v]}" dev "$dev"
	done
}

late_seen() { # late_seen CAPTURE FAMILY IDENTIFIER: replies
	if [ "$2" = 4 ]; then
		captured "$1" "icmp[0] == 0 and icmp[4:2] == $3"
	else
		captured "$1" "icmp6 and ip6[40] == 129 and ip6[44:2] == $3"
	fi
}

late_replied() { # late_replied FAMILY: both, wherever
	local id all=0

	for id in 4301 4302; do
		all=$((all + $(late_seen p0 "$1" "$id") + $(late_seen p1 "$1" "$id")))
	done
	[ "$all" = 2 ]
}

better_metric() {
	setup ip -n host -6 route add fd00::/64 dev vmk0 metric 10
	reach "$vmk1_6" vmk1
	captures_start
	in_ns filer ping -qc 20 -i 0.02 -W 2 "$vmk1_6" >"$tmp/metric"
	capture_stop p0 p1
	check_echoes "v6, vmk0 has the better route" "$vmk1_6" "0 0" "20 20"
	setup ip -n host -6 route del fd00::/64 dev vmk0 metric 10
}

# The peer is outside of every prefix; only vmk0 has a route to it.  What vmk1
# has is the neighbour that the request came from.
last_hop() { # last_hop FAMILY PEER PREFIX-LENGTH GATEWAY
	local v=$1

	setup ip -n filer "-$v" address add "$2/$3" dev eth0
	setup ip -n host "-$v" route add default via "$4" dev vmk0
	reach "${a[vmk1_$v]}" vmk1
	captures_start
	in_ns filer ping -qc 20 -i 0.02 -W 2 -I "$2" "${a[vmk1_$v]}" >"$tmp/hop"
	check "v$v last hop: answered" grep -q " 0% packet loss" "$tmp/hop"
	capture_stop p0 p1
	check_echoes "v$v last hop" "${a[vmk1_$v]}" "0 0" "20 20"
	setup ip -n host "-$v" route del default
	setup ip -n filer "-$v" address del "$2/$3" dev eth0
}

base
# Without the policy this is the fault that the rest would be blind without.
reach "$vmk1_4" vmk1
captures_start
in_ns filer ping -qc 5 -i 0.05 -W 2 "$vmk1_4" >"$tmp/off"
capture_stop p0 p1
check_echoes "policy off" "$vmk1_4" "0 5" "5 0"

setup host_ctl policy set icmp-reply ingress
late 4
late 6
floods "own port" vmk0 vmk1 1000
floods "other port" vmk1 vmk0 1000
netns_add filer2
port_add filer2 eth0 sw 10.0.0.101/24 fd00::101/64
wait_for 10 forwarding sw 4 || not_ok "a second filer"
equal_ids 4 10.0.0.101
equal_ids 6 fd00::101
fragments 4
fragments 6
broadcast
beside_service 4
beside_service 6
queue
better_metric
last_hop 4 192.0.2.1 32 "$filer4"
last_hop 6 2001:db8::1 128 "$filer6"
check_eq "no reply was missed" 0 "$(host_json '.icmp_reply.missed')"
setup host_ctl policy set icmp-reply off
captures_start
in_ns filer ping -qc 5 -i 0.05 -W 2 "$vmk1_4" >"$tmp/off"
capture_stop p0 p1
check_echoes "policy off again" "$vmk1_4" "0 5" "5 0"
finish
