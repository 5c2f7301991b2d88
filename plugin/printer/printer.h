/* Printers: asked, sent to, followed.
 *
 * One table of drivers (printer.c), by the scheme of the printer's URI: ipp and ipps
 * (printer-ipp.c, libcups), socket (printer-socket.c), dir (printer-dir.c), exec
 * (printer-exec.c). Every call keeps to its patience whatever the device does: a printer
 * that says nothing is a state, not a fault. All calls are thread-safe, but one printer is
 * sent to by one at a time (the spool sees to that). */
#ifndef TUCK_PRINTER_PRINTER_H
#define TUCK_PRINTER_PRINTER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "press/job.h"

/* A printer as the shop's settings say. Lent by whoever opened the settings. */
struct printer {
    const char *name; /* "label-3" */
    const char *uri;  /* ipp://host/ipp/print, socket://host:9100, dir:/path, exec:/path */
    enum sheet_format format; /* what it is sent; 0: the best it says it takes */
    int32_t dpi;              /* 0: as it says, else 203 */
    struct press_device device;
    const char *media;        /* PWG name; NULL: what is loaded, or not known */
    bool is_exec_allowed;     /* settings allow exec: */
    bool is_one_way;          /* nothing comes back over its socket */
    int32_t connect_ms;       /* patience with a connection; 0: 2,000 */
};

enum printer_state {
    PRINTER_UNKNOWN, /* it cannot be asked (a folder that is there, a program) */
    PRINTER_IDLE,
    PRINTER_PRINTING,
    PRINTER_STOPPED, /* it said so, or one of its reasons is an error */
    PRINTER_SILENT,  /* reached, but it does not answer: a Zebra printer that is open, out
                      * of media or paused is just that; or it takes no questions */
    PRINTER_GONE,    /* not reached: refused, no route, no such folder or program */
};
const char *printer_state_name(enum printer_state state); /* "idle", … */

struct printer_media {
    const char *name; /* PWG 5101.1; NULL: not told */
    int32_t width_mm100, height_mm100;
};

/* What a printer says of itself. What it does not say is NULL, 0, or an empty list. */
struct printer_report {
    enum printer_state state;
    const char *make;    /* make and model */
    const char *reasons; /* IPP keywords, parted by blanks, "" none: "media-empty-error";
                          * what ~HQES and ~HS say is told in the same words */
    const char *detail;  /* one sentence for people: "the head is open"; "" none */
    const char *const *mimes; /* NULL-terminated: document formats */
    int32_t dpi_x, dpi_y;
    int32_t head_dots;
    bool has_colour;
    const struct printer_media *loaded; /* media in its trays */
    size_t loaded_count;
    int64_t waiting; /* jobs or labels it still has to print; -1: not known */
    int64_t took_ms;
};

/* Asks. STATUS_OK whenever there is a state, GONE and SILENT too; STATUS_BAD_INPUT: the
 * URI is wrong or exec is not allowed. */
enum status printer_ask(const struct printer *printer, const struct patience *patience,
                        struct arena *arena, struct notes *notes,
                        struct printer_report *ret);
/* Is it of a kind that answers when all is well? Then its silence is trouble. */
bool printer_should_answer(const struct printer *printer);
/* Would it print a job now? Not stopped, not gone, no reason that is an error. */
bool printer_is_ready(const struct printer_report *report);

struct printer_document {
    const void *bytes;
    size_t n;
    enum sheet_format format;
    const char *name; /* of the job, unique for ever: [A-Za-z0-9._-], at most 120 bytes */
    const char *title; /* for people; may be NULL */
    int32_t width_mm100, height_mm100; /* of the media; 0: not known */
    int32_t copies;                    /* 0: 1; not of formats that hold it themselves */
};

/* How a transfer ended. What matters is only whether the paper may come. */
enum delivery {
    DELIVERY_NONE,    /* nothing of it arrived: it may be sent again */
    DELIVERY_TAKEN,   /* the device has all of it */
    DELIVERY_UNSURE,  /* some or all of it may have arrived */
    DELIVERY_REFUSED, /* the device will never take this document */
};

struct printer_receipt {
    enum delivery delivery;
    int64_t device_job;   /* the device's number for what it took; 0: it gives none */
    const char *text;     /* why not, one sentence in the arena; "" when taken */
    int64_t first_byte_ms; /* on clock_monotonic_ms(); 0: none was sent */
};

/* Told just before the first byte of the document goes out: from then on paper may come.
 * Anything but STATUS_OK stops the transfer with DELIVERY_NONE. */
typedef enum status printer_before_fn(void *data);

/* Sends one document. STATUS_OK whenever the receipt tells what became of it.
 *
 * A program (exec:) finds the document on its standard input, and in its environment PATH,
 * LC_ALL, TUCK_PRINTER, TUCK_JOB, TUCK_TITLE, TUCK_FORMAT ("zpl"), TUCK_COPIES and
 * TUCK_MEDIA_MM100 ("10500x14800"); nothing else is open. It is killed, with all that it
 * started, when the patience ends. What it exits with: 0 it has it all; 75 (EX_TEMPFAIL)
 * nothing of it will be printed, try again; 64 and 65 (EX_USAGE, EX_DATAERR) it will never
 * take this one; anything else, and a kill: unsure, but for one that has not read a byte,
 * which is none. */
enum status printer_send(const struct printer *printer,
                         const struct printer_document *document,
                         printer_before_fn *before, void *data,
                         const struct patience *patience, struct arena *arena,
                         struct notes *notes, struct printer_receipt *ret);

enum printer_fate {
    FATE_WAITING, /* the device still has it */
    FATE_PRINTED,
    FATE_FAILED,  /* aborted or cancelled at the device: no more paper will come */
    FATE_UNKNOWN, /* the device cannot tell, or has forgotten */
    FATE_ABSENT,  /* it surely never had it whole, and will print nothing of it */
};
struct printer_progress {
    enum printer_fate fate;
    const char *reasons; /* as of a report, or of the job; "" none */
};

/* What became of a document that was taken. By the device's number, or when that is 0 by
 * the document's name: so a transfer that was cut off can be found again. For devices
 * without numbers (socket, which gives 1 for whatever was taken whole): FATE_PRINTED when
 * it answers that nothing is left to print and no error, FATE_UNKNOWN when it does not
 * answer, and always for 0. For dir: FATE_PRINTED when the file is or was there. By name
 * it is FATE_PRINTED only when the device also knows that it had all of it. STATUS_RETRY:
 * the device cannot be asked now. */
enum status printer_follow(const struct printer *printer, const char *name,
                           int64_t device_job, const struct patience *patience,
                           struct arena *arena, struct notes *notes,
                           struct printer_progress *ret);
/* Takes a job back from the device. STATUS_WITHOUT: it cannot. */
enum status printer_cancel(const struct printer *printer, int64_t device_job,
                           const struct patience *patience, struct notes *notes);

/* Checks a URI when settings are read. */
enum status printer_check(const struct printer *printer, const char *file, int32_t line,
                          struct notes *notes);

/* Puts `bytes` as `dir`/`name`: written beside, synced, renamed. The folder is made when
 * its parent is there. `name` has no slash and at most 237 bytes; a file so called is
 * replaced. Two that drop one name at once leave one of the two, whole. */
enum status printer_drop(const char *dir, const char *name, const void *bytes, size_t n,
                         struct notes *notes);

#endif
