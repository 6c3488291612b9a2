/*
 * container: which container a cgroup is of, by its path.  Pure.
 *
 * Engines name the cgroup of a container by its id, 64 hexadecimal digits:
 * /docker/ID, docker-ID.scope, cri-containerd-ID.scope, crio-ID.scope,
 * libpod-ID.scope, /kubepods/burstable/podUID/ID, a.slice:cri-containerd:ID.
 * So an id is a run of 64 such digits in a component, but not that of a
 * monitor, which is outside (crio-conmon-ID.scope, libpod-conmon-ID.scope).
 * LXC and systemd-nspawn have names instead: /lxc/NAME, lxc.payload.NAME,
 * lxc.payload/NAME, machine.slice/machine-NAME.scope,
 * machine.slice/systemd-nspawn@NAME.service; a virtual machine
 * (machine-qemu\x2d...) is no container.  Of containers in containers it is the
 * innermost.
 */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/scan.h"

#define CONTAINER_ID	64
#define CONTAINER_SHORT 12 /* digits of an id that are shown */

/* The id, whole, or the name of the container of a component of a path; before
 * is the component above it, an empty span if there is none.  Returns false if
 * it is of none. */
bool container_of(
    const struct span *component, const struct span *before, struct span *id);

/* The next component of a path, which *path steps over.  Returns false at the
 * end. */
bool cgroup_component(const char **path, struct span *component);

/* Append the id, 12 digits, or the name, as bytes that are not escaped; "-" if
 * it is of no container, "?" if the path is NULL: not known. */
void container_put(struct buf *, const char *path);

#endif
