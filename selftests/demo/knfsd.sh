#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# knfsd.sh DIRECTORY CLIENT...: an NFSv4 server in the network namespace that
# this runs in, which exports DIRECTORY to these clients alone.  Its state lives
# in mounts that nobody else sees.

set -eu

if [ -z "${KNFSD_MOUNTS-}" ]; then
	KNFSD_MOUNTS=1 exec unshare --mount "$0" "$@"
fi
directory=$1
shift

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/nfs
mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs
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
rpc.nfsd --no-nfs-version 3 --no-udp --tcp --grace-time 10 4
rpc.mountd --no-nfs-version 2 --no-nfs-version 3 --no-udp
until grep -q Y /proc/fs/nfsd/v4_end_grace; do
	sleep 0.05
done
echo ready
# A namespace ends with its last process: rpc.mountd is one, this another.
exec sleep infinity
