# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of svcbindctl for bash.  The words are those of its help; names of
# services, devices and presets are those that there are.  Where svcbind isn't
# loaded there is just less to offer.
#
# The variables are those of _svcbindctl(), at the end.

# Offers what begins with the last word; of a list, what its last element may be.
_svcbindctl_offer() { # _svcbindctl_offer WORD...
	local before='' word

	[[ $list && $cur = *,* ]] && before=${cur%,*},
	for word; do
		[[ $before$word = "$cur"* ]] && COMPREPLY+=("$before$word")
	done
}

# Which word was typed, in full or in short.
_svcbindctl_resolve() { # _svcbindctl_resolve TYPED WORD...
	local word found=()

	for word in "${@:2}"; do
		[[ $word = "$1"* ]] && found+=("$word")
		[[ $word = "$1" ]] && found=("$word") && break
	done
	resolved=${found[0]-}
	[ ${#found[@]} = 1 ]
}

_svcbindctl_services() {
	local line

	while IFS= read -r line; do
		[[ $line =~ ^([^ ]+)'  priority ' ]] &&
			_svcbindctl_offer "${BASH_REMATCH[1]}"
	done < <("$ctl" "${netns[@]}" service show 2>/dev/null)
}

_svcbindctl_presets() {
	local line

	while IFS= read -r line; do
		[[ $line = [a-z]* ]] && _svcbindctl_offer "$line"
	done < <("$ctl" preset show 2>/dev/null)
}

# /sys may show the devices of this namespace only.
_svcbindctl_devices() {
	local name

	while IFS=': ' read -r _ name _; do
		name=${name%@*}
		[ "$name" = lo ] || _svcbindctl_offer "$name"
	done < <(ip "${netns[@]}" -o link 2>/dev/null)
}

_svcbindctl_netns() {
	local path

	for path in "/run/netns/$cur"*; do
		[ -e "$path" ] && _svcbindctl_offer "${path##*/}"
	done
}

# Units have backslashes in their names.  One may go on below what is offered.
_svcbindctl_cgroups() {
	local path root=/sys/fs/cgroup

	[ -e $root/cgroup.controllers ] || root+=/unified
	compopt -o nospace 2>/dev/null
	for path in "$root/${cur#/}"*/; do
		[ -d "$path" ] || continue
		path=${path#"$root"}
		printf -v path %q "${path%/}"
		COMPREPLY+=("$path")
	done
}

_svcbindctl_files() {
	local path

	compopt -o filenames 2>/dev/null
	while IFS= read -r path; do
		COMPREPLY+=("$path")
	done < <(compgen -f -- "$cur")
}

# A value as help has it: "strict|prefer", "tcp|udp[,...]|any", "DEV[,DEV]".
_svcbindctl_value() { # _svcbindctl_value VALUE
	local choice choices list=

	[[ $1 = *\[,* ]] && list=yes
	IFS='|' read -ra choices <<<"$1"
	for choice in "${choices[@]%%\[*}"; do
		case $choice in
		PRESET) _svcbindctl_presets ;;
		DEV) _svcbindctl_devices ;;
		PATH) _svcbindctl_cgroups ;;
		FILE) _svcbindctl_files ;;
		[a-z]*) _svcbindctl_offer "$choice" ;;
		esac
	done
}

_svcbindctl_options() {
	local line

	if [[ $cur = --color=* && $help =~ --color=([a-z|]+) ]]; then
		cur=${cur#*=}
		_svcbindctl_value "${BASH_REMATCH[1]}"
		return
	fi
	while IFS= read -r line; do
		[[ $line =~ ^'    '(--[a-z]+)' ' ]] && _svcbindctl_offer "${BASH_REMATCH[1]}"
		[[ $line =~ ^'    '(-[a-zA-Z])(, (-[a-zA-Z]))?' ' ]] || continue
		_svcbindctl_offer "${BASH_REMATCH[1]}"
		[ -z "${BASH_REMATCH[3]}" ] || _svcbindctl_offer "${BASH_REMATCH[3]}"
		[[ $line =~ \ (--[a-z]+)= ]] && _svcbindctl_offer "${BASH_REMATCH[1]}"
	done <<<"$help"
}

# Steps over the verbs; offers some if the last word is one.
_svcbindctl_verbs() {
	local line verbs

	while :; do
		verbs=()
		while IFS= read -r line; do
			[[ $line =~ ^"svcbindctl$path "([a-z][a-z-]*) ]] &&
				[[ " ${verbs[*]} " != *" ${BASH_REMATCH[1]} "* ]] &&
				verbs+=("${BASH_REMATCH[1]}")
		done <<<"$help"
		[ ${#verbs[@]} -gt 0 ] || return 0
		verbs+=(help)
		if [ "$i" = "$last" ]; then
			_svcbindctl_offer "${verbs[@]}"
			return 1
		fi
		_svcbindctl_resolve "${words[i]}" "${verbs[@]}" || return
		[ "$resolved" = help ] || path+=" $resolved"
		i=$((i + 1))
	done
}

# What follows a verb: a name or a peer, or words with their values, or both.
_svcbindctl_arguments() {
	local line synopsis='' keys=() left first=0 typed=$((last - i)) at
	local -A values=()

	# shellcheck disable=SC2086 # some verbs are of two words
	while IFS= read -r line; do
		[[ $line = "svcbindctl$path"* && ! $synopsis ]] &&
			synopsis=${line#"svcbindctl$path"}
		if [[ $line =~ ^'    '([A-Za-z-]+)' '([^ ]+)'  ' ]]; then
			values[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
			[[ ${BASH_REMATCH[1]} = [A-Z]* ]] || keys+=("${BASH_REMATCH[1]}")
		elif [[ $line =~ ^'    '(--[a-z-]+)'  ' ]]; then
			keys+=("${BASH_REMATCH[1]}")
			values[${BASH_REMATCH[1]}]=
		fi
	done < <("$ctl" $path help 2>/dev/null)
	[[ $synopsis = ' NAME'* || $synopsis = ' [NAME]' ]] && first=1
	[[ $synopsis = ' PROTO '* ]] && first=2
	[[ $typed = 0 && $first = 2 ]] && _svcbindctl_value "${values[PROTO]}"
	[[ $typed = 0 && $synopsis =~ ^' '\[?NAME && $path != ' service add' ]] &&
		_svcbindctl_services
	# An option that only this verb has: "[-t]".
	[[ $typed = 0 && $synopsis =~ ^' ['(-[a-z])']' ]] &&
		_svcbindctl_offer "${BASH_REMATCH[1]}"
	[ "$typed" -ge "$first" ] || return
	left=" ${keys[*]} "
	for ((at = first; at < typed; at++)); do
		_svcbindctl_resolve "${words[i + at]}" "${keys[@]}" || return
		# "[dev DEV ...]" and "[via ADDR]..." may come again.
		[[ $synopsis =~ $resolved\ [A-Z]+[]\ ]+\.\.\. ]] ||
			left=${left/ $resolved / }
		[ -z "${values[$resolved]}" ] || at=$((at + 1))
	done
	if [ "$at" = "$typed" ]; then
		# shellcheck disable=SC2086 # words
		_svcbindctl_offer $left
	else
		_svcbindctl_value "${values[$resolved]}"
	fi
}

_svcbindctl() {
	local ctl=$1 cur help words=() last i netns=() path='' resolved list=

	COMPREPLY=()
	# COMP_WORDS has addresses broken at their colons.
	read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} = *[[:space:]] ]] && words+=('')
	while [ ${#words[@]} -gt 0 ] && [ "${words[0]}" != "$ctl" ]; do
		words=("${words[@]:1}")
	done
	last=$((${#words[@]} - 1))
	[ "$last" -ge 1 ] || return
	cur=${words[last]}
	help=$("$ctl" help 2>/dev/null)
	for ((i = 1; i < last; i++)); do
		case ${words[i]} in
		-n | -[!-]*n) netns=(-n "${words[++i]}") ;;
		--confirm)
			i=$((i + 1))
			[ "$i" -lt "$last" ] || return
			;;
		-*) ;;
		*) break ;;
		esac
	done
	if [ "$i" -gt "$last" ]; then
		_svcbindctl_netns
	elif [[ $i = "$last" && $cur = -* ]]; then
		_svcbindctl_options
	elif _svcbindctl_verbs; then
		_svcbindctl_arguments
	fi
}

complete -F _svcbindctl svcbindctl
