/* Opening the store and its settings; opening it to write.
 *
 * A writer makes the file (for its owner and group), its ticket and its tables, and keeps
 * it in WAL mode with full syncs. Waiting, SQLite's own too, ends with the caller's
 * patience. Opening to look only is store-read.c. */
#include "ledger/store.h"

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
    const struct store *store = data;
    const struct timespec wait = {0, BUSY_WAIT_NS};
    (void)tries;
    if (patience_is_cancelled(&store->patience) ||
        patience_left_ms(&store->patience) == 0)
        return 0;
    nanosleep(&wait, NULL);
    return 1;
}

static int
stop_when_over(void *data)
{
    const struct store *store = data;
    if (patience_is_cancelled(&store->patience))
        return 1;
    return !store->is_importing && patience_left_ms(&store->patience) == 0;
}

static const char settings_of_all[] = "PRAGMA mmap_size = 0;" /* no SIGBUS in the host */
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA foreign_keys = ON;";
static const char settings_of_writer[] = "PRAGMA synchronous = FULL;"
                                         "PRAGMA journal_size_limit = 16777216;";

enum status
store_configure(struct store *store, struct notes *notes)
{
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_handler(store->db, wait_while_busy, store);
    sqlite3_progress_handler(store->db, PROGRESS_STEPS, stop_when_over, store);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    int rc = sqlite3_exec(store->db, settings_of_all, NULL, NULL, NULL);
    if (rc == SQLITE_OK && store->mode == LEDGER_WRITE)
        rc = sqlite3_exec(store->db, settings_of_writer, NULL, NULL, NULL);
    return rc == SQLITE_OK ? STATUS_OK : sql_fail(store, rc, notes);
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
make_file(struct store *store, struct notes *notes)
{
    make_folder(store->path);
    int fd = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (fd >= 0)
        close(fd); /* new, so no connection of this process loses its locks by this */
    else if (errno != EEXIST)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, store->path, 0,
                         "the ledger cannot be made: %s", strerrordesc_np(errno));
    return STATUS_OK;
}

static enum status
want_wal(struct store *store, struct notes *notes)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    bool is_wal =
        rc == SQLITE_ROW && text_equal((const char *)sqlite3_column_text(stmt, 0), "wal");
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW)
        return sql_fail(store, rc, notes);
    return is_wal ? STATUS_OK
                  : note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, store->path, 0,
                              "this file system cannot hold a ledger that many processes "
                              "share; put it on a local disk");
}

/* In turn with others that open or close: the last connection to close removes the
 * write-ahead log, and one that opens meanwhile may find it half gone. */
static enum status
make_ready(struct store *store, struct notes *notes)
{
    int version = 0;
    bool is_current = false;
    enum status status = store_turn_take(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_check_version(store, notes, &version, &is_current);
    if (status == STATUS_OK)
        status = want_wal(store, notes);
    if (status == STATUS_OK && !is_current)
        status = store_migrate(store, notes);
    store_turn_give(store);
    return status;
}

static enum status
open_to_write(struct store *store, struct notes *notes)
{
    enum status status = make_file(store, notes);
    if (status != STATUS_OK)
        return status;
    int rc = sqlite3_open_v2(store->path, &store->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK)
        return sql_fail(store, rc, notes);
    status = store_configure(store, notes);
    if (status == STATUS_OK)
        status = store_turn_open(store, notes);
    return status == STATUS_OK ? make_ready(store, notes) : status;
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
store_open(const char *path, enum ledger_mode mode, const struct patience *patience,
           struct notes *notes, struct store **ret)
{
    struct store *store = calloc(1, sizeof(*store));
    if (!store)
        return STATUS_NO_MEMORY;
    store->mode = mode;
    store->turn_fd = -1;
    store->patience = *patience;
    store->path = absolute(path);
    enum status status = !store->path          ? STATUS_NO_MEMORY
                         : mode == LEDGER_READ ? store_open_to_read(store, notes)
                                               : open_to_write(store, notes);
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *ret = store;
    return STATUS_OK;
}

void
store_close(struct store *store)
{
    if (!store)
        return;
    if (store->turn_fd >= 0 && !store->has_turn) {
        /* Closing in turn is better, but nobody waits long for it. */
        store->patience = (struct patience){clock_monotonic_ms() + CLOSE_PATIENCE_MS, NULL};
        (void)store_turn_take(store, NULL);
    }
    store_shut(store); /* takes back what is under way, before the turn is given */
    store_turn_close(store);
    free(store->path);
    free(store);
}
