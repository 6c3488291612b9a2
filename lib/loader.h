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
 * Find up to max different loaders: the well-known paths and the one that the
 * first program asks for, in each mount namespace that has a process.  With
 * library, the C library beside each loader and its function execve instead,
 * below our own root only.  Returns how many were found.
 */
int loader_find(struct loader *, int max, bool library);

/*
 * What to probe for one program, open at fd (taken over): its own entry point
 * when it is static, else its loader below root, with *is_static false.
 * Returns 0, or -1.
 */
int loader_of(struct loader *, int fd, const char *path, const char *root,
    bool *is_static);

#endif
