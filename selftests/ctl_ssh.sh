#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The lock-out guard: what would move or cut the ssh session is refused, and
# nothing else is.  The sessions are TCP connections to port 22 of the host.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
unset SSH_CONNECTION

declare -A feed client
connected() { # connected NETNS CLIENT-PORT
	in_ns "$1" ss -Htn state established | grep -q "[]0-9]:$2 *$"
}

# The filer's client says what is written to ${feed[NAME]}.
session() { # session NAME ADDRESS PORT CLIENT-PORT [LISTEN-ADDRESS [NETNS]]
	local fd ns=${6-host}

	mkfifo "$tmp/$1"
	exec {fd}<>"$tmp/$1"
	feed[$1]=$fd
	spawn "$ns" "$tmp/$1.server" nc -d -l "${5-$2}" "$3"
	wait_for 10 listening "$ns" "$3" || bail "no server: $(cat "$tmp/$1.server")"
	spawn filer "$tmp/$1.client" bash -c "exec nc -p $4 $2 $3 <$tmp/$1"
	client[$1]=$spawned
	wait_for 10 connected "$ns" "$4" || bail "no session: $(cat "$tmp/$1.client")
$(in_ns "$ns" ss -tan)"
}

talk() { # talk NAME TEXT: the session is alive, and acknowledges
	echo "$2" >&"${feed[$1]}"
	wait_for 10 grep -q "$2" "$tmp/$1.server"
}

ssh_ctl() { # ssh_ctl WORD...: given in the session $conn
	SSH_CONNECTION=$conn in_ns host svcbindctl "$@"
}

generation() { # without jq, which takes longer than all the rest
	host_ctl -s service show | head -n 1
}

# Exit 2, one line that holds TEXT, and nothing changed.
refused() { # refused NAME TEXT COMMAND...
	local before out rc

	before=$(generation)
	out=$("${@:3}" 2>&1)
	rc=$?
	if [ "$rc" = 2 ] && [[ "$out" == *"$2"* && "$out" != *$'\n'* ]] &&
	   [[ "$before" == generation* ]] && [ "$(generation)" = "$before" ]; then
		ok "$1"
	else
		not_ok "$1" "exit $rc: ${*:3}
$out"
	fi
}

packets() { # packets DEV: that mgmt sent by it
	host_json ".services[] | select(.name == \"mgmt\") |
		.binding.devices[] | select(.dev == \"$1\") | .packets"
}

anew() { # anew [MATCH]: a host with an unbound service, for sshd
	setup host_ctl flush
	# shellcheck disable=SC2086 # words
	setup host_ctl service add mgmt ${1-proto tcp sport 22} priority 100
}

binding() {
	anew
	refused "bind moves it" "you are in from vmk0 to vmk1" ssh_ctl bind mgmt dev vmk1
	refused "mode prefer does, too" "move" ssh_ctl bind mgmt dev vmk1 mode prefer
	refused "strict to a device that isn't there cuts it" "cut" ssh_ctl bind mgmt dev vmk9
	check "audit doesn't" ssh_ctl bind mgmt dev vmk1 mode audit
	refused "strict then would" "move" ssh_ctl bind mgmt mode strict
	check "bind to its device" ssh_ctl bind mgmt dev vmk0 mode strict
	check "the device that has its address goes first" ssh_ctl bind mgmt dev vmk1,vmk0
	check "it is alive" talk v4 first
	check_num "the kernel keeps it there" "$(packets vmk0)" -ge 1
	check_eq "and nowhere else" 0 "$(packets vmk1)"
	refused "not so with source keep" "from vmk0 to vmk1" ssh_ctl bind mgmt source keep
	check "unbind, which moves nothing" ssh_ctl unbind mgmt
	check "prefer, with nothing usable" ssh_ctl bind mgmt dev vmk9 mode prefer
	check "-f moves it" ssh_ctl -f bind mgmt dev vmk1 mode strict
	check "it is alive, elsewhere" talk v4 second
	check_num "on vmk1" "$(packets vmk1)" -ge 1
	refused "flush would move it back" "from vmk1 to vmk0" ssh_ctl flush
	refused "unbind, too" "from vmk1 to vmk0" ssh_ctl unbind mgmt
	refused "policy, too" "from vmk1 to vmk0" ssh_ctl policy set enforce audit
	refused "a service in front, too" "from vmk1 to vmk0" \
		ssh_ctl service add front proto any priority 1
	check "a service behind doesn't" ssh_ctl service add behind proto any priority 200
	refused "a match without it, too" "from vmk1 to vmk0" ssh_ctl service set mgmt sport 23
	check "it is moved further by -f alone" ssh_ctl -f flush
}

# The first service that matches decides, bound or not.
shield() {
	anew
	setup host_ctl service add rest proto any priority 200
	check "what is shielded may be bound" ssh_ctl bind rest dev vmk1
	refused "del of the shield" "move" ssh_ctl service del mgmt
	refused "the shield moved behind" "move" ssh_ctl service set mgmt priority 300
	refused "del of a bound service is the kernel's to refuse" "is bound" \
		ssh_ctl service del rest
	refused "bind without a device is, too" "needs a device" \
		ssh_ctl bind mgmt mode strict
	refused "del of none is, too" "no such service" ssh_ctl service del nosuch
	check "del of the shield by -f" ssh_ctl -f service del mgmt
}

is_another() { # is_another MATCH...: which doesn't hit the session
	local match

	for match; do
		anew "$match"
		check "$match: isn't the session" ssh_ctl bind mgmt dev vmk1
	done
}

is_it() { # is_it MATCH...: which does
	local match

	for match; do
		anew "$match"
		refused "$match: is the session" "would move the ssh session you are in from vmk0 to vmk1" \
			ssh_ctl bind mgmt dev vmk1
	done
}

flows() {
	is_another "proto udp" "port 23" "dport 22" "sport 23" "to $vmk0_4" "from $filer4"
	is_it "proto tcp,udp" "port 22" "dport 40022" "sport 22" "to $filer4" "from $vmk0_4"
}

# A file is judged by what it would make of all that there is.
file() {
	local file=$tmp/file.yaml line="version: 1
policy: {enforce: on}
services: [{name: mgmt, proto: [tcp], sport: [22], bind: {devices: [vmk1]}}]"

	anew
	echo "$line" >"$file"
	refused "apply moves it" "you are in from vmk0 to vmk1" ssh_ctl apply --file "$file"
	refused "a dry run says so" "you are in from vmk0 to vmk1" \
		ssh_ctl apply --file "$file" --dry-run
	sed 's/vmk1/vmk9/' "$file" >"$file.cut"
	refused "apply cuts it" "cut" ssh_ctl apply --file "$file.cut"
	sed 's/enforce: on/enforce: audit/' "$file" >"$file.audit"
	check "apply with enforce audit doesn't" ssh_ctl apply --file "$file.audit"
	refused "but without" "move" ssh_ctl apply --file "$file"
	sed 's/vmk1/vmk1, vmk0/' "$file" >"$file.own"
	check "nor does one that binds it to its device" ssh_ctl apply --file "$file.own"
	check "apply -f moves it" ssh_ctl -f apply --file "$file"
	check "it is alive, elsewhere" talk v4 applied
	echo "version: 1" >"$file"
	refused "apply of nothing would move it back" "from vmk1 to vmk0" ssh_ctl apply --file "$file"
	check "-f moves it back" ssh_ctl -f apply --file "$file"
}

# The request is held back while another command binds what lies behind.
race() {
	local n

	anew
	setup host_ctl service add rest proto any priority 200
	export SSH_CONNECTION=$conn
	in_ns host strace -qo "$tmp/strace" -e trace=sendmsg svcbindctl policy set arp bound
	n=$(grep -c ^sendmsg "$tmp/strace")
	check_num "requests of a change" "$n" -ge 3
	spawn_held host "$tmp/race" "$n" svcbindctl service del mgmt
	unset SSH_CONNECTION
	check "meanwhile, another change" ssh_ctl bind rest dev vmk1
	let_go "$spawned"
	reap "$spawned"
	check_eq "the change is judged again: exit status" 2 "$?"
	check "and refused for what it is by now" grep -q "would move" "$tmp/race"
	check "the shield is still there" host_ctl service show mgmt
}

# Which session it is, or might be.
finding() {
	local of=$filer4
	local maybe="of $of port 40022, which may be yours, from vmk0 to vmk1"
	local bind=(svcbindctl bind mgmt dev vmk1)

	anew
	refused "stale variable" "$maybe" \
		env SSH_CONNECTION="$of 40023 $vmk0_4 22" nsenter --net=/run/netns/host "${bind[@]}"
	refused "empty variable" "$maybe" \
		env SSH_CONNECTION= nsenter --net=/run/netns/host "${bind[@]}"
	refused "variable that says UNKNOWN" "$maybe" \
		env SSH_CONNECTION="UNKNOWN 65535 UNKNOWN 65535" \
		nsenter --net=/run/netns/host "${bind[@]}"
	refused "the variable of a shell above" "you are in" \
		env SSH_CONNECTION="$conn" nsenter --net=/run/netns/host \
		bash -c 'env -u SSH_CONNECTION "$@"; exit' - "${bind[@]}"
	refused "one above a stale one" "you are in" \
		env SSH_CONNECTION="$conn" nsenter --net=/run/netns/host \
		bash -c 'SSH_CONNECTION="1.2.3.4 5 6.7.8.9 22" "$@"; exit' - "${bind[@]}"
	spawn host "$tmp/self.server" nc -d -l "$vmk0_4" 2201
	wait_for 10 listening host 2201 || bail "$(cat "$tmp/self.server")"
	spawn host "$tmp/self.client" nc -d -p 40201 "$vmk0_4" 2201
	wait_for 10 connected host 40201 || bail "$(cat "$tmp/self.client")"
	refused "ssh to oneself, by whichever session" "$maybe" \
		env SSH_CONNECTION="$vmk0_4 40201 $vmk0_4 2201" \
		nsenter --net=/run/netns/host "${bind[@]}"
	ln -s "$(type -P bash)" "$tmp/tmux"
	refused "a multiplexer above, without a variable" "$maybe" \
		in_ns host "$tmp/tmux" -c '"$@"; exit' - "${bind[@]}"
	refused "a multiplexer above a variable" "$maybe" \
		env SSH_CONNECTION="$conn" nsenter --net=/run/netns/host \
		"$tmp/tmux" -c '"$@"; exit' - "${bind[@]}"
	refused "-n that names our own namespace, by path" "you are in" \
		ssh_ctl -n /proc/self/ns/net bind mgmt dev vmk1
	refused "by name" "you are in" ssh_ctl -n host bind mgmt dev vmk1
	refused "stale, in our own namespace" "$maybe" \
		env SSH_CONNECTION="$of 40023 $vmk0_4 22" nsenter --net=/run/netns/host \
		svcbindctl -n host bind mgmt dev vmk1
	refused "-n that leads to the session" "you are in" \
		env SSH_CONNECTION="$conn" svcbindctl -n host bind mgmt dev vmk1
	check "-n that leads to others' sessions" \
		env SSH_CONNECTION="$of 40023 $vmk0_4 22" svcbindctl -n host bind mgmt dev vmk1
	anew
	check "no ssh at all" in_ns host "${bind[@]}"
}

# A device may be usable for one family, and not for the other.
families() {
	anew
	setup ip -n host address del "$vmk1_6/64" dev vmk1
	setup ip -n host route add fd00::/64 dev vmk1 metric 9999
	refused "v4: a device with IPv4 alone" "move" ssh_ctl bind mgmt dev vmk1 mode prefer
	conn="$filer6 40026 $vmk0_6 22"
	check "v6: prefer falls back from a device with IPv4 alone" \
		ssh_ctl bind mgmt dev vmk1 mode prefer
	check "v6: it is alive" talk v6 prefer
	refused "v6: strict is cut off by it" "cut" ssh_ctl bind mgmt mode strict
	anew
	refused "v6: at once, too" "cut" ssh_ctl bind mgmt dev vmk1
	setup ip -n host route del fd00::/64 dev vmk1 metric 9999
	setup addresses_add host vmk1 "$vmk1_6/64"
	refused "v6: with its address, it is moved" "from vmk0 to vmk1" \
		ssh_ctl bind mgmt dev vmk1 mode prefer
	setup ip -n host link set vmk1 down
	refused "v6: a device that is down" "cut" ssh_ctl bind mgmt dev vmk1
	setup ip -n host link set vmk1 up
	conn="$filer4 40022 $vmk0_4 22"
}

# It keeps its addresses and routes, and the kernel takes it for unusable.
enslaved() {
	anew
	setup ip -n host link add br1 type bridge
	setup ip -n host link set vmk0 master br1
	echo "version: 1
services: [{name: mgmt, proto: [tcp], sport: [22], bind: {devices: [vmk0]}}]" >"$tmp/own.yaml"
	refused "a bridge's port: strict cuts it" "cut" ssh_ctl bind mgmt dev vmk0
	refused "a bridge's port, and another: it is moved" "move" \
		ssh_ctl bind mgmt dev vmk0,vmk1
	refused "a bridge's port, by a file" "cut" ssh_ctl apply --file "$tmp/own.yaml"
	check "a bridge's port: prefer falls back" ssh_ctl bind mgmt dev vmk0 mode prefer
	refused "a bridge's port, bound already" "cut" ssh_ctl bind mgmt mode strict
	setup ip -n host link del br1
	check "a port no more" ssh_ctl bind mgmt mode strict
}

# Deletes a cgroup of the session's, whose processes move to this shell's.
leave() { # leave CGROUP
	local pid pids

	mapfile -t pids <"$root/$1/cgroup.procs"
	for pid in "${pids[@]}"; do
		setup eval "echo $pid >'$root$own/cgroup.procs'"
	done
	setup rmdir "$root/$1"
}

# Its cgroup is deleted, as by the restart of sshd: whose it is isn't known.
orphan() {
	setup host_ctl flush
	setup host_ctl service add backup cgroup /svcbind.other
	setup host_ctl service add mgmt proto tcp sport 2200
	refused "deleted cgroup: another's service shields nothing" \
		"may move the ssh session you are in from vmk0 to vmk1" \
		ssh_ctl bind mgmt dev vmk1
	refused "deleted cgroup: it may be any" "may move" ssh_ctl bind backup dev vmk1
	check "deleted cgroup: -f moves it" ssh_ctl -f bind mgmt dev vmk1
	check "it is alive" talk owner orphan
	check_num "on vmk1, past the one in front" "$(packets vmk1)" -ge 1
	refused "deleted cgroup: it may be there, and moved back" \
		"may move the ssh session you are in from vmk1 to vmk0" ssh_ctl flush
	setup host_ctl -f flush
	setup host_ctl service add mgmt proto tcp sport 2200
	setup host_ctl service add backup cgroup /svcbind.other
	check "deleted cgroup: behind its own service is nothing to fear" \
		ssh_ctl bind backup dev vmk1
}

other_root() { # other_root WORD...: given in the session, in a cgroup namespace
	# shellcheck disable=SC2016 # for the inner shell
	SSH_CONNECTION=$conn bash -c 'echo $$ >"$0/cgroup.procs" &&
		exec unshare -C nsenter --net=/run/netns/host svcbindctl "$@"' \
		"$root/svcbind.other" "$@"
}

# A service of another cgroup namespace may have any place.
elsewhere() {
	setup host_ctl flush
	setup other_root service add inner cgroup /x
	check "a path below ours is known" ssh_ctl bind inner dev vmk1
	setup host_ctl flush
	setup host_ctl service add rest cgroup /
	refused "the root holds the session" "would move" ssh_ctl bind rest dev vmk1
	refused "read by who has another root: may be" "may move" \
		other_root bind rest dev vmk1
}

# Whose session it is counts, too: root's here, made in this shell's cgroup.
owner() {
	local root=/sys/fs/cgroup own skip=''

	socket_cgroups || skip=cgroup
	setup mkdir "$root/svcbind.own" "$root/svcbind.own/x" "$root/svcbind.other"
	own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	setup eval "echo $$ >$root/svcbind.own/x/cgroup.procs"
	session owner "$vmk0_4" 2200 40100
	setup eval "echo $$ >$root$own/cgroup.procs"
	conn="$filer4 40100 $vmk0_4 2200"
	is_another "uid 2001" "mark 7"
	is_it "uid 0" "mark 0/7"
	[ "$skip" ] || is_another "cgroup /svcbind.other" "cgroup /svcbind.ow"
	[ "$skip" ] || is_it "cgroup /svcbind.own"
	[ "$skip" ] || elsewhere
	leave svcbind.own/x
	[ "$skip" ] || orphan
	[ ! "$skip" ] || ok "cgroups # SKIP sockets have no cgroups"
	setup rmdir "$root/svcbind.own" "$root/svcbind.other"
	conn="$filer4 40022 $vmk0_4 22"
}

owned_ctl() { # owned_ctl WORD...: given in the session owned
	SSH_CONNECTION="10.7.0.2 40300 10.7.0.1 2300" in_ns owned svcbindctl "$@"
}

# The users of a network namespace are told in numbers that aren't its owner's.
owned() {
	spawn host "$tmp/owned.ready" unshare --user --map-root-user --net \
		bash -c "echo ready; exec tail -f /dev/null"
	wait_for 10 grep -q ready "$tmp/owned.ready" || bail "no namespaces"
	setup ip netns attach owned "$spawned"
	namespaces+=(owned)
	reap "$spawned" KILL
	setup ip -n filer link add o1 type veth peer name o0 netns owned
	setup ip -n filer address add 10.7.0.2/24 dev o1
	setup ip -n filer link set o1 up
	setup ip -n owned address add 10.7.0.1/24 dev o0
	setup ip -n owned link set o0 up
	session owned 10.7.0.1 2300 40300 10.7.0.1 owned
	setup in_ns owned svcbindctl service add user uid 2001
	setup in_ns owned svcbindctl service add mgmt proto tcp sport 2300
	refused "another's user namespace: behind uid it may be hit" \
		"may cut the ssh session you are in" owned_ctl bind mgmt dev vmk9
	refused "and uid may hit it" "may cut" owned_ctl bind user dev vmk9
	check "its own device moves nothing" owned_ctl bind mgmt dev o0
}

parameter() {
	local param=/sys/module/svcbind/parameters/enforce

	anew
	echo 0 >"$param"
	check "enforce=0: nothing moves" ssh_ctl bind mgmt dev vmk9
	check_eq "nor does the text say so" 0 "$(host_ctl show | grep -c "strict drops")"
	check "flush" ssh_ctl flush
	echo 1 >"$param"
	setup host_ctl service add mgmt proto tcp dport 9
	setup host_ctl bind mgmt dev vmk9
	check_eq "else it does" 1 "$(host_ctl show | grep -c "strict drops")"
	setup host_ctl policy set enforce audit
	check_eq "but not with the policy audit" 0 "$(host_ctl show | grep -c "strict drops")"
}

# Where nobody listens any more it is taken for a connection that was opened here.
ends() {
	local pid=${client[v4]}

	anew
	setup host_ctl service add rest proto tcp to "$filer4" priority 50
	setup host_ctl -f bind rest dev vmk1
	check "what was accepted isn't stale" ssh_ctl close-stale rest
	check "it is alive" talk v4 accepted
	setup in_ns host ss -K state listening sport = 22
	check_rc "nobody listens" 1 listening host 22
	refused "close-stale would end it" "end the ssh session you are in" \
		ssh_ctl close-stale rest
	check_eq "so would bind --close-stale, which tells what it has done" \
		"svcbindctl: bind rest: it is bound; --close-stale: it would end the ssh session you are in (-f to do it all the same)" \
		"$(ssh_ctl bind rest mode prefer --close-stale 2>&1)"
	check "it is alive" talk v4 spared
	check "close-stale of another service doesn't" ssh_ctl close-stale mgmt
	check "it is alive still" connected host 40022
	check "close-stale -f does" ssh_ctl -f close-stale rest
	check "and that ends it" wait_for 10 eval "! kill -0 $pid"
}

# The addresses of a VRF are in none of the main tables.
vrf() {
	setup ip -n host link add vrf9 type vrf table 9
	setup ip -n host link set vrf9 up
	setup ip -n host link set vmk1 master vrf9
	setup in_ns host sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	neighbours_forget
	session vrf "$vmk1_4" 2222 40099 0.0.0.0
	conn="$filer4 40099 $vmk1_4 2222"
	setup host_ctl flush
	setup host_ctl service add mgmt proto tcp sport 2222
	refused "VRF: strict to a device outside" "you are in" ssh_ctl bind mgmt dev vmk9
	check "VRF: bind to its device" ssh_ctl bind mgmt dev vmk1
	check "VRF: it is alive" talk vrf alive
}

base
session v4 "$vmk0_4" 22 40022
session v6 "$vmk0_6" 22 40026
conn="$filer4 40022 $vmk0_4 22"
binding
shield
flows
file
race
finding
families
enslaved
owner
owned
parameter
ends
vrf
finish
