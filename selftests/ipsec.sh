#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPsec policies of the device that a packet is steered to: what one refuses isn't
# sent, what one protects isn't sent in clear.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

policy() { # policy add|del|... FAMILY ARGUMENT...: for what vmk1 sends to the filer
	ip -n host xfrm policy "$1" dst "${a[filer_$2]}" dev vmk1 dir out "${@:3}"
}

state() { # state NETNS FAMILY
	ip -n "$1" xfrm state add src "${a[vmk1_$2]}" dst "${a[filer_$2]}" \
		proto esp spi 0x100 mode transport \
		enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f \
		auth "hmac(sha256)" 0x000102030405060708090a0b0c0d0e0f
}

# By the routing table it would leave through vmk0, where there is no policy.
one() { # one FAMILY
	local v=$1 filer=${a[filer_$1]} clear="udp port 7000"

	[ "$v" = 4 ] || clear="ip6 and ip6[6] == 17 and ip6[42:2] == 7000"
	capture_start wrong host vmk0 "dst host $filer and not arp"
	capture_start "right$v" host vmk1 "dst host $filer and not arp"
	check_words "v$v no policy: in clear" "errno=0 seen=${a[vmk1_$v]}" \
		probe -b "${a[vmk1_$v]}" sendto "$filer" 7000
	setup policy add "$v" action block
	check_words "v$v a policy refuses: an error" "errno=EHOSTUNREACH" \
		probe -b "${a[vmk1_$v]}" sendto "$filer" 7000
	check_eq "v$v it is counted" 1 "$(counter svc drop.error)"
	setup policy update "$v" action allow tmpl src "${a[vmk1_$v]}" dst "$filer" \
		proto esp mode transport
	setup state host "$v"
	setup state filer "$v"
	check_words "v$v a policy protects: it arrives" "errno=0" \
		probe -b "${a[vmk1_$v]}" sendto "$filer" 7000
	capture_stop wrong "right$v"
	check_num "v$v encrypted" "$(captured "right$v" "ip proto 50 or ip6 proto 50")" -ge 1
	check_eq "v$v once in clear, before there was a policy" 1 \
		"$(captured "right$v" "$clear")"
	check_none "v$v nothing by the other device" wrong
	setup policy delete "$v"
	setup host_ctl -f flush
}

if ! ip xfrm policy >/dev/null 2>&1; then
	echo "1..0 # SKIP no IPsec in this kernel"
	ktap_done=1
	exit 4
fi
base
for v in 4 6; do
	setup host_ctl service add svc proto udp dport 7000
	setup host_ctl bind svc dev vmk1
	one "$v"
done
finish
