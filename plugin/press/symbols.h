/* The symbols of a job's pages, each as the device would print it. In the worker. */
#ifndef TUCK_PRESS_SYMBOLS_H
#define TUCK_PRESS_SYMBOLS_H

#include "press/sheets.h"

/* Adds them to the making's sheet. Pages are made anew, and what was noted of them once
 * is not noted again. */
enum status symbols_gather(struct making *making);

#endif
