#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The story that svcbind was made for, against a real NFS server: a host with
# two ports in one subnet, and a filer that exports to the second one's address.
# Says what was done, what was seen and whether that is right.

# shellcheck disable=SC2317 # check and wait_for call functions

set -u
export KTAP=0
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

export_dir=/srv/export mnt=/mnt size=64
good=0 bad=0

title() { printf '\n[%3d s] %s\n' "$SECONDS" "$*"; }
say() { printf '   %s\n' "$*"; }

indent() { sed "s/^/$(printf '%*s' "$1" '')/"; }

ok() {
	good=$((good + 1))
	say "[pass] $1"
}

not_ok() {
	bad=$((bad + 1))
	say "[FAIL] $1"
	[ -z "${2-}" ] || indent 10 <<<"$2"
}

finish() {
	teardown
	ktap_done=1
	title "$good passed, $bad failed, in $SECONDS s: $(
		[ "$bad" = 0 ] && echo "svcbind does what it says" ||
			echo "svcbind does NOT do what it says")"
	rm -rf "$tmp"
	[ "$bad" = 0 ]
	exit
}

run() { # run COMMAND...: in the host; shows what it prints, which stays in $out
	local rc

	say "# $*"
	out=$(in_ns host "$@" 2>&1)
	rc=$?
	[ -z "$out" ] || indent 5 <<<"$out"
	return "$rc"
}

ctl() { # ctl WORD...: of the host; the printed command is the one for a person
	local rc

	say "# svcbindctl $*"
	out=$(host_ctl "$@" 2>&1)
	rc=$?
	[ -z "$out" ] || indent 5 <<<"$out"
	[ "$rc" = 0 ] || not_ok "svcbindctl $*" "exit $rc"
}

mount_nfs() { # mount_nfs SERVER
	run mount -t nfs4 -o vers=4.2,hard,timeo=100,retry=0 "$1:/" "$mnt"
}

unmount() {
	try "umount" umount "$mnt"
}

without() {
	local server

	title "1. Without svcbind: the routing table elects vmk0 for everything"
	for server in "$filer4" "[$filer6]"; do
		if mount_nfs "$server"; then
			not_ok "the filer refuses $server" "it was mounted"
			unmount
		elif [[ "$out" == *"access denied"* ]]; then
			ok "the filer does not know vmk0's address: access denied"
		else
			not_ok "the filer says: access denied"
		fi
	done

	say "a ping from the filer to $vmk1_4, sent to vmk1's hardware address:"
	reach "$vmk1_4" vmk1
	capture_start lost0 host vmk0 "icmp"
	capture_start lost1 host vmk1 "icmp"
	in_ns filer ping -qc 3 -i 0.2 -W 1 "$vmk1_4" >/dev/null
	capture_stop lost0 lost1
	say "vmk0 had (requests replies) $(echoes lost0 "$vmk1_4"), vmk1 $(echoes lost1 "$vmk1_4")"
	if [ "$(echoes lost1 "$vmk1_4")" = "3 0" ] &&
	   [ "$(echoes lost0 "$vmk1_4")" = "0 3" ]; then
		ok "asked on vmk1, answered out of vmk0: the fault is there"
	else
		not_ok "asked on vmk1, answered out of vmk0"
	fi
	reach_any
}

bind_nfs() {
	title "2. NFS is bound to vmk1"
	try "modprobe svcbind" modprobe svcbind
	ctl service add nfs preset nfs
	ctl bind nfs dev vmk1
	ctl policy set icmp-reply ingress
}

server_sees() { # server_sees ADDRESS: as the peer of an NFS connection
	in_ns filer ss -Htn state established "sport = 2049" | grep -F "$1" |
		tee "$tmp/seen"
	[ -s "$tmp/seen" ]
}

same() { # same FILE: as what was written
	sha256sum <"$1" | cmp - "$tmp/sum"
}

nfs_on_vmk0() { # nfs_on_vmk0 CAPTURE TEXT
	capture_stop "$1"
	check_eq "packets of port 2049 on vmk0 $2: 0" 0 "$(captured "$1")"
}

use() { # use SERVER CLIENT: fails where it cannot be mounted
	local mounted=''

	capture_start nfs0 host vmk0 "port 2049"
	if mount_nfs "$1"; then
		mounted=1
		ok "mounted"
		check "the filer sees $2" server_sees "$2"
		check "$size MiB written" \
			dd if="$tmp/data" of="$mnt/data" bs=1M conv=fsync status=none
		check "the filer has the same sha256" same "$export_dir/data"
		check "read back with the same sha256" same "$mnt/data"
		rm "$mnt/data"
	else
		not_ok "mounted"
	fi
	nfs_on_vmk0 nfs0 "meanwhile"
	[ -n "$mounted" ]
}

sent() { # sent: bytes, by vmk1
	ip -n host -s -j link show vmk1 | gojq '.[0].stats64.tx.bytes'
}

sent_since() { # sent_since BYTES MIB
	[ $(($(sent) - $1)) -gt $(($2 << 20)) ]
}

lose_vmk1() { # lose_vmk1 SERVER-ADDRESS
	local start drops dd

	say "vmk1 goes down under dd:"
	capture_start down0 host vmk0 "port 2049"
	start=$(sent)
	drops=$(counter nfs drop.no_device)
	dd if="$tmp/data" of="$mnt/data" bs=1M oflag=dsync status=none 2>"$tmp/dd" &
	dd=$!
	wait_for 20 sent_since "$start" 4 || not_ok "dd is under way"
	ip -n host link set vmk1 down
	check "dd is waiting" kill -0 "$dd"
	check_words "a new connection fails at once with EHOSTUNREACH" \
		"errno=EHOSTUNREACH ms<1000" probe tcp "$1" 2049
	check "drop no_device has grown" counted nfs drop.no_device $((drops + 1))
	ip -n host link set vmk1 up
	wait "$dd"
	check_eq "vmk1 is up, dd has finished" 0 $?
	check "the filer has the same sha256" same "$export_dir/data"
	rm "$mnt/data"
	nfs_on_vmk0 down0 "while vmk1 was down"
}

pings() { # pings TEXT PORT-FOR-VMK0'S PORT-FOR-VMK1'S
	local pid pids=() address

	reach "$vmk0_4" "$2"
	reach "$vmk0_6" "$2"
	reach "$vmk1_4" "$3"
	reach "$vmk1_6" "$3"
	capture_start ping0 host vmk0 "icmp or icmp6"
	capture_start ping1 host vmk1 "icmp or icmp6"
	for address in "$vmk0_4" "$vmk1_4" "$vmk0_6" "$vmk1_6"; do
		in_ns filer ping -qfc 1000 -W 2 "$address" >"$tmp/ping.$address" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	capture_stop ping0 ping1
	check_eq "$1: vmk0's addresses, 1,000 requests and replies on $2" \
		"1000 1000, 1000 1000" \
		"$(echoes "ping${2#vmk}" "$vmk0_4"), $(echoes "ping${2#vmk}" "$vmk0_6")"
	check_eq "$1: vmk1's addresses, 1,000 requests and replies on $3" \
		"1000 1000, 1000 1000" \
		"$(echoes "ping${3#vmk}" "$vmk1_4"), $(echoes "ping${3#vmk}" "$vmk1_6")"
}

heartbeats() {
	title "3. Pings from the filer, IPv4 and IPv6 at once, 1,000 flood pings each"
	pings "each over its own port" vmk0 vmk1
	pings "each over the other port" vmk1 vmk0
	reach_any
}

complaints() {
	dmesg | grep -E 'BUG|WARNING|Oops|Call Trace|refcount|unregister_netdevice'
}

leave() {
	local traffic

	title "5. Counters; then flushed and unloaded under traffic"
	ctl -s show
	check_sum nfs
	setup host_ctl service add demo dport 7000
	setup host_ctl bind demo dev vmk1
	serve filer 7000
	spawn host "$tmp/traffic" sock_probe -n 100000 sendto "$filer4" 7000
	traffic=$spawned
	spawn filer "$tmp/flood" ping -qf "$vmk1_4"
	wait_for 10 counted demo matched 100 || not_ok "traffic flows"
	ctl flush
	try "svcbindctl unload" svcbindctl unload
	check "the module is gone" test ! -d /sys/module/svcbind
	check "traffic went on all the while" kill -0 "$traffic"
	check_eq "the kernel's log has no complaint" "" "$(complaints)"
}

title "svcbind on Linux $(uname -r)"
say "host   vmk0 $vmk0_4 $vmk0_6    the routing table's choice"
say "       vmk1 $vmk1_4 $vmk1_6    where NFS should go"
say "filer  eth0 $filer4 $filer6   exports to vmk1's addresses only"

data() {
	dd if=/dev/urandom of="$tmp/data" bs=1M count="$size" status=none
	sha256sum <"$tmp/data" >"$tmp/sum"
}

data &
data=$!
topology
mkdir -p "$export_dir" "$mnt"
mount -t tmpfs tmpfs "$export_dir"
spawn filer "$tmp/knfsd" "$here/demo/knfsd.sh" "$export_dir" "$vmk1_4" "$vmk1_6"
wait_for 30 grep -q "^ready" "$tmp/knfsd" || bail "no NFS server: $(cat "$tmp/knfsd")"
without
wait "$data"
bind_nfs
say "over IPv4:"
if use "$filer4" "$vmk1_4"; then
	title "4. vmk1 fails"
	lose_vmk1 "$filer4"
	unmount
fi
title "2. and 4. over IPv6"
if use "[$filer6]" "$vmk1_6"; then
	lose_vmk1 "$filer6"
	unmount
fi
heartbeats
leave
finish
