/*
 * exits - make processes that end in every way there is
 *
 * usage: exits [-c] [-j JOBS] [-n N] -t TRUTH
 *
 * N children without exec, at most JOBS at once, are named "e0", "e1", and so
 * on. Their ends go round: the exit codes 0 to 255, then each signal of the
 * table below, raised by the child itself, then sent by the parent to a child
 * that waits for it. Pids may come again. With -c, they may dump core as far
 * as the hard limit allows, into the folder "cores", which is empty again at
 * the end; without, the limit is 0.
 *
 * TRUTH gets a line for each child, in the order they are reaped:
 *
 *	INDEX PID PPID STATUS
 *
 * STATUS is that of waitpid, in decimal. The last line on stdout is "exits: N
 * processes in SECONDS s". Ends with status 1 when a child ended otherwise
 * than it should.
 */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define COUNT_MAX  10000000
#define JOBS_MAX   256
#define CODES	   256
#define SIGNALS	   (long)(sizeof(signals) / sizeof(signals[0]))
#define CORES_NAME "cores"

static const int signals[] = { SIGHUP, SIGINT, SIGKILL, SIGTERM, SIGPIPE,
	SIGALRM, SIGUSR1, SIGABRT, SIGSEGV, SIGFPE };

struct end {
	int code;
	int signal;  /* 0: by the code */
	int by_self; /* who sends the signal */
};

struct job {
	pid_t pid; /* 0: a free place */
	long index;
	char dir[24]; /* for a core file; empty: none */
};

struct exits {
	long count;
	long jobs;
	int cores;
	const char *name; /* of the truth */
	FILE *truth;
	long alive;
	struct job job[JOBS_MAX];
	int failed;
};

static struct end
end_find(long index)
{
	long turn = index % (CODES + 2 * SIGNALS);
	struct end end = { 0 };

	if (turn < CODES) {
		end.code = (int)turn;
		return end;
	}
	turn -= CODES;
	end.signal = signals[turn / 2];
	end.by_self = turn % 2 == 0;
	return end;
}

/* ---- the child ---- */

/* Wait for the signal of the parent, which is told by a byte. */
static _Noreturn void
child_pause(pid_t parent, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static _Noreturn void
child_main(const struct job *job, struct end end, pid_t parent, int ready)
{
	char name[32];
	sigset_t none;

	snprintf(name, sizeof(name), "e%ld", job->index);
	prctl(PR_SET_NAME, name);
	if (end.signal == 0)
		_exit(end.code);
	if (job->dir[0] != '\0' && chdir(job->dir) == -1)
		_exit(1);
	signal(end.signal, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!end.by_self)
		child_pause(parent, ready);
	kill(getpid(), end.signal);
	_exit(1);
}

/* ---- the parent ---- */

static struct job *
job_find(struct exits *exits, pid_t pid)
{
	long i;

	for (i = 0; i < exits->jobs; i++)
		if (exits->job[i].pid == pid)
			return &exits->job[i];
	errx(1, "%ld is not a child", (long)pid);
}

/* Send the signal when the child is ready, or is gone. */
static void
signal_send(pid_t pid, int number, int gate[2])
{
	char byte;

	close(gate[1]);
	while (read(gate[0], &byte, 1) == -1 && errno == EINTR)
		;
	close(gate[0]);
	if (kill(pid, number) == -1)
		err(1, "kill %ld", (long)pid);
}

static void
child_start(struct exits *exits, long index)
{
	struct end end = end_find(index);
	int waits = end.signal != 0 && !end.by_self, gate[2] = { -1, -1 };
	struct job *job = job_find(exits, 0);
	pid_t self = getpid(), pid;

	job->index = index;
	if (waits && pipe2(gate, O_CLOEXEC) == -1)
		err(1, "pipe");
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		child_main(job, end, self, gate[1]);
	job->pid = pid;
	exits->alive++;
	if (waits)
		signal_send(pid, end.signal, gate);
}

/*
 * Each place has a folder for core files of its own: as the kernel unlinks and
 * makes a file "core", two of them at once would disturb each other.
 */
static void
cores_make(struct exits *exits)
{
	long i;

	if (mkdir(CORES_NAME, 0755) == -1 && errno != EEXIST)
		err(1, CORES_NAME);
	if (chdir(CORES_NAME) == -1)
		err(1, CORES_NAME);
	for (i = 0; i < exits->jobs; i++) {
		char *dir = exits->job[i].dir;

		snprintf(dir, sizeof(exits->job[i].dir), "%ld", i);
		if (mkdir(dir, 0755) == -1 && errno != EEXIST)
			err(1, "%s", dir);
	}
}

/* Remove what the kernel may have written, however it is named. */
static void
core_remove(const struct job *job)
{
	const struct dirent *entry;
	DIR *dir = opendir(job->dir);

	if (dir == NULL)
		err(1, "%s", job->dir);
	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "core", 4) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
}

static void
cores_remove(const struct exits *exits)
{
	long i;

	for (i = 0; i < exits->jobs; i++) {
		core_remove(&exits->job[i]);
		if (rmdir(exits->job[i].dir) == -1)
			warn("%s", exits->job[i].dir);
	}
}

static int
status_is(int status, struct end end)
{
	if (end.signal == 0)
		return WIFEXITED(status) && WEXITSTATUS(status) == end.code;
	return WIFSIGNALED(status) && WTERMSIG(status) == end.signal;
}

static void
child_reap(struct exits *exits)
{
	int status;
	struct job *job;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	job = job_find(exits, pid);
	job->pid = 0;
	exits->alive--;
	fprintf(exits->truth, "%ld %ld %ld %d\n", job->index, (long)pid,
	    (long)getpid(), status);
	if (exits->cores && WIFSIGNALED(status) && WCOREDUMP(status))
		core_remove(job);
	if (!status_is(status, end_find(job->index))) {
		warnx("%ld: status %d", job->index, status);
		exits->failed = 1;
	}
}

static void
limit_set(int cores)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == -1)
		err(1, "getrlimit");
	limit.rlim_cur = cores ? limit.rlim_max : 0;
	if (setrlimit(RLIMIT_CORE, &limit) == -1)
		err(1, "setrlimit");
}

static void
exits_run(struct exits *exits)
{
	long i;

	for (i = 0; i < exits->count; i++) {
		child_start(exits, i);
		if (exits->alive == exits->jobs)
			child_reap(exits);
	}
	while (exits->alive > 0)
		child_reap(exits);
}

static void
usage(void)
{
	fprintf(stderr, "usage: exits [-c] [-j jobs] [-n count] -t truth\n");
	exit(2);
}

static void
options_parse(struct exits *exits, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "cj:n:t:")) != -1) {
		switch (c) {
		case 'c':
			exits->cores = 1;
			break;
		case 'j':
			exits->jobs = number_parse(optarg, "jobs", 1, JOBS_MAX);
			break;
		case 'n':
			exits->count = number_parse(optarg, "count", 1, COUNT_MAX);
			break;
		case 't':
			exits->name = optarg;
			break;
		default:
			usage();
		}
	}
	if (argc != optind || exits->name == NULL)
		usage();
}

int
main(int argc, char *argv[])
{
	static struct exits exits = { .count = 1, .jobs = 2 };
	double begin;

	options_parse(&exits, argc, argv);
	exits.truth = fopen(exits.name, "we");
	if (exits.truth == NULL)
		err(1, "%s", exits.name);
	limit_set(exits.cores);
	if (exits.cores)
		cores_make(&exits);
	signal(SIGCHLD, SIG_DFL);
	begin = seconds_now();
	exits_run(&exits);
	begin = seconds_now() - begin;
	if (exits.cores)
		cores_remove(&exits);
	if (fflush(exits.truth) == EOF || ferror(exits.truth))
		err(1, "%s", exits.name);
	fclose(exits.truth);
	printf("exits: %ld processes in %.3f s\n", exits.count, begin);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	return exits.failed;
}
