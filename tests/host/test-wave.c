/* Waves as a host sees them: decided and rendered ahead once whoever runs them, stopped and
 * killed and gone on with, handed out at the scan as they were made, and afresh when what
 * they hung on has changed.
 *
 * Called with arguments it is a further host, which runs a wave and may be killed. With
 * TUCK_TEST_POSTGRES the ledger is in that database. */
#include "host-bench.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PRINTERS                                                                          \
    "<printers spool=\"var/spool\">"                                                      \
    "<printer name=\"label\" uri=\"dir:var/labels\" format=\"zpl\" dpi=\"203\""           \
    " head=\"832\" fit=\"shrink\" codings=\"packed z64\"/>"                               \
    "<printer name=\"card\" uri=\"dir:var/cards\" format=\"pdf\"/>"                       \
    "<route placement=\"coupon\" to=\"label\"/><route to=\"card\"/></printers>"

/* Shops that share a database share their keys. */
static struct tuck_shop *
open_as(const char *dir, int32_t workers, tuck_clock_fn *clock)
{
    char keys[250];
    struct tuck_open how = {.workers = workers, .clock = clock};
    if (getenv("TUCK_TEST_POSTGRES")) {
        snprintf(keys, sizeof(keys), "%s/../shared.keys", dir);
        how.ledger = getenv("TUCK_TEST_POSTGRES");
        how.keys = keys;
    }
    struct tuck_shop *shop = host_open(dir, &how);
    if (how.keys && access(keys, F_OK) != 0)
        assert_int_equal(promises->keys_make(shop, NULL), TUCK_OK);
    return shop;
}

static struct tuck_shop *
open_shop(const char *dir)
{
    return open_as(dir, 2, NULL);
}

static struct tuck_shop *
make_shop(const char *name, char ret_dir[200])
{
    host_make_shop(name, PRINTERS, ret_dir);
    return open_shop(ret_dir);
}

static bool
is_slow(void)
{
    return host_slowness() > 1 || getenv("TUCK_TEST_POSTGRES");
}

#define ORDERS_MOST 200

/* Orders PREFIX-0 … as PREFIX-0.xml …; free_orders() them. */
static void
make_orders(const char *prefix, int count, struct tuck_wave_order *ret)
{
    for (int i = 0; i < count; i++) {
        char id[60], file[70];
        snprintf(id, sizeof(id), "%s-%d", prefix, i);
        snprintf(file, sizeof(file), "%s.xml", id);
        char *text = host_order(id);
        ret[i] = (struct tuck_wave_order){.size = sizeof(*ret), .name = strdup(file),
                                          .bytes = text, .length = strlen(text)};
    }
}

static void
free_orders(struct tuck_wave_order *orders, int count)
{
    for (int i = 0; i < count; i++) {
        free((void *)(uintptr_t)orders[i].name);
        free((void *)(uintptr_t)orders[i].bytes);
    }
}

/* Adds that many orders; returns how many wait. */
static int
add_orders(struct tuck_shop *shop, const char *wave, const char *prefix, int count)
{
    struct tuck_wave_order orders[ORDERS_MOST];
    int64_t waiting = -1;
    make_orders(prefix, count, orders);
    assert_int_equal(wave_face->add(shop, wave, orders, count, &waiting, NULL), TUCK_OK);
    free_orders(orders, count);
    return (int)waiting;
}

static struct tuck_wave
level_of(struct tuck_shop *shop, const char *name)
{
    struct tuck_found *found = NULL;
    struct tuck_wave wave = {.size = sizeof(wave)};
    assert_int_equal(wave_face->waves(shop, name, &found, NULL), TUCK_OK);
    assert_int_equal(wave_face->wave(found, 0, &wave), TUCK_OK);
    promises->found_free(found);
    wave.name = wave.made_at = NULL;
    return wave;
}

static struct tuck_wave_run
run_of(const char *wave)
{
    return (struct tuck_wave_run){.size = sizeof(struct tuck_wave_run), .jobs = 2,
                                  .name = wave};
}

static struct tuck_wave_result
run_wave(struct tuck_shop *shop, const char *wave, tuck_status expected)
{
    const struct tuck_wave_run how = run_of(wave);
    struct tuck_wave_result result = {.size = sizeof(result)};
    assert_int_equal(wave_face->run(shop, &how, &result, NULL), expected);
    return result;
}

/* Each of the orders has one decision, and what it promises is promised once. */
static void
assert_each_decided_once(struct tuck_shop *shop, const char *prefix, int count)
{
    for (int i = 0; i < count; i++) {
        char id[60];
        snprintf(id, sizeof(id), "%s-%d", prefix, i);
        struct tuck_carton *carton = host_pack(shop, id, TUCK_NO_SHEETS);
        struct tuck_carton_info info = {.size = sizeof(info)};
        struct tuck_piece piece = {.size = sizeof(piece)};
        int chosen = 0;
        assert_int_equal(tuck->info(carton, &info), TUCK_OK);
        assert_true(info.is_repeat);
        assert_int_equal(info.revision, 1);
        for (int64_t k = 0; tuck->piece(carton, k, &piece) == TUCK_OK; k++)
            chosen += piece.outcome == TUCK_CHOSEN;
        assert_true(chosen >= 2);
        assert_int_equal(host_promises(shop, id, "reserved"), chosen);
        assert_int_equal(host_events(shop, id, "reserved", NULL), chosen);
        assert_int_equal(host_events(shop, id, "voided", NULL), 0);
        tuck->carton_free(carton);
    }
}

static int64_t
owed(struct tuck_shop *shop)
{
    struct tuck_found *found = NULL;
    struct tuck_debt total = {.size = sizeof(total)};
    assert_int_equal(promises->liability(shop, &found, NULL), TUCK_OK);
    (void)promises->total(found, 0, &total); /* nothing may be owed */
    int64_t sum = total.sum_minor;
    promises->found_free(found);
    return sum;
}

/* --- the contract ------------------------------------------------------------------ */

static void
the_face_is_found_by_name_and_revision(void **state)
{
    (void)state;
    assert_ptr_equal(entry->face(TUCK_WAVE_FACE, 1), wave_face);
    assert_int_equal(wave_face->revision, 1);
    assert_int_equal(wave_face->size, sizeof(*wave_face));
    assert_null(entry->face(TUCK_WAVE_FACE, 2));
    assert_null(entry->face(TUCK_WAVE_FACE, 0));
}

static void
wrong_arguments_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    static const char *const bad_names[] = {
        NULL, "", ".", ".hidden", "../up", "a/b", "a b", "käse", "a\n",
        "12345678901234567890123456789012345678901234567890123456789012345"};
    char dir[200];
    struct tuck_shop *shop = make_shop("guards", dir);
    struct tuck_shop *till = open_as(dir, TUCK_NO_PRESS, NULL);
    const struct tuck_wave_face *f = wave_face;
    struct tuck_wave_order order = {.size = sizeof(order), .name = "a", .bytes = "<order/>",
                                    .length = 8};
    struct tuck_wave_result result = {.size = sizeof(result)};
    struct tuck_wave_run how = run_of("guarded");
    struct tuck_wave wave = {.size = sizeof(wave)};
    struct tuck_wave_problem problem = {.size = sizeof(problem)};
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    int64_t waiting = -1, files = -1;
    assert_int_equal(f->add(NULL, "a", &order, 1, &waiting, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->add(shop, "a", NULL, 1, &waiting, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->add(shop, "a", &order, 0, &waiting, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->add(shop, "a", &order, -1, &waiting, &notes), TUCK_BAD_CALL);
    order.name = "";
    assert_int_equal(f->add(shop, "a", &order, 1, &waiting, &notes), TUCK_BAD_CALL);
    order.name = NULL;
    assert_int_equal(f->add(shop, "a", &order, 1, &waiting, &notes), TUCK_BAD_CALL);
    order.name = "a";
    order.bytes = NULL;
    assert_int_equal(f->add(shop, "a", &order, 1, &waiting, &notes), TUCK_BAD_CALL);
    order.size = 3;
    order.bytes = "<order/>";
    assert_int_equal(f->add(shop, "a", &order, 1, &waiting, &notes), TUCK_BAD_CALL);
    order.size = sizeof(order);
    for (size_t i = 0; i < sizeof(bad_names) / sizeof(bad_names[0]); i++) {
        const struct tuck_wave_run bad = run_of(bad_names[i]);
        assert_int_equal(f->add(shop, bad_names[i], &order, 1, &waiting, &notes),
                         TUCK_BAD_CALL);
        assert_int_equal(f->run(shop, &bad, &result, &notes), TUCK_BAD_CALL);
        assert_int_equal(f->write(shop, bad_names[i], dir, 0, &files, &notes),
                         TUCK_BAD_CALL);
        assert_int_equal(f->drop(shop, bad_names[i], &notes), TUCK_BAD_CALL);
        if (bad_names[i])
            assert_int_equal(f->waves(shop, bad_names[i], &found, &notes), TUCK_BAD_CALL);
    }
    assert_int_equal(f->run(NULL, &how, &result, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->run(till, &how, &result, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->run(shop, NULL, &result, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->run(shop, &how, NULL, &notes), TUCK_BAD_CALL);
    how.jobs = -1;
    assert_int_equal(f->run(shop, &how, &result, &notes), TUCK_BAD_CALL);
    how.jobs = 65;
    assert_int_equal(f->run(shop, &how, &result, &notes), TUCK_BAD_CALL);
    how.jobs = 1;
    how.wait_ms = -1;
    assert_int_equal(f->run(shop, &how, &result, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->waves(NULL, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->waves(shop, NULL, NULL, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->wave(NULL, 0, &wave), TUCK_BAD_CALL);
    assert_int_equal(f->problem(NULL, 0, &problem), TUCK_BAD_CALL);
    assert_int_equal(f->write(NULL, "a", dir, 0, &files, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->write(till, "a", dir, 0, &files, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->write(shop, "a", NULL, 0, &files, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->write(shop, "a", "", 0, &files, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->drop(NULL, "a", &notes), TUCK_BAD_CALL);
    assert_null(found);
    assert_null(notes);
    assert_int_equal(waiting, -1);
    assert_int_equal(files, -1);
    assert_int_equal(f->waves(shop, "a", &found, NULL), TUCK_WITHOUT);
    tuck->close(till);
    tuck->close(shop);
}

static void
assert_note(struct tuck_notes *notes, int32_t number, const char *words)
{
    struct tuck_note note = {.size = sizeof(note)};
    bool is_told = false;
    for (int64_t i = 0; tuck->notes_get(notes, i, &note) == TUCK_OK; i++)
        is_told |= note.number == number && strstr(note.text, words);
    assert_true(is_told);
    tuck->notes_free(notes);
}

static void
a_wave_that_is_not_there_is_told_with_its_name(void **state)
{
    (void)state;
    char dir[200];
    struct tuck_shop *shop = make_shop("absent", dir);
    struct tuck_wave_run how = run_of("friday");
    struct tuck_wave_result result = {.size = sizeof(result)};
    struct tuck_notes *notes = NULL;
    struct tuck_found *found = NULL;
    assert_int_equal(wave_face->run(shop, &how, &result, &notes), TUCK_WITHOUT);
    assert_note(notes, 1029, "\"friday\"");
    assert_int_equal(wave_face->write(shop, "friday", dir, 0, NULL, &notes), TUCK_WITHOUT);
    assert_note(notes, 1029, "\"friday\"");
    assert_int_equal(wave_face->waves(shop, "friday", &found, NULL), TUCK_WITHOUT);
    assert_int_equal(wave_face->drop(shop, "friday", NULL), TUCK_WITHOUT);
    assert_null(found);
    add_orders(shop, "thursday", "AB", 1);
    how.name = "thursday";
    how.printer = "nobody";
    assert_int_equal(wave_face->run(shop, &how, &result, &notes), TUCK_BAD_INPUT);
    assert_note(notes, 1027, "\"nobody\"");
    tuck->close(shop);
    const struct tuck_open none = {.ledger = "none"};
    shop = host_open(dir, &none);
    struct tuck_wave_order orders[1];
    make_orders("AB", 1, orders);
    assert_int_equal(wave_face->add(shop, "friday", orders, 1, NULL, &notes),
                     TUCK_BAD_CALL);
    free_orders(orders, 1);
    struct tuck_note note = {.size = sizeof(note)};
    assert_int_equal(tuck->notes_get(notes, 0, &note), TUCK_OK);
    assert_non_null(strstr(note.text, "this shop keeps none"));
    tuck->notes_free(notes);
    tuck->close(shop);
}

static void
hosts_of_other_ages_are_served(void **state)
{
    (void)state;
    char dir[200];
    struct tuck_shop *shop = make_shop("ages", dir);
    struct tuck_wave_run old = run_of("ages");
    struct tuck_wave_result result;
    struct {
        struct tuck_wave_run how;
        int64_t news;
    } newer = {.how = run_of("ages"), .news = 1};
    struct tuck_found *found = NULL;
    struct tuck_wave wave;
    add_orders(shop, "ages", "OLD", 2);
    newer.how.size = sizeof(newer);
    result.size = sizeof(result);
    assert_int_equal(wave_face->run(shop, &newer.how, &result, NULL), TUCK_TOO_NEW);
    old.size = offsetof(struct tuck_wave_run, printer);
    old.printer = (const char *)1; /* beyond the stated size */
    memset(&result, 0x5A, sizeof(result));
    result.size = offsetof(struct tuck_wave_result, sheets);
    assert_int_equal(wave_face->run(shop, &old, &result, NULL), TUCK_OK);
    assert_int_equal(result.done, 2);
    assert_int_equal(result.sheets, 0x5A5A5A5A5A5A5A5A); /* not touched */
    assert_int_equal(wave_face->waves(shop, "ages", &found, NULL), TUCK_OK);
    wave.size = offsetof(struct tuck_wave, orders);
    assert_int_equal(wave_face->wave(found, 0, &wave), TUCK_OK);
    assert_string_equal(wave.name, "ages");
    wave.size = 1;
    assert_int_equal(wave_face->wave(found, 0, &wave), TUCK_BAD_CALL);
    wave.size = sizeof(wave);
    assert_int_equal(wave_face->wave(found, 1, &wave), TUCK_WITHOUT);
    assert_int_equal(wave_face->wave(found, -1, &wave), TUCK_WITHOUT);
    promises->found_free(found);
    tuck->close(shop);
}

/* --- once --------------------------------------------------------------------------- */

struct telling {
    int count, stop_at;
    int64_t done, total;
    bool is_rising;
    char last[200];
};

static int32_t
tell(void *data, int64_t done, int64_t total, const char *what)
{
    struct telling *telling = data;
    telling->is_rising &= done > telling->done;
    telling->done = done;
    telling->total = total;
    snprintf(telling->last, sizeof(telling->last), "%s", what);
    return ++telling->count == telling->stop_at;
}

static void
a_wave_is_decided_and_rendered_once_by_two_hands(void **state)
{
    (void)state;
    char dir[200];
    const int count = is_slow() ? 20 : 36;
    struct tuck_shop *shop = make_shop("once", dir);
    struct telling telling = {.is_rising = true};
    struct tuck_wave_run how = run_of("once");
    struct tuck_wave_result result = {.size = sizeof(result)};
    how.progress = tell;
    how.progress_data = &telling;
    assert_int_equal(add_orders(shop, "once", "ONE", count), count);
    assert_int_equal(level_of(shop, "once").waiting, count);
    assert_int_equal(host_promises(shop, "ONE-0", "reserved"), 0);
    assert_int_equal(wave_face->run(shop, &how, &result, NULL), TUCK_OK);
    assert_int_equal(result.done, count);
    assert_int_equal(result.failed, 0);
    assert_true(result.sheets >= 2 * count && result.bytes > result.sheets * 500);
    assert_int_equal(telling.count, count);
    assert_int_equal(telling.done, count);
    assert_int_equal(telling.total, count);
    assert_true(telling.is_rising);
    assert_memory_equal(telling.last, "ONE-", 4);
    struct tuck_wave wave = level_of(shop, "once");
    assert_int_equal(wave.orders, count);
    assert_int_equal(wave.done, count);
    assert_int_equal(wave.waiting + wave.taken + wave.failed, 0);
    assert_each_decided_once(shop, "ONE", count);
    /* the same once more is nothing */
    int64_t before = owed(shop);
    assert_true(before >= count * 450);
    assert_int_equal(add_orders(shop, "once", "ONE", count), 0);
    result = run_wave(shop, "once", TUCK_OK);
    assert_int_equal(result.done + result.failed + result.sheets, 0);
    assert_int_equal(add_orders(shop, "twice", "ONE", count), count); /* by another name */
    result = run_wave(shop, "twice", TUCK_OK);
    assert_int_equal(result.done, count);
    assert_int_equal(owed(shop), before);
    assert_each_decided_once(shop, "ONE", count);
    tuck->close(shop);
}

static void
a_wave_stopped_by_its_progress_goes_on_where_it_was(void **state)
{
    (void)state;
    char dir[200];
    const int count = is_slow() ? 40 : 60;
    struct tuck_shop *shop = make_shop("stopped", dir);
    struct telling telling = {.is_rising = true, .stop_at = 5};
    struct tuck_wave_run how = run_of("stopped");
    struct tuck_wave_result result = {.size = sizeof(result)};
    volatile int32_t cancel = 1;
    how.cancel = &cancel;
    add_orders(shop, "stopped", "ST", count);
    assert_int_equal(wave_face->run(shop, &how, &result, NULL), TUCK_CANCELLED);
    assert_int_equal(result.done, 0);
    assert_int_equal(level_of(shop, "stopped").waiting, count);
    cancel = 0;
    how.progress = tell;
    how.progress_data = &telling;
    assert_int_equal(wave_face->run(shop, &how, &result, NULL), TUCK_CANCELLED);
    struct tuck_wave wave = level_of(shop, "stopped");
    assert_true(result.done >= 5 && result.done < count);
    assert_int_equal(wave.done, result.done);
    assert_int_equal(wave.waiting, count - result.done);
    assert_int_equal(wave.taken, 0); /* nothing is kept from others */
    int64_t left = wave.waiting;
    assert_int_equal(run_wave(shop, "stopped", TUCK_OK).done, left);
    assert_int_equal(level_of(shop, "stopped").done, count);
    assert_each_decided_once(shop, "ST", count);
    tuck->close(shop);
}

static void
an_order_that_is_none_is_a_problem_with_name_and_reason(void **state)
{
    (void)state;
    char dir[200];
    struct tuck_shop *shop = make_shop("problems", dir);
    struct tuck_wave_order well[6], orders[6];
    struct tuck_found *found = NULL;
    struct tuck_wave_problem problem = {.size = sizeof(problem)};
    struct tuck_notes *notes = NULL;
    struct telling telling = {.is_rising = true};
    struct tuck_wave_run how = run_of("problems");
    struct tuck_wave_result result = {.size = sizeof(result)};
    make_orders("PR", 6, well);
    memcpy(orders, well, sizeof(orders));
    char *foreign = strdup(well[4].bytes);
    memcpy(strstr(foreign, "fern-kettle"), "tern-kettle", 11);
    orders[2].bytes = "<order>";
    orders[2].length = 7;
    orders[4].bytes = foreign;
    how.progress = tell;
    how.progress_data = &telling;
    assert_int_equal(wave_face->add(shop, "problems", orders, 6, NULL, NULL), TUCK_OK);
    assert_int_equal(wave_face->run(shop, &how, &result, &notes), TUCK_BAD_INPUT);
    assert_note(notes, 1030, "");
    assert_int_equal(result.done, 4);
    assert_int_equal(result.failed, 2);
    assert_non_null(strstr(telling.last, "2 failed"));
    assert_int_equal(wave_face->waves(shop, "problems", &found, NULL), TUCK_OK);
    assert_int_equal(wave_face->problem(found, 0, &problem), TUCK_OK);
    assert_int_equal(problem.place, 3);
    assert_string_equal(problem.name, "PR-2.xml");
    assert_true(strlen(problem.text) > 10);
    assert_int_equal(wave_face->problem(found, 1, &problem), TUCK_OK);
    assert_string_equal(problem.name, "PR-4.xml");
    assert_non_null(strstr(problem.text, "tern-kettle"));
    assert_int_equal(wave_face->problem(found, 2, &problem), TUCK_WITHOUT);
    promises->found_free(found);
    /* a run tries them no more; added again they wait again, and mended they are done */
    result = run_wave(shop, "problems", TUCK_OK);
    assert_int_equal(result.done + result.failed, 0);
    int64_t waiting = 0;
    assert_int_equal(wave_face->add(shop, "problems", well, 6, &waiting, NULL), TUCK_OK);
    assert_int_equal(waiting, 2);
    assert_int_equal(run_wave(shop, "problems", TUCK_OK).done, 2);
    assert_each_decided_once(shop, "PR", 6);
    /* what no ledger could keep is refused as a whole, with its name */
    char latin[] = "<order>caf\xe9</order>";
    orders[5].bytes = latin;
    orders[5].length = strlen(latin);
    assert_int_equal(wave_face->add(shop, "latin", orders + 4, 2, NULL, &notes),
                     TUCK_BAD_INPUT);
    assert_note(notes, 1030, "UTF-8");
    orders[5].length = sizeof(latin); /* with its NUL */
    latin[10] = 'e';
    assert_int_equal(wave_face->add(shop, "latin", orders + 4, 2, NULL, NULL),
                     TUCK_BAD_INPUT);
    assert_int_equal(wave_face->waves(shop, "latin", &found, NULL), TUCK_WITHOUT);
    free_orders(well, 6);
    free(foreign);
    tuck->close(shop);
}

static void
a_dropped_wave_is_forgotten_and_its_decisions_stay(void **state)
{
    (void)state;
    char dir[200];
    struct tuck_shop *shop = make_shop("dropped", dir);
    struct tuck_found *found = NULL;
    struct tuck_wave_result result = {.size = sizeof(result)};
    const struct tuck_wave_run how = run_of("dropped");
    add_orders(shop, "dropped", "DR", 4);
    run_wave(shop, "dropped", TUCK_OK);
    add_orders(shop, "dropped", "DS", 3); /* still wait */
    assert_int_equal(level_of(shop, "dropped").waiting, 3);
    assert_int_equal(wave_face->drop(shop, "dropped", NULL), TUCK_OK);
    assert_int_equal(wave_face->drop(shop, "dropped", NULL), TUCK_WITHOUT);
    assert_int_equal(wave_face->waves(shop, "dropped", &found, NULL), TUCK_WITHOUT);
    assert_int_equal(wave_face->run(shop, &how, &result, NULL), TUCK_WITHOUT);
    assert_each_decided_once(shop, "DR", 4);
    assert_int_equal(host_promises(shop, "DS-0", "reserved"), 0);
    tuck->close(shop);
}

/* --- at the scan --------------------------------------------------------------------- */

static void
signal_workers(struct tuck_shop *shop, int number)
{
    int32_t pids[16];
    int32_t count = ops->workers(shop, pids, 16);
    assert_true(count >= 1);
    for (int32_t i = 0; i < count; i++)
        kill(pids[i], number);
}

/* A coupon as its label printer wants it; free() it. */
static void *
scan_coupon(struct tuck_shop *shop, const char *id, struct tuck_carton_info *ret_info,
            char ret_code[64], size_t *ret_n)
{
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece;
    const void *bytes = NULL;
    char *text = host_order(id);
    const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                     .length = strlen(text), .budget_ms = PLENTY_MS,
                                     .flags = TUCK_NO_SHEETS, .printer = "label"};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_OK);
    ret_info->size = sizeof(*ret_info);
    assert_int_equal(tuck->info(carton, ret_info), TUCK_OK);
    int64_t index = host_piece(carton, "coupon", &piece);
    assert_non_null(piece.code);
    snprintf(ret_code, 64, "%s", piece.code);
    assert_int_equal(tuck->sheet(carton, index, 0, 0, PLENTY_MS, &bytes, ret_n), TUCK_OK);
    void *copy = malloc(*ret_n);
    memcpy(copy, bytes, *ret_n);
    tuck->carton_free(carton);
    free(text);
    return copy;
}

/* With every worker of the press stopped only what was rendered ahead can come. */
static void
the_scan_hands_out_what_the_wave_rendered_byte_for_byte(void **state)
{
    (void)state;
    char dir[200], code[64], again[64];
    size_t n = 0, m = 0;
    struct tuck_carton_info info;
    struct tuck_shop *shop = make_shop("scan", dir);
    add_orders(shop, "scan", "SC", 3);
    run_wave(shop, "scan", TUCK_OK);
    signal_workers(shop, SIGSTOP);
    int64_t begun = host_ms();
    void *first = scan_coupon(shop, "SC-1", &info, code, &n);
    assert_true(host_ms() - begun < 200 * host_slowness());
    signal_workers(shop, SIGCONT);
    assert_true(info.is_repeat);
    assert_int_equal(info.revision, 1);
    assert_memory_equal(first, "^XA", 3);
    tuck->close(shop);
    shop = open_shop(dir); /* another host, another day */
    host_set_clock(NOVEMBER_22 + 86400);
    void *second = scan_coupon(shop, "SC-1", &info, again, &m);
    assert_string_equal(code, again);
    assert_int_equal(n, m);
    assert_memory_equal(first, second, n);
    /* on paper it is the same, too */
    struct tuck_carton *carton = host_pack(shop, "SC-1", TUCK_NO_SHEETS);
    struct tuck_piece piece;
    struct tuck_sent sent = {.size = sizeof(sent)};
    void *sheet = NULL;
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_face->sent(carton, host_piece(carton, "coupon", &piece), &sent),
                     TUCK_OK);
    assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
    assert_int_equal(print_face->job_sheet(shop, sent.job, &sheet, &m, NULL), TUCK_OK);
    assert_int_equal(n, m);
    assert_memory_equal(first, sheet, n);
    ops->bytes_free(sheet);
    tuck->carton_free(carton);
    free(first);
    free(second);
    tuck->close(shop);
    host_set_clock(NOVEMBER_22);
}

static void
a_changed_order_is_rendered_afresh_and_its_old_promise_given_back(void **state)
{
    (void)state;
    char dir[200], code[64];
    size_t n = 0;
    struct tuck_carton_info info = {.size = sizeof(info)};
    struct tuck_piece piece;
    struct tuck_shop *shop = make_shop("changed", dir);
    add_orders(shop, "changed", "CH", 3);
    run_wave(shop, "changed", TUCK_OK);
    int64_t before = owed(shop);
    int promised = host_promises(shop, "CH-1", "reserved");
    free(scan_coupon(shop, "CH-1", &info, code, &n));
    char *text = host_order("CH-1");
    strstr(text, "quantity=\"1\"")[10] = '3';
    struct tuck_carton *carton = host_pack_text(shop, text, 0);
    assert_int_equal(tuck->info(carton, &info), TUCK_OK);
    assert_false(info.is_repeat);
    assert_int_equal(info.revision, 2);
    host_piece(carton, "coupon", &piece);
    assert_string_not_equal(piece.code, code);
    assert_int_equal(host_promises(shop, "CH-1", "reserved"), promised);
    assert_int_equal(owed(shop), before); /* one for one */
    tuck->carton_free(carton);
    /* in the wave only the changed one waits again, and its new answer stands */
    struct tuck_wave_order orders[3];
    int64_t waiting = 0;
    make_orders("CH", 3, orders);
    free((void *)(uintptr_t)orders[1].bytes);
    orders[1].bytes = text;
    assert_int_equal(wave_face->add(shop, "changed", orders, 3, &waiting, NULL), TUCK_OK);
    assert_int_equal(waiting, 1);
    assert_int_equal(run_wave(shop, "changed", TUCK_OK).done, 1);
    assert_int_equal(owed(shop), before);
    free_orders(orders, 3);
    tuck->close(shop);
}

static void
a_changed_campaign_is_decided_afresh_unless_it_is_on_paper(void **state)
{
    (void)state;
    char dir[200], code[64], again[64], reason[200] = "";
    size_t n = 0;
    struct tuck_carton_info info;
    struct tuck_shop *shop = make_shop("campaign", dir);
    add_orders(shop, "campaign", "CA", 3);
    run_wave(shop, "campaign", TUCK_OK);
    int64_t before = owed(shop);
    free(scan_coupon(shop, "CA-0", &info, code, &n));
    struct tuck_carton *carton = host_pack(shop, "CA-2", TUCK_NO_SHEETS);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    tuck->carton_free(carton);
    tuck->close(shop);
    host_edit(dir, "campaign.xml", "percent=\"15\" currency=\"EUR\" cost=\"4.50\"",
              "percent=\"10\" currency=\"EUR\" cost=\"3.00\"");
    shop = open_shop(dir);
    free(scan_coupon(shop, "CA-0", &info, again, &n));
    assert_false(info.is_repeat);
    assert_string_not_equal(code, again);
    assert_int_equal(owed(shop), before - 150); /* the old one is given back */
    assert_true(host_events(shop, "CA-0", "voided", reason) >= 1);
    assert_non_null(strstr(reason, "decided ahead"));
    struct tuck_carton_info second;
    free(scan_coupon(shop, "CA-0", &second, code, &n)); /* and that stands */
    assert_true(second.is_repeat);
    assert_string_equal(code, again);
    free(scan_coupon(shop, "CA-2", &info, code, &n)); /* printed: it stays */
    assert_true(info.is_repeat);
    assert_int_equal(host_events(shop, "CA-2", "voided", NULL), 0);
    tuck->close(shop);
}

static int64_t
machine_clock(void *data)
{
    (void)data;
    return (int64_t)time(NULL);
}

static void
a_changed_template_is_rendered_afresh(void **state)
{
    (void)state;
    char dir[200], command[1000], code[64], again[64];
    size_t n = 0, m = 0;
    struct tuck_carton_info info;
    host_make_shop("template", PRINTERS, dir);
    snprintf(command, sizeof(command),
             "cp -R '%s/templates' '%s/templates' && chmod -R u+w '%s/templates'",
             getenv("abs_top_srcdir"), dir, dir);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof(command), "%s/templates", getenv("abs_top_srcdir"));
    host_edit(dir, "tuck.xml", command, "templates");
    struct tuck_shop *shop = open_as(dir, 2, machine_clock);
    add_orders(shop, "template", "TE", 2);
    run_wave(shop, "template", TUCK_OK);
    void *first = scan_coupon(shop, "TE-0", &info, code, &n);
    assert_true(info.is_repeat);
    int64_t before = owed(shop);
    host_edit(dir, "templates/coupon-percent/template.xml", "For the second cup",
              "For a cup, and one more");
    void *second = scan_coupon(shop, "TE-0", &info, again, &m); /* by the same host */
    assert_false(info.is_repeat);
    assert_true(n != m || memcmp(first, second, n) != 0);
    assert_int_equal(owed(shop), before);
    assert_true(host_events(shop, "TE-0", "voided", NULL) >= 1);
    free(first);
    free(second);
    tuck->close(shop);
}

/* The wave's promises lapse when they are not printed, and others take what they held;
 * then the scan must not hand out a code that nobody owes. */
static void
a_limit_that_others_reached_meanwhile_is_kept_to(void **state)
{
    (void)state;
    char dir[200], id[20];
    host_make_shop("limit", PRINTERS, dir);
    host_edit(dir, "campaign.xml", "<limit name=\"win-back\"",
              "<limit name=\"cups\" most=\"3\"/>\n  <limit name=\"win-back\"");
    host_edit(dir, "campaign.xml",
              "and not($is-gift)\" cap-per-customer=\"1\" needs=\"marketing\">\n"
              "    <print template=\"coupon-percent\"/>",
              "and not($is-gift)\" cap-per-customer=\"1\" needs=\"marketing\" "
              "limits=\"cups\">\n    <print template=\"coupon-percent\"/>");
    struct tuck_shop *shop = open_shop(dir);
    const int64_t before = owed(shop);
    int coupons = 0;
    add_orders(shop, "limit", "LI", 3);
    run_wave(shop, "limit", TUCK_OK);
    assert_int_equal(owed(shop), before + 3 * 450);
    host_set_clock(NOVEMBER_22 + 5 * 3600);
    for (int i = 0; i < 6; i++) { /* three at the bench, then the wave's */
        struct tuck_piece piece = {.size = sizeof(piece)};
        snprintf(id, sizeof(id), i < 3 ? "LJ-%d" : "LI-%d", i % 3);
        struct tuck_carton *carton = host_pack(shop, id, 0);
        for (int64_t k = 0; tuck->piece(carton, k, &piece) == TUCK_OK; k++) {
            if (strcmp(piece.placement, "coupon") != 0)
                continue;
            coupons += piece.outcome == TUCK_CHOSEN;
            assert_int_equal(piece.outcome == TUCK_CHOSEN, piece.code != NULL);
        }
        assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
        assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
        tuck->carton_free(carton);
    }
    assert_int_equal(coupons, 3);
    assert_int_equal(owed(shop), before + 3 * 450);
    snprintf(id, sizeof(id), "%s", "/var/labels");
    strcat(dir, id);
    assert_int_equal(host_count_files(dir, ".zpl"), 3);
    tuck->close(shop);
    host_set_clock(NOVEMBER_22);
}

/* --- files ---------------------------------------------------------------------------- */

static void
files_that_cannot_be_written_record_nothing_as_printed(void **state)
{
    (void)state;
    char dir[200], path[250];
    int64_t files = -1;
    struct tuck_notes *notes = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    struct tuck_shop *shop = make_shop("files", dir);
    add_orders(shop, "files", "FI", 3);
    run_wave(shop, "files", TUCK_OK);
    snprintf(path, sizeof(path), "%s/tuck.xml", dir); /* a file where a folder should be */
    assert_int_equal(wave_face->write(shop, "files", path, 0, &files, &notes),
                     TUCK_OUTSIDE);
    assert_int_equal(tuck->notes_get(notes, 0, &note), TUCK_OK);
    tuck->notes_free(notes);
    assert_int_equal(files, -1);
    assert_int_equal(host_promises(shop, "FI-0", "printed"), 0);
    snprintf(path, sizeof(path), "%s/out", dir);
    assert_int_equal(wave_face->write(shop, "files", path, 0, &files, NULL), TUCK_OK);
    assert_int_equal(files, 2); /* one for each printer */
    assert_int_equal(host_count_files(path, ".pdf"), 1);
    assert_int_equal(host_count_files(path, ".zpl"), 1);
    for (int i = 0; i < 3; i++) {
        char id[20];
        snprintf(id, sizeof(id), "FI-%d", i);
        assert_int_equal(host_promises(shop, id, "reserved"), 0);
        assert_true(host_promises(shop, id, "printed") >= 2);
    }
    tuck->close(shop);
}

/* --- many processes ------------------------------------------------------------------- */

static int32_t
tell_parent(void *data, int64_t done, int64_t total, const char *what)
{
    (void)data;
    (void)total;
    printf("%lld %s\n", (long long)done, what);
    fflush(stdout);
    return 0;
}

/* A further host: child run DIR WAVE. Each order that is done is told; then "did N". */
static int
be_another_host(const char *dir, const char *wave)
{
    struct tuck_shop *shop = host_load_plugin() ? open_shop(dir) : NULL;
    struct tuck_wave_run how = run_of(wave);
    struct tuck_wave_result result = {.size = sizeof(result)};
    how.progress = tell_parent;
    how.wait_ms = PLENTY_MS;
    if (!shop)
        return 3;
    tuck_status status = wave_face->run(shop, &how, &result, NULL);
    tuck->close(shop);
    printf("did %lld\n", (long long)result.done);
    fflush(stdout);
    return status == TUCK_OK ? 0 : 4;
}

static int
wait_for_done(struct child *child)
{
    char line[200];
    int done = -1;
    while (host_line(child, PLENTY_MS, line, sizeof(line)))
        if (strncmp(line, "did ", 4) == 0)
            done = atoi(line + 4);
    assert_int_equal(host_wait(child), 0);
    return done;
}

static void
two_hosts_share_a_wave_and_do_each_order_once(void **state)
{
    (void)state;
    char dir[200];
    const int count = is_slow() ? 60 : 160;
    struct tuck_shop *shop = make_shop("shared", dir);
    const int64_t before = owed(shop);
    add_orders(shop, "shared", "SH", count);
    const char *const arguments[] = {"run", dir, "shared", NULL};
    struct child one = host_child(arguments), other = host_child(arguments);
    int did_one = wait_for_done(&one), did_other = wait_for_done(&other);
    assert_int_equal(did_one + did_other, count);
    assert_true(did_one > 0 && did_other > 0);
    struct tuck_wave wave = level_of(shop, "shared");
    assert_int_equal(wave.done, count);
    assert_each_decided_once(shop, "SH", count);
    assert_int_equal(owed(shop), before + count * 450);
    assert_int_equal(promises->verify(shop, NULL), TUCK_OK);
    tuck->close(shop);
}

/* Killed again and again, at all moments of a share; then somebody finishes. */
static void
a_killed_hosts_share_comes_back_and_is_done_once(void **state)
{
    (void)state;
    char dir[200], line[200];
    const int count = is_slow() ? 60 : 150;
    const int rounds = is_slow() ? 4 : 12;
    struct tuck_shop *shop = make_shop("killed", dir);
    add_orders(shop, "killed", "KI", count);
    const char *const arguments[] = {"run", dir, "killed", NULL};
    int killed = 0, taken = 0;
    for (int i = 0; i < rounds; i++) {
        struct child child = host_child(arguments);
        const struct timespec pause = {0, (20 + i * 23 % 190) * 1000000L};
        if (i % 3 == 2) /* after it has done something; else at its beginning */
            host_line(&child, PLENTY_MS, line, sizeof(line));
        nanosleep(&pause, NULL);
        killed += host_kill(&child) == -1;
        taken += level_of(shop, "killed").taken > 0;
    }
    assert_true(killed > rounds / 3);
    assert_true(taken > 0); /* some died with a share in their hands */
    int64_t left = count - level_of(shop, "killed").done;
    struct child child = host_child(arguments);
    assert_int_equal(wait_for_done(&child), left);
    struct tuck_wave wave = level_of(shop, "killed");
    assert_int_equal(wave.done, count);
    assert_int_equal(wave.failed, 0);
    assert_each_decided_once(shop, "KI", count);
    assert_int_equal(promises->verify(shop, NULL), TUCK_OK);
    tuck->close(shop);
}

/* While one works on, another's death gives its share to the living: it does not wait for
 * a lease to run out. */
static void
the_living_do_what_the_dead_had_taken(void **state)
{
    (void)state;
    char dir[200], line[200];
    const int count = is_slow() ? 48 : 96;
    struct tuck_shop *shop = make_shop("living", dir);
    add_orders(shop, "living", "LV", count);
    const char *const arguments[] = {"run", dir, "living", NULL};
    struct child dead = host_child(arguments), alive = host_child(arguments);
    assert_true(host_line(&alive, PLENTY_MS, line, sizeof(line)));
    assert_true(host_line(&dead, PLENTY_MS, line, sizeof(line)));
    assert_int_equal(host_kill(&dead), -1);
    int64_t begun = host_ms();
    wait_for_done(&alive);
    assert_true(host_ms() - begun < PLENTY_MS / 2);
    assert_int_equal(level_of(shop, "living").done, count);
    assert_each_decided_once(shop, "LV", count);
    tuck->close(shop);
}

int
main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "run") == 0)
        return be_another_host(argv[2], argv[3]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_face_is_found_by_name_and_revision),
        cmocka_unit_test(wrong_arguments_are_refused_and_nothing_is_written),
        cmocka_unit_test(a_wave_that_is_not_there_is_told_with_its_name),
        cmocka_unit_test(hosts_of_other_ages_are_served),
        cmocka_unit_test(a_wave_is_decided_and_rendered_once_by_two_hands),
        cmocka_unit_test(a_wave_stopped_by_its_progress_goes_on_where_it_was),
        cmocka_unit_test(an_order_that_is_none_is_a_problem_with_name_and_reason),
        cmocka_unit_test(a_dropped_wave_is_forgotten_and_its_decisions_stay),
        cmocka_unit_test(the_scan_hands_out_what_the_wave_rendered_byte_for_byte),
        cmocka_unit_test(a_changed_order_is_rendered_afresh_and_its_old_promise_given_back),
        cmocka_unit_test(a_changed_campaign_is_decided_afresh_unless_it_is_on_paper),
        cmocka_unit_test(a_changed_template_is_rendered_afresh),
        cmocka_unit_test(a_limit_that_others_reached_meanwhile_is_kept_to),
        cmocka_unit_test(files_that_cannot_be_written_record_nothing_as_printed),
        cmocka_unit_test(two_hosts_share_a_wave_and_do_each_order_once),
        cmocka_unit_test(a_killed_hosts_share_comes_back_and_is_done_once),
        cmocka_unit_test(the_living_do_what_the_dead_had_taken),
    };
    return cmocka_run_group_tests(tests, host_load, host_unload);
}
