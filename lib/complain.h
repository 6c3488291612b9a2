/*
 * complain: a line on stderr, behind the name of the program, as err(3) has
 * it; in one write.  For the programs: the library does not speak.
 */
#ifndef COMPLAIN_H
#define COMPLAIN_H

#include <stdarg.h>

/* Say it. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void
vcomplain(const char *format, va_list) __attribute__((format(printf, 1, 0)));

/* Say it, and what errno means. */
void
complain_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Say it, and what errno means, and exit. */
void die_errno(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
