/* Files of the kernel and of other users, relative to a directory. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define SYS_OPENAT2	 437	    /* on every architecture */
#define RESOLVE_IN_ROOT	 0x10	    /* linux/openat2.h */
#define FUSE_SUPER_MAGIC 0x65735546 /* linux/magic.h */

void
file_close(int fd)
{
	int e = errno;

	close(fd);
	errno = e;
}

DIR *
dir_open(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		file_close(fd);
	return dir;
}

ssize_t
file_read(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	file_close(fd);
	buf[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

ssize_t
file_read_line(int dir, const char *name, char *buf, size_t size)
{
	if (file_read(dir, name, buf, size) < 0)
		return -1;
	buf[strcspn(buf, "\n")] = '\0';
	return (ssize_t)strlen(buf);
}

int
file_read_all(int dir, const char *name, struct buf *b)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	char *p;

	if (fd < 0)
		return -1;
	while ((p = buf_room(b, 4096)) && (n = read(fd, p, 4095)) > 0)
		b->len += (size_t)n;
	if (!p)
		errno = ENOMEM;
	file_close(fd);
	if (n < 0)
		return -1;
	b->data[b->len] = '\0';
	return 0;
}

int
file_write(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	file_close(fd);
	return n < 0 ? -1 : 0;
}

int
file_writef(int dir, const char *text, const char *name, ...)
{
	char path[PATH_MAX];
	va_list ap;

	va_start(ap, name);
	vsnprintf(path, sizeof path, name, ap);
	va_end(ap);
	return file_write(dir, path, text);
}

void
file_empty(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

/* Open for reading what fd (taken over, O_PATH) stands for. */
static int
reopen_regular(int fd)
{
	struct statfs fs;
	struct stat st;
	char self[40];
	int r = -1;

	if (fd < 0)
		return -1;
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    fstatfs(fd, &fs) == 0 && fs.f_type != FUSE_SUPER_MAGIC)
		/* Nor does it wait for a process that has a lease on it,
		 * fcntl(2). */
		r = open(self, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	file_close(fd);
	return r;
}

int
file_open_regular(const char *path)
{
	/* Before 2.6.39 there is no O_PATH, and a FIFO would wait. */
	return reopen_regular(open(path, O_PATH | O_NONBLOCK | O_CLOEXEC));
}

int
file_open_below(const char *root, const char *path)
{
	/* struct open_how, linux/openat2.h */
	struct {
		uint64_t flags, mode, resolve;
	} how = { O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT };
	char whole[PATH_MAX];
	int dir, fd;

	if (!*root)
		return file_open_regular(path);
	dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	fd = (int)syscall(SYS_OPENAT2, dir, path, &how, sizeof how);
	close(dir);
	if (fd >= 0 || errno != ENOSYS)
		return reopen_regular(fd);
	snprintf(whole, sizeof whole, "%s%s", root, path);
	return file_open_regular(whole);
}

bool
file_exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0;
}

void
file_random(void *bytes, size_t size)
{
	struct timespec t;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, bytes, size) != (ssize_t)size) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		for (size_t i = 0; i < size; i++)
			((char *)bytes)[i] = (char)(t.tv_nsec >> i % 4 * 8);
	}
	if (fd >= 0)
		close(fd);
}
