/*
 * loader: the dynamic loaders of this machine and of its containers.
 */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LOADER_PATH 256 /* a longer one is cut: it is only shown */

struct loader {
	char path[LOADER_PATH]; /* as seen from this process */
	int fd;			/* the file itself; the caller's to close */
	uint64_t offset;	/* in the file: entry point, or execve */
	bool own;		/* found below our own root: may be run */
	dev_t dev;
	ino_t ino;
};

/*
 * Find up to max different loaders: the well-known paths in each mount
 * namespace that has a process of our user namespace, and the one that its
 * first process asks for, if that is root's.  With library, the C library
 * beside each loader and its function execve instead, below our own root only.
 * Returns how many were found.
 */
int loader_find(struct loader *, int max, bool library);

/*
 * What to probe for the program that a process executed by this path: its own
 * entry point when it is static, else the loader that it asks for, also one of
 * a container that began later.  The program is read through /proc/PID/exe;
 * when the process has ended, by the path, as its parent would find it: a wrong
 * guess probes a file that is not run.
 *
 * Only root, in our user namespace, has files of its choice probed: other
 * processes a well-known loader.  Returns 0, or -1.
 */
int loader_of(
    struct loader *, int pid, int ppid, const char *path, bool *is_static);

#endif
