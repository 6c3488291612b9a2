/*
 * message: lines on standard error, each in one write, after the name of the
 * program.  The rest of the library prints nothing.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>

/* Print a message, formatted as by printf(3); "%m" is what errno means. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void
vcomplain(const char *format, va_list) __attribute__((format(printf, 1, 0)));

#endif
