/* The worker: the press's other half, alone in its process. */
#ifndef TUCK_PRESS_WORKER_H
#define TUCK_PRESS_WORKER_H

/* Serves jobs from the socket until the client closes it; the process's exit status. */
int worker_run(int fd);

#endif
