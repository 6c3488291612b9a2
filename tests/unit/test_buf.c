/*
 * buf_write: all that was to be written arrives, whatever the descriptor is.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "tap.h"

static int from; /* where it arrives */
static size_t arrived;

static void
take(void)
{
	char text[8192];
	ssize_t n = read(from, text, sizeof text);

	arrived += n > 0 ? (size_t)n : 0;
}

/* Reads whenever there may be no room. */
static bool
writable(void *arg, int fd)
{
	(void)arg;
	(void)fd;
	take();
	return true;
}

static void
check(int to, size_t len, const char *what)
{
	struct pollfd p = { .events = POLLIN };
	struct buf b = { 0 };

	for (size_t i = 0; i < len; i++)
		buf_putc(&b, i % 64 == 63 ? '\n' : 'x');
	arrived = 0;
	tap_is_int(buf_write(&b, to, writable, NULL), 0, "%s", what);
	for (p.fd = from; arrived < len && poll(&p, 1, 5000) > 0;)
		take();
	tap_is_int((int)arrived, (int)len, "all of it arrives");
	buf_free(&b);
}

static void
test_pipe(void)
{
	int fd[2];

	tap_ok(pipe(fd) == 0, "a pipe");
	from = fd[0];
	fcntl(from, F_SETFL, O_NONBLOCK);
	check(fd[1], 300000, "more than a pipe holds");
	tap_ok(!(fcntl(fd[1], F_GETFL) & O_NONBLOCK), "others share it");
	close(fd[0]);
	close(fd[1]);
}

static void
test_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios t;

	tap_ok(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0,
	    "a terminal");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	tcgetattr(slave, &t);
	cfmakeraw(&t);
	tcsetattr(slave, TCSANOW, &t);
	from = master;
	fcntl(from, F_SETFL, O_NONBLOCK);
	check(slave, 20000, "more than a terminal holds");
	fcntl(master, F_SETFL, 0);
	from = slave;
	fcntl(from, F_SETFL, O_NONBLOCK);
	check(master, 2000, "its other side, which opened anew is another");
	close(slave);
	close(master);
}

int
main(void)
{
	test_pipe();
	test_terminal();
	return tap_done();
}
