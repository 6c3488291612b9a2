/*
 * why: a sentence that says why something failed.  The library returns it,
 * the program prints it.
 */
#ifndef WHY_H
#define WHY_H

#define WHY_LEN 512

/* Write the sentence into why (WHY_LEN bytes; longer is cut).  Returns -1. */
int why_set(char *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* There was no memory.  Returns -1. */
int why_memory(char *why);

#endif
