/* As err(3), but one write(2) a message, because a command writes to the same
 * terminal. */
#include "cli/message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "input/signals.h"

#define GIVE_UP_NS  50000000u /* a signal ends the tool: for each message */
#define MESSAGE_LEN 8192      /* with an escaped path; the rest is cut */

/* A pipe that nothing reads must not keep a signal off.  Returns false when the
 * message is given up. */
static bool
is_writable(void *arg, int fd)
{
	(void)arg;
	while (
	    !signals_writable(fd, signals_pending() ? GIVE_UP_NS : UINT64_MAX))
		if (signals_caught)
			return signals_writable(fd, GIVE_UP_NS);
	return true;
}

void
vcomplain(const char *format, va_list ap)
{
	char text[MESSAGE_LEN]; /* there may be no memory */
	int error = errno;
	int len = snprintf(
	    text, sizeof text, "%s: ", program_invocation_short_name);
	size_t left = sizeof text - (size_t)len;

	errno = error;
	len += vsnprintf(text + len, left, format, ap);
	if (len >= (int)sizeof text)
		len = sizeof text - 1;
	text[len++] = '\n';
	buf_write(&(struct buf){ .data = text, .len = (size_t)len },
	    STDERR_FILENO, is_writable, NULL);
}

void
complain(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vcomplain(format, ap);
	va_end(ap);
}
