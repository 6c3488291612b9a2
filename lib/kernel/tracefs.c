/* Where tracefs is mounted, or can be for a moment. */
#include "kernel/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scan.h"

/* Copy a mount point out of /proc/mounts: \ooo are octal escapes.  Returns 0,
 * or -1 when there is no room. */
static int
unescape(char *out, size_t size, const char *s, size_t len)
{
	size_t o = 0;

	for (size_t i = 0; i < len; i++) {
		if (o == size - 1)
			return -1;
		if (s[i] == '\\' && i + 3 < len &&
		    strspn(s + i + 1, "01234567") >= 3) {
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

/* Why there is no tracing directory, by errno. */
static int
open_error(struct error *error, const char *where)
{
	char list[4096] = "";
	bool tracefs;
	int e = errno;

	if (geteuid() != 0 && (e == EACCES || e == EPERM))
		return error_set(error, "tracefs: need root (try sudo)");
	tracefs = file_read(AT_FDCWD, "/proc/filesystems", list, sizeof list) <=
		0 ||
	    strstr(list, "\ttracefs\n");
	if (!tracefs && !strstr(list, "\tdebugfs\n"))
		return error_set(error,
		    "tracefs: this kernel has no tracing "
		    "(built without CONFIG_TRACING)");
	errno = e;
	return error_set(error, "tracefs: %s: %m (try: mount -t %s)", where,
	    tracefs ? "tracefs nodev /sys/kernel/tracing" :
		      "debugfs nodev /sys/kernel/debug");
}

int
tracefs_open(struct error *error)
{
	struct buf mounts = { 0 };
	char path[PATH_MAX] = "/sys/kernel/tracing";
	int dir = -1;

	if (file_read_all(AT_FDCWD, "/proc/self/mounts", &mounts) != 0) {
		buf_free(&mounts);
		return error_set(
		    error, "/proc/self/mounts: %m (is /proc mounted?)");
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
		return open_error(error, path);
	return dir;
}
