/*
 * plain: does the exec of a path leave the user as it was?
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdint.h>

/* Before the first of these times. */
void plain_open(void);

/*
 * Is it certain that the path, as it is seen here, was a program of this
 * machine, or a script of one, without the set-user-ID and the set-group-ID
 * bit, at a time (ns since 1970) and since then?  pid is who executed it: it
 * chose the file, so a helper looks.  Returns the path of the
 * program without symbolic links, valid until the next job of a helper; or
 * NULL.
 */
const char *plain_exec(int pid, const char *path, int64_t since);

#endif
