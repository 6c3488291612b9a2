/*
 * scan: bytes that are parsed from the left, or cut from the right, where the
 * text between may be anything.  Pure; a span needs no NUL at its end.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What separates words.  A newline stands where two lines were joined. */
#define SCAN_BLANKS " \t\n"

/* What is still to be parsed: the bytes from p up to end, lent. */
struct span {
	const char *p, *end;
};

/* How many bytes. */
size_t span_len(const struct span *);

/* Is it exactly this word? */
bool span_is(const struct span *, const char *word);

/* The first occurrence of word, or NULL.  A blank in word is one of
 * SCAN_BLANKS, in span_split too. */
const char *span_find(const struct span *, const char *word);

/* Cut it at the last occurrence of word; tail is what follows the word.
 * Returns false, and changes nothing, when there is none. */
bool span_split(struct span *, const char *word, struct span *tail);

/* Cut off the blanks, and the carriage returns, at its end. */
void span_trim(struct span *);

/* Copy with a NUL.  Returns false, and copies nothing, if it does not fit, or
 * two lines were joined in it: what stood there is not certain. */
bool span_copy(const struct span *, char *to, size_t size);

/* Step over the bytes of a set.  Returns how many. */
size_t scan_set(struct span *, const char *set);

/* Step over the digits of a number, in a base up to 16 (lower case).  Returns
 * false when there is no digit or the number exceeds max; then *value and the
 * span are anything. */
bool scan_number(struct span *, unsigned base, uint64_t max, uint64_t *value);

/* Step over a decimal int that may be negative, whose value is not needed.
 * Returns false, and stays where it is, when there is none. */
bool scan_signed(struct span *);

/* The line after this one, of text with a NUL at its end; after the last line
 * the empty text there. */
char *find_line(const char *line);

/*
 * Step over what fmt says: %d an int without sign, %u and %x a uint64_t (less
 * than UINT64_MAX), a blank one or more of SCAN_BLANKS, $ the end, any other
 * byte itself.  Returns false, and stays where it is, when that is not next;
 * what the arguments point to is then anything.
 */
bool scan(struct span *, const char *fmt, ...);

#endif
