#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Services that the host offers, or takes part in from both ends: what it answers
# leaves by the port that was asked.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/clients_lib.sh
. "$(dirname "$0")/clients_lib.sh"

# The kernel tells iscsid in the initial namespace alone of iSCSI.
machine=filer
export_dir=/srv/export mnt=/mnt knfsd=

at_teardown() {
	umount -lf "$mnt" >/dev/null 2>&1
	iscsi_forget filer
	lio_stop
	[ -z "$knfsd" ] || nfsd_stop host "$knfsd"
	umount -l "$export_dir" >/dev/null 2>&1
}

begin() { # begin PRESET DEVICES [MATCH...]: what follows is of that service
	setup host_ctl -f flush
	setup host_ctl service add svc preset "$1" "${@:3}"
	setup host_ctl bind svc dev "$2"
}

# Not bound, all that the host says leaves by vmk0, whichever port was asked.
answers() { # answers CAPTURE DEV: that left by it
	captured "$1$2" "ether src 02:00:00:00:00:1$((${2#vmk} + 1))"
}

watch() { # watch NAME FILTER
	capture_start "$1vmk0" host vmk0 "$2"
	capture_start "$1vmk1" host vmk1 "$2"
}

watched() { # watched NAME
	capture_stop "$1vmk0" "$1vmk1"
}

asked() { # asked NAME CAPTURE DEV FAMILY: all of it left by that, as from there
	local other=vmk$((1 - ${3#vmk}))

	check_eq "$1: by the other port nothing leaves" 0 "$(answers "$2" "$other")"
	check_num "$1: by the port that was asked all" "$(answers "$2" "$3")" -gt 0
	check_none "$1: and from its address" "$2$3" \
		"ether src 02:00:00:00:00:1$((${3#vmk} + 1)) and not src host ${a[$3_$4]}"
}

ssh_start() {
	mkdir -p /run/sshd "$tmp/ssh"
	chmod 700 "$tmp/ssh"
	setup ssh-keygen -qt ed25519 -N "" -f "$tmp/ssh/key"
	cp "$tmp/ssh/key.pub" "$tmp/ssh/authorized"
	spawn host "$tmp/sshd" /usr/sbin/sshd -De -f /dev/null -h "$tmp/ssh/key" \
		-o "AuthorizedKeysFile=$tmp/ssh/authorized" -o StrictModes=no \
		-o UseDNS=no -o UsePAM=no
	wait_for 20 listening host 22 || bail "no sshd: $(cat "$tmp/sshd")"
}

login() { # login ADDRESS
	in_ns filer ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o LogLevel=ERROR -o KexAlgorithms=curve25519-sha256 -i "$tmp/ssh/key" "root@$1" echo here
}

ssh_login() { # ssh_login NAME FAMILY DEV
	local address=${a[$3_$2]}

	watch ssh "tcp port 22"
	check_eq "$1: an ssh login to $3" here "$(login "$address")"
	watched ssh
}

# A login takes an emulated machine seconds.
management() { # management FAMILY
	local v=$1 dev ports=(vmk1)

	setup host_ctl -f flush
	reach "${a[vmk0_$v]}" vmk0
	reach "${a[vmk1_$v]}" vmk1
	if [ "$v" = 4 ]; then
		ports=(vmk0 vmk1)
		ssh_login "v$v not bound" "$v" vmk1
		check_num "v$v not bound: it is answered by vmk0" \
			"$(answers ssh vmk0)" -gt 0
	fi
	begin management vmk0,vmk1
	for dev in "${ports[@]}"; do
		ssh_login "v$v management" "$v" "$dev"
		asked "v$v management: $dev" ssh "$dev" "$v"
	done
	check_sum svc
}

# Two connections at once, both ways, as two guests that come and go.
migration() { # migration FAMILY
	local v=$1 name="v$1 migration" port sender senders=()

	begin migration vmk1 to 10.0.0.0/24,fd00::/64
	data "$tmp/data"
	for port in 49152 49215; do
		receive filer "$port" "$v" "$tmp/out.$port"
		receive host "$port" "$v" "$tmp/in.$port"
	done
	watch move "tcp portrange 49152-49215"
	for port in 49152 49215; do
		send host "TCP:$(bracket "${a[filer_$v]}"):$port"
		send filer "TCP:$(bracket "${a[vmk1_$v]}"):$port"
	done
	for sender in "${senders[@]}"; do
		check_exit "$name: sent" "$sender"
	done
	for port in 49152 49215; do
		check "$name: $port: it has arrived" wait_for 20 same "$tmp/out.$port"
		check "$name: $port: so has what came" wait_for 20 same "$tmp/in.$port"
	done
	watched move
	asked "$name" move vmk1 "$v"
	check_eq "$name: those that went out were bound" 2 "$(counter svc bind)"
	check_sum svc
}

receive() { # receive NETNS PORT FAMILY FILE
	spawn "$1" "$tmp/$1.$2" socat -u "TCP$3-LISTEN:$2,reuseaddr" "CREATE:$4"
	wait_for 20 listening "$1" "$2" || bail "no socat: $(cat "$tmp/$1.$2")"
}

send() { # send NETNS ADDRESS
	spawn "$1" "$tmp/send" socat -u "$tmp/data" "$2"
	senders+=("$spawned")
}

same() { # same FILE
	[ "$(sum_of "$1")" = "$sum" ]
}

nfs_start() {
	mkdir -p "$export_dir" "$mnt"
	mount -t tmpfs tmpfs "$export_dir"
	spawn host "$tmp/knfsd" "$here/demo/knfsd.sh" "$export_dir" "$filer4" "$filer6"
	knfsd=$spawned
	wait_for 60 grep -q "^ready" "$tmp/knfsd" ||
		bail "no NFS server: $(cat "$tmp/knfsd")"
}

nfs_server() { # nfs_server FAMILY
	local v=$1 name="v$1 nfs-server"

	begin nfs-server vmk1
	watch nfs "port 2049"
	check "$name: mounted" in_ns filer mount -t nfs \
		-o vers=4.2,hard,timeo=50,retry=0 "$(bracket "${a[vmk1_$v]}"):/" "$mnt"
	data "$tmp/data"
	check "$name: written" dd if="$tmp/data" of="$mnt/data" bs=1M conv=fsync \
		status=none
	check "$name: the host has it" same "$export_dir/data"
	try "$name: umount" umount "$mnt"
	watched nfs
	asked "$name" nfs vmk1 "$v"
	check_sum svc
}

iscsi_target() { # iscsi_target FAMILY
	local v=$1 name="v$1 iscsi-target" portal disk

	begin iscsi-target vmk1
	portal=$(bracket "${a[vmk1_$v]}"):3260
	watch iscsi "port 3260"
	check "$name: login" in_ns filer iscsiadm -m node -T "$iqn" -p "$portal" -l
	wait_for 20 iscsi_disk || bail "$name: no disk"
	disk=$(iscsi_disk)
	data "$tmp/data"
	check "$name: written" dd if="$tmp/data" of="$disk" bs=128k oflag=direct \
		conv=fsync status=none
	check "$name: the host has it" same "$tmp/iscsi.disk"
	check "$name: logout" in_ns filer iscsiadm -m node -T "$iqn" -p "$portal" -u
	watched iscsi
	asked "$name" iscsi vmk1 "$v"
	check_sum svc
}

needs nfsd nfsv4 iscsi_target_mod iscsi_tcp
topology
load
ssh_start
nfs_start
lio_start host "$vmk1_4" "$vmk1_6"
iscsid_start filer
iscsi_discover filer "$vmk1_4"
for v in 4 6; do
	management "$v"
	migration "$v"
	nfs_server "$v"
	iscsi_target "$v"
done
finish
