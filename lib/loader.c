#include "loader.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf.h"
#include "fmt.h"
#include "machines.h"
#include "number.h"
#include "tracefs.h"

#define NAMESPACES_MAX 64

/* glibc's and musl's names on the architectures with a stack walk. */
static const char *const known[] = {
#if ON_X86
	"/lib64/ld-linux-x86-64.so.2",
	"/lib/ld-musl-x86_64.so.1",
	"/lib/ld-linux.so.2",
	"/lib/ld-musl-i386.so.1",
#endif
#if ON_ARM64
	"/lib/ld-linux-aarch64.so.1",
	"/lib/ld-musl-aarch64.so.1",
	"/lib/ld-linux-armhf.so.3",
	"/lib/ld-linux.so.3",
#endif
#if ON_PPC64 || ON_S390X
	"/lib64/ld64.so.2",
	"/lib/ld64.so.1",
#endif
#if ON_RISCV
	"/lib/ld-linux-riscv64-lp64d.so.1",
#endif
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct search {
	struct loader *found;
	int count, max;
	bool library;
	bool own; /* root is our own */
};

/* As realpath(3), by the kernel's hand. */
static int
real_path(const char *path, char *real, size_t size)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	char self[40];
	ssize_t n;

	if (fd < 0)
		return -1;
	fmt_print(self, sizeof self, "/proc/self/fd/%d", fd);
	n = readlink(self, real, size);
	close(fd);
	if (n < 0 || (size_t)n == size)
		return -1;
	real[n] = '\0';
	return 0;
}

/* The C library beside a loader: libc.so.6 in its real directory (glibc), or
 * the loader itself (musl). */
static int
open_library(const char *loader)
{
	char real[PATH_MAX], path[PATH_MAX + 16], *slash;
	int fd;

	if (real_path(loader, real, sizeof real) != 0 ||
	    !(slash = strrchr(real, '/')))
		return -1;
	fmt_print(
	    path, sizeof path, "%.*s/libc.so.6", (int)(slash - real), real);
	fd = file_open_regular(path);
	return fd >= 0 ? fd : file_open_regular(real);
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

/* Keep the file open at fd (taken over) if it is new and can be probed. */
static void
try_file(struct search *s, int fd, const char *path)
{
	struct loader *l = &s->found[s->count];
	struct stat st;

	if (fd < 0)
		return;
	if (s->count == s->max || fstat(fd, &st) != 0 || !is_new(s, &st) ||
	    (s->library ? elf_function(fd, "execve", &l->offset) :
			  elf_entry(fd, &l->offset)) != 0) {
		close(fd);
		return;
	}
	fmt_print(l->path, sizeof l->path, "%.*s", LOADER_PATH - 1, path);
	l->fd = fd;
	l->own = s->own;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	s->count++;
}

static void
try_path(struct search *s, const char *root, const char *name)
{
	char path[2 * PATH_MAX];

	fmt_print(path, sizeof path, "%s%s", root, name);
	try_file(s,
	    s->library ? open_library(path) : file_open_below(root, name),
	    path);
}

/* The namespace of one process: root is "" or /proc/PID/root. */
static void
search_root(struct search *s, int pid, const char *root)
{
	char path[64], interp[PATH_MAX];
	int fd;

	for (size_t i = 0; i < COUNT(known); i++)
		try_path(s, root, known[i]);
	fmt_print(path, sizeof path, "/proc/%d/exe", pid);
	fd = file_open_regular(path);
	if (fd < 0)
		return;
	if (elf_interpreter(fd, interp, sizeof interp) == 0)
		try_path(s, root, interp);
	close(fd);
}

/* A mount namespace not seen before? */
static bool
enter(ino_t *seen, int *count, const char *pid)
{
	char path[64];
	struct stat st;

	fmt_print(path, sizeof path, "/proc/%.20s/ns/mnt", pid);
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

	s.own = true;
	enter(seen, &namespaces, "self");
	search_root(&s, (int)getpid(), "");
	search_root(&s, 1, "");
	s.own = false;
	dir = library ? NULL : opendir("/proc");
	while (dir && s.count < max && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]) ||
		    !enter(seen, &namespaces, d->d_name))
			continue;
		fmt_print(root, sizeof root, "/proc/%.20s/root", d->d_name);
		search_root(&s, number_int(d->d_name), root);
	}
	if (dir)
		closedir(dir);
	return s.count;
}

int
loader_of(struct loader *l, int fd, const char *path, const char *root,
    bool *is_static)
{
	char interp[PATH_MAX];
	struct search s = { .found = l, .max = 1 };

	*is_static = elf_interpreter(fd, interp, sizeof interp) != 0;
	if (*is_static) {
		try_file(&s, fd, path);
	} else {
		close(fd);
		try_path(&s, root, interp);
	}
	return s.count ? 0 : -1;
}
