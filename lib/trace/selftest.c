/* A child runs this program (or fails to, or only ends), and the session has to
 * show exactly that: nothing is used that was not seen to work. */
#include "trace/selftest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/units.h"
#include "events/usage.h"
#include "kernel/clock.h"

#define WAIT_NS	   2000000000u /* for a record that never comes */
#define EXIT_CODE  (42 << 8)   /* wait status of a child that only ends */
#define KILL_PATH  ""	       /* of one that kills itself */
#define WORKS	   2	       /* a child that works runs and sleeps so often */
#define WORK_NS	   200000      /* each of that */
#define TIME_TRIES 3

enum result {
	STRANGER =
	    SELFTEST_STRANGER, /* its arguments under another PID: the
				  field of the event is not what it seems */
	FAILED = -1,
	OTHER = 0, /* not the child */
	WHOLE,	   /* the child, complete */
	BARE	   /* the child, without what was to be shown */
};

struct child {
	char word[33];	  /* random */
	pid_t pid;	  /* 0 when it was reaped */
	pid_t ran;	  /* the same, kept, as in events; 0: not known */
	bool works;	  /* it runs and sleeps, and then ends */
	uint64_t counted; /* ns on a CPU, as the record has it */
	uint64_t cpu;	  /* the same, as wait4(2) has it */
};

/* ---- the child ---- */

static void
random_word(char *word, size_t size)
{
	unsigned char r[16];

	file_random(r, sizeof r);
	for (size_t i = 0; i < sizeof r && 2 * i + 3 <= size; i++)
		snprintf(word + 2 * i, 3, "%02x", r[i]);
}

static void
child_exec(const char *path, char *const *argv)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execv(path, argv);
	_exit(127);
}

static void
child_work(void)
{
	static const struct timespec nap = { 0, WORK_NS };
	uint64_t end;

	for (int i = 0; i < WORKS; i++) {
		for (end = clock_boot() + WORK_NS; clock_boot() < end;)
			;
		nanosleep(&nap, NULL);
	}
}

/* Run the program at path; NULL: only end; KILL_PATH: by SIGKILL. */
static int
child_run(struct child *p, const char *path, const char *tool)
{
	char name[32], option[] = SELFTEST_OPTION, where[PATH_MAX];
	char *argv[] = { name, option, p->word, NULL };

	/* On the stack, which is in memory: a probe at the entry of execve
	 * cannot read from a page that is not. */
	snprintf(name, sizeof name, "%s", tool);
	snprintf(where, sizeof where, "%s", path ? path : "");
	random_word(p->word, sizeof p->word);
	p->pid = p->ran = fork();
	if (p->pid == 0 && p->works)
		child_work();
	if (p->pid == 0 && path && !*path)
		kill(getpid(), SIGKILL);
	if (p->pid == 0 && (!path || !*path))
		_exit(EXIT_CODE >> 8);
	if (p->pid == 0)
		child_exec(where, argv);
	if (p->pid > 0)
		return 0;
	p->pid = 0;
	return -1;
}

static uint64_t
timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_usec * NS_PER_US;
}

/* options: of wait4(2). */
static pid_t
child_wait(struct child *p, int options)
{
	struct rusage r = { 0 };
	int status;
	pid_t pid = p->works ? wait4(p->pid, &status, options, &r) :
			       waitpid(p->pid, &status, options);

	if (pid == p->pid) {
		p->pid = 0;
		p->cpu = timeval_ns(r.ru_utime) + timeval_ns(r.ru_stime);
	}
	return pid;
}

static bool
child_ended(struct child *p)
{
	return !p->pid || child_wait(p, WNOHANG) > 0;
}

static void
child_stop(struct child *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	while (child_wait(p, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}

/* ---- what a record shows of it ---- */

/* Are they its arguments, all of them? */
static bool
is_word(const struct child *p, const struct args *a)
{
	const char *word = a->text;

	for (int i = 0; i < SELFTEST_ARGS - 1 && i < a->count; i++)
		word += strlen(word) + 1;
	return a->count == SELFTEST_ARGS && a->state == ARGS_ALL &&
	    strcmp(word, p->word) == 0;
}

static enum result
check_exec(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXEC)
		return OTHER;
	if (!is_word(p, &e->args))
		return e->tid == p->ran ? BARE : OTHER;
	if (p->ran && e->tid != p->ran)
		return STRANGER;
	return WHOLE;
}

static enum result
check_failure(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXECFAIL || e->tid != p->ran)
		return OTHER;
	return e->path && is_word(p, &e->args) ? WHOLE : BARE;
}

static enum result
check_exit(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return OTHER;
	return e->task.code == EXIT_CODE ? WHOLE : BARE;
}

static enum result
check_usage(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return OTHER;
	return e->usage.known && e->exit.stats_code == EXIT_CODE ? WHOLE : BARE;
}

static enum result
check_cpu_time(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return OTHER;
	p->counted = e->exit.counted;
	return p->counted ? WHOLE : BARE;
}

static enum result
check_killed(struct child *p, const struct event *e)
{
	if (e->type != EVENT_EXIT || e->tid != p->ran)
		return OTHER;
	return e->by.why == BY_SELF && e->by.pid == p->ran ? WHOLE : BARE;
}

/* ---- the tests ---- */

/* Sweep until a record passes the check, or the child has ended and nothing
 * more comes. */
static enum result
child_await(struct session *s, struct child *p,
    enum result (*check)(struct child *, const struct event *))
{
	uint64_t end = clock_boot() + WAIT_NS;
	enum result found = OTHER;
	bool ended = false;
	struct event e;
	int quiet = 0;

	if (s->nested) /* fork(2) returned another number */
		p->ran = 0;
	while (!found && clock_boot() < end && !(ended && quiet > 2) &&
	    !session_is_ending(s)) {
		long n = session_sweep(s);

		if (n < 0) {
			found = FAILED;
			break;
		}
		while (session_next(s, &e)) {
			s->seen(s->seen_arg, &e);
			if (session_is_child(s, &e))
				p->ran = e.tid;
			if (!found)
				found = check(p, &e);
		}
		ended = child_ended(p);
		if (ended && n == 0 && !exec_pending(&s->assembler))
			quiet++;
		else
			quiet = 0;
		if (!found && n == 0)
			reader_wait(&s->reader, SESSION_STEP_NS, NULL);
	}
	child_stop(p);
	return found;
}

/* Run a child, whose record has to be what is wanted; in the error, bare is
 * what was not seen of it, all if none of it was. */
static int
child_test(struct session *s, const char *path,
    enum result (*check)(struct child *, const struct event *),
    enum result wanted, const char *bare, const char *all)
{
	struct child p = { .pid = 0 };
	enum result found;

	if (child_run(&p, path, s->opt.tool) != 0)
		return error_set(&s->error, "fork: %m");
	found = child_await(s, &p, check);
	if (found == wanted || session_is_ending(s))
		return 0;
	if (found == STRANGER)
		error_set(&s->error, "its own exec came back with another PID");
	if (found == STRANGER || found == FAILED)
		return (int)found;
	return error_set(&s->error, "self-test failed: %s not seen",
	    found == OTHER ? all : bare);
}

int
selftest_exec(struct session *s, const char *path, bool arguments)
{
	return child_test(s, path, check_exec, arguments ? WHOLE : BARE,
	    "own arguments", "own exec");
}

int
selftest_failed_exec(struct session *s)
{
	return child_test(s, "/dev/null/none", check_failure, WHOLE,
	    "arguments of its own failed exec", "own failed exec");
}

int
selftest_exit(struct session *s, bool usage)
{
	return child_test(s, NULL, usage ? check_usage : check_exit, WHOLE,
	    "its own exit status", "its own exit");
}

int
selftest_killed(struct session *s)
{
	return child_test(s, KILL_PATH, check_killed, WHOLE,
	    "the sender of the signal that killed it", "its own exit");
}

int
selftest_cpu_time(struct session *s)
{
	uint64_t difference = UINT64_MAX;

	/* A child may be reaped before the last of it is counted. */
	for (int i = 0; i < TIME_TRIES; i++) {
		struct child p = { .works = true };
		enum result found;

		if (child_run(&p, NULL, s->opt.tool) != 0)
			return error_set(&s->error, "fork: %m");
		found = child_await(s, &p, check_cpu_time);
		if (found == FAILED)
			return -1;
		if (session_is_ending(s))
			return 0;
		if (found != WHOLE)
			continue;
		difference = p.counted > p.cpu ? p.counted - p.cpu :
						 p.cpu - p.counted;
		if (difference <= usage_error(p.cpu))
			return 0;
	}
	if (difference == UINT64_MAX)
		return error_set(&s->error,
		    "self-test failed: CPU time of its own child not seen");
	return error_set(&s->error,
	    "self-test failed: %llu us more or less than wait4 says",
	    (unsigned long long)difference / NS_PER_US);
}
