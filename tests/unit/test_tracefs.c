/*
 * tracefs: finding the mount in /proc/mounts, and reading and writing small
 * files below a directory, with a temporary one in its place.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "kernel/tracefs.h"
#include "tap.h"

static char path[PATH_MAX];

static void
is_found(const char *mounts, const char *want, const char *name)
{
	char *block = strdup(mounts);	/* reading behind it is seen */
	int r;

	memset(path, 'x', sizeof path);
	r = tracefs_find(block, path, sizeof path);
	free(block);
	tap_is_str(r == 0 ? path : NULL, want, "%s", name);
}

#define ROOT  "/dev/sda1 / ext4 rw,relatime 0 0\n"
#define DEBUG "debugfs /sys/kernel/debug debugfs rw 0 0\n"
#define TRACE "tracefs /sys/kernel/tracing tracefs rw,nosuid 0 0\n"

static void
test_find(void)
{
	is_found("", NULL, "nothing mounted");
	is_found(ROOT, NULL, "neither");
	is_found(ROOT TRACE, "/sys/kernel/tracing", "tracefs");
	is_found(DEBUG TRACE, "/sys/kernel/tracing", "tracefs before debugfs");
	is_found(ROOT DEBUG, "/sys/kernel/debug/tracing", "debugfs");
	is_found("nodev /my\\040trace\\011fs\\134x tracefs rw 0 0\n",
	    "/my trace\tfs\\x", "octal escapes");
	is_found("nodev /t\\040 tracefs rw 0 0\n", "/t ", "one at the end");
	is_found("nodev /a\\012b debugfs rw 0 0\n", "/a\nb/tracing",
	    "a newline");
	is_found("nodev /t tracefs rw 0 0", "/t", "no newline at the end");
	is_found("tracefs /x tmpfs rw 0 0\n/tracefs /y xfs rw 0 0\n", NULL,
	    "only named so");
	is_found("x /tracefs tracefs2 rw 0 0\nx /y nottracefs rw 0 0\n", NULL,
	    "a type that only begins or ends so");
	is_found("tracefs\n \n\nx\nx y\nx y z\n", NULL, "lines that are cut");
	is_found("x /caf\303\251 tracefs rw 0 0\n", "/caf\303\251", "UTF-8");
}

static void
test_room(void)
{
	char small[20];

	tap_ok(tracefs_find("x /sys/kernel/tracing tracefs rw 0 0\n", small,
	    sizeof small) == 0 &&
	    strcmp(small, "/sys/kernel/tracing") == 0, "just enough room");
	tap_is_int(tracefs_find("x /sys/kernel/tracing2 tracefs rw 0 0\n",
	    small, sizeof small), -1, "no room: not a part of the path");
	tap_ok(tracefs_find("x /sys/kernel debugfs rw 0 0\n", small,
	    sizeof small) == 0, "just enough room for debugfs");
	tap_is_int(tracefs_find("x /sys/kernel1 debugfs rw 0 0\n", small,
	    sizeof small), -1, "no room for debugfs");
	tap_is_int(tracefs_find("x /sys/kernel/debug-debug debugfs rw 0 0\n",
	    small, sizeof small), -1, "not even for its mount point");
}

/* ---- files ---- */

static void
put(int dir, const char *name, const char *text, size_t len)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		tap_ok(0, "%s: %s", name, strerror(errno));
	close(fd);
}

static void
test_read(int dir)
{
	static char big[10000];
	struct buf b = { 0 };
	char text[8];

	put(dir, "f", "hello", 5);
	tap_ok(file_read(dir, "f", text, sizeof text) == 5 &&
	    strcmp(text, "hello") == 0, "read");
	tap_ok(file_read(dir, "f", text, 4) == 3 && strcmp(text, "hel") == 0,
	    "read: cut");
	tap_ok(file_read(dir, "f", text, 1) == 0 && text[0] == '\0',
	    "read: no room");
	put(dir, "empty", "", 0);
	tap_ok(file_read(dir, "empty", text, sizeof text) == 0 &&
	    text[0] == '\0', "read: empty");
	tap_ok(file_read(dir, "none", text, sizeof text) == -1 &&
	    errno == ENOENT, "read: none");
	memset(big, 'y', sizeof big);
	put(dir, "big", big, sizeof big);
	buf_puts(&b, "before:");
	tap_ok(file_read_all(dir, "big", &b) == 0 && b.len == 7 + sizeof big &&
	    b.data[b.len] == '\0' && memcmp(b.data, "before:y", 8) == 0 &&
	    memcmp(b.data + 7, big, sizeof big) == 0, "read all: appended");
	tap_ok(file_read_all(dir, "none", &b) == -1 && errno == ENOENT,
	    "read all: none");
	tap_ok(file_read_all(dir, ".", &b) == -1 && errno == EISDIR,
	    "read all: a directory");
	buf_free(&b);
	tap_ok(file_read_all(dir, "empty", &b) == 0 && b.len == 0 &&
	    b.data[0] == '\0', "read all: empty");
	buf_free(&b);
}

static void
test_write(int dir)
{
	char text[32];

	put(dir, "f", "one\n", 4);
	tap_ok(file_write(dir, "f", "two\n") == 0 &&
	    file_writef(dir, "three\n", "%s", "f") == 0 &&
	    file_read(dir, "f", text, sizeof text) == 14 &&
	    strcmp(text, "one\ntwo\nthree\n") == 0, "write: never truncates");
	tap_ok(file_write(dir, "none", "x") == -1 && errno == ENOENT &&
	    !file_exists(dir, "none"), "write: never creates");
	tap_ok(file_exists(dir, "f"), "exists");
}

int
main(void)
{
	char name[] = "/tmp/test_tracefs.XXXXXX";
	int dir;

	test_find();
	test_room();
	if (!mkdtemp(name) || (dir = open(name, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	test_read(dir);
	test_write(dir);
	unlinkat(dir, "f", 0);
	unlinkat(dir, "big", 0);
	unlinkat(dir, "empty", 0);
	close(dir);
	rmdir(name);
	return tap_done();
}
