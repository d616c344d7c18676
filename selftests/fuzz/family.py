#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""family.py SPEC PROGRAMS: prints, as C, the attribute tree of the genetlink
family that SPEC describes, and the programs of messages that PROGRAMS holds.

What is added to the specification is thereby fuzzed without another word, and
a program that names what isn't there doesn't build.
"""

import struct
import sys

import yaml

KINDS = {
    "u8": "B",
    "u16": "=H",
    "u32": "=I",
    "u64": "=Q",
}
DATA_MAX = 96
NESTED = 0x8000
DUMP = 0x300


def name(text):
    return text.replace("-", "_")


class Family:
    """The specification, by name."""

    def __init__(self, spec):
        self.enums = {}
        for entry in spec["definitions"]:
            if entry["type"] == "enum":
                self.enums[entry["name"]] = entry["entries"]
        self.sets = {}
        for group in spec["attribute-sets"]:
            attrs = {}
            for number, attr in enumerate(group["attributes"], 1):
                attrs[attr["name"]] = dict(attr, number=attr.get("value", number))
            self.sets[group["name"]] = attrs
        self.ops = {}
        for number, op in enumerate(spec["operations"]["list"], 1):
            if "event" not in op:
                self.ops[op["name"]] = dict(op, number=op.get("value", number))

    def print_sets(self):
        for group, attrs in self.sets.items():
            print(f"static const struct set set_{name(group)};")
        for group, attrs in self.sets.items():
            print(f"static const struct attr attrs_{name(group)}[] = {{")
            for attr in attrs.values():
                self.print_attr(attr)
            print("};")
            print(f"static const struct set set_{name(group)} = {{")
            print(f"\tattrs_{name(group)}, {len(attrs)}")
            print("};")

    def print_attr(self, attr):
        checks = attr.get("checks", {})
        length = checks.get("exact-len", checks.get("max-len", 0))
        top = checks.get("max", 0)
        if "enum" in attr:
            top = len(self.enums[attr["enum"]]) - 1
        nested = "NULL"
        if attr["type"] == "nest":
            nested = f"&set_{name(attr['nested-attributes'])}"
        fields = [
            f".number = {attr['number']}",
            f".kind = KIND_{attr['type'].upper()}",
            f".name = \"{attr['name']}\"",
            f".multi = {int(attr.get('multi-attr', False))}",
            f".len = {length}",
            f".top = {top}",
            f".nested = {nested}",
        ]
        print("\t{ " + ", ".join(fields) + " },")

    def print_ops(self):
        print("static const struct op family_ops[] = {")
        for op in self.ops.values():
            attrs = self.sets[op["attribute-set"]]
            mask = 0
            for attr in op["do"]["request"].get("attributes", []):
                mask |= 1 << attrs[attr]["number"]
            print(
                f"\t{{ .cmd = {op['number']}, .dump = {int('dump' in op)}, "
                f".mask = {mask:#x}, .set = &set_{name(op['attribute-set'])} }},"
            )
        print("};")
        print(f"#define FAMILY_OPS {len(self.ops)}")

    def items(self, message):
        """A message, {OPERATION: ATTRIBUTES}, as items: depth, type, data."""
        ((verb, values),) = message.items()
        dump = verb.startswith("dump ")
        op = self.ops[verb.removeprefix("dump ")]
        yield (0, op["number"], DUMP if dump else 0, b"")
        yield from self.nest(self.sets[op["attribute-set"]], values or {}, 1)

    def nest(self, attrs, values, depth):
        for key, value in values.items():
            attr = attrs[key]
            many = value if isinstance(value, list) else [value]
            for one in many:
                yield from self.attr(attr, one, depth)

    def attr(self, attr, value, depth):
        kind = attr["type"]
        number = attr["number"]
        if kind == "nest":
            yield (depth, number | NESTED, 0, b"")
            inner = self.sets[attr["nested-attributes"]]
            yield from self.nest(inner, value or {}, depth + 1)
            return
        if kind == "flag":
            data = b""
        elif kind == "string":
            data = str(value).encode() + b"\0"
        elif kind == "binary":
            data = bytes.fromhex(value)
        else:
            if "enum" in attr:
                value = self.enums[attr["enum"]].index(value)
            data = struct.pack(KINDS[kind], value)
        yield (depth, number, 0, data)


def print_program(family, label, messages):
    items = [item for message in messages for item in family.items(message)]
    print(f"static const struct item items_{label}[] = {{")
    for depth, number, flags, data in items:
        if len(data) > DATA_MAX:
            sys.exit(f"{label}: more than {DATA_MAX} bytes")
        octets = ", ".join(f"{octet:#x}" for octet in data)
        print(
            f"\t{{ .depth = {depth}, .type = {number}, .flags = {flags:#x}, "
            f".len = {len(data)}, .data = {{ {octets or 0} }} }},"
        )
    print("};")
    return f"{{ items_{label}, {len(items)} }}"


def print_programs(family, programs):
    """Each is a list of messages, or what has a name and parts that are."""
    table = []
    for number, program in enumerate(programs):
        if isinstance(program, list):
            program = {"name": f"seed {number}", "run": program}
        fields = [f".name = \"{program.pop('name')}\""]
        for part, messages in program.items():
            label = f"{number}_{name(part)}"
            fields.append(f".{name(part)} = {print_program(family, label, messages)}")
        table.append("\t{ " + ", ".join(fields) + " },")
    print("static const struct program programs[] = {")
    print("\n".join(table))
    print("};")
    print(f"#define PROGRAMS {len(table)}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        family = Family(yaml.safe_load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        programs = yaml.safe_load(file)
    print("/* Generated by family.py. */")
    print(f"static_assert(ITEM_DATA == {DATA_MAX}, \"item\");")
    family.print_sets()
    family.print_ops()
    print_programs(family, programs)


main()
