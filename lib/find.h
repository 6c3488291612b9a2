/*
 * find: bytes in bytes, as memmem(3) and strstr(3) do it, without the tables
 * that those need for needles that we do not have.  Pure.
 */
#ifndef FIND_H
#define FIND_H

#include <stddef.h>

/* The first place of word in what is searched, or NULL. */
char *find_bytes(const void *, size_t, const void *word, size_t);
char *find_text(const char *, const char *word);

/* The line behind that one; behind the last one it is empty. */
char *find_line(const char *line);

#endif
