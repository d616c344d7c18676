#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vmk1 flaps again and again under load: not one packet of the service leaves by
# vmk0.

# shellcheck disable=SC2317 # check and wait_for call functions
set -u
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

port=5201

stream() { # stream IPERF3-ARGUMENT...: again and again, as a flap may end one
	iperf3_server filer "$port"
	spawn host "$tmp/client.$port" bash -c \
		'while :; do iperf3 "$@" -t 600; read -rt 0.2 <> <(:); done' \
		- -p "$port" --connect-timeout 2000 "$@"
	port=$((port + 1))
}

flap() { # flap ROUNDS: by turns of the link and of the carrier
	local i

	for i in $(seq "$1"); do
		if [ $((i % 2)) = 0 ]; then
			ip -n host link set vmk1 down
			ip -n host link set vmk1 up
		else
			ip -n sw link set host.vmk1 down
			ip -n sw link set host.vmk1 up
		fi
		# Every now and then long enough for traffic to come back.
		if [ $((i % 20)) = 0 ]; then
			busy || not_ok "round $i: traffic comes back"
		fi
	done
}

busy() { # the service gets through vmk1
	local start

	start=$(counter svc packets)
	wait_for 20 counted svc packets $((start + 200))
}

flaps=200 rate=20M
! slow_kernel || flaps=40 rate=2M

base
setup host_ctl service add svc proto tcp,udp dport 5201-5299,7000
setup host_ctl bind svc dev vmk1
capture_start flap0 host vmk0 "portrange 5201-5299 or port 7000"
stream -c "$filer4" -b "$rate"
stream -c "$filer6" -b "$rate"
stream -c "$filer4" -u -b 1M
stream -c "$filer6" -u -b 1M
check "traffic flows" busy
setup flap "$flaps"
check "traffic flows after $flaps flaps" busy
for pid in "${background[@]}"; do
	case " ${capture_pid[flap0]} " in
	*" $pid "*) ;;
	*) reap "$pid" KILL ;;
	esac
done
capture_stop flap0
check_none "not one packet of the service on vmk0" flap0
check_num "packets were dropped for want of a device" \
	"$(counter svc drop.no_device)" -gt 0
check_sum svc
serve filer 7000
for to in "$filer4" "$filer6"; do
	check "a new connection to $to" wait_for 10 probe tcp "$to" 7000
done
finish
