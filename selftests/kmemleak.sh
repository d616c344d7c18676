# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What kmemleak has to say of a test, where the kernel has it.

kmemleak=/sys/kernel/debug/kmemleak

# What was lost before is not the test's.
kmemleak_start() {
	[ ! -e "$kmemleak" ] || echo clear >"$kmemleak"
}

# It tells of nothing that is younger than five seconds, and of nothing that one
# scan alone took for lost.
kmemleak_check() {
	local end=$((SECONDS + 7))

	[ -e "$kmemleak" ] || return 0
	while [ "$SECONDS" -lt "$end" ]; do
		echo scan >"$kmemleak"
	done
	# It refuses to once it has run out of memory, and would find nothing.
	check "kmemleak still looks" tee "$kmemleak" <<<scan
	check_eq "nothing was lost" "" "$(head -c 4000 "$kmemleak")"
}
