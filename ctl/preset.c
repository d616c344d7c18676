// SPDX-License-Identifier: GPL-2.0
/* The presets; Documentation/presets.rst has the same table, with reasons. */
#include <stddef.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"
#include "preset.h"

const struct preset presets[] = {
	{
		.name = "nfs",
		.proto = "tcp,udp",
		.dport = "2049",
		.description = "NFS client (for NFSv3 see the manual)",
		.source = "IANA: nfs; RFC 7530, section 3.1",
	}, {
		.name = "nfs-server",
		.proto = "tcp,udp",
		.sport = "2049",
		.description = "NFS server",
		.source = "IANA: nfs; RFC 7530, section 3.1",
	}, {
		.name = "iscsi",
		.proto = "tcp",
		.dport = "3260",
		.description = "iSCSI initiator",
		.source = "IANA: iscsi-target; RFC 7143",
	}, {
		.name = "iscsi-target",
		.proto = "tcp",
		.sport = "3260",
		.description = "iSCSI target",
		.source = "IANA: iscsi-target; RFC 7143",
	}, {
		.name = "nvme-tcp",
		.proto = "tcp",
		.dport = "4420,8009",
		.description = "NVMe/TCP host: I/O and discovery",
		.source = "IANA: nvme, nvme-disc",
	}, {
		.name = "nvme-target",
		.proto = "tcp",
		.sport = "4420,8009",
		.description = "NVMe/TCP controller: I/O and discovery",
		.source = "IANA: nvme, nvme-disc",
	}, {
		.name = "smb",
		.proto = "tcp",
		.port = "445",
		.description = "SMB 2 and 3, client and server",
		.source = "IANA: microsoft-ds; [MS-SMB2], section 2.1",
	}, {
		.name = "ceph",
		.proto = "tcp",
		.port = "3300,6789,6800-7568",
		.description = "Ceph monitors and daemons, both ends",
		.source = "Ceph documentation: ms_bind_port_min, ms_bind_port_max",
	}, {
		.name = "glusterfs",
		.proto = "tcp",
		.port = "24007-24008,49152-49664",
		.description = "GlusterFS management and bricks, both ends",
		.source = "IANA: gluster; Gluster Administrator Guide: ports",
	}, {
		.name = "drbd",
		.proto = "tcp",
		.port = "7788-7799",
		.description = "DRBD replication, both ends",
		.source = "DRBD User's Guide: network configuration (a convention)",
	}, {
		.name = "migration",
		.proto = "tcp",
		.port = "49152-49215",
		.description = "live migration by libvirt and QEMU, both ends",
		.source = "libvirt: qemu.conf (migration_port_min, migration_port_max)",
	}, {
		.name = "ft",
		.proto = "tcp",
		.port = "9003-9004,9998-9999",
		.description = "QEMU COLO fault tolerance, both ends",
		.source = "QEMU: docs/COLO-FT.txt",
	}, {
		.name = "management",
		.proto = "tcp",
		.sport = "22,9090,16509,16514",
		.description = "ssh, Cockpit and libvirtd, server; bound as 'prefer' by default",
		.source = "IANA: ssh; cockpit.socket; libvirtd.conf: tcp_port, tls_port",
	},
	{ }
};

/**
 * preset_known() - find a preset
 * @name: its name
 *
 * Return: the preset, NULL if there is none.
 */
const struct preset *preset_known(const char *name)
{
	const struct preset *preset;

	for (preset = presets; preset->name; preset++)
		if (!strcmp(preset->name, name))
			return preset;
	return NULL;
}

/**
 * preset_find() - find a preset that was asked for
 * @name: its name
 *
 * Return: the preset; NULL after an error was printed.
 */
const struct preset *preset_find(const char *name)
{
	const struct preset *preset = preset_known(name);

	if (!preset)
		ctl_fail(CTL_USAGE,
			 "unknown preset '%.200s' (see svcbindctl preset show)",
			 name);
	return preset;
}

/**
 * preset_mode() - how a service is bound where nobody says it
 * @name: of its preset, "" if it has none
 *
 * Whoever binds ssh and names no mode must not lose the host when the cable is
 * pulled.
 *
 * Return: SVCBIND_MODE_*.
 */
unsigned int preset_mode(const char *name)
{
	return strcmp(name, "management") ? SVCBIND_MODE_STRICT :
					    SVCBIND_MODE_PREFER;
}

/**
 * preset_expand() - give a match all words, those of the preset filled
 * @preset: the preset
 * @match: the match, what it held before is forgotten
 *
 * Return: an enum ctl_status.
 */
int preset_expand(const struct preset *preset, struct match *match)
{
	const char *const lists[MATCH_WORDS] = {
		[MATCH_PROTO] = preset->proto,
		[MATCH_PORT] = preset->port,
		[MATCH_DPORT] = preset->dport,
		[MATCH_SPORT] = preset->sport,
	};
	int word, err;

	memset(match, 0, sizeof(*match));
	for (word = 0; word < MATCH_WORDS; word++) {
		err = parse_match_word(match, word,
				       lists[word] ? lists[word] : "any");
		if (err)
			return err;
	}
	return CTL_OK;
}
