#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading, under traffic.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# Some of all, and not so much that an emulated machine does nothing else.
traffic() {
	local to

	for to in "$filer4" "$filer6"; do
		spawn host /dev/null ping -q -i 0.03 "$to"
		spawn host /dev/null sh -c \
			"while :; do sock_probe -t 500 -i 30 -n 200 udp $to 7000; done"
		spawn host /dev/null sh -c \
			"while :; do sock_probe -t 500 -i 30 -n 200 tcp $to 7000; done"
	done
	spawn filer /dev/null ping -q -i 0.03 "$vmk1_4"
	spawn filer /dev/null ping -q -i 0.03 "$vmk1_6"
}

cycle() { # a load, all of it in use, an unload
	modprobe svcbind &&
	host_ctl service add svc proto any to "$filer4,$filer6" &&
	host_ctl bind svc dev vmk1 &&
	host_ctl policy set icmp-reply ingress arp all &&
	wait_for 10 counted svc matched 20 &&
	host_ctl flush &&
	svcbindctl unload &&
	! loaded
}

# The kernel says no, and svcbindctl why, in one line.
refused() {
	local module says="svcbindctl: load:"

	module=$(modinfo -n svcbind)
	# as long as it was, and of one processor
	sed -E 's/(vermagic=[^ ]* )SMP/\1UMP/' "$module" >"$tmp/other.ko"
	check_eq "a module of another kernel" \
		"$says the module was built for another kernel than $(uname -r) (see dmesg)" \
		"$(instead_of "$module" "$tmp/other.ko" svcbindctl load 2>&1)"
	check "is one by its version magic" grep -q "svcbind: version magic .* UMP" <(dmesg)
	check_eq "no right to load one" \
		"$says the kernel permits no module to be loaded: Operation not permitted (root? lockdown?)" \
		"$(unprivileged svcbindctl load 2>&1)"
	check_rc "a right to nothing: status" 2 unprivileged svcbindctl load
	check "nothing is loaded" test ! -d /sys/module/svcbind
}

instead_of() { # instead_of PATH OTHER COMMAND...: sees that at this place
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount sh -c 'mount --bind "$2" "$1" && shift 2 && exec "$@"' - "$@"
}

unprivileged() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

topology
serve filer 7000
check_eq "not loaded at first" "" "$(lsmod | grep ^svcbind)"
check_rc "not loaded: show says 3" 3 host_ctl show
check_rc "not loaded: policy says 3" 3 host_ctl policy show
check_eq "asking has not loaded it" "" "$(lsmod | grep ^svcbind)"
setup mkdir "$tmp/lib"
echo "no library" >"$tmp/lib/libkmod.so.2"
check_rc "a libkmod that can't be loaded" 2 env LD_LIBRARY_PATH="$tmp/lib" svcbindctl load
check_eq "is told, in one line" "svcbindctl: load: $tmp/lib/libkmod.so.2: file too short" \
	"$(LD_LIBRARY_PATH="$tmp/lib" svcbindctl load 2>&1)"
refused
check "svcbindctl load" svcbindctl load
check "svcbindctl load again" svcbindctl load
check "loaded" loaded
check_words "loaded: nothing changes" "errno=0 seen=$vmk0_4" probe udp "$filer4" 7000
check_eq "no right to unload it" "svcbindctl: unload: Operation not permitted" \
	"$(setpriv --bounding-set -sys_module svcbindctl unload 2>&1)"
check "svcbindctl unload" svcbindctl unload
check_rc "not loaded again" 3 host_ctl show

setup modprobe svcbind
setup host_ctl service add svc dport 7000 proto tcp,udp
check_rc "pinned by a service: modprobe -r" 1 modprobe -r svcbind
check_rc "pinned by a service: unload" 2 svcbindctl unload
check_eq "from where it is, unload says so" \
	"svcbindctl: unload: 1 service is left here (flush first, or -f)" \
	"$(host_ctl unload 2>&1)"
check "unload -f flushes first" host_ctl -f unload
check "gone" test ! -d /sys/module/svcbind

setup modprobe svcbind enforce=0
setup host_ctl service add svc dport 7000 proto tcp,udp
setup host_ctl bind svc dev vmk1
check_words "enforce=0: nothing is steered" "errno=0 seen=$vmk0_4" \
	probe sendto "$filer4" 7000
setup ip -n host link set vmk1 down
for kind in tcp sendto; do
	check_words "enforce=0: strict lets $kind pass" "errno=0 seen=$vmk0_4" \
		probe "$kind" "$filer4" 7000
done
check_num "enforce=0: what would be dropped is counted" \
	"$(counter svc drop.no_device)" -ge 2
check_sum svc
setup ip -n host link set vmk1 up
setup host_ctl -f unload

rounds=50
! slow_kernel || rounds=10
traffic
bad=0 start=$SECONDS
for i in $(seq "$rounds"); do
	cycle >"$tmp/cycle" 2>&1 || {
		bad=$((bad + 1))
		echo "# round $i: $(cat "$tmp/cycle")"
	}
done
echo "# $rounds rounds in $((SECONDS - start)) s"
check_eq "$rounds rounds of load, bind, flush and unload under traffic" 0 "$bad"
for pid in "${background[@]:1}"; do
	reap "$pid" KILL
done
finish
