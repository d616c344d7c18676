#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Beside nftables: route chains, DNAT, masquerade, queues.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

all_of() { # all_of NAME ADDRESS4 ADDRESS6: each kind of socket takes vmk1
	local v kind to

	capture_start nft0 host vmk0 "port 7000"
	for v in 4 6; do
		to=$2
		[ "$v" = 4 ] || to=$3
		for kind in tcp udp sendto; do
			check_words "$1: v$v $kind leaves by vmk1" \
				"errno=0 seen=${a[vmk1_$v]} answers=2/2" \
				probe -n 2 "$kind" "$to" 7000
		done
	done
	capture_stop nft0
	check_none "$1: nothing on vmk0" nft0
}

ruleset() { # ruleset: replaces all rules by its input
	in_ns host nft flush ruleset
	in_ns host nft -f - || not_ok "nft rules"
}

base
for v in 4 6; do
	setup ip -n host "-$v" rule add fwmark 7 table 100
done
setup ip -n host route add 10.0.0.0/24 dev vmk0 table 100
setup ip -n host -6 route add fd00::/64 dev vmk0 table 100
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
all_of "no rules" "$filer4" "$filer6"

ruleset <<-END
	table inet t {
		chain out {
			type route hook output priority mangle;
			meta l4proto { tcp, udp } th dport 7000 meta mark set 7
		}
	}
END
all_of "a route chain that marks" "$filer4" "$filer6"

ruleset <<-END
	table ip t {
		chain out {
			type nat hook output priority -100;
			ip daddr 10.0.0.99 dnat to $filer4
		}
	}
	table ip6 t {
		chain out {
			type nat hook output priority -100;
			ip6 daddr fd00::99 dnat to $filer6
		}
	}
END
all_of "DNAT" 10.0.0.99 fd00::99

ruleset <<-END
	table inet t {
		chain post {
			type nat hook postrouting priority srcnat;
			oifname { "vmk0", "vmk1" } masquerade
		}
	}
END
all_of "masquerade" "$filer4" "$filer6"

# A wrong source that the user asks for is one that the binding forbids.
ruleset <<-END
	table ip t {
		chain post {
			type nat hook postrouting priority srcnat;
			oifname { "vmk0", "vmk1" } snat to $vmk0_4
		}
	}
	table ip6 t {
		chain post {
			type nat hook postrouting priority srcnat;
			oifname { "vmk0", "vmk1" } snat to $vmk0_6
		}
	}
END
all_of "snat to vmk0's address" "$filer4" "$filer6"
for v in 4 6; do
	check_words "snat to vmk0's address: v$v a socket bound to vmk1 keeps it" \
		"errno=0 seen=${a[vmk1_$v]}" probe -d vmk1 udp "${a[filer_$v]}" 7000
done

# A copy for somebody who looks on is no packet of the service.
netns_add tap
port_add tap eth0 sw 10.0.0.103/24 fd00::103/64
wait_for 10 forwarding sw 4 || not_ok "a port to look on"
ruleset <<-END
	table ip t {
		chain out {
			type filter hook output priority 0;
			udp dport 7000 dup to 10.0.0.103 device "vmk0"
		}
	}
END
capture_start copies tap eth0 "udp dst port 7000"
capture_start copied filer eth0 "udp dst port 7000"
check_words "dup: the datagrams take vmk1" "errno=0 seen=$vmk1_4 answers=5/5" \
	probe -n 5 sendto "$filer4" 7000
capture_stop copies copied
check_eq "dup: the copies get where they should" 5 \
	"$(captured copies "ether dst 02:00:00:00:00:03")"
check_eq "dup: the peer gets each datagram once" 5 \
	"$(captured copied "ether dst 02:00:00:00:00:00")"

ruleset <<-END
	table inet t {
		chain out {
			type filter hook output priority 0;
			meta l4proto { tcp, udp } th dport 7000 meta mark set 7 queue num 5
			sctp dport 7002 queue num 5
		}
	}
END
spawn host "$tmp/nfq" nfq_accept 5
reader=$spawned
wait_for 10 grep -q ready "$tmp/nfq" || not_ok "a queue" "$(cat "$tmp/nfq")"
all_of "a queue behind a mark" "$filer4" "$filer6"
check "the queue's reader lives" kill -0 "$reader"
check_sum svc

# Its socket is closed while the packet waits, and its endpoint is gone by then.
abandoned() { # abandoned FAMILY
	local v=$1 before

	kill -STOP "$reader"
	before=$(counter assoc matched)
	check_words "v$v sctp: nobody answers" "errno=ETIMEDOUT" \
		probe -t 200 sctp "${a[filer_$v]}" 7002
	check "v$v sctp: it is closed" wait_for 20 no_endpoint
	# netdev_run_todo() waits for all that was put off until RCU's readers are gone
	setup ip -n host link add gone type dummy
	setup ip -n host link del gone
	check_eq "v$v sctp: it waits" "$before" "$(counter assoc matched)"
	kill -CONT "$reader"
	check "v$v sctp: the packet goes on" \
		wait_for 20 counted assoc matched $((before + 1))
}

no_endpoint() {
	[ "$(in_ns host cat /proc/net/sctp/eps | wc -l)" = 1 ]
}

setup host_ctl service add assoc proto sctp dport 7002
setup host_ctl bind assoc dev vmk1
abandoned 4
abandoned 6
setup host_ctl -f service del assoc

# Fail closed with all of it: nothing may bring a dropped packet back.
setup ip -n host link set vmk1 down
capture_start down0 host vmk0 "port 7000"
for kind in tcp udp sendto; do
	check_words "a queue, vmk1 down: $kind gets nowhere" "answers=0/1 seen=-" \
		probe -t 1000 "$kind" "$filer4" 7000
done
capture_stop down0
check_none "a queue, vmk1 down: nothing on vmk0" down0
finish
