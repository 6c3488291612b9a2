/*
 * rename - run a program under three names
 *
 * usage: rename PROGRAM ARGUMENT
 */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <unistd.h>

int
main(int argc, char **argv)
{
	static const char *const names[] = { "rename", "a new name",
		"evil)<init(1" };

	if (argc != 3)
		return 2;
	for (int i = 0; i < 3; i++) {
		pid_t pid;

		prctl(PR_SET_NAME, names[i]);
		pid = fork();
		if (pid == 0) {
			execv(argv[1], argv + 1);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	return 0;
}
