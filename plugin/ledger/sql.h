/* A database under the ledger, whichever it is: SQLite or PostgreSQL.
 *
 * The rules of the ledger are written once, in statements that both understand, with
 * parameters ?1 … ?n; what differs is here. A driver is one file that fills a `struct
 * sql_driver`: sql-sqlite.c, sql-postgres.c. A connection belongs to one thread at a time.
 *
 * The common tongue: BIGINT, TEXT and DOUBLE PRECISION; ON CONFLICT … DO; RETURNING; IS
 * NOT DISTINCT FROM; no double quotes, no || of numbers, no scalar max(). */
#ifndef TUCK_LEDGER_SQL_H
#define TUCK_LEDGER_SQL_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "base/text.h"

struct sql; /* a connection: drivers embed it as their first member */

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
#define NOTHING ((struct value){.kind = VALUE_NULL})
/* An instant or a day that may be none. */
#define I_UNLESS(number, none)                                                           \
    ((number) == (none) ? NOTHING : I(number))
#define VALUES(...)                                                                      \
    (const struct value[]){__VA_ARGS__}, COUNT_OF(((const struct value[]){__VA_ARGS__}))

/* An answer being read, row by row. Texts and bytes are lent until the next row. */
struct rows {
    struct sql *sql;
};

enum sql_intent {
    SQL_LOOK, /* all statements see the same instant; none may write */
    SQL_WRITE
};

struct sql_driver {
    /* Others may write at the same time, so what is chosen has to be held. */
    bool has_many_writers;
    void (*close)(struct sql *sql);
    /* `*ret_is_empty` (looks only): there is no database yet, so there is nothing to read
     * and nothing to end. */
    enum status (*begin)(struct sql *sql, enum sql_intent intent, struct notes *notes,
                         bool *ret_is_empty);
    /* Commits when `status` is STATUS_OK, else takes back; returns what it came to. */
    enum status (*end)(struct sql *sql, enum status status, struct notes *notes);
    /* Statements are told apart by the address of their text and prepared once. */
    enum status (*query)(struct sql *sql, const char *text, const struct value *values,
                         size_t count, struct notes *notes, struct rows **ret);
    /* A statement without rows, inside a transaction. It may be sent later, with the
     * next query() or end(), and fail there: whatever fails, all is taken back. */
    enum status (*run)(struct sql *sql, const char *text, const struct value *values,
                       size_t count, struct notes *notes);
    /* A statement for one row at most that ends in RETURNING a number: how many rows were
     * changed, and the number of the row added, if it was. NULL: query() does as well. */
    enum status (*change)(struct sql *sql, const char *text, const struct value *values,
                          size_t count, struct notes *notes, int64_t *ret_changed,
                          int64_t *ret_added);
    /* Holds back others that lock the same, until the transaction ends. A driver whose
     * writers are alone anyway does nothing. */
    enum status (*lock)(struct sql *sql, const char *what, const char *merchant,
                        const char *key, struct notes *notes);
    /* Leaves no trace of what was deleted, as far as the store itself goes; NULL: that is
     * the server's to do. */
    enum status (*scrub)(struct sql *sql, struct notes *notes);
    /* A whole copy as a file while others write; NULL: the server has its own ways. */
    enum status (*backup)(struct sql *sql, const char *path, struct notes *notes);
    /* Looks for damage below the tables, a note for each; `*ret_is_sound`. NULL: the
     * server's to do. */
    enum status (*check)(struct sql *sql, struct notes *notes, bool *ret_is_sound);
    enum status (*next)(struct rows *rows, struct notes *notes, bool *ret_has_row);
    bool (*is_null)(struct rows *rows, int column);
    int64_t (*integer)(struct rows *rows, int column);
    double (*real)(struct rows *rows, int column);
    const char *(*text)(struct rows *rows, int column, size_t *ret_n);
    const void *(*bytes)(struct rows *rows, int column, size_t *ret_n);
    void (*done)(struct rows *rows);
};

struct sql {
    const struct sql_driver *driver;
    struct patience patience; /* for every wait; set anew for each call */
    const char *name;         /* for notes: a path, or a server without its password */
    bool may_write;
    /* The last transaction failed, whatever its status, because others were at the same
     * rows or the connection was lost before COMMIT: all of it may be done again at once.
     * begin() clears it. */
    bool wants_again;
    /* An import is under way: begin() and end() of parts join it. */
    bool is_importing;
};

/* `path`: a file, made when it is not there and `may_write`. */
enum status sql_open_sqlite(const char *path, bool may_write,
                            const struct patience *patience, struct notes *notes,
                            struct sql **ret);

/* --- reading an answer -------------------------------------------------------------- */

/* A statement with rows; tidied by ROWS_AUTO. */
static inline enum status
rows_next(struct rows *rows, struct notes *notes, bool *ret_has_row)
{
    return rows->sql->driver->next(rows, notes, ret_has_row);
}
static inline bool
rows_is_null(struct rows *rows, int column)
{
    return rows->sql->driver->is_null(rows, column);
}
static inline int64_t
rows_int(struct rows *rows, int column, int64_t none)
{
    return rows_is_null(rows, column) ? none : rows->sql->driver->integer(rows, column);
}
/* Lent until the next row; NULL for NULL. */
const char *rows_lent(struct rows *rows, int column);
void rows_done(struct rows **rows);
#define ROWS_AUTO CLEANUP(rows_done)

/* Columns into an arena; what fails is remembered so that only the row's end asks. */
struct row {
    struct rows *rows;
    struct arena *arena;
    bool failed;
};
const char *row_text(struct row *row, int column); /* NULL for NULL */
/* Never NULL for an empty one. */
const void *row_bytes(struct row *row, int column, size_t *ret_n);

#endif
