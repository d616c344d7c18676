#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A change that waits to be confirmed: the kernel undoes it by itself, or keeps
# it, and takes no other one meanwhile.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
unset SSH_CONNECTION

# Long enough for what little is done meanwhile, even on a slow machine.  What
# takes its time is looked at while a change waits for longer; it is rolled back, and
# made again to be undone by the kernel.
seconds=8
! slow_kernel || seconds=15

waits() {
	[[ $'\n'$(host_ctl show)$'\n' =~ $'\na change waits to be confirmed, '[0-9]+$' s left\n' ]]
}

settled() {
	! waits
}

undone() { # undone NAME: nothing waits any more, in time
	check "$1" wait_for $((seconds * 3)) settled
}

# The change waits no longer, and once more, but briefly.
again() { # again NAME WORD...: its verb
	setup host_ctl rollback
	setup host_ctl --confirm 1 "${@:2}"
	check "$1" wait_for 10 settled
}

# Exit 2, one line that holds TEXT.
refused() { # refused NAME TEXT COMMAND...
	local out rc

	out=$("${@:3}" 2>&1)
	rc=$?
	if [ "$rc" = 2 ] && [[ "$out" == *"$2"* && "$out" != *$'\n'* ]]; then
		ok "$1"
	else
		not_ok "$1" "exit $rc: ${*:3}
$out"
	fi
}

both() { # both NAME DEV: the service leaves by it, with its addresses
	local v

	for v in 4 6; do
		check_words "$1: v$v leaves by $2" "errno=0 seen=${a[$2_$v]}" \
			probe sendto "${a[filer_$v]}" 7000
	done
}

usage() {
	local value

	for value in 0 86401 -1 x 1.5 "" 4294967297; do
		check_rc "usage: --confirm '$value'" 1 host_ctl --confirm "$value" flush
		check_rc "usage: '$value' behind the verb" 1 host_ctl flush --confirm "$value"
	done
	check_rc "usage: without a value" 1 host_ctl flush --confirm
	check_rc "usage: before the verb, too" 1 host_ctl --confirm
	for value in show "service show" confirm rollback load unload "policy show"; do
		# shellcheck disable=SC2086 # words
		check_rc "usage: $value changes nothing" 1 host_ctl --confirm 5 $value
	done
	for value in 0 86401; do
		check_eq "the kernel refuses $value, too" "begin OK commit ERANGE at=confirm" \
			"$(printf '%s\n' begin "commit confirm=$value" |
				in_ns host transact.py 2>/dev/null | grep -v ready |
				xargs | cut -d ' ' -f 1-5)"
	done
	check_rc "rollback is written in full" 1 host_ctl rollb
	refused "nothing to confirm" "no change waits to be confirmed" host_ctl confirm
	refused "nothing to roll back" "no change waits to be confirmed" host_ctl rollback
	check "nothing waits" settled
}

# Every verb takes it, and none is taken while one waits.
verbs() {
	local verb before

	setup host_ctl service add svc proto udp dport 7000
	setup host_ctl bind svc dev vmk1
	setup host_ctl service add free proto tcp dport 9
	before=$(host_ctl -j show)
	for verb in "service add more proto tcp" "service set svc dport 7001" \
		"service del free" "bind svc dev vmk0" "bind free dev vmk1" \
		"unbind svc" "policy set arp all enforce audit" flush; do
		# shellcheck disable=SC2086 # words
		setup host_ctl --confirm 600 $verb
		check "$verb: waits" waits
		refused "$verb: no other change" \
			"a change waits to be confirmed: confirm it or roll it back" \
			host_ctl service set svc priority 3
		check "$verb: rollback" host_ctl rollback
		check_eq "$verb: all is as before" "$before" "$(host_ctl -j show)"
	done
	setup host_ctl bind svc dev vmk0 --confirm 600
	for verb in "service add x proto tcp" "service set svc dport 1" "unbind svc" \
		"service del free" "bind free dev vmk1" "policy set arp off" flush \
		"-f unload" unload "--confirm 5 flush"; do
		# shellcheck disable=SC2086 # words
		refused "while one waits: $verb" "a change waits to be confirmed" \
			host_ctl $verb
	done
	check_rc "while one waits: modprobe -r" 1 modprobe -r svcbind
	check_eq "while one waits: JSON says how long" true \
		"$(host_ctl -j show | gojq '.confirm.seconds | . > 500 and . <= 600')"
	check_eq "a transaction can be prepared, not committed" \
		"begin OK add OK commit EBUSY at=- a change waits to be confirmed: confirm it or roll it back" \
		"$(printf '%s\n' begin "add y proto=6" commit |
			in_ns host transact.py 2>/dev/null | grep -v ready | xargs)"
	both "while one waits" vmk0
	check "confirm" host_ctl confirm
	check_eq "after it: JSON says nothing of it" null \
		"$(host_ctl -j show | gojq .confirm)"
	both "confirmed" vmk0
	check "after it: other changes" host_ctl flush
}

# The kernel needs nobody for it.
time_out() {
	local before pid

	setup host_ctl service add svc proto udp dport 7000
	setup host_ctl bind svc dev vmk1
	setup host_ctl policy set icmp-reply ingress
	both "before" vmk1
	before=$(host_ctl -j show)
	setup host_ctl bind svc dev vmk0 --confirm "$seconds"
	both "while it waits" vmk0
	undone "in time, the change is undone"
	check_eq "all is as before" "$before" "$(host_ctl -j show)"
	both "undone" vmk1
	check_num "it goes on counting" "$(counter svc matched)" -ge 6
	check_sum svc

	mkfifo "$tmp/killed"
	exec 9<>"$tmp/killed"
	spawn host "$tmp/killed.out" bash -c "exec transact.py <$tmp/killed"
	pid=$spawned
	printf '%s\n' begin "add other proto=6" "commit confirm=$seconds" >&9
	check "a whole configuration waits" wait_for 20 grep -q "commit OK" "$tmp/killed.out"
	check "and is there" waits
	reap "$pid" KILL
	check_eq "who made it is gone" "other" "$(host_json '.services[].name')"
	undone "and in time it is undone"
	check_eq "all is as before that" "$before" "$(host_ctl -j show)"
	both "undone again" vmk1
	setup host_ctl flush
}

# Its time has passed when that of a later one has.
kept() {
	local before

	setup host_ctl service add svc proto udp dport 7000
	setup host_ctl bind svc dev vmk1
	setup host_ctl bind svc dev vmk0 --confirm "$seconds"
	setup host_ctl confirm
	before=$(host_ctl -j show)
	setup host_ctl unbind svc --confirm $((seconds + 1))
	undone "a later change is undone"
	check_eq "one that was confirmed before stays" "$before" "$(host_ctl -j show)"
	both "confirmed" vmk0
	setup host_ctl flush --confirm=600
	setup host_ctl rollback
	setup host_ctl flush --confirm "$seconds"
	setup host_ctl rollback
	check_eq "rolled back" "$before" "$(host_ctl -j show)"
	setup host_ctl unbind svc --confirm 600
	setup host_ctl confirm
	check_eq "what comes after a rollback is another change" null \
		"$(host_json '.services[0].binding')"
	setup host_ctl flush
}

answers() { # requests and replies on vmk1, where both families' pings come in
	local v out=''

	capture_start answers host vmk1 "icmp or icmp6"
	for v in 4 6; do
		in_ns filer ping -qnc 2 -i 0.2 -W 2 "${a[vmk0_$v]}" >/dev/null
	done
	capture_stop answers
	for v in 4 6; do
		out+="$(echoes answers "${a[vmk0_$v]}") "
	done
	echo "${out% }"
}

# What only the ruleset before needs stays registered, and doesn't act.
hooks() {
	local v before

	# Without a better route, IPv6 answers there by itself.
	setup ip -n host -6 route add fd00::/64 dev vmk0 metric 1
	for v in 4 6; do
		reach "${a[vmk0_$v]}" vmk1
	done
	setup host_ctl policy set icmp-reply ingress
	setup host_ctl service add svc proto udp dport 7000
	setup host_ctl bind svc dev vmk1
	check_eq "echo replies leave where the request came in" "2 2 2 2" "$(answers)"
	setup host_ctl flush --confirm 600
	both "flushed" vmk0
	check_eq "flushed: echo replies leave by the routing table" "2 0 2 0" "$(answers)"
	again "undone" flush
	both "undone" vmk1
	check_eq "undone: echo replies leave where they came in" "2 2 2 2" "$(answers)"
	before=$(counter svc matched)
	setup host_ctl policy set enforce off --confirm 600
	both "enforce off" vmk0
	check_eq "and nothing is counted" "$before" "$(counter svc matched)"
	check_eq "nor are echo replies steered" "2 0 2 0" "$(answers)"
	setup host_ctl rollback
	both "rolled back" vmk1
	reach_any
	setup ip -n host -6 route del fd00::/64 dev vmk0 metric 1
	arp
	setup host_ctl flush
}

# vmk0 must not answer for vmk1's address while that is bound.
arp() {
	setup host_ctl policy set arp off --confirm 600
	check_eq "arp off: both devices answer" "11 12" "$(answering)"
	again "undone: arp" policy set arp off
	check_eq "undone: vmk1 answers for itself" 12 "$(answering)"
}

answering() { # last bytes of who answers for vmk1's address
	in_ns filer arping -b -c 8 -w 2 -I eth0 "$vmk1_4" |
		grep -oP '(?<=:)\w\w(?=\])' | sort -u | xargs
}

# While one waits the module stays, with services or without; not after that.
pinned() {
	setup host_ctl policy set arp all --confirm "$seconds"
	check_rc "no service: the module stays" 1 modprobe -r svcbind
	undone "until it is undone"
	check "then it can go" unload
	load
	setup host_ctl policy set arp all --confirm 600
	setup host_ctl confirm
	check "or once it is confirmed" unload
	load
	setup host_ctl service add svc proto tcp
	setup host_ctl flush --confirm 600
	check_rc "the services of before keep it" 1 modprobe -r svcbind
	setup host_ctl confirm
	check "until that is confirmed" unload
	load
}

# A namespace that ends meanwhile takes all of it along, also in the very moment.
namespaces_end() {
	local i ns

	for i in 1 2 3; do
		ns=ending$i
		setup ip netns add "$ns"
		setup svcbindctl -n "$ns" service add svc proto tcp
		setup svcbindctl -n "$ns" bind svc dev vmk1
		setup svcbindctl -n "$ns" bind svc dev vmk0 --confirm "$i"
		[ "$i" = 1 ] || setup ip netns del "$ns"
	done
	check "one is undone meanwhile" wait_for 20 \
		ended_waiting ending1
	setup ip netns del ending1
	check "three namespaces ended, and the module can go" unload
	load
}

ended_waiting() { # ended_waiting NETNS
	svcbindctl -n "$1" -j show | gojq -e '.confirm == null' >/dev/null
}

# sshd as it is, and somebody who binds it to a device that isn't there.
sshd_start() { # sshd_start ADDRESS ...
	local address

	setup ssh-keygen -q -t ed25519 -N "" -f "$tmp/key"
	setup ssh-keygen -q -t ed25519 -N "" -f "$tmp/host_key"
	setup mkdir -p /run/sshd
	{
		for address; do
			echo "ListenAddress $address"
		done
		cat <<-END
		Port 22
		HostKey $tmp/host_key
		AuthorizedKeysFile $tmp/key.pub
		StrictModes no
		PermitRootLogin yes
		PidFile none
		UsePAM no
		${GCOV_PREFIX:+SetEnv GCOV_PREFIX=$GCOV_PREFIX}
		END
	} >"$tmp/sshd_config"
	spawn host "$tmp/sshd.log" "$(command -v sshd || echo /usr/sbin/sshd)" \
		-D -e -f "$tmp/sshd_config"
	for address; do
		wait_for 30 reachable "$address" || bail "no sshd: $(cat "$tmp/sshd.log")"
	done
}

reachable() { # reachable ADDRESS: a new connection
	in_ns filer nc -z -w 2 "$1" 22
}

ssh_words=(-n -i "$tmp/key" -o StrictHostKeyChecking=no -o BatchMode=yes
	-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -l root)
remote() { # remote ADDRESS COMMAND
	in_ns filer ssh "${ssh_words[@]}" "$@"
}

ticks() {
	grep -c tick "$tmp/session"
}

ticked() { # ticked MORE-THAN
	[ "$(ticks)" -gt "$1" ]
}

lock_out() {
	local v ctl before n

	ctl=$(command -v svcbindctl)
	sshd_start "$vmk0_4" "$vmk0_6"
	setup host_ctl service add management preset management
	before=$(host_ctl -j show)
	for v in 4 6; do
		refused "v$v, in the session: refused, and says what to try" \
			"-f --confirm SECONDS" remote "${a[vmk0_$v]}" \
			"$ctl bind management dev vmk9 mode strict --confirm 600"
		spawn filer "$tmp/session" ssh "${ssh_words[@]}" "${a[vmk0_$v]}" \
			"$ctl -f bind management dev vmk9 mode strict \
				--confirm $((seconds + 2))
			while sleep 0.2; do echo tick; done"
		check "v$v: the change waits" wait_for 30 waits
		check_rc "v$v: locked out" 1 reachable "${a[vmk0_$v]}"
		check "v$v: still" waits
		n=$(ticks)
		undone "v$v: undone by the kernel"
		check "v$v: reachable again" wait_for 10 reachable "${a[vmk0_$v]}"
		check "v$v: the session goes on" wait_for 60 ticked $((n + 5))
		check_eq "v$v: all is as before" "$before" "$(host_ctl -j show)"
		reap "$spawned" TERM
	done
	setup host_ctl flush
}

base
usage
verbs
time_out
kept
hooks
pinned
namespaces_end
lock_out
finish
