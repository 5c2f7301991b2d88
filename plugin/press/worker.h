/* The worker: the press's other half, alone in its process. */
#ifndef TUCK_PRESS_WORKER_H
#define TUCK_PRESS_WORKER_H

/* All of its process; the exit status. */
int worker_main(void);

#endif
