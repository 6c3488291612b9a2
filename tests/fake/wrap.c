/* The calls that the tools make, with the fake behind them: the linker gives
 * them __wrap_NAME for NAME (ld(1), --wrap; see Makefile). */
#include "base/error.h"
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDLE_POLLS 4   /* nothing comes any more: end the tool */
#define VAIN_POLLS 200 /* and nothing came: it burns the CPU */

int __real_openat(int, const char *, int, ...);
int __real_open(const char *, int, ...);
int __real_stat(const char *, struct stat *);
int __real_unlink(const char *);
ssize_t __real_read(int, void *, size_t);
ssize_t __real_write(int, const void *, size_t);
int __real_mkdirat(int, const char *, mode_t);
int __real_unlinkat(int, const char *, int);
pid_t __real_fork(void);
int __real_execv(const char *, char *const *);
int __real_uname(struct utsname *);
int __real_ppoll(
    struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

static int told[2] = { -1, -1 }; /* children tell of their execs */

/* The path of a descriptor, or of name relative to it, below the root; NULL
 * when it is somewhere else. */
static const char *
below(int fd, const char *name)
{
	static char path[2 * PATH_MAX];
	char link[64];
	size_t root = strlen(fake_root);
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = *fake_root ? readlink(link, path, PATH_MAX - 1) : -1;
	if (n < 0)
		return NULL;
	path[n] = '\0';
	if (name)
		snprintf(path + n, sizeof path - (size_t)n, "/%s", name);
	if (strncmp(path, fake_root, root) != 0 || path[root] != '/')
		return NULL;
	return path + root + 1;
}

/* What happened since: execs of children, and the recording. */
static bool
advance(void)
{
	static char bytes[FAKE_TEXT];
	char *argv[256], *p;
	bool over = world_advance();
	ssize_t n = told[0] < 0 ? 0 :
				  __real_read(told[0], bytes, sizeof bytes - 1);

	for (p = bytes; n > 0 && p < bytes + n; p++) {
		int pid = (int)strtol(p, &p, 10), argc = 0;
		const char *path = ++p;

		for (p += strlen(p) + 1; *p && argc < 255; p += strlen(p) + 1)
			argv[argc++] = p;
		argv[argc] = NULL;
		happen_exec(pid, path, argv);
	}
	return over;
}

static void
prepare(void)
{
	const char *root = getenv("FAKE_TRACEFS");
	char kernel[64];
	int major, minor;

	if (fake_version)
		return;
	if (!realpath(root ? root : "", fake_root) ||
	    !fake_get(kernel, sizeof kernel, "../kernel") ||
	    sscanf(kernel, "%d.%d", &major, &minor) != 2 ||
	    pipe2(told, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	fake_version = major * 100 + minor;
}

int
__wrap_tracefs_open(struct error *error)
{
	(void)error;
	prepare();
	return __real_open(fake_root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
__wrap_openat(int dir, const char *name, int flags, mode_t mode)
{
	int fd = __real_openat(dir, name, flags, mode);
	const char *path = fd < 0 ? NULL : below(fd, NULL);

	if (!path)
		return fd;
	if ((flags & O_ACCMODE) == O_RDONLY) {
		/* An instance that was there before. */
		if (!*fake_buffer && strncmp(path, "instances/", 10) == 0 &&
		    strstr(path, "/trace_pipe_raw"))
			snprintf(fake_buffer, sizeof fake_buffer, "%.*s",
			    (int)(strstr(path, "per_cpu") - path), path);
		advance();
		fake_refresh(path);
	} else if (flags & O_TRUNC)
		pages_clear();
	return fd;
}

/* The lock file of perf-tools is that of the folder: DIR/var/tmp/... */
static const char *
elsewhere(const char *name)
{
	static char path[2 * PATH_MAX];

	if (!fake_version || !strstr(name, "/.ftrace-lock"))
		return name;
	snprintf(path, sizeof path, "%s/..%s", fake_root, name);
	return path;
}

int
__wrap_open(const char *name, int flags, mode_t mode)
{
	return __real_open(elsewhere(name), flags, mode);
}

int
__wrap_stat(const char *name, struct stat *st)
{
	return __real_stat(elsewhere(name), st);
}

int
__wrap_unlink(const char *name)
{
	return __real_unlink(elsewhere(name));
}

/* The CPU whose trace_pipe_raw that is, or -1. */
static int
cpu_of(int fd)
{
	const char *path = below(fd, NULL);

	if (!path || !strstr(path, "/trace_pipe_raw"))
		return -1;
	return (int)strtol(strstr(path, "per_cpu/cpu") + 11, NULL, 10);
}

ssize_t
__wrap_read(int fd, void *to, size_t size)
{
	int cpu = cpu_of(fd);

	if (cpu < 0)
		return __real_read(fd, to, size);
	if (cpu >= FAKE_CPUS) {
		errno = ENODEV; /* 5.x; before: nothing to read */
		return fake_version < 500 ? 0 : -1;
	}
	if (fake_version >= 309 && !pages_waiting(cpu))
		abort(); /* a read in vain may lose events, lib/reader.c */
	advance();
	return pages_read(cpu, to, size);
}

ssize_t
__wrap_write(int fd, const void *data, size_t size)
{
	const char *path = below(fd, NULL);
	static char text[FAKE_TEXT];

	if (!path)
		return __real_write(fd, data, size);
	snprintf(text, sizeof text, "%.*s", (int)size, (const char *)data);
	errno = fake_write(path, text);
	return errno ? -1 : (ssize_t)size;
}

int
__wrap_mkdirat(int dir, const char *name, mode_t mode)
{
	const char *path = below(dir, name);

	return path ? fake_mkdir(path) : __real_mkdirat(dir, name, mode);
}

int
__wrap_unlinkat(int dir, const char *name, int flags)
{
	const char *path = below(dir, name);

	return path ? fake_rmdir(path) : __real_unlinkat(dir, name, flags);
}

pid_t
__wrap_fork(void)
{
	pid_t pid = __real_fork();

	if (pid > 0 && fake_version)
		happen_fork((int)getpid(), (int)pid);
	return pid;
}

int
__wrap_execv(const char *path, char *const *argv)
{
	char text[PIPE_BUF];
	int n = snprintf(text, sizeof text, "%d %s", (int)getpid(), path) + 1;

	for (int i = 0; argv[i] && n < PIPE_BUF; i++)
		n += snprintf(
			 text + n, sizeof text - (size_t)n, "%s", argv[i]) +
		    1;
	if (told[1] >= 0 && n < PIPE_BUF && access(path, X_OK) == 0) {
		text[n++] = '\0';
		if (__real_write(told[1], text, (size_t)n) != n)
			_exit(127);
	}
	return __real_execv(path, argv);
}

pid_t
__wrap_waitpid(pid_t pid, int *status, int options)
{
	int s = 0;
	pid_t ended = __real_waitpid(pid, &s, options);

	if (ended > 0 && status)
		*status = s;
	if (ended > 0 && fake_version) {
		advance();
		happen_exit((int)ended, s);
	}
	return ended;
}

int
__wrap_uname(struct utsname *u)
{
	char kernel[64] = "";
	int r = __real_uname(u);

	prepare();
	fake_get(kernel, sizeof kernel, "../kernel");
	if (*kernel) {
		kernel[strcspn(kernel, "-\n")] = '\0';
		snprintf(u->release, sizeof u->release, "%s.0-fake", kernel);
		snprintf(u->machine, sizeof u->machine, "%s",
		    fake_arm() ? "aarch64" : "x86_64");
	}
	return r;
}

/* A poll that does not wait. */
static int
look(struct pollfd *fds, nfds_t n)
{
	static const struct timespec none;
	int ready = 0;

	advance();
	for (nfds_t i = 0; i < n; i++) {
		int cpu = fds[i].fd < 0 ? -1 : cpu_of(fds[i].fd);

		fds[i].revents = 0;
		if (fds[i].fd >= 0 && cpu < 0) /* inotify */
			__real_ppoll(&fds[i], 1, &none, NULL);
		else if (cpu >= FAKE_CPUS && fake_version >= 309)
			fds[i].revents = POLLERR;
		else if (cpu >= 0 && (fake_version < 309 || pages_waiting(cpu)))
			fds[i].revents = POLLIN;
		ready += fds[i].revents != 0;
	}
	return ready;
}

/*
 * The tool lets signals in only when it traces in earnest: then the recording
 * begins.  When all of it was read, the tool is told to end.  Plain files are
 * always ready, as trace_pipe_raw is before 3.9, which has no poll of its own.
 */
int
__wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *t,
    const sigset_t *mask)
{
	static const struct timespec step = { 0, 20000000 };
	static bool playing;
	static int idle, vain;
	bool ours = !fds || below(fds[0].fd < 0 ? ~fds[0].fd : fds[0].fd, NULL);
	bool over;

	if (!fake_version || !ours)
		return __real_ppoll(fds, n, t, mask);
	if (fds && t && !mask && t->tv_sec == 0 && t->tv_nsec == 0)
		return look(fds, n);
	if (mask && !playing)
		world_begin();
	playing |= mask != NULL;
	over = advance();
	if (over && !pages_waiting(0) && !pages_waiting(1) &&
	    !getenv("FAKE_STAY") && ++idle > IDLE_POLLS)
		kill(getpid(), SIGINT);
	if (fds && fake_version >= 309 && !pages_waiting(0) &&
	    !pages_waiting(1))
		return __real_ppoll(NULL, 0, t ? t : &step, mask);
	if (fds && n && !pages_waiting(0) && !pages_waiting(1) &&
	    ++vain > VAIN_POLLS)
		abort();
	return fds ? look(fds, n) : __real_ppoll(fds, n, t, mask);
}
