#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sockets that are bound when they connect: to what, for how long, and which are
# not.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

way() { # way NAME FAMILY [OTHER-PORT]: what became of the socket, line by line
	in_ns host connect_probe.py "$1" "${a[filer_$2]}" 7000 "${3-7999}" 2>&1
}

# What a line has to say of a socket: bound to vmk1 and seen so, or to nothing.
bound() { # bound WORD FAMILY
	echo "$1: dev=vmk1 local=${a[vmk1_$2]} seen=${a[vmk1_$2]} errno=0"
}

unbound() { # unbound WORD FAMILY
	echo "$1: dev=- local=${a[vmk0_$2]} seen=${a[vmk0_$2]} errno=0"
}

check_way() { # check_way TEXT NAME FAMILY LINE...
	check_eq "v$3: $1" "$(printf '%s\n' "${@:4}")" "$(way "$2" "$3")"
}

untracked() { # is conntrack off in the host?
	in_ns host conntrack -F 2>/dev/null
	probe -t 200 sendto "$filer4" 7998 >/dev/null
	[ "$(in_ns host conntrack -C)" = 0 ]
}

rebind() { # rebind ARGUMENT...: a service of port 7000, bound so
	host_ctl unbind svc >/dev/null 2>&1
	setup host_ctl -f service del svc
	setup host_ctl service add svc "${service[@]}"
	setup host_ctl bind svc "$@"
}

none=':: 0.0.0.0'
# The unspecified address as getsockname() has it.
any() { # any FAMILY
	[ "$1" = 6 ] && echo "${none% *}" || echo "${none#* }"
}

# A socket that is used again is judged again, and isn't bound for longer than the
# connection that it was bound for.
reused() { # reused FAMILY
	local v=$1 again

	again=$(printf '%s\n' "$(bound first "$v")" \
		"disconnected: dev=- local=$(any "$v") seen=- errno=0" \
		"$(unbound elsewhere "$v")" "$(bound again "$v")")
	check_eq "v$v: disconnected, and connected elsewhere" "$again"$'\n'"$again" \
		"$(way disconnected "$v")"
	check_way "a listener that was connected before" listening "$v" \
		"$(bound first "$v")" "listening: dev=- local=$(any "$v") seen=- errno=0"
	check_way "its owner's binding stays, though it is the same" owned "$v" \
		"$(bound first "$v")" \
		"elsewhere: dev=vmk1 local=${a[vmk1_$v]} seen=${a[vmk1_$v]} errno=0"
	# A datagram socket keeps its source until it is disconnected, as it does
	# without svcbind.
	check_way "connected elsewhere without being disconnected" reconnected "$v" \
		"$(bound first "$v")" "$(bound again "$v")" \
		"elsewhere: dev=- local=${a[vmk1_$v]} seen=${a[vmk1_$v]} errno=0"
	check_eq "v$v: bound by its owner while it is connected" \
		"$(printf '%s\n' "$(bound first "$v")" \
			"rebound: dev=vmk0 local=${a[vmk1_$v]} seen=- errno=0" \
			"disconnected: dev=vmk0 local=$(any "$v") seen=- errno=0" \
			"$(bound first "$v")" \
			"rebound: dev=vmk0 local=${a[vmk1_$v]} seen=- errno=0" \
			"disconnected: dev=- local=$(any "$v") seen=- errno=0")" \
		"$(way rebound "$v")"
}

ways() { # ways FAMILY: in which sockets come to connect
	local v=$1

	check_way "TCP and UDP" plain "$v" "$(bound tcp "$v")" "$(bound udp "$v")"
	check_way "connected by a child" forked "$v" "$(bound parent "$v")"
	check_way "connected by whom it was passed to" passed "$v" \
		"$(bound passed "$v")"
	check_way "not waited for" nonblocking "$v" "$(bound nonblocking "$v")"
	check_way "connected by sendto(), TCP fast open" fastopen "$v" \
		"$(bound fastopen "$v")"
	# Those of our own have neither of these.
	! slow_kernel || return
	check_way "connected by io_uring" uring "$v" "$(bound uring "$v")"
	# The subflow is bound, which isn't what its owner sees.
	check_eq "v$v: multipath TCP" \
		"mptcp: dev=- local=${a[vmk1_$v]} seen=${a[vmk1_$v]} errno=0" \
		"$(way mptcp "$v")"
}

others() { # others FAMILY: what is left alone
	local v=$1 before

	before=$(counter svc bind)
	check_words "v$v: an address of this host" "errno=0 seen=${a[vmk0_$v]}" \
		probe tcp "${a[vmk0_$v]}" 7000
	check_words "v$v: unconnected datagrams" \
		"errno=0 seen=${a[vmk1_$v]} answers=1/1" \
		probe sendto "${a[filer_$v]}" 7000
	check_words "v$v: another device of its owner's" "errno=EHOSTUNREACH" \
		probe -d vmk0 tcp "${a[filer_$v]}" 7000
	check_words "v$v: another address of its owner's" "errno=EHOSTUNREACH" \
		probe -b "${a[vmk0_$v]}" tcp "${a[filer_$v]}" 7000
	check_eq "v$v: none of these was bound" "$before" "$(counter svc bind)"
	check_words "v$v: an address of the device" \
		"errno=0 seen=${a[vmk1_$v]}" \
		probe -b "${a[vmk1_$v]}" tcp "${a[filer_$v]}" 7000
	check_eq "v$v: that was" $((before + 1)) "$(counter svc bind)"
}

# Whose source isn't known yet, or whose port, is left to what sees the packet.
undecided() { # undecided FAMILY
	local v=$1 words

	rebind dev vmk1
	for words in "from ${a[vmk0_$v]}" "sport 1024-65535" "port 1024-6999,7001-65535"; do
		# shellcheck disable=SC2086 # words
		setup host_ctl service set svc dport any to "${a[filer_$v]}" $words
		check_words "v$v: $words: seen from vmk1's address" \
			"errno=0 seen=${a[vmk1_$v]}" probe -t 5000 tcp "${a[filer_$v]}" 7000
		check_eq "v$v: $words: by NAT" "0 true" "$(host_json \
			'.services[] | select(.name == "svc") | .counters |
			"\(.bind) \(.rewrite > 0)"')"
		rebind dev vmk1
	done
	setup host_ctl service set svc dport any sport 100-200
	check_words "v$v: a port that the kernel doesn't choose doesn't match" \
		"errno=0 seen=${a[vmk0_$v]}" probe tcp "${a[filer_$v]}" 7000
	check_words "v$v: one that its owner has chosen does" \
		"errno=0 seen=${a[vmk1_$v]}" probe -p 150 tcp "${a[filer_$v]}" 7000
	check_eq "v$v: it is bound" 1 "$(counter svc bind)"
	rebind dev vmk1
}

# A rule gives it a mark, and so to another service: no socket is bound before.
marked() { # marked FAMILY
	local v=$1

	setup host_ctl service add marked proto tcp mark 7 priority 1
	setup host_ctl bind marked dev vmk1
	rebind dev vmk0
	in_ns host nft -f - <<-END || not_ok "v$v: marked"
		table inet marked {
			chain output {
				type route hook output priority 0;
				tcp dport 7000 meta mark set 7
			}
		}
	END
	check_words "v$v: a rule's mark: seen from the address of its service" \
		"errno=0 seen=${a[vmk1_$v]}" probe -t 5000 tcp "${a[filer_$v]}" 7000
	check_eq "v$v: a rule's mark: neither was bound" "0 0" \
		"$(counter svc bind) $(counter marked bind)"
	setup in_ns host nft delete table inet marked
	check_words "v$v: a socket's mark" "errno=0 seen=${a[vmk1_$v]}" \
		probe -m 7 tcp "${a[filer_$v]}" 7000
	check_eq "v$v: a socket's mark: bound" 1 "$(counter marked bind)"
	setup host_ctl -f service del marked
	rebind dev vmk1
}

# With more than one device to go to, or none that is a must, datagrams of a
# connected socket have to be free to go there.
datagrams() { # datagrams FAMILY
	local v=$1 words

	for words in "dev vmk1 mode prefer" "dev vmk1,vmk0"; do
		# shellcheck disable=SC2086 # words
		rebind $words
		check_way "$words: TCP is bound, UDP isn't" plain "$v" "$(bound tcp "$v")" \
			"udp: dev=- local=${a[vmk0_$v]} seen=${a[vmk1_$v]} errno=0"
	done
	rebind dev vmk1
}

# Sockets that fail before they are more than bound leave nothing behind, or there
# would be no room for others at some time.
failing() { # failing FAMILY
	local v=$1 policy

	policy=(src "${a[vmk1_$v]}" dst "${a[filer_$v]}" dir out)
	rebind dev vmk1
	setup ip -n host xfrm policy add "${policy[@]}" action block
	check_eq "v$v: no connection comes of it" "failing: EPERM" \
		"$(way failing "$v" "$failures")"
	check_num "v$v: though each socket was bound" "$(counter svc bind)" -ge "$failures"
	setup ip -n host xfrm policy del "${policy[@]}"
	check_way "there is room for others" plain "$v" "$(bound tcp "$v")" \
		"$(bound udp "$v")"
	check_eq "v$v: none was left out" 0 "$(host_json .connect.full)"
}

# Not all kernels have the function tracer, or let it be stopped: then their probes
# can be.
listen() { # listen 0|1
	local file=/sys/kernel/debug/kprobes/enabled

	if [ "$1" = 0 ]; then
		sysctl -qw kernel.ftrace_enabled=0 2>/dev/null || echo 0 >"$file"
	else
		echo 1 >"$file"
		[ ! -e /proc/sys/kernel/ftrace_enabled ] ||
			sysctl -qw kernel.ftrace_enabled=1
	fi
}

# Where the kernel doesn't call, NAT does the work, and the loss is shown.
deaf() { # deaf FAMILY
	local v=$1 missed

	missed=$(host_json .connect.missed)
	setup listen 0
	check_words "v$v: deaf: seen from vmk1's address" \
		"errno=0 seen=${a[vmk1_$v]}" probe -t 5000 tcp "${a[filer_$v]}" 7000
	check_eq "v$v: deaf: the loss is counted" true \
		"$(host_json ".connect.missed > $missed")"
	setup listen 1
	rebind dev vmk1
}

# A device without a route to the peer is LOCAL_OUT's: the first SYN waits until
# there is NAT.
no_route() { # no_route FAMILY PREFIX
	local v=$1

	setup ip -n host route del "$2" dev vmk1
	rebind dev vmk1
	check "v$v: no route: conntrack is off" wait_for 30 untracked
	check_words "v$v: no route: seen from vmk1's address" \
		"errno=0 seen=${a[vmk1_$v]}" probe -t 5000 tcp "${a[filer_$v]}" 7000
	check_eq "v$v: no route: not bound" 0 "$(counter svc bind)"
	check_eq "v$v: no route: nor missed" 0 "$(host_json .connect.missed)"
	check_words "v$v: no route: and again" \
		"errno=0 seen=${a[vmk1_$v]}" probe tcp "${a[filer_$v]}" 7000
	check_eq "v$v: no route: but one SYN had to wait" 1 "$(counter svc drop.no_source)"
	vmk1_restore
	rebind dev vmk1
}

# Sockets that are bound when the binding changes.
changed() { # changed FAMILY
	local v=$1 go held

	mkfifo "$tmp/go$v"
	exec {go}<>"$tmp/go$v"
	nsenter --net=/run/netns/host -- connect_probe.py held "${a[filer_$v]}" 7000 \
		<"$tmp/go$v" >"$tmp/held$v" 2>&1 &
	held=$!
	background+=("$held")
	wait_for 20 eval "[ \$(wc -l <'$tmp/held$v') = 2 ]" || not_ok "v$v: held"
	setup host_ctl bind svc dev vmk0
	capture_start "changed$v" host vmk0 "src host ${a[vmk1_$v]}"
	echo >&"$go"
	check_exit "v$v: they live on after a change" "$held"
	check_eq "v$v: bound to the old device, whose address they have" \
		"$(printf '%s\n' "$(bound held "$v")" "$(bound held "$v")" \
			"$(bound still "$v")" "$(bound still "$v")" "$(bound still "$v")")" \
		"$(cat "$tmp/held$v")"
	capture_stop "changed$v"
	check_num "v$v: their packets leave by the new one" \
		"$(captured "changed$v")" -ge 2
	check_num "v$v: and are stale" "$(counter svc stale)" -ge 2
	check_eq "v$v: no conflict" 0 "$(counter svc drop.conflict)"
	setup host_ctl bind svc dev vmk1
}

# More than there are places for.
failures=9000
! slow_kernel || failures=100
base
serve filer 7999
serve host 7000
service=(proto "tcp,udp" dport 7000)
setup host_ctl service add svc "${service[@]}"
setup host_ctl bind svc dev vmk1
for v in 4 6; do
	ways "$v"
	reused "$v"
	others "$v"
done
check_eq "v4 by a socket of IPv6" "$(printf '%s\n' "$(bound tcp 4)" "$(bound udp 4)")" \
	"$(way mapped 4)"
check_eq "nothing was missed" "true 0 0" "$(host_json \
	'.connect | "\(.available) \(.missed) \(.full)"')"
check_sum svc

service=(proto tcp dport 7000)
for v in 4 6; do
	rebind dev vmk1
	capture_start bound host vmk0 "tcp and port 7000"
	check "v$v: TCP alone takes no conntrack" wait_for 30 untracked
	check_way "nor does a connection" nonblocking "$v" "$(bound nonblocking "$v")"
	check "v$v: conntrack is still off" untracked
	capture_stop bound
	check_none "v$v: nothing leaves by vmk0" bound
	check_eq "v$v: bound, and right from the first packet" "1 0 0 true" "$(host_json \
		'.services[0].counters | "\(.bind) \(.steer) \(.rewrite) \(.pass > 2)"')"
	undecided "$v"
done
no_route 4 10.0.0.0/24
no_route 6 fd00::/64
deaf 4
deaf 6

service=(proto "tcp,udp" dport 7000)
for v in 4 6; do
	marked "$v"
	datagrams "$v"
	failing "$v"
done
changed 4
changed 6

setup host_ctl policy set connect off
check_eq "connect off: nothing is bound" "$(printf '%s\n' \
	"tcp: dev=- local=$vmk0_4 seen=$vmk1_4 errno=0" \
	"udp: dev=- local=$vmk0_4 seen=$vmk1_4 errno=0")" "$(way plain 4)"
finish
