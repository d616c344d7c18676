#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's NFS client, all versions of it, against the kernel's NFS server,
# which exports to vmk1's addresses alone.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/clients_lib.sh
. "$(dirname "$0")/clients_lib.sh"

export_dir=/srv/export mnt=/mnt knfsd=

at_teardown() {
	umount -lf "$mnt" >/dev/null 2>&1
	[ -z "$knfsd" ] || nfsd_stop filer "$knfsd"
	umount -l "$export_dir" /etc/hosts >/dev/null 2>&1
}

server() {
	mkdir -p "$export_dir" "$mnt"
	mount -t tmpfs tmpfs "$export_dir"
	# sm-notify says by what name the server was mounted.
	printf '%s filer4\n%s filer6\n' "$filer4" "$filer6" |
		cat /etc/hosts - >"$tmp/hosts"
	mount --bind "$tmp/hosts" /etc/hosts
	spawn filer "$tmp/knfsd" "$here/demo/knfsd.sh" -3 "$export_dir" "$vmk1_4" "$vmk1_6"
	knfsd=$spawned
	wait_for 60 grep -q "^ready" "$tmp/knfsd" ||
		bail "no NFS server: $(cat "$tmp/knfsd")"
}

# What the host's locks need; NFSv4 does without.
locks() {
	spawn host "$tmp/rpcbind" rpcbind -f -w
	wait_for 20 in_ns host rpcinfo -T tcp 127.0.0.1 portmapper ||
		bail "no rpcbind: $(cat "$tmp/rpcbind")"
	spawn host "$tmp/statd" rpc.statd -F --no-notify
	wait_for 20 in_ns host rpcinfo -T tcp 127.0.0.1 status ||
		bail "no statd: $(cat "$tmp/statd")"
}

at_filer() { # at_filer COMMAND...: in the mounts of its NFS server, too
	nsenter -t "$knfsd" --mount --net -- "$@"
}

restart() { # the server forgets its connections, and all that it knew of clients
	try "nfsd ends" at_filer rpc.nfsd 0
	check_sees "$1: the server has ended, and its connections" 2049 ""
	try "nfsd starts" at_filer rpc.nfsd --no-udp --tcp 4
}

mount_nfs() { # mount_nfs FAMILY VERSION [OPTION]
	local path=/

	[ "$2" != 3 ] || path=$export_dir
	in_ns host mount -t nfs -o "vers=$2,hard,timeo=50,retry=0${3+,$3}" \
		"$(bracket "${a[filer_$1]}"):$path" "$mnt"
}

denied() { # denied FAMILY VERSION
	local out

	out=$(mount_nfs "$@" 2>&1)
	check_words "v$1 NFSv$2: not bound, the filer knows vmk0 not" \
		"access denied" echo "$out"
}

begin() { # begin MATCH...: what follows is of a service that is bound
	setup host_ctl -f flush
	setup host_ctl service add nfs "$@"
	setup host_ctl bind nfs dev vmk1
}

write_it() { # write_it NAME: what the filer has then is what was written
	data "$tmp/data"
	check "$1: written" dd if="$tmp/data" of="$mnt/data" bs=1M conv=fsync status=none
	check_eq "$1: the filer has it" "$sum" "$(sum_of "$export_dir/data")"
}

# A mount that begins without anything in its cache, and ends.
use() { # use FAMILY VERSION CONNECTIONS [OPTION]
	local v=$1 name="v$1 NFSv$2" before again

	before=$(counter nfs bind)
	try "$name: mount" mount_nfs "$v" "$2" ${4+"$4"}
	mountpoint -q "$mnt" || return
	write_it "$name"
	check_sees "$name: the filer sees vmk1" 2049 "$3 ${a[vmk1_$v]}"
	again=$(counter nfs bind)
	check_num "$name: bound when it connects" "$again" -ge $((before + $3))
	check "$name: severed" sever 2049
	write_it "$name: again"
	check_sees "$name: again: the filer sees vmk1" 2049 "$3 ${a[vmk1_$v]}"
	check_num "$name: again: bound when it connects" "$(counter nfs bind)" \
		-ge $((again + $3))
	try "$name: umount" umount "$mnt"
	try "$name: mount again" mount_nfs "$v" "$2" ${4+"$4"}
	check_eq "$name: mounted again, it is the same" "$sum" "$(sum_of "$mnt/data")"
}

preset() { # preset FAMILY: NFSv4.1 and later take one port
	local v=$1

	capture_start wrong host vmk0 "port 2049"
	if [ "$v" = 4 ]; then
		use "$v" 4.1 1
		try "umount" umount "$mnt"
	fi
	use "$v" 4.2 4 nconnect=4
	restart "v$v NFSv4.2"
	write_it "v$v NFSv4.2: after a restart"
	check_sees "v$v NFSv4.2: after a restart the filer sees vmk1" 2049 \
		"4 ${a[vmk1_$v]}"
	try "umount" umount "$mnt"
	capture_stop wrong
	check_none "v$v preset: nothing by vmk0" wrong
}

client_info() { # client_info: what the NFSv4 server knows of its clients
	at_filer sh -c 'cat /proc/fs/nfsd/clients/*/info'
}

callback_is_up() {
	client_info | grep -q '^callback state: UP'
}

delegated() {
	at_filer sh -c 'cat /proc/fs/nfsd/clients/*/states' | grep -q 'type: deleg'
}

# The filer opens a connection of its own to take back what it has delegated.
callback() { # callback FAMILY
	local v=$1 name="v$1 NFSv4.0" file=delegated$1

	# What was taken back lately isn't delegated again.
	echo once >"$export_dir/$file"
	check "$name: the filer reaches the host" wait_for 20 callback_is_up
	check "$name: by vmk1's address" grep -q \
		"^callback address: \"\?\[\?${a[vmk1_$v]}\]\?:[0-9]" <(client_info)
	spawn host /dev/null sh -c "exec sleep infinity <$mnt/$file"
	check "$name: delegated" wait_for 20 delegated
	check "$name: taken back" in_ns filer timeout 20 \
		sh -c "echo more >>$export_dir/$file"
	check_rc "$name: nothing is delegated any more" 1 delegated
	reap "$spawned" KILL
}

host_lock() { # host_lock NAME: says so when it has it
	spawn host "$tmp/host_lock" sh -c \
		"exec 9<>$mnt/$1; flock 9; echo locked; exec sleep infinity"
}

# The kernel's servers take a POSIX lock for what its client calls FLOCK.
held() { # held NAME
	grep -q "POSIX .*:$(stat -c %i "$export_dir/$1") " /proc/locks
}

is_free() { # is_free NAME
	! held "$1"
}

lock() { # lock FAMILY
	local v=$1 name="v$1 NLM"

	: >"$export_dir/lock"
	host_lock lock
	check "$name: the host has it" wait_for 20 grep -q locked "$tmp/host_lock"
	check "$name: the filer, too, says that it is locked" held lock
	check "$name: and watches vmk1's address" \
		at_filer test -e "/var/lib/nfs/sm/${a[vmk1_$v]}"
	# Once, as it takes the time in which locks can be reclaimed.
	[ "$v" = 6 ] || crash "$v"
	reap "$spawned" KILL
	check "$name: until it ends" wait_for 30 is_free lock
}

# The filer tells of its restart by a message of its own.
crash() { # crash FAMILY
	local v=$1 name="v$1 NSM"

	# The locks are gone, whom to tell is known, and the time to reclaim them is
	# one that a busy machine can keep.
	try "$name: whom to tell" at_filer cp "/var/lib/nfs/sm/${a[vmk1_$v]}" \
		/var/lib/nfs/sm.bak
	try "$name: crash" at_filer sh -c \
		"echo $export_dir >/proc/fs/nfsd/unlock_filesystem"
	setup sysctl -qw fs.nfs.nlm_grace_period=9
	restart "$name"
	setup sysctl -qw fs.nfs.nlm_grace_period=3
	check "$name: after a restart it isn't locked" is_free lock
	try "$name: sm-notify" at_filer sm-notify -f -v "filer$v"
	check "$name: the host locks it again" wait_for 20 held lock
}

# What has changing ports is the filer's address.
peer() { # peer FAMILY
	local v=$1

	capture_start wrong host vmk0 "host ${a[filer_$v]} and not arp and not icmp6"
	capture_start right host vmk1 "port 111"
	use "$v" 3 1
	lock "$v"
	try "umount" umount "$mnt"
	use "$v" 4.0 1
	callback "$v"
	try "umount" umount "$mnt"
	capture_stop wrong right
	check_none "v$v peer: nothing by vmk0" wrong
	check_num "v$v peer: not even to rpcbind, by vmk1" "$(captured right)" -gt 0
}

needs nfsd nfsv3 nfsv4
topology
load
server
locks
for v in 4 6; do
	denied "$v" 3
	denied "$v" 4.2
done
begin preset nfs
for v in 4 6; do
	preset "$v"
done
check_sum nfs
begin to "$filer4,$filer6"
for v in 4 6; do
	peer "$v"
done
check_sum nfs
finish
