/*
 * failer: three calls of execve that fail, each in its own way and with its
 * own arguments, then ends.
 */
#include <fcntl.h>
#include <unistd.h>

static void
fail(const char *path, const char *second)
{
	char *argv[] = { "prog", (char *)second, "b c", NULL };

	execv(path, argv);
}

int
main(void)
{
	static const char text[] = "neither ELF nor #!\n";
	int fd = open("notaprogram", O_WRONLY | O_CREAT | O_TRUNC, 0755);

	if (fd < 0 || write(fd, text, sizeof text - 1) < 0)
		return 1;
	close(fd);
	fail("/nonexistent/prog", "a");
	fail("/dev/null", "x");
	fail("./notaprogram", "y");
	unlink("notaprogram");
	return 0;
}
