/* An event of perf that does nothing but send a signal. */
#include "trace/exec_alarm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

/* include/uapi/linux/perf_event.h */
#define TYPE_TRACEPOINT 2
#define CLOSE_ON_EXEC	8
#define SET_FILTER	_IOW('$', 6, char *)

#define ALARM		SIGURG /* is ignored where it is not caught */
#define RUNG_MAX	8      /* then another program is left out */

/* The filter, and at most what is added to it: MAX_FILTER_STR_VAL is 256. */
#define ALL		"filename != \"\""
#define PART_MAX	200

static volatile sig_atomic_t rang;

static void
ring(int sig)
{
	(void)sig;
	rang = 1;
}

/* The first version of struct perf_event_attr. */
struct attributes {
	uint32_t type, size;
	uint64_t config, period, sample, read, flags;
	uint32_t wakeup, breakpoint;
	uint64_t address;
};

/* Returns a descriptor, or -1 with errno. */
static int
open_cpu(const struct exec_alarm *a, int cpu)
{
	struct attributes attr = { .type = TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = (uint64_t)a->event,
		.period = 1 };
	int fd = (int)syscall(
	    SYS_perf_event_open, &attr, -1, cpu, -1, CLOSE_ON_EXEC);

	if (fd < 0 ||
	    (ioctl(fd, SET_FILTER, a->filter) == 0 &&
		fcntl(fd, F_SETOWN, getpid()) == 0 &&
		fcntl(fd, F_SETSIG, ALARM) == 0 &&
		fcntl(fd, F_SETFL, O_ASYNC) == 0))
		return fd;
	file_close(fd);
	return -1;
}

/* A filter can be set only once.  The new events come before the old ones go:
 * where the last one goes, the kernel waits for long. */
static int
open_all(struct exec_alarm *a)
{
	int fd;

	for (int i = 0; i < a->reader->cpus; i++) {
		fd = open_cpu(a, a->reader->cpu[i]);
		if (fd < 0 && errno != ENODEV) {
			exec_alarm_close(a);
			return -1;
		}
		close(a->fd[i]);
		a->fd[i] = fd;
	}
	return 0;
}

int
exec_alarm_open(struct exec_alarm *a)
{
	size_t size = (size_t)a->reader->cpus * sizeof *a->fd;
	sigset_t set;

	a->fd = malloc(size);
	if (!a->fd)
		return -1;
	memset(a->fd, -1, size);
	a->len = sizeof ALL - 1;
	memcpy(a->filter, ALL, sizeof ALL);
	sigemptyset(&set);
	sigaddset(&set, ALARM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(ALARM, ring);
	return open_all(a);
}

bool
exec_alarm_rang(struct exec_alarm *a)
{
	bool r = rang;

	rang = 0;
	a->rung += r;
	return r;
}

void
exec_alarm_admit(sigset_t *mask)
{
	sigdelset(mask, ALARM);
}

void
exec_alarm_learn(struct exec_alarm *a, const struct event *e)
{
	char *part;
	int n;

	if (a->rung < RUNG_MAX || !a->filtered || e->type != EVENT_EXEC ||
	    e->args.state != ARGS_ALL || !e->path || strchr(e->path, '"'))
		return;
	/* Those that are frequent come again. */
	if (a->len + PART_MAX > sizeof a->filter)
		a->len = sizeof ALL - 1;
	part = a->filter + a->len;
	n = snprintf(part, PART_MAX, " && filename != \"%s\"", e->path);
	if (n >= PART_MAX || strstr(a->filter, part) != part)
		return; /* it is another one that rings */
	a->len += (size_t)n;
	a->rung = 0;
	open_all(a);
}

void
exec_alarm_close(struct exec_alarm *a)
{
	int e = errno;

	for (int i = 0; a->fd && i < a->reader->cpus; i++)
		close(a->fd[i]);
	free(a->fd);
	a->fd = NULL;
	errno = e;
}
