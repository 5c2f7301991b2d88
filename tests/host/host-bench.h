/* What the tests of printing and of waves share: the plugin loaded as a host loads it,
 * shops of their own with printers, orders of customers nobody knows, and further
 * processes of the same program, to be killed. */
#ifndef TUCK_TESTS_HOST_BENCH_H
#define TUCK_TESTS_HOST_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <stdbool.h>
#include <sys/types.h>

/* A sanitizer makes everything slower; what is not about time has plenty of it. */
#define PLENTY_MS 60000
#define NOVEMBER_22 1795341600 /* 10:00 in Berlin */

extern const struct tuck_entry *entry;
extern const struct tuck_carton_face *tuck;
extern const struct tuck_ops_face *ops;
extern const struct tuck_promise_face *promises;
extern const struct tuck_print_face *print_face;
extern const struct tuck_wave_face *wave_face;
extern char host_work[]; /* a folder that goes away with the tests */

/* Set-up and tear-down of a group of tests. The first makes no folder when the program is
 * one of its own further processes (host_child). */
int host_load(void **state);
int host_unload(void **state);
bool host_load_plugin(void);

/* How many times slower this build may be; 1 without a sanitizer. */
int host_slowness(void);
int64_t host_ms(void); /* monotonic */
void host_pause_ms(int ms);

/* The sample shop as WORK/NAME, with a <printers> element or "" and nobody held out. Its
 * path in `ret`. */
void host_make_shop(const char *name, const char *printers, char ret[200]);
/* All places of a word in a file become another. */
void host_edit(const char *shop_dir, const char *file, const char *from, const char *to);

/* The shop's clock; the spool's and the ledger's are the machine's. */
void host_set_clock(int64_t s);
int64_t host_clock(void *data);
/* `how` may be NULL; what it leaves open is filled in. */
struct tuck_shop *host_open(const char *shop_dir, const struct tuck_open *how);

/* first-order.xml as an order and a customer of this name: an insert and a coupon with a
 * code of its own. free() it. */
char *host_order(const char *id);
struct tuck_carton *host_pack(struct tuck_shop *shop, const char *id, uint32_t flags);
struct tuck_carton *host_pack_text(struct tuck_shop *shop, const char *text,
                                   uint32_t flags);
/* Index of the piece of a placement. */
int64_t host_piece(const struct tuck_carton *carton, const char *placement,
                   struct tuck_piece *ret);

/* The text of a file under WORK or an absolute path, NUL-terminated; free() it. */
char *host_read(const char *path, size_t *ret_n);
int host_count_files(const char *dir, const char *ending);
/* How often the needle lies in the hay. */
int host_count(const char *hay, size_t hay_n, const void *needle, size_t n);

/* How many promises to an order are in a state, and how many events of a kind they have. */
int host_promises(struct tuck_shop *shop, const char *order, const char *state);
int host_events(struct tuck_shop *shop, const char *order, const char *kind,
                char *ret_reason);

/* This program once more, with these arguments (NULL-terminated, at most 8). Its standard
 * output is read with host_line(). */
struct child {
    pid_t pid;
    int from;
    char text[4096];
    size_t n;
};
struct child host_child(const char *const *arguments);
/* A line without its end; false: none within the time, or it has ended. */
bool host_line(struct child *child, int ms, char *ret, size_t room);
/* -9 unless it has ended; its exit status, -1 for a kill. */
int host_kill(struct child *child);
int host_wait(struct child *child);

#endif
