# procsnoop: make, then sudo ./execsnoop/execsnoop
#
#	make		the tools, with this machine's C library
#	make demo	show what it does (live as root, else from a recording)
#	make check	all tests; as root, for most of them trace
#	make static	one static file a tool, with musl: build/static/
#	make dist	them for x86-64, i686 and arm64 in a tarball: build/dist/
#	make fuzz lint bench install uninstall clean

PREFIX	= /usr/local
DESTDIR	=
CFLAGS	= -O2 -g
LDFLAGS	=
MUSL	= musl-gcc
STATIC	= build/static
# of them, what is compressed: lib/pack/pack
PACKED	= proctree

# 64-bit inodes and offsets also where they are not the C library's own.
BITS	= $(shell $(CC) -dM -E -x c /dev/null | grep -q __LP64__ || \
	  echo -D_FILE_OFFSET_BITS=64)
OUR	= -std=c11 -D_GNU_SOURCE $(BITS) -Wall -Wextra -Wshadow \
	  -Wno-unknown-warning-option -Wno-format-truncation
# A static tool is to be below 100 KB: README, BENCHMARKS.md, tests/lint.
# Of other compilers and machines, what they know.
knows	= $(shell $(MUSL) $1 -E -x c /dev/null >/dev/null 2>&1 && echo $1)
SMALL	= $(or $(call knows,-Oz),-Os) -fno-pie -fno-ident \
	  -ffunction-sections -fdata-sections -fmerge-all-constants \
	  -fno-unwind-tables -fno-asynchronous-unwind-tables \
	  -fno-inline-functions-called-once -fno-builtin-malloc \
	  -flto=1 -flto-partition=one -fno-jump-tables \
	  -fno-optimize-sibling-calls -fno-partial-inlining \
	  -fno-tree-dominator-opts -fno-tree-tail-merge \
	  -fno-caller-saves -fno-shrink-wrap -fno-forward-propagate \
	  -fno-expensive-optimizations -fno-tree-scev-cprop \
	  -fno-tree-loop-im -fno-if-conversion -fno-tree-forwprop \
	  -fno-tree-fre -fno-ipa-sra \
	  $(foreach f,-mgeneral-regs-only -mskip-rax-setup \
	    -malign-data=abi,$(call knows,$f)) -DONE_MACHINE
SMALLLD	= -static -no-pie -s -Wl,--gc-sections,--build-id=none \
	  -Wl,-z,noseparate-code,-z,norelro,-z,common-page-size=64
TOOLS	= execsnoop exitsnoop forksnoop proctree
LIB	= $(basename $(notdir $(wildcard lib/*.c)))
UNITS	= $(basename $(notdir $(wildcard tests/unit/test_*.c)))
SRC	= $(LIB:%=lib/%.c)
INSTEAD	= $(wildcard lib/small/*.c)
OBJ	= $(LIB:%=lib/%.o)
BIN	= $(foreach t,$(TOOLS),$(t)/$(t))

all: $(BIN)

# A tool is all of the files of its folder.
.SECONDEXPANSION:
$(BIN): $$(patsubst %.c,%.o,$$(wildcard $$(@D)/*.c)) $(OBJ)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

%.o: %.c
	$(CC) $(OUR) $(CFLAGS) -MMD -c -o $@ $<

dist:
	dist/make

demo:
	@$(MAKE) -s all
	@sh examples/demo

static: $(TOOLS:%=$(STATIC)/%)

$(STATIC)/%: $(SRC) $(INSTEAD) lib/small/cut $(wildcard lib/pack/*) $(wildcard lib/*.h) $$(wildcard $$*/*.[ch])
	@mkdir -p $(STATIC)
	$(MUSL) $(OUR) $(SMALL) $(SMALLLD) -o $@ \
	    $(sort $(wildcard $*/*.c)) $(sort $(SRC) $(INSTEAD))
	$(if $(filter $*,$(PACKED)),lib/pack/pack $@ $(MUSL) $(OUR) $(SMALL) $(SMALLLD))
	lib/small/cut $@

build/unit/%: tests/unit/%.c $(OBJ)
	@mkdir -p build/unit
	$(CC) $(OUR) $(CFLAGS) $(LDFLAGS) -o $@ $< $(OBJ)

# The tools on the tracing directory of another kernel, see tests/fake/fake.h.
FAKED	= tracefs_open open openat stat unlink read write mkdirat unlinkat \
	  fork execv waitpid uname ppoll

build/fake/%: $$(addsuffix .o,$$(basename $$(wildcard $$*/*.c))) $(OBJ) \
    $(wildcard tests/fake/*.[ch]) tests/unit/workload.h
	@mkdir -p build/fake
	$(CC) $(OUR) $(CFLAGS) $(LDFLAGS) $(FAKED:%=-Wl,--wrap=%) -o $@ \
	    $(filter %.o,$^) tests/fake/*.c

fake: $(TOOLS:%=build/fake/%)

unit: $(UNITS:%=build/unit/%)
	tests/unit/run $(UNITS:%=build/unit/%)

check: all static unit fake
	tests/lint
	bats tests/bats tests/live
	tests/cross
	tests/vm/check

fuzz:
	tests/fuzz/run

lint:
	tests/lint

bench: all static
	tests/bench/bench
	tests/bench/bench_snapshot
	tests/bench/bench_build build/bench

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/share/man/man8 \
	    $(DESTDIR)$(PREFIX)/share/man/man5
	cp $(BIN) $(DESTDIR)$(PREFIX)/sbin
	cp man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8
	cp man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5

uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(PREFIX)/sbin/%)
	rm -f $(TOOLS:%=$(DESTDIR)$(PREFIX)/share/man/man8/%.8)
	rm -f $(DESTDIR)$(PREFIX)/share/man/man5/procsnoop-recording.5

clean:
	rm -rf build $(BIN) lib/*.[od] $(foreach t,$(TOOLS),$(t)/*.[od])

.PHONY: all dist demo static unit fake check fuzz lint bench install uninstall clean

-include $(OBJ:.o=.d) $(wildcard $(TOOLS:=/*.d))
