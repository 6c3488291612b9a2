/*
 * churn - processes that come and go, and what is true of them
 *
 * usage: churn [-i] [-j WORKERS] [-n MAX] [-r RATE] [-s SECONDS] TRUTH
 *
 * RATE processes a second begin (5000), if the machine can, until SIGTERM or
 * SECONDS are over, or MAX of them (1000000) have begun. They fork, vfork,
 * execute this program again, have threads that do that, become subreapers, are
 * killed, make siblings (CLONE_PARENT), stay zombies for a while, and many end
 * before their children, which then go to the next subreaper: this process is
 * one, unless -i, and then it is who adopts the orphans of this process.
 *
 * "ready" is on stdout when all WORKERS (8) work. At the end TRUTH has the line
 * "outside PID", of who adopts the orphans of this process; then one for each
 * process, this one first:
 *
 *	PID PARENT KIND LO HI END DEAD GONE
 *
 * The first process is number 0, the next 1. PARENT is the number of the first
 * parent, or "-". KIND has "s" for a subreaper, "t" for one whose first thread
 * ends before others, else "-". Times are CLOCK_BOOTTIME in ns, 0 if not known:
 * the process began between LO and HI, was not yet asked to end at END, had
 * ended at DEAD, and was waited for at GONE. The last line on stdout is "churn:
 * N processes in SECONDS s". Ends with status 1 when something failed.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define PIDS	     (1 << 22) /* the most that Linux has, and 0 */
#define WORKERS_MAX  64
#define COUNT_MAX    20000000
#define CHILDREN_MAX 12	 /* of a worker, at once */
#define SHARED_FD    100 /* stays open when a program is executed */
#define STACK_SIZE   65536
#define NS_PER_S     1000000000u

enum { SUBREAPER = 1, LEADERLESS = 2 };

struct node {
	int pid;
	uint32_t parent; /* the first one */
	uint32_t flags;
	_Atomic uint64_t lo;
	_Atomic uint64_t hi_parent; /* when the fork returned there */
	_Atomic uint64_t hi_child;  /* when it began to run */
	_Atomic uint64_t end, dead, gone;
};

struct shared {
	uint32_t max;
	atomic_uint count;
	atomic_int stop, failed, ready;
	char program[PATH_MAX];
	_Atomic uint32_t by_pid[PIDS]; /* the last that had it */
	struct node node[];
};

static struct shared *shared;
static uint32_t self;
static uint64_t seed;

/* ---- */

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void
nap_until(uint64_t ns)
{
	struct timespec t = { (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };

	while (
	    clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* splitmix64; children get seeds of their own */
static uint32_t
any(uint32_t below)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) % below);
}

static void
nap_us(uint32_t below)
{
	nap_until(now() + any(below) * 1000u);
}

static void
fail(const char *what)
{
	if (!atomic_exchange(&shared->failed, 1))
		warn("%s", what);
}

/* ---- the life of a process ---- */

static _Noreturn void
finish(void)
{
	shared->node[self].end = now();
	_exit(0);
}

/* The first thing that a new process does. */
static void
begun(uint32_t n)
{
	shared->node[n].hi_child = now();
	shared->node[n].pid = getpid();
	shared->by_pid[shared->node[n].pid] = n;
}

/* A number for a process that is about to begin; 0: enough. */
static uint32_t
node_new(uint32_t parent)
{
	uint32_t n = atomic_fetch_add(&shared->count, 1);

	if (n >= shared->max) {
		atomic_store(&shared->count, shared->max);
		atomic_store(&shared->stop, 1);
		return 0;
	}
	shared->node[n].parent = parent;
	shared->node[n].lo = now();
	return n;
}

/* Pids may be short: then there is one less. */
static pid_t
node_made(uint32_t n, pid_t pid)
{
	if (pid == -1) {
		if (errno != EAGAIN)
			fail("fork");
		shared->node[n].lo = 0;
		return -1;
	}
	shared->node[n].hi_parent = now();
	shared->node[n].pid = pid;
	return pid;
}

/* A child that does what and ends.  Returns its number, or 0. */
static uint32_t
make(void (*what)(void))
{
	uint32_t n = node_new(self);
	pid_t pid;

	if (n == 0)
		return 0;
	pid = fork();
	if (pid == 0) {
		begun(n);
		self = n;
		seed += n * 0x632be59bd9b4e019;
		what();
		finish();
	}
	return node_made(n, pid) == -1 ? 0 : n;
}

/* Wait for one child, if options say so for one that has ended.  Returns its
 * pid, 0, or -1. */
static pid_t
reap(int options)
{
	siginfo_t info = { .si_pid = 0 };
	struct node *node;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | options) == -1)
		if (errno != EINTR)
			return -1;
	if (info.si_pid == 0)
		return 0;
	node = &shared->node[shared->by_pid[info.si_pid]];
	if (node->pid != info.si_pid)
		fail("an unknown child");
	node->dead = now();
	if (any(16) == 0)
		nap_us(3000);
	if (waitpid(info.si_pid, NULL, 0) != info.si_pid)
		fail("wait");
	node->gone = now();
	return info.si_pid;
}

static void
reap_all(void)
{
	while (reap(0) > 0)
		;
}

/* ---- what they do ---- */

static void
do_leaf(void)
{
	nap_us(any(4) ? 2000 : 40000);
}

/* The number stays as it is when a program is executed. */
static void
do_exec(void)
{
	char number[16], name[] = "churn", node[] = "node";
	char *argv[] = { name, node, number, NULL };

	snprintf(number, sizeof(number), "%lu", (unsigned long)self);
	execv(shared->program, argv);
	fail("exec");
}

static void
do_wait(void)
{
	for (;;)
		pause();
}

static int
end_quick(void *arg)
{
	struct node *node = arg;

	begun((uint32_t)(node - shared->node));
	node->end = now();
	_exit(0);
}

/* A child whose parent is that of this process. */
static void
make_sibling(void)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	uint32_t n = node_new(shared->node[self].parent);

	if (n != 0)
		node_made(n,
		    clone(end_quick, stack + sizeof(stack),
			CLONE_PARENT | SIGCHLD, &shared->node[n]));
}

static void
make_vfork(void)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	uint32_t n = node_new(self);

	if (n != 0)
		node_made(n,
		    clone(end_quick, stack + sizeof(stack),
			CLONE_VM | CLONE_VFORK | SIGCHLD, &shared->node[n]));
}

/* Ends before its children. */
static void
do_parent(void)
{
	for (uint32_t i = any(3); i > 0; i--)
		make(do_leaf);
	make(any(4) ? do_leaf : do_parent);
	if (any(2))
		nap_us(1000);
}

/* Will be an orphan, and have siblings then. */
static void
do_siblings(void)
{
	make_sibling();
	nap_us(2000);
	make_sibling();
	nap_us(2000);
}

static void
do_leave_sibling(void)
{
	make(do_siblings);
	nap_us(2000);
}

static void
do_subreaper(void)
{
	shared->node[self].flags |= SUBREAPER;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		fail("subreaper");
	make(do_parent);
	make(do_leave_sibling);
	make(do_parent);
	nap_us(4000);
	if (any(2))
		reap_all();
	else
		while (reap(WNOHANG) > 0)
			;
}

/* ---- threads ---- */

static void
thread(void *(*what)(void *))
{
	pthread_attr_t attributes;
	pthread_t t;
	int e;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	e = pthread_create(&t, &attributes, what, NULL);
	pthread_attr_destroy(&attributes);
	if (e != 0 && e != EAGAIN)
		fail("thread");
	if (e != 0)
		finish();
	pthread_detach(t);
}

static void *
thread_leaf(void *unused)
{
	nap_us(1000);
	return unused;
}

static void *
thread_parent(void *unused)
{
	(void)unused;
	nap_us(1000);
	make(do_leaf);
	nap_us(1000);
	finish();
}

static void *
thread_exec(void *unused)
{
	do_exec();
	return unused;
}

/* The first thread ends, and another one has a child. */
static void
do_leaderless(void)
{
	shared->node[self].flags |= LEADERLESS;
	thread(thread_parent);
	syscall(SYS_exit, 0);
}

static void
do_threads(void)
{
	for (int i = 0; i < 3; i++)
		thread(thread_leaf);
	make(do_leaf);
	nap_us(2000);
}

static void
do_thread_exec(void)
{
	thread(thread_exec);
	do_wait();
}

/* ---- workers ---- */

static void
kill_one(void)
{
	struct node *node = &shared->node[make(do_wait)];

	if (node == shared->node)
		return;
	do
		nap_us(500);
	while (node->hi_child == 0 || shared->by_pid[node->pid] == 0 ||
	    &shared->node[shared->by_pid[node->pid]] != node);
	node->end = now();
	kill(node->pid, SIGKILL);
}

static void
work(void)
{
	static void (*const kinds[])(void) = { do_parent, do_parent, do_parent,
		do_leaf, do_leaf, do_exec, do_subreaper, do_leave_sibling,
		do_leaderless, do_threads, do_thread_exec };
	uint32_t k = any(13);

	if (k == 11)
		make_vfork();
	else if (k == 12)
		kill_one();
	else
		make(kinds[k]);
}

/* Keeps pace with all of them together. */
static _Noreturn void
worker(uint64_t begin, uint64_t rate)
{
	pid_t one;
	int children = 0;

	atomic_fetch_add(&shared->ready, 1);
	while (
	    !atomic_load(&shared->stop) && getppid() == shared->node[0].pid) {
		uint64_t due = begin +
		    atomic_load(&shared->count) * (uint64_t)NS_PER_S / rate;

		if (due > now())
			nap_until(due);
		work();
		children++;
		while ((one = reap(children < CHILDREN_MAX ? WNOHANG : 0)) > 0)
			children--;
		if (one == -1)
			children = 0;
	}
	reap_all();
	finish();
}

/* ---- begin and end ---- */

static void
shared_map(void)
{
	off_t size = lseek(SHARED_FD, 0, SEEK_END);

	shared = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
	    SHARED_FD, 0);
	if (size <= 0 || shared == MAP_FAILED)
		err(1, "mmap");
}

static void
shared_create(uint32_t max)
{
	size_t size = sizeof(struct shared) + max * sizeof(struct node);
	int fd = memfd_create("churn", 0);
	ssize_t n;

	if (fd == -1 || ftruncate(fd, (off_t)size) == -1 ||
	    dup2(fd, SHARED_FD) == -1)
		err(1, "memory");
	close(fd);
	shared_map();
	shared->max = max;
	n = readlink("/proc/self/exe", shared->program, PATH_MAX - 1);
	if (n == -1)
		err(1, "/proc/self/exe");
}

/* Who adopts an orphan of ours? */
static int
outside_find(void)
{
	int fd[2], pid = 0;

	if (pipe(fd) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			prctl(PR_SET_NAME, "outside"); /* not one of us */
			while (getppid() == parent)
				usleep(100);
			pid = getppid();
			_exit(write(fd[1], &pid, sizeof(pid)) < 0);
		}
		_exit(0);
	}
	wait(NULL);
	if (read(fd[0], &pid, sizeof(pid)) != sizeof(pid))
		err(1, "read");
	close(fd[0]);
	close(fd[1]);
	return pid;
}

static void
truth_write(FILE *truth, int outside, uint32_t count)
{
	fprintf(truth, "outside %d\n", outside);
	for (uint32_t i = 0; i < count; i++) {
		const struct node *n = &shared->node[i];
		uint64_t hi = n->hi_child;

		if (hi == 0 || (n->hi_parent != 0 && n->hi_parent < hi))
			hi = n->hi_parent;
		if (i == 0)
			fprintf(truth, "%d - ", n->pid);
		else
			fprintf(truth, "%d %lu ", n->lo != 0 ? n->pid : 0,
			    (unsigned long)n->parent);
		fprintf(truth, "%s%s%s %llu %llu %llu %llu %llu\n",
		    n->flags & SUBREAPER ? "s" : "",
		    n->flags & LEADERLESS ? "t" : "", n->flags ? "" : "-",
		    (unsigned long long)n->lo, (unsigned long long)hi,
		    (unsigned long long)n->end, (unsigned long long)n->dead,
		    (unsigned long long)n->gone);
	}
	if (fclose(truth) == EOF)
		err(1, "truth");
}

struct options {
	int inits; /* -i */
	long workers, max, rate, seconds;
	const char *truth;
};

static void
usage(void)
{
	fprintf(stderr,
	    "usage: churn [-i] [-j workers] [-n max] [-r rate] [-s seconds] "
	    "truth\n");
	exit(2);
}

static void
options_parse(struct options *o, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "ij:n:r:s:")) != -1) {
		if (c == 'i')
			o->inits = 1;
		else if (c == 'j')
			o->workers = number_parse(optarg, "workers", 1, WORKERS_MAX);
		else if (c == 'n')
			o->max = number_parse(optarg, "max", 1, COUNT_MAX);
		else if (c == 'r')
			o->rate = number_parse(optarg, "rate", 1, 1000000);
		else if (c == 's')
			o->seconds = number_parse(optarg, "seconds", 1, 1000);
		else
			usage();
	}
	if (argc - optind != 1)
		usage();
	o->truth = argv[optind];
}

static void
stop(int unused)
{
	(void)unused;
	atomic_store(&shared->stop, 1);
}

/* Until all have ended. */
static uint32_t
top(const struct options *o)
{
	struct sigaction a = { .sa_handler = stop };
	uint32_t count;

	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
	sigaction(SIGALRM, &a, NULL);
	alarm((unsigned)o->seconds);
	while (atomic_load(&shared->ready) < o->workers)
		usleep(1000);
	puts("ready");
	fflush(stdout);
	reap_all();
	usleep(o->inits ? 200000 : 0); /* those that others wait for */
	count = atomic_load(&shared->count);
	return count < shared->max ? count : shared->max;
}

int
main(int argc, char *argv[])
{
	struct options o = {
		.workers = 8, .max = 1000000, .rate = 5000, .seconds = 60
	};
	FILE *truth;
	uint64_t begin;
	uint32_t count;
	int outside;

	if (argc == 3 && strcmp(argv[1], "node") == 0) {
		self = (uint32_t)strtoul(argv[2], NULL, 10);
		shared_map();
		seed = self;
		do_leaf();
		finish();
	}
	options_parse(&o, argc, argv);
	truth = fopen(o.truth, "we");
	if (truth == NULL)
		err(1, "%s", o.truth);
	outside = outside_find();
	shared_create((uint32_t)o.max);
	node_new(0);
	begun(0);
	seed = now();
	if (!o.inits && prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		err(1, "subreaper");
	shared->node[0].flags = o.inits ? 0 : SUBREAPER;
	begin = now();
	for (long i = 0; i < o.workers; i++) {
		uint32_t n = node_new(0);
		pid_t pid = fork();

		if (pid == 0) {
			begun(n);
			self = n;
			seed += n;
			worker(begin, (uint64_t)o.rate);
		}
		node_made(n, pid);
	}
	count = top(&o);
	truth_write(truth, outside, count);
	printf("churn: %lu processes in %.3f s\n", (unsigned long)count,
	    (double)(now() - begin) / NS_PER_S);
	return atomic_load(&shared->failed);
}
