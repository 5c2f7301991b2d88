/* Opening the file and its settings; opening it to write.
 *
 * A writer makes the file (for its owner and group), its ticket and its tables, and keeps
 * it in WAL mode with full syncs. Waiting, SQLite's own too, ends with the caller's
 * patience. Opening to look only is sqlite-look.c. */
#include "ledger/schema.h"
#include "ledger/sqlite.h"

#include <stdio.h>


#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLOSE_PATIENCE_MS 200
#define PROGRESS_STEPS 20000 /* a few milliseconds */
#define BUSY_WAIT_NS 2000000

/* SQLite's own waits (recovery after a crash, a checkpoint) end with our patience. */
static int
wait_while_busy(void *data, int tries)
{
    const struct sqlite *sqlite = data;
    const struct timespec wait = {0, BUSY_WAIT_NS};
    (void)tries;
    if (patience_is_cancelled(&sqlite->sql.patience) ||
        patience_left_ms(&sqlite->sql.patience) == 0)
        return 0;
    nanosleep(&wait, NULL);
    return 1;
}

static int
stop_when_over(void *data)
{
    const struct sqlite *sqlite = data;
    if (patience_is_cancelled(&sqlite->sql.patience))
        return 1;
    return !sqlite->sql.is_importing && patience_left_ms(&sqlite->sql.patience) == 0;
}

static const char settings_of_all[] = "PRAGMA mmap_size = 0;" /* no SIGBUS in the host */
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA foreign_keys = ON;";
/* In memory is what takes back a decision of a wave: on disk it was nine tenths of what a
 * wave wrote. A wave fits into the cache and a few of them into the log, so that pages
 * are written once and not again with every hundred decisions. */
static const char settings_of_writer[] = "PRAGMA synchronous = FULL;"
                                         "PRAGMA temp_store = MEMORY;"
                                         "PRAGMA cache_size = -16000;"
                                         "PRAGMA wal_autocheckpoint = 4000;"
                                         "PRAGMA secure_delete = ON;"
                                         "PRAGMA journal_size_limit = 16777216;";

enum status
sqlite_configure(struct sqlite *sqlite, struct notes *notes)
{
    sqlite3_extended_result_codes(sqlite->db, 1);
    sqlite3_busy_handler(sqlite->db, wait_while_busy, sqlite);
    sqlite3_progress_handler(sqlite->db, PROGRESS_STEPS, stop_when_over, sqlite);
    sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    int rc = sqlite3_exec(sqlite->db, settings_of_all, NULL, NULL, NULL);
    if (rc == SQLITE_OK && sqlite->sql.may_write)
        rc = sqlite3_exec(sqlite->db, settings_of_writer, NULL, NULL, NULL);
    return rc == SQLITE_OK ? STATUS_OK : sqlite_fail(sqlite, rc, notes);
}

/* --- for writing -------------------------------------------------------------------- */

/* A shop's settings may name a folder that nobody has made yet; one level of it. */
static void
make_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path || (size_t)(slash - path) >= sizeof(folder))
        return;
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    (void)mkdir(folder, 0770); /* the open that follows says what is wrong */
}

static enum status
make_file(struct sqlite *sqlite, struct notes *notes)
{
    make_folder(sqlite->path);
    int fd = open(sqlite->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (fd >= 0)
        close(fd); /* new, so no connection of this process loses its locks by this */
    else if (errno != EEXIST)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, sqlite->path, 0,
                         "the ledger cannot be made: %s", strerrordesc_np(errno));
    return STATUS_OK;
}

static enum status
want_wal(struct sqlite *sqlite, struct notes *notes)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sqlite->db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    bool is_wal =
        rc == SQLITE_ROW && text_equal((const char *)sqlite3_column_text(stmt, 0), "wal");
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW)
        return sqlite_fail(sqlite, rc, notes);
    return is_wal ? STATUS_OK
                  : note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, sqlite->path, 0,
                              "this file system cannot hold a ledger that many processes "
                              "share; put it on a local disk");
}

/* In turn with others that open or close: the last connection to close removes the
 * write-ahead log, and one that opens meanwhile may find it half gone. */
static enum status
make_ready(struct sqlite *sqlite, struct notes *notes)
{
    int version = 0;
    enum status status = sqlite_turn_take(sqlite, notes);
    if (status != STATUS_OK)
        return status;
    status = sqlite_check_version(sqlite, notes, &version);
    if (status == STATUS_OK)
        status = want_wal(sqlite, notes);
    if (status == STATUS_OK && version < SCHEMA_VERSION)
        status = sqlite_migrate(sqlite, notes);
    sqlite_turn_give(sqlite);
    return status;
}

static enum status
open_to_write(struct sqlite *sqlite, struct notes *notes)
{
    enum status status = make_file(sqlite, notes);
    if (status != STATUS_OK)
        return status;
    int rc = sqlite3_open_v2(sqlite->path, &sqlite->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK)
        return sqlite_fail(sqlite, rc, notes);
    status = sqlite_configure(sqlite, notes);
    if (status == STATUS_OK)
        status = sqlite_turn_open(sqlite, notes);
    return status == STATUS_OK ? make_ready(sqlite, notes) : status;
}

/* --- open and close ----------------------------------------------------------------- */

static char *
absolute(const char *path)
{
    char *whole = NULL;
    char *here = path[0] == '/' ? NULL : getcwd(NULL, 0);
    if (path[0] == '/')
        whole = strdup(path);
    else if (here && asprintf(&whole, "%s/%s", here, path) < 0)
        whole = NULL;
    free(here);
    return whole;
}

enum status
sql_open_sqlite(const char *path, bool may_write, const struct patience *patience,
                struct notes *notes, struct sql **ret)
{
    struct sqlite *sqlite = calloc(1, sizeof(*sqlite));
    if (!sqlite)
        return STATUS_NO_MEMORY;
    sqlite->turn_fd = -1;
    sqlite->path = absolute(path);
    sqlite->sql = (struct sql){.driver = &sqlite_driver,
                               .patience = *patience,
                               .name = sqlite->path,
                               .may_write = may_write};
    enum status status = !sqlite->path ? STATUS_NO_MEMORY
                         : may_write   ? open_to_write(sqlite, notes)
                                       : sqlite_open_to_read(sqlite, notes);
    if (status != STATUS_OK) {
        sqlite_close(&sqlite->sql);
        return status;
    }
    *ret = &sqlite->sql;
    return STATUS_OK;
}

void
sqlite_close(struct sql *sql)
{
    struct sqlite *sqlite = sqlite_of(sql);
    if (sqlite->turn_fd >= 0 && !sqlite->has_turn) {
        /* Closing in turn is better, but nobody waits long for it. */
        sql->patience = (struct patience){clock_monotonic_ms() + CLOSE_PATIENCE_MS, NULL};
        (void)sqlite_turn_take(sqlite, NULL);
    }
    sqlite_shut(sqlite); /* takes back what is under way, before the turn is given */
    sqlite_turn_close(sqlite);
    free(sqlite->path);
    free(sqlite);
}
