#include "complain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"

static void
say(int error, const char *format, va_list ap)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s: ", program_invocation_short_name);
	buf_vprintf(&b, format, ap);
	if (error)
		buf_printf(&b, ": %s", strerror(error));
	buf_putc(&b, '\n');
	if (b.failed) {
		b.len = 0;
		b.failed = false;
		buf_puts(&b, "out of memory\n");
	}
	buf_write(&b, STDERR_FILENO);
	buf_free(&b);
}

void
vcomplain(const char *format, va_list ap)
{
	say(0, format, ap);
}

void
complain(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(0, format, ap);
	va_end(ap);
}

void
complain_errno(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(errno, format, ap);
	va_end(ap);
}

void
die_errno(int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(errno, format, ap);
	va_end(ap);
	exit(status);
}
