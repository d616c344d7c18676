# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests share: KTAP, waiting, networks in namespaces, and capture.sh.
#
# The standard network is one subnet on one bridge: namespace "host" has vmk0
# and vmk1 in it, "filer" has eth0, "sw" is the bridge.  vmk0 comes first, so
# the routing table elects it for everything.

here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
PATH=$here:$PATH
tmp=$(mktemp -d)
# shellcheck source=selftests/capture.sh
. "$here/capture.sh"

filer4=10.0.0.100 filer6=fd00::100
# shellcheck disable=SC2034 # for those who source this
vmk0_4=10.0.0.11 vmk1_4=10.0.0.12 vmk0_6=fd00::11 vmk1_6=fd00::12
# The same for loops over both families: ${a[vmk1_$v]}.
# shellcheck disable=SC2034
declare -A a=([filer_4]=$filer4 [filer_6]=$filer6 [vmk0_4]=$vmk0_4
	[vmk0_6]=$vmk0_6 [vmk1_4]=$vmk1_4 [vmk1_6]=$vmk1_6)

ktap_count=0 ktap_bad=0 ktap_done=''

diag() { # diag: its input as diagnostics
	sed 's/^/# /'
}

ok() { # ok NAME
	ktap_count=$((ktap_count + 1))
	echo "ok $ktap_count $1"
}

not_ok() { # not_ok NAME [TEXT]
	ktap_count=$((ktap_count + 1))
	ktap_bad=$((ktap_bad + 1))
	[ -z "${2-}" ] || diag <<<"$2"
	echo "not ok $ktap_count $1"
	# For who wants to know no more than whether this fails.
	[[ ! "$1" =~ ${FAIL_FAST-^$} ]] || { FAIL_FAST='^$'; finish; }
}

# A test that cannot go on: what it did not run counts as failed.
bail() { # bail TEXT
	not_ok "preparation" "$1"
	finish
}

check() { # check NAME COMMAND...: it succeeds
	local name=$1 out rc

	shift
	out=$("$@" 2>&1)
	rc=$?
	if [ "$rc" = 0 ]; then
		ok "$name"
	else
		not_ok "$name" "exit $rc: $*
$out"
	fi
}

check_rc() { # check_rc NAME STATUS COMMAND...
	local name=$1 want=$2 out rc

	shift 2
	out=$("$@" 2>&1)
	rc=$?
	if [ "$rc" = "$want" ]; then
		ok "$name"
	else
		not_ok "$name" "exit $rc, not $want: $*
$out"
	fi
}

check_eq() { # check_eq NAME WANTED GOT
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got:    $3
wanted: $2"
	fi
}

check_num() { # check_num NAME NUMBER -eq|-gt|... NUMBER
	if [[ "$2" =~ ^-?[0-9]+$ ]] && test "$2" "$3" "$4"; then
		ok "$1"
	else
		not_ok "$1" "not so: '$2' $3 $4"
	fi
}

# Every word must be one of the output's; "ms<N" bounds the value of "ms=".
check_words() { # check_words NAME "WORD ..." COMMAND...
	local name=$1 words=$2 out word bad=''

	shift 2
	out=$("$@" 2>&1)
	for word in $words; do
		case "$word" in
		"ms<"*)
			[[ " $out" =~ [[:space:]]ms=([0-9]+) ]] &&
				[ "${BASH_REMATCH[1]}" -lt "${word#ms<}" ] ||
				bad+=" $word"
			;;
		*)
			[[ " ${out//$'\n'/ } " == *" $word "* ]] || bad+=" $word"
			;;
		esac
	done
	if [ -z "$bad" ]; then
		ok "$name"
	else
		not_ok "$name" "command: $*
output: $out
missing:$bad"
	fi
}

finish() {
	teardown
	ktap_done=1
	echo "1..$ktap_count"
	[ "$ktap_bad" = 0 ]
	exit
}

at_exit() {
	if [ -z "$ktap_done" ]; then
		teardown
		echo "Bail out! the test ended early"
		trap - EXIT
		exit 1
	fi
	rm -rf "$tmp"
}
trap at_exit EXIT
trap 'exit 1' INT TERM HUP
[ "${KTAP-1}" = 0 ] || echo "TAP version 13"

# Nothing ever comes out of this.  To wait for it is to sleep without a process
# for that.
exec {nothing}<> <(:)

wait_for() { # wait_for SECONDS COMMAND...
	local end=$((SECONDS + $1 + 1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		! read -rt 0.05 -u "$nothing"
	done
}

# Says what grep -qF would, without a process: some files are asked over and over.
# Each line has a newline before it, so that its beginning can be asked for.
holds() { # holds FILE TEXT
	local text=''

	IFS='' read -rd '' text <"$1"
	[[ $'\n'"$text" = *"$2"* ]]
}

# A kernel of our own, which finds bugs and takes ten times as long.
slow_kernel() {
	[[ "$(</proc/sys/kernel/osrelease)" =~ -(debug|kcsan)$ ]]
}

in_ns() { # in_ns NETNS COMMAND...; mounts made by it stay
	nsenter --net="/run/netns/$1" -- "${@:2}"
}

background=()
spawn() { # spawn NETNS OUTPUT COMMAND...: in the background, its id in $spawned
	# Of an earlier one nothing is there when this returns: what is looked for in it
	# would be found too early.
	[ ! -f "$2" ] || : >"$2"
	exec setsid nsenter --net="/run/netns/$1" -- "${@:3}" >"$2" 2>&1 </dev/null &
	spawned=$!
	background+=("$spawned")
}

# It is before its Nth sendmsg() when this returns, and stays there until let_go().
# strace writes what was entered at once, and -D makes it the child.
spawn_held() { # spawn_held NETNS OUTPUT N COMMAND...
	rm -f "$tmp/strace"
	spawn "$1" "$2" strace -D -qqo "$tmp/strace" -e trace=sendmsg \
		-e "inject=sendmsg:delay_enter=1000000000:when=$3" "${@:4}"
	wait_for 60 eval "[ \$(grep -c ^sendmsg '$tmp/strace') -ge $3 ]" ||
		bail "not held back: $(cat "$tmp/strace" "$2")"
}

let_go() { # let_go PID: what was spawned so goes on
	kill -KILL "$(sed -n 's/^TracerPid:[[:space:]]*//p' "/proc/$1/status")"
}

# With what it has started, where that stayed in its process group: a child of a
# loop can wait for half a minute for an answer, and keeps its namespace until then.
reap() { # reap PID [SIGNAL]
	local pid rc keep=()

	# bash says on stderr what was killed, and as soon as it knows.
	{
		[ -z "${2-}" ] || kill "-$2" -- "-$1" || kill "-$2" "$1"
		wait "$1"
		rc=$?
	} 2>/dev/null
	for pid in "${background[@]}"; do
		[ "$pid" = "$1" ] || keep+=("$pid")
	done
	background=("${keep[@]}")
	return "$rc"
}

check_exit() { # check_exit NAME PID: what was spawned ends well
	local rc

	reap "$2"
	rc=$?
	check_eq "$1" 0 "$rc"
}

# The initial namespace plays the part of $machine, where there is one: what the
# kernel has only there takes no other.
namespaces=() machine=''
netns_add() { # netns_add NAME...
	local name

	for name; do
		if [ "$name" = "$machine" ]; then
			ip netns attach "$name" "$$" || bail "no name $name"
		else
			ip netns add "$name" || bail "no namespace $name"
		fi
		namespaces+=("$name")
		ip -n "$name" link set lo up
		in_ns "$name" sysctl -qw net.ipv4.conf.{all,default}.rp_filter=0 \
			net.ipv6.conf.{all,default}.accept_dad=0 \
			net.ipv6.conf.{all,default}.keep_addr_on_down=1 \
			net.ipv6.conf.default.router_solicitations=0 \
			net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	done
}

netns_del() { # netns_del NAME...
	local name

	for name; do
		ip netns del "$name"
	done
}

bridge_add() { # bridge_add NETNS
	ip -n "$1" link add br0 type bridge forward_delay 0 mcast_snooping 0
	ip -n "$1" link set br0 up
}

# A device at the bridge in another namespace; the bridge's end is NETNS.DEV.
# The last byte of the hardware address is the last number of the first address.
port_add() { # port_add NETNS DEV BRIDGE-NETNS ADDRESS...
	local ns=$1 dev=$2 sw=$3 address last

	last=${4%/*}
	last=${last##*[.:]}
	ip -n "$sw" -b - <<-END || bail "no device $dev in $ns"
		link add $ns.$dev type veth peer name $dev netns $ns \
			address 02:00:00:00:00:${last: -2}
		link set $ns.$dev master br0 up
	END
	addresses_add "$ns" "$dev" "${@:4}" || bail "not all addresses at $dev in $ns"
	ip -n "$ns" link set "$dev" up
}

addresses_add() { # addresses_add NETNS DEV ADDRESS...
	local address

	for address in "${@:3}"; do
		case "$address" in
		*:*) echo "address add $address dev $2 nodad" ;;
		*) echo "address add $address dev $2" ;;
		esac
	done | ip -n "$1" -b -
}

addresses() { # addresses DEV: those that it has in the standard network
	case "$1" in
	vmk0) echo 10.0.0.11/24 fd00::11/64 ;;
	vmk1) echo 10.0.0.12/24 fd00::12/64 ;;
	eth0) echo 10.0.0.100/24 fd00::100/64 ;;
	esac
}

forwarding() { # forwarding BRIDGE-NETNS COUNT
	[ "$(bridge -n "$1" link | grep -c "state forwarding")" = "$2" ]
}

topology() {
	local dev

	netns_add sw host filer
	bridge_add sw
	for dev in vmk0 vmk1; do
		# shellcheck disable=SC2046 # a list of words
		port_add host "$dev" sw $(addresses "$dev")
	done
	# shellcheck disable=SC2046 # a list of words
	port_add filer eth0 sw $(addresses eth0)
	wait_for 10 forwarding sw 3 || bail "$(bridge -n sw link)"
	wait_for 10 in_ns host ping -qnc1 -W1 "$filer4" || bail "no way to $filer4"
	wait_for 10 in_ns host ping -qnc1 -W1 "$filer6" || bail "no way to $filer6"
	neighbours_forget
}

neighbours_forget() {
	ip -n host neigh flush all
	ip -n filer neigh flush all
}

vmk1_restore() { # a vmk1 as it was in the beginning, whatever became of it
	ip -n host link del vmk1 2>/dev/null
	ip -n sw link del host.vmk1 2>/dev/null
	# shellcheck disable=SC2046 # a list of words
	port_add host vmk1 sw $(addresses vmk1)
	wait_for 10 forwarding sw 3 || not_ok "vmk1 restored" "$(bridge -n sw link)"
	neighbours_forget
}

load() {
	modprobe svcbind || bail "modprobe svcbind failed"
}

loaded() {
	[ -d /sys/module/svcbind ]
}

unload() {
	wait_for 15 modprobe -r svcbind
}

at_teardown() { # for tests to define: what keeps a namespace alive
	:
}

# Namespaces end in the background and take what svcbind had in them along.  One
# with a connection that nobody owns any more lives until its last retry.
teardown() {
	local pid ns

	at_teardown
	for pid in "${background[@]}"; do
		reap "$pid" KILL
	done
	for ns in "${namespaces[@]}"; do
		in_ns "$ns" ss -Kta >/dev/null
	done
	if [ -n "$machine" ] && [ ${#namespaces[@]} -gt 0 ]; then
		! loaded || svcbindctl -f flush
		ip -br link | grep -oE '^(vmk[01]|eth0)' | xargs -rn1 ip link del
	fi
	netns_del "${namespaces[@]}"
	namespaces=()
	if loaded; then
		check "modprobe -r svcbind once the namespaces are gone" unload
	fi
}

host_ctl() {
	svcbindctl -n host "$@"
}

host_json() { # host_json JQ-FILTER [JQ-ARGUMENT...]: of everything shown
	host_ctl -j -s show | gojq -r "$@"
}

# By bash itself: these two are asked for all the time, and gojq takes as long to
# start as svcbindctl to answer.
counter() { # counter SERVICE NAME: matched, pass, drop.no_device ...
	local shown

	shown=$(host_ctl -j -s show "$1") &&
		[[ "$shown" =~ \"${2#drop.}\":\ ?([0-9]+) ]] &&
		echo "${BASH_REMATCH[1]}"
}

state() { # state SERVICE DEV
	local shown

	shown=$(host_ctl -j show "$1") &&
		[[ "$shown" =~ \"dev\":\ ?\"$2\"[^}]*\"state\":\ ?\"([a-z-]+)\" ]] &&
		echo "${BASH_REMATCH[1]}"
}

counted() { # counted SERVICE NAME MINIMUM
	[ "$(counter "$1" "$2")" -ge "$3" ]
}

# matched = pass + steer + rewrite + fallback + all drops
check_sum() { # check_sum SERVICE
	check_eq "$1: matched is the sum of the verdicts" true "$(host_json "
		.services[] | select(.name == \"$1\") | .counters |
		.matched == .pass + .steer + .rewrite + .fallback + (.drop | add)")"
}

socket_cgroups() { # has the kernel CONFIG_SOCK_CGROUP_DATA?
	: "${socket_cgroups=$(grep -c ' cgroup_sk_alloc$' /proc/kallsyms)}"
	[ "$socket_cgroups" != 0 ]
}

try() { # try NAME COMMAND...: preparation that must work
	local out

	out=$("${@:2}" 2>&1) || not_ok "$1" "$*
$out"
}

setup() { # setup COMMAND...: preparation that must work
	try "preparation: $*" "$@"
}

serve() { # serve NETNS PORT [sctp]: sock_probe's server, ready
	spawn "$1" "$tmp/serve.$1.$2" sock_probe serve "${@:2}"
	wait_for 10 holds "$tmp/serve.$1.$2" $'\nready' ||
		bail "no server: $(cat "$tmp/serve.$1.$2")"
}

base() { # what most tests start with; CONNECT=off: nothing is bound at connect
	topology
	load
	[ "${CONNECT-on}" = on ] || setup host_ctl policy set connect off
	serve filer 7000
}

# Over which port a packet reaches the host is the filer's choice: that of the
# hardware address that it sends to.
reach() { # reach ADDRESS DEV [NETNS]
	ip -n "${3-filer}" neigh replace "$1" dev eth0 nud permanent \
		lladdr "02:00:00:00:00:1$((${2#vmk} + 1))"
}

reach_any() { # reach_any: what the wire says decides again
	ip -n filer neigh flush nud permanent
	neighbours_forget
}

listening() { # listening NETNS PORT
	in_ns "$1" ss -Htln "sport = $2" | grep -q .
}

iperf3_server() { # iperf3_server NETNS PORT
	spawn "$1" "$tmp/iperf3.$2" iperf3 -s -p "$2"
	wait_for 20 listening "$1" "$2" || bail "no iperf3: $(cat "$tmp/iperf3.$2")"
}

probe() { # probe ARGUMENT...: sock_probe in the host
	sock_probe -e host "$@"
}
