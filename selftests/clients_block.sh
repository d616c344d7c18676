#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's iSCSI initiator and NVMe/TCP host, without any setting of theirs that
# names a device, against the kernel's targets.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/clients_lib.sh
. "$(dirname "$0")/clients_lib.sh"

# The kernel tells iscsid in the initial namespace alone of iSCSI, and makes the
# sockets of NVMe there when it connects again.
machine=host

at_teardown() {
	iscsi_forget host
	in_ns host nvme disconnect -n "$nqn" >/dev/null 2>&1
	lio_stop
	nvmet_stop
}

write_it() { # write_it NAME DEVICE FILE: what the filer has then is what was written
	data "$tmp/data"
	check "$1: written" dd if="$tmp/data" of="$2" bs=128k oflag=direct \
		conv=fsync status=none
	check_eq "$1: the filer has it" "$sum" "$(sum_of "$3")"
	check_eq "$1: read back it is the same" "$sum" "$(sum_of "$2" direct)"
}

nobody() { # nobody PORT: the host has lost its connections
	! in_ns host ss -Htn state established "dport = $1" | grep -q .
}

# A link that is lost for so long that the client gives up its connections, while
# it is being written to.
lose_link() { # lose_link NAME PORT SEEN DEVICE FILE
	local name="$1: lost link" before writer

	before=$(counter svc bind)
	data "$tmp/data"
	ip -n sw link set host.vmk1 down
	spawn host "$tmp/writer" dd if="$tmp/data" of="$4" bs=128k oflag=direct \
		conv=fsync status=none
	writer=$spawned
	check "$name: the connections are given up" wait_for 60 nobody "$2"
	check_words "$name: others are refused at once" "errno=EHOSTUNREACH ms<1000" \
		probe tcp "$filer4" "$2"
	check "$name: who writes waits" kill -0 "$writer"
	ip -n sw link set host.vmk1 up
	check "$name: link again, others are opened" wait_for 60 sees "$2" "$3"
	check_exit "$name: who has written ends well" "$writer"
	check_eq "$name: the filer has it" "$sum" "$(sum_of "$5")"
	check_num "$name: bound when it connects" "$(counter svc bind)" -gt "$before"
}

# The service is bound while its connection is open by vmk0.
bind_it() { # bind_it NAME PRESET PORT FAMILY CONNECTIONS
	check_sees "$1: not bound, the filer sees vmk0" "$3" "$5 ${a[vmk0_$4]}"
	setup host_ctl service add svc preset "$2"
	setup host_ctl bind svc dev vmk1 --close-stale
	check_sees "$1: bound, stale ones closed, it sees vmk1" "$3" "$5 ${a[vmk1_$4]}"
	check_num "$1: bound when it connects" "$(counter svc bind)" -ge "$5"
	capture_start wrong host vmk0 "port $3"
}

unbind_it() { # unbind_it NAME
	capture_stop wrong
	check_none "$1: nothing by vmk0" wrong
	check_sum svc
	setup host_ctl -f flush
}

iscsi() { # iscsi FAMILY
	local v=$1 name="v$1 iSCSI" portal dev

	portal=$(bracket "${a[filer_$v]}"):3260
	check "$name: login" in_ns host iscsiadm -m node -T "$iqn" -p "$portal" -l
	wait_for 20 iscsi_disk || bail "$name: no disk"
	dev=$(iscsi_disk)
	bind_it "$name" iscsi 3260 "$v" 1
	write_it "$name" "$dev" "$tmp/iscsi.disk"
	lose_link "$name" 3260 "1 ${a[vmk1_$v]}" "$dev" "$tmp/iscsi.disk"
	check "$name: logout" in_ns host iscsiadm -m node -T "$iqn" -p "$portal" -u
	unbind_it "$name"
}

# One to read and one to write, however few processors there are, beside that of
# administration.
nvme_tcp() { # nvme_tcp FAMILY
	local v=$1 name="v$1 NVMe/TCP" dev

	check "$name: connect" in_ns host nvme connect -t tcp -a "${a[filer_$v]}" -s 4420 \
		-n "$nqn" -i 1 -W 1 --keep-alive-tmo 2 --reconnect-delay 1
	wait_for 20 nvme_disk || bail "$name: no disk"
	dev=$(nvme_disk)
	bind_it "$name" nvme-tcp 4420 "$v" 3
	write_it "$name" "$dev" "$tmp/nvme.disk"
	lose_link "$name" 4420 "3 ${a[vmk1_$v]}" "$dev" "$tmp/nvme.disk"
	check "$name: disconnect" in_ns host nvme disconnect -n "$nqn"
	unbind_it "$name"
}

needs iscsi_target_mod iscsi_tcp nvmet-tcp nvme-tcp
topology
load
lio_start filer "$filer4" "$filer6"
iscsid_start host
iscsi_discover host "$filer4"
for v in 4 6; do
	iscsi "$v"
done
nvmet_start filer "$filer4" "$filer6"
for v in 4 6; do
	nvme_tcp "$v"
done
finish
