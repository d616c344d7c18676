#!/usr/bin/python3 -S
# SPDX-License-Identifier: GPL-2.0
"""explain_draws.py COUNT SEED: draws devices, routes, services and flows, asks
svcbindctl to explain each flow, sends its first packet, and compares: the
service, its counters, the device that the packet left by, its source, its next
hop, or the error that the sender got.

It runs in a namespace with vmk0, vmk1 and vmk2, whose other ends are p0, p1 and
p2 in the namespace "peer", where nothing answers. Prints a line for each flow
that became of it what wasn't explained, and one that sums up.
"""
import collections
import ctypes
import errno
import ipaddress
import json
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

FLOWS = 12  # for one draw of devices, routes and services
DEVICES = ("vmk0", "vmk1", "vmk2")
ADDRESS = {
    4: {"vmk0": "10.0.0.11", "vmk1": "10.0.0.12", "vmk2": "10.1.0.13"},
    6: {"vmk0": "fd00::11", "vmk1": "fd00::12", "vmk2": "fd01::13"},
}
GATEWAY = {
    4: {"vmk0": "10.0.0.1", "vmk1": "10.0.0.2", "vmk2": "10.1.0.1"},
    6: {"vmk0": "fd00::1", "vmk1": "fd00::2", "vmk2": "fd01::1"},
}
# In the prefix of vmk0 and vmk1, in that of vmk2, and in none.
PEERS = {
    4: ("10.0.0.100", "10.0.0.101", "10.1.0.100", "192.0.2.9"),
    6: ("fd00::100", "fd00::101", "fd01::100", "2001:db8::9"),
}
NUMBER = {"tcp": 6, "udp": 17, "icmp": 1}
SO_MARK = 36
ETH_P_ALL = 3
CLONE_NEWNET = 0x40000000


def run(*command, text=None, must=True):
    done = subprocess.run(command, input=text, capture_output=True, text=True,
                          check=False)
    if must and done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done


def ctl(*words):
    return run("svcbindctl", *words)


def lladdr(address):
    """The neighbour of that address, as the wire shows it."""
    packed = ipaddress.ip_address(address).packed
    return f"02:{len(packed):02x}:{packed[1]:02x}:00:{packed[-2]:02x}:" \
        f"{packed[-1]:02x}"


def family(address):
    return 6 if ":" in address else 4


class World:
    """Devices, routes and services."""

    def __init__(self, rand):
        self.rand = rand
        self.state = dict.fromkeys(DEVICES, "up")

    def draw(self):
        for dev in DEVICES:
            self.state[dev] = self.rand.choices(
                ("up", "down", "carrier"), (70, 12, 18))[0]
        self.links()
        self.routes()
        self.services()

    def links(self):
        run("ip", "-batch", "-", text="".join(
            f"link set {dev} {'down' if state == 'down' else 'up'}\n"
            for dev, state in self.state.items()))
        run("ip", "-n", "peer", "-batch", "-", text="".join(
            f"link set p{dev[-1]} {'down' if state == 'carrier' else 'up'}\n"
            for dev, state in self.state.items()))
        end = time.monotonic() + 30
        while not self.settled():
            if time.monotonic() > end:
                sys.exit(f"links don't become {self.state}")
            time.sleep(0.02)

    def settled(self):
        """linkwatch may be late, and with it what becomes of routes."""
        want = {"up": ("UP",), "down": ("DOWN",),
                "carrier": ("DOWN", "LOWERLAYERDOWN")}
        links = json.loads(run("ip", "-j", "link").stdout)
        return all(link["operstate"] in want[self.state[link["ifname"]]]
                   for link in links if link["ifname"] in self.state)

    def routes(self):
        """Defaults through some of them, and neighbours for all that are up."""
        default = [self.rand.choice(DEVICES + (None,)) for _ in (0, 1)]
        for v in (4, 6):
            batch = ["route flush default"]
            batch += [f"route add default via {GATEWAY[v][dev]} dev {dev} "
                      f"metric {metric}"
                      for metric, dev in enumerate(default, 10) if dev]
            batch += [f"neigh replace {address} dev {dev} lladdr "
                      f"{lladdr(address)} nud permanent"
                      for dev in DEVICES
                      for address in PEERS[v] + tuple(GATEWAY[v].values())]
            # Through a device that is down there can be no route.
            run("ip", f"-{v}", "-force", "-batch", "-",
                text="\n".join(batch) + "\n", must=False)

    def services(self):
        # Without connections, NAT goes off at once where nothing needs it.
        run("conntrack", "-F", must=False)
        ctl("flush")
        for number in range(self.rand.randint(1, 4)):
            name = f"s{number}"
            ctl("service", "add", name, *self.match())
            if self.rand.random() < 0.85:
                ctl("bind", name, *self.binding())
        if self.rand.random() < 0.1:
            ctl("policy", "set", "enforce", self.rand.choice(("audit", "off")))

    def match(self):
        rand, words = self.rand, []
        if rand.random() < 0.5:
            words += ["proto", ",".join(rand.sample(sorted(NUMBER), 2))]
        if rand.random() < 0.3:
            words += [rand.choice(("dport", "port")),
                      rand.choice(("2049", "2000-3000", "3260"))]
        if rand.random() < 0.1:
            words += ["sport", rand.choice(("20000-59999", "700"))]
        if rand.random() < 0.4:
            v = rand.choice((4, 6))
            words += ["to", rand.choice(
                PEERS[v] + (("10.0.0.0/8,fd00::/16", "0.0.0.0/0,::/0")))]
        if rand.random() < 0.1:
            words += ["from", rand.choice(("10.0.0.0/24,fd00::/64",
                                           "10.1.0.0/24,fd01::/64"))]
        if rand.random() < 0.15:
            words += ["uid", rand.choice(("0", "2001"))]
        if rand.random() < 0.15:
            words += ["mark", rand.choice(("0x10/0xf0", "5"))]
        return words or ["proto", "any"]

    def binding(self):
        rand, words = self.rand, []
        names = rand.sample(DEVICES + ("missing",), rand.randint(1, 3))
        for dev in names:
            words += ["dev", dev]
            if dev in DEVICES and rand.random() < 0.4:
                words += ["via", GATEWAY[4][dev], "via", GATEWAY[6][dev]]
        words += ["mode", rand.choices(("strict", "prefer", "audit"),
                                       (60, 25, 15))[0]]
        return words + ["source", rand.choices(("auto", "keep"), (70, 30))[0]]


class Flow:
    """One that an application opens."""

    def __init__(self, rand, number):
        v = rand.choice((4, 6))
        self.proto = rand.choice(("tcp", "udp", "udp", "icmp"))
        self.dst = rand.choice(PEERS[v])
        self.dport = 0 if self.proto == "icmp" else \
            rand.choice((2049, 2049, 3260, 9))
        self.src = rand.choice(list(ADDRESS[v].values())) \
            if rand.random() < 0.25 else None
        # Each its own: to conntrack it has to be new.
        self.sport = 20000 + number % 39000 \
            if self.src and self.dport else 0
        self.uid = rand.choice((None, None, 2001))
        self.mark = rand.choice((None, None, 5, 0x1f))
        self.number = number

    @staticmethod
    def end(address, port):
        if not port:
            return address
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    def words(self):
        words = [self.proto, self.end(self.dst, self.dport)]
        if self.src:
            words += ["from", self.end(self.src, self.sport)]
        if self.uid is not None:
            words += ["uid", str(self.uid)]
        if self.mark is not None:
            words += ["mark", hex(self.mark)]
        return words

    def open(self):
        kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM,
                "icmp": socket.SOCK_RAW}[self.proto]
        v6 = family(self.dst) == 6
        number = 58 if v6 and self.proto == "icmp" else NUMBER[self.proto]
        sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, kind,
                             number)
        if self.uid is not None:
            os.fchown(sock.fileno(), self.uid, -1)
        if self.mark is not None:
            sock.setsockopt(socket.SOL_SOCKET, SO_MARK, self.mark)
        return sock

    def send(self):
        """Returns the error, 0 if there was none, and the socket."""
        sock = self.open()
        try:
            if self.src:
                sock.bind((self.src, self.sport))
            if self.proto == "tcp":
                sock.setblocking(False)
                err = sock.connect_ex((self.dst, self.dport))
                if err == errno.EINPROGRESS:
                    # A refusal is told by the refused socket, soon.
                    err = 0
                return err, sock
            data = b"%d" % self.number
            if self.proto == "icmp":
                data = struct.pack("!BBHHH", 128 if ":" in self.dst else 8, 0,
                                   0, self.number & 0xffff, 1)
                if ":" not in self.dst:
                    total = sum(struct.unpack("!4H", data))
                    total = (total & 0xffff) + (total >> 16)
                    data = data[:2] + struct.pack("!H", ~total & 0xffff) + \
                        data[4:]
            sock.sendto(data, (self.dst, self.dport))
            return 0, sock
        except OSError as error:
            return error.errno, sock


class Captures:
    """What arrives at the other ends."""

    def __init__(self):
        libc = ctypes.CDLL(None, use_errno=True)
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/peer", os.O_RDONLY)
        if libc.setns(there, CLONE_NEWNET):
            sys.exit("no namespace peer")
        self.socks = {}
        for dev in DEVICES:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                 socket.htons(ETH_P_ALL))
            sock.bind(("p" + dev[-1], 0))
            sock.setblocking(False)
            self.socks[sock] = dev
        libc.setns(here, CLONE_NEWNET)

    def read(self, sock, dst):
        """The next one to there: device, source and neighbour."""
        while True:
            try:
                data = sock.recv(2048)
            except BlockingIOError:
                return None
            except OSError:  # the device was set down
                continue
            found = self.judge(self.socks[sock], data, dst)
            if found:
                return found

    @staticmethod
    def judge(dev, data, dst):
        kind = struct.unpack_from("!H", data, 12)[0]
        if kind == 0x0800:
            src, to = data[26:30], data[30:34]
        elif kind == 0x86dd:
            src, to = data[22:38], data[38:54]
        else:
            return None
        if to != ipaddress.ip_address(dst).packed:
            return None
        return dev, str(ipaddress.ip_address(src)), data[0:6].hex(":")

    def wait(self, dst, seconds):
        end = time.monotonic() + seconds
        while True:
            for sock in self.socks:
                found = self.read(sock, dst)
                if found:
                    return found
            left = end - time.monotonic()
            if left <= 0:
                return None
            select.select(list(self.socks), [], [], min(left, 0.2))

    def rest(self, dst):
        return [found for sock in self.socks
                for found in iter(lambda s=sock: self.read(s, dst), None)]

    def drain(self):
        for sock in self.socks:
            self.read(sock, "::")


def counters():
    """By service and verdict."""
    shown = json.loads(ctl("-j", "-s", "show").stdout)
    count = collections.Counter()
    for service in shown["services"]:
        for name, value in service["counters"].items():
            if name == "drop":
                for reason, number in value.items():
                    count[service["name"], "drop", reason] = number
            elif name not in ("matched", "stale", "bind"):
                count[service["name"], name, None] = value
    return count


def counted(said):
    """What should count, by what was said."""
    verdict = said["verdict"]
    if not said["service"] or verdict in ("refused", "exempt", None) or \
            said["unenforced"] == "policy_off":
        return {}
    reason = said["reason"] if verdict == "drop" else None
    return {(said["service"], verdict, reason): 1}


def refusal(sock):
    """A connect() whose SYN was dropped fails a little later."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    poll.poll(5000)
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def judge(flow, said, err, sock, captures, world):
    """What is wrong, as text; empty: nothing."""
    verdict = said["verdict"]
    if verdict == "refused":
        name = errno.errorcode.get(err, str(err))
        return "" if name == said["reason"] else f"the error is {name}"
    if said["dev"] is None:
        if not err and flow.proto == "tcp":
            err = refusal(sock)
        if err != errno.EHOSTUNREACH:
            return f"the error is {err}"
        return "".join(map(str, captures.rest(flow.dst)))
    if err:
        return f"the error is {errno.errorcode.get(err, err)}"
    if world.state[said["dev"]] != "up":
        return "".join(map(str, captures.rest(flow.dst)))
    found = captures.wait(flow.dst, 10)
    want = said["dev"], said["source"], lladdr(said["next_hop"])
    if found != want:
        return f"it left by {found}, not {want}"
    return "".join(map(str, captures.rest(flow.dst)))


def one(flow, captures, world, before):
    """Returns what is wrong, the verdict, and the counters after it."""
    explained = run("svcbindctl", "-j", "explain", *flow.words(), must=False)
    captures.drain()
    err, sock = flow.send()
    with sock:
        if explained.returncode:
            wrong = "" if err == errno.EADDRNOTAVAIL and \
                "no address of this host" in explained.stderr else \
                f"{explained.stderr}; the error is {err}"
            return wrong, "unbindable", before
        said = json.loads(explained.stdout)
        wrong = judge(flow, said, err, sock, captures, world)
    after = counters()
    got = {key: number - before[key] for key, number in after.items()
           if number != before[key]}
    if got != counted(said):
        wrong += f" counted {got}"
    if wrong:
        wrong += f"\n    {explained.stdout.strip()}"
    name = said["verdict"] or "none"
    if name == "drop":
        name = said["reason"]
    return wrong, name, after


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    rand = random.Random(seed)
    captures = Captures()
    world = World(rand)
    bad, seen = 0, collections.Counter()
    before = None
    for number in range(count):
        if number % FLOWS == 0:
            world.draw()
            before = counters()
        flow = Flow(rand, number)
        wrong, verdict, before = one(flow, captures, world, before)
        seen[verdict] += 1
        if wrong:
            bad += 1
            print(f"draw {number} of seed {seed}: {' '.join(flow.words())}: "
                  f"{wrong}\n    {world.state}", flush=True)
    print(f"draws={count} bad={bad}", *(f"{name}={seen[name]}"
                                        for name in sorted(seen)))
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
