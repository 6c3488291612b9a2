/*
 * plain: a program that may have had the set-user-ID bit is not plain: what
 * another user wrote into a mapping, what was mounted, what has changed.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "kernel/plain.h"
#include "tap.h"

#define OTHER 1234
#define TMPFS 0x01021994

static char dir[64], file[96];
static bool can_mount;

static void
is(int got, int want, const char *name)
{
	tap_is_int(got, want, "%s", name);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A folder with a script of /bin/sh, some time ago. */
static bool
make(const char *where)
{
	int fd;

	snprintf(dir, sizeof dir, "%s/plain.XXXXXX", where);
	if (!mkdtemp(dir))
		return false;
	snprintf(file, sizeof file, "%s/script", dir);
	fd = open(file, O_RDWR | O_CREAT, 0755);
	if (fd < 0 || write(fd, "#!/bin/sh\n", 10) != 10 ||
	    fchmod(fd, 0755) != 0)
		return false;
	close(fd);
	usleep(100000);
	return true;
}

static void
clean(void)
{
	unlink(file);
	rmdir(dir);
}

/* Others make files beside it, so once is enough. */
static bool
is_plain(const char *path)
{
	for (int i = 0; i < 20; i++, usleep(50000))
		if (plain_exec(getpid(), path, now()))
			return true;
	return false;
}

/* The script is another one, and its times are those of before. */
static void
write_mapped(void)
{
	int fd = open(file, O_RDWR);
	volatile char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	struct stat before, after;

	is(p != MAP_FAILED && fstat(fd, &before) == 0 && p[0] == '#', 1,
	    "a mapping was read");
	p[7] = 'd';
	is(fstat(fd, &after) == 0 &&
		before.st_ctim.tv_sec == after.st_ctim.tv_sec &&
		before.st_ctim.tv_nsec == after.st_ctim.tv_nsec,
	    1, "a write into it sets no time on a tmpfs");
	p[7] = 's';
	munmap((char *)p, 4096);
	close(fd);
}

static void
test_memory(void)
{
	struct statfs fs;

	if (geteuid() != 0 || statfs("/dev/shm", &fs) != 0 ||
	    fs.f_type != TMPFS || !make("/dev/shm")) {
		is(1, 1, "# SKIP root and a tmpfs are needed");
		return;
	}
	is(is_plain(file), 1, "a script of root's on a tmpfs");
	write_mapped();
	is(chown(file, OTHER, OTHER), 0, "of another user");
	is(is_plain(file), 0, "is not certain there");
	clean();
}

static void
test_mounts(void)
{
	int64_t before;

	if (!can_mount) {
		is(1, 1, "# SKIP root is needed");
		return;
	}
	is(mount("none", dir, "tmpfs", 0, NULL), 0, "a mount over it");
	before = now();
	usleep(1000);
	is(umount(dir), 0, "goes");
	is(!plain_exec(getpid(), file, before), 1, "a mount is gone since then");
	is(is_plain(file), 1, "the next exec is plain");
}

int
main(void)
{
	can_mount = unshare(CLONE_NEWNS) == 0 &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	plain_open();
	if (tap_emulated()) { /* the programs here are of another machine */
		tap_ok(true, "skipped: an emulated processor");
		return tap_done();
	}
	is(make("/var/tmp"), 1, "a script");
	is(is_plain(file), 1, "it is plain");
	is(chmod(file, 0755), 0, "chmod");
	is(!plain_exec(getpid(), file, now()), 1, "it has just changed");
	clean();
	is(!plain_exec(getpid(), "/proc/self/exe", now()), 1,
	    "a link of /proc");
	test_memory();
	is(make("/var/tmp"), 1, "a script");
	test_mounts();
	clean();
	return tap_done();
}
