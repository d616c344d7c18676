#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's SMB client, against Samba, which lets vmk1's addresses in alone.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/clients_lib.sh
. "$(dirname "$0")/clients_lib.sh"

export_dir=$tmp/export mnt=/mnt

at_teardown() {
	umount -lf "$mnt" >/dev/null 2>&1
}

server() {
	local dir=$tmp/samba

	mkdir -p "$dir" "$export_dir"
	{
		printf '%s\n' "[global]" "server role = standalone server" \
			"disable netbios = yes" "smb ports = 445" "load printers = no" \
			"log file = $tmp/smbd.log" "hosts allow = $vmk1_4 $vmk1_6"
		printf '%s = '"$dir"'\n' "lock directory" "state directory" \
			"cache directory" "pid directory" "private dir" "ncalrpc dir"
		printf '%s\n' "[export]" "path = $export_dir" "read only = no"
	} >"$tmp/smb.conf"
	printf 'secret\nsecret\n' >"$tmp/passwords"
	try "a user" smbpasswd -c "$tmp/smb.conf" -a -s root <"$tmp/passwords"
	spawn filer "$tmp/smbd" smbd -F --no-process-group -s "$tmp/smb.conf"
	wait_for 60 listening filer 445 || bail "no smbd: $(cat "$tmp/smbd" "$tmp/smbd.log")"
}

mount_smb() { # mount_smb FAMILY
	in_ns host mount -t cifs -o "ip=${a[filer_$1]},user=root,password=secret,vers=3.1.1" \
		//filer/export "$mnt"
}

write_it() { # write_it NAME: what the filer has then is what was written
	data "$tmp/data"
	check "$1: written" dd if="$tmp/data" of="$mnt/data" bs=1M conv=fsync status=none
	check_eq "$1: the filer has it" "$sum" "$(sum_of "$export_dir/data")"
}

smb() { # smb FAMILY
	local v=$1 name="v$1 SMB" before

	setup host_ctl -f flush
	check_rc "$name: not bound, the filer refuses" 32 mount_smb "$v"
	setup host_ctl service add svc preset smb
	setup host_ctl bind svc dev vmk1
	capture_start wrong host vmk0 "tcp port 445"
	check "$name: mounted" mount_smb "$v"
	write_it "$name"
	check_sees "$name: the filer sees vmk1" 445 "1 ${a[vmk1_$v]}"
	before=$(counter svc bind)
	check_num "$name: bound when it connects" "$before" -gt 0
	check "$name: severed" sever 445
	write_it "$name: again"
	check_sees "$name: again: the filer sees vmk1" 445 "1 ${a[vmk1_$v]}"
	check_num "$name: again: bound when it connects" "$(counter svc bind)" -gt "$before"
	try "umount" umount "$mnt"
	check "$name: mounted again" mount_smb "$v"
	check_eq "$name: it is the same" "$sum" "$(sum_of "$mnt/data")"
	try "umount" umount "$mnt"
	capture_stop wrong
	check_none "$name: nothing by vmk0" wrong
	check_sum svc
}

needs cifs
topology
load
server
for v in 4 6; do
	smb "$v"
done
finish
