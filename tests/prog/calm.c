/*
 * calm - a small tree of processes of which nothing changes
 *
 * usage: calm
 *
 * A zombie, processes with hostile names, with threads, without a first thread,
 * that wait for a vfork, are stopped, are five levels deep, or were adopted by
 * this one. "ready" is on stdout when all are there; they end with standard
 * input.
 */

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STACK_SIZE 65536
#define KINDS	   9

static int told[2]; /* a pipe: a byte from each that is there */

static void
name(const char *s)
{
	prctl(PR_SET_NAME, s);
}

static _Noreturn void
stay(void)
{
	char c = 0;

	if (write(told[1], &c, 1) != 1)
		_exit(1);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	_exit(0);
}

static void
do_zombie(void)
{
	char c = 0;

	name("c-zombie");
	_exit(write(told[1], &c, 1) != 1);
}

static void
do_newline(void)
{
	name("a\nb) R 1 (c");
	stay();
}

static void
do_bracket(void)
{
	name(") S 1 1 1 (");
	stay();
}

static void *
thread(void *arg)
{
	name("c-thread");
	if (arg)
		stay();
	for (;;)
		pause();
}

static void
threads(int count, void *last)
{
	pthread_t t;

	while (count-- > 0)
		if (pthread_create(&t, NULL, thread, count ? NULL : last) != 0)
			errx(1, "thread");
}

static void
do_threads(void)
{
	name("c-threads");
	threads(3, NULL);
	stay();
}

static void
do_leaderless(void)
{
	name("c-leader");
	threads(2, told);
	syscall(SYS_exit, 0);
}

static int
stay_vforked(void *unused)
{
	(void)unused;
	stay();
}

static void
do_vfork(void)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));

	name("c-vfork");
	clone(stay_vforked, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	_exit(0);
}

static void
do_stop(void)
{
	pid_t pid = fork();
	char c;

	name("c-stopped");
	if (pid == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	c = 0;
	if (write(told[1], &c, 1) != 1)
		_exit(1);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	kill(pid, SIGKILL);
	_exit(0);
}

static void
do_chain(void)
{
	for (int i = 0; i < 4; i++)
		if (fork() != 0) {
			wait(NULL);
			_exit(0);
		}
	name("c-chain");
	stay();
}

/* Its parent ends. */
static void
do_orphan(void)
{
	pid_t parent = getpid();

	if (fork() != 0)
		_exit(0);
	while (getppid() == parent)
		usleep(100);
	name("c-orphan");
	stay();
}

int
main(void)
{
	static void (*const kinds[KINDS])(void) = { do_zombie, do_newline,
		do_bracket, do_threads, do_leaderless, do_vfork, do_stop,
		do_chain, do_orphan };
	pid_t pid = 0;
	char c;

	if (pipe(told) == -1 || prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		err(1, "begin");
	for (int i = 0; i < KINDS; i++) {
		pid = fork();
		if (pid == -1)
			err(1, "fork");
		if (pid == 0)
			kinds[i]();
	}
	waitpid(pid, NULL, 0); /* the orphan's parent */
	for (int i = 0; i < KINDS; i++)
		if (read(told[0], &c, 1) != 1)
			err(1, "read");
	usleep(10000);
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}
