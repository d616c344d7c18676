#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""Sockets that are used in all the ways that a socket can be used.

	connect_probe.py WAY ADDRESS PORT [OTHER-PORT]

Each use of the socket is told in a line: the device that it is bound to, its
address, the one that sock_probe's server saw, or the error.
"""

import ctypes
import errno
import mmap
import os
import socket
import struct
import sys

SO_BINDTODEVICE = 25
IPPROTO_MPTCP = 262
MSG_FASTOPEN = 0x20000000
libc = ctypes.CDLL(None, use_errno=True)


def device(sock):
    name = sock.getsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, 16)
    return name.rstrip(b"\0").decode() or "-"


def local(sock):
    address = sock.getsockname()[0]
    return address.removeprefix("::ffff:")


def ask(sock):
    """What the server saw: it answers a line with the address."""
    sock.sendall(b"?\n")
    return sock.recv(256).split()[0].decode().removeprefix("::ffff:")


def tell(what, sock, seen="-", err=0):
    print(f"{what}: dev={device(sock)} local={local(sock)} seen={seen}"
          f" errno={errno.errorcode.get(err, 0)}", flush=True)


def use(what, sock, peer):
    """Connects and asks."""
    try:
        sock.connect(peer)
        seen = ask(sock)
    except OSError as failure:
        tell(what, sock, err=failure.errno)
    else:
        tell(what, sock, seen)


def disconnect(sock):
    unspec = struct.pack("=H14x", socket.AF_UNSPEC)
    if libc.connect(sock.fileno(), unspec, len(unspec)):
        raise OSError(ctypes.get_errno(), "disconnect")


def sockaddr(family, peer):
    """As C has it."""
    address = socket.inet_pton(family, peer[0])
    head = struct.pack("=H", family) + struct.pack(">H", peer[1])
    if family == socket.AF_INET6:
        return head + bytes(4) + address + bytes(4)
    return head + address + bytes(8)


def uring_connect(fd, address):
    """IORING_OP_CONNECT by itself, see io_uring_setup(2); the errno, or 0."""
    params = (ctypes.c_uint32 * 30)()
    ring = libc.syscall(425, 1, params)
    if ring < 0:
        return ctypes.get_errno()
    # Offsets within the ring: tail and array of what is asked, events of answers.
    tail, array, events = params[11], params[16], params[25]
    size = max(array + 4, events + 2 * 16)
    rings = mmap.mmap(ring, size, offset=0)
    asked = mmap.mmap(ring, 64, offset=0x10000000)
    room = ctypes.create_string_buffer(address)
    asked[:32] = struct.pack("=BBHiQQII", 16, 0, 0, fd, len(address),
                             ctypes.addressof(room), 0, 0)
    rings[array:array + 4] = struct.pack("=I", 0)
    rings[tail:tail + 4] = struct.pack("=I", 1)
    if libc.syscall(426, ring, 1, 1, 1, None, 0) < 0:
        return ctypes.get_errno()
    return -struct.unpack_from("=i", rings, events + 8)[0]


class Ways:
    """Each is a way; the names are those on the command line."""

    def __init__(self, address, port, other):
        v6 = ":" in address
        self.family = socket.AF_INET6 if v6 else socket.AF_INET
        self.peer = (address, port)
        self.other = (address, other)

    def stream(self, proto=0):
        sock = socket.socket(self.family, socket.SOCK_STREAM, proto)
        sock.settimeout(10)
        return sock

    def datagram(self):
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        sock.settimeout(10)
        return sock

    def disconnected(self):
        """Connected, disconnected, connected elsewhere."""
        for sock in self.stream(), self.datagram():
            use("first", sock, self.peer)
            disconnect(sock)
            tell("disconnected", sock)
            use("elsewhere", sock, self.other)
            disconnect(sock)
            use("again", sock, self.peer)

    def reconnected(self):
        """Datagrams need no disconnect before the next connect."""
        sock = self.datagram()
        use("first", sock, self.peer)
        use("again", sock, self.peer)
        use("elsewhere", sock, self.other)

    def refused(self):
        """OTHER-PORT is nobody's, and the service's too."""
        sock = self.stream()
        use("refused", sock, self.other)
        use("again", sock, self.peer)

    def listening(self):
        """What was a client is a server afterwards."""
        sock = self.stream()
        use("first", sock, self.peer)
        disconnect(sock)
        sock.listen()
        tell("listening", sock)

    def owned(self):
        """Its owner binds it, to the device that it was bound to already."""
        sock = self.datagram()
        use("first", sock, self.peer)
        bound = sock.getsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, 16)
        disconnect(sock)
        sock.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, bound)
        use("elsewhere", sock, self.other)

    def rebound(self):
        """Its owner binds it to another device while it is connected."""
        for sock in self.stream(), self.datagram():
            use("first", sock, self.peer)
            sock.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, b"vmk0\0")
            tell("rebound", sock)
            disconnect(sock)
            tell("disconnected", sock)

    def forked(self):
        """A child connects what it has inherited, the parent uses it."""
        sock = self.stream()
        child = os.fork()
        if not child:
            sock.connect(self.peer)
            os._exit(0)
        os.waitpid(child, 0)
        tell("parent", sock, ask(sock))

    def passed(self):
        """Made here, connected by who is given it."""
        ours, theirs = socket.socketpair()
        child = os.fork()
        if not child:
            _, fds, _, _ = socket.recv_fds(theirs, 1, 1)
            socket.socket(fileno=fds[0]).connect(self.peer)
            os._exit(0)
        sock = self.stream()
        sock.setblocking(True)
        socket.send_fds(ours, [b"x"], [sock.fileno()])
        os.waitpid(child, 0)
        tell("passed", sock, ask(sock))

    def fastopen(self):
        """sendto() connects."""
        sock = self.stream()
        sock.setblocking(True)
        sock.sendto(b"?\n", MSG_FASTOPEN, self.peer)
        seen = sock.recv(256).split()[0].decode().removeprefix("::ffff:")
        tell("fastopen", sock, seen)

    def mptcp(self):
        """Its subflow is another socket."""
        sock = self.stream(IPPROTO_MPTCP)
        use("mptcp", sock, self.peer)

    def mapped(self):
        """IPv4 by a socket of IPv6."""
        self.family = socket.AF_INET6
        peer = ("::ffff:" + self.peer[0], self.peer[1])
        use("tcp", self.stream(), peer)
        use("udp", self.datagram(), peer)

    def uring(self):
        """Connected by io_uring."""
        sock = self.stream()
        sock.setblocking(True)
        err = uring_connect(sock.fileno(), sockaddr(self.family, self.peer))
        if err:
            tell("uring", sock, err=err)
        else:
            tell("uring", sock, ask(sock))

    def nonblocking(self):
        """connect() returns before there is a connection."""
        sock = self.stream()
        sock.setblocking(False)
        sock.connect_ex(self.peer)
        sock.settimeout(10)
        tell("nonblocking", sock, ask(sock))

    def plain(self):
        use("tcp", self.stream(), self.peer)
        use("udp", self.datagram(), self.peer)

    def held(self):
        """Connected until a line comes, by both protocols; the last says its first
        word after that."""
        socks = self.stream(), self.datagram()
        silent = self.datagram()
        silent.connect(self.peer)
        for sock in socks:
            use("held", sock, self.peer)
        sys.stdin.readline()
        for sock in *socks, silent:
            tell("still", sock, ask(sock))

    def failing(self):
        """As often as OTHER-PORT says, connect() fails before anything is sent; or
        until it fails otherwise."""
        errors = set()
        for _ in range(self.other[1]):
            sock = self.stream()
            errors.add(sock.connect_ex(self.peer))
            sock.close()
            if len(errors) > 1:
                break
        print("failing:", *(errno.errorcode[err] for err in errors), flush=True)


def main():
    way, address, port, *other = sys.argv[1:]
    ways = Ways(address, int(port), int(other[0]) if other else 0)
    getattr(ways, way)()


main()
