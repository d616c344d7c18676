#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whose packets: uid, cgroup and mark, hit and missed, by counters and on the
# wire; cgroups that come, go and come again; namespaces of users and cgroups.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

root=/sys/fs/cgroup
number=0

# Moves itself there, so that its sockets are made there.
inside() { # inside CGROUP COMMAND...
	bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$root/$1" "${@:2}"
}

as() { # as uid|cgroup|mark WHICH ARGUMENT...: sock_probe
	case "$1" in
	uid) in_ns host setpriv --reuid "$2" --regid "$2" --clear-groups \
		sock_probe "${@:3}" ;;
	cgroup) inside "$2" sock_probe -e host "${@:3}" ;;
	mark) probe -m "$2" "${@:3}" ;;
	esac >>"$tmp/sent" 2>&1
}

no_cgroups() { # no_cgroups NAME
	ok "$1 # SKIP sockets have no cgroups"
}

# case_of NAME "MATCH" KIND "HIT" "MISS": both sent with that service alone.
case_of() {
	local name="v$v $1" before kind=$3

	if [[ "$2" = *cgroup* ]] && ! socket_cgroups; then
		no_cgroups "$name"
		return
	fi
	number=$((number + 1))
	# shellcheck disable=SC2086 # words
	setup host_ctl service add "case$number" $2
	setup host_ctl bind "case$number" dev vmk1
	# shellcheck disable=SC2086 # words
	as $4 -p $((20000 + number)) -t 1000 "$kind" "${a[filer_$v]}" 7000
	before=$(counter "case$number" matched)
	check_num "$name: a hit is counted" "$before" -ge 1
	# shellcheck disable=SC2086 # words
	as $5 -p $((30000 + number)) -t 1000 "$kind" "${a[filer_$v]}" 7000
	check_eq "$name: a miss is not" "$before" "$(counter "case$number" matched)"
	setup host_ctl -f service del "case$number"
	tried+=("$name|$((20000 + number))|$((30000 + number))")
}

family() {
	case_of "uid" "uid 2001" udp "uid 2001" "uid 2002"
	case_of "uid, TCP" "uid 2001" tcp "uid 2001" "uid 0"
	case_of "uid 0" "uid 0" sendto "uid 0" "uid 2001"
	case_of "uid, first of a range" "uid 5,2001-2003" udp "uid 2001" "uid 2000"
	case_of "uid, last of a range" "uid 5,2001-2003" udp "uid 2003" "uid 2004"
	case_of "uid and port" "uid 2001 dport 7000" tcp "uid 2001" "uid 2002"
	case_of "cgroup" "cgroup /svcbind.a" udp "cgroup svcbind.a" "cgroup svcbind.b"
	case_of "cgroup, TCP" "cgroup /svcbind.a" tcp "cgroup svcbind.a" "cgroup svcbind.b"
	case_of "cgroup below" "cgroup svcbind.a" udp "cgroup svcbind.a/x" "cgroup svcbind.aa"
	case_of "cgroup, two deep" "cgroup /svcbind.a/x" udp "cgroup svcbind.a/x" \
		"cgroup svcbind.b/x"
	case_of "cgroup, not above" "cgroup /svcbind.a/x" udp "cgroup svcbind.a/x" \
		"cgroup svcbind.a"
	case_of "cgroup and uid" "cgroup /svcbind.a uid 0" udp "cgroup svcbind.a" "uid 0"
	case_of "mark" "mark 5" udp "mark 5" "mark 4"
	case_of "mark, TCP" "mark 5" tcp "mark 5" "mark 0"
	case_of "mark and mask" "mark 0x10/0xf0" udp "mark 0x1f" "mark 0x2f"
	case_of "mark 0" "mark 0/0xff" udp "mark 0x100" "mark 0x101"
}

pending() { # pending: what "show" says of the one service
	host_json ".services[0].match | .cgroup_pending // false"
}

# A unit that is restarted: the path is what counts, from the first packet on.
comes_and_goes() {
	local i

	setup host_ctl service add unit cgroup /svcbind.unit/main
	setup host_ctl bind unit dev vmk1
	check_eq "no such cgroup: pending" true "$(pending)"
	check "no such cgroup: the text says so" grep -q "cgroup pending" \
		<(host_ctl service show unit)
	for i in 1 2 3; do
		setup mkdir -p "$root/svcbind.unit/main"
		check_eq "made, round $i: not pending" false "$(pending)"
		as cgroup svcbind.unit/main sendto "$filer4" 7000
		check_eq "made, round $i: its first packet is hit" "$i" "$(counter unit matched)"
		setup rmdir "$root/svcbind.unit/main"
		check_eq "deleted, round $i: pending" true "$(pending)"
		setup rmdir "$root/svcbind.unit"
		check_eq "so with its parent, round $i" true "$(pending)"
	done
	setup host_ctl service set unit cgroup /cgroup.procs/x
	check_eq "a file is no cgroup: pending" true "$(pending)"
	setup host_ctl flush
}

# A socket belongs to where it was made, wherever its process goes then, and for
# as long as it is open.
outlives() {
	local own pid

	own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	setup mkdir "$root/svcbind.gone"
	setup host_ctl service add gone cgroup /svcbind.gone
	setup host_ctl bind gone dev vmk1
	# shellcheck disable=SC2016 # for the inner shell
	spawn host "$tmp/gone" bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' \
		"$root/svcbind.gone" sock_probe -n 1000 -i 50 udp "$filer4" 7000
	pid=$spawned
	check "it sends" wait_for 10 counted gone matched 1
	setup eval "echo $pid >'$root$own/cgroup.procs'"
	check "the cgroup can be deleted" rmdir "$root/svcbind.gone"
	check "it goes on, and is hit" wait_for 10 counted gone matched \
		$(($(counter gone matched) + 5))
	check_eq "the cgroup is pending" true "$(pending)"
	reap "$pid" KILL
	setup host_ctl flush
}

# Resets and echo replies are sent by sockets of the kernel's own.
nobody() {
	setup host_ctl service add anybody uid 0-4294967294
	socket_cgroups && setup host_ctl service add root cgroup / priority 200
	check "an echo reply" in_ns filer ping -qnc 2 -i 0.1 -W 5 "$vmk0_4"
	check "v6" in_ns filer ping -qnc 2 -i 0.1 -W 5 "$vmk0_6"
	check_rc "a reset" 1 in_ns filer sock_probe tcp "$vmk0_4" 7099
	check_rc "a reset, v6" 1 in_ns filer sock_probe tcp "$vmk0_6" 7099
	check_eq "belong to no uid" 0 "$(counter anybody matched)"
	as uid 2001 sendto "$filer4" 7000
	check_eq "what anybody sends does" 1 "$(counter anybody matched)"
	if ! socket_cgroups; then
		no_cgroups "nor to a cgroup"
		return
	fi
	check_eq "nor to a cgroup" 0 "$(counter root matched)"
	setup host_ctl service set anybody uid 1
	as uid 2001 sendto "$filer4" 7000
	check_eq "and is in some cgroup" 1 "$(counter root matched)"
}

no_connection() { # no_connection PORT: nothing more comes from the host's
	[ -z "$(in_ns host ss -Htan state connected "sport = :$1")" ]
}

# An accepted connection is that of who listens.
accepted() {
	local to

	spawn host "$tmp/serve" setpriv --reuid 2001 --regid 2001 --clear-groups \
		sock_probe serve 7300
	wait_for 10 grep -q "^ready" "$tmp/serve" || not_ok "a server of 2001"
	for to in "$vmk0_4" "$vmk0_6"; do
		setup host_ctl service add accepted uid 2001 sport 7300
		capture_start server host vmk0 "tcp src port 7300"
		check "an accepted connection, $to" in_ns filer sock_probe tcp "$to" 7300
		check "it ends" wait_for 10 no_connection 7300
		capture_stop server
		check_num "it is of SYN-ACK, answer and end" "$(captured server)" -ge 3
		check_eq "all of which is its server's" "$(captured server)" \
			"$(counter accepted matched)"
		setup host_ctl flush
	done
}

# The mark is the one that rules left.
marked() {
	setup host_ctl service add marked mark 7 proto udp
	setup in_ns host nft add table inet t
	setup in_ns host nft add chain inet t out "{ type filter hook output priority 0; }"
	setup in_ns host nft add rule inet t out udp dport 7000 meta mark set 7
	as uid 0 sendto "$filer4" 7000
	check_eq "a mark that a rule gave" 1 "$(counter marked matched)"
	setup in_ns host nft flush ruleset
	setup host_ctl flush
}

# Numbers are those of who owns the network namespace.
user_namespaces() {
	# shellcheck disable=SC2016 # for the inner shell
	check_eq "a user namespace: its own numbers" "0 1" "$(
		setpriv --reuid 2001 --regid 2001 --clear-groups unshare -Urn bash -ec '
		ip link add d0 type dummy
		ip address add 10.9.0.1/24 dev d0
		ip link set d0 up
		svcbindctl service add outside uid 2001
		svcbindctl service add inside uid 0
		sock_probe sendto 10.9.0.2 7000 >/dev/null || [ $? = 1 ]
		for name in outside inside; do
			svcbindctl -j -s show $name | HOME=/ gojq .services[0].counters.matched
		done' 2>"$tmp/err" | xargs; cat "$tmp/err")"
}

ctl_from() { # ctl_from CGROUP WORD...: whose root is that cgroup
	inside "$1" unshare -C nsenter --net=/run/netns/host svcbindctl "${@:2}"
}

# shown_from CGROUP: path, elsewhere and pending, of one service, of a dump
shown_from() {
	local words

	for words in "service show inner" "show"; do
		# shellcheck disable=SC2086 # words
		ctl_from "$1" -j $words | gojq -r '.services[0].match |
			"\(.cgroup) \(.cgroup_elsewhere) \(.cgroup_pending)"'
	done | uniq
}

# Paths begin at the root that is seen by who gives them, or reads them.
cgroup_namespaces() {
	local long

	setup ctl_from svcbind.a service add inner cgroup /x
	check_eq "a cgroup namespace: shown as it was given" "/x null null" \
		"$(shown_from svcbind.a)"
	check_eq "to the host, as the host would give it" "/svcbind.a/x null null" \
		"$(shown_from .)"
	check_eq "to who has that root, as the root" "/ null null" \
		"$(shown_from svcbind.a/x)"
	check_eq "where it isn't, as it was given, and this is said" "/x true null" \
		"$(shown_from svcbind.b)"
	check_eq "so of a name that begins alike" "/x true null" "$(shown_from svcbind.aa)"
	check "in words, too" grep -q "cgroup elsewhere: the path is" \
		<(ctl_from svcbind.b service show inner)
	long=/$(printf 'x%.0s' {1..250})
	long=$long$long$long$long/123456789
	check "a path of 1,014 characters" ctl_from . service set inner cgroup "$long"
	check_eq "where all of it doesn't fit" \
		"svcbindctl: service set inner: cgroup: its path from the top has more than 1023 bytes" \
		"$(ctl_from svcbind.a service set inner cgroup "$long" 2>&1)"
	setup mkdir -p "$root/svcbind.a$long"
	check_rc "nor where that root's own path doesn't" 2 \
		ctl_from "svcbind.a$long" service set inner cgroup /
	setup env -C "$root/svcbind.a" rmdir -p "${long#/}"
	setup ctl_from svcbind.a service set inner cgroup /x
	as cgroup svcbind.a/x sendto "$filer4" 7000
	check_eq "it is found where it was meant" 1 "$(counter inner matched)"
	setup host_ctl service set inner cgroup "$(host_json .services[0].match.cgroup)"
	as cgroup svcbind.a/x sendto "$filer4" 7000
	check_eq "and still, set to what the host is shown" 2 "$(counter inner matched)"
	setup host_ctl service set inner cgroup /svcbind.b
	check_eq "what the host sets: elsewhere" "/svcbind.b true null" \
		"$(shown_from svcbind.a)"
	setup host_ctl service set inner cgroup /
	check_eq "so with its root" "/ true null" "$(shown_from svcbind.a)"
	setup host_ctl flush
}

# Attributes 11 and 12 of a match; without either, the request is taken.
told_only() {
	check_eq "cgroup-pending and cgroup-elsewhere can't be set: EINVAL" "22 22 0" "$(
		PYTHONPATH=$here in_ns host python3 - <<-'END' | xargs
		import fill, socket
		sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, fill.NETLINK_GENERIC)
		sock.bind((0, 0))
		family = fill.family_id(sock)
		name = fill.attr(fill.A_NAME, b"told\0")
		for told in fill.attr(11, b""), fill.attr(12, b""), b"":
		    words = fill.attr(fill.MATCH_PROTO, b"\6") + told
		    match = fill.attr(fill.A_MATCH | fill.NLA_F_NESTED, words)
		    try:
		        fill.ask(sock, family, fill.CMD_SERVICE_NEW, name + match)
		        print(0)
		    except OSError as error:
		        print(error.errno)
		END
	)"
	setup host_ctl flush
}

base
for name in a a/x aa b b/x; do
	setup mkdir "$root/svcbind.$name"
done
capture_start m0 host vmk0 "tcp or udp"
capture_start m1 host vmk1 "tcp or udp"
for v in 4 6; do
	family
done
capture_stop m0 m1
check_tried m0 m1
nobody
setup host_ctl flush
accepted
marked
user_namespaces
told_only
for part in comes_and_goes outlives cgroup_namespaces; do
	if socket_cgroups; then
		"$part"
	else
		no_cgroups "$part"
	fi
done
for name in b/x b aa a/x a; do
	setup rmdir "$root/svcbind.$name"
done
finish
