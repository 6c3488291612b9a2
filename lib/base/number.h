/*
 * number: decimal numbers, and what arithmetic alone does not have.  Pure.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

#include "base/buf.h"

/* n as a floating-point number. */
double number_real(uint64_t n);

/* part/whole of n, at most n; right to 2^-30 of n, and exact of a whole below
 * 2^32. */
uint64_t number_share(uint64_t n, uint64_t part, uint64_t whole);

/* The decimal number that a text begins with, after blanks and perhaps a '-';
 * 0 if there is none, INT64_MAX if it is too large.  *end, unless that is NULL,
 * is what follows.  strtoll(3) is 3 KB of musl. */
int64_t number_parse(const char *text, char **end);

/* Append n in decimal, padded on the left with pad up to width (at most 20)
 * bytes.  It is for what each line has: printf of musl takes 0.3 us a number.
 */
void number_put(struct buf *, uint64_t n, size_t width, char pad);

#endif
