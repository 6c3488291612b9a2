/*
 * sayargs - say what was executed, as the new program itself sees it
 *
 * Writes a line to descriptor 3:
 *
 *	KIND PID PPID COMM PATH ARGC ARG...
 *
 * KIND is $KIND; PATH is what the kernel was asked to execute (AT_EXECFN), the
 * strings are in hexadecimal, "-" when empty. With CHAIN=n it then executes
 * itself n times, with the arguments {argv[0], "link", "n"}.
 */

#include <sys/auxv.h>
#include <sys/prctl.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAY_FD		3
#define NUMBER_MAX	32
#define COMM_LEN	16

struct line {
	char *text;
	size_t len;
};

static void
add(struct line *line, const char *s)
{
	size_t n = strlen(s);

	line->text = realloc(line->text, line->len + n + 1);
	if (line->text == NULL)
		err(1, NULL);
	memcpy(line->text + line->len, s, n + 1);
	line->len += n;
}

static void
add_number(struct line *line, long n)
{
	char number[NUMBER_MAX];

	snprintf(number, sizeof(number), " %ld", n);
	add(line, number);
}

static void
add_string(struct line *line, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	size_t i, n = strlen(s);
	char *hex = malloc(2 * n + 3), *p = hex;

	if (hex == NULL)
		err(1, NULL);
	*p++ = ' ';
	if (n == 0)
		*p++ = '-';
	for (i = 0; i < n; i++) {
		*p++ = digits[(unsigned char)s[i] >> 4];
		*p++ = digits[(unsigned char)s[i] & 15];
	}
	*p = '\0';
	add(line, hex);
	free(hex);
}

static void
say(const struct line *line)
{
	size_t done = 0;
	ssize_t n;

	while (done < line->len) {
		n = write(SAY_FD, line->text + done, line->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(1, "descriptor %d", SAY_FD);
		done += (size_t)n;
	}
}

/* Execute ourselves once more, if $CHAIN says so. */
static void
go_on(const char *path, char *name)
{
	const char *chain = getenv("CHAIN");
	long n = chain != NULL ? strtol(chain, NULL, 10) : 0;
	char number[NUMBER_MAX];
	char *argv[] = { name, "link", number, NULL };

	if (n <= 0)
		return;
	snprintf(number, sizeof(number), "%ld", n - 1);
	setenv("CHAIN", number, 1);
	execv(path, argv);
	err(1, "%s", path);
}

int
main(int argc, char *argv[])
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	const char *kind = getenv("KIND");
	struct line line = { NULL, 0 };
	char comm[COMM_LEN];
	int i;

	if (path == NULL || prctl(PR_GET_NAME, comm) == -1)
		errx(1, "no AT_EXECFN");
	add(&line, kind != NULL ? kind : "-");
	add_number(&line, (long)getpid());
	add_number(&line, (long)getppid());
	add_string(&line, comm);
	add_string(&line, path);
	add_number(&line, argc);
	for (i = 0; i < argc; i++)
		add_string(&line, argv[i]);
	add(&line, "\n");
	say(&line);
	go_on(path, argc > 0 ? argv[0] : "");
	return 0;
}
