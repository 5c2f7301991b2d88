/* Fail the n-th, for every call of the ledger: disk, memory, statements, lost answers.
 *
 * Each call is made on a copy of the same shop's past and is refused its n-th step, n
 * growing until there was none to refuse. A call that then says it went through has done
 * all of it; one that failed has done nothing, or, when only the answer was lost, all.
 * Either way the ledger agrees with itself and the same call made again comes to what it
 * would have come to: what is in the tables at the end is, to the byte, what a ledger
 * holds that never failed. In PostgreSQL statements and answers are refused. */
#include "ledger-calls.h"
#include "refusals.h"

#include <fcntl.h>
#include <sqlite3.h>

struct stage {
    struct scene scene;
    char past[400]; /* the ledger that each try begins with a copy of */
    bool is_server;
    bool is_fresh; /* what is there is the past and nothing more */
    struct buf before, after, answer; /* what is held, and what a call that reads tells */
    int tries;
};

/* --- what is held ------------------------------------------------------------------- */

/* The name of somebody forgotten is drawn by chance. */
static void
mask(struct buf *out)
{
    for (char *at = out->p; at && (at = strstr(at, "c~gone-")); at += 23)
        memset(at + 7, 'x', strnlen(at + 7, 16));
}

static void
put_rows(sqlite3 *db, const char *table, struct buf *out)
{
    sqlite3_stmt *stmt = NULL;
    char sql[200];
    snprintf(sql, sizeof(sql), "SELECT * FROM %s", table); /* in order of their keys */
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buf_puts(out, table);
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            const char *name = sqlite3_column_name(stmt, i);
            bool is_now = strcmp(name, "taken_s") == 0 || strcmp(name, "until_s") == 0;
            buf_printf(out, "|%s", !text ? "-" : is_now ? "then" : text);
        }
        buf_puts(out, "\n");
    }
    sqlite3_finalize(stmt);
}

static void
put_tables(const char *path, struct buf *out)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    if (access(path, F_OK) != 0)
        return;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_schema WHERE type ="
                                        " 'table' ORDER BY name",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        put_rows(db, (const char *)sqlite3_column_text(stmt, 0), out);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void
look(struct stage *stage, struct buf *out)
{
    struct bench *bench = &stage->scene.bench;
    out->n = 0;
    buf_puts(out, "");
    if (!stage->is_server)
        put_tables(bench->path, out);
    else
        assert_int_equal(ledger_dump(bench->ledger, out, &bench->notes), STATUS_OK);
    assert_false(out->failed);
    mask(out);
}

static bool
is_same(const struct buf *one, const struct buf *other)
{
    return one->n == other->n && memcmp(one->p, other->p, one->n) == 0;
}

/* --- the same past again and again -------------------------------------------------- */

static void
copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0 && out >= 0);
    ssize_t n = read(in, bytes, sizeof(bytes));
    assert_true(n > 0 && n < (ssize_t)sizeof(bytes));
    assert_int_equal(write(out, bytes, (size_t)n), n);
    close(in);
    close(out);
}

/* In a server the past is made anew only when something came after it. */
static void
end_try(struct stage *stage, bool is_fresh)
{
    stage->is_fresh = stage->is_server && is_fresh;
    if (!stage->is_fresh)
        ledger_close(take(stage->scene.bench.ledger));
}

/* A schema of its own with the past in it. */
static void
begin_in_server(struct stage *stage)
{
    struct bench *bench = &stage->scene.bench;
    if (stage->is_fresh)
        return;
    use_server(bench);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    scene_fill(&stage->scene);
    stage->scene.answer.n = 0; /* what filling it was told */
    buf_puts(&stage->scene.answer, "");
}

static void
begin_try(struct stage *stage, const struct call *call)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".turn"};
    struct bench *bench = &stage->scene.bench;
    arena_reset(bench->arena);
    bench->notes.count = bench->notes.dropped = 0;
    stage->scene.answer.n = 0;
    buf_puts(&stage->scene.answer, "");
    stage->tries++;
    if (stage->is_server) {
        begin_in_server(stage);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char path[400];
        snprintf(path, sizeof(path), "%s%s", bench->path, suffixes[i]);
        unlink(path);
    }
    if (!call->is_new)
        copy_file(stage->past, bench->path);
    if (!call->is_opening)
        bench->ledger = open_ledger(bench, LEDGER_WRITE);
}

/* --- a call that nothing is refused ------------------------------------------------- */

static void
check_sound(struct stage *stage, const struct call *call)
{
    struct bench *bench = &stage->scene.bench;
    if (call->is_opening)
        bench->ledger = open_ledger(bench, LEDGER_WRITE);
    enum status status = ledger_verify(bench->ledger, &bench->notes);
    if (status != STATUS_OK && bench->notes.count)
        print_error("%s: %s\n", call->name, bench->notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
}

static void
learn(struct stage *stage, const struct call *call)
{
    struct buf twice BUF_AUTO = {0};
    struct scene *scene = &stage->scene;
    begin_try(stage, call);
    look(stage, &stage->before);
    enum status status = call->make(scene);
    if (status != call->first && scene->bench.notes.count)
        print_error("%s: %s\n", call->name, scene->bench.notes.note[0].text);
    assert_int_equal(status, call->first);
    look(stage, &stage->after);
    stage->answer.n = 0;
    buf_puts(&stage->answer, scene->answer.p);
    scene->answer.n = 0;
    assert_int_equal(call->make(scene), call->again);
    look(stage, &twice);
    if (!is_same(&twice, &stage->after))
        print_error("%s, made twice:\n%s\n--- and once:\n%s\n", call->name, twice.p,
                    stage->after.p);
    assert_true(is_same(&twice, &stage->after));
    check_sound(stage, call);
    end_try(stage, false);
}

/* --- and one that is ---------------------------------------------------------------- */

static bool
is_failure(const struct call *call, enum status status)
{
    /* What disks, memories and databases may come to: never a bug, nor somebody's fault. */
    return (call->finding && status == call->finding) || status == STATUS_OUTSIDE || status == STATUS_NO_MEMORY ||
           status == STATUS_RETRY;
}

static bool
has_answer(const struct stage *stage)
{
    return strcmp(stage->scene.answer.p, stage->answer.p) == 0;
}

/* Made again, on the same ledger, it comes to what it should have. */
static void
make_again(struct stage *stage, const struct call *call, bool was_done, bool is_sound)
{
    struct buf now BUF_AUTO = {0};
    stage->scene.answer.n = 0;
    buf_puts(&stage->scene.answer, "");
    stage->scene.bench.notes.count = 0;
    enum status status = call->make(&stage->scene);
    if (status != call->first && !(was_done && status == call->again))
        print_error("%s, made again: status %d, %s\n", call->name, (int)status,
                    stage->scene.bench.notes.count ? stage->scene.bench.notes.note[0].text
                                                   : "");
    assert_true(status == call->first || (was_done && status == call->again));
    if (status == STATUS_OK)
        assert_string_equal(stage->scene.answer.p, stage->answer.p);
    look(stage, &now);
    if (!is_same(&now, &stage->after))
        print_error("%s, made again:\n%s\n--- instead of\n%s\n", call->name, now.p,
                    stage->after.p);
    assert_true(is_same(&now, &stage->after));
    if (!is_sound)
        check_sound(stage, call);
}

/* Was there an n-th step to refuse? */
static bool
try(struct stage *stage, const struct call *call, enum refusal refusal, int n)
{
    struct buf now BUF_AUTO = {0};
    begin_try(stage, call);
    refuse(refusal, n);
    enum status status = call->make(&stage->scene);
    bool refused = was_refused();
    look(stage, &now);
    bool is_done = is_same(&now, &stage->after), is_undone = is_same(&now, &stage->before);
    bool is_fine = status == call->first
                       ? is_done && (status != STATUS_OK || has_answer(stage))
                       : refused && is_failure(call, status) &&
                             (is_undone || call->may_be_done ||
                              (refusal == REFUSE_ANSWER && is_done));
    if (!is_fine)
        print_error("%s: step %d of refusal %d: status %d, %s, %s\n", call->name, n,
                    (int)refusal, (int)status,
                    is_done     ? "done"
                    : is_undone ? "not done"
                                : "half done",
                    stage->scene.bench.notes.count ? stage->scene.bench.notes.note[0].text
                                                   : "no note");
    assert_true(is_fine);
    /* In a server the next try makes it again. Tables that are the same agree with
     * themselves as much; what is below them may not. */
    bool is_fresh = stage->is_server && is_undone;
    if (refused && !is_fresh)
        make_again(stage, call, !is_undone || is_done,
                   !stage->is_server && refusal >= REFUSE_MEMORY);
    else if (!refused && stage->is_server)
        check_sound(stage, call);
    end_try(stage, is_fresh);
    return refused;
}

/* `stride`: n grows by one and by n / stride. */
static int
refuse_one(struct stage *stage, const struct call *call, enum refusal refusal, int stride)
{
    int steps = 0;
    bool writes = !is_same(&stage->before, &stage->after);
    if ((refusal == REFUSE_STATEMENTS && !call->has_parts) ||
        (refusal == REFUSE_ANSWER && !writes))
        return 0;
    for (int n = 1; try(stage, call, refusal, n); n += 1 + n / stride)
        steps++;
    return steps;
}

static void
refuse_all(struct stage *stage, enum refusal refusal, int stride, int steps_least)
{
    int steps = 0;
    for (size_t i = 0; i < ledger_call_count; i++) {
        learn(stage, &ledger_calls[i]);
        steps += refuse_one(stage, &ledger_calls[i], refusal, stride);
    }
    assert_true(steps >= steps_least); /* or nothing was tried */
}

static void
a_disk_that_refuses_once(void **state)
{
    refuse_all(*state, REFUSE_DISK_ONCE, 8, 300);
}

static void
a_disk_that_stays_full(void **state)
{
    refuse_all(*state, REFUSE_DISK, 8, 300);
}

static void
a_disk_that_takes_no_more_writes(void **state)
{
    refuse_all(*state, REFUSE_WRITING, 8, 200);
}

static void
a_memory_that_refuses(void **state)
{
    refuse_all(*state, REFUSE_MEMORY, 6, 500);
}

static void
a_statement_that_fails(void **state)
{
    refuse_all(*state, REFUSE_STATEMENT, 1000, 500);
}

static void
two_statements_that_fail(void **state)
{
    refuse_all(*state, REFUSE_STATEMENTS, 1000, 50);
}

static void
an_answer_that_is_lost(void **state)
{
    refuse_all(*state, REFUSE_ANSWER, 1000, 20);
}

/* One way after the other on the same past, which is made in no time only in a file. */
static void
statements_and_answers_of_a_server(void **state)
{
    static const enum refusal refusals[] = {REFUSE_STATEMENT, REFUSE_STATEMENTS,
                                            REFUSE_ANSWER};
    struct stage *stage = *state;
    int steps = 0;
    for (size_t i = 0; i < ledger_call_count; i++) {
        if (ledger_calls[i].is_of_file)
            continue;
        learn(stage, &ledger_calls[i]);
        for (size_t j = 0; j < COUNT_OF(refusals); j++)
            steps += refuse_one(stage, &ledger_calls[i], refusals[j], 4);
    }
    assert_true(steps > 200);
}

/* --- all ---------------------------------------------------------------------------- */

static int
set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    struct scene *scene = &stage->scene;
    void *made = NULL;
    set_up_dir(&made);
    scene->bench = *(struct bench *)made;
    free(made);
    snprintf(stage->past, sizeof(stage->past), "%s/past.ledger", scene->bench.dir);
    snprintf(scene->copy, sizeof(scene->copy), "%s/copy.ledger", scene->bench.dir);
    stage->is_server = getenv("TUCK_TEST_POSTGRES") != NULL;
    *state = stage;
    if (stage->is_server)
        return 0;
    scene->bench.ledger = open_ledger(&scene->bench, LEDGER_WRITE);
    scene_fill(scene);
    ledger_close(take(scene->bench.ledger));
    copy_file(scene->bench.path, stage->past);
    return 0;
}

static int
strike_stage(void **state)
{
    struct stage *stage = *state;
    struct bench *bench = &stage->scene.bench;
    struct buf *const bufs[] = {&stage->before, &stage->after, &stage->answer,
                                &stage->scene.answer};
    print_message("%d tries\n", stage->tries);
    ledger_close(bench->ledger);
    keys_unref(bench->keys);
    arena_free(bench->arena);
    unlink(bench->keys_path);
    nftw(bench->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < COUNT_OF(bufs); i++)
        buf_done(bufs[i]);
    free(stage);
    return 0;
}

#define TEST_ON_STAGE(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)

int
main(void)
{
    const struct CMUnitTest files[] = {
        TEST_ON_STAGE(a_disk_that_refuses_once),
        TEST_ON_STAGE(a_disk_that_stays_full),
        TEST_ON_STAGE(a_disk_that_takes_no_more_writes),
        TEST_ON_STAGE(a_memory_that_refuses),
        TEST_ON_STAGE(a_statement_that_fails),
        TEST_ON_STAGE(two_statements_that_fail),
        TEST_ON_STAGE(an_answer_that_is_lost),
    };
    const struct CMUnitTest servers[] = {
        TEST_ON_STAGE(statements_and_answers_of_a_server),
    };
    if (!refusals_lay())
        return 1;
    return getenv("TUCK_TEST_POSTGRES")
               ? cmocka_run_group_tests_name("ledger calls, server", servers, NULL, NULL)
               : cmocka_run_group_tests_name("ledger calls", files, NULL, NULL);
}
