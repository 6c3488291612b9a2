/*
 * ere: POSIX extended regular expressions over bytes, match or no match, in
 * time linear in the text.  Pure.
 *
 * What regex(7) has: . [] with ranges, classes and negation, * + ? {m,n}, |,
 * (), ^, $, \ before a punctuation mark; of GNU's, \w \W \s \S.  Not: back
 * references, collating elements.
 */
#ifndef ERE_H
#define ERE_H

#include <stdbool.h>
#include <stddef.h>

struct ere_op;

struct ere {
	struct ere_op *op; /* the program: a Thompson NFA */
	unsigned char (*set)[32];
	unsigned *seen, *now, *next, *todo; /* room for a match */
	unsigned ops, sets, round;
};

/* Compile an expression; ere_free frees it.  Returns NULL, or a sentence that
 * says what is wrong with it (then nothing is to be freed). */
const char *ere_compile(struct ere *, const char *expression);

/* Does the expression match a part of text? */
bool ere_match(struct ere *, const char *text);

void ere_free(struct ere *);

#endif
