#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""fill.py COUNT [stir]: adds services s1, s2 ... over one generic netlink socket.

stir: then changes the policy, to and fro, until it is ended, and prints a line
for every thousand changes."""
import errno
import itertools
import os
import socket
import struct
import sys

NETLINK_GENERIC = 16
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 3, 1, 2
CMD_SERVICE_NEW, CMD_POLICY_SET = 1, 7
A_NAME, A_MATCH, A_POLICY = 1, 4, 7
MATCH_PROTO = 1
POLICY_ENFORCE = 1
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
NLA_F_NESTED = 0x8000


def attr(kind, data):
    return struct.pack("HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def ask(sock, family, cmd, payload):
    """Sends one request; returns the attributes of its answer."""
    head = struct.pack("IHHII", len(payload) + 20, family,
                       NLM_F_REQUEST | NLM_F_ACK, 0, 0)
    sock.send(head + struct.pack("BBH", cmd, 1, 0) + payload)
    answer = b""
    while True:
        data = sock.recv(65536)
        while data:
            length, kind = struct.unpack_from("IH", data)
            if kind == NLMSG_ERROR:
                err = -struct.unpack_from("i", data, 16)[0]
                if err:
                    raise OSError(err, os.strerror(err))
                return answer
            answer = data[20:length]
            data = data[(length + 3) & ~3:]


def family_id(sock):
    data = ask(sock, GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
               attr(CTRL_ATTR_FAMILY_NAME, b"svcbind\0"))
    while data:
        length, kind = struct.unpack_from("HH", data)
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack_from("H", data, 4)[0]
        data = data[(length + 3) & ~3:]
    raise OSError(errno.ENOENT, "no svcbind")


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    sock.bind((0, 0))
    family = family_id(sock)
    match = attr(A_MATCH | NLA_F_NESTED, attr(MATCH_PROTO, bytes([132])))
    for number in range(1, int(sys.argv[1]) + 1):
        ask(sock, family, CMD_SERVICE_NEW,
            attr(A_NAME, f"s{number}\0".encode()) + match)
    for number in itertools.count() if sys.argv[2:] == ["stir"] else ():
        ask(sock, family, CMD_POLICY_SET,
            attr(A_POLICY | NLA_F_NESTED,
                 attr(POLICY_ENFORCE, struct.pack("I", number % 2))))
        if number % 1000 == 999:
            print(number + 1, flush=True)


if __name__ == "__main__":
    main()
