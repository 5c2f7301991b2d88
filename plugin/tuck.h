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
#define TUCK_PROMISE_FACE "tuck.promise" /* revision 1: struct tuck_promise_face */
#define TUCK_PRINT_FACE "tuck.print"     /* revision 1: struct tuck_print_face */
#define TUCK_WAVE_FACE "tuck.wave"       /* revision 1: struct tuck_wave_face */
#define TUCK_LEARN_FACE "tuck.learn"     /* revision 1: struct tuck_learn_face */

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
struct tuck_found;  /* what a call found of promises, keys, pools */

/* May be called from any thread that is inside a call of tuck; must not call tuck. `note` is
 * lent for the call. */
typedef void tuck_log_fn(void *data, const struct tuck_note *note);
/* Seconds since 1970-01-01T00:00:00Z. */
typedef int64_t tuck_clock_fn(void *data);
/* How far a long call is: `done` of `total` (0: unknown). Non-zero stops the call. */
typedef int32_t tuck_progress_fn(void *data, int64_t done, int64_t total, const char *what);

struct tuck_open {
    uint32_t size;
    int32_t workers;      /* of the press; 0: as the shop's settings say; or below */
    const char *shop;     /* the shop's folder, or its tuck.xml */
    const char *ledger;   /* instead of the settings'; "none": nothing is kept, codes
                           * are specimens */
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
    uint32_t flags;         /* TUCK_NO_SENDING … */
    uint32_t unused;
    const char *campaign;   /* a campaign file instead of the settings'; NULL: none */
};

enum { /* flags of tuck_open: what is in the spool is sent by this process … */
    TUCK_NO_SENDING = 1, /* not: another one (a host, or `tuck spool run`) does it */
    TUCK_SENDING = 2     /* also without a press */
};

/* workers: no press is started. The shop opens at once and answers for promises, as a till
 * needs; pack(), sheet() and whatever else renders is TUCK_BAD_CALL. */
#define TUCK_NO_PRESS (-1)

enum { /* formats of a sheet; those made of a device's dots take a dpi */
    TUCK_PDF = 1,
    TUCK_PNG = 2,
    TUCK_ZPL = 3,  /* ZPL II */
    TUCK_EPL = 4,  /* EPL2 */
    TUCK_TSPL = 5, /* TSPL, TSPL2 */
    TUCK_PWG = 6,  /* image/pwg-raster */
    TUCK_PCLM = 7, /* application/PCLm */
    TUCK_DOTS = 8  /* a PNG of the dots as a label printer lets them fall */
};

enum { /* flags of an order */
    TUCK_PREVIEW = 1,  /* decide and render, record nothing */
    TUCK_NO_SHEETS = 2, /* decide only; sheets are rendered when asked for */
    TUCK_ONLY_OFFER = 4 /* preview only: of the pieces that of `offer` alone */
};

struct tuck_order {
    uint32_t size;
    uint32_t flags;
    const char *bytes; /* the order document (order.rnc), lent for the call */
    size_t length;
    const char *name; /* what notes call it: a path; may be NULL */
    int32_t budget_ms; /* 0: as the shop's settings say */
    int32_t format;    /* 0: TUCK_PDF, or as `printer` wants it */
    int32_t dpi;       /* 0: 150 for TUCK_PNG, 203 for what is made of dots */
    int32_t unused;
    const volatile int32_t *cancel; /* lent for the call; set non-zero to stop it */
    const char *date;  /* preview only: as if placed on this day, yyyy-mm-dd; or NULL */
    const char *offer; /* preview only: this offer whatever the rules say; or NULL */
    const char *printer; /* sheets are made as this printer of the settings wants them;
                          * NULL: for none in particular */
    const char *language; /* preview only: as if the reader's were this (BCP 47); or NULL */
    const char *customer; /* preview only: as if it were this customer's, of whom no name is
                           * known but their history is; or NULL */
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
    const char *state;  /* reserved, printed, redeemed, expired, voided, failed, skipped, refused,
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
    int32_t format, dpi; /* of its sheets, unless others are asked for; dpi 0: none */
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
    TUCK_SKIPPED = 3,
    TUCK_REFUSED = 4,   /* the packer did not put it in; say why */
    TUCK_OVERRIDDEN = 5 /* the packer put in something else, or insisted; say what and why:
                         * the promise stays as it is */
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

    /* The bytes of a piece's sheet; rendered now if pack() did not in that format (0: the
     * carton's own). [carton] TUCK_WITHOUT: the piece has no sheet. budget_ms 0: the
     * shop's. */
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

struct tuck_offer {
    uint32_t size;
    uint32_t unused;
    const char *name, *title, *placement;
    const char *template_name; /* NULL: something is picked, nothing printed */
};

struct tuck_replayed {
    uint32_t size;
    int32_t is_same;
    const char *package;
    const char *placement; /* NULL: of the decision as a whole */
    const char *what;      /* policy, facts, plan; of a piece: template, values, output */
    const char *was, *is;  /* digests; of texts the first lines that differ; may be NULL */
    int32_t number;        /* of the piece within its placement */
    int32_t unused;
};
/* A symbol of a sheet, as a scanner saw it. How much worse its print may be than it is
 * drawn, before it reads no more: sizes in micrometres of the print. */
struct tuck_scanned {
    uint32_t size;
    int32_t page; /* of the sheet, 1-based */
    int32_t line; /* in the template */
    int32_t dpi;
    const char *order, *template_name, *placement;
    const char *type;      /* "qr" … */
    const char *read_by;   /* "zbar, zxing"; "" nobody */
    const char *complaint; /* a sentence on what is wrong; NULL: nothing */
    int32_t has_reader;    /* 0: nobody here can read its type */
    int32_t is_read;
    int32_t is_sure;   /* also in print that is as bad as is ordinary */
    int32_t module_um; /* how wide its modules are */
    int32_t gain_um, loss_um; /* dark that grows, that shrinks, on every side */
    int32_t voids_permille;   /* of the area, in specks */
    int32_t blur_um;          /* standard deviation */
};
/* `symbol` is lent for the call. Must not call tuck. */
typedef void tuck_scanned_fn(void *data, const struct tuck_scanned *symbol);

/* `part` is lent for the call. Must not call tuck. */
typedef void tuck_replayed_fn(void *data, const struct tuck_replayed *part);

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
    /* Makes every decision on an order again, and its sheets, from what the ledger kept,
     * writes nothing, and tells of each part whether it came out the same. [any]
     * TUCK_WITHOUT: the order was never decided, or what is needed was erased. */
    tuck_status (*replay)(struct tuck_shop *shop, const char *order,
                          tuck_replayed_fn *each, void *each_data,
                          struct tuck_notes **ret_notes);
    /* check(), and what it found of templates as a page of HTML with pictures of the
     * spots; the bytes are freed with bytes_free(). They are there whenever the shop could
     * be opened, also with TUCK_BAD_INPUT. [any] */
    tuck_status (*check_page)(const struct tuck_open *how, tuck_progress_fn *progress,
                              void *progress_data, void **ret_bytes, size_t *ret_length,
                              struct tuck_notes **ret_notes);
    /* Shows every symbol of the cartons' sheets to decoders: at `dpi`, or, with 0, as the
     * sheets are made (300 for a PDF). [carton, all of them] */
    tuck_status (*scan)(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                        int64_t count, int32_t dpi, tuck_scanned_fn *each,
                        void *each_data, struct tuck_notes **ret_notes);
    /* The campaign's offers, the languages of the shop's paper, and the folders whose files
     * the shop is made of, each in order; texts are lent by the shop. TUCK_WITHOUT past the
     * last. [any] */
    tuck_status (*offer)(const struct tuck_shop *shop, int64_t index,
                         struct tuck_offer *ret);
    tuck_status (*language)(const struct tuck_shop *shop, int64_t index, const char **ret);
    tuck_status (*folder)(const struct tuck_shop *shop, int64_t index, const char **ret);
};

/* --- promises: what becomes of codes on paper ---------------------------------------- */

enum { /* what a till is told of a code. Never renumbered */
    TUCK_ANSWER_OK = 0,
    TUCK_ANSWER_AGAIN = 1,          /* this very redemption was accepted before: ok */
    TUCK_ANSWER_USED = 2,           /* by another redemption: used_… tell when and where */
    TUCK_ANSWER_EXPIRED = 3,
    TUCK_ANSWER_VOID = 4,           /* `reason` tells why */
    TUCK_ANSWER_UNKNOWN = 5,        /* no such code was ever promised here */
    TUCK_ANSWER_FORGED = 6,         /* it looks signed, but no key of the shop made it */
    TUCK_ANSWER_MISTYPED = 7,       /* its check symbol is wrong */
    TUCK_ANSWER_OTHER_CUSTOMER = 8,
    TUCK_ANSWER_OTHER_MERCHANT = 9,
    TUCK_ANSWER_GENUINE = 10,       /* signed by the shop, but in another ledger */
    TUCK_ANSWER_NOBODY = 11,        /* of a guest's order, or of somebody forgotten */
    TUCK_ANSWER_QUESTION = 12       /* it brings an answer back, and is worth nothing */
};

enum { /* flags of a redemption */
    TUCK_TOLD = 1 /* it has happened already: kept whatever the answer is */
};

struct tuck_redemption {
    uint32_t size;
    uint32_t flags;
    const char *code;     /* as it was typed or scanned */
    const char *id;       /* of the redemption: said twice, it is one; NULL: CODE/ORDER */
    const char *customer; /* as the shop knows them; NULL: not asked */
    const char *order, *place;  /* where it was used; may be NULL */
    const char *amount;         /* of the sale, "12.50"; NULL: amount_minor */
    int64_t amount_minor;       /* told when `currency` is */
    const char *currency;       /* NULL: the shop's, for `amount` */
    const char *at;             /* "2026-11-22T09:30:00Z", or a day; NULL: at_s */
    int64_t at_s;               /* 0: now, by the shop's clock */
    int32_t budget_ms;          /* 0: 2,000 */
    int32_t unused;
    const volatile int32_t *cancel; /* lent for the call; set non-zero to stop it */
    const char *choice; /* of the rewards that the code leaves to choose; NULL: not told */
};

enum { /* flags of a reply: which scores it tells */
    TUCK_SAYS_NPS = 1,
    TUCK_SAYS_EFFORT = 2,
    TUCK_SAYS_RATING = 4
};

/* What a customer answers by the code on their paper: scores, or words to a question of
 * the shop's own, or both. */
struct tuck_reply {
    uint32_t size;
    uint32_t flags;
    const char *code;             /* as it was typed or scanned */
    int32_t nps;                  /* 0 to 10: would send a friend */
    int32_t effort;               /* 1 (none) to 7 (much) */
    int32_t rating;               /* 1 to 5: how they like the piece with the code */
    int32_t budget_ms;            /* 0: 2,000 */
    const char *question, *value; /* both, or neither is told */
    const char *channel;          /* it came by: "web", "phone"; may be NULL */
    const char *at;               /* "2026-11-22T09:30:00Z", or a day; NULL: at_s */
    int64_t at_s;                 /* 0: now, by the shop's clock */
    const volatile int32_t *cancel; /* lent for the call; set non-zero to stop it */
};

/* The answer to a code. Texts are NULL where nothing is known; times in texts are the
 * shop's. */
struct tuck_answer {
    uint32_t size;
    int32_t answer;    /* TUCK_ANSWER_OK … */
    const char *name;  /* "ok", "used", "other-customer" … */
    const char *text;  /* one sentence for people: why, when, where */
    const char *code;  /* in its printed form */
    const char *offer, *order, *state;
    const char *worth;            /* what the coupon gives: "15% off", "5.00 EUR off" */
    const char *value, *currency; /* what that is reckoned at: "5.00", "EUR" */
    int64_t value_minor;
    const char *expires; /* yyyy-mm-dd, the last day */
    const char *used_at, *used_place, *used_order;
    int64_t used_s;     /* with used_at */
    const char *reason; /* of the void; which letter is wrong */
    int32_t is_in_ledger; /* the ledger knows the code */
    int32_t station;      /* that signed it, when read from a signed code alone */
    const char *brand;    /* the shop's name */
};

struct tuck_promise {
    uint32_t size;
    int32_t is_held_out;
    const char *offer, *order, *code, *pool;
    const char *customer; /* a pseudonym */
    /* reserved, printed, redeemed, expired, voided, failed, skipped, refused, lapsed */
    const char *state;
    const char *value, *currency, *expires, *made_at;
    int64_t value_minor, made_s;
    int64_t events;
    int32_t is_holding; /* it takes its units of the limits it falls under */
    int32_t unused;
};

struct tuck_event {
    uint32_t size;
    int32_t revision; /* of the order; 0: none is meant */
    const char *at;   /* in the shop's zone, "2026-11-22 09:30:05" */
    int64_t at_s;
    const char *kind, *reason, *package;
    const char *place, *order, *redemption; /* redeemed */
    const char *amount, *currency;          /* redeemed */
    int64_t amount_minor;
};

/* A row of what is owed on paper, or a currency's total. */
struct tuck_debt {
    uint32_t size;
    uint32_t unused;
    const char *offer; /* NULL in totals */
    const char *value, *currency, *expires; /* of one; value and expires NULL in totals */
    int64_t value_minor;
    int64_t reserved, printed; /* how many */
    const char *sum;           /* of all of them, and in minor units */
    int64_t sum_minor;
};

struct tuck_pool {
    uint32_t size;
    uint32_t unused;
    const char *name;
    int64_t codes, left;
};

struct tuck_key {
    uint32_t size;
    int32_t is_minting;  /* new codes are signed with it; the others only check */
    const char *id;
    const char *since;   /* yyyy-mm-dd */
    const char *retired; /* yyyy-mm-dd; NULL: it is not, and checks */
};

enum { /* what promises are looked for by */
    TUCK_BY_ANY = 0, /* an order of that id, else a code, else a customer */
    TUCK_BY_ORDER = 1,
    TUCK_BY_CODE = 2,
    TUCK_BY_CUSTOMER = 3
};

enum { /* what a file holds */
    TUCK_FILE_REDEMPTIONS = 1, /* CSV: code and date, id, order, place, amount … */
    TUCK_FILE_POOL = 2,        /* CSV with a column of codes, or one code a line */
    /* CSV of what another system decided: customer and date, campaign, experiment and arm,
     * offer, placement, probability, held-out, printed, code, segments, order */
    TUCK_FILE_DECISIONS = 3,
    /* CSV of what customers answered: code and date, nps, effort, question and value,
     * channel */
    TUCK_FILE_ANSWERS = 4
};

struct tuck_load {
    uint32_t size;
    int32_t what; /* TUCK_FILE_REDEMPTIONS … */
    const char *path;
    const char *pool;        /* TUCK_FILE_POOL: its name */
    const char *columns;     /* "code=1,date=2": NULL: by the names in the header */
    const char *date_format; /* "%Y%m%d"; NULL: RFC 3339 or yyyy-mm-dd */
    const char *currency;    /* when no column gives it; NULL: the shop's */
    int32_t delimiter;       /* 0 comma, ' ' runs of blanks */
    int32_t has_header;
    tuck_progress_fn *progress;
    void *progress_data;
};

struct tuck_loaded {
    uint32_t size;
    uint32_t unused;
    int64_t rows;
    int64_t fresh;    /* redemptions and answers taken, new codes of a pool, new decisions */
    int64_t again;    /* there already */
    /* redemptions that a till would have been refused; kept. Answers that were too late,
     * or nobody's; not kept */
    int64_t contrary;
    int64_t unknown;  /* of codes that are not known here */
};

struct tuck_swept {
    uint32_t size;
    uint32_t unused;
    int64_t expired, lapsed; /* promises */
    int64_t erased;          /* texts, sheets and orders, as the settings' retention says */
};

/* The face of tills, shop systems and whoever keeps the ledger, revision 1. Every call
 * may come from any thread at any time [any]. `ret_notes` may be NULL, else it gets the
 * notes, to be freed with notes_free() of tuck.carton. A *ret_found is freed with
 * found_free() and lends all texts that come out of it. */
struct tuck_promise_face {
    uint32_t size;
    uint32_t revision;

    /* Answers a till, and takes the code as used when the answer is ok. TUCK_OK whenever
     * there is an answer, a refusal too: answer() tells. */
    tuck_status (*redeem)(struct tuck_shop *shop, const struct tuck_redemption *how,
                          struct tuck_found **ret_found, struct tuck_notes **ret_notes);
    /* Voids one code: answers ok (also when it was void before), used, unknown. */
    tuck_status (*void_code)(struct tuck_shop *shop, const char *code, const char *reason,
                             struct tuck_found **ret_found,
                             struct tuck_notes **ret_notes);
    /* What a signed code says of itself, checked with the shop's key; no ledger is asked.
     * Answers ok, expired, forged, mistyped or unknown (not a signed code). */
    tuck_status (*check_code)(struct tuck_shop *shop, const char *code,
                              struct tuck_found **ret_found,
                              struct tuck_notes **ret_notes);
    /* Promises and their whole lives. TUCK_WITHOUT: there are none. */
    tuck_status (*look_up)(struct tuck_shop *shop, int32_t by, const char *name,
                           struct tuck_found **ret_found, struct tuck_notes **ret_notes);
    /* What is owed on paper now. */
    tuck_status (*liability)(struct tuck_shop *shop, struct tuck_found **ret_found,
                             struct tuck_notes **ret_notes);
    tuck_status (*pools)(struct tuck_shop *shop, struct tuck_found **ret_found,
                         struct tuck_notes **ret_notes);
    /* The shop's keys, without what is secret of them. */
    tuck_status (*keys)(struct tuck_shop *shop, struct tuck_found **ret_found,
                        struct tuck_notes **ret_notes);

    /* What was found. TUCK_WITHOUT past the last. */
    tuck_status (*answer)(const struct tuck_found *found, struct tuck_answer *ret);
    tuck_status (*promise)(const struct tuck_found *found, int64_t index,
                           struct tuck_promise *ret);
    tuck_status (*event)(const struct tuck_found *found, int64_t promise, int64_t index,
                         struct tuck_event *ret);
    tuck_status (*debt)(const struct tuck_found *found, int64_t index,
                        struct tuck_debt *ret);
    tuck_status (*total)(const struct tuck_found *found, int64_t index,
                         struct tuck_debt *ret);
    tuck_status (*pool)(const struct tuck_found *found, int64_t index,
                        struct tuck_pool *ret);
    tuck_status (*key)(const struct tuck_found *found, int64_t index,
                       struct tuck_key *ret);
    void (*found_free)(struct tuck_found *found); /* NULL is fine */

    /* Reads redemptions or codes from a file, wholly or not at all; every wrong row is a
     * note. The same file twice changes nothing; redemptions may be told late and in any
     * order. */
    tuck_status (*load)(struct tuck_shop *shop, const struct tuck_load *how,
                        struct tuck_loaded *ret, struct tuck_notes **ret_notes);
    /* The pieces of an order that was packed, for printing them once more: the same codes
     * and bytes. `package` NULL: "1". Each piece is recorded as printed again. What is
     * void or has lapsed is TUCK_WITHOUT, with a note that tells why. Needs the press. */
    tuck_status (*reprint)(struct tuck_shop *shop, const char *order, const char *package,
                           struct tuck_carton **ret, struct tuck_notes **ret_notes);
    /* Marks what has expired, lets lapse what was never printed, and erases what is past
     * the retention of the shop's settings. For once a day. Pools that run low are told
     * in warnings, here as by pools(). */
    tuck_status (*sweep)(struct tuck_shop *shop, struct tuck_swept *ret,
                         struct tuck_notes **ret_notes);
    /* Erases what is held of a customer; sums stay right. TUCK_WITHOUT: nothing is. */
    tuck_status (*forget)(struct tuck_shop *shop, const char *customer,
                          struct tuck_notes **ret_notes);
    /* All that is held of a customer as JSON; freed with bytes_free() of tuck.ops. */
    tuck_status (*export_customer)(struct tuck_shop *shop, const char *customer,
                                   void **ret_bytes, size_t *ret_length,
                                   struct tuck_notes **ret_notes);
    /* A copy of the ledger as of one instant, while others write; whole or not at all. */
    tuck_status (*backup)(struct tuck_shop *shop, const char *path,
                          struct tuck_notes **ret_notes);
    /* Checks the ledger and reckons every sum anew. Findings are notes; TUCK_BAD_INPUT
     * when something is wrong. */
    tuck_status (*verify)(struct tuck_shop *shop, struct tuck_notes **ret_notes);
    /* Makes the shop's key file, which must not be there yet. */
    tuck_status (*keys_make)(struct tuck_shop *shop, struct tuck_notes **ret_notes);
    /* Adds a key that signs from now on; the old ones go on checking. */
    tuck_status (*keys_rotate)(struct tuck_shop *shop, struct tuck_notes **ret_notes);
    /* Retires a key, not the only one left: what it signed counts as forged from now on. */
    tuck_status (*keys_retire)(struct tuck_shop *shop, const char *id,
                               struct tuck_notes **ret_notes);
    /* Where the key file is, or is to be. Lent by the shop. */
    const char *(*keys_path)(const struct tuck_shop *shop);

    /* Keeps what a customer answers by the code on their paper, where the facts of their
     * next carton see it. Answers ok (`reason` tells what it replaces), again (it is kept
     * already), used (by the same code something else was said later, which stays),
     * expired, void, nobody, and as redeem() of unknown codes. */
    tuck_status (*reply)(struct tuck_shop *shop, const struct tuck_reply *how,
                         struct tuck_found **ret_found, struct tuck_notes **ret_notes);
};

/* --- printers, the spool, waves ------------------------------------------------------ */

enum { /* where a piece went */
    TUCK_SENT_QUEUED = 1,      /* it is in the spool: `job`, for `printer` */
    TUCK_SENT_PLAIN = 2,       /* so is a plain label in its place */
    TUCK_SENT_UNAVAILABLE = 3, /* no printer can print it now; `text` says what to do */
    TUCK_SENT_NO_PAPER = 4,    /* there is nothing to print: held out, to pick, nothing */
    TUCK_SENT_BEFORE = 5       /* by an earlier call, as `job`: it is not printed twice */
};

struct tuck_sent {
    uint32_t size;
    int32_t outcome;     /* TUCK_SENT_QUEUED … */
    int64_t job;         /* 0: none */
    const char *printer; /* NULL: none */
    const char *text;    /* one sentence for the packer: "insert unavailable: pick …" */
    const char *sku, *bin; /* of what to pick instead; or NULL */
};

enum { /* states of a printer */
    TUCK_PRINTER_UNKNOWN = 0, /* it cannot be asked */
    TUCK_PRINTER_IDLE = 1,
    TUCK_PRINTER_PRINTING = 2,
    TUCK_PRINTER_STOPPED = 3,
    TUCK_PRINTER_SILENT = 4, /* reached, but it does not answer */
    TUCK_PRINTER_GONE = 5    /* not reached */
};

struct tuck_printer {
    uint32_t size;
    int32_t state; /* TUCK_PRINTER_IDLE … */
    const char *name, *uri, *state_name;
    const char *make;    /* NULL: not told */
    const char *reasons; /* IPP keywords, "" none */
    const char *detail;  /* one sentence for people, "" none */
    const char *media;   /* loaded, names parted by blanks; NULL: not known */
    const char *formats; /* that it takes, parted by blanks; NULL: not told */
    const char *stations; /* that it prints for; NULL: all */
    int32_t format, dpi; /* that it is sent */
    int32_t is_ready, has_colour;
    int32_t serves_here; /* it prints for this station */
    int32_t unused;
    int64_t waiting; /* what it still has to print; -1: not known */
    int64_t spooled; /* jobs that wait for it in the spool */
    int64_t took_ms; /* to answer */
};

enum { /* states of a job. Never renumbered */
    TUCK_JOB_WAITING = 0,
    TUCK_JOB_HELD = 1,
    TUCK_JOB_SENDING = 2,
    TUCK_JOB_TAKEN = 3, /* the printer has it */
    TUCK_JOB_PRINTED = 4,
    TUCK_JOB_FAILED = 5,
    TUCK_JOB_CANCELLED = 6,
    TUCK_JOB_DOUBT = 7 /* printed, or not? A person has to say */
};

struct tuck_job {
    uint32_t size;
    int32_t state; /* TUCK_JOB_WAITING … */
    int64_t id;
    const char *state_name, *printer, *order, *package, *placement, *title;
    const char *reason; /* of its state, "" none */
    const char *ticket; /* NULL: of no piece */
    const char *queued_at, *changed_at; /* in the shop's zone */
    int64_t queued_s, changed_s, bytes, again_of, events;
    int32_t format, copies, tries, unused;
};
struct tuck_job_event {
    uint32_t size;
    uint32_t unused;
    const char *at, *what, *text;
    int64_t at_s;
};

enum { /* what may be done to a job */
    TUCK_JOB_HOLD = 1,    /* `with`: the reason, or NULL */
    TUCK_JOB_RELEASE = 2,
    TUCK_JOB_CANCEL = 3,  /* `with`: the reason, or NULL */
    TUCK_JOB_MOVE = 4,    /* `with`: the printer */
    TUCK_JOB_AGAIN = 5,   /* a new job of the same bytes; `with`: the printer, or NULL */
    TUCK_JOB_WAS_PRINTED = 6,    /* a person's answer to a doubt */
    TUCK_JOB_WAS_NOT_PRINTED = 7, /* it is sent once more */
    /* what say() tells of the job's piece; `with`: the reason, which is needed */
    TUCK_JOB_REFUSED = 8,   /* a packer did not put the paper in */
    TUCK_JOB_OVERRIDDEN = 9 /* a packer put in something else, or insisted */
};

/* The face of printers and the spool, revision 1. [any] but where it says [carton]. */
struct tuck_print_face {
    uint32_t size;
    uint32_t revision;

    /* Sends a carton's pieces to the station's printers, as the routes of the settings say.
     * [carton] For each piece the first printer of its route that is ready, and has media
     * that fit, gets the sheet, which is rendered as that printer wants it; when none can,
     * a plain label, else the packer is told what to pick instead. A piece that is queued
     * is on disk; what becomes of it goes to the ledger by itself, so say() is not called
     * for it. Printers that do not answer cost the carton at most a fifth of the budget.
     * A piece that is in the spool already, or was printed, is not sent again: that is
     * reprint() of tuck.promise, or TUCK_JOB_AGAIN. `printer` NULL: by the routes.
     * budget_ms 0: the shop's. TUCK_OK whenever each piece has an outcome. */
    tuck_status (*print)(struct tuck_carton *carton, const char *printer,
                         int32_t budget_ms);
    /* Where a piece went. TUCK_WITHOUT past the last, and before print(). [carton] */
    tuck_status (*sent)(const struct tuck_carton *carton, int64_t piece,
                        struct tuck_sent *ret);

    /* Asks every printer, all at once, for at most budget_ms (0: 3,000). */
    tuck_status (*printers)(struct tuck_shop *shop, int32_t budget_ms,
                            struct tuck_found **ret_found, struct tuck_notes **ret_notes);
    tuck_status (*printer)(const struct tuck_found *found, int64_t index,
                           struct tuck_printer *ret);
    /* Prints rulers, symbols and every script on a printer. Needs the press. */
    tuck_status (*test_page)(struct tuck_shop *shop, const char *printer, int64_t *ret_job,
                             struct tuck_notes **ret_notes);

    /* Jobs in the order they came. states: bits 1 << TUCK_JOB_…, 0: all; printer and order
     * may be NULL. TUCK_WITHOUT: there are none. */
    tuck_status (*jobs)(struct tuck_shop *shop, uint32_t states, const char *printer,
                        const char *order, struct tuck_found **ret_found,
                        struct tuck_notes **ret_notes);
    tuck_status (*job)(const struct tuck_found *found, int64_t index,
                       struct tuck_job *ret);
    tuck_status (*job_event)(const struct tuck_found *found, int64_t job, int64_t index,
                             struct tuck_job_event *ret);
    /* A job's bytes, freed with bytes_free() of tuck.ops. */
    tuck_status (*job_sheet)(struct tuck_shop *shop, int64_t id, void **ret_bytes,
                             size_t *ret_length, struct tuck_notes **ret_notes);
    /* TUCK_WITHOUT: there is no such job. `ret_id` may be NULL; gets the new job's of
     * TUCK_JOB_AGAIN. */
    tuck_status (*job_do)(struct tuck_shop *shop, int64_t id, int32_t what,
                          const char *with, int64_t *ret_id,
                          struct tuck_notes **ret_notes);
    /* Waits until senders have nothing left that they could do now; TUCK_RETRY when that
     * is not so after budget_ms. */
    tuck_status (*settle)(struct tuck_shop *shop, int32_t budget_ms);
};

struct tuck_wave_order {
    uint32_t size;
    uint32_t unused;
    const char *name; /* within the wave, unique: a path or an id */
    const char *bytes;
    size_t length;
};

struct tuck_wave_run {
    uint32_t size;
    int32_t jobs;      /* orders at a time; 0: as many as the press has workers */
    const char *name;  /* of the wave */
    const char *printer; /* sheets are made for it; NULL: for the first of each route */
    /* may be NULL. `what`: the order just done, led by how many have failed */
    tuck_progress_fn *progress;
    void *progress_data;
    const volatile int32_t *cancel; /* lent for the call; set non-zero to stop it */
    int32_t wait_ms; /* for what others have taken and not finished; 0: does not wait */
    int32_t unused;
};

struct tuck_wave {
    uint32_t size;
    uint32_t unused;
    const char *name, *made_at;
    int64_t made_s, orders, waiting, taken, done, failed;
};

/* What run() did itself, and what it took. */
struct tuck_wave_result {
    uint32_t size;
    uint32_t unused;
    int64_t done, failed, sheets, bytes;
    int64_t took_ms;
};

struct tuck_wave_problem {
    uint32_t size;
    uint32_t unused;
    int64_t place; /* in pick order, from 1 */
    const char *name, *order, *text;
};

/* The face of waves, revision 1: cartons decided and rendered ahead, so that at the bench
 * only a ready sheet is handed out. [any] The orders of a wave stand in the ledger; many
 * processes and machines that share it may run one wave at once. */
struct tuck_wave_face {
    uint32_t size;
    uint32_t revision;

    /* Adds orders in pick order, and makes the wave when it is not there. The same twice
     * changes nothing; an order whose document is another, or that failed, waits again.
     * `ret_waiting` may be NULL. */
    tuck_status (*add)(struct tuck_shop *shop, const char *wave,
                       const struct tuck_wave_order *orders, int64_t count,
                       int64_t *ret_waiting, struct tuck_notes **ret_notes);
    /* Decides and renders what waits, until nothing is left or it is stopped; killed, it
     * goes on with the next call. Needs the press. TUCK_BAD_INPUT when an order failed. */
    tuck_status (*run)(struct tuck_shop *shop, const struct tuck_wave_run *how,
                       struct tuck_wave_result *ret, struct tuck_notes **ret_notes);
    /* All waves, or the one named. TUCK_WITHOUT: none. */
    tuck_status (*waves)(struct tuck_shop *shop, const char *name,
                         struct tuck_found **ret_found, struct tuck_notes **ret_notes);
    tuck_status (*wave)(const struct tuck_found *found, int64_t index,
                        struct tuck_wave *ret);
    /* Of one wave: the orders that failed. */
    tuck_status (*problem)(const struct tuck_found *found, int64_t index,
                           struct tuck_wave_problem *ret);
    /* Writes the wave's sheets as one file for each printer into the folder, in pick
     * order, with a separator sheet before each order unless `no_separators`. Prints
     * nothing; each piece is recorded as printed. `ret_files` may be NULL. */
    tuck_status (*write)(struct tuck_shop *shop, const char *wave, const char *dir,
                         int32_t no_separators, int64_t *ret_files,
                         struct tuck_notes **ret_notes);
    /* Forgets a wave; what it decided stays. TUCK_WITHOUT: there is no such. */
    tuck_status (*drop)(struct tuck_shop *shop, const char *wave,
                        struct tuck_notes **ret_notes);
};

/* --- learning ------------------------------------------------------------------------ */

enum { /* how a finding is told */
    TUCK_FORM_TEXT = 1,
    TUCK_FORM_JSON = 2,
    TUCK_FORM_HTML = 3,   /* of reports only: one page that needs nothing else */
    TUCK_FORM_VOWPAL = 4, /* of simulations only: the log for Vowpal Wabbit */
    TUCK_FORM_BANDIT = 5  /* of simulations only: the log for the Open Bandit Pipeline */
};

struct tuck_fit {
    uint32_t size;
    int32_t form;     /* TUCK_FORM_TEXT … */
    int32_t is_trial; /* nothing is kept */
    int32_t unused;
    const char *date; /* as of the evening of that day; NULL: now */
};

struct tuck_report {
    uint32_t size;
    int32_t form;         /* TUCK_FORM_TEXT … */
    int32_t within_days;  /* how long after a decision counts; 0: as the settings say */
    int32_t is_coloured;  /* text with the terminal's colours */
    const char *date;     /* as of the evening of that day; NULL: now */
    const char *from, *to; /* first and last day of the decisions; NULL: open */
};

struct tuck_simulate {
    uint32_t size;
    int32_t form;          /* TUCK_FORM_TEXT … */
    int32_t within_days;   /* how long after a decision counts; 0: as the settings say */
    int32_t unused;
    const char *date;      /* as of the evening of that day; NULL: now */
    const char *from, *to; /* first and last day of the decisions; NULL: open */
};

/* The face of what is learnt from the ledger, revision 1. [any] Bytes that come out are
 * freed with bytes_free() of tuck.ops. */
struct tuck_learn_face {
    uint32_t size;
    uint32_t revision;

    /* Learns when and what customers buy, what goes with what and which offers work, from
     * all that the ledger holds, keeps it there for all stations of the shop, and tells
     * what it found. For once a night; stations see it within seconds. What there is too
     * little of is left out, with a note. TUCK_WITHOUT: there is nothing to learn from. */
    tuck_status (*fit)(struct tuck_shop *shop, const struct tuck_fit *how,
                       void **ret_bytes, size_t *ret_length,
                       struct tuck_notes **ret_notes);

    /* What paper caused: per campaign, experiment and offer, those who were dealt to it
     * against those held out. A page has plots when the shop has workers that draw them.
     * TUCK_WITHOUT: there is no decision of that time. */
    tuck_status (*report)(struct tuck_shop *shop, const struct tuck_report *how,
                          void **ret_bytes, size_t *ret_length,
                          struct tuck_notes **ret_notes);

    /* The log of decisions made again under the shop's campaign, best opened with another
     * file (struct tuck_open): what changes, what it costs and what it would have been
     * worth, or that this cannot be told. Or the log itself, for other tools. Nothing is
     * written. TUCK_WITHOUT: there is no decision of that time. */
    tuck_status (*simulate)(struct tuck_shop *shop, const struct tuck_simulate *how,
                            void **ret_bytes, size_t *ret_length,
                            struct tuck_notes **ret_notes);
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
