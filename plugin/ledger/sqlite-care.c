/* Care for the file: no trace of what was deleted, a copy while others write, damage. */
#include "ledger/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WAIT_NS 2000000
#define PAGES_AT_ONCE 1024
#define TRIES 4

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

/* All pages as of one instant: the look that is held open keeps writers from starting the
 * copy over again, and does not hold them up. */
static int
copy_pages(struct sqlite *sqlite, sqlite3 *copy)
{
    const struct timespec wait = {0, WAIT_NS};
    /* A ROLLBACK below that had no memory left the last one open. */
    if (!sqlite3_get_autocommit(sqlite->db))
        (void)sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
    int rc = sqlite3_exec(sqlite->db, "BEGIN; SELECT count(*) FROM meta", NULL, NULL, NULL);
    sqlite3_backup *backup =
        rc == SQLITE_OK ? sqlite3_backup_init(copy, "main", sqlite->db, "main") : NULL;
    if (rc == SQLITE_OK && !backup)
        rc = sqlite3_errcode(copy);
    while (backup && (rc = sqlite3_backup_step(backup, PAGES_AT_ONCE)) != SQLITE_DONE) {
        if (patience_is_cancelled(&sqlite->sql.patience))
            rc = SQLITE_INTERRUPT;
        if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
            break;
        if (rc != SQLITE_OK)
            nanosleep(&wait, NULL);
    }
    int end = backup ? sqlite3_backup_finish(backup) : rc;
    if (!sqlite3_get_autocommit(sqlite->db))
        (void)sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
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

/* An empty file of ours alone until it is closed: two copies to one name would else write
 * into each other. -1: errno tells why. */
static int
open_part(const char *path)
{
    struct stat ours, named;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    /* Whoever held it may have just given it its name, so that ours is not here. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &ours) == 0 &&
        stat(path, &named) == 0 && ours.st_ino == named.st_ino &&
        ours.st_dev == named.st_dev && ftruncate(fd, 0) == 0)
        return fd;
    close(fd);
    errno = EBUSY;
    return -1;
}

/* To its own name, never over another file, and so that the name outlasts a power cut. */
static int
name_copy(const char *part, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int rc = renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);
    if (rc != 0 && (errno == EINVAL || errno == ENOSYS)) { /* a file system without it */
        rc = link(part, path);
        if (rc == 0)
            (void)unlink(part);
    }
    if (rc != 0)
        return errno;
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1,
             slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems cannot, and the copy is whole all the same */
        close(fd);
    }
    return 0;
}

/* A file at rest is read without locks: whether a writer came meanwhile is seen
 * afterwards, and what was copied is thrown away. It is in use then, and locks hold. */
static enum status
copy_as_of_now(struct sqlite *sqlite, int fd, const char *part, struct notes *notes)
{
    enum status status = STATUS_RETRY;
    for (int i = 0; i < TRIES && status == STATUS_RETRY; i++) {
        struct notes *told = i + 1 < TRIES ? NULL : notes;
        bool is_empty = false;
        if (ftruncate(fd, 0) != 0)
            return cannot_copy(part, strerrordesc_np(errno), notes);
        status = sqlite_look(sqlite, told, &is_empty);
        if (status == STATUS_OK && is_empty)
            return STATUS_WITHOUT;
        if (status == STATUS_OK) {
            int rc = make_copy(sqlite, part);
            status = rc == SQLITE_OK ? sqlite_looked(sqlite, STATUS_OK, told)
                                     : sqlite_fail(sqlite, rc, notes);
        }
    }
    return status;
}

enum status
sqlite_backup(struct sql *sql, const char *path, struct notes *notes)
{
    struct sqlite *sqlite = sqlite_of(sql);
    struct buf part BUF_AUTO = {0};
    buf_printf(&part, "%s.part", path);
    if (part.failed)
        return STATUS_NO_MEMORY;
    if (access(path, F_OK) == 0)
        return cannot_copy(path, "there is a file of this name already", notes);
    int fd = open_part(part.p);
    if (fd < 0)
        return cannot_copy(path,
                           errno == EBUSY ? "another copy of this name is being made"
                                          : strerrordesc_np(errno),
                           notes);
    enum status status = copy_as_of_now(sqlite, fd, part.p, notes);
    int error = 0;
    if (status == STATUS_OK)
        error = fsync(fd) == 0 ? name_copy(part.p, path) : errno;
    if (status != STATUS_OK || error)
        (void)unlink(part.p);
    close(fd);
    return error ? cannot_copy(path, strerrordesc_np(error), notes) : status;
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
