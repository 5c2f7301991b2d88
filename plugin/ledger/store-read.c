/* Reading without a trace.
 *
 * SQLite's read-only mode makes -wal and -shm files beside a WAL database at rest, so
 * that one is read as immutable: without locks, and without a word from SQLite when it
 * moves. Whether it moved is seen from its size and time: before a look it is then opened
 * anew, after one the answer is not given. A ledger in use is read through the files that
 * its writers made; only the table of locks (-shm) is touched.
 *
 * Nothing here opens and closes the file by itself: closing any descriptor of it would
 * drop the POSIX locks that this process's writers hold, and a writer without its lock
 * may lose its -wal. SQLite minds that for its connections, immutable ones too. */
#include "ledger/store.h"

#include <string.h>
#include <sys/stat.h>

void
store_shut(struct store *store)
{
    sql_forget(store);
    sqlite3_close(store->db);
    store->db = NULL;
}

/* --- what the file looks like ------------------------------------------------------- */

static bool
find_beside(const struct store *store, const char *suffix, struct stat *ret)
{
    struct buf path BUF_AUTO = {0};
    buf_printf(&path, "%s%s", store->path, suffix);
    return !path.failed && stat(path.p, ret) == 0;
}

static struct sight
look_at(const struct store *store)
{
    struct sight sight = {.is_at_rest = true};
    struct stat file, wal, shm;
    if (stat(store->path, &file) != 0 || file.st_size == 0)
        return sight; /* a file without a byte is a ledger just being made */
    sight.exists = true;
    sight.dev = file.st_dev;
    sight.ino = file.st_ino;
    sight.size = file.st_size;
    sight.changed_ns = (int64_t)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec;
    if (find_beside(store, "-wal", &wal))
        sight.is_at_rest = wal.st_size == 0 && !find_beside(store, "-shm", &shm);
    return sight;
}

/* Only a file at rest can move unseen: SQLite's locks hold one in use. */
static bool
has_moved(const struct store *store)
{
    if (store->db && !store->sight.is_at_rest)
        return false;
    const struct sight now = look_at(store), *then = &store->sight;
    return now.exists != then->exists || now.is_at_rest != then->is_at_rest ||
           now.dev != then->dev || now.ino != then->ino || now.size != then->size ||
           now.changed_ns != then->changed_ns;
}

/* --- opening ------------------------------------------------------------------------ */

static void
add_uri(struct buf *out, const char *path)
{
    buf_puts(out, "file:");
    for (const char *p = path; *p; p++) {
        if (strchr("?#%", *p))
            buf_printf(out, "%%%02X", (unsigned char)*p);
        else
            buf_add(out, p, 1);
    }
}

static enum status
connect(struct store *store, struct notes *notes)
{
    struct buf uri BUF_AUTO = {0};
    struct stat shm;
    if (!store->sight.is_at_rest && !find_beside(store, "-shm", &shm))
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, store->path, 0,
                         "the ledger was left amid a write and cannot be read without "
                         "writing; open it to write once");
    add_uri(&uri, store->path);
    /* No readonly_shm: a writer that this process opens later would share it. */
    buf_puts(&uri, store->sight.is_at_rest ? "?mode=ro&immutable=1" : "?mode=ro");
    if (uri.failed)
        return STATUS_NO_MEMORY;
    int rc = sqlite3_open_v2(uri.p, &store->db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                             NULL);
    return rc == SQLITE_OK ? store_configure(store, notes) : sql_fail(store, rc, notes);
}

enum status
store_open_to_read(struct store *store, struct notes *notes)
{
    int version = 0;
    bool is_current = false;
    store_shut(store);
    store->sight = look_at(store);
    if (!store->sight.exists)
        return STATUS_OK;
    enum status status = connect(store, notes);
    if (status == STATUS_OK)
        status = store_check_version(store, notes, &version, &is_current);
    if (status != STATUS_OK || version == 0) /* or made, but nothing in it yet */
        store_shut(store);
    return status;
}

/* --- looking ------------------------------------------------------------------------ */

static const char sql_look[] = "BEGIN";
static const char sql_looked[] = "COMMIT";

enum status
store_look(struct store *store, struct notes *notes, bool *ret_is_empty)
{
    if (store->mode == LEDGER_READ && has_moved(store)) {
        enum status status = store_open_to_read(store, notes);
        if (status != STATUS_OK) {
            store->sight = (struct sight){0}; /* so that the next look tries again */
            return status;
        }
    }
    *ret_is_empty = !store->db;
    if (!store->db || store->is_importing)
        return STATUS_OK;
    return sql_run(store, sql_look, NULL, 0, notes);
}

enum status
store_looked(struct store *store, enum status status, struct notes *notes)
{
    if (store->is_importing)
        return status;
    if (!sqlite3_get_autocommit(store->db))
        (void)sql_run(store, sql_looked, NULL, 0, NULL);
    if (store->mode == LEDGER_READ && has_moved(store))
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, store->path, 0,
                         "the ledger changed while it was read");
    return status;
}
