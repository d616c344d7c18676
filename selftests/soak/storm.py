#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""storm.py LOCKS SEED: changes services and bindings as fast as it can.

Ends at SIGTERM, and says how many changes were made and how many refused.  A
refusal that makes no sense ends it at once, with exit status 1.

LOCKS is a directory: whoever wants the module for itself takes "gate" and then
"turn", and everyone else "gate" for a moment and "turn" with others.
"""
import errno
import fcntl
import os
import random
import re
import signal
import socket
import struct
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True
import fill  # noqa: E402

BATCH = 50
NAMES = [f"s{i}" for i in range(16)]
DEVICES = ["vmk0", "vmk1", "fl0", "fl1", "other0", "other1", "never"]
# Two of these storms change each other's services.
EXPECTED = {errno.ENOENT, errno.EEXIST, errno.EBUSY}


def numbers():
    """The enumerators of the uapi header, by name without SVCBIND_."""
    found = {}
    path = os.path.join(HERE, "../../include/uapi/linux/svcbind.h")
    with open(path, encoding="ascii") as header:
        for body in re.findall(r"enum \w*\s*{(.*?)}", header.read(), re.S):
            value = 0
            for name, start in re.findall(r"SVCBIND_(\w+)(?: = (\d+))?,", body):
                value = int(start) if start else value
                found[name] = value
                value += 1
    return found


N = numbers()


def attr(name, data):
    return fill.attr(N[name], data)


def nest(name, *parts):
    return fill.attr(N[name] | fill.NLA_F_NESTED, b"".join(parts))


def u32(name, value):
    return attr(name, struct.pack("I", value))


def text(name, value):
    return attr(name, value.encode() + b"\0")


def ranges():
    """Of the ports on which there is traffic."""
    parts = []
    for _ in range(random.randint(1, 4)):
        first = random.choice([5200, 5201, 5203, 7000, 7001])
        parts.append(nest("A_RANGES_RANGE",
                          attr("A_RANGE_FIRST", struct.pack("H", first)),
                          attr("A_RANGE_LAST", struct.pack(
                              "H", first + random.randint(0, 3)))))
    return parts


def prefixes():
    parts = []
    for family, host in (socket.AF_INET, "10.0.0.100"), (socket.AF_INET6, "fd00::100"):
        addr = socket.inet_pton(family, host)
        parts.append(nest("A_PREFIXES_PREFIX", attr("A_PREFIX_ADDR", addr),
                          attr("A_PREFIX_LEN", bytes([len(addr) * 8]))))
    return parts


def match():
    proto = random.choice([[6], [17], [6, 17], [1], [1, 6, 17]])
    parts = [attr("A_MATCH_PROTO", bytes(proto))]
    if proto[0] != 1 and random.random() < 0.7:
        parts.append(nest(random.choice(["A_MATCH_DPORT", "A_MATCH_PORT"]),
                          *ranges()))
    if random.random() < 0.5:
        parts.append(nest("A_MATCH_TO", *prefixes()))
    return nest("A_MATCH", *parts)


def device(name):
    parts = [text("A_DEVICE_NAME", name)]
    if random.random() < 0.3:
        parts.append(attr("A_DEVICE_VIA4", socket.inet_aton("10.0.0.100")))
    if random.random() < 0.3:
        parts.append(attr("A_DEVICE_VIA6",
                          socket.inet_pton(socket.AF_INET6, "fd00::100")))
    return nest("A_DEVICES_DEVICE", *parts)


def binding():
    names = random.sample(DEVICES, random.randint(1, 3))
    return nest("A_BINDING", u32("A_BINDING_MODE", random.randint(0, 2)),
                u32("A_BINDING_SOURCE", random.randint(0, 1)),
                nest("A_BINDING_DEVICES", *map(device, names)))


def policy():
    return nest("A_POLICY",
                u32("A_POLICY_ENFORCE", random.choice([0, 0, 0, 0, 1, 2])),
                u32("A_POLICY_ICMP_REPLY", random.randint(0, 1)),
                u32("A_POLICY_ARP", random.randint(0, 2)),
                u32("A_POLICY_CONNECT", random.randint(0, 1)))


def change():
    """A command and its attributes."""
    name = text("A_NAME", random.choice(NAMES))
    dice = random.random()
    if dice < 0.3:
        return "CMD_SERVICE_NEW", name + match()
    if dice < 0.45:
        return "CMD_SERVICE_SET", name + match()
    if dice < 0.75:
        return "CMD_BIND", name + binding()
    if dice < 0.85:
        return "CMD_UNBIND", name
    if dice < 0.95:
        return "CMD_SERVICE_DEL", name + attr("A_FORCE", b"")
    if dice < 0.995:
        return "CMD_POLICY_SET", policy()
    return "CMD_FLUSH", b""


def batch(counts):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                       fill.NETLINK_GENERIC) as sock:
        sock.bind((0, 0))
        family = fill.family_id(sock)
        for _ in range(BATCH):
            cmd, payload = change()
            try:
                fill.ask(sock, family, N[cmd], payload)
                counts["changes"] += 1
            except OSError as err:
                if err.errno not in EXPECTED:
                    sys.exit(f"{cmd}: {err}")
                counts["refused"] += 1


def main():
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    random.seed(int(sys.argv[2]))
    counts = {"changes": 0, "refused": 0}
    with open(sys.argv[1] + "/gate", "a", encoding="ascii") as gate, \
            open(sys.argv[1] + "/turn", "a", encoding="ascii") as turn:
        while not ended:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(turn, fcntl.LOCK_SH)
            fcntl.flock(gate, fcntl.LOCK_UN)
            batch(counts)
            fcntl.flock(turn, fcntl.LOCK_UN)
    print("changes {changes} refused {refused}".format(**counts))


main()
