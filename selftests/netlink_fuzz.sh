#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Messages that nobody means to send: MESSAGES of them, from SEED on.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/kmemleak.sh
. "$(dirname "$0")/kmemleak.sh"

# More where coverage guides them.
messages=10000
[ ! -e /sys/kernel/debug/kcov ] || messages=50000
messages=${MESSAGES:-$messages} seed=${SEED:-1}

kmemleak_start
load
netns_add fuzz
ip -n fuzz link add d0 type veth peer name d1
addresses_add fuzz d0 10.0.0.2/24 fd00::2/64
addresses_add fuzz d1 10.2.0.2/24 fd02::2/64
ip -n fuzz link set d0 up
ip -n fuzz link set d1 up
start=$EPOCHSECONDS
in_ns fuzz netlink_fuzz "$messages" "$seed" >"$tmp/fuzz" 2>&1
check_eq "$messages messages from seed $seed" "0 " \
	"$? $(grep -v '^#' "$tmp/fuzz")"
cat "$tmp/fuzz"
echo "# $((messages / (EPOCHSECONDS - start + 1))) messages a second"
check "what is left can be shown" svcbindctl -n fuzz -j -s show
check "what is left can be flushed" svcbindctl -n fuzz -f flush
netns_del fuzz
namespaces=()
check "modprobe -r svcbind" unload
kmemleak_check
finish
