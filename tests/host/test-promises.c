/* How tills and shop systems use tuck: the face "tuck.promise", well and badly. One shop
 * packs; a second, without a press, is the till. tuck.so is loaded as a host does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct tuck_entry *entry;
static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;
static const struct tuck_promise_face *face;
static char work[] = "/tmp/tuck-promises-XXXXXX";
static char ledger[64], keys[64], shop_dir[600], code[64];
static struct tuck_shop *shop, *till;

#define PLENTY_MS 30000
#define NOVEMBER_22 INT64_C(1795338000) /* 2026-11-22, 10:00 in Berlin */

static int64_t now_s = NOVEMBER_22;

static int64_t
our_clock(void *data)
{
    (void)data;
    return __atomic_load_n(&now_s, __ATOMIC_RELAXED);
}

static struct tuck_open
open_for(const char *ledger_path)
{
    return (struct tuck_open){.size = sizeof(struct tuck_open),
                              .shop = shop_dir,
                              .ledger = ledger_path,
                              .press = getenv("TUCK_PRESS"),
                              .data_dir = getenv("TUCK_DATA"),
                              .clock = our_clock,
                              .budget_ms = PLENTY_MS,
                              .keys = keys,
                              .station = "bench-7"};
}

/* All places of a word in the text become another. */
static void
change(char *text, size_t room, const char *from, const char *to)
{
    char *copy = strdup(text);
    const char *rest = copy, *at;
    size_t n = 0;
    assert_non_null(strstr(copy, from));
    for (; (at = strstr(rest, from)); rest = at + strlen(from))
        n += (size_t)snprintf(text + n, room - n, "%.*s%s", (int)(at - rest), rest, to);
    snprintf(text + n, room - n, "%s", rest);
    free(copy);
}

/* Packs the first order of a customer of its own; the coupon's code goes to `ret`. */
static void
pack_as(const char *id, char ret[64])
{
    char path[700], customer[40], *text = calloc(1, 1 << 16);
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece = {.size = sizeof(piece)};
    snprintf(path, sizeof(path), "%s/orders/first-order.xml", shop_dir);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    snprintf(customer, sizeof(customer), "\"C-of-%s\"", id);
    change(text, 1 << 16, "FK-2001", id);
    change(text, 1 << 16, "\"C-2001\"", customer);
    const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                     .length = strlen(text), .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_OK);
    ret[0] = '\0';
    for (int64_t i = 0; tuck->piece(carton, i, &piece) == TUCK_OK; i++) {
        if (piece.code)
            snprintf(ret, 64, "%s", piece.code);
        if (piece.ticket && (piece.outcome == TUCK_CHOSEN))
            assert_int_equal(tuck->say(shop, piece.ticket, TUCK_PRINTED, NULL), TUCK_OK);
    }
    assert_true(ret[0] != '\0');
    tuck->carton_free(carton);
    free(text);
}

/* Asks the till; the name of the answer, and the answer for whoever wants to see it. */
static void
redeem(const struct tuck_redemption *how, const char *expected, struct tuck_found **ret)
{
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    assert_int_equal(face->redeem(till, how, &found, NULL), TUCK_OK);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_string_equal(answer.name, expected);
    assert_non_null(answer.text);
    if (ret)
        *ret = found;
    else
        face->found_free(found);
}

/* --- the contract ------------------------------------------------------------------- */

static void
the_face_is_found_by_name_and_revision(void **state)
{
    (void)state;
    assert_ptr_equal(entry->face(TUCK_PROMISE_FACE, 1), face);
    assert_int_equal(face->revision, 1);
    assert_int_equal(face->size, sizeof(*face));
    assert_null(entry->face(TUCK_PROMISE_FACE, 2));
}

static void
wrong_arguments_are_refused_and_nothing_is_found(void **state)
{
    (void)state;
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    struct tuck_loaded loaded = {.size = sizeof(loaded)};
    struct tuck_redemption how = {.size = sizeof(how), .code = code};
    struct tuck_load load = {.size = sizeof(load), .what = TUCK_FILE_POOL, .path = "x"};
    char huge[400];
    memset(huge, 'A', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    assert_int_equal(face->redeem(NULL, &how, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->redeem(till, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->redeem(till, &how, NULL, &notes), TUCK_BAD_CALL);
    how.flags = 2;
    assert_int_equal(face->redeem(till, &how, &found, &notes), TUCK_BAD_CALL);
    how = (struct tuck_redemption){.size = sizeof(how), .code = huge};
    assert_int_equal(face->redeem(till, &how, &found, &notes), TUCK_BAD_CALL);
    how.code = "";
    assert_int_equal(face->redeem(till, &how, &found, &notes), TUCK_BAD_CALL);
    const struct tuck_reply replies[] = {
        {.size = sizeof(replies[0]), .code = code}, /* says nothing */
        {.size = sizeof(replies[0]), .code = code, .flags = TUCK_SAYS_NPS, .nps = 11},
        {.size = sizeof(replies[0]), .code = code, .flags = TUCK_SAYS_EFFORT},
        {.size = sizeof(replies[0]), .code = code, .flags = 8},
        {.size = sizeof(replies[0]), .code = code, .flags = TUCK_SAYS_RATING, .rating = 6},
        {.size = sizeof(replies[0]), .code = code, .question = "wish"},
        {.size = sizeof(replies[0]), .flags = TUCK_SAYS_NPS},
    };
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
        assert_int_equal(face->reply(till, &replies[i], &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->look_up(till, 4, code, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->look_up(till, TUCK_BY_ANY, NULL, &found, &notes),
                     TUCK_BAD_CALL);
    assert_int_equal(face->void_code(till, NULL, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->load(till, &load, &loaded, &notes), TUCK_BAD_CALL); /* pool? */
    load.pool = "spring";
    load.what = 9;
    assert_int_equal(face->load(till, &load, &loaded, &notes), TUCK_BAD_CALL);
    assert_int_equal(face->answer(NULL, &answer), TUCK_BAD_CALL);
    assert_int_equal(face->backup(till, "", &notes), TUCK_BAD_CALL);
    assert_int_equal(face->forget(till, "", &notes), TUCK_BAD_CALL);
    struct tuck_open open = open_for("none");
    struct tuck_shop *none = NULL;
    open.station_number = 128; /* has no room in a code */
    assert_int_equal(tuck->open(&open, &none, NULL), TUCK_BAD_CALL);
    open.station_number = 0;
    open.workers = TUCK_NO_PRESS - 1;
    assert_int_equal(tuck->open(&open, &none, NULL), TUCK_BAD_CALL);
    open.workers = TUCK_NO_PRESS; /* a check renders */
    assert_int_equal(ops->check(&open, NULL, NULL, &notes), TUCK_BAD_CALL);
    assert_null(none);
    assert_null(face->keys_path(NULL));
    assert_null(found);
    assert_null(notes);
    face->found_free(NULL);
}

/* What the host's headers lack is zero, and nothing is written beyond its structs. */
static void
an_old_host_with_shorter_structs_is_served(void **state)
{
    (void)state;
    struct tuck_shop *old = NULL;
    struct tuck_found *found = NULL;
    struct tuck_open open = open_for("none");
    open.workers = TUCK_NO_PRESS;
    open.size = offsetof(struct tuck_open, station_number);
    open.station_number = 4711; /* beyond the stated size */
    open.keys = (const char *)1;
    assert_int_equal(tuck->open(&open, &old, NULL), TUCK_OK);
    struct tuck_redemption how = {.code = code, .amount = (const char *)1};
    how.size = offsetof(struct tuck_redemption, id);
    assert_int_equal(face->redeem(old, &how, &found, NULL), TUCK_OK);
    struct tuck_answer answer;
    memset(&answer, 0x5A, sizeof(answer));
    answer.size = offsetof(struct tuck_answer, text);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_string_equal(answer.name, "unknown");
    unsigned char beyond[sizeof(answer.text)];
    memset(beyond, 0x5A, sizeof(beyond));
    assert_memory_equal(&answer.text, beyond, sizeof(beyond));
    face->found_free(found);
    tuck->close(old);
}

static void
a_newer_host_is_served_while_its_new_part_is_unused(void **state)
{
    (void)state;
    struct {
        struct tuck_redemption how;
        int64_t news;
    } newer = {.how = {.size = sizeof(newer), .code = "NEVER-WAS"}};
    struct {
        struct tuck_answer answer;
        int64_t news;
    } told = {.answer = {.size = sizeof(told)}, .news = 7};
    struct tuck_found *found = NULL;
    assert_int_equal(face->redeem(till, &newer.how, &found, NULL), TUCK_OK);
    assert_int_equal(face->answer(found, &told.answer), TUCK_OK);
    assert_int_equal(told.answer.answer, TUCK_ANSWER_UNKNOWN);
    assert_int_equal(told.news, 0); /* what this library does not know is zero */
    face->found_free(found);
    found = NULL;
    newer.news = 1;
    assert_int_equal(face->redeem(till, &newer.how, &found, NULL), TUCK_TOO_NEW);
    assert_null(found);
    struct {
        struct tuck_open open;
        int64_t news;
    } open = {.open = open_for("none"), .news = 1};
    struct tuck_shop *none = NULL;
    open.open.size = sizeof(open);
    assert_int_equal(tuck->open(&open.open, &none, NULL), TUCK_TOO_NEW);
    assert_null(none);
}

static void
a_till_needs_no_press_and_renders_nothing(void **state)
{
    (void)state;
    struct tuck_carton *carton = NULL;
    struct tuck_notes *notes = NULL;
    int32_t pids[16];
    const struct tuck_order order = {.size = sizeof(order), .bytes = "<order/>",
                                     .length = 8};
    assert_int_equal(ops->workers(till, pids, 16), 0);
    assert_int_equal(tuck->pack(till, &order, &carton), TUCK_BAD_CALL);
    assert_int_equal(face->reprint(till, "T-1", NULL, &carton, &notes), TUCK_BAD_CALL);
    assert_null(carton);
}

/* --- a till's day ------------------------------------------------------------------- */

static void
a_code_is_taken_once_and_the_answer_tells_all(void **state)
{
    (void)state;
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    const struct tuck_redemption first = {.size = sizeof(first), .code = code, .id = "R-1",
                                          .order = "W-1", .place = "Berlin",
                                          .amount = "42.10"};
    const struct tuck_redemption other = {.size = sizeof(other), .code = code,
                                          .id = "R-2"};
    redeem(&first, "ok", &found);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_int_equal(answer.answer, TUCK_ANSWER_OK);
    assert_true(answer.is_in_ledger);
    assert_string_equal(answer.code, code);
    assert_string_equal(answer.offer, "second-cup");
    assert_string_equal(answer.order, "T-1");
    assert_string_equal(answer.currency, "EUR");
    assert_int_equal(answer.value_minor, 450);
    assert_null(answer.used_at);
    struct tuck_found *kept = found; /* texts live as long as what was found */
    redeem(&first, "again", NULL);
    redeem(&other, "used", &found);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_string_equal(answer.used_place, "Berlin");
    assert_string_equal(answer.used_order, "W-1");
    assert_string_equal(answer.used_at, "2026-11-22 10:00:00");
    assert_int_equal(answer.used_s, NOVEMBER_22);
    assert_string_equal(answer.text,
                        "it was used on 2026-11-22 10:00 in order W-1 at Berlin");
    face->found_free(found);
    assert_int_equal(face->answer(kept, &answer), TUCK_OK);
    assert_string_equal(answer.name, "ok");
    face->found_free(kept);
}

static void
wrong_words_in_a_redemption_are_told_and_take_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *amount, *currency, *at;
        int32_t number;
    } wrong[] = {{"4.999", NULL, NULL, 1020},
                 {"4", "euro", NULL, 1020},
                 {"four", NULL, NULL, 1020},
                 {NULL, NULL, "yesterday", 1011},
                 {NULL, NULL, "2026-02-30", 1011}};
    char fresh[64];
    pack_as("T-2", fresh);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct tuck_redemption how = {.size = sizeof(how), .code = fresh,
                                            .amount = wrong[i].amount,
                                            .currency = wrong[i].currency,
                                            .at = wrong[i].at};
        struct tuck_found *found = NULL;
        struct tuck_notes *notes = NULL;
        struct tuck_note note = {.size = sizeof(note)};
        assert_int_equal(face->redeem(till, &how, &found, &notes), TUCK_BAD_INPUT);
        assert_null(found);
        assert_int_equal(tuck->notes_get(notes, 0, &note), TUCK_OK);
        assert_int_equal(note.number, wrong[i].number);
        tuck->notes_free(notes);
    }
    const struct tuck_redemption right = {.size = sizeof(right), .code = fresh};
    redeem(&right, "ok", NULL);
}

static void
a_code_expires_with_the_shops_day(void **state)
{
    (void)state;
    char fresh[64];
    struct tuck_found *found = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    pack_as("T-3", fresh);
    assert_int_equal(face->look_up(till, TUCK_BY_CODE, fresh, &found, NULL), TUCK_OK);
    assert_int_equal(face->promise(found, 0, &promise), TUCK_OK);
    assert_int_equal(face->promise(found, 1, &promise), TUCK_WITHOUT);
    char last[40], after[40];
    snprintf(last, sizeof(last), "%sT23:59:59+01:00", promise.expires);
    snprintf(after, sizeof(after), "%sT23:00:00Z", promise.expires); /* midnight there */
    face->found_free(found);
    const struct tuck_redemption late = {.size = sizeof(late), .code = fresh, .id = "L",
                                         .at = after};
    const struct tuck_redemption right = {.size = sizeof(right), .code = fresh, .id = "R",
                                          .at = last};
    redeem(&late, "expired", NULL);
    redeem(&right, "ok", NULL);
}

static void
a_void_code_tells_its_reason_and_a_used_one_stays(void **state)
{
    (void)state;
    char fresh[64];
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    pack_as("T-4", fresh);
    assert_int_equal(face->void_code(till, fresh, "posted by mistake", &found, NULL),
                     TUCK_OK);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_int_equal(answer.answer, TUCK_ANSWER_OK);
    face->found_free(found);
    const struct tuck_redemption how = {.size = sizeof(how), .code = fresh};
    redeem(&how, "void", &found);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_string_equal(answer.reason, "posted by mistake");
    face->found_free(found);
    assert_int_equal(face->void_code(till, code, NULL, &found, NULL), TUCK_OK);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_int_equal(answer.answer, TUCK_ANSWER_USED);
    assert_string_equal(answer.used_place, "Berlin");
    face->found_free(found);
    assert_int_equal(face->void_code(till, "NEVER-WAS", NULL, &found, NULL), TUCK_OK);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_int_equal(answer.answer, TUCK_ANSWER_UNKNOWN);
    face->found_free(found);
}

static void
a_life_is_found_by_order_code_and_customer_and_names_nobody(void **state)
{
    (void)state;
    static const struct {
        int32_t by;
        const char *name;
    } ways[] = {{TUCK_BY_ORDER, "T-1"}, {TUCK_BY_CODE, code}, {TUCK_BY_ANY, "T-1"},
                {TUCK_BY_ANY, code}, {TUCK_BY_CUSTOMER, "C-of-T-1"}};
    struct tuck_found *found = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    struct tuck_event event = {.size = sizeof(event)};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bool is_found = false;
        assert_int_equal(face->look_up(till, ways[i].by, ways[i].name, &found, NULL),
                         TUCK_OK);
        for (int64_t j = 0; face->promise(found, j, &promise) == TUCK_OK; j++) {
            if (!promise.code || strcmp(promise.code, code) != 0)
                continue;
            is_found = true;
            assert_string_equal(promise.state, "redeemed");
            assert_non_null(promise.customer);
            assert_null(strstr(promise.customer, "C-of"));
            assert_true(promise.events >= 3);
            assert_int_equal(face->event(found, j, 0, &event), TUCK_OK);
            assert_string_equal(event.kind, "reserved");
            assert_int_equal(face->event(found, j, promise.events - 1, &event), TUCK_OK);
            assert_string_equal(event.kind, "redeemed");
            assert_string_equal(event.amount, "42.10");
            assert_string_equal(event.redemption, "R-1");
            assert_int_equal(face->event(found, j, promise.events, &event), TUCK_WITHOUT);
        }
        assert_true(is_found);
        assert_int_equal(face->event(found, 1000, 0, &event), TUCK_WITHOUT);
        face->found_free(found);
    }
    found = NULL;
    assert_int_equal(face->look_up(till, TUCK_BY_CUSTOMER, "T-1", &found, NULL),
                     TUCK_WITHOUT);
    assert_null(found);
}

static void
what_is_owed_falls_when_a_code_is_used(void **state)
{
    (void)state;
    char fresh[64];
    struct tuck_found *found = NULL;
    struct tuck_debt total = {.size = sizeof(total)}, debt = {.size = sizeof(debt)};
    pack_as("T-5", fresh);
    assert_int_equal(face->liability(till, &found, NULL), TUCK_OK);
    assert_int_equal(face->total(found, 0, &total), TUCK_OK);
    int64_t before = total.sum_minor, sum = 0;
    for (int64_t i = 0; face->debt(found, i, &debt) == TUCK_OK; i++)
        sum += debt.value_minor * (debt.reserved + debt.printed);
    assert_int_equal(sum, before);
    assert_int_equal(face->total(found, 1, &total), TUCK_WITHOUT); /* one currency */
    face->found_free(found);
    const struct tuck_redemption how = {.size = sizeof(how), .code = fresh};
    redeem(&how, "ok", NULL);
    total.sum_minor = 0;
    assert_int_equal(face->liability(till, &found, NULL), TUCK_OK);
    (void)face->total(found, 0, &total); /* nothing may be left */
    assert_int_equal(total.sum_minor, before - 450);
    face->found_free(found);
}

static void
a_reprint_is_the_same_bytes_and_an_event(void **state)
{
    (void)state;
    struct tuck_carton *first = NULL, *second = NULL;
    struct tuck_carton_info info = {.size = sizeof(info)};
    int sheets = 0;
    assert_int_equal(face->reprint(shop, "T-1", NULL, &first, NULL), TUCK_OK);
    assert_int_equal(face->reprint(shop, "T-1", "1", &second, NULL), TUCK_OK);
    assert_int_equal(tuck->info(first, &info), TUCK_OK);
    assert_true(info.is_repeat);
    for (int64_t i = 0; i < info.pieces; i++) {
        const void *a = NULL, *b = NULL;
        size_t n = 0, m = 0;
        if (tuck->sheet(first, i, TUCK_PDF, 0, PLENTY_MS, &a, &n) != TUCK_OK)
            continue;
        sheets++;
        assert_int_equal(tuck->sheet(second, i, TUCK_PDF, 0, PLENTY_MS, &b, &m), TUCK_OK);
        assert_int_equal(n, m);
        assert_memory_equal(a, b, n);
    }
    assert_true(sheets >= 2);
    tuck->carton_free(first);
    tuck->carton_free(second);
    struct tuck_found *found = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    struct tuck_event event = {.size = sizeof(event)};
    int printed = 0;
    assert_int_equal(face->look_up(shop, TUCK_BY_CODE, code, &found, NULL), TUCK_OK);
    assert_int_equal(face->promise(found, 0, &promise), TUCK_OK);
    for (int64_t i = 0; face->event(found, 0, i, &event) == TUCK_OK; i++)
        printed += strcmp(event.kind, "printed") == 0;
    assert_int_equal(printed, 3);
    face->found_free(found);
}

static void
what_was_voided_is_not_printed_again(void **state)
{
    (void)state;
    char fresh[64];
    struct tuck_carton *carton = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    pack_as("T-6", fresh);
    assert_int_equal(tuck->void_order(shop, "T-6", "changed his mind"), TUCK_OK);
    assert_int_equal(face->reprint(shop, "T-6", NULL, &carton, &notes), TUCK_WITHOUT);
    assert_null(carton);
    assert_int_equal(tuck->notes_get(notes, 0, &note), TUCK_OK);
    assert_int_equal(note.number, 1023);
    assert_non_null(strstr(note.text, "changed his mind"));
    tuck->notes_free(notes);
}

/* --- many tills --------------------------------------------------------------------- */

#define TILLS 6

struct asking {
    const char *code;
    char id[24];
    int32_t answer;
};

static void *
ask(void *data)
{
    struct asking *asking = data;
    const struct tuck_redemption how = {.size = sizeof(how), .code = asking->code,
                                        .id = asking->id, .budget_ms = PLENTY_MS};
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer), .answer = -1};
    if (face->redeem(till, &how, &found, NULL) == TUCK_OK)
        face->answer(found, &answer);
    asking->answer = answer.answer;
    face->found_free(found);
    return NULL;
}

static void
of_many_tills_at_once_one_gets_a_yes(void **state)
{
    (void)state;
    char fresh[64];
    pthread_t threads[TILLS];
    struct asking asking[TILLS];
    int yes = 0, used = 0;
    pack_as("T-7", fresh);
    for (int i = 0; i < TILLS; i++) {
        asking[i] = (struct asking){.code = fresh};
        snprintf(asking[i].id, sizeof(asking[i].id), "TILL-%d", i);
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &asking[i]), 0);
    }
    for (int i = 0; i < TILLS; i++) {
        pthread_join(threads[i], NULL);
        yes += asking[i].answer == TUCK_ANSWER_OK;
        used += asking[i].answer == TUCK_ANSWER_USED;
    }
    assert_int_equal(yes, 1);
    assert_int_equal(used, TILLS - 1);
}

/* --- what runs out ------------------------------------------------------------------ */

static void
what_runs_out_is_marked_once_and_owed_no_more(void **state)
{
    (void)state;
    char fresh[64];
    struct tuck_swept swept = {.size = sizeof(swept)};
    struct tuck_found *found = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    struct tuck_debt debt = {.size = sizeof(debt)};
    pack_as("T-8", fresh);
    assert_int_equal(face->sweep(till, &swept, NULL), TUCK_OK);
    assert_int_equal(swept.expired, 0);
    __atomic_store_n(&now_s, NOVEMBER_22 + 400 * 86400, __ATOMIC_RELAXED);
    assert_int_equal(face->liability(till, &found, NULL), TUCK_OK);
    assert_int_equal(face->debt(found, 0, &debt), TUCK_WITHOUT);
    face->found_free(found);
    assert_int_equal(face->sweep(till, &swept, NULL), TUCK_OK);
    assert_true(swept.expired >= 1);
    assert_int_equal(face->sweep(till, &swept, NULL), TUCK_OK);
    assert_int_equal(swept.expired, 0);
    const struct tuck_redemption late = {.size = sizeof(late), .code = fresh};
    redeem(&late, "expired", NULL);
    /* A file may tell later of a day when it was good. */
    const struct tuck_redemption told = {.size = sizeof(told), .code = fresh,
                                         .flags = TUCK_TOLD, .at = "2026-12-01"};
    redeem(&told, "ok", NULL);
    assert_int_equal(face->void_code(till, fresh, NULL, &found, NULL), TUCK_OK);
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_int_equal(answer.answer, TUCK_ANSWER_USED);
    face->found_free(found);
    __atomic_store_n(&now_s, NOVEMBER_22, __ATOMIC_RELAXED);
}

/* --- keys --------------------------------------------------------------------------- */

static void
keys_are_listed_without_their_secrets_and_rotate(void **state)
{
    (void)state;
    struct tuck_found *found = NULL;
    struct tuck_key key = {.size = sizeof(key)};
    int64_t count = 0;
    int minting = 0;
    assert_string_equal(face->keys_path(till), keys);
    assert_int_equal(face->keys_make(till, NULL), TUCK_BAD_INPUT); /* they are there */
    assert_int_equal(face->keys_rotate(till, NULL), TUCK_OK);
    assert_int_equal(face->keys(till, &found, NULL), TUCK_OK);
    for (; face->key(found, count, &key) == TUCK_OK; count++) {
        minting += key.is_minting;
        assert_null(key.retired);
        assert_string_equal(key.since, "2026-11-22");
    }
    assert_int_equal(count, 2);
    assert_int_equal(minting, 1);
    face->found_free(found);
}

static int
load_plugin(void **state)
{
    (void)state;
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry || !mkdtemp(work)) {
        fprintf(stderr, "%s\n", plugin ? "no entry" : dlerror());
        return -1;
    }
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    face = entry->face(TUCK_PROMISE_FACE, 1);
    snprintf(ledger, sizeof(ledger), "%s/ledger", work);
    snprintf(keys, sizeof(keys), "%s/shop.keys", work);
    snprintf(shop_dir, sizeof(shop_dir), "%s/samples/shop", getenv("abs_top_srcdir"));
    struct tuck_open open = open_for(ledger);
    if (tuck->open(&open, &shop, NULL) != TUCK_OK)
        return -1;
    open.workers = TUCK_NO_PRESS;
    if (tuck->open(&open, &till, NULL) != TUCK_OK)
        return -1;
    pack_as("T-1", code);
    return 0;
}

static int
unload_plugin(void **state)
{
    (void)state;
    char command[100];
    tuck->close(till);
    tuck->close(shop);
    snprintf(command, sizeof(command), "rm -rf '%s'", work);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_face_is_found_by_name_and_revision),
        cmocka_unit_test(wrong_arguments_are_refused_and_nothing_is_found),
        cmocka_unit_test(an_old_host_with_shorter_structs_is_served),
        cmocka_unit_test(a_newer_host_is_served_while_its_new_part_is_unused),
        cmocka_unit_test(a_till_needs_no_press_and_renders_nothing),
        cmocka_unit_test(a_code_is_taken_once_and_the_answer_tells_all),
        cmocka_unit_test(wrong_words_in_a_redemption_are_told_and_take_nothing),
        cmocka_unit_test(a_code_expires_with_the_shops_day),
        cmocka_unit_test(a_void_code_tells_its_reason_and_a_used_one_stays),
        cmocka_unit_test(a_life_is_found_by_order_code_and_customer_and_names_nobody),
        cmocka_unit_test(what_is_owed_falls_when_a_code_is_used),
        cmocka_unit_test(a_reprint_is_the_same_bytes_and_an_event),
        cmocka_unit_test(what_was_voided_is_not_printed_again),
        cmocka_unit_test(of_many_tills_at_once_one_gets_a_yes),
        cmocka_unit_test(what_runs_out_is_marked_once_and_owed_no_more),
        cmocka_unit_test(keys_are_listed_without_their_secrets_and_rotate),
    };
    return cmocka_run_group_tests(tests, load_plugin, unload_plugin);
}
