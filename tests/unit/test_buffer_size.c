/*
 * buffer_size: how large it is made, in a folder that stands for tracefs, on
 * machines of other sizes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/buffer_size.h"
#include "kernel/cpus.h"
#include "base/file.h"
#include "tap.h"

#define MB 1024u /* KB */

static int folder = -1;
static struct buffer_size b;
static struct instance in;
static struct error error;

/* ---- a machine of our own ---- */

static unsigned long long memory_kb = 4096 * MB;
static unsigned most_kb; /* 0: all the memory that is asked for */
static int watched = -1; /* the size is written here */
static int writes;

int
sysinfo(struct sysinfo *info)
{
	*info = (struct sysinfo){ .totalram = (unsigned long)memory_kb,
		.mem_unit = 1024 };
	return 0;
}

/* The CPUs are those of the folder, and a write replaces what was there. */
int
openat(int dir, const char *name, int flags, ...)
{
	static const char cpus[] = "/sys/devices/system/cpu/";
	int fd;

	if (strncmp(name, cpus, strlen(cpus)) == 0) {
		dir = folder;
		name += strlen(cpus);
	}
	if (flags & O_APPEND)
		flags = (flags & ~O_APPEND) | O_TRUNC;
	fd = (int)syscall(SYS_openat, dir, name, flags, 0600);
	watched = flags & O_WRONLY && strcmp(name, "buffer_size_kb") == 0 ? fd :
									    -1;
	return fd;
}

/* The kernel's buffers lose their "expanded: " with the first size that is
 * written, see buffer.c. */
static void
forget_expanded(int dir)
{
	char text[64];
	int fd = (int)syscall(SYS_openat, dir, "buffer_size_kb", O_RDWR, 0);
	ssize_t n = read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	if (strchr(text, '(') && ftruncate(fd, strcspn(text, " ")) != 0)
		abort();
	close(fd);
}

ssize_t
write(int fd, const void *data, size_t size)
{
	char text[32];

	if (fd != watched)
		return syscall(SYS_write, fd, data, size);
	snprintf(text, sizeof text, "%.*s", (int)size, (const char *)data);
	writes++;
	forget_expanded(in.dir);
	if (most_kb && strtoul(text, NULL, 10) > most_kb) {
		/* which was emptied above, as no kernel would */
		if (syscall(SYS_write, fd, "7\n", 2) != 2)
			abort();
		errno = ENOMEM;
		return -1;
	}
	return syscall(SYS_write, fd, data, size);
}

static void
put(const char *name, const char *text)
{
	int fd = (int)syscall(
	    SYS_openat, folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || syscall(SYS_write, fd, text, strlen(text)) < 0)
		tap_ok(0, "%s: %s", name, strerror(errno));
	close(fd);
}

static const char *
says(const char *name)
{
	static char text[64];

	file_read(folder, name, text, sizeof text);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* ---- */

static void
test_share(void)
{
	static const struct {
		unsigned want;
		unsigned long long memory;
		unsigned cpus, kb;
	} cases[] = { { 1408, 4096 * MB, 2, 1408 },
		{ 8192, 4096 * MB, 2, 8192 }, { 1408, 128 * MB, 1, 1408 },
		{ 1408, 128 * MB, 2, 1012 }, { 8192, 128 * MB, 1, 2032 },
		{ 1408, 16384 * MB, 48, 1352 }, { 8192, 16384 * MB, 48, 1352 },
		{ 1408, 1u << 30, 256, 247 }, { 1408, 1u << 30, 8192, 64 },
		{ 1408, 16 * MB, 8, 64 }, { 8192, 1024 * MB, 1, 8192 },
		{ 8192, UINT64_MAX, 16, 4072 }, { 32, 4096 * MB, 1, 32 },
		{ 1408, 0, 1, 64 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		tap_is_int(
		    buffer_size_share(cases[i].want, cases[i].memory, cases[i].cpus),
		    cases[i].kb, "%u KB, %llu MB, %u CPUs", cases[i].want,
		    cases[i].memory / MB, cases[i].cpus);
}

/* All of it is memory: pages of 4 KB, one more for the reader. */
static void
test_sum(void)
{
	int bad = 0;

	for (unsigned long long mb = 1; mb < 1u << 22; mb = mb * 9 / 8 + 1)
		for (unsigned cpus = 1; cpus < 9000; cpus = cpus * 5 / 4 + 1) {
			unsigned kb = buffer_size_share(8192, mb * MB, cpus);
			unsigned long long pages = (kb * 1024ull + 4079) / 4080;
			unsigned long long sum = (pages + 1) * 4 * cpus;

			bad += kb > BUFFER_LEAST_KB &&
			    (sum > 64 * MB || sum > mb * MB / 64);
		}
	tap_ok(sysconf(_SC_PAGESIZE) != 4096 || bad == 0,
	    "never more than 64 MB and 1/64 of the memory");
}

static void
test_listed(void)
{
	static const struct {
		const char *list;
		int n;
	} cases[] = { { "0\n", 1 }, { "0-1\n", 2 }, { "0-3,8-11\n", 8 },
		{ "0,2,4-5\n", 4 }, { "0-255", 256 }, { "\n", 0 }, { "", 0 },
		{ "x", 0 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		tap_is_int(cpus_listed(cases[i].list), cases[i].n,
		    "CPUs of list %zu", i);
}

/* Open with what the buffers say before; top NULL: it is the top level's. */
static int
open_as(const char *text, const char *top, int kb, bool large)
{
	put("lock", "");
	put("buffer_size_kb", top ? top : text);
	put("instances/x/buffer_size_kb", text);
	in = (struct instance){
		.tracefs = folder, .top = !top, .group = "execsnoop_1_1"
	};
	in.dir = (int)syscall(SYS_openat, folder, top ? "instances/x" : ".",
	    O_RDONLY | O_DIRECTORY);
	in.lock = (int)syscall(SYS_openat, folder, "lock", O_WRONLY);
	writes = 0;
	return buffer_size_set(&b, &in, kb, large, &error);
}

static void
is_now(const char *name, const char *top, const char *size)
{
	if (!in.top)
		tap_is_str(
		    says("instances/x/buffer_size_kb"), size, "%s: size", name);
	tap_is_str(says("buffer_size_kb"), top, "%s: top level", name);
	tap_is_int(b.kb, strtoul(size, NULL, 10), "%s: told", name);
	close(in.dir);
	close(in.lock);
}

static void
test_instance(void)
{
	put("possible", "0-1\n");
	put("online", "0-1\n");
	tap_is_int(
	    open_as("1410\n", "7 (expanded: 1408)\n", 0, false), 0, "open");
	is_now("a flag each (6.7)", "7 (expanded: 1408)", "1410");
	tap_ok(b.cpus == 2 && !b.top_kb && !b.refused_kb, "facts");
	open_as("1410\n", "1410\n", 0, true);
	is_now("large", "1410", "8192");
	open_as("1410\n", "1410\n", 300, true);
	is_now("-b 300", "1410", "300");
	open_as("1410\n", "1410\n", BUFFER_KERNEL, true);
	is_now("-b 0", "1410", "1410");
	tap_is_int(writes, 0, "-b 0: nothing is written");
	memory_kb = 64 * MB;
	open_as("1410\n", "1410\n", 0, false);
	is_now("64 MB of memory", "1410", "502");
	memory_kb = 4096 * MB;
}

/* One flag for all: the top level is not left with two pages. */
static void
test_flag(void)
{
	open_as("1410 (expanded: 1408)\n", "7 (expanded: 1408)\n", 0, true);
	is_now("one flag", "1408", "8192");
	tap_is_int(b.top_kb, 1408, "and that is told");
	open_as("1410 (expanded: 1408)\n", "7 (expanded: 1408)\n", 4, false);
	is_now("one flag, -b 4", "1408", "4");
	open_as("1410 (expanded: 1408)\n", "7 (expanded: 1408)\n",
	    BUFFER_KERNEL, false);
	is_now("one flag, -b 0", "1408", "1410");
	put("online", "0-255\n");
	put("possible", "0-255\n");
	open_as("1410 (expanded: 1408)\n", "7 (expanded: 1408)\n", 0, false);
	is_now("one flag, 256 CPUs", "247", "247");
	open_as("9999 (expanded: 9999)\n", "7 (expanded: 9999)\n", 0, false);
	is_now("one flag, trace_buf_size", "9999", "247");
	put("possible", "0-1\n");
	put("online", "0-1\n");
}

static void
test_top(void)
{
	open_as("7 (expanded: 1408)\n", NULL, 0, false);
	is_now("top level", "1408", "1408");
	tap_is_str(says("lock"), "", "which is not to be put back");
	open_as("7 (expanded: 1408)\n", NULL, BUFFER_KERNEL, false);
	is_now("top level, -b 0", "7 (expanded: 1408)", "1408");
	open_as("1410\n", NULL, 0, true);
	is_now("top level, large", "8192", "8192");
	tap_is_str(says("lock"), "buffer_size_kb 1410", "which is put back");
	open_as("7\n", NULL, 0, false);
	is_now("top level that somebody has made small", "1408", "1408");
	open_as("100000\n", NULL, 0, true);
	is_now("top level that somebody has made large", "100000", "100000");
	open_as("X\n", NULL, 0, true);
	is_now("top level, of different sizes", "X", "0");
	put("possible", "0-255\n");
	open_as("100\n", NULL, 0, true);
	is_now("top level, with CPUs to come", "256", "256");
	put("possible", "0-1\n");
}

static void
test_memory(void)
{
	most_kb = 3000;
	tap_is_int(open_as("1410\n", "1410\n", 0, true), 0, "no memory");
	is_now("no memory for 8192", "1410", "2048");
	tap_is_int(b.refused_kb, 8192, "and that is told");
	tap_is_int(
	    open_as("1410\n", "1410\n", 4000, false), -1, "no memory, -b");
	tap_is_str(error.text, "buffer_size_kb: 4000: Cannot allocate memory",
	    "and that is why");
	most_kb = 50;
	tap_is_int(open_as("7 (expanded: 1408)\n", NULL, 0, true), 0,
	    "no memory at all");
	is_now("no memory at all", "7", "7");
	tap_ok(!b.top_kb, "nothing was expanded");
	most_kb = 30000;
	memory_kb = 1024 * MB;
	open_as("7 (expanded: 40000)\n", NULL, 0, false);
	is_now("no memory for trace_buf_size", "8152", "8152");
	memory_kb = 4096 * MB;
	most_kb = 0;
}

/* Two CPUs of many. */
static void
test_possible(void)
{
	static const struct {
		const char *possible, *online;
		unsigned long long memory;
		const char *usual, *large;
	} cases[] = { { "0-7\n", "0-1\n", 4096 * MB, "1410", "8152" },
		{ "0-7\n", "0-1\n", 512 * MB, "1012", "1012" },
		{ "0-255\n", "0-1\n", 16384 * MB, "256", "256" },
		{ "0-255\n", "0-255\n", 16384 * MB, "247", "247" },
		{ "0-127\n", "0-1\n", 16384 * MB, "502", "502" },
		{ "0-239\n", "0-1\n", 512 * MB, "256", "256" },
		{ "0-239\n", "0-1\n", 16 * MB, "120", "120" },
		{ "0-239\n", "0-15\n", 128 * MB, "120", "120" },
		{ "0-8191\n", "0\n", 16384 * MB, "256", "256" },
		{ "0\n", "0\n", 128 * MB, "1410", "2032" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put("possible", cases[i].possible);
		put("online", cases[i].online);
		memory_kb = cases[i].memory;
		open_as("1410\n", "1410\n", 0, false);
		is_now("few are online", "1410", cases[i].usual);
		open_as("1410\n", "1410\n", 0, true);
		is_now("few are online, large", "1410", cases[i].large);
	}
	put("possible", "0-1\n");
	put("online", "0-1\n");
	memory_kb = 4096 * MB;
}

int
main(void)
{
	char tmp[] = "/tmp/test_buffer_size.XXXXXX";

	if (!mkdtemp(tmp) || (folder = open(tmp, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	mkdirat(folder, "instances", 0700);
	mkdirat(folder, "instances/x", 0700);
	test_share();
	test_sum();
	test_listed();
	test_instance();
	test_flag();
	test_top();
	test_memory();
	test_possible();
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", tmp, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return tap_done();
}
