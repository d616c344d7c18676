#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP connections that are older than their service's binding: listed, never
# closed unasked, and closed where that is asked for.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

listed() { # listed FILTER [NAME]: of each connection, sorted
	host_ctl -j show --stale "${@:2}" | gojq -r ".stale[] | $1" | sort | xargs
}

none() { # none [NAME]
	[ "$(host_ctl show --stale "$@")" = "no stale connections" ]
}

# The client sends every now and then, and tells when the connection has ended.
declare -A port=()
connect() { # connect NAME ADDRESS [SOCAT-OPTION]
	port[$1]=$((7400 + ${#port[@]}))
	# shellcheck disable=SC2016 # for the inner shell
	spawn host "$tmp/client.$1" bash -c \
		'while echo tick; do read -rt 0.3 <> <(:); done |
			socat -u - "$0"; echo ended' \
		"TCP:$(bracket "$2"):7100,sourceport=${port[$1]}${3-}"
	wait_for 20 is_connected "$1" || bail "no connection: $(cat "$tmp/client.$1")"
}

is_connected() { # is_connected NAME
	in_ns host ss -Htn state established "sport = ${port[$1]}" | grep -q .
}

bracket() { # bracket ADDRESS: where a port may follow
	case "$1" in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

ended() { # ended NAME
	grep -q ended "$tmp/client.$1"
}

filler() { # what accepts, and swallows it
	local v

	for v in 4 6,ipv6only=1; do
		spawn filer "$tmp/filler.$v" socat -u \
			"TCP${v%%,*}-LISTEN:7100,fork,reuseaddr${v#[46]}" OPEN:/dev/null
	done
	wait_for 20 all_listen || bail "nobody listens: $(cat "$tmp/filler."*)"
}

all_listen() {
	[ "$(in_ns filer ss -Htln "sport = 7100" | wc -l)" = 2 ]
}

# From the routing table's device, before there is a service.
opened() {
	connect 4 "$filer4"
	connect 6 "$filer6"
	connect mapped "::ffff:$filer4"
	check "no service: nothing is stale" none
	setup host_ctl service add svc proto tcp dport 7100
	setup host_ctl service add other proto tcp dport 7200
	check "not bound: nothing is stale" none
	setup host_ctl bind svc dev vmk0
	check "bound to the device that it has: nothing is stale" none
	setup host_ctl bind svc dev vmk1,vmk0
	check "one of the devices has it: nothing is stale" none
	setup host_ctl bind svc mode audit dev vmk1
	check "audit: nothing would be better" none
	setup host_ctl bind svc mode strict source keep
	check "source keep: nothing is stale" none
	setup host_ctl bind svc source auto
}

shown() {
	local all="$filer4:7100 $filer4:7100 [$filer6]:7100" before pid
	local v6='select(.local | startswith("["))'

	check_eq "bound elsewhere: all are listed" "$all" "$(listed .remote)"
	check_eq "with their ends" "$vmk0_4:${port[4]} $vmk0_4:${port[mapped]} [$vmk0_6]:${port[6]}" \
		"$(listed .local)"
	check_eq "service, protocol, source, device" \
		"svc tcp $vmk0_4 vmk0 svc tcp $vmk0_4 vmk0 svc tcp $vmk0_6 vmk0" \
		"$(listed '"\(.service) \(.proto) \(.source) \(.dev)"' )"
	check_eq "and process" "socat socat socat" "$(listed .process.name)"
	check_eq "that is right" socat "$(cat "/proc/$(listed .process.pid |
		cut -d ' ' -f 1)/comm")"
	text "$vmk0_4:${port[4]}" "$filer4:7100"
	text "[$vmk0_6]:${port[6]}" "[$filer6]:7100"
	pid=$(listed "$v6 | .process.pid")
	kill -STOP "$pid"
	check "idle is how long nothing came or went" wait_for 20 is_idle
	kill -CONT "$pid"
	check_eq "of that service" "$(listed .remote)" "$(listed .remote svc)"
	check "of another one: none" none other
	check_rc "of one that isn't there" 2 host_ctl show --stale nosuch
	check_rc "two names" 1 host_ctl show --stale svc other
	check_rc "half the word" 1 host_ctl show --sta
	setup host_ctl bind svc mode prefer
	check_eq "prefer: they are listed, too" "$all" "$(listed .remote)"
	setup ip -n host link set vmk1 down
	check "nothing is usable: they are where they would be opened anew" none
	setup ip -n host link set vmk1 up
	setup host_ctl bind svc dev vmk0,vmk1 mode strict
	check "one of its devices has their addresses" none
	setup host_ctl bind svc dev vmk1
	before=$(counter svc stale)
	check "the kernel counts them" wait_for 20 counted svc stale $((before + 6))
	vmk1_restore
}

text() { # text LOCAL REMOTE: there is a line of it
	check "text: $1" grep -qF "svc tcp  from $1 to $2  of vmk0  idle " \
		<(host_ctl show --stale)
}

is_idle() {
	[ "$(listed "$v6 | .idle")" -ge 1000 ]
}

# The connection of a client of theirs keeps the address that it asked for.
accepted() {
	setup host_ctl service add server to "$filer4,$filer6"
	setup host_ctl bind server dev vmk1
	serve host 7300
	# shellcheck disable=SC2016 # for the inner shell
	spawn filer /dev/null bash -c \
		'while echo tick; do read -rt 0.3 <> <(:); done | socat -u - "$0"' \
		"TCP:$vmk0_4:7300"
	wait_for 20 served || not_ok "a client of theirs" "$(in_ns host ss -tna)"
	check "what was accepted here isn't stale" none server
	reap "$spawned" KILL
	setup host_ctl -f service del server
}

# Nor what never leaves this host, and isn't judged.
local_ones() {
	# shellcheck disable=SC2016 # for the inner shell
	spawn host /dev/null bash -c \
		'while echo tick; do read -rt 0.3 <> <(:); done | socat -u - "$0"' \
		"TCP:$vmk0_4:7300,bind=$vmk0_4"
	wait_for 20 to_itself || not_ok "a connection to itself" "$(in_ns host ss -tna)"
	setup host_ctl service add self to "$vmk0_4" dport 7300
	setup host_ctl bind self dev vmk1
	check "what never leaves the host isn't stale" none self
	reap "$spawned" KILL
	setup host_ctl -f service del self
}

to_itself() {
	in_ns host ss -Htn state established dport = 7300 | grep -q .
}

served() {
	in_ns host ss -Htn state established sport = 7300 | grep -q .
}

closed() {
	local name

	check_rc "close: no name" 1 host_ctl close-stale
	check_rc "close: of a service that isn't there" 2 host_ctl close-stale nosuch
	check_rc "close: bad name" 1 host_ctl close-stale a/b
	check "close: of another service" host_ctl close-stale other
	setup host_ctl --confirm 600 policy set arp all
	check_rc "close: while a change waits" 2 host_ctl close-stale svc
	setup host_ctl rollback
	check_rc "close: cut short" 1 host_ctl close svc
	check_rc "bind: --close-stale cut short" 1 host_ctl bind svc --close
	check_rc "bind: nearly nothing of it" 1 host_ctl bind svc --
	check_rc "bind: what can be undone" 1 host_ctl --confirm 9 bind svc --close-stale
	check_eq "nothing was closed unasked" 3 "$(listed .remote | wc -w)"
	check "nor did anything end" is_connected 4
	capture_start wrong host vmk0 "tcp dst port 7100"
	capture_start right host vmk1 "tcp dst port 7100"
	check_eq "close-stale tells what it closes" "$filer4:7100 $filer4:7100 [$filer6]:7100" \
		"$(host_ctl -j close-stale svc | gojq -r '.closed[].remote' | sort | xargs)"
	for name in 4 6 mapped; do
		check "it ended: $name" wait_for 20 ended "$name"
	done
	check "nothing is stale any more" none
	check_eq "closing none is told" "no stale connections" "$(host_ctl close-stale svc)"
	capture_stop wrong right
	check_none "nothing of it went out by the other device" wrong
	check_num "the peer was told, by the bound one, IPv4" \
		"$(captured right "tcp[13] & 4 != 0")" -ge 2
	check_num "and IPv6" "$(captured right "ip6 and ip6[53] & 4 != 0")" -ge 1
	setup host_ctl policy set connect off
	connect again "$filer4"
	setup host_ctl policy set connect on
	check "what is opened now isn't stale" none
	check "it has vmk1's address on the wire" from_vmk1
	setup host_ctl bind svc dev vmk0
	check_eq "bound to the device of its own address: its source on the wire counts" \
		"$vmk0_4:${port[again]} $vmk1_4 vmk1" \
		"$(listed '"\(.local) \(.source) \(.dev)"')"
	setup host_ctl bind svc dev vmk1
}

from_vmk1() {
	in_ns filer ss -Htn state established sport = 7100 dst "$vmk1_4" | grep -q .
}

at_bind() {
	setup host_ctl -f flush
	setup host_ctl service add svc proto tcp dport 7100
	connect more "$filer4"
	check "bind --close-stale" host_ctl bind svc dev vmk1 --close-stale
	check "ends it" wait_for 20 ended more
	check "nothing is stale" none
	connect yet "$filer4" ",bind=$vmk1_4"
	check "an address of the device: nothing is stale" none
	setup ip -n host address add 10.0.0.112/25 dev vmk1
	setup ip -n host address del "$vmk1_4/24" dev vmk1
	check_eq "the address is gone: stale, NAT or not" "$vmk0_4 null $vmk1_4 null" \
		"$(listed '"\(.local | sub(":.*"; "")) \(.dev)"')"
	check_rc "twice" 1 host_ctl bind svc --close-stale mode strict --close-stale
	check_rc "what is refused" 2 host_ctl bind nosuch dev vmk1 --close-stale
	check_rc "unprivileged" 2 in_ns host setpriv --reuid 65534 --regid 65534 \
		--clear-groups svcbindctl close-stale svc
	check "none of these closes anything" is_connected yet
	check "close-stale does" host_ctl close-stale svc
	check "the address is gone: it ends" wait_for 20 ended yet
}

# The bound device can carry it where the routing table doesn't say so: by an
# address that covers the peer, and by a gateway of the binding.
reached() { # reached FAMILY ADDRESS LENGTH ELSEWHERE GATEWAY
	local own=(noprefixroute) away=()

	[ "$1" = 4 ] || own+=(nodad) away+=(nodad)
	vmk1_restore
	setup host_ctl -f flush
	setup host_ctl service add svc proto tcp dport 7100
	connect "reached$1" "${a[filer_$1]}"
	setup ip -n host address flush dev vmk1
	setup ip -n host address add "$2/$3" dev vmk1 "${own[@]}"
	check_rc "v$1: no route leads through the device" 2 \
		ip -n host route get fibmatch "${a[filer_$1]}" oif vmk1
	setup host_ctl bind svc dev vmk1
	check_eq "v$1: an address covers the peer: stale" vmk0 "$(listed .dev)"
	setup ip -n host address flush dev vmk1
	setup ip -n host address add "$4/$3" dev vmk1 "${away[@]}"
	check "v$1: no address does: nothing would be better" none
	setup host_ctl bind svc dev vmk1 via "$5"
	check_eq "v$1: by the binding's gateway: stale" vmk0 "$(listed .dev)"
}

topology
load
filler
opened
shown
accepted
local_ones
closed
at_bind
reached 4 "$vmk1_4" 24 10.9.0.1 10.9.0.254
reached 6 "$vmk1_6" 64 fd09::1 fd09::fe
finish
