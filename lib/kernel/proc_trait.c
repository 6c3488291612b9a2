/* The traits of one task.  Its directory in /proc shows no successor of it. */
#include "kernel/proc_trait.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "kernel/proc.h"
#include "kernel/proc_user.h"
#include "kernel/remote.h"
#include "kernel/start_time.h"

#define BIT(which) (1u << (which))
#define IN_STAT	   (BIT(TRAIT_TTY) | BIT(TRAIT_SID))
#define NUMBER	   24 /* bytes of text */

/* Fields of /proc/PID/stat, as in proc(5). */
enum { STAT_SID = 6, STAT_TTY = 7, STAT_START = 22, STAT_CODE = 26 };

static char texts[TRAIT_HOME][PATH_MAX];

/*
 * The path of a link that was read; d_path(), fs/d_path.c.  What was deleted
 * has no path, and a name that ends so looks the same.
 */
static const char *
path_of(char *text, long n)
{
	static const char deleted[] = " (deleted)";
	long end = (long)strlen(deleted);

	if (n <= 0 || n >= PATH_MAX - 1 || *text != '/')
		return NULL;
	text[n] = '\0';
	return n > end && strcmp(text + n - end, deleted) == 0 ? NULL : text;
}

static long
read_exe(struct helper_job *j)
{
	char path[PROC_PATH];

	proc_path(path, sizeof path, j->pid, "exe");
	return readlink(path, j->bytes, PATH_MAX - 1);
}

static const char *
get_exe(int tid)
{
	struct helper_job *j = remote_job(tid);
	long n = j ? remote_do(j, read_exe) : -1;

	if (n <= 0)
		return NULL;
	memcpy(texts[TRAIT_EXE], j->bytes, (size_t)n);
	return path_of(texts[TRAIT_EXE], n);
}

void
proc_tty_name(char *name, size_t size, unsigned long number)
{
	/* new_encode_dev(), linux/kdev_t.h */
	unsigned long major = number >> 8 & 0xfff;
	unsigned long minor = (number & 0xff) | (number >> 12 & 0xfff00);

	if (!number)
		snprintf(name, size, "-");
	else if (major == 136) /* UNIX98_PTY_SLAVE_MAJOR, linux/major.h */
		snprintf(name, size, "pts/%lu", minor);
	else if (major == 4 && minor < 64)
		snprintf(name, size, "tty%lu", minor);
	else if (major == 4)
		snprintf(name, size, "ttyS%lu", minor - 64);
	else
		snprintf(name, size, "%lu:%lu", major, minor);
}

/* The fields after the name, which may hold anything. */
static int
get_fields(int dir, unsigned long long *field)
{
	char text[1024], *p;
	ssize_t n = file_read(dir, "stat", text, sizeof text);

	p = n > 0 ? strrchr(text, ')') : NULL;
	if (!p || strlen(p) < 4)
		return -1;
	p += 4; /* and the state */
	for (int i = 4; i <= STAT_CODE; i++)
		field[i] = number_parse(p, &p);
	return 0;
}

/* Session and terminal; the program only if that is complete: a new memory has
 * no code until it is (load_elf_binary(), fs/binfmt_elf.c). */
static int
take_stat(int dir, uint64_t start, unsigned set, const char **text)
{
	unsigned long long field[STAT_CODE + 1];

	if (get_fields(dir, field) != 0 ||
	    !proc_same_start(proc_start_ns(field[STAT_START]), start))
		return -1;
	if (!field[STAT_CODE])
		text[TRAIT_EXE] = NULL;
	if (!(set & IN_STAT))
		return 0;
	snprintf(texts[TRAIT_SID], NUMBER, "%d", (int)field[STAT_SID]);
	proc_tty_name(texts[TRAIT_TTY], NUMBER, (unsigned)field[STAT_TTY]);
	text[TRAIT_SID] = texts[TRAIT_SID];
	text[TRAIT_TTY] = texts[TRAIT_TTY];
	return 0;
}

int
proc_traits(int tid, uint64_t start, unsigned set, const char **text)
{
	char *cwd = texts[TRAIT_CWD], *login = texts[TRAIT_LOGIN];
	int dir, r;

	memset(text, 0, TRAITS * sizeof *text);
	dir = proc_open(tid, ".", O_PATH | O_DIRECTORY);
	if (dir < 0)
		return -1;
	if (set & BIT(TRAIT_CWD))
		text[TRAIT_CWD] = path_of(
		    cwd, readlinkat(dir, "cwd", cwd, PATH_MAX - 1));
	if (set & BIT(TRAIT_EXE))
		text[TRAIT_EXE] = get_exe(tid);
	if ((set & BIT(TRAIT_LOGIN)) &&
	    file_read(dir, "loginuid", login, NUMBER) > 0)
		text[TRAIT_LOGIN] = login;
	if ((set & BIT(TRAIT_HOME)))
		text[TRAIT_HOME] = proc_is_home(tid) ? "y" : "n";
	r = take_stat(dir, start, set, text);
	close(dir);
	return r;
}
