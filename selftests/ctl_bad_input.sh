#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must be refused: exit status 1 or 2, one line, nothing changed.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# Refused with 1 or 2 (or the one given), one line on stderr, nothing changed.
# By bash itself, as there are so many of these.
bad() { # bad NAME WORD...
	local rc out after

	err=$({ host_ctl "${@:2}" >"$tmp/out"; } 2>&1 </dev/null)
	rc=$?
	out=$(<"$tmp/out")
	after=$(host_ctl -j show)
	if [[ $rc = [12] && "$err" =~ ^svcbindctl:\ [^$'\n']*:\ [^$'\n']*$ &&
	      -z "$out" && "$after" = "$before" ]]; then
		ok "$1"
	else
		not_ok "$1" "exit $rc: $err
output: $out
$(diff <(echo "$before") <(echo "$after"))"
	fi
}

has() { # has NAME TEXT: the last message has it
	if [[ "$err" = *"$2"* ]]; then
		ok "$1"
	else
		not_ok "$1" "$2 is not in: $err"
	fi
}

names() { # names NAME WORD...: the last of which the message names
	bad "$@"
	has "$1: says which" "${*: -1}"
}

says() { # says NAME TEXT WORD...: the kernel's own words are in the message
	bad "$1" "${@:3}"
	has "$1: says why" "$2"
}

long=$(printf 'x%.0s' {1..200})

topology
check_rc "not loaded: show" 3 host_ctl show
check_rc "not loaded: service add" 3 host_ctl service add svc proto tcp
check_rc "not loaded: bind" 3 host_ctl bind svc dev vmk1
check_rc "not loaded: flush" 3 host_ctl flush
check_eq "not loaded: one line" 1 "$(host_ctl show 2>&1 >/dev/null | grep -c .)"
load
setup host_ctl service add svc proto tcp,udp dport 7000
setup host_ctl bind svc dev vmk1
before=$(host_ctl -j show)

names "unknown verb" frobnicate
names "unknown sub-verb" service frobnicate
names "unknown word" service add new proto tcp colour
bad "unknown word with a value" service add new proto tcp colour red
names "unknown option" --frobnicate
bad "value missing" service add new proto
bad "name missing" service add
bad "nothing to match" service add new
bad "word twice" service add new proto tcp proto udp
says "duplicate" "there is a service of that name" service add svc proto tcp
names "port 70000" service add new dport 70000
bad "port 65536" service add new dport 65536
bad "port -1" service add new dport -1
bad "port 1x" service add new dport 1x
bad "port range backwards" service add new dport 20-10
bad "port range open" service add new dport 10-
bad "port list with a hole" service add new dport 1,,2
bad "port list empty" service add new dport ""
bad "port unknown by name" service add new dport no-such-service
names "prefix 10.0.0.0/40" service add new to 10.0.0.0/40
bad "prefix fd00::/129" service add new to fd00::/129
bad "prefix /-1" service add new to 10.0.0.0/-1
bad "prefix without length" service add new to 10.0.0.0/
bad "prefix of three bytes" service add new to 10.0.0/24
bad "prefix of words" service add new to example
bad "port twice" service add new dport 2049,2049
bad "port twice, once by name" service add new dport 2049,nfs
bad "range twice" service add new port 1-9,80,1-9
bad "name in a range" service add new dport 1-nfs
bad "prefix twice" service add new to 10.0.0.1,10.0.0.1/32
bad "prefix twice, once mapped" service add new from 10.0.0.0/24,::ffff:10.0.0.0/120
bad "protocol unknown" service add new proto ipx
bad "protocol empty" service add new proto ""
names "uid of words" service add new uid nobody
bad "uid that is nobody's" service add new uid 4294967295
names "uid range backwards" service add new uid 20-10
bad "uid range open" service add new uid 10-
bad "uid twice" service add new uid 1,2,1
bad "uid list with a hole" service add new uid 1,,2
bad "65 uids" service add new uid "$(seq -s, 1 2 129)"
bad "uid missing" service add new uid
bad "nothing to match but any" service add new uid any cgroup any mark any
names "cgroup by its mount" service add new cgroup /sys/fs/cgroup/a.slice
has "cgroup by its mount: says what is meant" "did you mean /a.slice"
bad "cgroup upwards" service add new cgroup /a/../b
bad "cgroup with a hole" service add new cgroup /a//b
bad "cgroup empty" service add new cgroup ""
bad "cgroup with a line break" service add new cgroup $'/a\nb'
bad "cgroup of 1,025 characters" service add new cgroup "/$(printf 'a/%.0s' {1..512})"
bad "cgroup with a name of 256" service add new cgroup "/$(printf 'a%.0s' {1..256})"
names "mark of words" service add new mark red
bad "mark of 33 bits" service add new mark 0x100000000
bad "mark with an empty mask" service add new mark 0/0
bad "mark with half a mask" service add new mark 1/
bad "mark outside its mask" service add new mark 0x13/0xf0
has "mark outside its mask: says what is meant" "did you mean 0x10/0xf0"
bad "priority of words" service add new proto tcp priority high
bad "priority too large" service add new proto tcp priority 4294967296
bad "preset unknown" service add new preset nosuch
names "name of 200 characters" service add "$long"
bad "name of 33 characters" service add "${long:0:33}" proto tcp
bad "name empty" service add "" proto tcp
bad "name with a blank" service add "a b" proto tcp
bad "name with a dash in front" service add -- -a proto tcp
bad "name with a slash" service add a/b proto tcp
bad "name that is a word" service add dev proto tcp
bad "name that is a protocol" service add tcp proto tcp
bad "name that is a value" service add any proto tcp
bad "name in another script" service add ñ proto tcp
bad "name with a line break" service add $'a\nb' proto tcp
bad "65 ports" service add new dport "$(seq -s, 1 2 129)"
bad "set of none" service set nosuch dport 1
bad "set of nothing" service set svc
says "del of none" "no such service" service del nosuch
says "del of a bound service" "unbind it first" service del svc
bad "del in short" service de svc
bad "unload or unbind" un svc
has "ambiguous: names both" "unload, unbind"
bad "bind of none" bind nosuch dev vmk1
bad "bind of nothing" bind svc
bad "device name of 16 characters" bind svc dev abcdefghijklmnop
bad "device name of 200 characters" bind svc dev "$long"
bad "device name with a slash" bind svc dev a/b
bad "device name ." bind svc dev .
bad "device name .." bind svc dev ..
bad "device name with a blank" bind svc dev "a b"
bad "device name with a colon" bind svc dev a:b
bad "device name empty" bind svc dev ""
bad "device twice" bind svc dev vmk1,vmk1
bad "17 devices" bind svc dev "$(seq -s, -f 'd%g' 1 17)"
bad "via without a device" bind svc via 10.0.0.1
bad "via of words" bind svc dev vmk1 via nowhere
bad "via twice" bind svc dev vmk1 via 10.0.0.1 via 10.0.0.2
for address in 127.0.0.1 255.255.255.255 0.1.2.3 224.0.0.1 ::1 ff02::1 ::ffff:10.0.0.1; do
	check_rc "via $address" 1 host_ctl bind svc dev vmk1 via "$address"
done
names "via an address of nobody" bind svc dev vmk1 via 127.0.0.1
bad "mode unknown" bind svc mode loose
bad "select unknown" bind svc select random
bad "source unknown" bind svc source none
bad "unbind of none" unbind nosuch
bad "policy unknown" policy set colour red
bad "policy value unknown" policy set arp sometimes
bad "policy value missing" policy set arp
bad "flush in short" flu
bad "policy twice" policy set arp all arp all
has "policy twice: says so" "arp twice"
bad "show of none" show nosuch
bad "show of a device without a name" show dev
bad "show of a device that nothing is bound to" show dev vmk0
names "show of two" show svc vmk1
bad "show of three" show dev vmk1 svc
bad "explain of 200 characters" explain tcp "$long"
bad "too much" flush now
bad "namespace ." -n . show
has "namespace .: says why" "no such"
bad "namespace .." -n .. show
bad "namespace of another kind" -n /proc/self/ns/uts show
has "namespace of another kind: says why" "not a network namespace"
names "help with a value" --help=x
for word in "show -j" "service -j show" "bind svc -f" "flush -f"; do
	# shellcheck disable=SC2086 # words
	bad "option behind: $word" $word
	has "option behind: $word: says so" "options come before"
done
bad "word of 5,000 characters" bind svc "$(printf 'x%.0s' {1..5000})"
has "word of 5,000 characters: says why" "unknown word"
bad "value of 5,000 characters" bind svc mode "$(printf 'x%.0s' {1..5000})"
has "value of 5,000 characters: says why" "isn't one of: strict"
check_eq "errors in JSON, too" true \
	"$(host_ctl -j bind nosuch dev vmk1 2>&1 | gojq 'has("error")')"
check_eq "errors in JSON, wherever -j is" true \
	"$(host_ctl -x -j show 2>&1 | gojq 'has("error")')"

# The 4,097th.  One command each would take minutes under emulation.
start=$SECONDS
in_ns host "$here/fill.py" 4095 >"$tmp/fill" 2>&1 || not_ok "filled" "$(cat "$tmp/fill")"
echo "# filled in $((SECONDS - start)) s"
check_eq "4,096 services" 4096 "$(host_ctl -j show | gojq '.services | length')"
before=$(host_ctl -j show)
bad "the 4,097th service" service add new proto tcp
check "a service can be changed all the same" host_ctl service set svc dport 7001
check "and one less leaves room" host_ctl service del s1
check "for another" host_ctl service add new proto tcp
check "flush of 4,096 services" host_ctl flush
finish
