#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces: they end with services and traffic in them, and belong to who
# owns them.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

round() { # round NUMBER: a namespace with a service and traffic goes
	local ns=gone$1 pid

	ip netns add "$ns" || not_ok "namespace $ns"
	ip -n "$ns" link add vmk0 type dummy
	ip -n "$ns" address add 10.9.0.1/24 dev vmk0
	ip -n "$ns" link set vmk0 up
	setup svcbindctl -n "$ns" service add svc proto udp dport 7000
	setup svcbindctl -n "$ns" bind svc dev vmk0
	setup svcbindctl -n "$ns" policy set icmp-reply ingress arp all
	spawn "$ns" /dev/null sock_probe -t 1 -n 1000000 sendto 10.9.0.2 7000
	pid=$spawned
	wait_for 10 matched_in "$ns" 5 || not_ok "traffic in $ns"
	ip netns del "$ns"
	reap "$pid" KILL
}

matched_in() { # matched_in NETNS MINIMUM
	[ "$(svcbindctl -n "$1" -j -s show | gojq '.services[0].counters.matched')" -ge "$2" ]
}

run_in() { # run_in NETNS NUMBER: as many processes
	[ "$(ip netns pids "$1" | wc -l)" = "$2" ]
}

unprivileged() { # unprivileged COMMAND...
	setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
}

one_line_refusal() { # one_line_refusal NAME COMMAND...
	local rc

	"${@:2}" >"$tmp/out" 2>"$tmp/err"
	rc=$?
	check_eq "$1: refused" 2 "$rc"
	check_eq "$1: says so in one line" 1 "$(grep -c . "$tmp/err")"
}

kernel_memory() { # kernel_memory CGROUP: bytes that the kernel holds for it
	awk '$1 == "kernel" || $1 == "percpu" { sum += $2 } END { print sum }' \
		"$1/memory.stat"
}

# What an unprivileged user makes the kernel hold is on that user's account, as
# well as bounded: 4,096 services, and no more.
accounted() {
	local cgroup=/sys/fs/cgroup/svcbind before

	setup mkdir "$cgroup"
	setup mkfifo "$tmp/go"
	bash -c 'echo $$ >"$1/cgroup.procs"; exec setpriv --reuid 65534 --regid 65534 \
		--clear-groups -- unshare -Urn bash -c "
			echo ready; read <&3; \"$2/fill.py\" 4096 && echo filled
			svcbindctl service add more proto tcp; echo refused \$?; read <&3"' \
		- "$cgroup" "$here" 3<>"$tmp/go" >"$tmp/filler" 2>&1 &
	background+=($!)
	wait_for 20 grep -q ready "$tmp/filler" || not_ok "a user who fills"
	before=$(kernel_memory "$cgroup")
	echo >"$tmp/go"
	wait_for 300 grep -q refused "$tmp/filler"
	check_eq "a user of a user namespace: 4,096 services, and no more" \
		"ready filled refused 2" "$(grep -v ^svcbindctl "$tmp/filler" | xargs)"
	check_num "they are on that user's account" \
		$(($(kernel_memory "$cgroup") - before)) -gt $((1 << 20))
	echo >"$tmp/go"
	reap "${background[-1]}"
	setup rmdir "$cgroup"
}

# What is spawned doesn't run before who spawned it waits.
earlier_word() {
	taskset -pc 0 "$BASHPID" >"$tmp/out" && chrt -R -f -p 1 "$BASHPID" || echo "no way"
	echo word >"$tmp/earlier"
	spawn host "$tmp/earlier" sleep 600
	! holds "$tmp/earlier" word || echo "taken"
	reap "$spawned" KILL
}

base
# Without a service nothing keeps the module, whatever else is registered.
setup host_ctl policy set icmp-reply ingress arp all
check "the module can go with policies set" unload
check "and is missed by nobody" in_ns filer ping -qc 3 -i 0.05 -W 5 "$vmk0_4"
load

bad=$ktap_bad rounds=20
! slow_kernel || rounds=8
for i in $(seq "$rounds"); do
	round "$i"
done
check_eq "$rounds namespaces with services and traffic were deleted" "$bad" "$ktap_bad"

setup host_ctl service add svc proto tcp dport 7000
setup host_ctl bind svc dev vmk1
check_eq "another namespace sees none of it" 0 \
	"$(svcbindctl -n filer -j show | gojq '.services | length')"
before=$(host_ctl -j show)
in_host=(nsenter --net=/run/netns/host setpriv --reuid 65534 --regid 65534 --clear-groups --)
one_line_refusal "unprivileged: show" "${in_host[@]}" svcbindctl show
one_line_refusal "unprivileged: service add" "${in_host[@]}" \
	svcbindctl service add mine proto any
one_line_refusal "unprivileged: flush" "${in_host[@]}" svcbindctl flush
one_line_refusal "root of a user namespace in a netns of others: show" \
	"${in_host[@]}" unshare -Ur svcbindctl show
one_line_refusal "root of a user namespace in a netns of others: flush" \
	"${in_host[@]}" unshare -Ur svcbindctl flush
one_line_refusal "root of a user namespace in a netns of others: policy" \
	"${in_host[@]}" unshare -Ur svcbindctl policy set arp all
check_eq "nothing has changed" "$before" "$(host_ctl -j show)"
check "root of a user namespace in a netns of its own" \
	unprivileged unshare -Urn sh -ec '
		svcbindctl service add mine proto udp dport 7000
		svcbindctl bind mine dev lo0
		svcbindctl policy set icmp-reply ingress
		svcbindctl -j show | grep -q "\"mine\""'
accounted
check "its services went with it" svcbindctl -n host -f service del svc
# What a test leaves behind would keep it.
spawn host /dev/null sh -c 'sleep 600; :'
wait_for 20 run_in host 2 || not_ok "a child of what was spawned"
reap "$spawned" KILL
check "what was spawned takes its children along" wait_for 10 run_in host 0
check_eq "what an earlier one has said isn't taken for its word" "" "$(earlier_word)"
check "the module can go" unload
finish
