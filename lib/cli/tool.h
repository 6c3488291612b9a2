/*
 * tool: what the programs have in common: the loop over events, messages, the
 * exit status.
 */
#ifndef TOOL_H
#define TOOL_H

#include "cli/tool_state.h"

/* Parse the command line.  Prints the usage and exits for -h, -V and errors.
 * A tool that was run by a self-test exits at once. */
void tool_options(struct tool *, int argc, char **argv);

/* Exit with status 2: "tool: MESSAGE" and the usage. */
void tool_usage(const struct tool *, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* Exit with status 2 if anything but options and a command was given. */
void tool_no_operands(const struct tool *, int argc, char **argv);

/* Choose /proc and the clock, before anything of this machine is looked at.
 * Returns 0, or -1 with an error. */
int tool_begin(const struct tool *, struct error *);

/* Complain that the PIDs shown are not those of our pid namespace. */
void tool_note_pids(void);

/* Trace or replay, as the options ask.  Returns the exit status. */
int tool_run(struct tool *);

/* The exit status of a failure: 1, or 125 with a command. */
int tool_failed(const struct tool *);

/* Complain, in a line that may hold a path which another process chose. */
void tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What -v makes of findings, without it nothing. */
struct findings tool_findings(const struct tool *);

/* Draw, by the callback, into the sink; tool_run does it too.  Returns 0, or -1
 * after a message. */
int tool_draw(struct tool *);

#endif
