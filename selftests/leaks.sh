#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything is made and used once, and nothing of it is left.  Short, as it is
# for kernels that look at every access.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

leaks=/sys/kernel/debug/kmemleak

everything() { # everything NETNS
	local ctl=(svcbindctl -n "$1")

	setup "${ctl[@]}" service add svc proto tcp,udp dport 7000 port 1-65535 \
		sport 1-65535 to "10.0.0.0/24,fd00::/64" from "10.0.0.0/24,fd00::/64"
	setup "${ctl[@]}" service add nfs preset nfs priority 10
	setup "${ctl[@]}" bind svc dev vmk1 via "$filer4" via "$filer6" dev never
	setup "${ctl[@]}" bind nfs dev vmk0,vmk1 mode prefer source keep
	setup "${ctl[@]}" policy set icmp-reply ingress arp all
	setup "${ctl[@]}" -s show
	setup "${ctl[@]}" service set svc dport 7000-7010 from any
	setup "${ctl[@]}" bind nfs mode audit
	setup "${ctl[@]}" -j -s show
	setup "${ctl[@]}" --confirm 600 unbind nfs
	setup "${ctl[@]}" rollback
	setup "${ctl[@]}" bind nfs mode strict --confirm 600
	setup "${ctl[@]}" confirm
	printf '%s\n' begin "many 40 dev=vmk1,never" "add m1 proto=6" commit \
		begin "many 40 dev=vmk1,never" "commit dry-run" \
		begin "many 40 dev=vmk1,never" |
		in_ns "$1" transact.py >"$tmp/transact" 2>&1
	check_eq "$1: three transactions that come to nothing" 2 \
		"$(grep -cE 'commit (OK|ECANCELED)' "$tmp/transact")"
	setup "${ctl[@]}" flush --confirm 600
}

traffic() {
	local v kind

	for v in 4 6; do
		for kind in tcp udp sendto; do
			setup probe "$kind" "${a[filer_$v]}" 7000
		done
		setup in_ns filer ping -qnc 2 -i 0.1 "${a[vmk1_$v]}"
		setup host_ctl explain icmp "${a[filer_$v]}" in vmk1 uid 7 mark 1
	done
}

base
[ ! -w "$leaks" ] || echo clear >"$leaks"
everything host
setup host_ctl rollback
traffic
vmk1_restore
traffic
setup host_ctl unbind nfs
setup host_ctl -f service del svc
setup host_ctl -s show
setup host_ctl flush
netns_add other
everything other
netns_del other
namespaces=(sw host filer)
check "all went well so far" [ "$ktap_bad" = 0 ]
check "the module can go" unload
"$here/no-leaks" >"$tmp/leaks"
rc=$?
if [ "$rc" = 4 ]; then
	ktap_count=$((ktap_count + 1))
	echo "ok $ktap_count nothing leaked # SKIP no kmemleak in this kernel"
else
	check_eq "nothing leaked" "0 " "$rc $(head -n 40 "$tmp/leaks")"
fi
finish
