#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The words of specification, parser, help and manual are the same.  In a
# network namespace of its own: some of what is tried would change something,
# were the module loaded.

set -u
if [ "${1-}" != apart ]; then
	exec unshare --net "$0" apart
fi
# shellcheck source=selftests/unit/tap.sh
. "${0%/*}/tap.sh"

spec=Documentation/netlink/specs/svcbind.yaml
page=Documentation/man/svcbindctl.8
overview=Documentation/man/svcbind.7
format=Documentation/man/svcbind.yaml.5

# "mode strict|prefer|audit", a line each: the enumerations, whose entries stand
# on the same line, or on one each.
spec_enums() {
	awk '/^attribute-sets:/ { exit }
	$1 == "name:" { name = $2 }
	$1 == "entries:" {
		many = NF == 1 ? name : ""
		gsub(/.*\[|\].*|"/, "")
		gsub(/, /, "|")
		if (!many)
			print name, $0
		next
	}
	many && $1 == "-" && NF == 2 {
		line = line (line == "" ? "" : "|") $2
		next
	}
	line != "" { print many, line; line = many = "" }' "$spec"
}

spec_attributes() { # spec_attributes SET
	awk -v set="$1" '/^operations:/ { exit }
	/^    name:/ { on = $2 == set }
	/^        name:/ && on { print $2 }' "$spec"
}

# The words of an array that only prints: no argument can be one.
words_of() { # words_of ARRAY: as the text has them
	sed -n "/ $1\[\] = {/,/NULL/p" ctl/event.c | grep -oE '"[a-z_-]+"' |
		tr -d '"' | tr _ - | xargs
}

# What is marked up as a word, between two macros; or of one section's list.
page_words() { # page_words PAGE
	grep -E '^\.' "$1" | awk '{
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^\.?[A-Z][a-z]$/)
				on = $i ~ /Cm$/
			else if (on && $i ~ /^[a-z][a-z-]*$/)
				print $i
		}
		on = 0
	}'
}

page_items() { # page_items PAGE SECTION
	awk -v section="$2" '/^\.Sh / { on = $0 == ".Sh " section }
	on && $1 == ".It" { print $NF }' "$1"
}

# The verbs that a page explains; more than one may stand before a bar.
page_verbs() {
	awk '/^\.Sh / { on = $2 == "VERBS" }
	on && /^\.Bl/ { depth++ }
	on && /^\.El/ { depth-- }
	on && depth == 1 && /^\.It Cm/ {
		verb = ""
		for (i = 3; i <= NF && $i ~ /^[a-z][a-z-]*$/; i++)
			verb = verb (verb == "" ? "" : " ") $i
		print verb
	}' "$page" | sort -u
}

synopsis_verbs() {
	awk '/^\.Sh / { on = $2 == "SYNOPSIS" }
	on && first && $1 == ".Cm" {
		sub(/^\.Cm /, "")
		gsub(/ \| /, "\n")
		print
	}
	{ first = $1 == ".Nm" }' "$page" | sort -u
}

examples() { # examples TEXT
	sed -nE 's/^ *(svcbindctl [^|]*).*/\1/p' <<<"$1"
}

page_examples() {
	examples "$(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$1")"
}

# Every key of every verb, with its value.
all_keywords() {
	local verb

	while read -ra verb; do
		keywords "${verb[@]}"
	done < <(verbs) | sort -u
}

all_flags() {
	local verb

	while read -ra verb; do
		flags "${verb[@]}"
	done < <(verbs) | sort -u
}

in_page() {
	local words='' key value

	check_set "the manual explains every verb" "$(verbs; echo help)" "$(page_verbs)"
	check_set "its synopsis has every verb" "$(verbs; echo help)" "$(synopsis_verbs)"
	while read -r key value; do
		words+=" $key $(choices "$value")"
	done < <(all_keywords | grep -v ^--)
	words+=" $(verbs) help always auto never"
	check_set "the manual's words are those of help" "$words" \
		"$(page_words "$page" | grep -vxF "$(presets)")"
	check_set "its options, too" \
		"$(svcbindctl help | grep -oE '^    -.*' | grep -oE '(^ +|, )-[a-zA-Z]' |
			tr -d ', -' | sed 's/./& /')" \
		"$(sed -nE 's/^\.It Fl ([a-zA-Z])( .*|$)/\1/p' "$page")"
	check_set "those behind verbs, too" "$(all_flags; all_keywords | grep -o '^--[^ ]*')" \
		"$(grep -oE 'Fl -[a-z-]+' "$page" | sed 's/Fl /-/' | grep -vxE -- '--(color|confirm|help)')"
	check_eq "the overview has no words of its own" "" \
		"$(comm -13 <(set_of "$words $states $counters matched $(presets)") \
			<(set_of "$(page_words "$overview")"))"
}

in_spec() {
	local name values verb

	while read -r name values; do
		values=${values//|/ }
		case $name in
		state)
			check_set "states of the manual" "$values" \
				"$(page_items "$page" STATES)"
			check_set "states of the overview" "$values" \
				"$(page_items "$overview" STATES)"
			;;
		event)
			check_set "events of the manual" "$values" \
				"$(page_items "$page" EVENTS)"
			check_eq "events as they are printed" "$values" \
				"$(words_of event_words)"
			;;
		reason)
			check_eq "reasons as they are counted" "$values" \
				"$(spec_attributes counters | sed -n 's/^drop-//p' | xargs)"
			check_eq "reasons as they are printed" "$values" \
				"$(words_of reason_words)"
			;;
		# What only replies have, and no word of the command line.
		exempt | unenforced | tier) ;;
		*)
			check_eq "help has $name as the specification has it" \
				"$name ${values// /|}" "$(all_keywords | grep "^$name ")"
			;;
		esac
	done < <(spec_enums)
	check_set "each enumeration is one of the specification" \
		"$(spec_enums | sed -E '/^(state|event|reason|exempt|unenforced|tier) /d; s/ .*//')" \
		"$(all_keywords | grep -E '^[a-z-]+ [a-z|-]+$' | cut -d ' ' -f 1)"
	for verb in add set; do
		check_set "the words of a match, service $verb" \
			"$(spec_attributes match | grep -vxE 'all|cgroup-(pending|elsewhere)')" \
			"$(keywords service "$verb" | sed -n 's/ .*|any$//p')"
	done
	check_set "the switches of the policy" "$(spec_attributes policy)" \
		"$(keywords policy set | cut -d ' ' -f 1)"
	check_set "what a binding has" "$(spec_attributes binding)" \
		"$(keywords bind | sed 's/ .*//; s/^dev$/devices/; /^via$/d')"
	check_set "counters of the manual" "matched $counters" \
		"$(page_items "$page" COUNTERS)"
	check_set "the words of explanations" "$(while read -r name values; do
		case $name in
		exempt | unenforced | tier) tr '|' '\n' <<<"$values" | grep -vx none ;;
		esac
	done < <(spec_enums))" "$(page_items "$page" EXPLANATIONS)"
	check_eq "verdicts of the overview" "" "$(comm -23 <(set_of "$counters") \
		<(set_of "$(page_words "$overview")"))"
}

# Whether some word that there is begins so: it may be cut short.
is_short() { # is_short WORD WORDS
	grep -q "^$1" <<<"$2"
}

# The parser takes what help names, and nothing else of all the words there are.
probe() { # probe NAME WORDS ERROR ARGUMENT...
	local word err wrong=''

	for word in $candidates; do
		err=$(svcbindctl "${@:4}" "$word" 2>&1)
		if is_short "$word" "$2"; then
			[[ $err != *"$3"* ]] || wrong+=" $word isn't taken."
		else
			[[ $err = *"$3"* ]] || wrong+=" $word is taken."
		fi
	done
	check_eq "$1" "" "$wrong"
}

in_parser() {
	local verb name value letter

	probe "the verbs that are taken" "$(verbs; echo help)" "unknown command"
	for verb in service preset policy; do
		probe "those below $verb" \
			"$(verbs | sed -n "s/^$verb //p"; echo help)" \
			"unknown command" "$verb"
	done
	for verb in "service add x" "service set x" "bind x" "policy set"; do
		# shellcheck disable=SC2086 # a verb can be of two words
		probe "words behind $verb" "$(keywords ${verb% x} | cut -d ' ' -f 1; echo help)" \
			"unknown word" $verb
	done
	probe "words behind explain" "$(keywords explain | cut -d ' ' -f 1)" \
		"unknown word" explain tcp 10.0.0.1
	while read -r verb name value; do
		# shellcheck disable=SC2086 # a verb can be of two words
		probe "values of $name" "$(choices "$value")" "isn't one of" \
			${verb//-/ } "$name"
	done < <(keywords bind | sed -n '/ [a-z]/s/^/bind-x /p'
		keywords policy set | sed 's/^/policy-set /')
	probe "values of proto" "$(choices "$(all_keywords | sed -n 's/^proto //p')")" \
		"unknown proto" service add x proto
	value=''
	for letter in {a..z} {A..Z}; do
		[[ $(svcbindctl "-$letter" 2>&1) = *"unknown option"* ]] ||
			value+=" $letter"
	done
	check_set "the options that are taken" "$value" \
		"$(svcbindctl help | grep -oE '^    -.*' | grep -oE '(^ +|, )-[a-zA-Z]' |
			tr -d ', -' | sed 's/./& /')"
}

# "show dev" would mean two things.
names() {
	local word free=''

	for word in $(set_of "$(verbs; all_keywords | tr '|' ' ')" | grep -vxE -- '.*[A-Z[].*|--.*'); do
		[[ $(svcbindctl unbind "$word" 2>&1) = *"is a word of the command line"* ]] ||
			free+=" $word"
	done
	check_eq "no service can be called like a word" "" "$free"
}

# Neither bad usage, nor missing, but for files: there are none.  What loads or
# removes the module isn't tried.
try_examples() { # try_examples NAME EXAMPLES
	local line words err rc wrong=''

	while read -r line; do
		read -ra words <<<"$line"
		[[ $line != *load ]] || continue
		err=$("${words[@]}" 2>&1 >/dev/null)
		rc=$?
		[[ $rc = [023] || $err = *"svcbind.yaml: No such file"* ]] ||
			wrong+="$line: exit status $rc. "
	done <<<"$2"
	check_eq "$1" "" "$wrong"
}

has_example() { # has_example NAME EXAMPLES VERB
	if grep -qE "^svcbindctl (-[^ ]+ |-n [^ ]+ )*$3( |$)" <<<"$2"; then
		ok "$1"
	else
		not_ok "$1" "none of: $2"
	fi
}

in_examples() {
	local verb text manual

	manual=$(page_examples "$page")
	while read -r verb; do
		# shellcheck disable=SC2086 # a verb can be of two words
		text=$(examples "$(svcbindctl $verb help | sed -n '/for example/,$p')")
		has_example "$verb: its help has an example" "$text" "$verb"
		has_example "$verb: the manual has an example" "$manual" "$verb"
		try_examples "$verb: the examples can be read" "$text"
	done < <(verbs)
	try_examples "the manual's examples can be read" "$manual"
	try_examples "those of the overview, too" "$(page_examples "$overview")"
	try_examples "those of help, too" \
		"$(examples "$(svcbindctl help | sed -n '/^For example/,$p')")"
}

# The keys that the manual names in a section, of its list or of that within.
format_keys() { # format_keys SECTION DEPTH
	awk -v section="$1" -v level="$2" '/^\.S[hs] / { on = $0 ~ "^.S[hs] " section "$" }
	on && /^\.Bl/ { depth++ }
	on && /^\.El/ { depth-- }
	on && depth == level && /^\.It Ic/' "$format" | tr -d , | cut -d ' ' -f 3-
}

told() { # told: the keys that are only read over
	sed -n '/^\.Ss WHAT IS ONLY TOLD/,/^\.S[hs] [^W]/p' "$format" |
		sed -n 's/^\.Ic //p' | grep -v svcbindctl | tr -d ,. | tr -s ' ' '\n'
}

# Those of all words that a mapping takes, which stands at %s.
taken() { # taken FILE
	local word

	for word in $candidates $(grep '^\.I[tc] ' "$format" | grep -oE '[a-z_-]{2,}'); do
		# shellcheck disable=SC2059 # the file is a format
		printf "version: 1\n$1\n" "$word: x" >"$file"
		[[ $(svcbindctl diff --file "$file" 2>&1) = *"unknown key"* ]] ||
			echo "$word"
	done
}

in_file() {
	local file words all

	file=$(mktemp)
	words=$(spec_attributes match | grep -vxE 'all|cgroup-(pending|elsewhere)')
	all=$(told)
	check_set "keys of a file" "$(format_keys KEYS 1; grep -xE 'generation|icmp_reply|connect|conntrack|confirm' <<<"$all")" \
		"version $(taken '%s')"
	check_set "its switches are those of the policy" "$(spec_attributes policy)" \
		"$(format_keys POLICY 1)"
	check_set "and are taken" "$(spec_attributes policy) icmp_reply" "$(taken 'policy: {%s}')"
	check_set "keys of a service" "name preset priority bind match $words" \
		"$(format_keys SERVICES 1)"
	check_set "are taken" "$(format_keys SERVICES 1) binding counters" \
		"$(taken 'services: [{%s}]')"
	check_set "the words of a match are" "$words cgroup_pending cgroup_elsewhere" \
		"$(taken 'services: [{match: {%s}}]')"
	check_set "keys of a binding" "$(spec_attributes binding)" "$(format_keys BINDINGS 1)"
	check_set "are taken" "$(format_keys BINDINGS 1)" "$(taken 'services: [{bind: {%s}}]')"
	check_set "keys of a device are taken" \
		"$(format_keys BINDINGS 2; grep -xE 'state|active|ifindex|packets|bytes' <<<"$all")" \
		"$(taken 'services: [{bind: {devices: [{%s}]}}]')"
	check_set "what is only told is one of these" "$all" \
		"bind binding icmp-reply icmp_reply connect conntrack generation confirm counters cgroup_pending
		cgroup_elsewhere state active ifindex packets bytes"
	check_eq "the words of the file's manual are those of help" "" \
		"$(comm -13 <(set_of "$(all_keywords | sed 's/\[,.*\]//' | tr '|' ' ')") \
			<(set_of "$(page_words "$format" | grep -vxF "$(presets)")"))"
	format_examples
	rm "$file"
}

# Each example is a file: 3 says that it could be read, and that nothing is loaded.
format_examples() {
	local n=0 rc wrong=''

	while [ $n -lt "$(grep -c '^\.Bd' "$format")" ]; do
		n=$((n + 1))
		awk -v n="$n" '/^\.Bd/ { on = ++block == n; next } /^\.Ed/ { on = 0 } on' \
			"$format" >"$file"
		svcbindctl diff --file "$file" >/dev/null 2>&1
		rc=$?
		[ "$rc" = 3 ] || wrong+="example $n: exit status $rc. "
	done
	check_eq "the file's manual has three examples" "3 " "$n $wrong"
}

states=$(spec_enums | sed -n 's/^state //p' | tr '|' ' ')
counters=$(spec_attributes counters | sed 's/^drop-//')
candidates=$(set_of "$(verbs; page_words "$page"; page_words "$overview"
	sed -n '/reserved\[\]/,/NULL/p' ctl/parse.c | grep -oE '"[a-z-]+"' | tr -d '"'
	awk '$1 == "name:" { print $2 }' "$spec"
	spec_enums | tr '|' ' '
	all_keywords | tr '|' ' ')" | grep -xE '[a-z][a-z-]+')
check_eq "there are verbs, words and values" yes \
	"$([ "$(verbs | wc -l)" -gt 9 ] && [ "$(all_keywords | wc -l)" -gt 15 ] &&
		[ "$(wc -w <<<"$candidates")" -gt 60 ] && echo yes)"
in_page
in_spec
in_parser
names
in_file
in_examples
finish
