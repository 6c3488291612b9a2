/*
 * forks - make a new task in every way there is
 *
 * usage: forks PROGRAM
 *        forks -n NAME...
 *
 * A line on stdout for each new task, one after the other:
 *
 *	KIND PID TID PPID
 *
 * PPID is what getppid says in the task itself. KIND is one of the table below;
 * "spawn" executes PROGRAM, which must end with 0. What the kernel does not
 * have is left out. With -n, the kind is "name": a process for each NAME, which
 * takes that name and makes another process that ends at once; both are said,
 * the first one when it has ended. Ends with status 1 when something failed.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK_SIZE 65536

struct task {
	pid_t pid;
	pid_t tid;
	pid_t ppid;
};

extern char **environ;

static struct task *said; /* by the task; all of them can write there */
static const char *program;

/* ---- in the new task ---- */

static void
task_say(void)
{
	said->pid = getpid();
	said->tid = (pid_t)syscall(SYS_gettid);
	said->ppid = getppid();
}

static _Noreturn void
child_main(void)
{
	task_say();
	_exit(0);
}

static int
clone_main(void *unused)
{
	(void)unused;
	child_main();
}

static void *
thread_main(void *unused)
{
	(void)unused;
	task_say();
	return NULL;
}

/* ---- the ways ---- */

/* Wait for that process, and believe its number rather than what it says. */
static void
reap(pid_t pid)
{
	int status;

	if (pid == -1)
		err(1, "no new process");
	while (waitpid(pid, &status, __WALL) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	if (status != 0)
		errx(1, "%ld: status %d", (long)pid, status);
	said->pid = said->tid = pid;
}

static void
by_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		child_main();
	reap(pid);
}

static void
by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		child_main();
	reap(pid);
}

/* The program cannot say it; but whose child it is we know. */
static void
by_spawn(void)
{
	char *argv[] = { (char *)(uintptr_t)program, NULL };
	pid_t pid;

	errno = posix_spawn(&pid, program, NULL, NULL, argv, environ);
	if (errno != 0)
		err(1, "%s", program);
	said->ppid = getpid();
	reap(pid);
}

static pid_t
clone_start(int flags)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));

	return clone(clone_main, stack + sizeof(stack), flags, NULL);
}

static void
by_clone_vm(void)
{
	reap(clone_start(CLONE_VM | SIGCHLD));
}

/* It ends without a signal to us. */
static void
by_clone_quiet(void)
{
	reap(clone_start(0));
}

static void
by_clone_files(void)
{
	reap(clone_start(CLONE_FILES | CLONE_FS | SIGCHLD));
}

/* Its number there is 1. */
static void
by_clone_newpid(void)
{
	reap(clone_start(CLONE_NEWPID | SIGCHLD));
	said->ppid = getpid();
}

/* A child makes a sibling of itself, which is our child. */
static void
by_clone_parent(void)
{
	int number[2];
	pid_t pid, sibling;

	if (pipe(number) == -1)
		err(1, "pipe");
	pid = fork();
	if (pid == 0) {
		sibling = clone_start(CLONE_PARENT | SIGCHLD);
		_exit(write(number[1], &sibling, sizeof(sibling)) !=
		    sizeof(sibling));
	}
	if (read(number[0], &sibling, sizeof(sibling)) != sizeof(sibling))
		err(1, "read");
	close(number[0]);
	close(number[1]);
	reap(pid);
	reap(sibling);
}

static int
clone3_start(uint64_t flags)
{
	/* the first version of struct clone_args */
	uint64_t args[8] = { flags, 0, 0, 0, SIGCHLD };
	long pid = syscall(SYS_clone3, args, sizeof(args));

	if (pid == 0)
		child_main();
	if (pid == -1 && errno == ENOSYS)
		return -1;
	reap((pid_t)pid);
	return 0;
}

static void
by_clone3(void)
{
	clone3_start(0);
}

static void
by_clone3_files(void)
{
	clone3_start(CLONE_FILES);
}

static void
by_pthread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, thread_main, NULL);
	if (errno != 0)
		err(1, "thread");
	pthread_join(thread, NULL);
}

static void *
thread_fork(void *unused)
{
	(void)unused;
	by_fork();
	return NULL;
}

/* The thread that does it has no line. */
static void
by_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, thread_fork, NULL);
	if (errno != 0)
		err(1, "thread");
	pthread_join(thread, NULL);
}

static const struct kind {
	const char *name;
	void (*make)(void);
} kinds[] = {
	{ "fork", by_fork },
	{ "vfork", by_vfork },
	{ "spawn", by_spawn },
	{ "clone-vm", by_clone_vm },
	{ "clone-quiet", by_clone_quiet },
	{ "clone-files", by_clone_files },
	{ "clone-newpid", by_clone_newpid },
	{ "clone-parent", by_clone_parent },
	{ "clone3", by_clone3 },
	{ "clone3-files", by_clone3_files },
	{ "pthread", by_pthread },
	{ "fork-by-thread", by_thread },
};

/* ---- */

static void
say(const char *kind)
{
	if (said->pid == 0)
		return;
	printf("%s %ld %ld %ld\n", kind, (long)said->pid, (long)said->tid,
	    (long)said->ppid);
	if (fflush(stdout) == EOF) /* a child must not have it too */
		err(1, "stdout");
	memset(said, 0, sizeof(*said));
}

static void
name_run(const char *name)
{
	pid_t self = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		by_fork();
		say("name");
		_exit(0);
	}
	reap(pid);
	said->ppid = self;
	say("name");
}

int
main(int argc, char *argv[])
{
	int names = argc > 2 && strcmp(argv[1], "-n") == 0;

	if (argc < 2 || (argc > 2 && !names)) {
		fprintf(stderr,
		    "usage: forks PROGRAM\n"
		    "       forks -n NAME...\n");
		return 2;
	}
	said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (said == MAP_FAILED)
		err(1, "mmap");
	signal(SIGCHLD, SIG_DFL);
	for (int i = 2; i < argc; i++)
		name_run(argv[i]);
	program = argv[1];
	for (size_t i = 0; !names && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++) {
		kinds[i].make();
		say(kinds[i].name);
	}
	return 0;
}
