#include "loader.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf.h"

#define NAMESPACES_MAX 64

/* glibc's and musl's names on the architectures with a stack walk. */
static const char *const known[] = {
	"/lib64/ld-linux-x86-64.so.2",
	"/lib/ld-musl-x86_64.so.1",
	"/lib/ld-linux-aarch64.so.1",
	"/lib/ld-musl-aarch64.so.1",
	"/lib/ld-linux.so.2",
	"/lib/ld-musl-i386.so.1",
	"/lib/ld-linux-armhf.so.3",
	"/lib/ld-linux.so.3",
	"/lib64/ld64.so.2",
	"/lib/ld64.so.1",
	"/lib/ld-linux-riscv64-lp64d.so.1",
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct search {
	struct loader *found;
	int count, max;
	bool library;
};

/* The C library beside a loader: libc.so.6 in its real directory (glibc), or
 * the loader itself (musl). */
static int
library_function(const char *loader, char *path, uint64_t *offset)
{
	char real[PATH_MAX], *slash;
	int fd, r = -1;

	if (!realpath(loader, real) || !(slash = strrchr(real, '/')))
		return -1;
	snprintf(
	    path, LOADER_PATH, "%.*s/libc.so.6", (int)(slash - real), real);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		memcpy(path, loader, strlen(loader) + 1);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd >= 0) {
		r = elf_function(fd, "execve", offset);
		close(fd);
	}
	return r;
}

static bool
is_new(const struct search *s, const struct stat *st)
{
	for (int i = 0; i < s->count; i++)
		if (s->found[i].dev == st->st_dev &&
		    s->found[i].ino == st->st_ino)
			return false;
	return true;
}

static void
try_path(struct search *s, const char *path)
{
	struct loader *l = &s->found[s->count];
	struct stat st;
	int fd, r;

	if (s->count == s->max)
		return;
	if (strlen(path) >= sizeof l->path)
		return;
	memcpy(l->path, path, strlen(path) + 1);
	if (s->library && library_function(path, l->path, &l->offset) != 0)
		return;
	fd = open(l->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	r = fstat(fd, &st);
	if (r == 0 && is_new(s, &st) &&
	    (s->library || elf_entry(fd, &l->offset) == 0)) {
		l->dev = st.st_dev;
		l->ino = st.st_ino;
		s->count++;
	}
	close(fd);
}

/* The namespace of one process: root is "" or /proc/PID/root. */
static void
search_root(struct search *s, int pid, const char *root)
{
	char path[PATH_MAX + 64], interp[PATH_MAX];
	int fd;

	for (size_t i = 0; i < COUNT(known); i++) {
		snprintf(path, sizeof path, "%s%s", root, known[i]);
		try_path(s, path);
	}
	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (elf_interpreter(fd, interp, sizeof interp) == 0) {
		snprintf(path, sizeof path, "%s%s", root, interp);
		try_path(s, path);
	}
	close(fd);
}

/* A mount namespace not seen before? */
static bool
enter(ino_t *seen, int *count, const char *pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%.20s/ns/mnt", pid);
	if (*count == NAMESPACES_MAX || stat(path, &st) != 0)
		return false;
	for (int i = 0; i < *count; i++)
		if (seen[i] == st.st_ino)
			return false;
	seen[(*count)++] = st.st_ino;
	return true;
}

int
loader_find(struct loader *found, int max, bool library)
{
	struct search s = { .found = found, .max = max, .library = library };
	ino_t seen[NAMESPACES_MAX];
	int namespaces = 0;
	struct dirent *d;
	char root[64];
	DIR *dir;

	enter(seen, &namespaces, "self");
	search_root(&s, (int)getpid(), "");
	search_root(&s, 1, "");
	dir = opendir("/proc");
	while (dir && s.count < max && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]) ||
		    !enter(seen, &namespaces, d->d_name))
			continue;
		snprintf(root, sizeof root, "/proc/%.20s/root", d->d_name);
		search_root(&s, (int)strtol(d->d_name, NULL, 10), root);
	}
	if (dir)
		closedir(dir);
	return s.count;
}

int
loader_of(struct loader *l, int fd, const char *path, const char *root,
    bool *is_static)
{
	char interp[PATH_MAX], where[PATH_MAX + 64];
	struct search s = { .found = l, .max = 1 };
	struct stat st;

	*is_static = elf_interpreter(fd, interp, sizeof interp) != 0;
	if (!*is_static) {
		snprintf(where, sizeof where, "%s%s", root, interp);
		try_path(&s, where);
		errno = ENOENT;
		return s.count ? 0 : -1;
	}
	if (elf_entry(fd, &l->offset) != 0 || fstat(fd, &st) != 0)
		return -1;
	if (strlen(path) >= sizeof l->path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(l->path, path, strlen(path) + 1);
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return 0;
}
