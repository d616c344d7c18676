#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A host that systemd has just booted: its NFS, iSCSI and NVMe mounts came up at
# the first try, by vmk1 alone, although devices and addresses came after the
# rules.  Then the unit: reload, a file that is refused, stop, no file.

# shellcheck disable=SC2317 # check calls functions

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

boot=/run/boot
file=/etc/svcbind/svcbind.yaml
unit=svcbind.service
declare -A port=([nfs]=2049 [iscsi]=3260 [nvme]=4420)
storage="(port 2049 or port 3260 or port 4420)"
hw0=02:00:00:00:00:11 hw1=02:00:00:00:00:12

property() { # property UNIT NAME
	systemctl show -P "$2" "$1"
}

booted() {
	local what v

	check_eq "all units are well" running "$(systemctl is-system-running --wait)"
	systemctl --failed --plain --no-legend | diag
	for what in nfs iscsi nvme; do
		for v in v4 v6; do
			check "$what over IP$v is mounted" mountpoint -q "/mnt/$what.$v"
			check "$what over IP$v is the filer's" \
				grep -qx "$what\(.$v\)\?" "/mnt/$what.$v/name"
		done
	done
}

before() { # before NAME UNIT PROPERTY UNIT PROPERTY: in microseconds since boot
	local one two

	one=$(property "$2" "$3")
	two=$(property "$4" "$5")
	if [ "${one:-0}" -gt 0 ] && [ "${two:-0}" -ge "$one" ]; then
		ok "$1"
	else
		not_ok "$1" "$2 $3 $one, $4 $5 $two"
	fi
}

order() {
	local login start=ExecMainStartTimestampMonotonic
	local active=ActiveEnterTimestampMonotonic

	before "applied before network-pre.target" \
		$unit ExecMainExitTimestampMonotonic network-pre.target $active
	before "network-pre.target is before the network daemon" \
		network-pre.target $active systemd-networkd.service $start
	for login in open-iscsi nvmf-autoconnect; do
		before "$login is before remote-fs-pre.target" \
			"$login.service" $start remote-fs-pre.target $active
		before "$login came after svcbind" \
			$unit ExecMainExitTimestampMonotonic "$login.service" $start
	done
	check_eq "vmk1 was pending after apply" "pending pending pending" \
		"$(gojq -r '[.services[].binding.devices[].state] | join(" ")' \
			$boot/before.json)"
	check_eq "vmk1 is usable now" "usable usable usable" \
		"$(svcbindctl -j show |
			gojq -r '[.services[].binding.devices[].state] | join(" ")')"
	check_eq "the routing table elects vmk0 (IPv4)" vmk0 \
		"$(ip -j route get "$filer4" | gojq -r '.[0].dev')"
	check_eq "the routing table elects vmk0 (IPv6)" vmk0 \
		"$(ip -j route get "$filer6" | gojq -r '.[0].dev')"
}

recorded() { # recorded NAME: that capture, made since before the network, ends
	ln -sf "$boot/$1.pcap" "$boot/$1.err" "$tmp"
	capture_pid[$1]=$(<"$boot/$1.pid")
	wait_for 20 capture_settled "$1" ||
		not_ok "capture $1 is complete" "$(cat "$tmp/$1.err")"
	kill "${capture_pid[$1]}"
	check "capture $1 lost nothing" \
		wait_for 20 grep "^0 packets dropped by kernel" "$tmp/$1.err"
}

opened() { # opened ADDRESS PORT: SYNs that left for that, and answers that came
	local syn="tcp[13] & 0x12 ==" dst="dst host $1 and dst port $2"
	local src="src host $1 and src port $2"

	[[ "$1" != *:* ]] || syn="ip6[6] == 6 and ip6[53] & 0x12 =="
	echo "$(captured cable1 "$dst and $syn 0x02")" \
		"$(captured cable1 "$src and $syn 0x12")"
}

wires() {
	local v what syns answers

	recorded cable0
	recorded cable1
	check_num "the capture at vmk0 saw vmk0" \
		"$(captured cable0 "ether src $hw0")" -gt 0
	check_eq "packets of storage through vmk0: none" 0 \
		"$(captured cable0 "ether host $hw0 and $storage")"
	for v in 4 6; do
		check_eq "packets of storage with vmk0's IPv$v address: none" 0 \
			"$(captured cable1 "host ${a[vmk0_$v]} and $storage")"
		for what in nfs iscsi nvme; do
			read -r syns answers < <(opened "${a[filer_$v]}" "${port[$what]}")
			check_num "$what over IPv$v was opened through vmk1" \
				"$syns" -gt 0
			check_eq "$what over IPv$v: the first SYN of each was answered" \
				"$syns" "$answers"
		done
		check_eq "nfs, iscsi over IPv$v: one connection each" "1 1, 1 1" \
			"$(opened "${a[filer_$v]}" 2049), $(opened "${a[filer_$v]}" 3260)"
		check_eq "packets of storage are from vmk1's hardware" 0 \
			"$(captured cable1 "src host ${a[vmk1_$v]} and $storage and
				not ether src $hw1")"
	done
	check_eq "nothing was dropped" 0 "$(svcbindctl -j -s show |
		gojq '[.services[].counters.drop[]] | add')"
}

use() { # the mounts work
	local what v

	for what in nfs iscsi nvme; do
		for v in v4 v6; do
			dd if=/dev/urandom of="/mnt/$what.$v/data" bs=64k count=4 \
				conv=fsync status=none || return
		done
	done
}

journal() { # journal CURSOR-FILE: what svcbind said since
	journalctl --sync
	journalctl -q -o cat -u $unit -t svcbindctl --cursor-file="$1"
}

reload() {
	local old line

	journal "$tmp/cursor" >/dev/null
	cp $file "$tmp/good"
	cat >>$file <<-END
	  - name: backup
	    proto: [tcp]
	    dport: [10000-10010]
	    bind: {devices: [vmk1], mode: prefer}
	END
	check "reload applies a changed file" systemctl reload svcbind
	check_eq "reload: the new service is there" prefer \
		"$(svcbindctl -j show backup | gojq -r '.services[0].binding.mode')"
	old=$(svcbindctl -j show)
	sed -i 's/mode: strict/mode: strickt/' $file
	check_rc "reload fails with a broken file" 1 systemctl reload svcbind
	check_eq "the old rules are in force" "$old" "$(svcbindctl -j show)"
	check_eq "the unit is active" active "$(systemctl is-active svcbind)"
	line=$(grep -n strickt $file | cut -d: -f1)
	check "the journal has the line that says where and why" \
		grep "^svcbindctl: apply: $file:$line:[0-9]*: .*strickt" \
		<(journal "$tmp/cursor")
	check "the mounts go on" use
}

stop() {
	local old

	old=$(svcbindctl -j show)
	check "stop" systemctl stop svcbind
	check_eq "the unit is inactive" inactive "$(systemctl is-active svcbind)"
	check_eq "stop leaves the rules in force" "$old" "$(svcbindctl -j show)"
	check "the mounts go on" use
	check_rc "start fails with the broken file" 1 systemctl start svcbind
	check_eq "the unit has failed" failed "$(systemctl is-active svcbind)"
	check_eq "start leaves the old rules in force" "$old" "$(svcbindctl -j show)"
	cp "$tmp/good" $file
	check "start applies the mended file" systemctl start svcbind
	check_eq "the added service is gone" "iscsi nfs nvme" \
		"$(svcbindctl -j show | gojq -r '[.services[].name] | sort | join(" ")')"
	check "restart" systemctl restart svcbind
	check "the mounts go on" use
}

# An ssh session would be moved, and whose it is isn't known.
reload_spares_ssh() {
	local old

	cat >>$file <<-END
	  - name: mgmt
	    proto: [tcp]
	    sport: [22]
	    bind: {devices: [vmk1]}
	END
	nc -d -l "$vmk0_4" 22 >"$tmp/ssh" 2>&1 </dev/null &
	background+=("$!")
	wait_for 20 at_port_22 listening || bail "no server: $(cat "$tmp/ssh")"
	spawn filer "$tmp/client" nc -d -p 40222 "$vmk0_4" 22
	wait_for 20 at_port_22 established || bail "no session: $(cat "$tmp/client")"
	old=$(svcbindctl -j show)
	check_rc "reload moves no ssh session" 1 systemctl reload svcbind
	check_eq "what was in force is" "$old" "$(svcbindctl -j show)"
	check "the journal says whose" grep "^svcbindctl: apply.* would move the ssh session of ${filer4//./\\.} port" \
		<(journal "$tmp/cursor")
	cp "$tmp/good" $file
}

at_port_22() { # at_port_22 STATE: is there a socket?
	ss -Htn state "$1" sport = 22 | grep -q .
}

no_file() {
	systemctl stop svcbind
	mv $file "$tmp/good"
	check "without a file, start is no error" systemctl start svcbind
	check_eq "without a file, the unit is inactive" inactive \
		"$(systemctl is-active svcbind)"
	check_eq "without a file, the system is well" running \
		"$(systemctl is-system-running)"
}

# Else nothing above says anything: without svcbind, the filer refuses the host.
without() {
	local v

	try "umount" umount /mnt/{nfs,iscsi,nvme}.v{4,6}
	try "logout" iscsiadm -m node -u
	try "disconnect" nvme disconnect-all
	check "flush" svcbindctl flush
	for v in v4 v6; do
		check_rc "without svcbind: nfs over IP$v is refused" 32 \
			mount "/mnt/nfs.$v"
		check "without svcbind: iscsi over IP$v is refused" \
			refused iscsiadm -m node -T "iqn.2025-11.org.example:$v" -l
	done
	check "without svcbind: nvme is refused" \
		refused nvme discover -t tcp -a "$filer4" -s 4420
	check "without svcbind: nvme over IPv6 is refused" \
		refused nvme discover -t tcp -a "$filer6" -s 4420
}

refused() { # refused COMMAND...: it fails
	! "$@"
}

booted
order
check "the mounts work" use
wires
reload
stop
reload_spares_ssh
no_file
without
finish
