# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests with real storage clients share.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mib=2

disk_mib=16
lio=/sys/kernel/config/target iqn=iqn.2025-11.org.example:disk
nvmet=/sys/kernel/config/nvmet nqn=nqn.2025-11.org.example:disk

needs() { # needs MODULE...: all of them, or there is nothing to test
	local module

	for module; do
		if ! modprobe -nq "$module"; then
			echo "1..0 # SKIP no $module in this kernel"
			ktap_done=1
			exit 4
		fi
	done
}

data() { # data FILE: something new in it, whose sum is in $sum
	dd if=/dev/urandom of="$1" bs=1M count="$mib" status=none
	sum=$(sum_of "$1")
}

sum_of() { # sum_of FILE [direct]: of as much as data() makes
	local sum

	read -r sum _ < <(dd if="$1" bs=1M count="$mib" ${2:+iflag="$2"} status=none |
		sha256sum)
	echo "$sum"
}

bracket() { # bracket ADDRESS: where a port may follow
	case "$1" in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# What decides is what the server sees.
seen() { # seen PORT [NETNS]: "CONNECTIONS ADDRESS ..." of who is connected to it
	local peer all=''
	local -A count=()

	while read -r _ _ _ peer _; do
		peer=${peer%:*}
		peer=${peer//[][]/}
		count[$peer]=$((${count[$peer]-0} + 1))
	done < <(in_ns "${2-filer}" ss -Htn state established "sport = $1")
	for peer in "${!count[@]}"; do
		all+=" ${count[$peer]} $peer"
	done
	echo "${all# }"
}

sees() { # sees PORT SEEN [NETNS]
	last_seen=$(seen "$1" "${3-filer}")
	[ "$last_seen" = "$2" ]
}

check_sees() { # check_sees NAME PORT SEEN [NETNS]
	wait_for 20 sees "${@:2}"
	check_eq "$1" "$3" "$last_seen"
}

# As if they had timed out: the client has to open others, and gets no word.
sever() { # sever PORT: all that the host has open to it
	in_ns host ss -HtnK "dport = $1" | grep -q .
}

# The server outlives who started it.
nfsd_stop() { # nfsd_stop NETNS PID
	nsenter -t "$2" --mount --net -- rpc.nfsd 0
	ip netns pids "$1" | xargs -r kill
	wait_for 10 eval "[ -z \"\$(ip netns pids $1)\" ]"
} >/dev/null 2>&1

configfs() {
	setup modprobe configfs
	mountpoint -q /sys/kernel/config || setup mount -t configfs none /sys/kernel/config
}

# A portal is in the network namespace of who makes it.
lio_start() { # lio_start NETNS ADDRESS...: an iSCSI target, whose disk is $tmp/iscsi.disk
	local disk=$lio/core/fileio_0/disk tpg=$lio/iscsi/$iqn/tpgt_1 address name

	configfs
	setup modprobe -a target_core_mod target_core_file iscsi_target_mod
	truncate -s "${disk_mib}M" "$tmp/iscsi.disk"
	setup mkdir -p "$disk" "$lio/iscsi"
	setup mkdir -p "$tpg/lun/lun_0"
	echo "fd_dev_name=$tmp/iscsi.disk,fd_dev_size=$((disk_mib << 20)),fd_buffered_io=1" \
		>"$disk/control"
	echo 1 >"$disk/enable"
	setup ln -s "$disk" "$tpg/lun/lun_0/disk"
	echo 0 >"$tpg/attrib/authentication"
	echo 0 >"$tpg/attrib/demo_mode_write_protect"
	for name in generate_node_acls cache_dynamic_acls; do
		echo 1 >"$tpg/attrib/$name"
	done
	for address in "${@:2}"; do
		setup in_ns "$1" mkdir "$tpg/np/$(bracket "$address"):3260"
	done
	echo 1 >"$tpg/enable"
}

lio_stop() {
	local tpg=$lio/iscsi/$iqn/tpgt_1

	[ -d "$tpg" ] || return 0
	echo 0 >"$tpg/enable"
	rm -f "$tpg/lun/lun_0/disk"
	rmdir "$tpg/np/"* "$tpg/lun/lun_0" "$tpg" "$lio/iscsi/$iqn" \
		"$lio/core/fileio_0/disk" "$lio/core/fileio_0"
}

iscsid_start() { # iscsid_start NETNS, which has to be the initial one
	setup modprobe -a iscsi_tcp sd_mod
	echo "InitiatorName=iqn.2025-11.org.example:host" >"$tmp/initiator"
	mkdir -p /run/lock
	spawn "$1" "$tmp/iscsid" iscsid -f -i "$tmp/initiator"
	wait_for 20 in_ns "$1" iscsiadm -m iface ||
		bail "no iscsid: $(cat "$tmp/iscsid")"
}

# What discovery finds is in /etc/iscsi; the times are those of who can't wait.
iscsi_discover() { # iscsi_discover NETNS ADDRESS
	local name

	setup in_ns "$1" iscsiadm -m discovery -t st -p "$(bracket "$2")"
	for name in interval timeout; do
		setup in_ns "$1" iscsiadm -m node -T "$iqn" -o update \
			-n "node.conn[0].timeo.noop_out_$name" -v 1
	done
}

iscsi_forget() { # iscsi_forget NETNS
	in_ns "$1" iscsiadm -m node -T "$iqn" -u
	in_ns "$1" iscsiadm -m node -T "$iqn" -o delete
} >/dev/null 2>&1

iscsi_disk() {
	local path

	for path in /sys/class/iscsi_session/session*/device/target*/*/block/sd*; do
		[ -b "/dev/${path##*/}" ] && echo "/dev/${path##*/}" && return
	done
	return 1
}

nvmet_start() { # nvmet_start NETNS ADDRESS...: its disk is $tmp/nvme.disk
	local subsystem=$nvmet/subsystems/$nqn address port id=0

	configfs
	setup modprobe -a nvmet nvmet-tcp nvme-tcp
	truncate -s "${disk_mib}M" "$tmp/nvme.disk"
	setup mkdir -p "$subsystem/namespaces/1"
	echo 1 >"$subsystem/attr_allow_any_host"
	# A tmpfs has no direct I/O.
	echo 1 >"$subsystem/namespaces/1/buffered_io"
	echo -n "$tmp/nvme.disk" >"$subsystem/namespaces/1/device_path"
	echo 1 >"$subsystem/namespaces/1/enable"
	for address in "${@:2}"; do
		port=$nvmet/ports/$((++id))
		setup mkdir "$port"
		echo tcp >"$port/addr_trtype"
		echo ipv4 >"$port/addr_adrfam"
		[[ "$address" != *:* ]] || echo ipv6 >"$port/addr_adrfam"
		echo "$address" >"$port/addr_traddr"
		echo 4420 >"$port/addr_trsvcid"
		setup in_ns "$1" ln -s "$subsystem" "$port/subsystems/"
	done
}

nvmet_stop() {
	local port

	[ -d "$nvmet/subsystems/$nqn" ] || return 0
	for port in "$nvmet/ports/"*; do
		rm "$port/subsystems/$nqn"
		rmdir "$port"
	done
	echo 0 >"$nvmet/subsystems/$nqn/namespaces/1/enable"
	rmdir "$nvmet/subsystems/$nqn/namespaces/1" "$nvmet/subsystems/$nqn"
}

nvme_disk() {
	local path

	for path in /dev/nvme*n1; do
		[ -b "$path" ] && echo "$path" && return
	done
	return 1
}
