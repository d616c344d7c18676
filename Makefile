# SPDX-License-Identifier: GPL-2.0
#
# "make help" lists the targets.  All objects go below $(BUILD): the sources
# are linked there, as kbuild writes objects beside what it compiles.

KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD ?= build/host
PREFIX ?= /usr/local
DESTDIR ?=

PKG_CONFIG ?= pkg-config
LIBS := libnl-3.0 libnl-genl-3.0 yaml-0.1

CTL_CFLAGS = -O2 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror \
	-Iinclude/uapi -Ictl $(shell $(PKG_CONFIG) --cflags $(LIBS) libkmod) $(CFLAGS)
# COVERAGE=1: it counts the lines that ran, see "make coverage".
ifneq ($(COVERAGE),)
CTL_CFLAGS += -O0 --coverage
LDFLAGS += --coverage
endif
CTL_LIBS = $(shell $(PKG_CONFIG) --libs $(LIBS))

ifneq ($(filter all module install guest-rootfs,$(or $(MAKECMDGOALS),module)),)
KREL := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
endif
OUT ?= $(BUILD)/$(KREL)
ROOTFS = $(OUT)/rootfs

ctl_objs := $(patsubst ctl/%.c,$(BUILD)/ctl/%.o,$(wildcard ctl/*.c))

all: module ctl

help:
	@echo 'make             the module for the running kernel, and svcbindctl'
	@echo 'make module      the module; KDIR=DIR for another kernel'
	@echo 'make ctl         svcbindctl'
	@echo 'make install     both, into the running system; DESTDIR= PREFIX='
	@echo 'make demo        boots a virtual machine and shows what svcbind does'
	@echo 'make check       the tests, in virtual machines with Linux 6.1, 6.12 and the'
	@echo '                 newest that Debian has'
	@echo '                 TESTS="NAME ..." chooses some, KERNELS=6.12 kernels:'
	@echo '                 6.1 6.12 newest rt debug kcsan; SMP=n that many processors,'
	@echo '                 PART=1/2 every second test'
	@echo 'make check-debug the tests, with a kernel that finds bugs'
	@echo 'make check-kcsan the same with one that finds data races'
	@echo 'make check-boot  machines with systemd, whose NFS, iSCSI and NVMe mounts have to'
	@echo '                 come up by the right port; KERNELS=6.12'
	@echo 'make check-unit  the unit tests of svcbindctl, without a machine'
	@echo 'make coverage    check-unit and check-debug, and the lines that they went through'
	@echo 'make mutants     whether the tests notice when the code is broken'
	@echo 'make soak        all at once, for MINUTES=n; KERNEL=debug|6.12'
	@echo 'make lint        checkpatch, sparse, clang and others'
	@echo 'make fuzz        messages nobody means to send: MESSAGES=2000000 of them'
	@echo 'make fuzz-ctl    input nobody means to give to svcbindctl: SECONDS=30'
	@echo 'make bench       cost of a packet, in instructions'
	@echo 'make regen       the uapi header and policies, from the specification'
	@echo 'make clean       removes build/'
	@echo 'demo, check*, lint and bench need root, install what they lack, and'
	@echo 'keep Debian trees, and images of them, in ~/.cache/svcbind.'

# Symbolic links, relative ones as the project moves between host and chroot.
define mirror
	@mkdir -p $(OUT)/src/kmod $(OUT)/src/include/uapi/linux \
		$(OUT)/src/selftests/kunit
	@ln -srft $(OUT)/src Kbuild
	@ln -srft $(OUT)/src/kmod kmod/*.[ch]
	@ln -srft $(OUT)/src/selftests/kunit selftests/kunit/*.[ch]
	@ln -srft $(OUT)/src/include/uapi/linux include/uapi/linux/*.h
	@find $(OUT)/src -xtype l -delete
endef

module:
	@test -n "$(KREL)" || \
		{ echo "no kernel headers in $(KDIR): install them or set KDIR" >&2; exit 1; }
	$(mirror)
	+$(MAKE) -C $(KDIR) M=$(abspath $(OUT)/src) $(KBUILD_ARGS) modules
	@for ko in $(OUT)/src/*.ko; do \
		cmp -s $$ko $(OUT)/$${ko##*/} || cp $$ko $(OUT)/ || exit; \
	done

ctl: $(BUILD)/svcbindctl

$(BUILD)/svcbindctl: $(ctl_objs)
	$(CC) $(LDFLAGS) -o $@ $^ $(CTL_LIBS)

$(BUILD)/ctl/%.o: ctl/%.c Makefile $(BUILD)/ctl/flags
	$(CC) $(CTL_CFLAGS) -MMD -MP -c -o $@ $<

# Changes when the flags do, so that what was built with others is built again.
$(BUILD)/ctl/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CTL_CFLAGS)' | cmp -s - $@ || \
		{ rm -f $(@D)/*.gcno; echo '$(CC) $(CTL_CFLAGS)' >$@; }

-include $(ctl_objs:.o=.d)

install: module ctl
	install -D -m 755 $(BUILD)/svcbindctl $(DESTDIR)$(PREFIX)/sbin/svcbindctl
	install -D -m 644 Documentation/man/svcbindctl.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8/svcbindctl.8
	install -D -m 644 Documentation/man/svcbind.yaml.5 \
		$(DESTDIR)$(PREFIX)/share/man/man5/svcbind.yaml.5
	install -D -m 644 Documentation/man/svcbind.7 \
		$(DESTDIR)$(PREFIX)/share/man/man7/svcbind.7
	install -D -m 644 ctl/completion/svcbindctl.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/svcbindctl
	install -D -m 644 ctl/completion/_svcbindctl \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_svcbindctl
	sed 's|/usr/local/|$(PREFIX)/|' ctl/svcbind.service | \
		install -D -m 644 /dev/stdin \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/svcbind.service
	install -d -m 755 $(DESTDIR)/etc/svcbind
	install -D -m 644 $(OUT)/svcbind.ko \
		$(DESTDIR)/lib/modules/$(KREL)/updates/svcbind.ko
	$(if $(DESTDIR),,depmod $(KREL))
	$(if $(DESTDIR),,[ ! -d /run/systemd/system ] || systemctl daemon-reload)

# What selftests/vm/run lays over a test machine's root file system.
guest-rootfs: module ctl guest-tests
	@mkdir -p $(ROOTFS)/usr/local/sbin
	@cmp -s $(BUILD)/svcbindctl $(ROOTFS)/usr/local/sbin/svcbindctl || \
		install -m 755 $(BUILD)/svcbindctl $(ROOTFS)/usr/local/sbin/
	@selftests/vm/depmod $(KREL) $(ROOTFS) $(OUT)/*.ko

guest-tests:
	@mkdir -p $(BUILD)/selftests
	+$(MAKE) -C /usr/src/linux/tools/testing/selftests/svcbind \
		OUTPUT=$(abspath $(BUILD)/selftests) \
		UAPI=$(abspath include/uapi) all

demo:
	@selftests/vm/run --kernel 6.12 --script selftests/demo/demo.sh

check:
	@selftests/vm/check

check-debug:
	@KERNELS=debug selftests/vm/check

check-kcsan:
	@KERNELS=kcsan selftests/vm/check

check-boot:
	@SYSTEMD=selftests/boot/prepare TESTS=boot/boot.sh \
		KERNELS="$(or $(KERNELS),6.1 6.12)" selftests/vm/check

check-unit:
	@selftests/unit/check

# svcbindctl is slow where it counts, which check-debug doesn't need.
coverage: check-unit
	@KERNELS=debug COVERAGE=debug TIMEOUT=$(or $(TIMEOUT),9000) selftests/vm/check
	@selftests/coverage

mutants:
	@selftests/mutants/run $(MUTANTS)

soak:
	@selftests/vm/run --kernel $(or $(KERNEL),6.12) --smp 4 --mem 3072 \
		--timeout $$(($(or $(MINUTES),10) * 60 + 900)) \
		-- selftests/soak/soak.sh $(or $(MINUTES),10)

lint:
	@scripts/lint

bench:
	@selftests/vm/run --kernel 6.12 --icount --timeout 3600 \
		--script selftests/bench/run.sh

# The first in a virtual machine, the second natively, in the tree of linters.
fuzz:
	@MESSAGES="$(MESSAGES)" SEED="$(SEED)" KERNEL="$(KERNEL)" selftests/fuzz/run

fuzz-ctl:
	@selftests/fuzz/ctl/run "$(or $(SECONDS),30)"

regen:
	@scripts/regen

clean:
	rm -rf build

.PHONY: FORCE all help module ctl install guest-rootfs guest-tests demo check \
	check-debug check-kcsan check-boot check-unit coverage mutants soak lint \
	fuzz fuzz-ctl bench regen clean
