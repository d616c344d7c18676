# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packets seen on wires.  lib.sh has this with it.
# shellcheck disable=SC2154 # what is lib.sh's

# A bridge that has lost a port's addresses floods, and shows every port what is
# for another: what is for another device of the same namespace does not count.
# ("outbound" would say it better, but libpcap evaluates it wrongly for the
# packets of the first block.)
not_for_others() { # not_for_others NETNS DEV: as a filter
	ip -n "$1" -br link | awk -v dev="$2" '
		$1 !~ "^" dev "(@|$)" && $3 ~ /^02:/ { printf " and not ether dst %s", $3 }'
}

# A capture is void, and a failure, where something was dropped.
declare -A capture_pid
capture_start() { # capture_start NAME NETNS DEV [FILTER]
	spawn "$2" "$tmp/$1.err" tcpdump -i "$3" -n -U --immediate-mode -Z root \
		-s 160 -B 16384 -w "$tmp/$1.pcap" \
		"(${4-ip or ip6 or arp})$(not_for_others "$2" "$3")"
	capture_pid[$1]=$spawned
	wait_for 20 holds "$tmp/$1.err" "listening on" ||
		bail "capture $1: $(cat "$tmp/$1.err")"
}

# tcpdump has read all that there is, and says so twice.  Packets that arrive while
# it sets its filter count as received only: hence "or nothing changes for a second".
capture_settled() { # capture_settled NAME
	local answer line='' same=0 complete=0

	kill -USR1 "${capture_pid[$1]}"
	while read -r answer; do
		[[ "$answer" =~ ([0-9]+)" packet"s?" captured, "([0-9]+)" packet"s?" received" ]] ||
			continue
		[ "$answer" = "$line" ] || same=0
		line=$answer same=$((same + 1))
		complete=$((BASH_REMATCH[1] == BASH_REMATCH[2]))
	done <"$tmp/$1.err"
	((complete && same >= 2 || same >= 20))
}

capture_stop() { # capture_stop NAME...
	local name

	for name; do
		if ! wait_for 60 capture_settled "$name"; then
			not_ok "capture $name is complete" "$(cat "$tmp/$name.err")"
		fi
		reap "${capture_pid[$name]}" TERM
		holds "$tmp/$name.err" $'\n0 packets dropped by kernel' ||
			not_ok "capture $name lost nothing" "$(cat "$tmp/$name.err")"
	done
}

check_none() { # check_none NAME CAPTURE [FILTER]: not one packet, or which
	local n

	n=$(captured "$2" "${3-}")
	check_eq "$1" 0 "$n"
	[ "$n" = 0 ] || tcpdump -neXr "$tmp/$2.pcap" -c 5 "${3-}" 2>/dev/null | diag
}

captured() { # captured NAME [FILTER]: how many packets
	local n=''

	read -r n _ < <(tcpdump -nr "$tmp/$1.pcap" --count "${2-}" 2>/dev/null)
	echo "$n"
}

echoes() { # echoes CAPTURE ADDRESS [FILTER]: "REQUESTS REPLIES" on that wire
	local more=${3:+ and $3}

	case "$2" in
	*:*)
		echo "$(captured "$1" "icmp6 and ip6[40] == 128 and dst host $2$more")" \
			"$(captured "$1" "icmp6 and ip6[40] == 129 and src host $2$more")"
		;;
	*)
		echo "$(captured "$1" "icmp[0] == 8 and dst host $2$more")" \
			"$(captured "$1" "icmp[0] == 0 and src host $2$more")"
		;;
	esac
}

# What left by a device, in $left: a count for each source port, or identifier of
# echo requests.  Who asks for many has the packets read once.
declare -A left
count_left() { # count_left NAME
	local id

	while read -r id; do
		left[$1,$id]=$((${left[$1,$id]-0} + 1))
	done < <(tcpdump -nqtr "$tmp/$1.pcap" "udp or tcp or icmp[0] == 8 or
		(icmp6 and ip6[40] == 128)" 2>/dev/null |
		sed -nE 's/.* echo request, id ([0-9]+),.*/\1/p; t
			s/^IP6? [^ ]*\.([0-9]+) > .*/\1/p')
}

# NAME|HIT|MISS, two ports or identifiers: hits are what is bound to vmk1.
tried=()
check_tried() { # check_tried VMK0-CAPTURE VMK1-CAPTURE
	local entry name hit miss

	count_left "$1"
	count_left "$2"
	for entry in "${tried[@]}"; do
		IFS='|' read -r name hit miss <<<"$entry"
		check_num "$name: a hit leaves by vmk1" "${left[$2,$hit]-0}" -ge 1
		check_eq "$name: a hit does not leave by vmk0" 0 "${left[$1,$hit]-0}"
		check_num "$name: a miss leaves by vmk0" "${left[$1,$miss]-0}" -ge 1
		check_eq "$name: a miss does not leave by vmk1" 0 "${left[$2,$miss]-0}"
	done
}
