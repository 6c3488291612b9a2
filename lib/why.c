#include "why.h"

#include <stdarg.h>
#include <stdio.h>

int
why_set(char *why, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, WHY_LEN, format, ap);
	va_end(ap);
	return -1;
}
