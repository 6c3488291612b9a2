/*
 * fmt: the part of printf(3) that we use, so that a static tool does not
 * carry the rest (floating point, wide characters, streams).  Pure.
 *
 * Conversions: d, u, x, c, s, m (of errno, as in a C library) and %%, with
 * the flags - and 0, a width, the precision of an s, and the sizes l, ll and
 * z.
 */
#ifndef FMT_H
#define FMT_H

#include <stdarg.h>
#include <stddef.h>

/* Write formatted text and a NUL into size bytes; longer text is cut.
 * Returns the length of the whole text. */
int fmt_print(char *, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int fmt_vprint(char *, size_t size, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));

#endif
