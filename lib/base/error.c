/* One form for all reasons, so that they can be handed up unread. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
error_set(struct error *error, const char *format, ...)
{
	va_list ap;

	error->code = errno;
	va_start(ap, format);
	vsnprintf(error->text, sizeof error->text, format, ap);
	va_end(ap);
	return -1;
}

int
error_memory(struct error *error)
{
	errno = ENOMEM;
	return error_set(error, "%m");
}
