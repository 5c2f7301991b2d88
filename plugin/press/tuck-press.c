/* tuck-press: the process in which pages are set and drawn.
 *
 * It is started by the plugin with a socket as descriptor 3 and nothing else; all that it
 * needs to know comes through that socket. Started by hand it says so and ends. */
#include "press/wire.h"
#include "press/worker.h"

#include <malloc.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
    struct stat st;
    if (fstat(WIRE_FD, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        fputs("tuck-press is started by the tuck plugin, not by hand.\n", stderr);
        return 2;
    }
    if (chdir("/") != 0) /* so that no file system of the host's is kept busy */
        return 2;
    /* Each heap of a thread reserves 64 MB of the address space that is limited. */
    mallopt(M_ARENA_MAX, 2);
    return worker_run(WIRE_FD);
}
