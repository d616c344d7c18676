# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts among the unit tests share: results in TAP, and what the
# help of svcbindctl says.  Each runs in the project's directory.

count=0 bad=0

ok() { # ok NAME
	echo "ok $((++count)) $1"
}

not_ok() { # not_ok NAME DETAIL
	echo "not ok $((++count)) $1"
	echo "# ${2//$'\n'/$'\n'# }"
	bad=$((bad + 1))
}

check_eq() { # check_eq NAME WANTED GOT
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "$(diff <(echo "$2") <(echo "$3"))"
	fi
}

# Words in whatever order, none of them twice.
check_set() { # check_set NAME WANTED GOT
	check_eq "$1" "$(set_of "$2")" "$(set_of "$3")"
}

set_of() { # set_of WORDS
	tr -s ' \t' '\n' <<<"$1" | grep . | sort -u
}

finish() {
	echo "1..$count"
	[ "$bad" = 0 ] && [ "$count" -gt 0 ]
	exit
}

# All verbs, as "service add", a line each.
verbs() {
	svcbindctl help | sed -nE 's/^svcbindctl (([a-z][a-z-]* ?)+).*/\1/p' | sed 's/ $//'
}

# What a verb takes: "mode strict|prefer|audit", a line each.
keywords() { # keywords VERB...
	svcbindctl "$@" help | sed -nE 's/^ {4}([a-z-]+ [^ ]+) {2}.*/\1/p'
}

# What a verb takes that stands alone: "--dry-run", a line each.
flags() { # flags VERB...
	svcbindctl "$@" help | sed -nE 's/^ {4}(--[a-z-]+) {2}.*/\1/p'
}

presets() {
	svcbindctl preset show | grep '^[a-z]'
}

# The words that a value can be: of "tcp|udp[,...]|any" these three.
choices() { # choices VALUE
	tr '|' '\n' <<<"$1" | sed 's/\[.*//' | grep '^[a-z]'
}
