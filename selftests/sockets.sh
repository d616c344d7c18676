#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every kind of socket, bound by its owner or not, through a binding.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

conflicts() {
	counter svc drop.conflict
}

free_sockets() { # free_sockets FAMILY
	local v=$1 kind

	for kind in tcp udp sendto "-N tcp"; do
		# shellcheck disable=SC2086 # options and kind
		check_words "v$v $kind: leaves with vmk1's address" \
			"errno=0 seen=${a[vmk1_$v]} answers=1/1" \
			probe $kind "${a[filer_$v]}" 7000
	done
}

owners_choice() { # owners_choice FAMILY
	local v=$1 kind how before

	for kind in tcp udp sendto; do
		for how in "-d vmk1" "-b ${a[vmk1_$v]}"; do
			# shellcheck disable=SC2086
			check_words "v$v $kind $how: the same as the binding" \
				"errno=0 seen=${a[vmk1_$v]}" \
				probe $how "$kind" "${a[filer_$v]}" 7000
		done
		for how in "-d vmk0" "-b ${a[vmk0_$v]}"; do
			before=$(conflicts)
			# shellcheck disable=SC2086
			check_words "v$v $kind $how: refused at once" \
				"errno=EHOSTUNREACH ms<1000" \
				probe $how "$kind" "${a[filer_$v]}" 7000
			check_num "v$v $kind $how: a conflict" "$(conflicts)" -gt "$before"
		done
	done
	check_words "v$v -N tcp -d vmk0: refused at once" "errno=EHOSTUNREACH ms<1000" \
		probe -N -d vmk0 tcp "${a[filer_$v]}" 7000
}

respected() { # respected FAMILY: in prefer, what the owner chose
	local v=$1 kind how before

	for kind in tcp udp sendto; do
		for how in "-d vmk0" "-b ${a[vmk0_$v]}"; do
			before=$(counter svc fallback)
			# shellcheck disable=SC2086
			check_words "v$v prefer: $kind $how is respected" \
				"errno=0 seen=${a[vmk0_$v]}" \
				probe $how "$kind" "${a[filer_$v]}" 7000
			check_num "v$v prefer: $kind $how is a fallback" \
				"$(counter svc fallback)" -gt "$before"
		done
		# The same port once more within half a minute would be the same flow.
		setup in_ns host conntrack -F
		check_words "v$v prefer: $kind unbound takes vmk1" \
			"errno=0 seen=${a[vmk1_$v]}" probe "$kind" "${a[filer_$v]}" 7000
	done
}

raw_ping() { # raw_ping FAMILY
	local v=$1

	capture_start raw0 host vmk0 "icmp or icmp6"
	capture_start raw1 host vmk1 "icmp or icmp6"
	check_words "v$v raw ping: answered" "errno=0 answers=3/3" \
		probe -n 3 ping "${a[filer_$v]}" 0
	capture_stop raw0 raw1
	check_eq "v$v raw ping: not on vmk0" "0 0" "$(echoes raw0 "${a[filer_$v]}")"
	check_eq "v$v raw ping: on vmk1" "3 3" "$(echoes raw1 "${a[filer_$v]}")"
}

# Nothing may change the address that the peer asked; the device is the binding's.
accepted() { # accepted FAMILY
	local v=$1 kind dev

	capture_start acc0 host vmk0 "src port 7001"
	capture_start acc1 host vmk1 "src port 7001"
	for kind in tcp udp; do
		for dev in vmk0 vmk1; do
			check_words "v$v accepted $kind at $dev's address: answered" \
				"errno=0 answers=5/5" in_ns filer sock_probe \
				-n 5 "$kind" "${a[${dev}_$v]}" 7001
		done
	done
	capture_stop acc0 acc1
	check_none "v$v accepted: no answer on vmk0" acc0
	for kind in tcp udp; do
		for dev in vmk0 vmk1; do
			check_num "v$v accepted $kind: answers from $dev's address on vmk1" \
				"$(captured acc1 "$kind and src host ${a[${dev}_$v]}")" -ge 5
		done
	done
}

# sctp_do_bind() doesn't say what it has bound where others do.
sctp_sockets() { # sctp_sockets FAMILY
	local v=$1 before

	check_words "v$v sctp: leaves with vmk1's address" \
		"errno=0 seen=${a[vmk1_$v]} answers=2/2" \
		probe -n 2 sctp "${a[filer_$v]}" 7002
	check_words "v$v sctp -b vmk1's: the same as the binding" \
		"errno=0 seen=${a[vmk1_$v]}" \
		probe -b "${a[vmk1_$v]}" sctp "${a[filer_$v]}" 7002
	before=$(counter assoc drop.conflict)
	probe -t 300 -b "${a[vmk0_$v]}" sctp "${a[filer_$v]}" 7002 >/dev/null
	check_num "v$v sctp -b vmk0's: a conflict" \
		"$(counter assoc drop.conflict)" -gt "$before"
}

base
serve host 7001
serve filer 7002 sctp
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
for v in 4 6; do
	free_sockets "$v"
	owners_choice "$v"
done
setup host_ctl bind svc mode prefer
respected 4
respected 6
check_sum svc

setup host_ctl service add echo proto icmp to "$filer4/32,$filer6/128"
setup host_ctl bind echo dev vmk1
raw_ping 4
raw_ping 6
check_sum echo

setup host_ctl service add assoc proto sctp dport 7002
setup host_ctl bind assoc dev vmk1
sctp_sockets 4
sctp_sockets 6
check_sum assoc

setup host_ctl service add served proto tcp,udp sport 7001
setup host_ctl bind served dev vmk1
accepted 4
accepted 6
check_sum served
check_eq "served: no conflict, as nothing was opened here" 0 \
	"$(counter served drop.conflict)"
finish
