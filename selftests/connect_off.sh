#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tests of sources and leaks once more, without binding at connect: what
# LOCAL_OUT and NAT do has to do by itself.

set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

for name in ${TESTS-source output sockets nft routes leaks}; do
	check "$name with connect off" env CONNECT=off "$here/$name.sh"
done
finish
