/*
 * family - a tree of very many processes, each of which writes down who it is
 *
 * usage: family [-d DEPTH] [-e PERCENT] [-j JOBS] [-n N] [-s SEED] -t TRUTH
 *
 * N processes, this one included, have the serial numbers 0, 1, and so on.
 * Process 0 is this one; the shape of the tree, which is at most DEPTH deep,
 * and how each process begins and ends depend on SEED alone. About JOBS of
 * them work at once, the others wait for children. Pids come again.
 *
 * Every process has its number and its parent's from memory, by fork, and
 * shows its own to who looks from outside: PERCENT of all (25) execute this
 * program again, as "family node 123456", and the others are named "n123456".
 * TRUTH gets a line for each, in the order of the numbers:
 *
 *	SERIAL PID PARENT KIND DEPTH END
 *
 * PID is what getpid says. PARENT is the number of the process that forked it
 * ("-" for process 0), also if that was gone before it. KIND is how it was
 * made: "fork", "vfork", or "thread" when not the first thread of the parent
 * forked it, or "top" (process 0); and then "+exec", or "+texec" when another
 * than its first thread did that, and "+orphan" when its parent ended before
 * it. END is the exit code, or the name of the signal.
 *
 * It is an error when what wait and getppid say is otherwise. The last line on
 * stdout is "family: N processes in SECONDS s, depth DEPTH". Ends with status
 * 1 when something failed.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define COUNT_MAX  20000000
#define DEPTH_MAX  1000
#define JOBS_MAX   256
#define PIDS	   (1 << 22) /* the most that Linux has, and 0 */
#define SHARED_FD  100	     /* stays open when a program is executed */
#define ABANDON	   8	     /* no process leaves a larger family behind */
#define CROWD	   32	     /* nor any at all when so many are too many */
#define STACK_SIZE (256 * 1024)

enum {
	NODE_VFORK = 1,
	NODE_THREAD = 2, /* forked by a thread that is not the first */
	NODE_EXEC = 4,
	NODE_TEXEC = 8,	  /* by a thread that is not the first */
	NODE_ALONE = 16,  /* its parent will not wait for it */
	NODE_ORPHAN = 32, /* its parent has ended before it */
	NODE_TOKEN = 64,  /* it gives a token back at its end */
	NODE_BORN = 128
};

struct node {
	int pid;  /* by itself */
	int ppid; /* by itself: getppid at birth */
	int seen; /* by its parent: what fork returned */
	uint32_t parent;
	uint32_t size;	/* processes of its family, itself included */
	uint16_t depth; /* of process 0: 0 */
	uint16_t flags;
	uint16_t reaped; /* 1: by somebody; END is right */
	uint16_t unused;
};

struct shared {
	uint64_t seed;
	uint32_t count;
	uint32_t percent;
	uint32_t depth_max;
	int top;	   /* the pid of process 0 */
	atomic_int tokens; /* how many more may work; can be below 0 */
	atomic_int failed;
	char program[PATH_MAX];
	uint32_t by_pid[PIDS]; /* the last that had it */
	struct node node[];
};

static const struct end {
	int signal;
	const char *name;
} ends[] = {
	{ SIGKILL, "SIGKILL" },
	{ SIGTERM, "SIGTERM" },
	{ SIGUSR1, "SIGUSR1" },
	{ SIGALRM, "SIGALRM" },
};

static struct shared *shared;

/* ---- what is decided by the seed ---- */

/* splitmix64 */
static uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* For a purpose, of one process. */
static uint64_t
random_of(uint32_t serial, uint64_t purpose)
{
	uint64_t state = shared->seed + purpose;

	state = random_next(&state) ^ serial;
	return random_next(&state);
}

/* A wait status. */
static int
end_find(uint32_t serial)
{
	uint64_t r = random_of(serial, 1);

	if (serial == 0 || r % 4 == 0)
		return 0;
	if (r % 16 == 1)
		return ends[r / 16 % (sizeof(ends) / sizeof(ends[0]))].signal;
	return (int)(r / 16 % 256) << 8;
}

/* How a process begins that has so large a family. */
static int
flags_find(uint32_t serial, uint32_t size)
{
	uint64_t r = random_of(serial, 2);
	int flags = 0;

	if (r % 100 < shared->percent)
		flags |= NODE_EXEC;
	r /= 100;
	if (r % 8 == 0 && (size == 1 || flags & NODE_EXEC))
		return flags | NODE_VFORK;
	if (r % 16 == 1)
		flags |= NODE_THREAD;
	r /= 16;
	if (flags & NODE_EXEC && r % 16 == 0)
		flags |= NODE_TEXEC;
	return flags;
}

/* How many children share the family, and how. */
struct shape {
	uint64_t random;
	uint32_t children; /* that are left */
	uint32_t size;	   /* that is left for them */
	uint32_t small;	   /* children with no children, first */
	int equal;
};

static struct shape
shape_find(uint32_t serial, const struct node *node)
{
	struct shape shape = { .random = random_of(serial, 3),
		.size = node->size - 1 };
	uint64_t r = random_next(&shape.random);

	if (node->depth + 1U >= shared->depth_max || shape.size <= r / 8 % 32) {
		shape.children = shape.size;
	} else if (r % 8 <= 1) {
		shape.children = 1;
	} else if (r % 8 == 2) {
		shape.children = 8 + (uint32_t)(r / 8 % 64);
		shape.equal = 1;
	} else if (r % 8 <= 4) {
		shape.small = 1 + (uint32_t)(r / 8 % 8);
		shape.children = shape.small + 1;
	} else {
		shape.children = 2 + (uint32_t)(r / 8 % 4);
	}
	if (shape.children > shape.size)
		shape.children = shape.size;
	return shape;
}

/* The size of the next child's family. */
static uint32_t
shape_next(struct shape *shape)
{
	uint32_t spare = shape->size - shape->children;
	uint32_t size = 1 + spare / shape->children;

	if (shape->children == 1) {
		size = shape->size;
	} else if (shape->small > 0) {
		shape->small--;
		size = 1;
	} else if (!shape->equal) {
		size = 2 * (spare / shape->children) + 1;
		size = 1 + (uint32_t)(random_next(&shape->random) % size);
	}
	shape->children--;
	shape->size -= size;
	return size;
}

/* ---- the life of a process ---- */

static void
fail(const char *what, uint32_t serial)
{
	warn("%lu: %s", (unsigned long)serial, what);
	atomic_store(&shared->failed, 1);
}

static int
token_take(void)
{
	if (atomic_fetch_sub(&shared->tokens, 1) > 0)
		return 1;
	atomic_fetch_add(&shared->tokens, 1);
	return 0;
}

/* What wait says of a child, ours or one that came to us. */
static void
child_ended(pid_t pid, uint32_t serial, int status)
{
	if (serial == 0 || shared->node[serial].pid != pid) {
		errno = ECHILD;
		fail("an unknown child", serial);
		return;
	}
	if (status != end_find(serial) || shared->node[serial].reaped) {
		errno = EINVAL;
		fail("another end", serial);
	}
	shared->node[serial].reaped = 1;
}

/* Wait for that child; 0: for all. Those that came to us are reaped too. Its pid
 * is another's as soon as it is reaped: who it was is looked up before. */
static void
children_wait(pid_t pid)
{
	siginfo_t info;
	uint32_t serial;
	int status;

	for (;;) {
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == -1) {
			if (errno == EINTR)
				continue;
			break;
		}
		serial = shared->by_pid[info.si_pid];
		if (waitpid(info.si_pid, &status, 0) != info.si_pid)
			continue; /* another thread was first */
		child_ended(info.si_pid, serial, status);
		if (info.si_pid == pid)
			return;
	}
	if (pid != 0 || errno != ECHILD)
		fail("wait", shared->by_pid[getpid()]);
}

static _Noreturn void
node_end(uint32_t serial)
{
	int status = end_find(serial);

	if (shared->node[serial].flags & NODE_TOKEN)
		atomic_fetch_add(&shared->tokens, 1);
	if (WIFSIGNALED(status))
		kill(getpid(), WTERMSIG(status));
	_exit(WEXITSTATUS(status));
}

/* Also in the memory of the parent, after vfork. */
static void
node_born(uint32_t serial, uint32_t parent)
{
	struct node *node = &shared->node[serial];
	char name[16];

	node->pid = getpid();
	node->ppid = getppid();
	node->parent = parent;
	node->flags |= NODE_BORN;
	shared->by_pid[node->pid] = serial;
	snprintf(name, sizeof(name), "n%lu", (unsigned long)serial);
	prctl(PR_SET_NAME, name);
}

static void
node_exec(uint32_t serial)
{
	char number[16], name[] = "family", node[] = "node";
	char *argv[] = { name, node, number, NULL };

	snprintf(number, sizeof(number), "%lu", (unsigned long)serial);
	execv(shared->program, argv);
	fail(shared->program, serial);
	_exit(1);
}

/* Calls what with the number, in another thread. */
static void
thread_run(void *(*what)(void *), uint32_t *serial)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int tries = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	do
		errno = pthread_create(&thread, &attributes, what, serial);
	while (errno == EAGAIN && ++tries < 10000 && usleep(1000) == 0);
	if (errno != 0) {
		fail("thread", *serial);
		_exit(1);
	}
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
}

static void *
thread_exec(void *serial)
{
	node_exec(*(uint32_t *)serial);
	return NULL;
}

static void node_run(uint32_t serial);

/* Its parent does not wait for it, and ends at once. */
static void
parent_wait(struct node *node)
{
	const struct timespec nap = { 0, 20000 };

	while (getppid() == shared->node[node->parent].pid)
		nanosleep(&nap, NULL);
	if (getppid() == shared->top)
		node->flags |= NODE_ORPHAN;
}

static _Noreturn void
child_main(uint32_t serial, uint32_t parent)
{
	struct node *node = &shared->node[serial];

	node_born(serial, parent);
	if (node->flags & NODE_VFORK) {
		if (node->flags & NODE_EXEC)
			node_exec(serial);
		node_end(serial);
	}
	if (node->flags & NODE_ALONE)
		parent_wait(node);
	if (node->flags & NODE_TEXEC)
		thread_run(thread_exec, &serial);
	if (node->flags & NODE_EXEC)
		node_exec(serial);
	node_run(serial);
	node_end(serial);
}

static void *
thread_fork(void *unused)
{
	uint32_t *serial = unused;
	struct node *node = &shared->node[*serial];
	uint32_t parent = node->parent;
	pid_t pid = fork();

	if (pid == 0)
		child_main(*serial, parent);
	node->seen = pid;
	return NULL;
}

static void
fork_once(uint32_t serial, uint32_t parent)
{
	struct node *node = &shared->node[serial];
	pid_t pid;

	if (node->flags & NODE_THREAD) {
		node->parent = parent; /* told to the thread */
		thread_run(thread_fork, &serial);
		return;
	}
	pid = node->flags & NODE_VFORK ? vfork() : fork();
	if (pid == 0)
		child_main(serial, parent);
	node->seen = pid;
}

/* Returns the pid of the child. All numbers may be in use for a while. */
static pid_t
node_fork(uint32_t serial, uint32_t parent)
{
	const struct timespec nap = { 0, 1000000 };
	const struct node *node = &shared->node[serial];
	int i;

	if (kill(shared->top, 0) == -1)
		_exit(1);
	for (i = 0; i < 10000; i++) {
		fork_once(serial, parent);
		if (node->seen != -1)
			return node->seen;
		nanosleep(&nap, NULL);
	}
	errno = EAGAIN;
	fail("no new process", serial);
	_exit(1);
}

/* Is the last child to be left alone? */
static int
may_abandon(uint32_t serial, const struct node *child)
{
	return serial != 0 && child->size <= ABANDON &&
	    !(child->flags & NODE_VFORK) && random_of(serial, 4) % 8 == 0 &&
	    atomic_load(&shared->tokens) > -CROWD;
}

/*
 * Make the family: each child works in the place of its parent, which waits,
 * or beside it while there are tokens.
 */
static void
node_run(uint32_t serial)
{
	const struct node *node = &shared->node[serial];
	struct shape shape = shape_find(serial, node);
	uint32_t number = serial + 1;
	struct node *child;
	pid_t pid;

	while (shape.children > 0) {
		child = &shared->node[number];
		child->depth = (uint16_t)(node->depth + 1);
		child->size = shape_next(&shape);
		child->flags = (uint16_t)flags_find(number, child->size);
		if (shape.children == 0 && may_abandon(serial, child)) {
			children_wait(0);
			atomic_fetch_sub(&shared->tokens, 1);
			child->flags |= NODE_ALONE | NODE_TOKEN;
			node_fork(number, serial);
			return;
		}
		if (shape.children > 0 && token_take())
			child->flags |= NODE_TOKEN;
		pid = node_fork(number, serial);
		if (!(child->flags & NODE_TOKEN))
			children_wait(pid);
		number += child->size;
	}
	children_wait(0);
}

/* ---- begin ---- */

static size_t
shared_size(uint32_t count)
{
	return sizeof(struct shared) + count * sizeof(struct node);
}

static void
shared_map(size_t size)
{
	shared = mmap(
	    NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, SHARED_FD, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
}

/* Memory that outlives an exec, as a descriptor: before Linux 3.17 a file. */
static int
memory_create(void)
{
	char name[] = "/tmp/family-XXXXXX";
	int fd = memfd_create("family", 0);

	if (fd == -1 && errno == ENOSYS) {
		fd = mkstemp(name);
		if (fd != -1)
			unlink(name);
	}
	return fd;
}

static void
shared_create(uint32_t count)
{
	int fd = memory_create();
	ssize_t n;

	if (fd == -1 || ftruncate(fd, (off_t)shared_size(count)) == -1 ||
	    dup2(fd, SHARED_FD) == -1)
		err(1, "memory");
	close(fd);
	shared_map(shared_size(count));
	shared->count = count;
	n = readlink("/proc/self/exe", shared->program, PATH_MAX - 1);
	if (n == -1)
		err(1, "/proc/self/exe");
}

/* This program, executed by one of its processes. */
static _Noreturn void
node_main(const char *number)
{
	uint32_t serial = (uint32_t)strtoul(number, NULL, 10), count;

	shared_map(sizeof(struct shared));
	count = shared->count;
	munmap(shared, sizeof(struct shared));
	shared_map(shared_size(count));
	if (serial >= count || shared->node[serial].pid != getpid()) {
		errno = ESRCH;
		fail("executed", serial);
		_exit(1);
	}
	node_run(serial);
	node_end(serial);
}

/* The signals end what they are sent to, and nothing dumps core. */
static void
signals_init(void)
{
	struct rlimit none = { 0, 0 };
	sigset_t empty;
	size_t i;

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGCHLD, SIG_DFL);
	for (i = 1; i < sizeof(ends) / sizeof(ends[0]); i++)
		signal(ends[i].signal, SIG_DFL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
}

/* ---- the truth ---- */

/* Of a process and its parent; complains of what cannot be. */
static void
node_check(uint32_t serial)
{
	const struct node *node = &shared->node[serial];
	const struct node *parent = &shared->node[node->parent];

	errno = EINVAL;
	if (!(node->flags & NODE_BORN))
		fail("never ran", serial);
	else if (node->pid != node->seen)
		fail("another pid than fork said", serial);
	else if (!node->reaped)
		fail("nobody waited for it", serial);
	else if (node->ppid != parent->pid &&
	    (!(node->flags & NODE_ORPHAN) || node->ppid != shared->top))
		fail("another parent", serial);
}

static const char *
kind_name(int flags)
{
	if (flags & NODE_VFORK)
		return "vfork";
	return flags & NODE_THREAD ? "thread" : "fork";
}

static void
node_write(uint32_t serial, FILE *truth)
{
	const struct node *node = &shared->node[serial];
	int status = end_find(serial);
	size_t i = 0;

	fprintf(truth, "%lu %d %lu %s%s%s %u ", (unsigned long)serial,
	    node->pid, (unsigned long)node->parent, kind_name(node->flags),
	    node->flags & NODE_TEXEC	? "+texec" :
		node->flags & NODE_EXEC ? "+exec" :
					  "",
	    node->flags & NODE_ORPHAN ? "+orphan" : "", node->depth);
	if (!WIFSIGNALED(status)) {
		fprintf(truth, "%d\n", WEXITSTATUS(status));
		return;
	}
	while (ends[i].signal != WTERMSIG(status))
		i++;
	fprintf(truth, "%s\n", ends[i].name);
}

/* Returns the depth of the deepest. */
static unsigned
truth_write(FILE *truth)
{
	unsigned depth = 0;
	uint32_t i;

	fprintf(truth, "0 %d - top 0 0\n", shared->top);
	for (i = 1; i < shared->count; i++) {
		node_check(i);
		node_write(i, truth);
		if (shared->node[i].depth > depth)
			depth = shared->node[i].depth;
	}
	return depth;
}

/* ---- the top ---- */

struct family {
	long count;
	long jobs;
	long depth;
	long percent;
	long seed;
	const char *name; /* of the truth */
};

static void
usage(void)
{
	fprintf(stderr,
	    "usage: family [-d depth] [-e percent] [-j jobs] "
	    "[-n count] [-s seed] -t truth\n");
	exit(2);
}

static void
options_parse(struct family *family, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "d:e:j:n:s:t:")) != -1) {
		if (c == 'd')
			family->depth = number_parse(
			    optarg, "depth", 2, DEPTH_MAX);
		else if (c == 'e')
			family->percent = number_parse(
			    optarg, "percent", 0, 100);
		else if (c == 'j')
			family->jobs = number_parse(
			    optarg, "jobs", 1, JOBS_MAX);
		else if (c == 'n')
			family->count = number_parse(
			    optarg, "count", 1, COUNT_MAX);
		else if (c == 's')
			family->seed = number_parse(
			    optarg, "seed", 0, LONG_MAX);
		else if (c == 't')
			family->name = optarg;
		else
			usage();
	}
	if (argc != optind || family->name == NULL)
		usage();
}

static void
top_init(const struct family *family)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1) /* since Linux 3.4 */
		err(1, "subreaper");
	signals_init();
	shared_create((uint32_t)family->count);
	shared->seed = (uint64_t)family->seed;
	shared->percent = (uint32_t)family->percent;
	shared->depth_max = (uint32_t)family->depth;
	shared->tokens = (int)family->jobs - 1;
	shared->top = getpid();
	shared->node[0].pid = shared->top;
	shared->node[0].size = shared->count;
	prctl(PR_SET_NAME, "n0");
}

int
main(int argc, char *argv[])
{
	struct family family = { .count = 1000000,
		.jobs = 4,
		.depth = 100,
		.percent = 25,
		.seed = 1 };
	FILE *truth;
	double begin;
	unsigned depth;

	if (argc == 3 && strcmp(argv[1], "node") == 0)
		node_main(argv[2]);
	options_parse(&family, argc, argv);
	truth = fopen(family.name, "we");
	if (truth == NULL)
		err(1, "%s", family.name);
	top_init(&family);
	begin = seconds_now();
	node_run(0);
	begin = seconds_now() - begin;
	depth = truth_write(truth);
	if (fflush(truth) == EOF || ferror(truth))
		err(1, "%s", family.name);
	fclose(truth);
	printf("family: %ld processes in %.3f s, depth %u\n", family.count,
	    begin, depth);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	return atomic_load(&shared->failed);
}
