/* The worker's cage. */
#ifndef TUCK_PRESS_CONFINE_H
#define TUCK_PRESS_CONFINE_H

#include "base/status.h"
#include "press/wire.h"

struct confinement {
    bool is_landlocked; /* reads fonts and shop, writes nothing, connects nowhere */
    bool is_filtered;   /* system calls */
    bool is_relaxed;    /* a sanitizer's build: no memory limit, no filter */
};

/* Before any thread is started, for Landlock binds the calling thread and its heirs.
 * What the kernel cannot do is told in `ret`, it is no failure. */
void confine(const struct wire_setup *setup, struct confinement *ret);

#endif
