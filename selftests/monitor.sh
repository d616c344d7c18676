#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Events: each change is told, once, to who may hear of it; what is lost is told
# as lost.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

declare -A monitor_pid

# It says nothing by itself: it listens when it tells of something.
monitor_start() { # monitor_start NAME NETNS ARGUMENT...: output in $tmp/NAME
	spawn "$2" "$tmp/$1" svcbindctl "${@:3}"
	monitor_pid[$1]=$spawned
	wait_for 20 heard "$1" "$2" || bail "no monitor: $(cat "$tmp/$1")"
}

heard() { # heard NAME NETNS
	svcbindctl -n "$2" policy set arp bound && [ -s "$tmp/$1" ]
}

# Looked at over and over, and so by bash itself.
read_events() { # $events: what the monitor "json" has printed since mark
	mapfile -t -s "$marked" events <"$tmp/json"
}

mark() {
	marked=0
	read_events
	marked=${#events[@]}
}

has_events() { # has_events MINIMUM
	read_events
	[ "${#events[@]}" -ge "$1" ]
}

has_event() { # has_event LINE [AFTER]: after so many others
	local event

	read_events
	for event in "${events[@]:${2-0}}"; do
		[ "$event" != "{\"version\":1,${1:1}" ] || return 0
	done
	return 1
}

since() { # since mark, without what all lines have
	read_events
	[ ${#events[@]} = 0 ] || printf '{%s\n' "${events[@]#'{"version":1,'}"
}

policy_event='{"event":"policy"}'

# A change whose event comes last shows that nothing else came before it.
told() { # told NAME "LINE ...": since mark
	local wanted=()

	[ -z "$2" ] || mapfile -t wanted <<<"$2"
	wait_for 20 has_events ${#wanted[@]}
	setup host_ctl policy set arp bound
	wait_for 20 has_event "$policy_event" ${#wanted[@]}
	check_eq "$1" "${2:+$2
}$policy_event" "$(since)"
}

tells() { # tells NAME "LINE ..." COMMAND...
	mark
	setup "${@:3}"
	told "$1" "$2"
}

is_state() { # is_state NEW OLD [DEV]
	local old=\"$2\"

	[ -n "$2" ] || old=null
	echo "{\"event\":\"device-state\",\"device\":\"${3-vmk1}\",\"state\":\"$1\",\"before\":$old}"
}

is_active() { # is_active NEW OLD
	local new=\"$1\" old=\"$2\"

	[ -n "$1" ] || new=null
	[ -n "$2" ] || old=null
	echo "{\"event\":\"active\",\"service\":\"svc\",\"device\":$new,\"before\":$old}"
}

changes() {
	tells "service add" '{"event":"service-new","service":"svc"}' \
		host_ctl service add svc proto tcp,udp dport 7000
	tells "service set" '{"event":"service-set","service":"svc"}' \
		host_ctl service set svc dport 7000-7001
	tells "bind: and what it is bound to" '{"event":"bind","service":"svc"}
'"$(is_state usable '')
$(is_active vmk1 '')" host_ctl bind svc dev vmk1
	tells "bind: no new device, no more to tell" \
		'{"event":"bind","service":"svc"}' host_ctl bind svc source keep
	tells "bind: another device" '{"event":"bind","service":"svc"}
'"$(is_state usable '' vmk0)
$(is_active vmk0 vmk1)" host_ctl bind svc dev vmk0
	tells "bind: none that is there" '{"event":"bind","service":"svc"}
'"$(is_state pending '' never)
$(is_active '' vmk0)" host_ctl bind svc dev never
	tells "unbind" '{"event":"unbind","service":"svc"}' host_ctl unbind svc
	tells "policy" "$policy_event" host_ctl policy set icmp-reply ingress
	tells "service del" '{"event":"service-del","service":"svc"}' \
		host_ctl service del svc
	tells "flush" '{"event":"flush"}' host_ctl flush
	mark
	check_rc "refused: an unknown service" 2 host_ctl bind svc dev vmk1
	setup host_ctl service add svc proto udp dport 7000
	check_rc "refused: a second one" 2 host_ctl service add svc proto tcp
	check_rc "refused: a bad device" 1 host_ctl bind svc dev a/b
	told "what is refused is not told" '{"event":"service-new","service":"svc"}'
}

link() { # link ARGUMENT...: of vmk1
	ip -n host link set vmk1 "$@"
}

one_family() { # one_family ADDRESS
	tells "all addresses go" "$(is_state no-address usable)
$(is_active vmk0 vmk1)" ip -n host address flush dev vmk1 scope global
	tells "$1 comes" "$(is_state usable no-address)
$(is_active vmk1 vmk0)" addresses_add host vmk1 "$1"
	tells "$1, the only one, goes" "$(is_state no-address usable)
$(is_active vmk0 vmk1)" ip -n host address del "$1" dev vmk1
	tells "$1 comes back" "$(is_state usable no-address)
$(is_active vmk1 vmk0)" addresses_add host vmk1 "$1"
}

last() { # last EVENT KEY WANTED [MORE]: of vmk1 or svc
	[[ "$(grep "\"event\":\"$1\",\"[a-z]*\":\"\(vmk1\|svc\)\"" "$tmp/json" |
		tail -n 1)" = *"\"$2\":\"$3\""* ]]
}

# After changes that may be told one by one, or several as one.
settle() {
	if ! wait_for 20 last device-state state usable ||
	   ! wait_for 20 last active device vmk1; then
		not_ok "vmk1 is used again" "$(tail -n 5 "$tmp/json")"
	fi
}

# The kernel notifies nobody when duplicate address detection is through.
detection() {
	setup in_ns host sysctl -qw net.ipv6.conf.vmk1.{accept_dad,dad_transmits}=1
	tells "an address goes" "$(is_state no-address usable)
$(is_active vmk0 vmk1)" ip -n host address del fd00::12/64 dev vmk1
	tells "one comes that is looked for elsewhere first" \
		"$(is_state usable no-address)
$(is_active vmk1 vmk0)" ip -n host address add fd00::12/64 dev vmk1
}

devices() {
	mark
	setup host_ctl bind svc dev vmk1,vmk0
	told "two devices" '{"event":"bind","service":"svc"}
'"$(is_state usable '')
$(is_state usable '' vmk0)
$(is_active vmk1 '')"
	tells "down" "$(is_state down usable)
$(is_active vmk0 vmk1)" link down
	tells "up" "$(is_state usable down)
$(is_active vmk1 vmk0)" link up
	tells "the peer is down: no carrier" "$(is_state no-carrier usable)
$(is_active vmk0 vmk1)" ip -n sw link set host.vmk1 down
	tells "the peer is up" "$(is_state usable no-carrier)
$(is_active vmk1 vmk0)" ip -n sw link set host.vmk1 up
	setup ip -n host link add br1 type bridge
	tells "a port of a bridge" "$(is_state enslaved usable)
$(is_active vmk0 vmk1)" link master br1
	tells "no more" "$(is_state usable enslaved)
$(is_active vmk1 vmk0)" link nomaster
	setup ip -n host link del br1
	tells "the spare one goes down" "$(is_state down usable vmk0)" \
		ip -n host link set vmk0 down
	tells "and the other" "$(is_state down usable)
$(is_active '' vmk1)" link down
	tells "renamed" "$(is_state pending down)" link name other1
	tells "renamed back" "$(is_state down pending)" \
		ip -n host link set other1 name vmk1
	tells "up again" "$(is_state usable down)
$(is_active vmk1 '')" link up
	tells "the spare one, too" "$(is_state usable down vmk0)" \
		ip -n host link set vmk0 up
	tells "in another namespace" "$(is_state pending usable)
$(is_active vmk0 vmk1)" link netns filer
	setup ip -n filer link set vmk1 netns host
	vmk1_restore
	settle
	tells "deleted" "$(is_state pending usable)
$(is_active vmk0 vmk1)" ip -n host link del vmk1
	vmk1_restore
	settle
	one_family 10.0.0.12/24
	one_family fd00::12/64
	detection
	tells "a second address: nothing changes" "" \
		addresses_add host vmk1 10.0.0.112/24
	tells "nor when it goes" "" ip -n host address del 10.0.0.112/24 dev vmk1
	vmk1_restore
	settle
}

# Whatever came and went so fast that it was told as one.
chains() {
	# shellcheck disable=SC2016 # the dollars are gojq's
	check_eq "each event goes on from the one before" "" "$(gojq -c --slurp '
		def broken(key; now): group_by(key)[] | . as $all |
			range(1; length) | $all[.] as $one |
			select($one.before and $one.before != ($all[. - 1] | now)) | $one;
		(map(select(.event == "device-state")) | broken(.device; .state)),
		(map(select(.event == "active")) | broken(.service; .device))' \
		"$tmp/json")"
}

undo() {
	host_ctl bind svc dev vmk0 --confirm 600 &&
		wait_for 20 last active device vmk0 &&
		host_ctl rollback && wait_for 20 last active device vmk1
}

expire() { # the kernel's own rollback
	host_ctl policy set arp all --confirm 1 &&
		wait_for 30 has_event '{"event":"rollback"}'
}

keep() {
	host_ctl bind svc source keep --confirm 600 && host_ctl confirm
}

replace() { # replace [dry-run]: by what there is
	printf '%s\n' begin "add svc proto=17 dport=7000 dev=vmk1,vmk0" "commit $1" |
		in_ns host transact.py | grep -q "^commit OK"
}

# Bound to vmk1 and vmk0 before and after.
waiting() {
	local bound='{"event":"bind","service":"svc"}'

	tells "rolled back" "$bound
$(is_active vmk0 vmk1)
{\"event\":\"rollback\"}
$(is_active vmk1 vmk0)" undo
	tells "rolled back, as nobody confirmed" "$policy_event
{\"event\":\"rollback\"}" expire
	tells "confirmed" "$bound
{\"event\":\"confirm\"}" keep
	tells "all at once, but nothing else than before" '{"event":"replace"}' \
		replace ""
	tells "only tried" "" replace dry-run
}

dropping() { # dropping ADDRESS: packets of svc, for as long as it is let
	# shellcheck disable=SC2016 # for the inner shell
	spawn host /dev/null bash -c \
		'while :; do echo >"/dev/udp/$1/7000"; read -rt 0.05 <> <(:); done' - "$1"
}

drop_events() { # drop_events REASON: those with the time, all that there were
	grep "\"event\":\"drop\".*\"reason\":\"$1\"" "$tmp/times"
}

has_drops() { # has_drops REASON MINIMUM
	[ "$(drop_events "$1" | wc -l)" -ge "$2" ]
}

drops() {
	local v first second seen

	setup host_ctl bind svc dev vmk1
	check_words "a source of another device" "errno=EHOSTUNREACH" \
		probe -b "$vmk0_4" sendto "$filer4" 7000
	check "a conflict is told" wait_for 20 has_drops conflict 1
	setup link down
	for v in 4 6; do
		dropping "${a[filer_$v]}"
	done
	check "that nothing is usable is told" wait_for 20 has_drops no_device 1
	check "it is told again while it goes on" wait_for 60 has_drops no_device 2
	check "and again" wait_for 60 has_drops no_device 3
	{ read -r first; read -r second; } < <(drop_events no_device | gojq -r .time)
	check_num "but ten seconds later, or some less as it is read" \
		$(($(date -d "$second" +%s) - $(date -d "$first" +%s))) -ge 8
	check_eq "each time there were more" true "$(drop_events no_device |
		gojq --slurp 'map(.count) | . == unique and .[0] > 0')"
	check_num "many were dropped for each line" "$(counter svc drop.no_device)" \
		-gt $((20 * $(drop_events no_device | wc -l)))
	check_eq "the conflict was told once" 1 "$(drop_events conflict | wc -l)"
	setup host_ctl bind svc mode audit
	seen=$(drop_events no_device)
	check "audit: they are counted" wait_for 60 counted svc drop.no_device \
		$(($(counter svc drop.no_device) + 300))
	check_eq "audit: nothing is told, as nothing is dropped" "$seen" \
		"$(drop_events no_device)"
	reap "${background[-1]}" KILL
	reap "${background[-1]}" KILL
	setup host_ctl bind svc mode strict
	setup link up
	settle
}

# The first line is that of monitor_start().
elsewhere() {
	check_eq "another namespace heard of none of it" "$(sort -u "$tmp/filer")" \
		'{"version":1,"event":"policy"}'
	setup svcbindctl -n filer service add theirs proto sctp
	wait_for 20 grep -q theirs "$tmp/filer"
	check "but hears of its own" grep -qx \
		'{"version":1,"event":"service-new","service":"theirs"}' "$tmp/filer"
	check_rc "which is heard of nowhere else" 1 grep -q theirs "$tmp/json" "$tmp/text"
	setup svcbindctl -n filer flush
}

texts() {
	local line

	while read -r line; do
		check "text: $line" grep -qxE "$line" "$tmp/text"
	done <<-'END'
	service svc added
	service svc changed
	service svc deleted
	service svc bound
	service svc unbound
	policy changed
	configuration flushed
	configuration replaced
	change confirmed
	change rolled back
	device never pending
	device vmk1 usable
	device vmk1 no-carrier, was usable
	service svc uses vmk1
	service svc uses vmk0, was vmk1
	service svc has no usable device, was vmk1
	service svc drops packets: no-device, [0-9]+ until now
	END
	check_eq "nothing went wrong" "" "$(grep -E '^svcbindctl|unknown' "$tmp/text")"
	check_eq "each generation was told once" "" "$(gojq -r 'select(.event |
		IN("device-state", "active", "drop", "confirm") | not) | .generation' \
		"$tmp/stats" |
		awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 }')"
	check_eq "all times are RFC 3339's, local, and in order" "" "$(
		gojq -r .time "$tmp/times" | grep -vxE \
		'[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}\+05:30'
		gojq -r .time "$tmp/times" | sort -c 2>&1)"
}

refused() { # refused NAME COMMAND...
	local rc

	timeout 30 "${@:2}" >"$tmp/out" 2>&1
	rc=$?
	check_eq "$1: refused, in one line" "2 1" "$rc $(grep -c . "$tmp/out")"
}

unprivileged() {
	local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --)
	local host=(nsenter --net=/run/netns/host "${nobody[@]}")

	refused "unprivileged" "${host[@]}" svcbindctl monitor
	refused "root of a user namespace in a netns of others" \
		"${host[@]}" unshare -Ur svcbindctl monitor
	# shellcheck disable=SC2016 # for the inner shell
	check "root of a user namespace in a netns of its own" \
		timeout 60 "${nobody[@]}" unshare -Urn bash -c '
			svcbindctl -j monitor > >(grep -m 1 -q policy) &
			monitor=$! # that of "<(:)" is another one
			while kill -0 "$monitor" 2>/dev/null; do
				svcbindctl policy set arp bound
				read -rt 0.1 <> <(:)
			done
			wait "$monitor"'
}

ours() { # ours FILE: types of messages but those of the family of families
	grep -vx "ready.*\|type 16" "$tmp/$1" | sort -u
}

heard_ours() {
	[ -n "$(ours root)" ]
}

# Before the module is loaded nobody owns its group, and anybody can join that.
eavesdroppers() {
	spawn host "$tmp/nobody" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$here/overhear.py"
	spawn host "$tmp/root" "$here/overhear.py"
	wait_for 20 grep -q ready "$tmp/nobody" || not_ok "an eavesdropper"
	wait_for 20 grep -q ready "$tmp/root" || not_ok "a listener"
	load
	setup host_ctl policy set arp bound
	check "who joined before there was a module hears of changes" \
		wait_for 20 heard_ours
	if grep -q ' netlink_broadcast_filtered$' /proc/kallsyms; then
		check_eq "but not who couldn't join now" "" "$(ours nobody)"
	else
		ktap_count=$((ktap_count + 1))
		echo "ok $ktap_count but not who couldn't join now # SKIP not in this kernel"
	fi
	reap "${background[-1]}" KILL
	reap "${background[-1]}" KILL
}

# Stopped, it reads nothing; the kernel keeps some for it, and then no more.
overrun() {
	local before

	before=$(sysctl -n net.core.rmem_max)
	setup sysctl -qw net.core.rmem_max=65536
	monitor_start slow host -j monitor
	monitor_start slowtext host monitor
	setup sysctl -qw net.core.rmem_max="$before"
	kill -STOP "${monitor_pid[slow]}" "${monitor_pid[slowtext]}"
	setup in_ns host "$here/fill.py" 600
	kill -CONT "${monitor_pid[slow]}" "${monitor_pid[slowtext]}"
	check "an overrun is told" wait_for 60 grep -qx '{"version":1,"event":"overrun"}' \
		"$tmp/slow"
	check "and in text" wait_for 60 grep -qx \
		"overrun: events were lost, the present state follows" "$tmp/slowtext"
	check "the present state follows" wait_for 60 resynchronised
	check "and in text" wait_for 60 grep -q "^s600 " "$tmp/slowtext"
	check_eq "it is the whole state" "$(host_ctl -j show)" "$(after_overrun)"
	setup host_ctl service del s600
	check "then come events again" wait_for 20 grep -qx \
		'{"version":1,"event":"service-del","service":"s600"}' "$tmp/slow"
	check_num "some events were lost" "$(grep -c service-new "$tmp/slow")" -lt 600
	setup host_ctl flush
}

# Changes come faster than the state can be read: it goes on trying.
overtaken() {
	local before stirrer

	setup in_ns host "$here/fill.py" 600
	before=$(sysctl -n net.core.rmem_max)
	setup sysctl -qw net.core.rmem_max=65536
	monitor_start chased host -j monitor
	setup sysctl -qw net.core.rmem_max="$before"
	kill -STOP "${monitor_pid[chased]}"
	spawn host "$tmp/stir" "$here/fill.py" 0 stir
	stirrer=$spawned
	wait_for 60 stirred 2 || not_ok "changes come" "$(<"$tmp/stir")"
	kill -CONT "${monitor_pid[chased]}"
	check "an overrun is told" wait_for 60 grep -q '"event":"overrun"' "$tmp/chased"
	check "changes go on" wait_for 120 stirred $(($(grep -c . "$tmp/stir") + 3))
	reap "$stirrer" KILL
	check "when they end, the state follows" wait_for 60 caught_up
	setup host_ctl service del s600
	check "then come events again" wait_for 20 grep -qx \
		'{"version":1,"event":"service-del","service":"s600"}' "$tmp/chased"
	reap "${monitor_pid[chased]}" TERM
	check_eq "it ends well" 0 $?
	setup host_ctl flush
}

stirred() { # stirred THOUSANDS: of changes, so far
	[ "$(grep -c . "$tmp/stir")" -ge "$1" ]
}

caught_up() { # the last overrun is followed by the state
	awk '/"event":"overrun"/ { state = 0 } /"services":/ { state = 1 }
		END { exit !state }' "$tmp/chased"
}

after_overrun() {
	sed -n '/"event":"overrun"/{n;p}' "$tmp/slow" | head -n 1
}

resynchronised() {
	after_overrun | gojq -e '.services[] | select(.name == "s600")'
}

stuck_monitor() { # somebody holds the other end of its pipe, and reads nothing
	exec {stall}<>"$tmp/pipe"
	dd if=/dev/zero of="$tmp/pipe" bs=4096 oflag=nonblock 2>/dev/null
	nsenter --net=/run/netns/host svcbindctl monitor >"$tmp/pipe" \
		2>"$tmp/pipe.err" {stall}<&- &
	spawned=$!
	background+=("$spawned")
	check "what it prints doesn't go into a full pipe" wait_for 60 is_stuck "$spawned"
}

is_stuck() { # is_stuck PID
	host_ctl policy set arp bound && grep -q pipe_w "/proc/$1/wchan"
}

stalled() {
	local signal rc

	for signal in INT TERM; do
		stuck_monitor
		reap "$spawned" "$signal"
		rc=$?
		exec {stall}<&-
		check_eq "SIG$signal ends it well although nobody reads" "0 " \
			"$rc $(<"$tmp/pipe.err")"
	done
	stuck_monitor
	exec {stall}<&-
	reap "$spawned"
	rc=$?
	check_eq "that the reader goes does, too" "0 " "$rc $(<"$tmp/pipe.err")"
}

ends() {
	reap "${monitor_pid[json]}" INT
	check_eq "SIGINT ends it well" 0 $?
	reap "${monitor_pid[text]}" TERM
	check_eq "SIGTERM ends it well" 0 $?
	setup mkfifo "$tmp/pipe"
	stalled
	nsenter --net=/run/netns/host svcbindctl monitor >"$tmp/pipe" 2>"$tmp/pipe.err" &
	background+=($!)
	exec {reader}<"$tmp/pipe"
	exec {reader}<&-
	check "it ends when nobody reads" wait_for 20 is_gone "${background[-1]}"
	reap "${background[-1]}"
	check_eq "well" 0 $?
	check_eq "and says nothing" "" "$(<"$tmp/pipe.err")"
	check "unloaded while it listens" svcbindctl -n host -f unload
	reap "${monitor_pid[stats]}"
	check_eq "it ends with 3" 3 $?
	check_eq "and says why, in one line" \
		'{"version":1,"error":{"what":"monitor","why":"svcbind was unloaded","status":3}}' \
		"$(tail -n 1 "$tmp/stats")"
	check_rc "not loaded: 3" 3 svcbindctl -n host monitor
}

is_gone() { # is_gone PID
	! kill -0 "$1"
}

topology
eavesdroppers
serve filer 7000
unprivileged
check_rc "bad usage" 1 host_ctl monitor nfs
monitor_start json host -j monitor
monitor_start text host monitor
monitor_start stats host -j -s monitor
TZ=IST-5:30 monitor_start times host -j monitor -t
monitor_start filer filer -j monitor
changes
devices
waiting
drops
chains
texts
elsewhere
overrun
overtaken
ends
finish
