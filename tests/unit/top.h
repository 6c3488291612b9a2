/*
 * top: a folder that stands for tracefs, whose files take a value as the
 * kernel's do, and a world of our own for the lock, whose path is fixed:
 * mounts on /tmp and /var/tmp and a /proc that shows none but us.
 */
#ifndef TOP_H
#define TOP_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel/instance.h"
#include "kernel/ftrace_lock.h"
#include "kernel/global_buffer.h"
#include "base/file.h"
#include "tap.h"

#define unused __attribute__((unused))
#define LOCK   "/var/tmp/.ftrace-lock"

static int top = -1; /* the folder */
static struct error error;
static struct instance in;
static char boot[64];

/* ---- files that behave as the kernel's ---- */

static int refusing = -1; /* what is written here is refused, but "0" */
static int proc = -1;	  /* the folder /proc */

/*
 * A write replaces what a setting is; the lock is appended to.  What is in
 * /proc is opened from its folder: qemu-user knows its own PID/stat by the path
 * and shows one in which a child began when its parent did (open_self_stat(),
 * linux-user/syscall.c, 7.2), the kernel's is what others see.
 */
int
openat(int dir, const char *name, int flags, ...)
{
	int fd;

	if (proc >= 0 && strncmp(name, "/proc/", 6) == 0) {
		dir = proc;
		name += 6;
	}
	if (dir != AT_FDCWD && flags & O_APPEND)
		flags = (flags & ~O_APPEND) | O_TRUNC;
	fd = (int)syscall(SYS_openat, dir, name, flags, 0);
	if (flags & O_WRONLY)
		refusing = strstr(name, "refuses/") ? fd : -1;
	return fd;
}

ssize_t
write(int fd, const void *data, size_t size)
{
	if (fd == refusing && (size != 1 || *(const char *)data != '0')) {
		errno = EINVAL;
		return -1;
	}
	return syscall(SYS_write, fd, data, size);
}

/* Make a file of tracefs, or any other, with its folders. */
unused static void
put(int dir, const char *name, const char *text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s", name);
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdirat(dir, path, 0755);
		*p = '/';
	}
	refusing = -1;
	fd = (int)syscall(
	    SYS_openat, dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		tap_ok(0, "%s: %s", name, strerror(errno));
	close(fd);
}

/* What a file says now. */
unused static const char *
says(int dir, const char *name)
{
	static char text[1024];

	if (file_read(dir, name, text, sizeof text) < 0)
		return "(none)";
	return text;
}

#define is_says(name, want, ...) tap_is_str(says(top, name), want, __VA_ARGS__)

/* ---- who else is there ---- */

/* A process that waits to be killed. */
unused static int
live(void)
{
	int pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

unused static void
die(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The file was written so long ago. */
unused static void
age(const char *path, int seconds)
{
	struct timespec t[2];

	clock_gettime(CLOCK_REALTIME, t);
	t->tv_sec -= seconds;
	t[1] = *t;
	utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW);
}

/* ---- a world of our own ---- */

static bool
put_map(const char *file, int id)
{
	char text[64];
	int fd = open(file, O_WRONLY), n;

	n = snprintf(text, sizeof text, id < 0 ? "deny" : "0 %d 1", id);
	n = fd >= 0 && write(fd, text, (size_t)n) == n;
	close(fd);
	return n;
}

static bool
enter(void)
{
	int uid = (int)getuid(), gid = (int)getgid();

	/* Who is not root can mount a /proc only of a pid namespace. */
	if (unshare(CLONE_NEWNS |
		(uid ? CLONE_NEWPID | CLONE_NEWUSER : 0)) != 0)
		return false;
	if (uid &&
	    (!put_map("/proc/self/uid_map", uid) ||
		!put_map("/proc/self/setgroups", -1) ||
		!put_map("/proc/self/gid_map", gid)))
		return false;
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", "/tmp", "tmpfs", 0, NULL) == 0 &&
	    mount("none", "/var/tmp", "tmpfs", 0, NULL) == 0;
}

/* Run the tests there, and end as they do. */
static _Noreturn void
in_own_world(int (*tests)(void))
{
	int pid, status = 1;

	if (!enter()) {
		tap_ok(1, "# SKIP no namespaces: %s", strerror(errno));
		status = tap_done();
		fflush(stdout);
		_exit(status);
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (mount("none", "/proc", "proc", 0, NULL) != 0) {
			tap_ok(1, "# SKIP no /proc: %s", strerror(errno));
			exit(tap_done());
		}
		proc = open("/proc", O_RDONLY | O_DIRECTORY);
		mkdir("/tmp/top", 0755);
		top = open("/tmp/top", O_RDONLY | O_DIRECTORY);
		snprintf(boot, sizeof boot, "%s",
		    says(AT_FDCWD, "/proc/sys/kernel/random/boot_id"));
		boot[strcspn(boot, "\n")] = '\0';
		instance_name(&in, top, "execsnoop", &error);
		exit(tests());
	}
	waitpid(pid, &status, 0);
	/* What sanitizers do at exit needs a child, and here none can be. */
	_exit(status != 0);
}

#endif
