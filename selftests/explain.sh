#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What explain says is what happens: each verdict by itself, then drawn devices,
# routes, services and flows, whose packets are looked at.  DRAWS and SEED say
# how many, and which.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

asked() { # asked JQ-FILTER WORD...: of what explain says
	host_ctl -j explain "${@:2}" | gojq -r "$1"
}

# The verdict, its reason, and how it leaves.
line='[.verdict, .reason, .unenforced, .tier, .dev, .source, .next_hop, .mtu] |
	map(. // "-") | join(" ")'

says() { # says NAME "VERDICT REASON UNENFORCED TIER DEV SOURCE NEXT-HOP MTU" WORD...
	check_eq "$1" "$2" "$(asked "$line" "${@:3}")"
}

# Each device's name, state, and why it isn't the one.
devices() { # devices WORD...
	asked '[.devices[] | .dev, .state, if .chosen then "chosen" else .why end] |
		join(" ")' "$@"
}

missed() { # missed WORD...: services, and the word of each that doesn't match
	asked '[.earlier[] | .name + ":" + .word] | join(" ")' "$@"
}

endpoint() { # endpoint ADDRESS PORT
	case "$1" in
	*:*) echo "[$1]:$2" ;;
	*) echo "$1:$2" ;;
	esac
}

family() { # family FAMILY
	local v=$1 to from
	local filer=${a[filer_$v]} by0 by1

	by0="vmk0 ${a[vmk0_$v]} $filer 1500" by1="vmk1 ${a[vmk1_$v]} $filer 1500"
	to=$(endpoint "$filer" 7000)
	from=$(endpoint "${a[vmk1_$v]}" 700)
	says "v$v no service" "- - - - $by0" tcp "$to"
	setup host_ctl service add svc proto tcp,udp dport 7000
	says "v$v not bound" "pass - - - $by0" tcp "$to"
	check_eq "v$v not bound: service, mode" "svc null" \
		"$(asked '"\(.service) \(.mode)"' tcp "$to")"
	setup host_ctl bind svc dev vmk0
	says "v$v the routing table's device" "pass - - connect $by0" tcp "$to"
	setup host_ctl bind svc dev vmk1,missing,vmk0
	says "v$v another device, TCP" "pass - - connect $by1" tcp "$to"
	says "v$v another device, UDP" "rewrite - - source $by1" udp "$to"
	check_eq "v$v beside it, the routing table" "$by0" \
		"$(asked '.routing_table | [.dev, .source, .next_hop, .mtu] | join(" ")' tcp "$to")"
	check_eq "v$v its devices" "vmk1 usable chosen missing pending state vmk0 usable spare" \
		"$(devices tcp "$to")"
	says "v$v its own source" "pass - - connect $by1" tcp "$to" from "$from"
	setup host_ctl policy set connect off
	says "v$v connect off: another device, TCP" "rewrite - - source $by1" tcp "$to"
	says "v$v connect off: its own source" "steer - - output $by1" tcp "$to" from "$from"
	setup host_ctl policy set connect on
	check_eq "v$v a source chooses the device" \
		"vmk1 usable conflict missing pending state vmk0 usable chosen" \
		"$(devices tcp "$to" from "${a[vmk0_$v]}")"
	setup host_ctl bind svc dev vmk1
	says "v$v a source of none" "drop conflict - output - - - -" \
		tcp "$to" from "${a[vmk0_$v]}"
	check_words "v$v a source of none: on the wire, too" "errno=EHOSTUNREACH" \
		probe -b "${a[vmk0_$v]}" tcp "$filer" 7000
	setup host_ctl bind svc source keep
	says "v$v source keep" "steer - - output vmk1 ${a[vmk0_$v]} $filer 1500" tcp "$to"
	setup ip -n host link set vmk1 mtu 1400
	check_eq "v$v the MTU is the device's" 1400 "$(asked .mtu tcp "$to")"
	setup ip -n host link set vmk1 mtu 1500
	setup host_ctl bind svc source auto
	unusable "$v" "$to" "$by0"
	unenforced "$v" "$to" "$by0"
	setup host_ctl -f service del svc
}

unusable() { # unusable FAMILY PEER ROUTING-TABLE'S
	setup ip -n host link set vmk1 down
	says "v$1 strict, nothing usable" "drop no_device - output - - - -" udp "$2"
	check_eq "v$1 strict, nothing usable: the device is down" "vmk1 down state" \
		"$(devices udp "$2")"
	setup host_ctl bind svc mode prefer
	says "v$1 prefer, nothing usable" "fallback no_device - - $3" udp "$2"
	setup host_ctl bind svc mode audit
	says "v$1 audit, nothing usable" "drop no_device mode - $3" udp "$2"
	setup host_ctl bind svc mode strict
	# shellcheck disable=SC2046 # a list of words
	vmk1_restore
}

unenforced() { # unenforced FAMILY PEER ROUTING-TABLE'S
	setup host_ctl bind svc mode audit
	says "v$1 mode audit" "rewrite - mode - $3" tcp "$2"
	setup host_ctl bind svc mode strict
	setup host_ctl policy set enforce audit
	says "v$1 policy audit" "rewrite - policy - $3" tcp "$2"
	setup host_ctl policy set enforce off
	says "v$1 policy off" "rewrite - policy_off - $3" tcp "$2"
	setup host_ctl policy set enforce on
	echo 0 >/sys/module/svcbind/parameters/enforce
	says "v$1 the module's enforce=0" "rewrite - module - $3" tcp "$2"
	echo 1 >/sys/module/svcbind/parameters/enforce
}

off_link() { # off_link FAMILY PEER GATEWAY
	local v=$1 to source=${a[vmk1_$1]}

	to=$(endpoint "$2" 7000)
	says "v$v no route at all" "refused ENETUNREACH - - - - - -" udp "$to"
	check_words "v$v no route at all: the kernel says so, too" "errno=ENETUNREACH" \
		probe sendto "$2" 7000
	check_eq "v$v no route at all: the service is told" "svc null" \
		"$(asked '"\(.service) \(.routing_table)"' udp "$to")"
	setup ip -n host "-$v" route add default via "$3" dev vmk0
	says "v$v no route through the device" "drop no_route - output - - - -" udp "$to"
	check_eq "v$v no route through the device: that is why" "vmk1 usable no_route" \
		"$(devices udp "$to")"
	setup host_ctl bind svc dev vmk1 via "$3"
	says "v$v by the binding's gateway" "rewrite - - source vmk1 $source $3 1500" udp "$to"
	setup host_ctl bind svc dev vmk1
	setup ip -n host "-$v" route add default via "$3" dev vmk1 metric 2000
	says "v$v by a route through the device" "rewrite - - source vmk1 $source $3 1500" \
		udp "$to"
	setup ip -n host "-$v" route flush default
}

exempt() {
	says "local" "exempt local - - lo 127.0.0.1 127.0.0.1 65535" udp 127.0.0.1:7000
	says "an own address" "exempt local - - lo $vmk1_6 $vmk1_6 65536" \
		udp "[$vmk1_6]:7000"
	check_eq "multicast" "exempt multicast" \
		"$(asked '"\(.verdict) \(.reason)"' udp "[ff02::1]:7000")"
	check_eq "broadcast" "exempt broadcast vmk0" \
		"$(asked '"\(.verdict) \(.reason) \(.dev)"' udp 10.0.0.255:7000)"
}

misses() {
	setup host_ctl service add proto1 proto udp
	setup host_ctl service add port1 port 1-10
	setup host_ctl service add dport1 dport 7001
	setup host_ctl service add sport1 sport 7000
	setup host_ctl service add to1 to "$vmk0_4,fd00::/64"
	setup host_ctl service add from1 from "$filer4"
	setup host_ctl service add owner1 uid 7
	setup host_ctl service add mark1 mark 2/2
	setup host_ctl service add last proto any
	setup host_ctl service add never proto any
	check_eq "each service, and its word that doesn't match" \
		"proto1:proto port1:port dport1:dport sport1:sport to1:to from1:from owner1:uid mark1:mark" \
		"$(missed tcp "$filer4:7000")"
	check_eq "what matches" last "$(asked .service tcp "$filer4:7000")"
	check_eq "by uid" owner1 "$(asked .service tcp "$filer4:7000" uid 7)"
	check_eq "by mark" mark1 "$(asked .service tcp "$filer4:7000" mark 3)"
	check_eq "by sport" sport1 \
		"$(asked .service tcp "$filer4" from "$vmk0_4:7000")"
	check_eq "icmp" last "$(asked .service icmp "$filer4")"
	check_eq "icmp has no ports" "proto1:proto port1:port dport1:dport sport1:sport" \
		"$(missed icmp "$filer4" | cut -d ' ' -f 1-4)"
	setup host_ctl -f flush
}

cgroups() {
	local root=/sys/fs/cgroup

	if ! socket_cgroups; then
		ok "cgroups # SKIP sockets have no cgroups"
		return
	fi
	setup host_ctl service add unit cgroup /svcbind.x/y
	check_rc "a cgroup that isn't there" 2 host_ctl explain tcp "$filer4" cgroup /svcbind.x/y
	setup mkdir -p "$root/svcbind.x/y/z" "$root/svcbind.x/b"
	check_eq "in the cgroup" unit "$(asked .service tcp "$filer4" cgroup /svcbind.x/y)"
	check_eq "below it" unit "$(asked .service tcp "$filer4" cgroup /svcbind.x/y/z)"
	check_eq "beside it" unit:cgroup "$(missed tcp "$filer4" cgroup /svcbind.x/b)"
	check_eq "that of who asks" unit "$(bash -c \
		'echo $$ >/sys/fs/cgroup/svcbind.x/y/z/cgroup.procs
		svcbindctl -j -n host explain tcp "$0"' "$filer4" | gojq -r .service)"
	check "nothing holds the cgroups" wait_for 5 \
		rmdir "$root/svcbind.x/y/z" "$root/svcbind.x/y" "$root/svcbind.x/b" "$root/svcbind.x"
	setup host_ctl -f flush
}

answers() { # answers FAMILY PEER-WITHOUT-ROUTE GATEWAY
	local v=$1 filer=${a[filer_$1]} vmk1=${a[vmk1_$1]} name='.reply | '

	# Else the device that it came in by is good enough for the routing table.
	[ "$v" = 4 ] || setup ip -n host -6 route add fd00::/64 dev vmk0 metric 10
	check_eq "v$v without in: no answer" null "$(asked .reply icmp "$filer")"
	check_eq "v$v an echo reply, by the routing table" "- - - - vmk0 $vmk1 $filer 1500" \
		"$(asked "$name$line" icmp "$filer" in vmk1)"
	setup host_ctl policy set icmp-reply ingress
	check_eq "v$v an echo reply, where it came in" "steer - - reply vmk1 $vmk1 $filer 1500" \
		"$(asked "$name$line" icmp "$filer" in vmk1)"
	check_eq "v$v an echo reply of another address" \
		"steer - - reply vmk1 ${a[vmk0_$v]} $filer 1500" \
		"$(asked "$name$line" icmp "$filer" from "${a[vmk0_$v]}" in vmk1)"
	check_eq "v$v an echo reply on the right device" "pass - - reply vmk0 ${a[vmk0_$v]} $filer 1500" \
		"$(asked "$name$line" icmp "$filer" in vmk0)"
	setup ip -n host "-$v" route add default via "$3" dev vmk0
	check_eq "v$v an echo reply to the last hop" "steer - - reply vmk1 $vmk1 - 1500" \
		"$(asked "$name$line" icmp "$2" in vmk1)"
	setup ip -n host "-$v" route flush default
	setup host_ctl policy set enforce audit
	check_eq "v$v an echo reply, counted only" "steer - policy - vmk0 $vmk1 $filer 1500" \
		"$(asked "$name$line" icmp "$filer" in vmk1)"
	setup host_ctl policy set enforce on icmp-reply off
	[ "$v" = 4 ] || setup ip -n host -6 route del fd00::/64 dev vmk0 metric 10
	setup host_ctl service add web proto tcp,udp sport 80
	setup host_ctl bind web dev vmk1,vmk0
	check_eq "v$v a server's answer keeps its source" \
		"pass - - output vmk0 ${a[vmk0_$v]} $filer 1500" \
		"$(asked "$name$line" tcp "$(endpoint "$filer" 5000)" \
			from "$(endpoint "${a[vmk0_$v]}" 80)" in vmk1)"
	check_eq "v$v a server's answer, by its device" "steer - - output vmk1 $vmk1 $filer 1500" \
		"$(asked "$name$line" udp "$(endpoint "$filer" 5000)" \
			from "$(endpoint "$vmk1" 80)" in vmk1)"
	setup host_ctl -f flush
}

other_states() {
	setup host_ctl service add svc dport 7000
	setup host_ctl bind svc dev vmk1
	setup ip -n host -6 address flush dev vmk1
	check_eq "no address of that family" "vmk1 usable no_address" \
		"$(devices udp "[$filer6]:7000")"
	setup ip -n host link add br1 type bridge
	setup ip -n host link set vmk1 master br1
	check_eq "a bridge's port" "vmk1 enslaved state" "$(devices udp "$filer4:7000")"
	check "a bridge's port: the text says what to bind" grep -q "bind br1 instead" \
		<(host_ctl explain udp "$filer4:7000")
	setup ip -n host link del br1
	vmk1_restore
	setup ip -n sw link set host.vmk1 down
	check "no carrier" wait_for 5 no_carrier
	setup ip -n sw link set host.vmk1 up
	setup host_ctl -f flush
}

no_carrier() {
	[ "$(devices udp "$filer4:7000")" = "vmk1 no-carrier state" ]
}

many() {
	setup in_ns host fill.py 70
	check_eq "70 services: 64 are listed, and the others counted" "64 6 null" \
		"$(asked '"\(.earlier | length) \(.more) \(.service)"' tcp "$filer4:7000")"
	setup host_ctl -f flush
}

# Nothing is counted, tracked or left behind.
changes_nothing() {
	local before

	setup host_ctl service add svc dport 7000
	setup host_ctl bind svc dev vmk1
	before=$(host_json . ; in_ns host conntrack -C)
	for _ in 1 2 3; do
		host_ctl explain tcp "$filer4:7000" in vmk0
		host_ctl explain udp "[$filer6]:7000" in vmk1
		host_ctl explain icmp "$filer6" in vmk1
	done >"$tmp/explained"
	check_eq "nothing is counted" "$before" "$(host_json . ; in_ns host conntrack -C)"
	check "the text says where it leaves" grep -q "^    leaves    vmk1  source $vmk1_4 " \
		"$tmp/explained"
	setup host_ctl -f flush
}

bad_input() {
	check_rc "a peer's link-local address" 2 host_ctl explain tcp "[fe80::1]:7000"
	check_rc "no peer" 2 host_ctl explain tcp 0.0.0.0:7000
	check_rc "somebody else's source" 2 host_ctl explain tcp "$filer4" from "$filer4"
	check_rc "no such device" 2 host_ctl explain icmp "$filer4" in nosuch
	check_rc "no user" 2 host_ctl explain tcp "$filer4" uid 4294967295
	check_rc "a family for each end" 1 host_ctl explain tcp "$filer4" from "$vmk0_6"
	check_rc "icmp with ports" 1 host_ctl explain icmp "$filer4:7"
	check "the error names the word" grep -q "^svcbindctl: explain: from is no address of this host" \
		<(host_ctl explain tcp "$filer4" from "$filer4" 2>&1)
}

# A network of its own: no answers, and as many packets as explained.
draws() { # draws COUNT SEED
	local n v out

	netns_add peer draw
	in_ns draw sysctl -qw net.ipv4.ip_local_port_range="60000 64999"
	for n in 0 1 2; do
		ip -n draw link add "vmk$n" type veth peer name "p$n" netns peer
		in_ns peer sysctl -qw "net.ipv6.conf.p$n.disable_ipv6=1"
		ip -n peer link set "p$n" arp off
		for v in vmk0:10.0.0.11/24,fd00::11/64 vmk1:10.0.0.12/24,fd00::12/64 \
			vmk2:10.1.0.13/24,fd01::13/64; do
			[ "${v%%:*}" != "vmk$n" ] || {
				v=${v#*:}
				addresses_add draw "vmk$n" "${v%,*}" "${v#*,}"
			}
		done
	done
	out=$(in_ns draw explain_draws.py "$1" "$2" 2>&1)
	tail -n 1 <<<"$out" | diag
	check_eq "$1 draws of seed $2: all as explained" "" \
		"$(grep -v "^draws=$1 bad=0 " <<<"$out")"
	for v in pass steer rewrite fallback no_device conflict refused none; do
		[ "$1" -lt 100 ] ||
			check_num "draws: $v was among them" \
				"$(grep -oP "^draws=.* $v=\K\d+" <<<"$out")" -ge 1
	done
}

# A device may go between the look at the routing table and the judgement.
devices_go() {
	local v pid pids rc bad=0

	for _ in $(seq 20); do
		setup ip -n host link add go0 type dummy
		setup addresses_add host go0 10.8.0.1/24 fd08::1/64
		setup ip -n host link set go0 up
		pids=()
		for v in 10.8.0.2 fd08::2; do
			host_ctl explain udp "$(with_port "$v")" >/dev/null 2>&1 &
			pids+=($!)
		done
		setup ip -n host link del go0
		for pid in "${pids[@]}"; do
			wait "$pid"
			rc=$?
			[ "$rc" = 0 ] || [ "$rc" = 2 ] || bad=$((bad + 1))
		done
	done
	check_eq "devices go meanwhile: an answer or a refusal" 0 "$bad"
}

with_port() { # with_port ADDRESS: and 7000
	case "$1" in
	*:*) echo "[$1]:7000" ;;
	*) echo "$1:7000" ;;
	esac
}

base
family 4
family 6
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
off_link 4 192.0.2.9 "$filer4"
off_link 6 2001:db8::9 "$filer6"
exempt
setup host_ctl -f flush
misses
cgroups
answers 4 192.0.2.9 "$filer4"
answers 6 2001:db8::9 "$filer6"
other_states
many
changes_nothing
bad_input
devices_go
if slow_kernel; then
	draws "${DRAWS:-30}" "${SEED:-1}"
else
	draws "${DRAWS:-150}" "${SEED:-1}"
fi
finish
