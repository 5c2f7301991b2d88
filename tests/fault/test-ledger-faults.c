/* Fail the n-th: a disk and a memory that refuse, at every place in turn.
 *
 * A file system laid over SQLite's own refuses its n-th step, once or from then on (a
 * disk that is full stays full), while a shop's day is played: open, history, decisions,
 * a changed order, prints, an import. Afterwards the file has to open again, be sound,
 * hold all that was acknowledged, and of the rest all or nothing. n grows until nothing
 * was refused any more, so every step has had its turn. */
#include "../unit/ledger-bench.h"

#include <sqlite3.h>

/* --- a disk that refuses ------------------------------------------------------------ */

static struct {
    int steps;     /* taken so far */
    int refuse_at; /* 0: never */
    bool stays, was_refused;
} disk;

static bool
refuses(void)
{
    disk.steps++;
    bool refused = disk.refuse_at && (disk.steps == disk.refuse_at ||
                                      (disk.stays && disk.steps > disk.refuse_at));
    disk.was_refused |= refused;
    return refused;
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
    return refuses() ? SQLITE_IOERR_READ : CALL(f, xRead, bytes, n, at);
}

static int
disk_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    if (!refuses())
        return CALL(f, xWrite, bytes, n, at);
    if (n > 1) /* a write that is refused may have begun */
        (void)CALL(f, xWrite, bytes, n / 2, at);
    return disk.refuse_at % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int
disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return refuses() ? SQLITE_IOERR_TRUNCATE : CALL(f, xTruncate, size);
}

static int
disk_sync(sqlite3_file *f, int flags)
{
    return refuses() ? SQLITE_IOERR_FSYNC : CALL(f, xSync, flags);
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
    return extend && refuses() ? SQLITE_IOERR_SHMSIZE
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
    if (refuses())
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
    return refuses() ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, path, sync);
}

static int
lay_vfs(void **state)
{
    (void)state;
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs)
        return 1;
    refusing_vfs = *real_vfs;
    refusing_vfs.zName = "refusing";
    refusing_vfs.pNext = NULL;
    refusing_vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    refusing_vfs.xOpen = vfs_open;
    refusing_vfs.xDelete = vfs_delete;
    return sqlite3_vfs_register(&refusing_vfs, 1);
}

/* --- a memory that refuses ---------------------------------------------------------- */

static sqlite3_mem_methods real_memory;
static int memory_steps, memory_refuses_at;

static void *
memory_malloc(int n)
{
    return ++memory_steps == memory_refuses_at ? NULL : real_memory.xMalloc(n);
}

static void *
memory_realloc(void *p, int n)
{
    return ++memory_steps == memory_refuses_at ? NULL : real_memory.xRealloc(p, n);
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

/* --- a shop's day ------------------------------------------------------------------- */

struct day_book { /* what was acknowledged */
    bool history, first, changed, second, printed, sheet, import;
    int64_t second_id;
};

static bool
is_kind(enum status status)
{
    /* The only ways a disk or a memory may show: never a bug, never somebody's mistake.
     */
    assert_true(status == STATUS_OK || status == STATUS_OUTSIDE ||
                status == STATUS_NO_MEMORY || status == STATUS_RETRY);
    return status == STATUS_OK;
}

static bool
import_two(struct bench *bench)
{
    const struct csv_purchase purchase = {.customer = "C-9",
                                          .sku = "TEA-042",
                                          .placed_at_s = NOW_S,
                                          .quantity = 1,
                                          .amount = {790, "EUR"},
                                          .row = 1};
    enum status status = ledger_import_begin(bench->ledger, &bench->notes);
    if (!is_kind(status))
        return false;
    for (int i = 0; status == STATUS_OK && i < 2; i++)
        status = ledger_import_purchase(bench->ledger, "fern", &purchase, &bench->notes);
    enum status end =
        ledger_import_end(bench->ledger, status == STATUS_OK, &bench->notes);
    return is_kind(status) && is_kind(end);
}

static void
play(struct bench *bench, struct day_book *book)
{
    const struct piece_key key = {"insert", 0};
    static char sheet[20000]; /* several pages */
    struct past_order order = {.id = "H-1",
                               .placed_at_s = NOW_S - DAY_S,
                               .state = PAST_DONE,
                               .total = {100, "EUR"},
                               .refunded = {0, "EUR"},
                               .lines = bench_lines,
                               .line_count = 2};
    struct history history = {.customer = "C-1",
                              .orders = &order,
                              .order_count = 1,
                              .tier = "gold",
                              .points = 7,
                              .points_to_next = -1,
                              .points_as_of_s = NOW_S};
    *book = (struct day_book){0};
    if (!is_kind(
            open_at(bench, bench->path, LEDGER_WRITE, NULL, &bench->notes, &bench->ledger)))
        return;
    book->history =
        is_kind(ledger_keep_history(bench->ledger, "fern", &history, &bench->notes));
    book->first = is_kind(
        decide_one(bench, "1", "C-1", "a", "ten-off", "FERN-2222-2222", NOW_S, NULL));
    book->changed = is_kind(
        decide_one(bench, "1", "C-1", "b", "ten-off", "FERN-3333-3333", NOW_S, NULL));
    book->second = is_kind(decide_one(bench, "2", "C-1", "a", "ten-off", "FERN-4444-4444",
                                      NOW_S, &book->second_id));
    if (book->second) {
        book->sheet = is_kind(ledger_keep_sheet(bench->ledger, book->second_id, &key, 1,
                                                sheet, sizeof(sheet), &bench->notes));
        book->printed = is_kind(ledger_event(bench->ledger, book->second_id, &key,
                                             "printed", NOW_S, NULL, &bench->notes));
    }
    book->import = import_two(bench);
    ledger_close(take(bench->ledger));
}

static int64_t
ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

/* Sound, and the roll-up tells what the pieces and events tell. */
static void
check_file(const struct bench *bench)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(
        ask(db,
            "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check != 'ok'"),
        0);
    assert_int_equal(ask(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(
        ask(db, "SELECT count(*) FROM counter c WHERE units != (SELECT count(*) FROM unit u"
                " JOIN promise p ON p.id = u.promise WHERE p.is_holding AND"
                " u.name = c.name AND u.scope = c.scope AND u.first_day = c.first_day)"),
        0);
    assert_int_equal(ask(db, "SELECT (SELECT count(*) FROM promise WHERE is_holding) -"
                             " (SELECT coalesce(sum(units), 0) FROM counter"
                             "  WHERE scope = '')"),
                     0);
    assert_int_equal(
        ask(db, "SELECT (SELECT count(*) FROM piece) - (SELECT count(*) FROM promise)"),
        0);
    assert_int_equal(ask(db, "SELECT (SELECT count(*) FROM decision) -"
                             " (SELECT count(*) FROM event WHERE kind = 'decided')"),
                     0);
    sqlite3_close(db);
}

static struct decision *
find(struct bench *bench, const char *order)
{
    struct decision *found = NULL;
    enum status status = ledger_find(bench->ledger, "fern", order, "1", bench->arena,
                                     &bench->notes, &found);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    return found;
}

static size_t
past_orders(struct bench *bench, const char *customer)
{
    struct history *history = NULL;
    enum status status = ledger_history(bench->ledger, "fern", customer, bench->arena,
                                        &bench->notes, &history);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    return history ? history->order_count : 0;
}

static void
check_day(struct bench *bench, const struct day_book *book)
{
    const struct piece_key key = {"insert", 0};
    const uint8_t *bytes = NULL;
    const char *digest = NULL;
    size_t n = 0;
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    const struct decision *first = find(bench, "1"), *second = find(bench, "2");
    if (book->first)
        assert_non_null(first);
    if (book->changed)
        assert_string_equal(first->pieces[0].code, "FERN-3333-3333");
    if (book->second)
        assert_string_equal(second->pieces[0].code, "FERN-4444-4444");
    if (book->printed)
        assert_string_equal(second->pieces[0].state, "printed");
    if (book->sheet) {
        assert_int_equal(ledger_find_sheet(bench->ledger, book->second_id, &key, 1,
                                           bench->arena, &bench->notes, &digest, &bytes,
                                           &n),
                         STATUS_OK);
        assert_int_equal(n, 20000);
    }
    assert_true(past_orders(bench, "C-1") >=
                (size_t)(book->history + (book->first || book->changed) + book->second));
    size_t imported = past_orders(bench, "C-9");
    assert_true(imported == 0 || imported == 2);
    if (book->import)
        assert_int_equal(imported, 2);
    /* and the shop can go on: what was not acknowledged is simply done again */
    enum status again =
        decide_one(bench, "1", "C-1", "b", "ten-off", "FERN-5555-5555", NOW_S, NULL);
    assert_true(again == STATUS_OK || again == STATUS_RETRY);
    assert_string_equal(find(bench, "1")->order_digest,
                        make_order("1", "C-1", "b").digest.hex);
    ledger_close(take(bench->ledger));
    check_file(bench);
}

static void
clear_dir(struct bench *bench)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".turn"};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char path[400];
        snprintf(path, sizeof(path), "%s%s", bench->path, suffixes[i]);
        unlink(path);
    }
    arena_reset(bench->arena);
    bench->notes = (struct notes){0};
}

static void
refuse_every_step(struct bench *bench, bool stays)
{
    struct day_book book;
    int n = 0;
    do {
        clear_dir(bench);
        disk.steps = 0;
        disk.refuse_at = ++n;
        disk.stays = stays;
        disk.was_refused = false;
        play(bench, &book);
        disk.refuse_at = 0;
        bench->notes = (struct notes){0};
        check_day(bench, &book);
    } while (disk.was_refused);
    assert_true(n > 50); /* or nothing was tried */
    assert_true(book.history && book.first && book.changed && book.second &&
                book.printed && book.sheet && book.import);
}

static void
a_disk_that_refuses_once_loses_nothing_acknowledged(void **state)
{
    refuse_every_step(*state, false);
}

static void
a_disk_that_stays_full_loses_nothing_acknowledged(void **state)
{
    refuse_every_step(*state, true);
}

static void
a_full_disk_is_told_by_its_note(void **state)
{
    struct bench *bench = *state;
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    disk.steps = 0;
    disk.stays = true;
    disk.refuse_at = 1;
    enum status status = decide_one(bench, "1", "C-1", "a", "ten-off", NULL, NOW_S, NULL);
    disk.refuse_at = 0;
    assert_int_equal(status, STATUS_OUTSIDE);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_DISK);
    assert_null(find(bench, "1"));
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "ten-off", NULL, NOW_S, NULL), 0);
}

/* Memory is asked for thousands of times a day; strides keep the test short, and being
 * odd they meet other places at other layouts. */
static void
a_memory_that_refuses_loses_nothing_acknowledged(void **state)
{
    struct bench *bench = *state;
    struct day_book book;
    memory_steps = 0;
    play(bench, &book);
    const int most = memory_steps;
    assert_true(most > 500 && book.import);
    for (int n = 1; n <= most; n += 1 + n / 37) {
        clear_dir(bench);
        memory_steps = 0;
        memory_refuses_at = n;
        play(bench, &book);
        memory_refuses_at = 0;
        bench->notes = (struct notes){0};
        check_day(bench, &book);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIR(a_disk_that_refuses_once_loses_nothing_acknowledged),
        TEST_IN_DIR(a_disk_that_stays_full_loses_nothing_acknowledged),
        TEST_IN_DIR(a_full_disk_is_told_by_its_note),
        TEST_IN_DIR(a_memory_that_refuses_loses_nothing_acknowledged),
    };
    if (!lay_memory())
        return 1;
    return cmocka_run_group_tests_name("ledger faults", tests, lay_vfs, NULL);
}
