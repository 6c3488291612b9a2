/*
 * print: bytes that a traced process chose, made safe for a line of text, a
 * shell, or JSON.  Pure.  Nothing here lets a control character, a byte that
 * is not UTF-8, or a character that reorders a terminal's line through.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "event.h"

/*
 * The length of the UTF-8 character at s (1 to 4), or 0 when there is none:
 * RFC 3629, so no surrogates, no overlong forms.  *c is the character.
 */
size_t utf8_next(const char *s, size_t len, uint32_t *c);

/* Append with \n \t \r \\ and \xHH (each byte) for what is not safe.  It can
 * be reversed to the exact bytes. */
void print_escaped(struct buf *, const char *, size_t);

/* The same as one word: a space is \x20. */
void print_word(struct buf *, const char *, size_t);

/* Append quoted for a POSIX shell if it needs to be; what is not safe makes
 * it $'...' (bash, ksh, zsh, busybox; not dash 0.5.12). */
void print_shell(struct buf *, const char *, size_t);

/* Append as a JSON string with its quotes.  A byte that is not UTF-8 becomes
 * the lone surrogate U+DC80 to U+DCFF, as Python's surrogateescape has it. */
void print_json(struct buf *, const char *, size_t);

/* Arguments on one line, at most max of them: escaped or (quote) for a
 * shell; for an exec that failed the path that was tried stands in place of
 * argv[0].  " [...]" marks that there are more; without any, the path and
 * " [?]"; without arguments at all (argc 0), the path and " []".  An
 * argument that looks like such a mark at the end of the line is escaped. */
void print_args(struct buf *, const struct event *, int max, bool quote);

/* ns as seconds with 6 decimals, cut. */
void print_seconds(struct buf *, uint64_t ns);

/* Wall-clock time, ns since 1970, as local time in ISO 8601 with
 * microseconds: 2026-11-20T21:38:20.123456+0100. */
void print_time(struct buf *, uint64_t ns);

/* The name of a task as one word; "?" when it has none or it is not known. */
void print_comm(struct buf *, const char *comm);

/* A column: a pid and a blank, or "?" (PPID_UNKNOWN). */
void print_pid(struct buf *, int pid);

/* The name of a signal: "SIGKILL", "SIGRTMIN+2", or "SIG32". */
void print_signal(struct buf *, int sig);

/* A wait status (struct event, code): "0" to "255", "SIGKILL",
 * "SIGSEGV+core", "SIGSEGV+core?" when it is not known whether core was
 * dumped, "?". */
void print_status(struct buf *, int code);

/* The name of an errno value: "ENOENT", or its number. */
void print_errno(struct buf *, int error);

#endif
