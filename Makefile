# procsnoop: make, then sudo ./execsnoop/execsnoop
#
#	make		the tools, with this machine's C library
#	make help	print these lines
#	make demo	show what it does (live as root, else from a recording)
#	make test	the tests that need no root, in less than a minute
#	make check	all tests; most of them as root, because they trace
#	make live	those that trace this machine, as root
#	make unit	the unit tests of lib
#	make lint	what can be found without running: style, manuals, options
#	make fuzz	the parsers, a minute each, with libFuzzer
#	make bench	what the tools cost
#	make static	one static file a tool, with musl: build/static/
#	make dist	them for x86-64, i686 and arm64 in a tarball: build/dist/
#	make pictures	those in examples/, of the recordings there
#	make compile_commands.json	for clangd and clang-tidy
#	make install	to PREFIX below DESTDIR
#	make uninstall
#	make clean

PREFIX	= /usr/local
DESTDIR	=
CFLAGS	= -O2 -g
LDFLAGS	=
MUSL	= musl-gcc
STATIC	= build/static

# 64-bit inodes, offsets and times also where they are not the C library's own.
BITS	:= $(shell $(CC) -dM -E -x c /dev/null | grep -q __LP64__ || \
	  echo -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)
OUR	= -std=c11 -D_GNU_SOURCE -Ilib -Iproctree $(BITS) -Wall -Wextra -Wshadow \
	  -Wno-unknown-warning-option -Wno-format-truncation
OZ	:= $(shell $(MUSL) -Oz -E -x c /dev/null >/dev/null 2>&1 && echo -Oz || echo -Os)
LTO	:= $(shell $(MUSL) -flto -flto-partition=none -E -x c /dev/null \
	  >/dev/null 2>&1 && echo -flto -flto-partition=none -fno-ipa-sra)
# tests/lint holds the size of a static tool.  It is linked where it runs
# (-fno-pie), its text and constants are one segment, and no page is left empty
# before its data: it has no relocations that could become read-only.  All of it is
# optimized at once (-flto), and without what makes it larger by 5 KB.
# What regcomp(3) asks of characters is asked of bytes, which they are without
# setlocale(3): Unicode's tables are 13 KB.  The locks of fork(2) are for threads.
SMALL	= $(OZ) $(LTO) -fno-caller-saves -fno-expensive-optimizations \
	  -fno-if-conversion -fno-jump-tables -fno-optimize-sibling-calls \
	  -fno-tree-dominator-opts -fno-tree-loop-im -fno-tree-tail-merge \
	  -ffunction-sections -fdata-sections \
	  -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pie
SMALLLD	= -static -s -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,-z,norelro \
	  -Wl,-z,common-page-size=64 -Wl,--defsym=iswalpha=isalpha \
	  -Wl,--defsym=iswpunct=ispunct -Wl,--defsym=towlower=tolower \
	  -Wl,--defsym=towupper=toupper -Wl,--defsym=fork=_Fork
TOOLS	= execsnoop exitsnoop forksnoop proctree
UNITS	= $(basename $(notdir $(wildcard tests/unit/test_*.c)))
OBJ	= $(patsubst %.c,%.o,$(wildcard lib/*/*.c))
BIN	= $(foreach t,$(TOOLS),$(t)/$(t))
FAKE	= $(patsubst tests/fake/%.c,build/fake/obj/%.o,$(wildcard tests/fake/*.c))
# The script of -o svg, in this order.
SCRIPT	= data layout numbers elements states diff busy path draw tip search why legend input
GENERATED = build/generated/proctree/svg_text.c
# The objects of tool $1, in a directory $2 that is empty or ends in a slash.
tool_objects = $(patsubst %.c,$2%.o,$(wildcard $1/*.c $1/*/*.c) \
	  $(filter build/generated/$1/%,$(GENERATED)))

all: $(BIN)

# A tool is all files of its folder and of the folders in that, and what it uses
# of the library.
.SECONDEXPANSION:
$(BIN): $$(call tool_objects,$$(@D)) lib/libprocsnoop.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

build/generated/proctree/svg_text.c: proctree/svg/embed.awk proctree/svg/style.css \
    $(SCRIPT:%=proctree/svg/%.js) Makefile
	@mkdir -p $(@D)
	LC_ALL=C awk -f $(filter-out Makefile,$^) >$@.new
	@mv $@.new $@

lib/libprocsnoop.a: $(OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

%.o: %.c
	$(CC) $(OUR) $(CFLAGS) -MMD -MP -c -o $@ $<

dist:
	dist/make

help:
	@sed -n 's/^#	//p' Makefile

demo:
	@$(MAKE) -s all
	@sh examples/demo

# Without the script: a picture on a web page runs none.
pictures: proctree/proctree
	for i in configure cron short; do \
	    TZ=UTC0 proctree/proctree -i examples/$$i.rec -o svg | \
		sed '/<script/,/<\/script>/d' >examples/$$i.svg || exit; done

static: $(TOOLS:%=$(STATIC)/%)

$(TOOLS:%=$(STATIC)/%): $(STATIC)/%: $$(call tool_objects,$$*,$(STATIC)/obj/) \
    $(OBJ:%=$(STATIC)/obj/%)
	$(MUSL) $(SMALL) $(SMALLLD) -o $@ $^

$(STATIC)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(MUSL) $(OUR) $(SMALL) -MMD -MP -c -o $@ $<

build/unit/%: tests/unit/%.c lib/libprocsnoop.a
	@mkdir -p build/unit
	$(CC) $(OUR) $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(filter %.o,$^) \
	    lib/libprocsnoop.a

# What is pure, but of one tool.
build/unit/test_critical build/unit/test_predict: proctree/why/critical.o proctree/why/lives.o
build/unit/test_predict: proctree/why/predict.o

# The tools on the tracing directory of another kernel, see tests/fake/fake.h.
FAKED	= tracefs_open open openat stat unlink read write mkdirat unlinkat \
	  fork execv waitpid uname ppoll

$(TOOLS:%=build/fake/%): build/fake/%: $$(call tool_objects,$$*) $(FAKE) \
    lib/libprocsnoop.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(FAKED:%=-Wl,--wrap=%) -o $@ $^

build/fake/obj/%.o: tests/fake/%.c
	@mkdir -p $(@D)
	$(CC) $(OUR) $(CFLAGS) -MMD -MP -c -o $@ $<

fake: $(TOOLS:%=build/fake/%)

unit: $(UNITS:%=build/unit/%)
	tests/unit/run $(UNITS:%=build/unit/%)

# All that an ordinary user can test, as many files at a time as there are CPUs;
# but fake.bats, which takes minutes, and svg.bats, which times a browser.
test:
	@$(MAKE) -s -j"$$(nproc)" all $(UNITS:%=build/unit/%)
	@$(MAKE) -s unit
	@$(MAKE) -s -O -j"$$(nproc)" $(patsubst tests/bats/%.bats,bats-%,$(filter-out \
	    %/fake.bats %/svg.bats,$(wildcard tests/bats/*.bats)))

bats-%:
	bats tests/bats/$*.bats

# All of tests/bats: what looks at this machine beside what only reads files.
MACHINE	= check fake
bats: all fake
	@$(MAKE) -s -O -j2 bats-of-machine bats-of-files

bats-of-machine:
	bats $(MACHINE:%=tests/bats/%.bats)

bats-of-files:
	bats $(filter-out $(MACHINE:%=tests/bats/%.bats),$(wildcard tests/bats/*.bats))

# Storms, on a machine that may be busy with something else: what failed runs once
# more, by itself, and fails only then.
live: all static
	@mkdir -p tests/live/.bats/run-logs
	bats tests/live || { echo "once more:"; bats --filter-status failed tests/live; }

# For clangd and clang-tidy: the command that makes each object and unit test.
compile_commands.json: $(GENERATED)
	@$(MAKE) -snB $(OBJ) $(foreach t,$(TOOLS),$(call tool_objects,$t,)) \
	    $(FAKE) $(UNITS:%=build/unit/%) | awk -v cc='$(CC) ' -v dir='$(CURDIR)' ' \
	    index($$0, cc) == 1 { \
		for (i = 1; $$i !~ /\.c$$/;) i++; \
		file = $$i; gsub(/["\\]/, "\\\\&"); \
		printf "%s\n{\"directory\":\"%s\",\"command\":\"%s\",\"file\":\"%s\"}", \
		    n++ ? "," : "[", dir, $$0, file \
	    } END { print "\n]" }' >$@

check: all static unit fake
	tests/lint
	@$(MAKE) -s bats
	@$(MAKE) -s live
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
	rm -f $(patsubst %,$(DESTDIR)$(PREFIX)/share/man/man8/%.8,procsnoop $(TOOLS))
	rm -f $(DESTDIR)$(PREFIX)/share/man/man5/procsnoop-recording.5

clean:
	rm -rf build $(BIN) compile_commands.json lib/*.a \
	    lib/*/*.[od] $(foreach t,$(TOOLS),$(t)/*.[od] $(t)/*/*.[od])

.PHONY: all live bats bats-of-machine bats-of-files help dist demo pictures static unit fake test compile_commands.json \
    check fuzz lint bench install uninstall clean

-include $(OBJ:.o=.d) $(wildcard $(TOOLS:=/*.d) $(TOOLS:=/*/*.d) \
    $(GENERATED:.c=.d) build/unit/*.d build/fake/obj/*.d \
    $(STATIC)/obj/*/*.d $(STATIC)/obj/*/*/*.d $(GENERATED:%.c=$(STATIC)/obj/%.d))
