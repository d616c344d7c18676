#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion offers what help names, no more and no less, and says nothing.
# Bash's is run as bash would; so is that of zsh, where there is one.  The module
# isn't loaded.

set -u
# shellcheck source=selftests/unit/tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=ctl/completion/svcbindctl.bash
. ctl/completion/svcbindctl.bash

zsh=$(command -v zsh)
err=$(mktemp)
trap 'rm -f "$err"' EXIT

# As readline does: words end at COMP_WORDBREAKS, too.
complete_line() { # complete_line LINE
	local function word

	read -r _ _ function _ < <(complete -p svcbindctl)
	COMP_LINE=$1
	COMP_POINT=${#1}
	word=${1//:/ : }
	read -ra COMP_WORDS <<<"${word//=/ = }"
	[[ $1 = *' ' ]] && COMP_WORDS+=('')
	# shellcheck disable=SC2034 # the function's
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_KEY=9 COMP_TYPE=9
	COMPREPLY=()
	"$function" svcbindctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]-}" 2>>"$err"
}

# Zsh filters what it is offered itself: only for lines that end in a space.
complete_line_zsh() { # complete_line_zsh LINE
	# shellcheck disable=SC2016 # zsh's
	zsh -f -c '
	compadd() { [[ $1 = -- ]] && shift; print -rl -- "$@" }
	compset() { return 1 }
	_files() { print -rl -- *(ND) }
	_describe() { print -rl -- ${${(P)@[-1]}%%:*} }
	_path_files() { }
	words=(${=1} "")
	CURRENT=$#words
	source ctl/completion/_svcbindctl' zsh "$1" 2>>"$err"
}

offers() { # offers LINE WORDS
	complete_line "$1"
	check_set "'$1'" "$2" "${COMPREPLY[*]}"
	if [[ $zsh && $1 = svcbindctl*' ' ]]; then
		check_set "zsh: '$1'" "$2" "$(complete_line_zsh "$1")"
	fi
}

# The verbs below some, or at the top.
below() { # below [VERB]
	verbs | sed -n "s/^${1:+$1 }//p" | cut -d ' ' -f 1
	echo help
}

devices() {
	sed -nE 's/^ *([^ :]+):.*/\1/p' /proc/net/dev | grep -vx lo
}

all_verbs() {
	local verb

	offers "svcbindctl " "$(below)"
	for verb in $(verbs | sed -n 's/ .*//p' | sort -u); do
		offers "svcbindctl $verb " "$(below "$verb")"
		offers "svcbindctl help $verb " "$(below "$verb")"
	done
}

# Behind a name, if the verb has one, all words; behind each, all of its values.
all_words() {
	local verb line key value values

	while read -ra verb; do
		mapfile -t values < <(keywords "${verb[@]}")
		[ ${#values[@]} -gt 0 ] || continue
		line="svcbindctl ${verb[*]} "
		case $(svcbindctl "${verb[@]}" help) in
		"${line}NAME"*) line+="svc " ;;
		"${line}PROTO "*) line+="tcp 10.0.0.1:2049 " ;;
		esac
		offers "$line" "$(printf '%s\n' "${values[@]%% *}"; flags "${verb[@]}")"
		for value in "${values[@]}"; do
			key=${value%% *}
			value=${value#* }
			case $value in
			PRESET) offers "$line$key " "$(presets)" ;;
			DEV*) offers "$line$key " "$(devices)" ;;
			FILE) offers "$line$key " "$(ls -A)" ;;
			*) offers "$line$key " "$(choices "$value")" ;;
			esac
		done
	done < <(verbs)
}

options() {
	offers "svcbindctl -" "$(svcbindctl help | grep -oE '^    -.*' |
		grep -oE '(^ +|, )-[a-zA-Z]|--[a-z]+' | tr -d ', ')"
	offers "svcbindctl --c" "--color --confirm"
	offers "svcbindctl --confirm " ""
	offers "svcbindctl --confirm 30 pol" "policy"
	offers "svcbindctl --color=" "always auto never"
	offers "svcbindctl --color=al" "always"
	offers "svcbindctl -js pol" "policy"
	offers "svcbindctl -jsn name pol" "policy"
	offers "svcbindctl -n $$ service show " ""
}

# What doesn't come out of the table, in so many words.
by_hand() {
	offers "svcbindctl bind svc mode " "strict prefer audit"
	offers "svcbindctl bind svc mode s" "strict"
	offers "svcbindctl bind svc mode strict " "dev via select source --close-stale"
	offers "svcbindctl bind svc dev a via fd00::1 dev b " \
		"dev via mode select source --close-stale"
	offers "svcbindctl serv s" "set show"
	offers "svcbindctl app --dry-run " "--file"
	offers "svcbindctl apply --file ctl " "--dry-run"
	offers "svcbindctl apply --file ctl --d" "--dry-run"
	offers "svcbindctl diff --file ctl/completion/_s" "ctl/completion/_svcbindctl"
	offers "svcbindctl pol se enf " "on audit off"
	offers "svcbindctl service add svc to fd00::1,10.0.0.0/8 pr" \
		"preset proto priority"
	offers "svcbindctl service add svc proto tcp,u" "tcp,udp tcp,udplite"
	offers "svcbindctl service add svc dport 80 d" ""
	offers "svcbindctl service add svc port 80 s" "sport"
	offers "sudo svcbindctl fl" "flush"
	offers "svcbindctl monitor " "-t"
	offers "svcbindctl monitor -" "-t"
	offers "svcbindctl monitor -t " ""
	offers "svcbindctl explain " "tcp udp sctp udplite icmp"
	offers "svcbindctl explain udp" "udp udplite"
	offers "svcbindctl explain tcp " ""
	offers "svcbindctl explain tcp [fd00::1]:2049 from fd00::2 " "in uid cgroup mark"
	for line in frobnicate "show nosuch" "service add" "load" \
		"unbind svc" "bind svc frobnicate x"; do
		offers "svcbindctl $line " ""
	done
}

# Where nothing is loaded there are no services, and where there is no tool no
# words; neither is talked about.
silent() {
	local line start

	for line in "bind " "unbind " "service set " "service del " "service show "; do
		offers "svcbindctl $line" ""
	done
	start=${EPOCHREALTIME/./}
	complete_line "svcbindctl bind svc dev a mode "
	if [ $((${EPOCHREALTIME/./} - start)) -lt 1000000 ]; then
		ok "it takes less than a second"
	else
		not_ok "it takes less than a second" "since $start µs"
	fi
	check_eq "nothing is printed" "" "$(<"$err")"
	_svcbindctl /nonexistent/svcbindctl 2>>"$err"
	COMP_LINE="/nonexistent/svcbindctl " COMP_POINT=24
	_svcbindctl /nonexistent/svcbindctl 2>>"$err"
	check_eq "nor without svcbindctl" "" "${COMPREPLY[*]}$(<"$err")"
}

# Neither file may have words of the table but those that it asks with; both
# have to know the kinds of values that are looked up.
own_words() {
	local file kind table

	table=$(set_of "$(while read -ra verb; do
		keywords "${verb[@]}" | tr '|' ' '
	done < <(verbs)
	presets)" | grep -xE '[a-z][a-z-]+' | grep -vxE 'preset|any')
	for file in ctl/completion/*; do
		check_eq "${file##*/} has no words of its own" "" \
			"$(sed 's/#.*//' "$file" | grep -oE "'[a-z-]+'|\"[a-z-]+\"" |
				tr -d "'\"" | grep -xF "$table")"
		for kind in NAME PRESET DEV PATH FILE; do
			check_eq "${file##*/} knows $kind" yes \
				"$(grep -qE "(^|[^A-Z_])$kind([^A-Z_]|$)" "$file" && echo yes)"
		done
	done
}

check_eq "bash knows the function" "complete -F _svcbindctl svcbindctl" \
	"$(complete -p svcbindctl)"
check_eq "the module isn't loaded" 3 "$(svcbindctl show 2>/dev/null; echo $?)"
all_verbs
all_words
options
by_hand
silent
own_words
finish
