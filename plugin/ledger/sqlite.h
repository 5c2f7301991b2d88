/* The driver for SQLite: one file, one connection, many processes.
 *
 * sqlite-open.c opens the file to write, sqlite-look.c to read without a trace,
 * sqlite-turn.c queues the writers, sqlite-sql.c runs statements and transactions. */
#ifndef TUCK_LEDGER_SQLITE_H
#define TUCK_LEDGER_SQLITE_H

#include "ledger/sql.h"

#include <sqlite3.h>
#include <sys/types.h>

#define STATEMENTS_MAX 192

/* What a file looked like from outside: to see that it moved under a reader. */
struct sight {
    bool exists;
    bool is_at_rest; /* nothing of it is in a -wal file */
    dev_t dev;
    ino_t ino;
    off_t size;
    int64_t changed_ns;
};

/* A statement and, while it is read, its answer. */
struct sqlite_rows {
    struct rows rows;
    const char *text; /* told apart by address… */
    bool is_mute;     /* …and by whether its RETURNING was left off */
    sqlite3_stmt *stmt;
};

struct sqlite {
    struct sql sql;
    sqlite3 *db; /* NULL: a reader that found no file */
    char *path;  /* absolute */
    struct sight sight; /* of a reader: as it was opened */
    int turn_fd;
    bool has_turn;
    bool is_writing;
    struct sqlite_rows statements[STATEMENTS_MAX];
    size_t statement_count;
};

extern const struct sql_driver sqlite_driver;

static inline struct sqlite *
sqlite_of(struct sql *sql)
{
    return (struct sqlite *)sql;
}

void sqlite_close(struct sql *sql);

/* STATUS_OK when the file is a ledger of this revision or an older one (or empty). */
enum status sqlite_check_version(struct sqlite *sqlite, struct notes *notes,
                                 int *ret_version);
/* Makes the tables or brings them up to date. Call with the turn taken. */
enum status sqlite_migrate(struct sqlite *sqlite, struct notes *notes);

enum status sqlite_configure(struct sqlite *sqlite, struct notes *notes);
/* A reader's connection; db stays NULL when there is nothing to read. */
enum status sqlite_open_to_read(struct sqlite *sqlite, struct notes *notes);
void sqlite_shut(struct sqlite *sqlite); /* the connection, not the rest */

/* A look of a reader begins by seeing whether the file moved, and ends so. */
enum status sqlite_look(struct sqlite *sqlite, struct notes *notes, bool *ret_is_empty);
enum status sqlite_looked(struct sqlite *sqlite, enum status status, struct notes *notes);

/* The ticket beside the file. */
enum status sqlite_turn_open(struct sqlite *sqlite, struct notes *notes);
enum status sqlite_turn_take(struct sqlite *sqlite, struct notes *notes);
void sqlite_turn_give(struct sqlite *sqlite);
void sqlite_turn_close(struct sqlite *sqlite);

/* Care for the file: see struct sql_driver. */
enum status sqlite_scrub(struct sql *sql, struct notes *notes);
enum status sqlite_backup(struct sql *sql, const char *path, struct notes *notes);
enum status sqlite_check(struct sql *sql, struct notes *notes, bool *ret_is_sound);

/* The status and the note for a result code of SQLite's. */
enum status sqlite_fail(struct sqlite *sqlite, int rc, struct notes *notes);
/* A plain statement without values. */
enum status sqlite_do(struct sqlite *sqlite, const char *sql, struct notes *notes);
void sqlite_forget(struct sqlite *sqlite); /* finalizes what is prepared */

#endif
