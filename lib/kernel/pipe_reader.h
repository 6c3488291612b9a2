/*
 * pipe_reader: which process has a trace pipe open.
 */
#ifndef PIPE_READER_H
#define PIPE_READER_H

/* The PID of a process that has a trace pipe of this instance open, or any
 * other file of it; with NULL, a trace pipe of the top level.  0 when there is
 * none, as far as this /proc shows processes and lets us see their files. */
int pipe_reader(int tracefs, const char *instance);

#endif
