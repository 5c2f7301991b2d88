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
/* An instant or a day that may be none. */
#define I_UNLESS(number, none)                                                           \
    ((number) == (none) ? (struct value){.kind = VALUE_NULL} : I(number))
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
    /* Holds back others that lock the same, until the transaction ends. A driver whose
     * writers are alone anyway does nothing. */
    enum status (*lock)(struct sql *sql, const char *what, const char *merchant,
                        const char *key, struct notes *notes);
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

#endif
