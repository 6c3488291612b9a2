/* One process in /proc, and what our own namespaces are there. */
#include "kernel/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/error.h"
#include "base/number.h"

/* Fields of /proc/PID/stat after the comm, counted as in proc(5). */
#define STAT_PPID    4
#define STAT_PGRP    5
#define STAT_FLAGS   9
#define STAT_THREADS 20
#define STAT_START   22

/* include/linux/sched.h */
#define PF_EXITING   4 /* in do_exit */
#define PF_KTHREAD   0x00200000

#define PROC_MAGIC   0x9fa0 /* PROC_SUPER_MAGIC, linux/magic.h */
#define KTHREADD     2	    /* its PID: rest_init(), init/main.c */
#define DIR_MAX	     200

static char root[DIR_MAX] = "/proc";

const char *
proc_root(void)
{
	return root;
}

void
proc_path(char *path, size_t size, int pid, const char *name)
{
	if (pid == PROC_SELF)
		snprintf(path, size, "%s/self/%s", root, name);
	else
		snprintf(path, size, "%s/%d/%s", root, pid, name);
}

ssize_t
proc_read(int pid, const char *name, char *text, size_t size)
{
	char path[PROC_PATH];

	proc_path(path, sizeof path, pid, name);
	return file_read(AT_FDCWD, path, text, size);
}

ssize_t
proc_link(int pid, const char *name, char *link, size_t size)
{
	char path[PROC_PATH];
	ssize_t n;

	proc_path(path, sizeof path, pid, name);
	n = readlink(path, link, size - 1);
	link[n > 0 ? n : 0] = '\0';
	return n;
}

int
proc_open(int pid, const char *name, int flags)
{
	char path[PROC_PATH];

	proc_path(path, sizeof path, pid, name);
	return open(path, flags | O_CLOEXEC);
}

int
proc_self(void)
{
	char path[PROC_PATH], link[32] = "";

	snprintf(path, sizeof path, "%s/self", root);
	if (readlink(path, link, sizeof link - 1) < 0)
		return 0;
	return (int)number_parse(link, NULL);
}

/*
 * Kernel threads are in the first pid namespace only.  Where they are hidden
 * (hidepid): a process of the first namespace is in no other one's /proc.
 */
bool
proc_has_kernel_pids(void)
{
	struct proc_stat s;

	if (proc_self() <= 0)
		return false;
	return (proc_stat_read(&s, KTHREADD) == 0 && s.kernel) ||
	    proc_namespace("pid") == PROC_FIRST_PIDS;
}

/* The numbers of this process, from its /proc's namespace down to ours, are
 * one (proc_pid_status(), fs/proc/array.c; since Linux 4.1). */
bool
proc_has_our_pids(void)
{
	char text[4096], *p, *end;

	if (proc_read(PROC_SELF, "status", text, sizeof text) < 0)
		return false;
	p = strstr(text, "\nNSpid:\t");
	if (!p)
		return proc_is_first();
	return number_parse(p + strlen("\nNSpid:\t"), &end) == getpid() &&
	    *end == '\n';
}

bool
proc_is_first(void)
{
	unsigned ns = proc_namespace("pid");

	if (ns)
		return ns == PROC_FIRST_PIDS;
	/* Before 3.8 there is no number of it. */
	return proc_has_kernel_pids() && proc_self() == getpid();
}

/* With its first process, the namespace gets a name to be read:
 * pidns_for_children_get(), kernel/pid_namespace.c. */
bool
proc_forks_once(void)
{
	char path[PROC_PATH];
	struct stat st;

	proc_path(path, sizeof path, PROC_SELF, "ns/pid_for_children");
	return lstat(path, &st) == 0 && !proc_namespace("pid_for_children");
}

int
proc_use(const char *dir, struct error *error)
{
	struct statfs fs;

	snprintf(root, sizeof root, "/proc");
	if (!dir)
		return 0;
	if (strlen(dir) >= sizeof root)
		return error_set(error, "--proc %s: longer than %zu bytes", dir,
		    sizeof root - 1);
	if (statfs(dir, &fs) != 0)
		return error_set(error, "--proc %s: %m", dir);
	if (fs.f_type != PROC_MAGIC)
		return error_set(
		    error, "--proc %s: no proc is mounted there", dir);
	snprintf(root, sizeof root, "%s", dir);
	if (proc_has_kernel_pids())
		return 0;
	return error_set(error, "--proc %s: %s", dir,
	    proc_self() > 0 ?
		"not that of the first pid namespace, or it hides "
		"that (hidepid)" :
		"this process is not in it");
}

static void
stat_flags(struct proc_stat *s, unsigned long flags)
{
	if (flags & PF_EXITING)
		s->zombie = true;
	s->kernel = (flags & PF_KTHREAD) != 0;
}

int
proc_stat_parse(struct proc_stat *s, const char *text, size_t len)
{
	const char *open = memchr(text, '(', len);
	const char *close = memrchr(text, ')', len), *p;
	size_t n;
	int field;

	if (!open || !close || close < open || close[1] != ' ')
		goto bad;
	*s = (struct proc_stat){ .pid = (int)number_parse(text, NULL) };
	n = (size_t)(close - open) - 1;
	memcpy(s->comm, open + 1, n < COMM_LEN ? n : COMM_LEN - 1);
	p = close + 2;
	s->zombie = *p == 'Z' || *p == 'X';
	for (field = 3; *p; field++) {
		if (field == STAT_PPID)
			s->ppid = (int)number_parse(p, NULL);
		else if (field == STAT_PGRP && *p == '-')
			goto bad; /* waited for just now: it has no parent */
		else if (field == STAT_FLAGS)
			stat_flags(s, number_parse(p, NULL));
		else if (field == STAT_THREADS)
			s->threads = (int)number_parse(p, NULL);
		else if (field == STAT_START)
			s->start = number_parse(p, NULL);
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	if (s->zombie)
		s->dead = s->threads > 1 ? 2 : 1;
	if (field > STAT_START && s->pid > 0)
		return 0;
bad:
	errno = EINVAL;
	return -1;
}

int
proc_stat_read(struct proc_stat *s, int pid)
{
	char text[1024];
	ssize_t n = proc_read(pid, "stat", text, sizeof text);

	if (n < 0)
		return -1;
	return proc_stat_parse(s, text, (size_t)n);
}

long
proc_cmdline(int pid, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd = proc_open(pid, "cmdline", O_RDONLY);

	if (fd < 0)
		return -1;
	while (len < size && (n = read(fd, buf + len, size - len)) > 0)
		len += (size_t)n;
	file_close(fd);
	return (long)len;
}

unsigned
proc_namespace(const char *type)
{
	char name[32], link[64];

	/* "pid:[4026531836]" */
	snprintf(name, sizeof name, "ns/%s", type);
	if (proc_link(PROC_SELF, name, link, sizeof link) < 0)
		return 0;
	return (unsigned)number_parse(link + strcspn(link, "0123456789"), NULL);
}

int
proc_sysctl(const char *name)
{
	char path[64], text[32];

	snprintf(path, sizeof path, "/proc/sys/kernel/%s", name);
	if (file_read(AT_FDCWD, path, text, sizeof text) <= 0)
		return 0;
	return (int)number_parse(text, NULL);
}
