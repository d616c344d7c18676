#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""transact.py: reads operations on standard input, a line each, carries them
out over one socket, and says what came of each:

    begin [generation=N] [icmp-reply] [arp-all]
    add NAME [priority=N] [preset=P] [proto=N] [dport=N] [to=ADDR] [dev=D,...] [mode=N]
    many COUNT [dev=D,...] [names=N] [prefix=TEXT]
    commit [generation=N] [confirm=S] [dry-run]
    confirm, rollback

"many" adds services of all sorts at once, without asking for answers; with
names=N they are bound to as many different devices, which needn't exist.
The answer is "OPERATION OK" or "OPERATION ERRNO at=ATTRIBUTE TEXT", where a
refused service of many is named, too.
"""
import errno
import socket
import struct
import sys
import time

from fill import NETLINK_GENERIC, NLA_F_NESTED, NLM_F_ACK, NLM_F_REQUEST, \
    NLMSG_ERROR, attr, family_id

CMD = {"begin": 10, "add": 11, "commit": 12, "confirm": 13, "rollback": 14}
ATTR = ["", "name", "priority", "preset", "match", "binding", "counters",
        "policy", "icmp-counters", "generation", "force", "confirm", "dry-run"]
A = {name: number for number, name in enumerate(ATTR)}
MATCH_PROTO, MATCH_DPORT, MATCH_TO = 1, 3, 5
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
CHUNK = 60000


def u32(value):
    return struct.pack("I", int(value))


def nest(kind, data):
    return attr(kind | NLA_F_NESTED, data)


def match(words):
    data = b""
    if "proto" in words:
        data += attr(MATCH_PROTO, bytes([int(words["proto"])]))
    if "dport" in words:
        port = struct.pack("H", int(words["dport"]))
        data += nest(MATCH_DPORT, nest(1, attr(1, port) + attr(2, port)))
    if "to" in words:
        addr, _, length = words["to"].partition("/")
        addr = socket.inet_pton(
            socket.AF_INET6 if ":" in addr else socket.AF_INET, addr)
        data += nest(MATCH_TO, nest(1, attr(1, addr) +
                                    attr(2, bytes([int(length or 8 * len(addr))]))))
    return nest(A["match"], data)


def binding(words):
    if "dev" not in words:
        return b""
    devices = b"".join(nest(1, attr(1, name.encode() + b"\0"))
                       for name in words["dev"].split(","))
    return nest(A["binding"], nest(4, devices) +
                attr(1, u32(words.get("mode", 0))))


def service(name, words):
    data = attr(A["name"], name.encode() + b"\0")
    if "priority" in words:
        data += attr(A["priority"], u32(words["priority"]))
    if "preset" in words:
        data += attr(A["preset"], words["preset"].encode() + b"\0")
    return data + match(words) + binding(words)


def mixed(number, words):
    """The words of one of many: no two of the same kind in a row."""
    kinds = [
        {"proto": 6, "dport": number % 65535 + 1},
        {"to": f"11.0.{number >> 8}.{number & 255}"},
        {"to": f"fd01::{number:x}", "proto": 17},
        {"proto": 132, "priority": 1 + number * 7919 % 50000},
    ]
    chosen = kinds[number % len(kinds)]
    if "names" in words:
        chosen["dev"] = f"many{number % int(words['names'])}"
    elif "dev" in words:
        chosen["dev"] = words["dev"]
    return chosen


class Link:
    """One socket; what is sent is kept, so that errors can be placed in it."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        self.sock.bind((0, 0))
        self.family = family_id(self.sock)
        for option in (NETLINK_EXT_ACK, NETLINK_CAP_ACK):
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.seq = 0
        self.spent = 0

    def send(self, data):
        """The kernel has done it when this returns: how long did that take?"""
        start = time.monotonic()
        self.sock.send(data)
        self.spent += time.monotonic() - start

    def message(self, verb, payload, flags):
        self.seq += 1
        return struct.pack("IHHIIBBH", len(payload) + 20, self.family,
                           NLM_F_REQUEST | flags, self.seq, 0, CMD[verb], 1,
                           0) + payload

    def answers(self, sent):
        """(err, at, text) of each answer to what was sent, by its number."""
        while True:
            try:
                data = self.sock.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            while data:
                length, kind, flags, seq = struct.unpack_from("IHHI", data)
                if kind == NLMSG_ERROR:
                    yield seq, self.error(data[:length], flags, sent.get(seq))
                data = data[(length + 3) & ~3:]

    def error(self, data, flags, sent):
        err = -struct.unpack_from("i", data, 16)[0]
        if not err:
            return "OK"
        text, at = "", "-"
        tlvs = data[36:] if flags & NLM_F_ACK_TLVS else b""
        while tlvs:
            length, kind = struct.unpack_from("HH", tlvs)
            if kind == 1:
                text = tlvs[4:length - 1].decode()
            elif kind == 2 and sent:
                offset = struct.unpack_from("I", tlvs, 4)[0]
                at = struct.unpack_from("H", sent, offset + 2)[0] & 0x3fff
                # Names of the attributes of a message itself alone.
                at = ATTR[at] if self.is_outer(sent, offset) else at
            tlvs = tlvs[(length + 3) & ~3:]
        return f"{errno.errorcode[err]} at={at} {text}".rstrip()

    @staticmethod
    def is_outer(sent, offset):
        at = 20
        while at < offset:
            at += (struct.unpack_from("H", sent, at)[0] + 3) & ~3
        return at == offset

    def one(self, verb, payload):
        message = self.message(verb, payload, NLM_F_ACK)
        self.send(message)
        return [said for _, said in self.answers({self.seq: message})][0]

    def many(self, services):
        sent, names, batch, said = {}, {}, b"", "OK"
        for name, payload in services:
            message = self.message("add", payload, 0)
            sent[self.seq], names[self.seq] = message, name
            batch += message
            if len(batch) > CHUNK:
                self.send(batch)
                batch = b""
        if batch:
            self.send(batch)
        answers = list(self.answers(sent))
        if answers:
            said = f"{len(answers)} answers, {names[answers[0][0]]}: {answers[0][1]}"
        return said


def payload_of(verb, words):
    data = b""
    if verb == "begin":
        policy = b""
        if "icmp-reply" in words:
            policy += attr(2, u32(1))
        if "arp-all" in words:
            policy += attr(3, u32(1))
        if policy:
            data += nest(A["policy"], policy)
    for key in ("generation", "confirm"):
        if key in words:
            data += attr(A[key], u32(words[key]))
    if "dry-run" in words:
        data += attr(A["dry-run"], b"")
    return data


def main():
    link = Link()
    print("ready", flush=True)
    for line in sys.stdin:
        verb, *rest = line.split()
        words = dict((word + "=").split("=")[:2] for word in rest)
        link.spent = 0
        if verb == "many":
            prefix = words.get("prefix", "m")
            said = link.many([(f"{prefix}{i}",
                               service(f"{prefix}{i}", mixed(i, words)))
                              for i in range(1, int(rest[0]) + 1)])
        elif verb == "add":
            said = link.one(verb, service(rest[0], words))
        else:
            said = link.one(verb, payload_of(verb, words))
        print(f"{verb} {said}", flush=True)
        print(f"# {verb} took {round(link.spent * 1000)} ms", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
