# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts in this directory share: messages, the cache, host packages.

vm_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
# shellcheck disable=SC2034 # used by those who source this
top=$(realpath "$vm_dir/../..")
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/svcbind

say() {
	echo "svcbind: $*" >&2
}

die() {
	say "$*"
	exit "${die_status:-1}"
}

# A run without a word for a minute looks hung, and CI systems kill it.  Who holds
# a lock does so by descriptor 9, which isn't for those who may outlive him.
quietly() { # quietly WHAT LOGFILE COMMAND...
	local what=$1 log=$2 start=$SECONDS ticker rc=0

	shift 2
	say "$what"
	(
		trap 'kill $! 2>/dev/null; exit' TERM
		while sleep 50 & wait $! && kill -0 $$; do
			say "$what: still at it after $((SECONDS - start)) s"
		done
	) >&2 9>&- &
	ticker=$!
	# In the background, as "||" would switch the command's own set -e off.
	"$@" >"$log" 2>&1 </dev/null 9>&- &
	wait $! || rc=$?
	kill "$ticker"
	wait "$ticker" 2>/dev/null || :
	if [ "$rc" != 0 ]; then
		tail -n 40 "$log" >&2
		die "$what: failed, the whole log is $log"
	fi
	say "$what: done in $((SECONDS - start)) s"
}

# Installs on the host what is missing: "need FILE PACKAGE ...", in pairs.
need() {
	local missing=()

	while [ $# -gt 0 ]; do
		if ! command -v "$1" >/dev/null; then
			missing+=("$2")
		fi
		shift 2
	done
	if [ ${#missing[@]} = 0 ]; then
		return
	fi
	[ "$(id -u)" = 0 ] || die "installing ${missing[*]} needs root"
	mkdir -p "$cache"
	exec {need_fd}>"$cache/apt.lock"
	flock "$need_fd"
	apt_lists
	quietly "installing ${missing[*]}" "$cache/apt.log" \
		env DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}"
	exec {need_fd}>&-
}

# Package lists can be missing or, where a mirror moved on, too old to be of use.
# "apt-get update" doesn't wait for another.
apt_lists() {
	exec {lists_fd}>"$cache/lists.lock"
	flock "$lists_fd"
	if [ -z "$(apt-get indextargets 'Created-By: Packages')" ] ||
	   [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -1)" ]; then
		quietly "reading package lists" "$cache/lists.log" \
			apt-get update -o DPkg::Lock::Timeout=600
	fi
	exec {lists_fd}>&-
}
