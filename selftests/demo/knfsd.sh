#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# knfsd.sh [-3] DIRECTORY CLIENT...: an NFSv4 server in the network namespace that
# this runs in, which exports DIRECTORY to these clients alone; with -3 an NFSv3
# server, too, with all that belongs to it.  Its state lives in mounts that nobody
# else sees.

set -eu

if [ -z "${KNFSD_MOUNTS-}" ]; then
	KNFSD_MOUNTS=1 exec unshare --mount "$0" "$@"
fi
v3=''
if [ "$1" = -3 ]; then
	v3=1
	shift
fi
directory=$1
shift

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/nfs
mkdir -p /var/lib/nfs/{v4recovery,rpc_pipefs,sm,sm.bak}
touch /var/lib/nfs/{etab,rmtab,state}
modprobe nfsd
mount -t nfsd nfsd /proc/fs/nfsd

for client; do
	echo "$directory $client(rw,fsid=0,no_root_squash,insecure,no_subtree_check)"
done >/etc/exports
exportfs -ra
# Without it the kernel keeps no record of clients, and has a grace period.
mkdir /run/rpc_pipefs
mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
nfsdcld --pipefsdir /run/rpc_pipefs --storagedir /run
if [ -n "$v3" ]; then
	# The shortest times in which locks are reclaimed, and nothing else is
	# done; --grace-time would set them both.
	modprobe lockd
	sysctl -qw fs.nfs.nlm_timeout=3 fs.nfs.nlm_grace_period=3
	echo 10 >/proc/fs/nfsd/nfsv4gracetime
	rpcbind -w
	rpc.statd --no-notify
	rpc.nfsd --no-udp --tcp 4
	rpc.mountd
else
	rpc.nfsd --no-nfs-version 3 --no-udp --tcp --grace-time 10 4
	rpc.mountd --no-nfs-version 2 --no-nfs-version 3 --no-udp
fi
until grep -q Y /proc/fs/nfsd/v4_end_grace; do
	sleep 0.05
done
echo ready
# A namespace ends with its last process: rpc.mountd is one, this another.
exec sleep infinity
