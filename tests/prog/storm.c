/*
 * storm - start a program many times, as fast as the machine goes or paced
 *
 * Start N of COUNT has the arguments {PROGRAM, TAG, "N", "aN", "b cN"}, N from
 * 0, and PROGRAM is a path: it is not searched for. CALLERS processes share
 * the numbers; each waits for its child before it starts the next. Descriptor
 * 3 and all others are inherited. With a rate, start N is due N / RATE seconds
 * after the first; a late one is made at once, and none is left out.
 *
 * The truth file has a line "N CHILD CALLER" for each start, sorted by N, and
 * is written when all is over. A child that failed makes the status 1.
 *
 * With -l BYTES, random words stand behind "N", as many and as long as make all
 * arguments, with their NULs, a random number of bytes up to BYTES; the line of
 * the truth ends with them.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define COUNT_MAX	10000000
#define CALLERS_MAX	1024
#define RATE_MAX	100000
#define SECOND_NS	1000000000L
#define NUMBER_MAX	32	/* "b c", any long and NUL */
#define BYTES_MAX	65536

extern char **environ;

struct start {
	pid_t child;		/* 0: was not started */
	pid_t caller;
};

struct storm {
	char *program;
	char *tag;
	pid_t (*run)(char *const argv[]);
	long count;
	long callers;
	long bytes;		/* of the arguments, at most; 0: no words */
	long rate;		/* starts a second; 0: no pause */
	struct start *starts;	/* [count], shared with the callers */
	int gate[2];		/* a pipe: end of file lets the callers go */
};

static pid_t
run_fork(char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static pid_t
run_vfork(char *const argv[])
{
	pid_t pid = vfork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static pid_t
run_spawn(char *const argv[])
{
	pid_t pid;

	errno = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);
	return errno ? -1 : pid;
}

static const struct {
	const char *name;
	pid_t (*run)(char *const argv[]);
} kinds[] = {
	{ "fork", run_fork },
	{ "vfork", run_vfork },
	{ "spawn", run_spawn },
};

static int
kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* The status of a child as wait gives it; -1 when there is no such child. */
static int
child_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return status;
}

/* As drand48's, of its own. */
static unsigned
random_next(unsigned long long *state)
{
	*state = (*state * 25214903917ULL + 11) & ((1ULL << 48) - 1);
	return (unsigned)(*state >> 17);
}

/*
 * The words of start n, the same each time: into text, which has room for
 * BYTES_MAX, pointers to them into argv. Mostly short ones, some empty, and in
 * between one that may take all that is left.
 */
static void
words_make(const struct storm *storm, long n, char *text, char *argv[])
{
	unsigned long long state = ((unsigned long long)n << 16) + 0x330E;
	size_t room, len, i, used;

	used = strlen(storm->program) + strlen(storm->tag) + 2;
	used += (size_t)snprintf(text, NUMBER_MAX, "%ld", n) + 1;
	room = random_next(&state) % ((unsigned)storm->bytes + 1);
	while (used < room) {
		len = random_next(&state) % 24;
		if (random_next(&state) % 16 == 0)
			len = random_next(&state) % (room - used);
		if (len > room - used - 1)
			len = room - used - 1;
		*argv++ = text;
		for (i = 0; i < len; i++)
			*text++ = "abcdefghijklmnopqrstuvwxyz0123456789"
			    [random_next(&state) % 36];
		*text++ = '\0';
		used += len + 1;
	}
	*argv = NULL;
}

/* Start number n and wait for it. */
static int
start_one(struct storm *storm, long n)
{
	static char text[BYTES_MAX], *argv[BYTES_MAX + 4];
	char number[NUMBER_MAX], a[NUMBER_MAX], b[NUMBER_MAX];
	struct start *start = &storm->starts[n];
	int status;

	snprintf(number, sizeof(number), "%ld", n);
	snprintf(a, sizeof(a), "a%ld", n);
	snprintf(b, sizeof(b), "b c%ld", n);
	argv[0] = storm->program;
	argv[1] = storm->tag;
	argv[2] = number;
	argv[3] = a;
	argv[4] = b;
	if (storm->bytes != 0)
		words_make(storm, n, text, argv + 3);
	start->child = storm->run(argv);
	if (start->child == -1) {
		warn("%s", storm->program);
		start->child = 0;
		return -1;
	}
	start->caller = getpid();
	status = child_wait(start->child);
	return status == 0 ? 0 : -1;
}

/* Sleep until number n is due, if there is a rate. */
static void
pace(const struct storm *storm, const struct timespec *begin, long n)
{
	struct timespec due = *begin;

	if (storm->rate == 0)
		return;
	due.tv_sec += n / storm->rate;
	due.tv_nsec += n % storm->rate * (SECOND_NS / storm->rate);
	if (due.tv_nsec >= SECOND_NS) {
		due.tv_nsec -= SECOND_NS;
		due.tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
	    EINTR)
		;
}

/* The life of a caller: numbers first, first + callers, and so on. */
static _Noreturn void
caller_main(struct storm *storm, long first, pid_t parent)
{
	struct timespec begin;
	char byte;
	long n;
	int failed = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	close(storm->gate[1]);
	while (read(storm->gate[0], &byte, 1) == -1 && errno == EINTR)
		;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (n = first; n < storm->count; n += storm->callers) {
		pace(storm, &begin, n);
		if (start_one(storm, n) == -1)
			failed = 1;
	}
	_exit(failed);
}

/* Run the storm; *seconds is what it took, without making the callers. */
static int
storm_run(struct storm *storm, double *seconds)
{
	pid_t self = getpid(), pids[CALLERS_MAX];
	double begin;
	long i;
	int failed = 0;

	if (pipe2(storm->gate, O_CLOEXEC) == -1)
		err(1, "pipe");
	for (i = 0; i < storm->callers; i++) {
		pids[i] = fork();
		if (pids[i] == -1)
			err(1, "fork");
		if (pids[i] == 0)
			caller_main(storm, i, self);
	}
	close(storm->gate[0]);
	begin = seconds_now();
	close(storm->gate[1]);
	for (i = 0; i < storm->callers; i++)
		if (child_wait(pids[i]) != 0)
			failed = 1;
	*seconds = seconds_now() - begin;
	return failed ? -1 : 0;
}

static void
truth_write(const struct storm *storm, FILE *truth, const char *name)
{
	static char text[BYTES_MAX], *argv[BYTES_MAX + 1];
	const struct start *start;
	long n;
	int i;

	for (n = 0; n < storm->count; n++) {
		start = &storm->starts[n];
		if (start->child == 0)
			continue;
		fprintf(truth, "%ld %ld %ld", n, (long)start->child,
		    (long)start->caller);
		if (storm->bytes != 0)
			words_make(storm, n, text, argv);
		for (i = 0; argv[i] != NULL; i++)
			fprintf(truth, " %s", argv[i]);
		fputc('\n', truth);
	}
	if (fflush(truth) == EOF || ferror(truth))
		err(1, "%s", name);
	fclose(truth);
}

static void
usage(void)
{
	fprintf(stderr, "usage: storm [-n count] [-j callers] "
	    "[-k fork|vfork|spawn] [-l bytes] [-r rate] [-t truth] "
	    "program tag\n");
	exit(2);
}

/* Fill in what the command line says; returns the name of the truth file. */
static const char *
options_parse(struct storm *storm, int argc, char *argv[])
{
	const char *truth = NULL;
	int c, kind = 0;

	while ((c = getopt(argc, argv, "+j:k:l:n:r:t:")) != -1) {
		switch (c) {
		case 'j':
			storm->callers = number_parse(optarg, "callers", 1,
			    CALLERS_MAX);
			break;
		case 'k':
			kind = kind_find(optarg);
			break;
		case 'l':
			storm->bytes = number_parse(optarg, "bytes", 1,
			    BYTES_MAX);
			break;
		case 'n':
			storm->count = number_parse(optarg, "count", 1,
			    COUNT_MAX);
			break;
		case 'r':
			storm->rate = number_parse(optarg, "rate", 1, RATE_MAX);
			break;
		case 't':
			truth = optarg;
			break;
		default:
			usage();
		}
	}
	if (argc - optind != 2 || kind == -1)
		usage();
	storm->run = kinds[kind].run;
	storm->program = argv[optind];
	storm->tag = argv[optind + 1];
	return truth;
}

int
main(int argc, char *argv[])
{
	struct storm storm = { .count = 1, .callers = 1 };
	const char *name = options_parse(&storm, argc, argv);
	FILE *truth = NULL;
	double seconds;
	int failed;

	if (name != NULL && (truth = fopen(name, "we")) == NULL)
		err(1, "%s", name);
	storm.starts = mmap(NULL, (size_t)storm.count * sizeof(struct start),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (storm.starts == MAP_FAILED)
		err(1, "mmap");
	failed = storm_run(&storm, &seconds) == -1;
	if (truth != NULL)
		truth_write(&storm, truth, name);
	printf("%ld execs in %.6f s\n", storm.count, seconds);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	return failed;
}
