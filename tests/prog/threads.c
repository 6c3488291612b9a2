/*
 * threads - end processes that have threads, in every way there is
 *
 * usage: threads DIR
 *
 * Each case is a child of its own, over before the next begins, and writes a
 * line to stdout:
 *
 *	CASE PID TIDS STATUS AFTER
 *
 * TIDS is how many threads the process made, itself not counted and before any
 * exec; STATUS is that of waitpid, in decimal; AFTER is the name of the
 * process at its end: "t-CASE", cut to 15 bytes, or "nop", as the cases "exec"
 * execute DIR/nop, which must be there. Ends with status 1 when a case ended
 * otherwise than it should.
 */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 100
#define TIME_MAX    60 /* seconds, for all */
#define ANY	    -1
#define EXITED(n)   ((n) << 8)

struct kind {
	const char *name;
	int threads;
	void (*leader)(void);
	void (*worker)(void);  /* thread 0 */
	void (*others)(int n); /* the rest of them */
	int signal;	       /* sent by the parent when all are there */
	int status;
	const char *after; /* NULL: does not change */
};

static const struct kind *kind;
static char program[PATH_MAX];
static pthread_t threads[THREADS_MAX];
static pthread_barrier_t all;
static int ready[2]; /* a pipe: a byte tells the parent that all are there */
static int left[2];  /* a pipe: end of file when the leader is gone */
static int *tid_address; /* what the kernel clears when the leader ends */

/* ---- what threads do when all of them are there ---- */

static void
sleep_on(void)
{
	for (;;)
		pause();
}

static void
other_sleep(int unused)
{
	(void)unused;
	sleep_on();
}

static void
end_at_once(void)
{
}

static void
other_end(int unused)
{
	(void)unused;
}

static void
join_all(void)
{
	for (int i = 0; i < kind->threads; i++)
		pthread_join(threads[i], NULL);
	exit(3);
}

static void
leave(void)
{
	if (tid_address == NULL)
		syscall(SYS_exit, 0);
	pthread_exit(NULL);
}

static void
leave_plainly(void)
{
	syscall(SYS_exit, 7);
}

/*
 * Wait until the leader is gone: it has its own table of descriptors, which
 * the kernel closes when it is long past the point where it tells tracers.
 */
static void
await_leader(void)
{
	char byte;

	while (read(left[0], &byte, 1) == -1 && errno == EINTR)
		;
}

static void
exit_after_leader(void)
{
	close(left[1]);
	await_leader();
	exit(5);
}

static void
end_after_leader(void)
{
	close(left[1]);
	await_leader();
}

static void
other_end_in_turn(int n)
{
	pthread_join(threads[n - 1], NULL);
}

static void
nap_after_leader(void)
{
	const struct timespec nap = { 0, 20000000 };

	close(left[1]);
	await_leader();
	nanosleep(&nap, NULL);
}

static void
other_nap_after_leader(int unused)
{
	const struct timespec nap = { 0, 20000000 };

	(void)unused;
	await_leader();
	nanosleep(&nap, NULL);
}

static void
exit_group(void)
{
	_exit(9);
}

/* Sleep, and let the parent know. */
static void
say_ready(void)
{
	if (write(ready[1], "", 1) != 1)
		_exit(1);
	sleep_on();
}

static void
fault(void)
{
	static volatile int *volatile nowhere;

	*nowhere = 1;
}

static void
execute(void)
{
	char *argv[] = { "nop", NULL };

	execv(program, argv);
	_exit(127);
}

static void
race(void)
{
	_exit(4);
}

static void
other_race(int unused)
{
	(void)unused;
	_exit(4);
}

/* The status of leader-plain is of the leader in 5.10, of the last in 6.1. */
static const struct kind kinds[] = {
	{ "many", 100, join_all, end_at_once, other_end, 0, EXITED(3), NULL },
	{ "leader-first", 5, leave, exit_after_leader, other_sleep, 0,
	    EXITED(5), NULL },
	{ "leader-last-status", 5, leave, end_after_leader, other_end_in_turn,
	    0, EXITED(0), NULL },
	{ "leader-plain", 2, leave_plainly, nap_after_leader,
	    other_nap_after_leader, 0, ANY, NULL },
	{ "group", 11, sleep_on, exit_group, other_sleep, 0, EXITED(9), NULL },
	{ "kill", 100, say_ready, sleep_on, other_sleep, SIGKILL, SIGKILL,
	    NULL },
	{ "term", 10, say_ready, sleep_on, other_sleep, SIGTERM, SIGTERM,
	    NULL },
	{ "segv", 10, sleep_on, fault, other_sleep, 0, SIGSEGV, NULL },
	{ "exec-thread", 6, sleep_on, execute, other_sleep, 0, EXITED(0),
	    "nop" },
	{ "exec-leader", 5, execute, sleep_on, other_sleep, 0, EXITED(0),
	    "nop" },
	{ "race", 20, race, race, other_race, 0, EXITED(4), NULL },
};

/* ---- the process of a case ---- */

/*
 * Learn that address, which old musl forgets in a forked child, whose other
 * threads then hang when the leader leaves by pthread_exit. A kernel may be
 * unable to tell it; then the leader leaves without the library.
 */
static void
tid_address_find(void)
{
	if (prctl(PR_GET_TID_ADDRESS, &tid_address) == -1)
		tid_address = NULL;
}

static void *
thread_main(void *number)
{
	int n = *(const int *)number;

	pthread_barrier_wait(&all);
	if (n == 0)
		kind->worker();
	else
		kind->others(n);
	return NULL;
}

/* Nothing inherited may keep a signal from its default. */
static void
signals_reset(void)
{
	static const int numbers[] = { SIGALRM, SIGCHLD, SIGPIPE, SIGSEGV,
		SIGTERM };
	sigset_t none;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void
kind_main(pid_t parent)
{
	static int numbers[THREADS_MAX];
	char name[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	snprintf(name, sizeof(name), "t-%s", kind->name);
	prctl(PR_SET_NAME, name);
	if (tid_address != NULL)
		syscall(SYS_set_tid_address, tid_address);
	if (pipe2(left, O_CLOEXEC) == -1)
		err(1, "pipe");
	pthread_barrier_init(&all, NULL, (unsigned)kind->threads + 1);
	for (int i = 0; i < kind->threads; i++) {
		numbers[i] = i;
		errno = pthread_create(
		    &threads[i], NULL, thread_main, &numbers[i]);
		if (errno != 0)
			err(1, "thread %d", i);
	}
	if (unshare(CLONE_FILES) == -1)
		err(1, "unshare");
	pthread_barrier_wait(&all);
	kind->leader();
	_exit(1);
}

/* ---- the truth ---- */

/* Send the signal of the case when the child is ready, or is gone. */
static void
signal_send(pid_t pid)
{
	char byte;

	while (read(ready[0], &byte, 1) == -1 && errno == EINTR)
		;
	if (kill(pid, kind->signal) == -1)
		err(1, "kill %ld", (long)pid);
}

static void
say(pid_t pid, int status)
{
	char name[16];

	snprintf(name, sizeof(name), "t-%s", kind->name);
	printf("%s %ld %d %d %s\n", kind->name, (long)pid, kind->threads,
	    status, kind->after != NULL ? kind->after : name);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
}

static int
status_is(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == kind->status;
	return kind->status == ANY || status == kind->status;
}

/* Run the case; -1 when it ended otherwise than it should. */
static int
run(void)
{
	pid_t self = getpid(), pid;
	int status;

	if (pipe2(ready, O_CLOEXEC) == -1)
		err(1, "pipe");
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		kind_main(self);
	close(ready[1]);
	if (kind->signal != 0)
		signal_send(pid);
	close(ready[0]);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	say(pid, status);
	if (status_is(status))
		return 0;
	warnx("%s: status %d", kind->name, status);
	return -1;
}

int
main(int argc, char *argv[])
{
	const struct rlimit no_core = { 0, 0 };
	int failed = 0;

	if (argc != 2)
		errx(2, "usage: threads DIR");
	snprintf(program, sizeof(program), "%s/nop", argv[1]);
	if (access(program, X_OK) == -1)
		err(1, "%s", program);
	if (setrlimit(RLIMIT_CORE, &no_core) == -1)
		err(1, "setrlimit");
	signals_reset();
	tid_address_find();
	alarm(TIME_MAX);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		kind = &kinds[i];
		if (run() == -1)
			failed = 1;
	}
	return failed;
}
