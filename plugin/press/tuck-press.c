/* tuck-press: the process in which pages are set and drawn.
 *
 * It is started by the plugin with a socket as descriptor 3 and nothing else; all that it
 * needs to know comes through that socket. Started by hand it says so and ends. */
#include "press/worker.h"

int
main(void)
{
    return worker_main();
}
