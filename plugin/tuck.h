/* tuck: what goes into the box besides the goods, decided and printed at the bench.
 *
 * The only public header. A host loads tuck.so (dlopen), looks up one symbol,
 * `tuck_entry`, and asks it for faces by name and revision:
 *
 *     const struct tuck_entry *entry = dlsym(handle, "tuck_entry");
 *     const struct tuck_carton_face *tuck = entry->face(TUCK_CARTON_FACE, 1);
 *
 * Sizes. Every struct that a host fills begins with `size` = sizeof(struct …). A shorter
 * one is fine (what is missing is zero); a longer one is fine when its unknown tail is
 * zero, else TUCK_TOO_NEW. Structs that tuck fills are filled up to the `size` that the
 * host wrote into them.
 *
 * Threads. Calls marked [any] may come from any thread at any time; a carton belongs to one
 * thread at a time [carton]. Nothing here prints, exits, installs a signal handler or
 * changes the locale, the umask or the working directory. The library stays loaded once
 * loaded.
 *
 * Memory. Texts and bytes that tuck hands out are lent: they live until the object that
 * they came from is freed. Texts are UTF-8, NUL-terminated; NULL where there is none.
 */
#ifndef TUCK_H
#define TUCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TUCK_ENTRY_SYMBOL "tuck_entry"
#define TUCK_CARTON_FACE "tuck.carton" /* revision 1: struct tuck_carton_face */
#define TUCK_OPS_FACE "tuck.ops"       /* revision 1: struct tuck_ops_face */

/* What a call came to, by what the host should do next. Never renumbered. */
typedef int32_t tuck_status;
enum {
    TUCK_OK = 0,
    TUCK_WITHOUT = 1,   /* nothing to print or to find: go on without */
    TUCK_RETRY = 2,     /* out of time or busy: the same call may go through later */
    TUCK_BAD_INPUT = 3, /* a document is wrong; a note names file and line */
    TUCK_BAD_CALL = 4,  /* the call broke this contract */
    TUCK_TOO_NEW = 5,   /* made for a later revision than this library's */
    TUCK_NO_MEMORY = 6,
    TUCK_CANCELLED = 7, /* the host's cancel flag was set */
    TUCK_OUTSIDE = 8,   /* disk, network, database, a dead worker */
    TUCK_BUG = 9        /* a fault of tuck's own: please report */
};

/* A numbered remark; tuck-notes(5) lists them all. Never holds a person's name, address
 * or e-mail. */
struct tuck_note {
    uint32_t size;
    int32_t number;
    int32_t level; /* TUCK_ERROR … */
    int32_t line;  /* 1-based in `file`; 0: none */
    const char *room;
    const char *file; /* "" when none is meant */
    const char *text; /* one sentence */
};
enum { TUCK_ERROR = 1, TUCK_WARNING = 2, TUCK_INFO = 3 };

struct tuck_shop;   /* an open shop: settings, campaign, templates, press, ledger */
struct tuck_carton; /* one answer: pieces, sheets, reasons */
struct tuck_notes;  /* notes of a call that has no carton */

/* May be called from any thread that is inside a call of tuck; must not call tuck. `note` is
 * lent for the call. */
typedef void tuck_log_fn(void *data, const struct tuck_note *note);
/* Seconds since 1970-01-01T00:00:00Z. */
typedef int64_t tuck_clock_fn(void *data);
/* How far a long call is: `done` of `total` (0: unknown). Non-zero stops the call. */
typedef int32_t tuck_progress_fn(void *data, int64_t done, int64_t total, const char *what);

struct tuck_open {
    uint32_t size;
    int32_t workers;      /* of the press; 0: as the shop's settings say */
    const char *shop;     /* the shop's folder, or its tuck.xml */
    const char *ledger;   /* instead of the settings'; "none": nothing is kept */
    const char *press;    /* path of tuck-press; NULL: as installed */
    const char *data_dir; /* templates and fonts.conf; NULL: as installed */
    tuck_log_fn *log;     /* may be NULL */
    void *log_data;
    tuck_clock_fn *clock; /* NULL: the system's */
    void *clock_data;
    int32_t budget_ms; /* for opening; 0: 10,000 */
    int32_t station_number; /* 1 to 127, in signed codes; 0: as the settings say */
    const char *keys;       /* the key file; NULL: as the settings say */
    const char *station;    /* who is at work, for the ledger; NULL: the machine's name */
};

enum { /* formats of a sheet */
    TUCK_PDF = 1,
    TUCK_PNG = 2
};

enum { /* flags of an order */
    TUCK_PREVIEW = 1,  /* decide and render, record nothing */
    TUCK_NO_SHEETS = 2 /* decide only; sheets are rendered when asked for */
};

struct tuck_order {
    uint32_t size;
    uint32_t flags;
    const char *bytes; /* the order document (order.rnc), lent for the call */
    size_t length;
    const char *name; /* what notes call it: a path; may be NULL */
    int32_t budget_ms; /* 0: as the shop's settings say */
    int32_t format;    /* 0: TUCK_PDF */
    int32_t dpi;       /* of TUCK_PNG; 0: 150 */
    int32_t unused;
    const volatile int32_t *cancel; /* lent for the call; set non-zero to stop it */
    const char *date;  /* preview only: as if placed on this day, yyyy-mm-dd; or NULL */
    const char *offer; /* preview only: this offer whatever the rules say; or NULL */
};

enum { /* what a piece is */
    TUCK_CHOSEN = 1,    /* print the sheet */
    TUCK_PICK = 2,      /* pick the pre-printed piece: sku, bin */
    TUCK_FALLBACK = 3,  /* print the sheet; it is the fallback, `reason` tells why */
    TUCK_HELD_OUT = 4,  /* nothing, on purpose: the control group */
    TUCK_NOTHING = 5    /* nothing, because `reason` */
};

struct tuck_piece {
    uint32_t size;
    int32_t outcome; /* TUCK_CHOSEN … */
    const char *placement, *kind; /* kind: insert, coupon, box */
    const char *offer, *title, *arm, *template_name;
    const char *reason;
    const char *code;    /* coupon code */
    const char *expires; /* yyyy-mm-dd */
    const char *sku, *bin;
    const char *ticket; /* names the piece in say(), also after the carton is freed and in
                           other processes; NULL in previews */
    const char *state;  /* reserved, printed, redeemed, expired, voided, failed, skipped,
                           lapsed, held-out; without an offer: decided, printed, … */
    double probability; /* with which offer and arm were chosen */
    int32_t width_mm100, height_mm100; /* trim; 0 before a sheet was rendered */
    int32_t number;                    /* within the placement, from 0 */
    int32_t unused;
};

struct tuck_carton_info {
    uint32_t size;
    int32_t revision; /* of the order, from 1; 0 in previews and when nothing is recorded */
    const char *merchant, *order, *package; /* NULL when the order could not be read */
    int64_t pieces;
    int64_t notes;
    int32_t is_repeat; /* the answer of an earlier call, given again */
    int32_t took_ms;
};

enum { /* texts of a carton */
    TUCK_TEXT_FACTS = 1, /* "name = value" a line */
    TUCK_TEXT_PLAN = 2,  /* choices and the fate of every offer */
    TUCK_TEXT_WHY = 3,   /* all of it as JSON */
    TUCK_TEXT_PAGES = 4, /* the display lists of the sheets */
    TUCK_TEXT_ORDER = 5, /* the order as tuck read it */
    TUCK_TEXT_HISTORY = 6
};

enum { /* what became of a piece */
    TUCK_PRINTED = 1,
    TUCK_FAILED = 2,
    TUCK_SKIPPED = 3
};

/* The face of a packing station's host, revision 1. */
struct tuck_carton_face {
    uint32_t size;
    uint32_t revision;

    /* Opens a shop: reads settings, campaign and templates, starts the press, renders the
     * fallback sheets. [any] On failure *ret is untouched. `ret_notes` may be NULL;
     * otherwise it gets the notes, also on success, to be freed with notes_free(). */
    tuck_status (*open)(const struct tuck_open *how, struct tuck_shop **ret,
                        struct tuck_notes **ret_notes);
    /* Ends the press and closes the ledger. Cartons must be freed before. [any, last] */
    void (*close)(struct tuck_shop *shop);

    /* Decides and renders for one carton within the budget. [any] The answer comes in time
     * and *ret is set, with fallback pieces and notes, whatever the status is, but for
     * TUCK_BAD_CALL, TUCK_TOO_NEW and TUCK_NO_MEMORY; a preview whose date or offer is
     * wrong has notes only. The same order gives the same pieces, codes and bytes again. */
    tuck_status (*pack)(struct tuck_shop *shop, const struct tuck_order *order,
                        struct tuck_carton **ret);
    void (*carton_free)(struct tuck_carton *carton); /* NULL is fine */

    /* Looks at an answer. [carton] */
    tuck_status (*info)(const struct tuck_carton *carton, struct tuck_carton_info *ret);
    tuck_status (*piece)(const struct tuck_carton *carton, int64_t index,
                         struct tuck_piece *ret);
    tuck_status (*note)(const struct tuck_carton *carton, int64_t index,
                        struct tuck_note *ret);
    tuck_status (*text)(struct tuck_carton *carton, int32_t what, const char **ret,
                        size_t *ret_length);

    /* The bytes of a piece's sheet; rendered now if pack() did not in that format.
     * [carton] TUCK_WITHOUT: the piece has no sheet. budget_ms 0: the shop's. */
    tuck_status (*sheet)(struct tuck_carton *carton, int64_t index, int32_t format,
                         int32_t dpi, int32_t budget_ms, const void **ret_bytes,
                         size_t *ret_length);

    /* Says what became of a piece. [any] The same said twice is said once. `reason` may be
     * NULL. */
    tuck_status (*say)(struct tuck_shop *shop, const char *ticket, int32_t what,
                       const char *reason);
    /* Voids all that was promised to an order, because it was cancelled. [any] */
    tuck_status (*void_order)(struct tuck_shop *shop, const char *order,
                              const char *reason);

    /* Notes of a call without a carton. TUCK_WITHOUT past the last. [any] */
    tuck_status (*notes_get)(const struct tuck_notes *notes, int64_t index,
                             struct tuck_note *ret);
    void (*notes_free)(struct tuck_notes *notes);
};

struct tuck_import {
    uint32_t size;
    int32_t is_csv; /* 0: history XML */
    const char *path;
    const char *columns;     /* CSV: "customer=1,date=2,quantity=3,amount=4" */
    const char *date_format; /* CSV: "%Y%m%d"; NULL: "%Y-%m-%d" */
    const char *currency;    /* CSV: when no column gives it; NULL: the shop's */
    int32_t delimiter;       /* CSV: 0 comma, ' ' runs of blanks */
    int32_t has_header;      /* CSV */
    tuck_progress_fn *progress;
    void *progress_data;
};

struct tuck_import_result {
    uint32_t size;
    uint32_t unused;
    int64_t customers, orders, rows;
};

struct tuck_fact {
    uint32_t size;
    uint32_t unused;
    const char *name, *type, *unit, *values, *meaning;
};

/* The face of ops tools, revision 1. */
struct tuck_ops_face {
    uint32_t size;
    uint32_t revision;

    /* Validates a shop: schemas, names and types in conditions, files, offers that can
     * never win, every template with the worst customers. [any] All findings are notes;
     * TUCK_BAD_INPUT when one is an error. */
    tuck_status (*check)(const struct tuck_open *how, tuck_progress_fn *progress,
                         void *progress_data, struct tuck_notes **ret_notes);
    /* Reads history into the shop's ledger, wholly or not at all. [any] */
    tuck_status (*import)(struct tuck_shop *shop, const struct tuck_import *how,
                          struct tuck_import_result *ret, struct tuck_notes **ret_notes);
    /* The table of facts. TUCK_WITHOUT past the last. [any] */
    tuck_status (*fact)(int64_t index, struct tuck_fact *ret);
    /* One document with a small picture and a caption for every sheet of the cartons.
     * [carton, all of them] The bytes are freed with bytes_free(). */
    tuck_status (*contact_sheet)(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                                 int64_t count, const char *title, int32_t format,
                                 void **ret_bytes, size_t *ret_length,
                                 struct tuck_notes **ret_notes);
    void (*bytes_free)(void *bytes);
    /* One PDF with a page for every sheet of the cartons; freed with bytes_free(). */
    tuck_status (*bundle)(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                          int64_t count, void **ret_bytes, size_t *ret_length,
                          struct tuck_notes **ret_notes);
    /* Writes bytes as a file, whole or not at all; makes the folder `dir` if needed.
     * [any] */
    tuck_status (*drop)(const char *dir, const char *name, const void *bytes,
                        size_t length, struct tuck_notes **ret_notes);
    /* Process ids of the living workers, for operators and fault tests; returns how many
     * there are. [any] */
    int32_t (*workers)(struct tuck_shop *shop, int32_t *ret_pids, int32_t most);
};

struct tuck_entry {
    uint32_t size;
    uint32_t revision;   /* of the entry: 1 */
    const char *version; /* of the library: "0.1.0" */
    /* The face, or NULL when the library has not that name or revision. [any] */
    const void *(*face)(const char *name, uint32_t revision);
};

#if defined(TUCK_BUILDING)
__attribute__((visibility("default")))
#endif
extern const struct tuck_entry tuck_entry;

#ifdef __cplusplus
}
#endif

#endif
