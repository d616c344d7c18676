#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit tests of the module's parts, in the kernel: selftests/kunit. Their
# nested results in the kernel's log become results of this test.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

if ! modinfo svcbind_kunit >/dev/null 2>&1; then
	ktap_done=1
	echo "1..0 # SKIP a kernel without CONFIG_KUNIT"
	exit 4
fi

# What egress_test.c looks for, in the initial namespace, where no gateway and
# no peer answers.
dummy() { # dummy NAME [ADDRESS4 ADDRESS6 [OPTION]]
	setup ip link add "$1" type dummy
	setup ip link set "$1" addrgenmode none
	setup ip link set "$1" up
	[ $# -gt 1 ] || return
	setup ip address add "$2" dev "$1" "${@:4}"
	setup ip address add "$3" dev "$1" nodad "${@:4}"
}

devices() {
	dummy kunit0 10.99.0.11/24 fd99::11/64
	dummy kunit1 10.99.0.12/24 fd99::12/64
	dummy kunit2 10.99.0.13/24 fd99::13/64 noprefixroute
	dummy kunit3 10.99.0.14/24 fd99::14/64
	setup ip link set kunit3 down
	dummy kunit4
	setup ip route add default via 10.99.0.1 dev kunit0
	setup ip -6 route add default via fd99::1 dev kunit0
}

# Prints "ok|not|skip NAME" for each result, "# TEXT" for what belongs to the
# next one, and "fault TEXT" for what is wrong with the log.
flatten() {
	awk '
	function leaf(word, name) {
		print word " " name
		leaves++
	}
	function result(name) {
		sub(/^ *(not )?ok [0-9]+ -? ?/, "", name)
		return name
	}
	function word(line) {
		return line ~ /^ *not ok/ ? "not" : line ~ /# SKIP/ ? "skip" : "ok"
	}
	/^kunit: disabled/ { print "fault KUnit is disabled: kunit.enable=1" }
	/^1\.\./ { suites = substr($0, 4) + 0; next }
	/^    # Subtest: / { suite = $3; cases = 0; bad = 0; next }
	/^        # Subtest: / { name = $3; params = 0; next }
	/^    1\.\./ { planned = substr($0, 8) + 0; next }
	/^        (not )?ok / {
		params++
		bad += /not ok/
		leaf(word($0), suite "/" name ": " result($0))
		next
	}
	/^    (not )?ok / {
		cases++
		if (!params || (/not ok/ && !bad))
			leaf(word($0), suite "/" result($0))
		bad += /not ok/
		params = 0
		next
	}
	/^(not )?ok [0-9]+ svcbind_/ {
		seen++
		if (/not ok/ && !bad)
			print "fault " $0
		if (cases != planned)
			print "fault " suite ": " cases " cases of " planned
		next
	}
	/EXPECTATION FAILED|ASSERTION FAILED/ { failing = 1 }
	/^    / && failing { print "# " $0 }
	/# .*: pass:|# Totals/ { failing = 0 }
	END {
		if (!leaves || seen != suites)
			print "fault " seen + 0 " suites of " suites + 0
	}'
}

devices
seen=$(dmesg | wc -l)
check "modprobe svcbind_kunit" modprobe svcbind_kunit
dmesg -t | tail -n +$((seen + 1)) >"$tmp/log"
text=''
while read -r word name; do
	case "$word" in
	ok) ok "$name" ;;
	skip) ok "$name # SKIP" ;;
	"#") text+="$name"$'\n' ;;
	*)
		not_ok "$name" "$text"
		text=''
		;;
	esac
done < <(flatten <"$tmp/log")
check "modprobe -r svcbind_kunit" modprobe -r svcbind_kunit
for dev in kunit{0..4}; do
	setup ip link del "$dev"
done
finish
