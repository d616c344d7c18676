#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# soak.sh MINUTES: everything at once.  Traffic, changes, devices that flap,
# namespaces that come and go, readers, and the module unloaded under all of it.
# "make soak" runs it in a virtual machine.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

minutes=${1-1}
[[ "$minutes" =~ ^[0-9]+$ ]] || bail "usage: soak.sh MINUTES"
soak=$here/soak
reload_every=20
# An emulated machine with a debug kernel can be a hundred times slower.
patience=300

# Locks for who needs the module, see storm.py.
locks_open() {
	exec 8>"$tmp/gate" 9>"$tmp/turn"
}

enter() {
	flock 8 && flock -s 9 && flock -u 8
}

leave() {
	flock -u 9
}

running() {
	[ ! -e "$tmp/stop" ]
}

count() { # count NAME: one more, by this worker
	counts[$1]=$((${counts[$1]-0} + 1))
}

# Calls its command again and again until all is told to stop.  A round that
# fails ends the worker, and is a failure of the whole.
worker() { # worker NAME COMMAND...
	local name=$1
	declare -A counts=()

	locks_open
	while running; do
		"${@:2}" || {
			echo "worker $name: a round failed"
			exit 1
		}
	done
	for name in "${!counts[@]}"; do
		echo "$name ${counts[$name]}"
	done
}

declare -A workers=()
start() { # start NAME COMMAND...
	"${@:2}" >"$tmp/worker.$1" 2>&1 </dev/null &
	workers[$1]=$!
	background+=($!)
}

# Every step is a flap; they belong to one worker, which nobody gets in the way of.
steps() { # steps: lines of ip(8) arguments
	local line

	while read -r line; do
		# shellcheck disable=SC2086 # words
		ip $line || {
			echo "ip $line"
			return 1
		}
		count flaps
	done
}

# Below an MTU of 1280 a device has no IPv6, and loses its addresses.
flap_vmk1() {
	steps <<-END
		-n host link set vmk1 down
		-n host link set vmk1 up
		-n sw link set host.vmk1 down
		-n sw link set host.vmk1 up
		-n host address del 10.0.0.12/24 dev vmk1
		-n host address add 10.0.0.12/24 dev vmk1
		-n host address del fd00::12/64 dev vmk1
		-n host address add fd00::12/64 dev vmk1 nodad
		-n host link set vmk1 mtu 1000
		-n host link set vmk1 mtu 1500
		-n host address add fd00::12/64 dev vmk1 nodad
	END
}

flap_other() { # flap_other NUMBER: made, renamed, enslaved, moved, deleted
	local dev=fl$1 other=other$1

	steps <<-END
		-n host link add $dev type veth peer name host.$dev netns sw
		-n sw link set host.$dev master br0 up
		-n host address add 10.0.0.2$1/24 dev $dev
		-n host address add fd00::2$1/64 dev $dev nodad
		-n host link set $dev up
		-n host link set $dev down
		-n host link set $dev name $other
		-n host link set $other up
		-n host link set $other down
		-n host link set $other name $dev
		-n host link set $dev up
		-n host link add br$dev type bridge
		-n host link set $dev master br$dev
		-n host link set $dev nomaster
		-n host link del br$dev
		-n host link set $dev netns filer
		-n filer link set $dev netns host
		-n host link set $dev up
		-n host link del $dev
	END
}

# SIGTERM is caught by then, and not by the shell that it was before; see
# proc_pid_status(5).
listens() { # listens PID: or has ended
	[[ "$(cat "/proc/$1/status")" =~ ^Name:.svcbindctl.*SigCgt:.[0-9a-f]{12}[4-7c-f] ]] ||
		ended "$1"
}

# Some seconds, or until a reload; what it couldn't read in time it reads anew.
listener() {
	local pid

	svcbindctl -n host -j monitor >/dev/null 2>"$tmp/listener" &
	pid=$!
	wait_for "$patience" listens "$pid"
	wait_for 5 ended "$pid" || kill -TERM "$pid"
	wait "$pid"
	case $? in
	0) count listeners ;;
	2 | 3) read -rt 0.2 <> <(:) ;; # there is no module now
	*) cat "$tmp/listener"; return 1 ;;
	esac
	return 0
}

# Devices, services and a little traffic in a namespace that ends with them.
namespace() {
	local ns=soak rc=0

	enter
	ip netns add "$ns" &&
		ip -n "$ns" link add vmk0 type dummy &&
		ip -n "$ns" address add 10.9.0.1/24 dev vmk0 &&
		ip -n "$ns" link set vmk0 up &&
		svcbindctl -n "$ns" service add svc proto any to 10.9.0.0/24 &&
		svcbindctl -n "$ns" bind svc dev vmk0,vmk1 &&
		svcbindctl -n "$ns" policy set icmp-reply ingress arp all || rc=1
	in_ns "$ns" sock_probe -t 1 -n 20 sendto 10.9.0.2 7000 >/dev/null
	ip netns del "$ns" || rc=1
	leave
	count namespaces
	return "$rc"
}

# Some dumps in a row, the last of which has to add up.  A reader that meets a
# writer time after time gives up, with status 2.
dump() {
	local shown='' rc=0

	enter
	for _ in 1 2 3 4 5; do
		shown=$(svcbindctl -n host -j -s show 2>"$tmp/dump.$BASHPID")
		rc=$?
		case "$rc" in
		0) count dumps ;;
		2) count overtaken ;;
		*) break ;;
		esac
	done
	leave
	case "$rc" in
	0) adds_up <<<"$shown" ;;
	2) grep -q "chang" "$tmp/dump.$BASHPID" ;;
	*) cat "$tmp/dump.$BASHPID" && return 1 ;;
	esac
}

# matched = pass + steer + rewrite + fallback + all drops
adds_up() { # adds_up: its input, of every service
	gojq -e '[.services[].counters | .matched ==
		.pass + .steer + .rewrite + .fallback + (.drop | add)] | all' >/dev/null
}

# Traffic goes on until it is killed, and comes to grief again and again.  On a
# slow machine it takes what the changes leave, or there would be none.
again() { # again NETNS COMMAND...
	# shellcheck disable=SC2016 # for the inner shell
	spawn "$1" /dev/null nice -n 19 bash -c \
		'while :; do "$@"; read -rt 0.5 <> <(:); done' - "${@:2}"
}

flood_out() { # flood_out ADDRESS PORT: and the port after that
	iperf3_server filer "$2"
	again host timeout --foreground 60 iperf3 -c "$1" -p "$2" -b 3M -t 50 --connect-timeout 2000
	iperf3_server filer $(($2 + 1))
	again host timeout --foreground 60 iperf3 -c "$1" -p $(($2 + 1)) -u -b 1M -t 50 \
		--connect-timeout 2000
	again host sock_probe -t 200 -i 2 -n 1000 sendto "$1" 7000
	again host sock_probe -t 500 -i 2 -n 50 tcp "$1" 7000
	again host ping -qn -i 0.02 -c 5000 -W 1 "$1"
}

flood_in() { # flood_in ADDRESS
	again filer ping -qn -i 0.02 -c 5000 -W 1 "$1"
	again filer sock_probe -t 500 -i 2 -n 50 tcp "$1" 7001
	again filer sock_probe -t 200 -i 5 -n 1000 -s 4000 udp "$1" 7001
}

floods() {
	flood_out "$filer4" 5201
	flood_out "$filer6" 5203
	flood_in "$vmk0_6"
	flood_in "$vmk1_4"
}

packets() { # packets: that the filer has sent and received
	local stats=/sys/class/net/eth0/statistics

	ip netns exec filer sh -c "cat $stats/rx_packets $stats/tx_packets" |
		awk '{ n += $1 } END { print n }'
}

# With the module for itself; the traffic goes on.
reloads=0
reload() {
	flock 8
	flock 9
	host_ctl -f flush && unload_soon &&
		modprobe svcbind && host_ctl policy set icmp-reply ingress
	reload_rc=$?
	flock -u 9
	flock -u 8
	reloads=$((reloads + 1))
	return "$reload_rc"
}

# A namespace that was deleted holds the module until its end.
unload_soon() {
	wait_for "$patience" modprobe -r svcbind
}

all_alive() {
	local pid

	for pid in "${workers[@]}"; do
		! ended "$pid" || return
	done
}

churn() {
	local end=$((SECONDS + minutes * 60)) next=$((SECONDS + reload_every))
	local said=$SECONDS

	while [ "$SECONDS" -lt "$end" ] && all_alive; do
		sleep 0.5
		if [ "$SECONDS" -ge $((said + 30)) ]; then
			said=$SECONDS
			echo "# $((end - SECONDS)) s left, $reloads reloads, $(packets) packets"
		fi
		[ "$SECONDS" -ge "$next" ] || continue
		if ! reload; then
			not_ok "reload $reloads"
			return
		fi
		next=$((SECONDS + reload_every))
	done
}

ended() { # ended PID
	! kill -0 "$1" 2>/dev/null
}

stop_workers() {
	local name

	touch "$tmp/stop"
	for name in "${!workers[@]}"; do
		[[ "$name" != storm* ]] || kill -TERM "${workers[$name]}"
	done
	for name in "${!workers[@]}"; do
		wait_for "$patience" ended "${workers[$name]}" ||
			not_ok "worker $name ends" "$(cat "$tmp/worker.$name")"
		reap "${workers[$name]}"
		check_eq "worker $name did its work" "0 " \
			"$? $(grep -vE '^([a-z]+ [0-9]+ *)+$' "$tmp/worker.$name")"
	done
}

total() { # total NAME: of all workers
	cat "$tmp"/worker.* | grep -oP "(?<=\b$1 )\d+" | awk '{ n += $1 } END { print n + 0 }'
}

# A known number of packets, on every processor, counted as so many.
exact() {
	local cpu

	setup host_ctl flush
	setup host_ctl service add exact proto udp dport 7300
	setup host_ctl bind exact dev vmk1
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		in_ns host taskset -c "$cpu" sock_probe -t 1 -n 50 \
			sendto "$filer4" 7300 >/dev/null
		in_ns host taskset -c "$cpu" sock_probe -t 1 -n 50 \
			sendto "$filer6" 7300 >/dev/null
	done
	check_num "as many packets are counted as were sent" \
		"$(counter exact matched)" -eq $((100 * $(nproc)))
	check_eq "its device has them all" $((100 * $(nproc))) \
		"$(host_json '.services[0].binding.devices[0].packets')"
}

works() { # works FAMILY: the network is as it was
	probe tcp "${a[filer_$1]}" 7000 | grep -q "errno=0 .*seen=${a[vmk1_$1]}" &&
		probe sendto "${a[filer_$1]}" 7000 | grep -q "seen=${a[vmk1_$1]}"
}

afterwards() {
	local v

	check "the counters of every service add up" adds_up < <(host_ctl -j -s show)
	exact
	setup host_ctl service add svc proto tcp,udp dport 7000
	setup host_ctl bind svc dev vmk1
	for v in 4 6; do
		check "v$v: a service is steered as ever" \
			wait_for "$patience" works "$v"
	done
	setup host_ctl -f flush
	check "the module goes, under traffic" unload_soon
}

everything_ends() {
	local rc

	teardown
	"$here/no-leaks" >"$tmp/leaks"
	rc=$?
	if [ "$rc" = 4 ]; then
		ok "nothing leaked # SKIP no kmemleak in this kernel"
		skipped=1
	else
		check_eq "nothing leaked" "0 " "$rc $(head -n 40 "$tmp/leaks")"
	fi
	dmesg >"$tmp/dmesg"
	check "the kernel has nothing to complain about" \
		"$here/vm/log-verdict" "$tmp/dmesg"
}

skipped=0
base
serve host 7001
[ ! -w /sys/kernel/debug/kmemleak ] || echo clear >/sys/kernel/debug/kmemleak
setup host_ctl policy set icmp-reply ingress
floods
locks_open
before=$(packets)
for seed in 1 2; do
	start "storm$seed" nsenter --net=/run/netns/host -- \
		"$soak/storm.py" "$tmp" "$seed"
done
start vmk1 worker vmk1 flap_vmk1
start other0 worker other0 flap_other 0
start other1 worker other1 flap_other 1
start namespaces worker namespaces namespace
start reader1 worker reader1 dump
start reader2 worker reader2 dump
start listener worker listener listener
churn
check "all workers have lasted" all_alive
stop_workers
sent=$(($(packets) - before))
afterwards
everything_ends
for what in changes flaps namespaces dumps listeners; do
	check_num "there were $what" "$(total "$what")" -gt 0
done
check_num "there was traffic" "$sent" -gt 1000
cat <<-END
	# total: $sent packets, $(total changes) changes and $(total refused) refused,
	# $(total flaps) flaps, $(total namespaces) namespaces, $reloads reloads,
	# $(total dumps) dumps and $(total overtaken) overtaken by changes
END
ktap_done=1
echo "1..$ktap_count"
echo "$((ktap_count - ktap_bad - skipped)) passed, $ktap_bad failed, $skipped skipped"
[ "$ktap_bad" = 0 ]
exit
