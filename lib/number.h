/*
 * number: strtoll(3) and strtoull(3) of bytes as the C locale has them.  Pure.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

/* The number that text begins with, behind blanks, in base 10 or 16 (with or
 * without 0x); end (may be NULL) is set behind it, or to text if it is none.
 * A number too large or too small is the largest or smallest, and errno is
 * ERANGE. */
long long number_signed(const char *text, char **end, int base);

/* The usual case of it: base 10, and what follows does not matter. */
int number_int(const char *text);

/* Without a sign: a -1 is ULLONG_MAX, as strtoull has it. */
unsigned long long number_unsigned(const char *text, char **end, int base);

/* part/whole of n, at most n; right to 2^-30 of n, and exact of a whole below
 * 2^32. */
uint64_t number_share(uint64_t n, uint64_t part, uint64_t whole);

#endif
