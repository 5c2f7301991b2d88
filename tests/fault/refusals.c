/* What refuses: see refusals.h.
 *
 * Syncs are counted and not done: nothing here cuts the power, and a test would wait for
 * the disk most of the time. */
#include "refusals.h"

#include "ledger/sql.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static struct {
    enum refusal what;
    int at, steps;
    bool was;
} now;

void
refuse(enum refusal what, int n)
{
    now.what = what;
    now.at = n;
    now.steps = 0;
    now.was = false;
}

bool
was_refused(void)
{
    now.what = REFUSE_NOTHING;
    return now.was;
}

int
refusal_steps(void)
{
    return now.steps;
}

static bool
refuses_step(bool stays)
{
    now.steps++;
    bool refused = now.steps == now.at || (stays && now.steps > now.at);
    now.was |= refused;
    return refused;
}

/* --- disk --------------------------------------------------------------------------- */

static bool
refuses(bool is_writing)
{
    switch (now.what) {
    case REFUSE_DISK_ONCE:
        return refuses_step(false);
    case REFUSE_DISK:
        return refuses_step(true);
    case REFUSE_WRITING:
        return is_writing && refuses_step(true);
    default:
        return false;
    }
}

/* What a disk says that refuses a write. */
static int
why(void)
{
    return now.what == REFUSE_WRITING ? SQLITE_READONLY
           : now.at % 2               ? SQLITE_FULL
                                      : SQLITE_IOERR_WRITE;
}

struct file {
    sqlite3_file base;
    sqlite3_file *real;
};
#define REAL(f) (((struct file *)(f))->real)
#define CALL(f, method, ...) REAL(f)->pMethods->method(REAL(f), ##__VA_ARGS__)

static int
disk_close(sqlite3_file *f)
{
    return CALL(f, xClose);
}

static int
disk_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
    return refuses(false) ? SQLITE_IOERR_READ : CALL(f, xRead, bytes, n, at);
}

static int
disk_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    if (!refuses(true))
        return CALL(f, xWrite, bytes, n, at);
    if (n > 1 && now.what != REFUSE_WRITING) /* it may have begun */
        (void)CALL(f, xWrite, bytes, n / 2, at);
    return why();
}

static int
disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return refuses(true) ? SQLITE_IOERR_TRUNCATE : CALL(f, xTruncate, size);
}

static int
disk_sync(sqlite3_file *f, int flags)
{
    (void)f, (void)flags;
    return refuses(true) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int
disk_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    return CALL(f, xFileSize, ret);
}

static int
disk_lock(sqlite3_file *f, int level)
{
    return CALL(f, xLock, level);
}

static int
disk_unlock(sqlite3_file *f, int level)
{
    return CALL(f, xUnlock, level);
}

static int
disk_check_lock(sqlite3_file *f, int *ret)
{
    return CALL(f, xCheckReservedLock, ret);
}

static int
disk_control(sqlite3_file *f, int op, void *data)
{
    return CALL(f, xFileControl, op, data);
}

static int
disk_sector(sqlite3_file *f)
{
    return CALL(f, xSectorSize);
}

static int
disk_traits(sqlite3_file *f)
{
    return CALL(f, xDeviceCharacteristics);
}

static int
disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return extend && refuses(true) ? SQLITE_IOERR_SHMSIZE
                               : CALL(f, xShmMap, page, size, extend, ret);
}

static int
disk_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return CALL(f, xShmLock, at, n, flags);
}

static void
disk_shm_barrier(sqlite3_file *f)
{
    CALL(f, xShmBarrier);
}

static int
disk_shm_unmap(sqlite3_file *f, int delete)
{
    return CALL(f, xShmUnmap, delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_lock,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector,
    .xDeviceCharacteristics = disk_traits,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

static sqlite3_vfs *real_vfs, refusing_vfs;

static int
vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
    (void)vfs;
    struct file *file = (struct file *)f;
    file->base.pMethods = NULL;
    file->real = (sqlite3_file *)(file + 1);
    if (refuses(false))
        return SQLITE_CANTOPEN;
    int rc = real_vfs->xOpen(real_vfs, path, file->real, flags, ret_flags);
    if (file->real->pMethods)
        file->base.pMethods = &methods;
    return rc;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    return refuses(true) ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, path, sync);
}

static bool
lay_vfs(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs)
        return false;
    refusing_vfs = *real_vfs;
    refusing_vfs.zName = "refusing";
    refusing_vfs.pNext = NULL;
    refusing_vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    refusing_vfs.xOpen = vfs_open;
    refusing_vfs.xDelete = vfs_delete;
    return sqlite3_vfs_register(&refusing_vfs, 1) == SQLITE_OK;
}

/* --- memory ------------------------------------------------------------------------- */

static sqlite3_mem_methods real_memory;

static bool
refuses_memory(void)
{
    return now.what == REFUSE_MEMORY && refuses_step(false);
}

static void *
memory_malloc(int n)
{
    return refuses_memory() ? NULL : real_memory.xMalloc(n);
}

static void *
memory_realloc(void *p, int n)
{
    return refuses_memory() ? NULL : real_memory.xRealloc(p, n);
}

static bool
lay_memory(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
        return false;
    sqlite3_mem_methods memory = real_memory;
    memory.xMalloc = memory_malloc;
    memory.xRealloc = memory_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) == SQLITE_OK;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *text);

void *
__wrap_malloc(size_t n)
{
    return refuses_memory() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t count, size_t n)
{
    return refuses_memory() ? NULL : __real_calloc(count, n);
}

void *
__wrap_realloc(void *p, size_t n)
{
    return refuses_memory() ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *text)
{
    return refuses_memory() ? NULL : __real_strdup(text);
}

/* --- statements --------------------------------------------------------------------- */

/* What goes before a driver's own methods: one for SQLite, one for PostgreSQL. */
static struct laid {
    struct sql_driver refusing;
    const struct sql_driver *real;
} laid[2];

static bool
refuses_statement(void)
{
    if (now.what == REFUSE_STATEMENTS && now.steps == now.at)
        return refuses_step(true);
    return (now.what == REFUSE_STATEMENT || now.what == REFUSE_STATEMENTS) &&
           refuses_step(false);
}

static const struct sql_driver *
driver_of(const struct sql *sql)
{
    return ((const struct laid *)sql->driver)->real;
}

static enum status
driver_begin(struct sql *sql, enum sql_intent intent, struct notes *notes,
             bool *ret_is_empty)
{
    return refuses_statement() ? STATUS_OUTSIDE
                               : driver_of(sql)->begin(sql, intent, notes, ret_is_empty);
}

static enum status
driver_end(struct sql *sql, enum status status, struct notes *notes)
{
    if (status == STATUS_OK && refuses_statement())
        status = STATUS_OUTSIDE; /* which takes back */
    bool is_lost =
        status == STATUS_OK && now.what == REFUSE_ANSWER && refuses_step(false);
    status = driver_of(sql)->end(sql, status, notes);
    return is_lost ? STATUS_OUTSIDE : status;
}

static enum status
driver_query(struct sql *sql, const char *text, const struct value *values, size_t count,
             struct notes *notes, struct rows **ret)
{
    return refuses_statement()
               ? STATUS_OUTSIDE
               : driver_of(sql)->query(sql, text, values, count, notes, ret);
}

static enum status
driver_run(struct sql *sql, const char *text, const struct value *values, size_t count,
           struct notes *notes)
{
    return refuses_statement() ? STATUS_OUTSIDE
                               : driver_of(sql)->run(sql, text, values, count, notes);
}

static enum status
driver_change(struct sql *sql, const char *text, const struct value *values, size_t count,
              struct notes *notes, int64_t *ret_changed, int64_t *ret_added)
{
    return refuses_statement() ? STATUS_OUTSIDE
                               : driver_of(sql)->change(sql, text, values, count, notes,
                                                        ret_changed, ret_added);
}

static enum status
driver_lock(struct sql *sql, const char *what, const char *merchant, const char *key,
            struct notes *notes)
{
    return refuses_statement() ? STATUS_OUTSIDE
                               : driver_of(sql)->lock(sql, what, merchant, key, notes);
}

static enum status
driver_next(struct rows *rows, struct notes *notes, bool *ret_has_row)
{
    return refuses_statement() ? STATUS_OUTSIDE
                               : driver_of(rows->sql)->next(rows, notes, ret_has_row);
}

static enum status
lay_driver(enum status status, struct laid *over, struct sql *const *sql)
{
    if (status != STATUS_OK)
        return status;
    over->real = (*sql)->driver;
    over->refusing = *over->real;
    over->refusing.begin = driver_begin;
    over->refusing.end = driver_end;
    over->refusing.query = driver_query;
    over->refusing.run = driver_run;
    over->refusing.change = over->real->change ? driver_change : NULL;
    over->refusing.lock = driver_lock;
    over->refusing.next = driver_next;
    (*sql)->driver = &over->refusing;
    return status;
}

enum status __real_sql_open_sqlite(const char *path, bool may_write,
                                   const struct patience *patience, struct notes *notes,
                                   struct sql **ret);
enum status __wrap_sql_open_sqlite(const char *path, bool may_write,
                                   const struct patience *patience, struct notes *notes,
                                   struct sql **ret);
enum status __real_sql_open_postgres(const char *path, bool may_write,
                                     const struct patience *patience, struct notes *notes,
                                     struct sql **ret);
enum status __wrap_sql_open_postgres(const char *path, bool may_write,
                                     const struct patience *patience, struct notes *notes,
                                     struct sql **ret);

enum status
__wrap_sql_open_sqlite(const char *path, bool may_write, const struct patience *patience,
                       struct notes *notes, struct sql **ret)
{
    return lay_driver(__real_sql_open_sqlite(path, may_write, patience, notes, ret),
                      &laid[0], ret);
}

enum status
__wrap_sql_open_postgres(const char *path, bool may_write,
                         const struct patience *patience, struct notes *notes,
                         struct sql **ret)
{
    return lay_driver(__real_sql_open_postgres(path, may_write, patience, notes, ret),
                      &laid[1], ret);
}

bool
refusals_lay(void)
{
    return lay_memory() && lay_vfs();
}
