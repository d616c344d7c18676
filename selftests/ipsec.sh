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

state() { # state NETNS SOURCE TO SPI MODE [ARGUMENT...]
	ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" mode "$5" \
		enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f \
		auth "hmac(sha256)" 0x000102030405060708090a0b0c0d0e0f "${@:6}"
}

# What goes to another host is put into packets from a port of this one.
tunnel_add() { # tunnel_add FAR SOURCE TO [ARGUMENT...]
	setup ip -n host xfrm policy add dst "$1" dir out "${@:4}" \
		tmpl src "$2" dst "$3" proto esp mode tunnel
	setup state host "$2" "$3" 0x200 tunnel "${@:4}"
	setup host_ctl service add gate to "$3"
	setup host_ctl bind gate dev vmk1
}

tunnel_del() {
	setup host_ctl -f flush
	setup ip -n host xfrm policy flush
	setup ip -n host xfrm state flush
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
	setup state host "${a[vmk1_$v]}" "$filer" 0x100 transport
	setup state filer "${a[vmk1_$v]}" "$filer" 0x100 transport
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

# What IPsec makes of a packet goes where that was sent to.
stays() { # stays FAMILY
	local v=$1 filer=${a[filer_$1]} own=${a[vmk1_$1]}

	setup policy add "$v" tmpl src "$own" dst "$filer" proto esp mode transport
	setup host_ctl service add mine uid 2001 priority 1
	setup host_ctl bind mine dev vmk1
	setup host_ctl service add rest to "$filer" priority 2
	setup host_ctl bind rest dev vmk0
	capture_start "stray$v" host vmk0 "(ip proto 50 or ip6 proto 50) and dst host $filer"
	check_words "v$v protected, a user's: it arrives" "errno=0 answers=2/2" \
		in_ns host setpriv --reuid 2001 --regid 2001 --clear-groups \
		sock_probe -n 2 -b "$own" udp "$filer" 7000
	setup host_ctl -f flush
	setup host_ctl service add both to "$filer"
	setup host_ctl bind both dev vmk0,vmk1
	check_words "v$v protected, the second of two devices: it arrives" \
		"errno=0 answers=2/2" probe -n 2 -d vmk1 udp "$filer" 7000
	capture_stop "stray$v"
	check_none "v$v none of it leaves by vmk0" "stray$v"
	check_eq "v$v its source isn't changed" 0 "$(counter both rewrite)"
	setup policy delete "$v"
	setup host_ctl -f flush
}

# What the socket is bound to is for what it sends, not for what that is put into.
tunnelled() { # tunnelled FAMILY INNER FAR
	local v=$1 filer=${a[filer_$1]}

	setup ip -n host link add inner type dummy
	setup ip -n host link set inner up
	setup addresses_add host inner "$2"
	setup ip -n host route add "$3" dev inner
	tunnel_add "$3" "${a[vmk0_$v]}" "$filer"
	capture_start "tunnel$v" host vmk1 "dst host $filer and not arp"
	check_words "v$v a tunnel: sent" "answers=0/3" \
		probe -t 100 -n 3 -d inner -b "${2%/*}" sendto "${3%/*}" 7000
	capture_stop "tunnel$v"
	check_eq "v$v a tunnel: no conflict" 0 "$(counter gate conflict)"
	check_num "v$v a tunnel: steered, with the state's source" \
		"$(captured "tunnel$v" "(ip proto 50 or ip6 proto 50) and src host ${a[vmk0_$v]}")" -ge 3
	tunnel_del
	setup ip -n host link del inner
}

# An xfrm interface's own packets have the device that they leave by in skb->dev.
interface() { # interface FAMILY INNER FAR
	local v=$1 filer=${a[filer_$1]}

	setup ip -n host link add "xfrm$v" type xfrm dev vmk1 if_id 7
	setup ip -n host link set "xfrm$v" up
	setup addresses_add host "xfrm$v" "$2"
	setup ip -n host route add "$3" dev "xfrm$v"
	setup ip -n host route add "$filer" dev vmk1 src "${a[vmk1_$v]}"
	tunnel_add "$3" "${a[vmk1_$v]}" "$filer" if_id 7
	capture_start "wrapped$v" host vmk1 "dst host $filer and not arp"
	check_words "v$v an interface of IPsec: sent" "answers=0/3" \
		probe -t 100 -n 3 sendto "${3%/*}" 7000
	check_eq "v$v no packet of it is dropped" 0 "$(counter gate no_device)"
	check_num "v$v they pass" "$(counter gate pass)" -ge 3
	capture_stop "wrapped$v"
	check_num "v$v they leave by vmk1" \
		"$(captured "wrapped$v" "ip proto 50 or ip6 proto 50")" -ge 3
	tunnel_del
	setup ip -n host route del "$filer" dev vmk1
	setup ip -n host link del "xfrm$v"
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
	stays "$v"
done
tunnelled 4 10.8.0.1/24 10.8.1.1/32
tunnelled 6 fd08::1/64 fd08:1::1/128
if slow_kernel; then
	ok "xfrm interfaces # SKIP this kernel has none"
else
	interface 4 10.8.0.1/24 10.8.1.1/32
	interface 6 fd08::1/64 fd08:1::1/128
fi
finish
