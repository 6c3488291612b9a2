/*
 * probe_find: the places that each method has on this machine.
 */
#ifndef PROBE_FIND_H
#define PROBE_FIND_H

#include "base/error.h"
#include "trace/probe.h"

/*
 * The places a method has on this machine, appended to the list.  Returns how
 * many were added; 0 with an error when this kernel
 * or architecture has none.
 */
int
probe_find(struct probe_list *, enum method, int tracefs, struct error *error);

/*
 * A place for a program that passed by none of METHOD_LDSO: its own entry when
 * it is static, else the loader it asks for (of a container that began later,
 * say).  It is read through /proc/PID/exe; when it has ended, by its path,
 * as its parent would find it: a wrong guess probes a file that is not run.
 * Returns the new place in the list, or NULL when there is none or it is
 * known.
 */
struct probe_site *
probe_find_program(struct probe_list *, int pid, int ppid, const char *path);

#endif
