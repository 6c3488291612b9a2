#include "why.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "fmt.h"

int
why_set(char *why, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fmt_vprint(why, WHY_LEN, format, ap);
	va_end(ap);
	return -1;
}

int
why_memory(char *why)
{
	return why_set(why, "%s", strerror(ENOMEM));
}
