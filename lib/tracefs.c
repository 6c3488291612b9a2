#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "find.h"
#include "fmt.h"

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
	fmt_vprint(path, sizeof path, name, ap);
	va_end(ap);
	return file_write(dir, path, text);
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
	fmt_print(self, sizeof self, "/proc/self/fd/%d", fd);
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    fstatfs(fd, &fs) == 0 && fs.f_type != FUSE_SUPER_MAGIC)
		/* Nor does it wait for who has a lease on it, fcntl(2). */
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
	fmt_print(whole, sizeof whole, "%s%s", root, path);
	return file_open_regular(whole);
}

bool
file_exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0;
}

/* Copy a mount point out of /proc/mounts: \ooo are octal escapes.  Returns 0,
 * or -1 when there is no room. */
static int
unescape(char *out, size_t size, const char *s, size_t len)
{
	size_t o = 0;

	for (size_t i = 0; i < len; i++) {
		if (o == size - 1)
			return -1;
		if (s[i] == '\\' && i + 3 < len) {
			out[o++] = (char)((s[i + 1] - '0') << 6 |
			    (s[i + 2] - '0') << 3 | (s[i + 3] - '0'));
			i += 3;
		} else {
			out[o++] = s[i];
		}
	}
	out[o] = '\0';
	return 0;
}

/* The mount point of the first file system of that type. */
static int
mount_point(const char *mounts, const char *type, char *path, size_t size)
{
	size_t want = strlen(type);

	for (const char *l = mounts; *l; l = find_line(l)) {
		const char *point = l + strcspn(l, " \n");
		const char *kind;

		if (*point != ' ')
			continue;
		point++;
		kind = point + strcspn(point, " \n");
		if (*kind != ' ')
			continue;
		if (strncmp(kind + 1, type, want) == 0 &&
		    kind[1 + want] == ' ') {
			return unescape(
			    path, size, point, (size_t)(kind - point));
		}
	}
	return -1;
}

int
tracefs_find(const char *mounts, char *path, size_t size)
{
	if (mount_point(mounts, "tracefs", path, size) == 0)
		return 0;
	if (mount_point(mounts, "debugfs", path, size) != 0)
		return -1;
	if (strlen(path) + sizeof "/tracing" > size)
		return -1;
	memcpy(path + strlen(path), "/tracing", sizeof "/tracing");
	return 0;
}

static int
open_dir(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Mount, open, detach: the mount lives as long as the descriptor. */
static int
open_private(const char *type, const char *point, const char *sub)
{
	int dir, e;

	if (mount(type, point, type, 0, NULL) != 0)
		return -1;
	dir = open_dir(sub);
	e = errno;
	umount2(point, MNT_DETACH);
	errno = e;
	return dir;
}

/* Say why there is no tracing directory, from what the attempt left. */
static int
explain(char *why, const char *where, int e)
{
	char list[4096];

	if (geteuid() != 0 && (e == EACCES || e == EPERM))
		why_set(why, "tracefs: need root (try sudo)");
	else if (file_read(AT_FDCWD, "/proc/filesystems", list, sizeof list) >
		0 &&
	    !find_text(list, "\ttracefs\n") && !find_text(list, "\tdebugfs\n"))
		why_set(why,
		    "tracefs: this kernel has no tracing "
		    "(built without CONFIG_TRACING)");
	else
		why_set(why,
		    "tracefs: %s: %s (try: mount -t "
		    "tracefs nodev /sys/kernel/tracing)",
		    where, strerror(e));
	return -1;
}

int
tracefs_open(char *why)
{
	struct buf mounts = { 0 };
	char path[PATH_MAX] = "/sys/kernel/tracing";
	int dir = -1;

	if (file_read_all(AT_FDCWD, "/proc/self/mounts", &mounts) != 0) {
		buf_free(&mounts);
		return why_set(
		    why, "/proc/self/mounts: %m (is /proc mounted?)");
	}
	if (tracefs_find(mounts.data, path, sizeof path) == 0)
		dir = open_dir(path);
	else if (geteuid() != 0)
		errno = EPERM;
	else
		dir = open_private("tracefs", path, path);
	if (dir >= 0 && !file_exists(dir, "trace")) {
		close(dir); /* another tool's, for a moment: see above */
		dir = open_private("tracefs", path, path);
	}
	if (dir < 0 && errno != EPERM && errno != EACCES)
		dir = open_private("debugfs", "/sys/kernel/debug",
		    "/sys/kernel/debug/tracing");
	buf_free(&mounts);
	if (dir < 0)
		return explain(why, path, errno);
	return dir;
}
