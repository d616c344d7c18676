#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""overhear.py: joins all groups of generic netlink that it may, those that
nobody has yet among them, and prints the type of each message that comes."""
import socket
import struct

NETLINK_GENERIC = 16
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1

sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
sock.bind((0, 0))
joined = 0
for group in range(1, 65):
    try:
        sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
        joined += 1
    except OSError:
        pass
print("ready", joined, flush=True)
while True:
    print("type", struct.unpack_from("IH", sock.recv(65536))[1], flush=True)
