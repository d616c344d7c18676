#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every verb of svcbindctl: what it does, prints and exits with.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# JSON of a command, through a gojq filter.
json() { # json FILTER WORD...
	host_ctl -j "${@:2}" | gojq -c "$1"
}

check_json() { # check_json NAME WANTED FILTER WORD...
	check_eq "$1" "$2" "$(json "${@:3}")"
}

service_is() { # service_is NAME WANTED FILTER SERVICE
	check_json "$1" "$2" ".services[] | select(.name == \"$4\") | $3" show
}

help_works() {
	local word

	check "help" svcbindctl help
	check "-V" svcbindctl -V
	for word in load unload service bind unbind policy preset show flush; do
		check "$word help" svcbindctl "$word" help
		check "help names $word" grep -q "svcbindctl $word\|^  *$word\|$word" \
			<(svcbindctl help)
	done
	check "service add help" svcbindctl service add help
	check "service add NAME help" svcbindctl service add NAME help
	check "bind NAME help" svcbindctl bind NAME help
	check "help help" svcbindctl help help
	check_eq "help service add is service add help" "$(svcbindctl service add help)" \
		"$(svcbindctl help service add)"
	check_rc "help of a verb that isn't there" 1 svcbindctl help service nosuch
	check "help in a namespace that isn't there" svcbindctl -n none help
	check_rc "no verb at all" 1 svcbindctl
}

empty() {
	check_json "empty: version" 1 .version show
	check_json "empty: no services" "[]" .services show
	check_json "empty: defaults" '["on","on","off","bound"]' \
		'.policy | [.enforce, .connect, .icmp_reply, .arp]' show
	check_json "without -s there is no generation" null .generation show
	check "with -s there is one" gojq -e '.generation | numbers' <(host_ctl -j -s show)
	check "options may be joined" gojq -e .version <(svcbindctl -jsn host show)
	check "-p is JSON too" gojq -e .version <(host_ctl -p show)
	check_num "-p has more than a line" "$(host_ctl -p show | wc -l)" -gt 3
	check_eq "-j has one line" 1 "$(host_ctl -j show | wc -l)"
	check "text" host_ctl show
}

services() {
	check "service add" host_ctl service add web proto tcp dport 80,443,8000-8010 \
		to 10.0.0.0/24,fd00::/64 from 10.0.0.11
	service_is "it is shown whole" '{"cgroup":null,"dport":["80","443","8000-8010"],"from":["10.0.0.11/32"],"mark":null,"port":[],"proto":["tcp"],"sport":[],"to":["10.0.0.0/24","fd00::/64"],"uid":[]}' \
		.match web
	service_is "the first priority" 100 .priority web
	service_is "no preset" null .preset web
	service_is "not bound" null .binding web
	check_rc "the same name again" 2 host_ctl service add web proto udp
	check "a second one, by preset" host_ctl service add nfs preset nfs
	service_is "the next priority" 110 .priority nfs
	service_is "preset and ports" '["nfs",["tcp","udp"],["2049"]]' \
		'[.preset, .match.proto, .match.dport]' nfs
	check "preset and words" host_ctl service add nfs2 preset nfs proto tcp priority 50
	service_is "words override the preset's" '[["tcp"],["2049"]]' \
		'[.match.proto, .match.dport]' nfs2
	check_json "listed as they match" '["nfs2","web","nfs"]' '[.services[].name]' show
	check "service set" host_ctl service set web dport 81
	service_is "set replaces a list and nothing else" '[["81"],["tcp"]]' \
		'[.match.dport, .match.proto]' web
	check "service set clears" host_ctl service set web dport any
	service_is "set any clears" '[[],["tcp"]]' '[.match.dport, .match.proto]' web
	check_rc "service set of none" 2 host_ctl service set nosuch dport 1
	check_json "service show, one" '["web"]' '[.services[].name]' service show web
	check_json "service show, all" 3 '.services | length' service show
	check_rc "service show of none" 2 host_ctl service show nosuch
	check "service show: the generation with -s" \
		gojq -e '.generation | numbers' <(host_ctl -j -s service show)
	check "service show, one: the generation with -s" \
		gojq -e '.generation | numbers' <(host_ctl -j -s service show web)
	check_json "service show: no generation without" null .generation service show
	check_json "show, one" '["web"]' '[.services[].name]' show web
	check_rc "show of none" 2 host_ctl show nosuch
}

# Completion of a line in bash, through the file that is installed.
completion() { # completion LINE
	# shellcheck source=ctl/completion/svcbindctl.bash
	. "$(dirname "$0")/../ctl/completion/svcbindctl.bash"
	COMP_LINE=$1 COMP_POINT=${#1}
	_svcbindctl svcbindctl
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | xargs
}

completions() {
	check_eq "completion: the services" "nfs nfs2 web" \
		"$(completion "svcbindctl -n host bind ")"
	check_eq "completion: those that begin so" "nfs nfs2" \
		"$(completion "svcbindctl -n host service del nf")"
	check_eq "completion: not for a new one" "" \
		"$(completion "svcbindctl -n host service add n")"
	check_eq "completion: the devices" "vmk0 vmk1" \
		"$(completion "svcbindctl -n host bind nfs dev vmk")"
	check_eq "completion: the next of a list" "vmk1,vmk0 vmk1,vmk1" \
		"$(completion "svcbindctl -n host bind nfs dev vmk1,vmk")"
	check "completion: namespaces" grep -qw host <(completion "svcbindctl -n ho")
}

colours() {
	check "colour where it is asked for" grep -q $'usable\e\\[0m' \
		<(host_ctl -c show nfs)
	check_eq "none in a pipe" 0 "$(host_ctl show | grep -c $'\e')"
	check_eq "none in JSON" 0 "$(host_ctl -j --color=always show | grep -c $'\e')"
}

lists() {
	check "ports by name" host_ctl service add names \
		port microsoft-ds,7000-7001,iscsi-target dport nfs
	service_is "are shown as numbers" '[["445","7000-7001","3260"],["2049"]]' \
		'[.match.port, .match.dport]' names
	check "IPv4-mapped prefixes" host_ctl service set names \
		to ::ffff:10.0.0.9,::ffff:10.0.1.0/120,fd00::/64
	service_is "are IPv4 prefixes" '["10.0.0.9/32","10.0.1.0/24","fd00::/64"]' \
		.match.to names
	setup host_ctl service set names port any dport 80 to any proto tcp
	check "proto any beside other words clears it" host_ctl service set names proto any
	service_is "and nothing else" '[[],["80"]]' '[.match.proto, .match.dport]' names
	check_rc "it doesn't say all: the last word can't go" 2 \
		host_ctl service set names dport any
	check "but with it" host_ctl service set names dport any proto any
	check "all is shown" grep -q "match everything" <(host_ctl service show names)
	check "proto any of such a service" host_ctl service set names proto any
	check "service del" host_ctl service del names
}

owners() {
	check "uid and mark" host_ctl service add own uid 0,1000-1010 mark 16/0xf0
	service_is "are shown" '[["0","1000-1010"],null,"0x10/0xf0"]' \
		'.match | [.uid, .cgroup, .mark]' own
	check "set replaces" host_ctl service set own uid 7 dport 80
	service_is "what is named" '[["7"],null,"0x10/0xf0"]' \
		'.match | [.uid, .cgroup, .mark]' own
	check "any clears" host_ctl service set own uid any dport any
	service_is "what is named, too" '[[],null,"0x10/0xf0"]' \
		'.match | [.uid, .cgroup, .mark]' own
	check_rc "the last word can't go" 2 host_ctl service set own mark any
	check "but for another" host_ctl service set own mark any proto tcp
	service_is "which is all there is" '[["tcp"],[],null,null]' \
		'.match | [.proto, .uid, .cgroup, .mark]' own
	check "service del, own" host_ctl service del own
}

cgroups() {
	if ! socket_cgroups; then
		check "no cgroups here, which is said" grep -q "cgroup: this kernel" \
			<(host_ctl service add own cgroup /x 2>&1)
		return
	fi
	check "uid, cgroup and mark" host_ctl service add own \
		uid 0,1000-1010 cgroup nowhere.slice/x/ mark 16/0xf0
	service_is "a cgroup that isn't there is pending" true .match.cgroup_pending own
	check_eq "as text" "match uid 0,1000-1010 cgroup /nowhere.slice/x mark 0x10/0xf0" \
		"$(host_ctl service show own | sed -n 's/^  *\(match\)/\1/p')"
	check "which says that it is pending" grep -q "cgroup pending: there is no such" \
		<(host_ctl service show own)
	check "set leaves" host_ctl service set own uid 7 mark 0x7
	service_is "a cgroup as it is" '[["7"],"/nowhere.slice/x","0x7"]' \
		'.match | [.uid, .cgroup, .mark]' own
	check "the root" host_ctl service set own cgroup /
	service_is "is there" '["/",null]' '.match | [.cgroup, .cgroup_pending]' own
	check "any clears a cgroup" host_ctl service set own cgroup any
	service_is "and that alone" '[["7"],null,"0x7"]' '.match | [.uid, .cgroup, .mark]' own
	check "service del, with a cgroup" host_ctl service del own
}

# The kernel permits these names.  Only text goes to terminals.
escapes() {
	local name

	setup host_ctl service add esc proto tcp
	for name in $'a\e[31mb' $'a\x9b31mb' $'a\xc2\x9b31mb'; do
		setup host_ctl bind esc dev "$name"
		check_eq "no control characters in the text" "" \
			"$(host_ctl show esc | LC_ALL=C tr -d '\n -~')"
		check "JSON all the same" gojq -e . <(host_ctl -j show esc)
	done
	check "umlauts are left alone" host_ctl bind esc dev dév0
	check "as they are" grep -q dév0 <(host_ctl show esc)
	setup host_ctl -f service del esc
}

bindings() {
	check "bind" host_ctl bind nfs dev vmk1
	service_is "its defaults" '["strict","failover","auto"]' \
		'.binding | [.mode, .select, .source]' nfs
	service_is "its device" '{"active":true,"dev":"vmk1","state":"usable","via":[]}' \
		'.binding.devices[0] | {dev, via, state, active}' nfs
	check "bind changes what it names" host_ctl bind nfs mode prefer source keep
	service_is "and nothing else" '["prefer","failover","keep",["vmk1"]]' \
		'.binding | [.mode, .select, .source, [.devices[].dev]]' nfs
	colours
	check "bind with gateways and two devices" \
		host_ctl bind nfs dev vmk1 via 10.0.0.1 via fd00::1 dev vmk9
	service_is "devices in order, with gateways" \
		'[["vmk1",["10.0.0.1","fd00::1"],"usable"],["vmk9",[],"pending"]]' \
		'[.binding.devices[] | [.dev, .via, .state]]' nfs
	check "bind with a list" host_ctl bind nfs dev vmk0,vmk1 mode strict
	service_is "a list is short for two" '["vmk0","vmk1"]' \
		'[.binding.devices[].dev]' nfs
	service_is "the first one is active" '[true,false]' \
		'[.binding.devices[].active]' nfs
	check_json "show dev" '["nfs"]' '[.services[].name]' show dev vmk1
	check_rc "bind of none" 2 host_ctl bind nosuch dev vmk1
	check_rc "del of a bound service" 2 host_ctl service del nfs
	check "unbind, as short as can be" host_ctl unb nfs
	service_is "unbound" null .binding nfs
	check "bound again" host_ctl bind nfs dev vmk1
	check "del -f of a bound service" host_ctl -f service del nfs
	check_rc "it is gone" 2 host_ctl service show nfs
	check "del of an unbound one" host_ctl service del nfs2
}

counters() {
	local before cpu

	setup host_ctl service add cnt proto udp dport 7000
	setup probe sendto "$filer4" 7000
	check "counters are numbers" gojq -e '.services[] | select(.name == "cnt") |
		.counters | (.matched, .pass, .steer, .rewrite, .fallback, .stale,
		.bind, .drop.no_device, .drop.no_route, .drop.no_source, .drop.conflict,
		.drop.error) | numbers' <(host_ctl -j -s show)
	check_num "one packet" "$(counter cnt matched)" -eq 1
	check_sum cnt
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		setup in_ns host taskset -c "$cpu" sock_probe sendto "$filer4" 7000
	done
	check_num "one more from every CPU" "$(counter cnt matched)" -eq $((1 + $(nproc)))
	check_json "without -s there are none" null '.services[0].counters' show
	check "echo counters are numbers" gojq -e '.icmp_reply |
		(.ingress, .steered, .no_route, .missed) | numbers' <(host_ctl -j -s show)
	check "those of sockets, too" gojq -e '.connect | [.available, .missed, .full | type] ==
		["boolean","number","number"]' <(host_ctl -j -s show)
	check_eq "as text" "connect missed 0 full 0" "$(host_ctl -s policy show | grep ^connect)"
	check_json "without -s there are none of these, either" null .connect show
	setup host_ctl bind cnt dev vmk1
	setup probe sendto "$filer4" 7000
	check_json "a device's index, packets and bytes" "[true,true,true]" \
		'.services[] | select(.name == "cnt") | .binding.devices[0] |
		[.ifindex > 0, .packets >= 1, .bytes >= 44]' -s show
	before=$(counter cnt matched)
	setup host_ctl service set cnt dport 7000,7001
	service_is "set of a bound service leaves it bound" '["vmk1"]' \
		'[.binding.devices[].dev]' cnt
	check_num "its counters go on" "$(counter cnt matched)" -ge "$before"
}

policies() {
	check "policy set, three" host_ctl policy set enforce audit icmp-reply ingress arp all
	check_json "policy show" '["audit","ingress","all"]' \
		'.policy | [.enforce, .icmp_reply, .arp]' policy show
	check "policy set, one" host_ctl policy set arp off
	check_json "the others stay" '["audit","ingress","off"]' \
		'.policy | [.enforce, .icmp_reply, .arp]' policy show
	check "policy set, another" host_ctl policy set connect off
	check_eq "policy show, as text" \
		"policy enforce audit connect off icmp-reply ingress arp off  (bindings are counted, not enforced)" \
		"$(host_ctl policy show)"
	check "and back" host_ctl policy set conn on
	check_json "it is on" '"on"' .policy.connect policy show
	check_rc "policy set of nothing" 1 host_ctl policy set
	check "words may be cut short" host_ctl pol se enf on
	check_json "and mean the same" '"on"' .policy.enforce policy show
}

presets() {
	check_json "nfs" '[["tcp","udp"],["2049"]]' \
		'.presets[] | select(.name == "nfs") | .match | [.proto, .dport]' preset show
	check_json "iscsi" '["3260"]' \
		'.presets[] | select(.name == "iscsi") | .match.dport' preset show
	check_json "nvme-tcp" '["4420","8009"]' \
		'.presets[] | select(.name == "nvme-tcp") | .match.dport' preset show
	check_json "management is for answers" '[]' \
		'.presets[] | select(.name == "management") | .match.dport' preset show
	for preset in $(host_ctl -j preset show | gojq -r '.presets[].name'); do
		check "preset $preset can be added" host_ctl service add "p-$preset" preset "$preset"
	done
	check_num "there are all presets" "$(json '.services | length' show)" -ge 12
	check "management is bound in prefer" host_ctl bind p-management dev vmk1
	service_is "management prefers" '"prefer"' .binding.mode p-management
}

help_works
check "preset show needs no module" svcbindctl preset show
check_rc "not loaded: 3" 3 svcbindctl show
topology
check "load" svcbindctl load
serve filer 7000
empty
services
completions
lists
owners
cgroups
escapes
bindings
counters
policies
presets
check_rc "flush in short" 1 host_ctl flus
check "flush" host_ctl flush
empty
check_rc "another namespace: by path" 0 svcbindctl -n /run/netns/host show
check_rc "no such namespace" 2 svcbindctl -n none show
check "unload" svcbindctl unload
finish
