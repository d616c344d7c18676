#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The file: what is saved is applied as it was, what is wrong is refused whole,
# and at any time there is all of the one or all of the other.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

file=$tmp/file.yaml

put() { # put: its input is the file
	cat >"$file"
}

apply() { # apply FILE [OPTION...]
	host_ctl apply --file "$@"
}

saved() { # saved: what is configured, as a file; what may come undone, too
	host_ctl -f save --file -
}

lines() { # lines: the same without its first line, which is a comment
	saved | tail -n +2
}

# With the generation, and counters: there is no traffic while these are compared.
shown() {
	host_ctl -j -s show
}

cgroup_line() { # cgroup_line: the word, where the kernel has it
	socket_cgroups && echo "    cgroup: /nowhere.slice/x"
}

every_word() {
	local preset

	cat <<-END
	version: 1
	policy:
	  enforce: audit
	  connect: off
	  icmp-reply: ingress
	  arp: all
	services:
	  - name: whole
	    preset: nfs
	    priority: 7
	    proto: [tcp, udp, sctp, udplite, icmp]
	    port: [1, 100-200]
	    dport: any
	    sport: [65535]
	    to: [10.0.0.0/24, 'fd00::/64', 192.0.2.1]
	    from: ["::/0"]
	    uid: [0, 1000-1010]
	$(cgroup_line)
	    mark: 16/0xf0
	    bind:
	      devices:
	        - {dev: vmk1, via: [10.0.0.1, 'fd00::1']}
	        - vmk9
	        - {dev: "5", via: ['fd00::2']}
	      mode: prefer
	      select: failover
	      source: keep
	  - {name: open, proto: any}
	  - {name: same, proto: [udp], priority: 17}
	  - {name: first, dport: [53], priority: 0, bind: {devices: [vmk0, vmk1], mode: audit}}
	END
	for preset in $(svcbindctl -j preset show | gojq -r '.presets[].name'); do
		echo "  - {name: p-$preset, preset: $preset, bind: {devices: [dév0, vmk1]}}"
	done
}

is_saved() { # is_saved NAME FILE: what there is would be saved like that
	check "$1" cmp "$2" <(saved)
}

identity() {
	local before

	every_word | put
	check "every word is taken" apply "$file"
	check "and diff finds nothing else" host_ctl diff --file "$file"
	check "and shown: lists" gojq -e '.services[] | select(.name == "whole") | .match |
		.proto == ["icmp","tcp","udp","sctp","udplite"] and .dport == [] and
		.port == ["1","100-200"] and .uid == ["0","1000-1010"] and
		.to == ["10.0.0.0/24","fd00::/64","192.0.2.1/32"] and
		.from == ["::/0"] and .mark == "0x10/0xf0"' <(host_ctl -j show)
	check "gateways" gojq -e '.services[] | select(.name == "whole") | .binding |
		.mode == "prefer" and .source == "keep" and ([.devices[] | [.dev, .via]] ==
		[["vmk1",["10.0.0.1","fd00::1"]],["vmk9",[]],["5",["fd00::2"]]])' <(host_ctl -j show)
	check_eq "the order, and the default priorities" "first 0,whole 7,open 17,same 17,p-nfs 27" \
		"$(host_ctl -j show | gojq -r '[.services[:5][] | "\(.name) \(.priority)"] | join(",")')"
	check_eq "policy" '["audit","off","ingress","all"]' \
		"$(host_ctl -j show | gojq -c '.policy | [.enforce, .connect, .icmp_reply, .arp]')"
	check_eq "management prefers, others don't" "prefer strict" \
		"$(host_ctl -j show | gojq -r '[.services[] | select(.name | test("p-(management|nfs)$")) |
			.binding.mode] | reverse | join(" ")')"
	before=$(host_ctl -j show)
	setup host_ctl save --file "$tmp/one"
	check "what is saved is taken" apply "$tmp/one"
	is_saved "and is what was saved" "$tmp/one"
	check_eq "and what was there" "$before" "$(host_ctl -j show)"
	check "no line of it is a surprise" diff -u \
		<(printf '%s\n' version: policy: enforce: connect: icmp-reply: arp: services: name: preset: \
			priority: proto: port: dport: sport: to: from: uid: mark: bind: devices: \
			mode: source: dev: via: "$(socket_cgroups && echo cgroup:)" | grep . | sort -u) \
		<(tail -n +2 "$tmp/one" | grep -oE '[a-z-]+:( |$)' | tr -d ' ' | sort -u)
	json "$tmp/one"
}

json() { # json FILE: which holds what there is
	local options

	for options in -j -js -p -ps; do
		host_ctl "$options" show >"$tmp/shown"
		setup host_ctl flush
		check "what $options show prints is taken" apply "$tmp/shown"
		is_saved "and is what was shown by $options" "$1"
	done
	host_ctl -j show | python3 -m json.tool --tab >"$tmp/shown"
	setup host_ctl flush
	check "in another dress, too" apply - <"$tmp/shown"
	is_saved "and is the same" "$1"
	check "diff says so" host_ctl diff --file "$tmp/shown"
	check_eq "with nothing" "" "$(host_ctl diff --file "$tmp/shown")"
}

defaults() {
	put <<-END
	version: 1
	services: [{name: one, proto: [tcp]}]
	END
	check "what isn't named" apply "$file"
	check_eq "has its default" '["on","on","off","bound",["one",100,null]]' \
		"$(host_ctl -j show | gojq -c '[.policy.enforce, .policy.connect,
			.policy.icmp_reply, .policy.arp, (.services[] | [.name, .priority, .binding])]')"
	check_eq "and isn't saved" "version: 1 services: - name: one proto: [tcp]" "$(lines | xargs)"
	echo "version: 1" | put
	check "nothing but the version" apply "$file"
	check_eq "is the state after load" "version: 1 services: []" "$(lines | xargs)"
}

differences() {
	put <<-END
	version: 1
	policy: {arp: off}
	services:
	  - {name: one, proto: [tcp], bind: {devices: [vmk1]}}
	END
	host_ctl diff --file "$file" >"$tmp/diff"
	check_eq "diff: exit status" 4 $?
	check "diff: from what there is to the file" diff -u - "$tmp/diff" <<-END
	--- running
	+++ $file
	@@ -1,2 +1,9 @@
	 version: 1
	-services: []
	+policy:
	+  arp: "off"
	+services:
	+- name: one
	+  proto: [tcp]
	+  bind:
	+    devices: [vmk1]
	+    mode: strict
	END
	check_rc "diff: exit status with -j" 4 host_ctl -j diff --file "$file"
	check_eq "diff: as JSON" "true" "$(host_ctl -j diff --file "$file" |
		gojq --rawfile text "$tmp/diff" ".differs and .diff == \$text")"
	check "diff: in colour" grep -q $'^\e\\[32m+' <(host_ctl -c diff --file "$file")
	setup apply "$file"
	check "diff: none" host_ctl diff --file - <"$file"
	check_eq "diff: none as JSON" '{"version":1,"differs":false,"diff":""}' \
		"$(host_ctl -j diff --file "$file")"
	setup host_ctl bind one mode audit
	check "diff: one line, and whose" diff -u - <(host_ctl diff --file "$file") <<-END
	--- running
	+++ $file
	@@ -6,4 +6,4 @@ - name: one
	   proto: [tcp]
	   bind:
	     devices: [vmk1]
	-    mode: audit
	+    mode: strict
	END
}

# Exit 1, one line with the place of the error, and nothing has changed.
bad() { # bad NAME [LINE:COLUMN]: its input is the file
	local before=$base err rc

	put
	err=$({ apply "$file" >"$tmp/out"; } 2>&1)
	rc=$?
	if [[ $rc = 1 && ! -s $tmp/out && "$(shown)" = "$before" &&
	      "$err" =~ ^svcbindctl:\ apply:\ $file:${2-[0-9]+:[0-9]+}:\ [^$'\n']+$ ]]; then
		ok "bad: $1"
	else
		not_ok "bad: $1" "exit $rc: $err
$(diff <(echo "$before") <(shown))"
	fi
}

one() { # one WORDS: a file with one service of these
	echo "version: 1"
	echo "services: [{name: a, $1}]"
}

layers() { # layers: aliases of aliases, which mean billions
	local i

	echo "version: 1"
	echo "generation:"
	echo "  a0: &a0 [x, x, x, x, x, x, x, x, x]"
	for i in {1..9}; do
		echo "  a$i: &a$i [*a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1)), *a$((i - 1))]"
	done
}

repeat() { # repeat TEXT BYTES
	yes "$1" | tr -d '\n' | head -c "$2"
}

refused_files() {
	setup host_ctl flush
	one "proto: [tcp], dport: [1], bind: {devices: [vmk1]}" | put
	setup apply "$file"
	base=$(shown)
	bad "empty" 1:1 </dev/null
	bad "no YAML" 2:1 <<<$'version: 1\n\tservices: []'
	bad "cut short" <<<'{"version": 1, "services": ['
	bad "no version" 1:1 <<<'services: []'
	bad "another version" 1:10 <<<'version: 2'
	bad "unknown key" 2:22 < <(one "color: red")
	bad "key twice" 3:1 <<<$'version: 1\nservices: []\nservices: []'
	bad "word twice" 2:36 < <(one "proto: [tcp], proto: [tcp]")
	bad "name twice" 2:35 <<<$'version: 1\nservices: [{name: a, proto: any}, {name: a, proto: any}]'
	bad "anchor" 2:11 <<<$'version: 1\nservices: &a []'
	bad "bomb of aliases" 3:7 < <(layers)
	bad "tag" 1:10 <<<'version: !!int 1'
	bad "two documents" 2:1 <<<$'version: 1\n---\nversion: 1'
	bad "NUL" 1:11 < <(printf 'version: 1\0\n')
	bad "NUL in a name" 2:19 <<<$'version: 1\nservices: [{name: "a\\0", proto: any}]'
	bad "no UTF-8" 1:12 < <(printf 'version: 1 \xff\n')
	bad "UTF-16" 1:1 < <(printf '\xff\xfev\0e\0')
	bad "deep" 2:28 < <(echo version: 1; echo -n "generation: "; repeat '[' 100000)
	bad "deep, of blocks" < <(printf 'version: 1\ngeneration:\n'
		for i in {1..100}; do printf "%*sk:\n" "$i" ""; done)
	bad "a name of 50 MB" 2:19 < <(echo version: 1; echo -n "services: [{name: "; repeat x 50000000)
	bad "a comment of 50 MB, and no version" < <(echo -n '#'; repeat x 50000000; echo)
	bad "a list of 5 MB" 2:414 < <(echo version: 1; echo -n "services: [{name: a, dport: ["
		seq -s, 1000 2 1200000 | sed 's/,/, /g')
	bad "65 elements" < <(one "dport: [$(seq -s, 1 2 129 | sed 's/,/, /g')]")
	bad "17 devices" < <(one "proto: any, bind: {devices: [$(printf 'd%d, ' {1..17})]}")
	bad "4,097 services" 4099:3 < <(echo version: 1; echo services:
		seq -f '- {name: s%g, proto: any}' 4097)
	bad "services of one" 2:11 <<<$'version: 1\nservices: {name: a}'
	bad "services of none" 2:10 <<<$'version: 1\nservices:'
	bad "priority of words" 2:46 < <(one "proto: [tcp], priority: high")
	bad "priority of text" 2:46 < <(one 'proto: [tcp], priority: "7"')
	bad "proto of one" 2:29 < <(one "proto: tcp")
	bad "port of 65536" 2:30 < <(one "dport: [65536]")
	bad "prefix with host bits" 2:27 < <(one "to: [10.0.0.1/24]")
	bad "name of a number" 2:19 <<<$'version: 1\nservices: [{name: 5, proto: any}]'
	bad "nothing to match" 2:12 < <(one "priority: 5")
	bad "mode in short" 2:61 < <(one "proto: any, bind: {devices: [a], mode: str}")
	bad "devices of one" 2:50 < <(one "proto: any, bind: {devices: vmk1}")
	bad "via of nobody" 2:66 < <(one "proto: any, bind: {devices: [{dev: a, via: [127.0.0.1]}]}")
	bad "counters that are none" 2:32 < <(one "counters: 5, proto: any")
	bad "a switch at the top" 2:13 <<<$'version: 1\nicmp_reply: ingress'
	bad_arguments
}

bad_arguments() {
	check_rc "no such file" 1 apply "$tmp/none"
	check_eq "which is said in one line" "svcbindctl: apply: $tmp/none: No such file or directory" \
		"$(apply "$tmp/none" 2>&1)"
	check_rc "no such default file" 1 in_ns host svcbindctl apply
	check_rc "a directory" 1 apply "$tmp"
	check_rc "diff with none" 1 host_ctl diff --file "$tmp/none"
	check_rc "save to a directory" 1 host_ctl save --file "$tmp"
	check_rc "save to a device" 1 host_ctl save --file /dev/null
	check_rc "save to where nothing is" 2 host_ctl save --file "$tmp/none/x"
	check_rc "--dry-run of save" 1 host_ctl save --dry-run
	check_rc "--file twice" 1 apply "$file" --file "$file"
	check_rc "--file of nothing" 1 host_ctl apply --file
	check_eq "nothing has changed" "$base" "$(shown)"
}

# What only the kernel can tell: 1,025 names of devices, of which vmk1 is bound
# already.  The service is named.
by_kernel() {
	awk 'BEGIN {
		print "version: 1"
		print "services:"
		for (i = 0; i < 80; i++) {
			printf "- {name: s%d, proto: [tcp], bind: {devices: [", i
			for (j = 0; j < 16; j++)
				printf "%sd%d", j ? ", " : "", i * 16 + j
			print "]}}"
		}
	}' | put
	base=$(shown)
	check_rc "refused by the kernel" 2 apply "$file"
	check_rc "in a dry run, too" 2 apply "$file" --dry-run
	check "the service, its line and the reason are told" grep -qE \
		"^svcbindctl: apply: $file:66:3: service s63: too many devices" \
		<(apply "$file" 2>&1)
	check_eq "nothing has changed" "$base" "$(shown)"
}

dry_run() {
	one "proto: [udp]" | put
	base=$(shown)
	check "a dry run" apply "$file" --dry-run
	check_eq "changes nothing" "$base" "$(shown)"
	check_eq "and says nothing" "" "$(apply "$file" --dry-run 2>&1)"
}

# The last request is held back while another command changes something.
stale() {
	local n

	one "proto: [udp]" | put
	in_ns host strace -qo "$tmp/strace" -e trace=sendmsg svcbindctl apply --file "$file"
	n=$(grep -c ^sendmsg "$tmp/strace")
	check_num "requests of apply" "$n" -ge 3
	spawn_held host "$tmp/stale" "$n" svcbindctl apply --file "$file"
	setup host_ctl policy set arp all
	let_go "$spawned"
	reap "$spawned"
	check_eq "changed meanwhile: exit status" 2 $?
	check_eq "and the reason" "svcbindctl: apply: the configuration was changed meanwhile" \
		"$(cat "$tmp/stale")"
	check_eq "and the change is there" all "$(host_ctl -j show | gojq -r .policy.arp)"
}

counting() {
	one "proto: [udp], dport: [7000], bind: {devices: [vmk1]}" | put
	setup apply "$file"
	setup probe sendto "$filer4" 7000
	check_num "a packet is counted" "$(counter a matched)" -eq 1
	one "proto: [udp], dport: [7000, 7001], bind: {devices: [vmk1], mode: prefer}" | put
	check "apply with another match" apply "$file"
	check_num "a service of that name goes on counting" "$(counter a matched)" -eq 1
	sed 's/name: a/name: b/' "$file" >"$tmp/other"
	setup apply "$tmp/other"
	check_num "one of another name doesn't" "$(counter b matched)" -eq 0
}

# Two files, A and B: of 40 services each, none of which both have.
make_two() {
	local -A dev=([A]=vmk0 [B]=vmk1)
	local which i

	for which in A B; do
		{
			echo "version: 1"
			echo "services:"
			for ((i = 1; i <= 40; i++)); do
				echo "- {name: $which$i, preset: nfs, to: [10.0.$i.0/24]," \
					"bind: {devices: [${dev[$which]}]}}"
			done
		} >"$tmp/$which"
		setup apply "$tmp/$which"
		saved >"$tmp/saved.$which"
	done
}

either() { # either: there is A, or there is B
	local now

	now=$(saved)
	[ "$now" = "$(<"$tmp/saved.A")" ] || [ "$now" = "$(<"$tmp/saved.B")" ]
}

racer() { # racer FILE COUNT: applies it so often; tells what went wrong
	local i rc

	for ((i = 0; i < $2; i++)); do
		host_ctl apply --file "$1" 2>"$1.err"
		rc=$?
		[ "$rc" = 0 ] || grep -q "changed meanwhile" "$1.err" ||
			echo "exit $rc: $(cat "$1.err")"
	done
}

racing() {
	local count=${RACES:-25} pids=() which between=0 looks=0 start=$SECONDS

	slow_kernel && count=${RACES:-10}
	for which in A B; do
		racer "$tmp/$which" "$count" >"$tmp/race.$which" 2>&1 &
		pids+=($!)
		background+=($!)
	done
	while kill -0 "${pids[@]}" 2>/dev/null; do
		either || between=$((between + 1))
		looks=$((looks + 1))
	done
	for which in "${pids[@]}"; do
		reap "$which"
	done
	echo "# twice $count applies, looked at $looks times, in $((SECONDS - start)) s"
	check_eq "two racing: each apply succeeds, or is told to be late" "" \
		"$(cat "$tmp/race.A" "$tmp/race.B")"
	check_eq "never anything between the two" 0 "$between"
	check "one of them in the end" either
}

# A whole file comes undone as any change does.
confirming() {
	setup apply "$tmp/A"
	check "apply --confirm" apply "$tmp/B" --confirm 1000
	is_saved "is there" "$tmp/saved.B"
	check_rc "another one is refused meanwhile" 2 apply "$tmp/A"
	cp "$tmp/A" "$file"
	check_rc "what may come undone isn't saved" 2 host_ctl save --file "$file"
	check "which is said" grep -q "save: a change waits to be confirmed" \
		<(host_ctl save --file - 2>&1)
	check "and the file is the old one" cmp "$tmp/A" "$file"
	check "save -f" host_ctl -f save --file "$file"
	check "saves it all the same" cmp "$tmp/saved.B" "$file"
	host_ctl -j show >"$tmp/shown"
	check "rollback" host_ctl rollback
	is_saved "brings back all of the former" "$tmp/saved.A"
	check "apply --confirm --dry-run" apply "$tmp/B" --confirm 1000 --dry-run
	check_rc "leaves nothing to be confirmed" 2 host_ctl confirm
	check "what was shown while it waited is taken" host_ctl --confirm 1000 apply --file "$tmp/shown"
	check "confirm" host_ctl confirm
	is_saved "keeps it" "$tmp/saved.B"
	check "and it can be saved" host_ctl save --file "$file"
}

# The time is that of an apply, cut at a random place.
killed() {
	local count=${KILLS:-50} i which took start between=0 dead=0

	slow_kernel && count=${KILLS:-20}
	start=${EPOCHREALTIME/./}
	spawn host /dev/null svcbindctl apply --file "$tmp/A"
	reap "$spawned" || not_ok "an apply that isn't cut"
	took=$((${EPOCHREALTIME/./} - start))
	for ((i = 0; i < count; i++)); do
		which=A
		((i % 2)) && which=B
		spawn host /dev/null svcbindctl apply --file "$tmp/$which"
		sleep "$(printf '0.%06d' $((RANDOM * took / 32768 % 1000000)))"
		reap "$spawned" KILL
		[ $? = 137 ] && dead=$((dead + 1))
		either || between=$((between + 1))
	done
	echo "# $dead of $count were killed, within $took µs"
	check_num "kill -9 of apply, at random places: some were hit" "$dead" -ge 1
	check_eq "never anything between the two" 0 "$between"
	check "another one works" apply "$tmp/A"
	is_saved "and is whole" "$tmp/saved.A"
}

# A signal waits until the file is whole: it comes as the new one is synced.
interrupted() { # interrupted DIRECTORY
	local signal

	for signal in INT TERM HUP; do
		cp "$tmp/old" "$1/f"
		in_ns host env --default-signal="$signal" strace -qqo /dev/null \
			-e trace=fsync -e inject=fsync:signal="$signal":when=1 \
			svcbindctl save --file "$1/f" 2>/dev/null
		check_num "SIG$signal ends a save" $? -ge 128
		is_saved "which is done by then" "$1/f"
		check_eq "and leaves nothing behind" f "$(ls -A "$1")"
	done
}

# The second fsync() is that of the directory.
directory_sync() { # directory_sync DIRECTORY
	local error rc

	for error in EINVAL EOPNOTSUPP EIO; do
		cp "$tmp/old" "$1/f"
		in_ns host strace -qo /dev/null -e trace=fsync \
			-e inject=fsync:error="$error":when=2 \
			svcbindctl save --file "$1/f" 2>"$tmp/err"
		rc=$?
		if [ "$error" = EIO ]; then
			check_eq "save: a directory that can't be synced" 2 "$rc"
			check "is told as that" grep -q "f: it is the new one, but a crash" "$tmp/err"
		else
			check_eq "save: a directory that needs no sync: $error" 0 "$rc"
		fi
		is_saved "the file is the new one" "$1/f"
		check_eq "and nothing else is there" f "$(ls -A "$1")"
	done
	cp "$tmp/old" "$1/f"
}

# A save that fails leaves the old file, and nothing else.
saving() {
	local dir=$tmp/dir call

	setup mkdir "$dir"
	setup mount -t tmpfs -o size=64k tmpfs "$dir"
	setup host_ctl save --file "$dir/f"
	setup chmod 604 "$dir/f"
	setup chown 7:8 "$dir/f"
	setup apply "$tmp/B"
	check "save over an old file" host_ctl save --file "$dir/f"
	is_saved "is the new one" "$dir/f"
	check_eq "with the owner and mode of the old" "604 7 8" "$(stat -c '%a %u %g' "$dir/f")"
	cp "$dir/f" "$tmp/old"
	setup apply "$tmp/A"
	for call in fsync rename fchown; do
		check_rc "save: $call fails" 2 in_ns host strace -qo /dev/null -e trace="$call" \
			-e inject="$call":error=EIO svcbindctl save --file "$dir/f"
		check "the old file is there" cmp "$tmp/old" "$dir/f"
		check_eq "and nothing else" f "$(ls -A "$dir")"
	done
	interrupted "$dir"
	directory_sync "$dir"
	head -c 100000 /dev/zero >"$dir/full" 2>/dev/null
	check_rc "save on a full disk" 2 host_ctl save --file "$dir/f"
	check "the old file is there" cmp "$tmp/old" "$dir/f"
	check_eq "nothing is left behind" "f full" "$(cd "$dir" && echo *)"
	setup umount "$dir"
}

# An empty /etc, which only these see.
default_file() {
	local verb

	# shellcheck disable=SC2016 # the other shell's
	check_eq "the default file: save makes it, and the others read it" "0" "$(
		in_ns host unshare --mount sh -ec '
			mount -t tmpfs tmpfs /etc
			svcbindctl save
			svcbindctl -n $$ diff
			svcbindctl flush
			test "$(svcbindctl diff | wc -l)" -gt 40
			svcbindctl apply' 2>&1
		echo $?)"
	is_saved "and is what was saved" "$tmp/saved.A"
	for verb in save diff apply; do
		check_eq "$verb of another namespace needs a file, and says so" \
			"1 svcbindctl: $verb: /etc/svcbind/svcbind.yaml is of another network namespace: --file is needed" \
			"$(svcbindctl -n host "$verb" 2>"$tmp/err"; echo "$? $(<"$tmp/err")")"
	done
}

unsaved() { # what no file can hold
	setup host_ctl bind A1 dev $'a\x9bb'
	check_rc "save of what isn't UTF-8" 2 host_ctl save --file "$file"
	check "which is said" grep -q "service A1: what isn't UTF-8" \
		<(host_ctl save --file "$file" 2>&1)
	setup host_ctl bind A1 dev $'a\e\xe2\x80\xa8\xc3\xa9'
	setup host_ctl save --file "$file"
	check "what is a control character can be" apply "$file"
	is_saved "and is the same" "$file"
	host_ctl -j show >"$tmp/shown"
	check "in JSON, too" apply "$tmp/shown"
	is_saved "and is the same" "$file"
}

# Its name is a word of the command line, which only svcbindctl minds.
unreadable() {
	local status

	setup eval 'printf "%s\n" begin "add show proto=17 dport=7000" "commit " |
		in_ns host transact.py | grep -q "^commit OK"'
	host_ctl -j save --file "$file" 2>"$tmp/err"
	status=$?
	check_eq "save of what apply wouldn't take" "1 1" \
		"$status $(gojq .error.status "$tmp/err")"
}

# In a cgroup of its own, which is charged for what the kernel keeps, too.
timed() { # timed NAME COMMAND...: what it takes is told, not judged
	local group=/sys/fs/cgroup/svcbind.timed start

	mkdir -p "$group"
	start=${EPOCHREALTIME/./}
	check "4,096 services: $1" in_cgroup "$group" "${@:2}"
	echo "# $1: $(((${EPOCHREALTIME/./} - start) / 1000)) ms," \
		"$(($(<"$group/memory.peak") / 1024)) KiB at most, of which" \
		"$(awk '$1 == "kernel" { print int($2 / 1024) }' "$group/memory.stat")" \
		"KiB stay in the kernel"
	rmdir "$group"
}

in_cgroup() { # in_cgroup DIRECTORY COMMAND...
	(
		echo "$BASHPID" >"$1/cgroup.procs"
		"${@:2}"
	)
}

largest() {
	awk 'BEGIN {
		print "version: 1"
		print "services:"
		for (i = 0; i < 4096; i++) {
			printf "- name: s%d\n", i
			if (i % 4 == 0)
				print "  preset: nfs"
			else if (i % 4 == 1)
				printf "  proto: [tcp]\n  dport: [%d, %d-%d]\n", i, i + 1, i + 10
			else if (i % 4 == 2)
				printf "  uid: [%d]\n  mark: %d/0xffff\n", i, i
			else
				print "  proto: any"
			printf "  to: [10.%d.%d.0/24, \"fd00:%x::/32\"]\n", i / 256, i % 256, i
			if (i % 3)
				printf "  bind:\n    devices: [vmk%d, pending%d]\n    mode: %s\n",
					i % 2, i % 100, i % 5 ? "strict" : "audit"
		}
	}' | put
	setup host_ctl flush
	timed "apply" apply "$file"
	timed "apply of the same" apply "$file"
	timed "apply --dry-run" apply "$file" --dry-run
	timed "show -j" eval "host_ctl -j show >$tmp/shown"
	timed "save" host_ctl save --file "$tmp/one"
	timed "diff" host_ctl diff --file "$tmp/one"
	timed "apply of JSON" apply "$tmp/shown"
	is_saved "4,096 services are the same" "$tmp/one"
	timed "flush" host_ctl flush
}

base
identity
defaults
differences
refused_files
by_kernel
dry_run
stale
counting
make_two
racing
confirming
killed
saving
default_file
unsaved
unreadable
largest
finish
