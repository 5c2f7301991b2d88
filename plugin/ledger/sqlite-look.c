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
#include "ledger/schema.h"
#include "ledger/sqlite.h"

#include <string.h>
#include <sys/stat.h>

void
sqlite_shut(struct sqlite *sqlite)
{
    sqlite_forget(sqlite);
    sqlite3_close(sqlite->db);
    sqlite->db = NULL;
}

/* --- what the file looks like ------------------------------------------------------- */

static bool
find_beside(const struct sqlite *sqlite, const char *suffix, struct stat *ret)
{
    struct buf path BUF_AUTO = {0};
    buf_printf(&path, "%s%s", sqlite->path, suffix);
    return !path.failed && stat(path.p, ret) == 0;
}

static struct sight
look_at(const struct sqlite *sqlite)
{
    struct sight sight = {.is_at_rest = true};
    struct stat file, wal, shm;
    if (stat(sqlite->path, &file) != 0 || file.st_size == 0)
        return sight; /* a file without a byte is a ledger just being made */
    sight.exists = true;
    sight.dev = file.st_dev;
    sight.ino = file.st_ino;
    sight.size = file.st_size;
    sight.changed_ns = (int64_t)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec;
    if (find_beside(sqlite, "-wal", &wal))
        sight.is_at_rest = wal.st_size == 0 && !find_beside(sqlite, "-shm", &shm);
    return sight;
}

/* Only a file at rest can move unseen: SQLite's locks hold one in use. */
static bool
has_moved(const struct sqlite *sqlite)
{
    if (sqlite->db && !sqlite->sight.is_at_rest)
        return false;
    const struct sight now = look_at(sqlite), *then = &sqlite->sight;
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
connect(struct sqlite *sqlite, struct notes *notes)
{
    struct buf uri BUF_AUTO = {0};
    struct stat shm;
    if (!sqlite->sight.is_at_rest && !find_beside(sqlite, "-shm", &shm))
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, sqlite->path, 0,
                         "the ledger was left amid a write and cannot be read without "
                         "writing; open it to write once");
    add_uri(&uri, sqlite->path);
    /* No readonly_shm: a writer that this process opens later would share it. */
    buf_puts(&uri, sqlite->sight.is_at_rest ? "?mode=ro&immutable=1" : "?mode=ro");
    if (uri.failed)
        return STATUS_NO_MEMORY;
    int rc = sqlite3_open_v2(uri.p, &sqlite->db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                             NULL);
    return rc == SQLITE_OK ? sqlite_configure(sqlite, notes) : sqlite_fail(sqlite, rc, notes);
}

enum status
sqlite_open_to_read(struct sqlite *sqlite, struct notes *notes)
{
    int version = 0;
    sqlite_shut(sqlite);
    sqlite->sight = look_at(sqlite);
    if (!sqlite->sight.exists)
        return STATUS_OK;
    enum status status = connect(sqlite, notes);
    if (status == STATUS_OK)
        status = sqlite_check_version(sqlite, notes, &version);
    if (status == STATUS_OK && version != 0 && version < SCHEMA_VERSION)
        status = note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_OLD, sqlite->path, 0,
                           "this ledger is of revision %d; open it to write once, so that "
                           "it comes up to revision %d",
                           version, SCHEMA_VERSION);
    if (status != STATUS_OK || version == 0) /* or made, but nothing in it yet */
        sqlite_shut(sqlite);
    return status;
}

/* --- looking ------------------------------------------------------------------------ */

enum status
sqlite_look(struct sqlite *sqlite, struct notes *notes, bool *ret_is_empty)
{
    if (!sqlite->sql.may_write && has_moved(sqlite)) {
        enum status status = sqlite_open_to_read(sqlite, notes);
        if (status != STATUS_OK) {
            sqlite->sight = (struct sight){0}; /* so that the next look tries again */
            return status;
        }
    }
    *ret_is_empty = !sqlite->db;
    return STATUS_OK;
}

enum status
sqlite_looked(struct sqlite *sqlite, enum status status, struct notes *notes)
{
    if (!sqlite->sql.may_write && has_moved(sqlite))
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, sqlite->path, 0,
                         "the ledger changed while it was read");
    return status;
}
