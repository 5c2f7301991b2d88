/* A kind of printer, behind printer.c. Inside printer/.
 *
 * The functions are given what printer.h says of the calls of the same name, after
 * printer.c has found the driver by scheme, checked arguments and set the outputs to
 * "unknown" and "none". A NULL function: printer.c answers "cannot be known". */
#ifndef TUCK_PRINTER_DRIVER_H
#define TUCK_PRINTER_DRIVER_H

#include "printer/printer.h"

struct transfer { /* one printer_send() */
    const struct printer *printer;
    const struct printer_document *document;
    printer_before_fn *before;
    void *data;
    const struct patience *patience;
    struct arena *arena;
    struct notes *notes;
};

struct printer_driver {
    const char *scheme; /* "socket" */
    enum status (*check)(const struct printer *printer, const char *file, int32_t line,
                         struct notes *notes);
    enum status (*ask)(const struct printer *printer, const struct patience *patience,
                       struct arena *arena, struct notes *notes,
                       struct printer_report *ret);
    enum status (*send)(const struct transfer *transfer, struct printer_receipt *ret);
    enum status (*follow)(const struct printer *printer, const char *name,
                          int64_t device_job, const struct patience *patience,
                          struct arena *arena, struct notes *notes,
                          struct printer_progress *ret);
    enum status (*cancel)(const struct printer *printer, int64_t device_job,
                          const struct patience *patience, struct notes *notes);
};

extern const struct printer_driver driver_dir, driver_exec, driver_socket, driver_ipp;

#endif
