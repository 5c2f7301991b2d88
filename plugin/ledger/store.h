/* The embedded store: one SQLite file, one connection, one thread at a time.
 *
 * Below the front door (ledger.c), which has checked its arguments. `store_*` functions
 * run whole promises: each begins its transaction, does its statements and ends it, so a
 * failure leaves nothing behind. The lower half of this header is what they share. */
#ifndef TUCK_LEDGER_STORE_H
#define TUCK_LEDGER_STORE_H

#include "ledger/ledger.h"

#include <sqlite3.h>
#include <sys/types.h>

#define STATEMENTS_MAX 64

/* What a file looked like from outside: to see that it moved under a reader. */
struct sight {
    bool exists;
    bool is_at_rest; /* nothing of it is in a -wal file */
    dev_t dev;
    ino_t ino;
    off_t size;
    int64_t changed_ns;
};

struct store {
    sqlite3 *db; /* NULL: a reader that found no file */
    char *path;  /* absolute */
    enum ledger_mode mode;
    struct sight sight; /* of a reader: as it was opened */
    int turn_fd;
    bool has_turn, is_importing;
    enum status import_status; /* what first went wrong in the import under way */
    struct patience patience;
    struct {
        const char *sql; /* told apart by address */
        sqlite3_stmt *stmt;
    } statements[STATEMENTS_MAX];
    size_t statement_count;
};

enum status store_open(const char *path, enum ledger_mode mode,
                       const struct patience *patience, struct notes *notes,
                       struct store **ret);
void store_close(struct store *store);

enum status store_history(struct store *store, const char *merchant, const char *customer,
                          struct arena *arena, struct notes *notes, struct history **ret);
enum status store_keep_history(struct store *store, const char *merchant,
                               const struct history *history, struct notes *notes);
enum status store_import_begin(struct store *store, struct notes *notes);
enum status store_import_purchase(struct store *store, const char *merchant,
                                  const struct csv_purchase *purchase,
                                  struct notes *notes);
enum status store_import_end(struct store *store, bool is_kept, struct notes *notes);

enum status store_find(struct store *store, const char *merchant, const char *order,
                       const char *package, struct arena *arena, struct notes *notes,
                       struct decision **ret);
enum status store_standing(struct store *store, const char *merchant,
                           const char *customer, const char *except_order,
                           const char *const *offers, size_t count, struct notes *notes,
                           struct offer_standing *ret);
enum status store_decide(struct store *store, const struct order *order,
                         struct decision *decision, const struct piece_cap *caps,
                         struct arena *arena, struct notes *notes,
                         struct decision **ret_existing, size_t *ret_spent);
enum status store_event(struct store *store, int64_t decision_id,
                        const struct piece_key *piece, const char *kind, int64_t at_s,
                        const char *reason, struct notes *notes);
enum status store_void(struct store *store, const char *merchant, const char *order,
                       int64_t at_s, const char *reason, struct notes *notes);
enum status store_has_code(struct store *store, const char *code, struct notes *notes,
                           bool *ret);

enum status store_keep_sheet(struct store *store, int64_t decision_id,
                             const struct piece_key *piece, int32_t format,
                             const void *bytes, size_t n, struct notes *notes);
enum status store_find_sheet(struct store *store, int64_t decision_id,
                             const struct piece_key *piece, int32_t format,
                             struct arena *arena, struct notes *notes,
                             const uint8_t **ret_bytes, size_t *ret_n);
enum status store_cache_get(struct store *store, const char *url, struct arena *arena,
                            struct notes *notes, const char **ret_etag,
                            const char **ret_body, size_t *ret_n, int64_t *ret_at_s);
enum status store_cache_put(struct store *store, const char *url, const char *etag,
                            const char *body, size_t n, int64_t at_s,
                            struct notes *notes);
enum status store_dump(struct store *store, struct buf *out, struct notes *notes);

/* --- shared inside: opening --------------------------------------------------------- */

/* Makes the tables or brings them up to date. Call with the turn taken. */
enum status store_migrate(struct store *store, struct notes *notes);
/* STATUS_OK when the file is a ledger of this revision or an older one (or empty). */
enum status store_check_version(struct store *store, struct notes *notes,
                                int *ret_version, bool *ret_is_current);

enum status store_configure(struct store *store, struct notes *notes);
/* A reader's connection; store->db stays NULL when there is nothing to read. */
enum status store_open_to_read(struct store *store, struct notes *notes);
void store_shut(struct store *store); /* the connection, not the store */

/* The ticket beside the file. */
enum status store_turn_open(struct store *store, struct notes *notes);
enum status store_turn_take(struct store *store, struct notes *notes);
void store_turn_give(struct store *store);
void store_turn_close(struct store *store);

/* --- shared inside: transactions and statements ------------------------------------- */

/* A write: begins with the turn; end commits when `status` is STATUS_OK, else takes back,
 * and returns what it all came to. Inside an import both join the import's. */
enum status store_begin(struct store *store, struct notes *notes);
enum status store_end(struct store *store, enum status status, struct notes *notes);

/* A read of more than one statement: all see the same instant. `*ret_is_empty`: there is
 * no file, so there is nothing to read and nothing to end. */
enum status store_look(struct store *store, struct notes *notes, bool *ret_is_empty);
enum status store_looked(struct store *store, enum status status, struct notes *notes);

struct value {
    enum { VALUE_NULL, VALUE_TEXT, VALUE_INT, VALUE_REAL, VALUE_BLOB } kind;
    const void *p;
    size_t n;
    int64_t i;
    double d;
};
#define T(text) ((struct value){.kind = VALUE_TEXT, .p = (text)}) /* NULL is NULL */
#define I(number) ((struct value){.kind = VALUE_INT, .i = (number)})
#define R(number) ((struct value){.kind = VALUE_REAL, .d = (number)})
#define B(bytes, size) ((struct value){.kind = VALUE_BLOB, .p = (bytes), .n = (size)})
/* An instant or a day that may be none. */
#define I_UNLESS(number, none)                                                           \
    ((number) == (none) ? (struct value){.kind = VALUE_NULL} : I(number))
#define VALUES(...)                                                                      \
    (const struct value[]){__VA_ARGS__}, COUNT_OF(((const struct value[]){__VA_ARGS__}))

/* A statement ready to step; its values are lent until it is reset. */
enum status sql_query(struct store *store, const char *sql, const struct value *values,
                      size_t count, struct notes *notes, sqlite3_stmt **ret);
enum status sql_step(struct store *store, sqlite3_stmt *stmt, struct notes *notes,
                     bool *ret_has_row);
/* A statement without rows. */
enum status sql_run(struct store *store, const char *sql, const struct value *values,
                    size_t count, struct notes *notes);
/* The first column of the first row; `none` when there is no row or it is NULL. */
enum status sql_number(struct store *store, const char *sql, const struct value *values,
                       size_t count, int64_t none, struct notes *notes, int64_t *ret);
/* The status and the note for a result code of SQLite's. */
enum status sql_fail(struct store *store, int rc, struct notes *notes);
void sql_forget(struct store *store); /* finalizes what is prepared */

void sql_resetp(sqlite3_stmt **stmt);
#define QUERY_AUTO CLEANUP(sql_resetp)

/* Columns into an arena; what fails is remembered so that only the row's end asks. */
struct row {
    sqlite3_stmt *stmt;
    struct arena *arena;
    bool failed;
};
const char *row_text(struct row *row, int column); /* NULL for NULL */
int64_t row_int(struct row *row, int column, int64_t none);

/* A packed or told order into the history; `is_packed`: never over what was told. */
enum status store_put_order(struct store *store, const char *merchant,
                            const char *customer, const struct past_order *order,
                            bool is_packed, struct notes *notes);
enum status store_put_packed(struct store *store, const struct order *order,
                             struct arena *arena, struct notes *notes);
enum status store_drop_packed(struct store *store, const char *merchant,
                              const char *customer, const char *order,
                              struct notes *notes);

#endif
