#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tests of sources and leaks once more, without binding at connect: what
# LOCAL_OUT and NAT do has to do by itself.

set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# All of them on one stock kernel; on others, those that ask most of what differs there.
names="source"
[[ "$(</proc/sys/kernel/osrelease)" != 6.12.* ]] || slow_kernel ||
	names+=" output sockets nft routes leaks"
for name in ${TESTS-$names}; do
	check "$name with connect off" env CONNECT=off "$here/$name.sh"
done
finish
