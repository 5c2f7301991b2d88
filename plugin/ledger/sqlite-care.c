/* Care for the file: no trace of what was deleted, a copy while others write, damage. */
#include "ledger/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WAIT_NS 2000000
#define PAGES_AT_ONCE 1024

/* Deleted rows are zeros already (secure_delete); what the write-ahead log still has of
 * them goes when it is emptied, which waits for readers to leave it. */
enum status
sqlite_scrub(struct sql *sql, struct notes *notes)
{
    struct sqlite *sqlite = sqlite_of(sql);
    const struct timespec wait = {0, WAIT_NS};
    int rc = SQLITE_BUSY;
    while ((rc = sqlite3_wal_checkpoint_v2(sqlite->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                           NULL, NULL)) == SQLITE_BUSY &&
           patience_left_ms(&sql->patience) > 0)
        nanosleep(&wait, NULL);
    return rc == SQLITE_OK ? STATUS_OK : sqlite_fail(sqlite, rc, notes);
}

static enum status
cannot_copy(const char *path, const char *why, struct notes *notes)
{
    return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_BACKUP, path, 0,
                     "the copy cannot be made: %s", why);
}

static int
copy_pages(struct sqlite *sqlite, sqlite3 *copy)
{
    const struct timespec wait = {0, WAIT_NS};
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", sqlite->db, "main");
    int rc = backup ? SQLITE_OK : sqlite3_errcode(copy);
    while (backup && (rc = sqlite3_backup_step(backup, PAGES_AT_ONCE)) != SQLITE_DONE) {
        if (patience_is_cancelled(&sqlite->sql.patience))
            rc = SQLITE_INTERRUPT;
        if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
            break;
        if (rc != SQLITE_OK)
            nanosleep(&wait, NULL);
    }
    int end = backup ? sqlite3_backup_finish(backup) : rc;
    return rc == SQLITE_DONE ? end : rc;
}

/* One file, without a log beside it, that needs no recovery. */
static int
make_copy(struct sqlite *sqlite, const char *path)
{
    sqlite3 *copy = NULL;
    int rc = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                             NULL);
    if (rc == SQLITE_OK)
        rc = copy_pages(sqlite, copy);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    int end = sqlite3_close(copy);
    return rc == SQLITE_OK ? end : rc;
}

static bool
sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_synced;
}

enum status
sqlite_backup(struct sql *sql, const char *path, struct notes *notes)
{
    struct sqlite *sqlite = sqlite_of(sql);
    struct buf part BUF_AUTO = {0};
    if (!sqlite->db)
        return STATUS_WITHOUT;
    buf_printf(&part, "%s.part", path);
    if (part.failed)
        return STATUS_NO_MEMORY;
    if (access(path, F_OK) == 0)
        return cannot_copy(path, "there is a file of this name already", notes);
    (void)unlink(part.p); /* of a copy that was cut short */
    int fd = open(part.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return cannot_copy(path, strerrordesc_np(errno), notes);
    close(fd);
    int rc = make_copy(sqlite, part.p);
    if (rc == SQLITE_OK && sync_file(part.p) && link(part.p, path) == 0) {
        unlink(part.p);
        return STATUS_OK;
    }
    int error = errno;
    unlink(part.p);
    return rc != SQLITE_OK ? sqlite_fail(sqlite, rc, notes)
                           : cannot_copy(path, strerrordesc_np(error), notes);
}

enum status
sqlite_check(struct sql *sql, struct notes *notes, bool *ret_is_sound)
{
    struct sqlite *sqlite = sqlite_of(sql);
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sqlite->db, "PRAGMA integrity_check(20)", -1, &stmt, NULL);
    *ret_is_sound = true;
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        const char *finding =
            rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : "ok";
        if (rc != SQLITE_ROW || text_equal(finding, "ok"))
            continue;
        *ret_is_sound = false;
        note_add(notes, NOTE_LEDGER_UNSOUND, sqlite->path, 0, "the file: %.200s",
                 finding ? finding : "?");
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? STATUS_OK : sqlite_fail(sqlite, rc, notes);
}
