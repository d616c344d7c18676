#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every allocation of every operation fails once: the operation says so and has
# changed nothing, or gets over it and has changed everything.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
if [ ! -e /proc/self/fail-nth ] || [ ! -d /sys/kernel/debug/failslab ]; then
	echo "TAP version 13"
	echo "1..0 # SKIP no fault injection in this kernel"
	exit 4
fi
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/kmemleak.sh
. "$(dirname "$0")/kmemleak.sh"

# Without a word in the log (a fault's backtrace looks like a bug's), and those
# that could wait for memory as well as those that can't.
faults_configure() {
	local dir

	for dir in /sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc; do
		[ -d "$dir" ] || continue
		echo 0 >"$dir/verbose"
		echo 0 >"$dir/probability"
		echo N >"$dir/ignore-gfp-wait"
	done
	if [ -d "$dir" ]; then
		echo N >"$dir/ignore-gfp-highmem"
		echo 0 >"$dir/min-order"
	fi
}

results() { # results: those of fault_nth
	local verdict text

	while read -r verdict text; do
		case "$verdict" in
		good) ok "$text" ;;
		bad) not_ok "$text" ;;
		skip) ok "$text # SKIP not in this kernel" ;;
		*) diag <<<"$verdict $text" ;;
		esac
	done
}

fault() { # fault NETNS ARGUMENT...
	in_ns "$1" fault_nth "${@:2}" >"$tmp/fault" 2>&1
	check_eq "fault_nth ${*:2} came to its end" 0 $?
	results <"$tmp/fault"
}

shown() {
	in_ns faults svcbindctl -j -s show | gojq 'del(.generation)'
}

kmemleak_start
faults_configure
netns_add faults
ip -n faults link add d0 type veth peer name d1
addresses_add faults d0 10.1.0.1/24 fd01::1/64
addresses_add faults d1 10.2.0.1/24 fd02::1/64
ip -n faults link set d0 up
ip -n faults link set d1 up
for module in nf_conntrack nf_nat nf_defrag_ipv6; do
	modprobe -q "$module" # the first load of these is another module's affair
done

fault faults module "$(modinfo -n svcbind)"
loaded || load
before=$(shown)
# So that there are events to be made, and to fail.
spawn faults "$tmp/monitor" svcbindctl -j monitor
fault faults netlink
check_eq "everything is as it was" "$before" "$(shown)"
check "who listens was told of changes" grep -q '"event":"bind"' "$tmp/monitor"
check "and that events were lost, for want of memory" \
	grep -q '"event":"overrun"' "$tmp/monitor"
reap "$spawned" INT
check_eq "and bore it" 0 $?
fault faults netns 40
in_ns faults svcbindctl -f flush
netns_del faults
namespaces=()
check "modprobe -r svcbind" unload
kmemleak_check
finish
