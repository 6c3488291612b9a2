/*
 * output: a file that the user named to be written.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "base/error.h"

/*
 * Open a file for writing: a new one, readable by its owner only, or one that
 * exists, which is emptied if it is a regular file.  In a directory that other
 * users can write to, such as /tmp, it must be new, or a regular file of this
 * user with one name: another user may have put a link or a FIFO there (as the
 * kernel's fs.protected_symlinks, protected_fifos and protected_regular, where
 * they are on).  Never waits for the reader of a FIFO.  Returns a descriptor,
 * which the caller closes, or -1 with an error.
 */
int output_open(const char *path, struct error *error);

#endif
