/*
 * still - processes of all kinds that do nothing, for a snapshot
 *
 * usage: still
 *
 * It is the first of a process group, and makes in it, all alive at once:
 *
 *	s-zombie	has ended, and nobody asks for its status
 *	s-threads	has three more threads
 *	s-leader	its first thread has ended, two others have not
 *	s) 1 (Z) 7	is named so
 *	s-chain		has a child s-chain, and so on, five of them
 *	s-orphan	its parent has ended
 *
 * When all are there "ready" is on stdout. It ends with status 1 when one of
 * them could not be made, else never; kill the group.
 */

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define CHAIN 5

static int done[2]; /* a pipe: those that are ready have closed it */

static void
name(const char *s)
{
	prctl(PR_SET_NAME, s);
}

static _Noreturn void
rest(void)
{
	close(done[1]);
	for (;;)
		pause();
}

static void *
thread(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static void
threads(int n)
{
	pthread_t t;

	for (int i = 0; i < n; i++)
		if (pthread_create(&t, NULL, thread, NULL) != 0)
			_exit(1);
}

static pid_t
child(const char *s)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		name(s);
		close(done[0]);
	}
	return pid;
}

/* It shares the descriptors with its threads: first close, then end. */
static _Noreturn void
leader(void)
{
	threads(2);
	close(done[1]);
	syscall(SYS_exit, 0);
	_exit(1);
}

static _Noreturn void
chain(int n)
{
	while (n > 1 && child("s-chain") == 0)
		n--;
	rest();
}

/* Its parent is one that ends at once. */
static _Noreturn void
orphan(void)
{
	pid_t parent = getpid();

	if (child("s-orphan") != 0)
		_exit(0);
	while (getppid() == parent)
		usleep(1000);
	rest();
}

int
main(void)
{
	siginfo_t info;
	pid_t pid;
	char c;

	setpgid(0, 0);
	if (pipe(done) != 0)
		err(1, "pipe");
	if (child("s-zombie") == 0)
		_exit(3);
	if (child("s-threads") == 0) {
		threads(3);
		rest();
	}
	if (child("s-leader") == 0)
		leader();
	if (child("s) 1 (Z) 7") == 0)
		rest();
	if (child("s-chain") == 0)
		chain(CHAIN);
	pid = child("s-orphan");
	if (pid == 0)
		orphan();
	if (waitid(P_PID, (id_t)pid, &info, WEXITED) != 0)
		err(1, "wait");
	close(done[1]);
	while (read(done[0], &c, 1) > 0)
		;
	usleep(100000); /* the zombies */
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
