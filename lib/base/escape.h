/*
 * escape: bytes that a traced process chose, made safe for a line of text, a
 * shell, or JSON.  Pure.  Nothing here lets a control character, a byte that
 * is not UTF-8, or a character that reorders a terminal's line through.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * The length of the UTF-8 character at s (1 to 4), or 0 when there is none:
 * RFC 3629, so no surrogates, no overlong forms.  *c is the character.
 */
size_t utf8_next(const char *s, size_t len, uint32_t *c);

/* Append with \n \t \r \\ and \xHH (each byte) for what is not safe.  It can
 * be reversed to the exact bytes. */
void escape_text(struct buf *, const char *, size_t);

/* The same as one word: a space is \x20. */
void escape_word(struct buf *, const char *, size_t);

/* Append quoted for a POSIX shell if it needs to be; what is not safe makes
 * it $'...' (bash, ksh, zsh, busybox; not dash 0.5.12). */
void escape_shell(struct buf *, const char *, size_t);

/* The same for the first word of a command: one that the shell would not take
 * for its name is quoted. */
void escape_command(struct buf *, const char *, size_t);

/* Append as a JSON string with its quotes.  A byte that is not UTF-8 becomes
 * the lone surrogate U+DC80 to U+DCFF, as in Python's surrogateescape. */
void escape_json(struct buf *, const char *, size_t);

#endif
