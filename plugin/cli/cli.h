/* The tuck command: a host of tuck.so for people. Sees only tuck.h. */
#ifndef TUCK_CLI_CLI_H
#define TUCK_CLI_CLI_H

#include "tuck.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { /* exit codes */
       EXIT_FINE = 0,
       EXIT_TROUBLE = 1, /* something failed, or a check found errors */
       EXIT_USAGE = 2,
};

/* What was asked for on the command line. */
struct options {
    const char *shop;   /* -s; "." */
    const char *ledger; /* --ledger */
    const char *output; /* -o */
    const char *dir;    /* -d */
    const char *date, *offer;
    const char *reason; /* --reason */
    const char *keys;   /* --keys */
    const char *id, *customer, *order, *place, *choice, *amount, *at, *file; /* of a redemption */
    const char *nps, *effort, *rating, *question, *value, *channel; /* of an answer */
    const char *package, *pool, *printer, *wave;
    const char *columns, *date_format, *currency;
    int32_t format; /* TUCK_PDF …; 0: not said */
    int32_t dpi, budget_ms, workers, delimiter, jobs;
    bool wants_scan, wants_json, wants_contact_sheet, is_quiet, has_no_header, is_csv;
    bool wants_check, wants_print, wants_test, has_no_separators, wants_drop, is_trial;
    bool is_of_decisions, is_of_answers; /* what is imported */
    const char *picture, *as, *language, *beside; /* of a preview */
    bool wants_open, is_watching, is_every_offer, is_every_language;
    const char *html, *from, *to, *campaign, *vowpal, *bandit;
    int32_t within_days;
    char **args; /* what is left */
    int arg_count;
};

struct host;

struct command {
    const char *name, *usage, *summary;
    const char *accepts; /* the letters of the options it takes, see main.c */
    int least_args, most_args;
    int (*run)(const struct options *options);
};

int cmd_preview(const struct options *options);
int cmd_pack(const struct options *options);
int cmd_why(const struct options *options);
int cmd_check(const struct options *options);
int cmd_import(const struct options *options);
int cmd_void(const struct options *options);
int cmd_facts(const struct options *options);
int cmd_answer(const struct options *options);
int cmd_redeem(const struct options *options);
int cmd_reprint(const struct options *options);
int cmd_ledger(const struct options *options);
int cmd_liability(const struct options *options);
int cmd_replay(const struct options *options);
int cmd_expire(const struct options *options);
int cmd_forget(const struct options *options);
int cmd_export(const struct options *options);
int cmd_backup(const struct options *options);
int cmd_code(const struct options *options);
int cmd_printers(const struct options *options);
int cmd_spool(const struct options *options);
int cmd_wave(const struct options *options);
/* Ends a call whose answer is bytes: tells its notes, writes them to `path` ("-": standard
 * output), frees them and closes the host. `what` is what did not happen otherwise. */
int host_put(struct host *host, tuck_status status, struct tuck_notes *notes, void *bytes,
             size_t length, const char *path, const char *what);
int cmd_fit(const struct options *options);
int cmd_report(const struct options *options);
int cmd_simulate(const struct options *options);

/* scan-tell.c: the symbols before decoders; how many troubles. */
int scan_tell(const struct host *host, struct tuck_carton *const *cartons, int64_t count,
              const struct options *options);

/* "zpl" */
const char *format_name(int32_t format);
/* Of a file, without the dot. */
const char *format_extension(int32_t format);
/* One job of the spool on standard output; false when it is not well with it. */
bool job_tell(const struct host *host, int64_t id, const struct options *options);

void print_answer_json(const struct tuck_answer *answer);

/* --- host.c: the plugin, loaded --------------------------------------------------- */

struct host {
    const struct tuck_entry *entry;
    const struct tuck_carton_face *carton;
    const struct tuck_ops_face *ops;
    const struct tuck_promise_face *promise;
    const struct tuck_print_face *print;
    const struct tuck_wave_face *wave;
    const struct tuck_learn_face *learn;
    struct tuck_shop *shop;
};

/* Loads the plugin; tells on stderr why it cannot. */
bool host_load(struct host *host);
void host_fill_open(const struct options *options, struct tuck_open *ret);
/* Loads the plugin and opens the shop. */
bool host_open(struct host *host, const struct options *options);
/* The same without a press: for commands that render nothing. */
bool host_open_desk(struct host *host, const struct options *options);
/* With a press, and jobs in the spool are sent by this process. */
bool host_open_sending(struct host *host, const struct options *options);
/* The same without a press. */
bool host_open_senders(struct host *host, const struct options *options);
void host_close(struct host *host);
/* Prints notes to stderr; returns how many are errors. Frees them. */
int host_tell(const struct host *host, struct tuck_notes *notes);
void tell_note(const struct tuck_note *note);
const char *status_text(tuck_status status);

/* --- orders.c: order documents named on the command line ---------------------------- */

struct order_file {
    char *path; /* as notes shall call it */
    char *bytes;
    size_t length;
};

struct order_files {
    struct order_file *file;
    size_t count, room;
};

/* Files, folders (their *.xml by name), "-" for standard input, or the name of an order
 * in SHOP/orders. False, told on stderr, when one cannot be read. */
bool orders_read(const struct options *options, struct order_files *ret);
void orders_free(struct order_files *orders);

/* --- out.c: files that come out ------------------------------------------------------
 */

/* Writes PATH whole or not at all; "-" is standard output. */
bool out_write(const struct host *host, const char *path, const void *bytes,
               size_t length);
bool out_drop(const struct host *host, const char *dir, const char *name,
              const void *bytes, size_t length);

/* --- json.c: an object on standard output --------------------------------------------
 */

struct json {
    int count; /* of members so far */
};
void json_text(const char *text); /* NULL: null */
void json_member(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, int64_t number);
void json_truth(struct json *json, const char *name, bool is_true);
/* {"amount": …, "currency": …}, or null */
void json_money(struct json *json, const char *name, const char *text,
                const char *currency);
/* A member that is a list: "name": [ */
void json_list(struct json *json, const char *name);
void json_end(struct json *json);

/* --- terminal.c ----------------------------------------------------------------------
 */

enum colour { PLAIN, BOLD, DIM, GREEN, RED, YELLOW, CYAN };

/* "auto", "always" or "never"; false when it is none of them. */
bool terminal_init(const char *when);
/* Escape sequences for stdout and stderr, "" when it is not to be coloured. */
const char *out_colour(enum colour colour);
const char *err_colour(enum colour colour);
/* Columns of the terminal on stdout; 0 when it is none. */
int terminal_columns(void);
/* Prints coloured text on stdout; returns how many columns it took. */
int out_put(enum colour colour, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints text and a line's end on stdout, broken at blanks so that no line is longer than
 * `columns` (0: never broken). The first line begins in column `at`, later ones in
 * `indent`. */
void out_wrapped(const char *text, int at, int indent, int columns);
/* False, told on stderr, when something printed on stdout did not get there. */
bool out_is_whole(void);

/* A bar on stderr; silent when stderr is no terminal. */
struct bar {
    int64_t begun_ms, drawn_ms, first;
    const char *title;
    bool is_shown, is_quiet;
};
void bar_init(struct bar *bar, const char *title, bool is_quiet);
int32_t bar_step(void *bar, int64_t done, int64_t total, const char *what);
void bar_done(struct bar *bar);

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- picture.c: a picture in the terminal ------------------------------------------- */

/* Whether pictures are wanted; false: `how` is no word for it. */
bool picture_wish(const char *how, bool *ret_wants);
bool picture_is_possible(void);
/* A PNG, as `how` says (NULL, "auto": as the terminal can), at most `columns` wide. */
bool picture_show(const void *png, size_t length, const char *how, int columns);

/* --- watch.c: a change of files ------------------------------------------------------ */

int watch_open(void); /* a descriptor, or -1 with errno */
/* The folder and what is below it. */
void watch_folder(int fd, const char *path);
/* Waits for a change and until it is quiet again; the file's name. False: it cannot. */
bool watch_wait(int fd, char name[256]);

/* --- gallery.c: pieces on a page ------------------------------------------------------ */

struct gallery;
struct gallery *gallery_new(void); /* NULL: no memory */
void gallery_free(struct gallery *gallery);
/* From here on what is added is the other version's. */
void gallery_turn(struct gallery *gallery);
void gallery_add(struct gallery *gallery, const struct tuck_piece *piece, const char *order,
                 const char *language, const void *png, size_t length);
/* free() it; NULL: no memory. */
char *gallery_page(const struct gallery *gallery, const char *title, size_t *ret_length);

#endif
