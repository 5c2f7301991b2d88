/* How a host may use tuck, well and badly: sizes of other ages, wrong arguments, the same
 * order twice, previews, cancels, clocks, many threads. tuck.so is loaded as a host does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct tuck_entry *entry;
static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;
static char work[] = "/tmp/tuck-host-XXXXXX";
static char ledger[64], shop_dir[600];
static struct tuck_shop *shop;

/* A sanitizer makes everything slower; what is tested here is order, not speed. */
#define PLENTY_MS 30000

static char *
order_text(const char *name, size_t *ret_length)
{
    char path[700];
    snprintf(path, sizeof(path), "%s/orders/%s.xml", shop_dir, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = calloc(1, 1 << 18);
    assert_non_null(bytes);
    *ret_length = fread(bytes, 1, (1 << 18) - 1, file);
    fclose(file);
    return bytes;
}

static struct tuck_open
open_for(const char *ledger_path)
{
    return (struct tuck_open){.size = sizeof(struct tuck_open),
                              .shop = shop_dir,
                              .ledger = ledger_path,
                              .press = getenv("TUCK_PRESS"),
                              .data_dir = getenv("TUCK_DATA"),
                              .budget_ms = PLENTY_MS};
}

static struct tuck_carton *
pack_text(const char *text, uint32_t flags, tuck_status expected)
{
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {.size = sizeof(order), .flags = flags, .bytes = text,
                                     .length = strlen(text), .name = "test.xml",
                                     .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(shop, &order, &carton), expected);
    assert_non_null(carton);
    return carton;
}

static struct tuck_carton *
pack_named(const char *name, uint32_t flags)
{
    size_t length = 0;
    char *text = order_text(name, &length);
    struct tuck_carton *carton = pack_text(text, flags, TUCK_OK);
    free(text);
    return carton;
}

/* The n-th piece that has a sheet. */
static bool
find_paper(const struct tuck_carton *carton, int32_t outcome, int64_t *ret_index,
           struct tuck_piece *ret)
{
    ret->size = sizeof(*ret);
    for (int64_t i = 0; tuck->piece(carton, i, ret) == TUCK_OK; i++)
        if (ret->outcome == outcome) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool
has_note(const struct tuck_carton *carton, int32_t number)
{
    struct tuck_note note = {.size = sizeof(note)};
    for (int64_t i = 0; tuck->note(carton, i, &note) == TUCK_OK; i++)
        if (note.number == number)
            return true;
    return false;
}

/* --- the entry ---------------------------------------------------------------------- */

static void
faces_are_found_by_name_and_revision(void **state)
{
    (void)state;
    assert_non_null(entry->face(TUCK_CARTON_FACE, 1));
    assert_null(entry->face(TUCK_CARTON_FACE, 2));
    assert_null(entry->face("tuck.other", 1));
    assert_null(entry->face(NULL, 1));
    assert_string_equal(entry->version, VERSION_EXPECTED);
}

static void
wrong_arguments_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    struct tuck_shop *none = NULL;
    struct tuck_carton *carton = NULL;
    struct tuck_open open = open_for("none");
    struct tuck_order order = {.size = sizeof(order)};
    const void *bytes = NULL;
    size_t length = 0;
    assert_int_equal(tuck->open(NULL, &none, NULL), TUCK_BAD_CALL);
    assert_int_equal(tuck->open(&open, NULL, NULL), TUCK_BAD_CALL);
    open.shop = NULL;
    assert_int_equal(tuck->open(&open, &none, NULL), TUCK_BAD_CALL);
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_BAD_CALL);
    order.bytes = "x";
    order.budget_ms = -1;
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_BAD_CALL);
    order.budget_ms = 0;
    order.flags = 1u << 30;
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_BAD_CALL);
    assert_int_equal(tuck->sheet(NULL, 0, TUCK_PDF, 0, 0, &bytes, &length), TUCK_BAD_CALL);
    assert_int_equal(tuck->say(shop, "rubbish", TUCK_PRINTED, NULL), TUCK_BAD_CALL);
    assert_int_equal(tuck->say(shop, "1/insert/0", 77, NULL), TUCK_BAD_CALL);
    assert_null(none);
    assert_null(carton);
    assert_null(bytes);
}

/* An older host's struct ends early: what it lacks counts as zero. */
static void
an_old_host_with_shorter_structs_is_served(void **state)
{
    (void)state;
    size_t length = 0;
    char *text = order_text("unknown", &length);
    struct tuck_carton *carton = NULL;
    struct tuck_order order = {.bytes = text, .length = length, .flags = TUCK_PREVIEW,
                               .date = (const char *)1 /* beyond the stated size */};
    order.size = offsetof(struct tuck_order, format);
    order.budget_ms = PLENTY_MS;
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_OK);
    struct tuck_piece piece;
    memset(&piece, 0x5A, sizeof(piece));
    piece.size = offsetof(struct tuck_piece, offer);
    assert_int_equal(tuck->piece(carton, 0, &piece), TUCK_OK);
    assert_non_null(piece.placement);
    assert_int_equal(piece.size, offsetof(struct tuck_piece, offer));
    unsigned char beyond[sizeof(piece.offer)];
    memset(beyond, 0x5A, sizeof(beyond));
    assert_memory_equal(&piece.offer, beyond, sizeof(beyond)); /* not touched */
    tuck->carton_free(carton);
    free(text);
}

static void
a_newer_host_is_served_while_its_new_part_is_unused(void **state)
{
    (void)state;
    size_t length = 0;
    char *text = order_text("unknown", &length);
    struct {
        struct tuck_order order;
        int64_t news;
    } newer = {.order = {.size = sizeof(newer), .flags = TUCK_PREVIEW, .bytes = text,
                         .length = length, .budget_ms = PLENTY_MS}};
    struct tuck_carton *carton = NULL;
    assert_int_equal(tuck->pack(shop, &newer.order, &carton), TUCK_OK);
    tuck->carton_free(carton);
    carton = NULL;
    newer.news = 1;
    assert_int_equal(tuck->pack(shop, &newer.order, &carton), TUCK_TOO_NEW);
    assert_null(carton);
    free(text);
}

/* --- answers ------------------------------------------------------------------------- */

static void
the_same_order_gives_the_same_answer_code_and_bytes(void **state)
{
    (void)state;
    struct tuck_carton *first = pack_named("first-order", 0);
    struct tuck_carton *again = pack_named("first-order", 0);
    struct tuck_carton_info info = {.size = sizeof(info)};
    struct tuck_piece a = {.size = sizeof(a)}, b = {.size = sizeof(b)};
    int codes = 0, sheets = 0;
    assert_int_equal(tuck->info(first, &info), TUCK_OK);
    assert_false(info.is_repeat);
    assert_int_equal(info.revision, 1);
    int64_t pieces = info.pieces;
    assert_true(pieces > 0);
    assert_int_equal(tuck->info(again, &info), TUCK_OK);
    assert_true(info.is_repeat);
    assert_int_equal(info.pieces, pieces);
    for (int64_t i = 0; i < pieces; i++) {
        const void *sheet_a = NULL, *sheet_b = NULL;
        size_t length_a = 0, length_b = 0;
        assert_int_equal(tuck->piece(first, i, &a), TUCK_OK);
        assert_int_equal(tuck->piece(again, i, &b), TUCK_OK);
        assert_string_equal(a.placement, b.placement);
        assert_string_equal(a.offer ? a.offer : "", b.offer ? b.offer : "");
        assert_string_equal(a.code ? a.code : "", b.code ? b.code : "");
        assert_string_equal(a.reason, b.reason);
        assert_string_equal(a.ticket, b.ticket);
        codes += a.code != NULL;
        tuck_status status = tuck->sheet(first, i, TUCK_PDF, 0, PLENTY_MS, &sheet_a, &length_a);
        assert_int_equal(tuck->sheet(again, i, TUCK_PDF, 0, PLENTY_MS, &sheet_b, &length_b),
                         status);
        if (status != TUCK_OK)
            continue;
        sheets++;
        assert_int_equal(length_a, length_b);
        assert_memory_equal(sheet_a, sheet_b, length_a);
    }
    assert_int_equal(codes, 1);
    assert_true(sheets >= 2);
    tuck->carton_free(first);
    tuck->carton_free(again);
}

static void
a_changed_order_is_a_new_revision_with_another_code(void **state)
{
    (void)state;
    size_t length = 0;
    int64_t index = 0;
    char *text = order_text("reader-persian", &length);
    struct tuck_carton *first = pack_text(text, 0, TUCK_OK);
    char *quantity = strstr(text, "quantity=\"1\"");
    assert_non_null(quantity);
    quantity[10] = '3';
    struct tuck_carton *changed = pack_text(text, 0, TUCK_OK);
    struct tuck_carton_info info = {.size = sizeof(info)};
    struct tuck_piece a = {.size = sizeof(a)}, b = {.size = sizeof(b)};
    assert_int_equal(tuck->info(changed, &info), TUCK_OK);
    assert_int_equal(info.revision, 2);
    assert_false(info.is_repeat);
    for (index = 0; tuck->piece(first, index, &a) == TUCK_OK && !a.code; index++)
        ;
    assert_non_null(a.code);
    assert_int_equal(tuck->piece(changed, index, &b), TUCK_OK);
    assert_non_null(b.code);
    assert_string_not_equal(a.code, b.code);
    tuck->carton_free(first);
    tuck->carton_free(changed);
    free(text);
}

static int
count_files(const char *dir)
{
    int count = 0;
    DIR *opened = opendir(dir);
    for (struct dirent *e; opened && (e = readdir(opened));)
        count += e->d_name[0] != '.';
    if (opened)
        closedir(opened);
    return count;
}

static void
a_preview_leaves_no_trace(void **state)
{
    (void)state;
    char dir[100], path[128];
    struct tuck_shop *own = NULL;
    struct tuck_carton *carton = NULL;
    size_t length = 0;
    snprintf(dir, sizeof(dir), "%s/empty", work);
    snprintf(path, sizeof(path), "%s/ledger", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    struct tuck_open open = open_for(path);
    assert_int_equal(tuck->open(&open, &own, NULL), TUCK_OK);
    char *text = order_text("first-order", &length);
    const struct tuck_order order = {.size = sizeof(order), .flags = TUCK_PREVIEW,
                                     .bytes = text, .length = length,
                                     .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(own, &order, &carton), TUCK_OK);
    struct tuck_piece piece;
    int64_t index = 0;
    assert_true(find_paper(carton, TUCK_CHOSEN, &index, &piece));
    assert_null(piece.ticket);
    tuck->carton_free(carton);
    tuck->close(own);
    free(text);
    assert_int_equal(count_files(dir), 0);
}

static void
receipts_are_taken_and_shown_again(void **state)
{
    (void)state;
    struct tuck_carton *carton = pack_named("tenth-order", 0);
    struct tuck_piece piece;
    int64_t index = 0;
    assert_true(find_paper(carton, TUCK_CHOSEN, &index, &piece));
    assert_string_equal(piece.state, "reserved");
    assert_int_equal(tuck->say(shop, piece.ticket, TUCK_PRINTED, NULL), TUCK_OK);
    assert_int_equal(tuck->say(shop, piece.ticket, TUCK_PRINTED, NULL), TUCK_OK);
    tuck->carton_free(carton);
    carton = pack_named("tenth-order", 0);
    assert_int_equal(tuck->piece(carton, index, &piece), TUCK_OK);
    assert_string_equal(piece.state, "printed");
    tuck->carton_free(carton);
}

static void
a_cancelled_order_is_voided_and_decided_afresh(void **state)
{
    (void)state;
    struct tuck_carton *carton = pack_named("passive", 0);
    tuck->carton_free(carton);
    assert_int_equal(tuck->void_order(shop, "FK-2006", "cancelled by the customer"), TUCK_OK);
    assert_int_equal(tuck->void_order(shop, "FK-0000", NULL), TUCK_WITHOUT);
    struct tuck_carton_info info = {.size = sizeof(info)};
    carton = pack_named("passive", 0);
    assert_int_equal(tuck->info(carton, &info), TUCK_OK);
    assert_false(info.is_repeat);
    tuck->carton_free(carton);
}

static void
bad_input_gives_a_note_with_line_and_the_fallback(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t number;
    } cases[] = {
        {"<order", 101},
        {"", 101},
        {"<!DOCTYPE order [<!ENTITY a 'aa'>]><order>&a;</order>", 102},
        {"<order xmlns='urn:tuck:order:1' merchant='fern-kettle' id='X' "
         "placed-at='yesterday' currency='EUR'><customer/><lines><line sku='A' "
         "quantity='1'/></lines></order>",
         106},
        {"<order xmlns='urn:tuck:order:1' merchant='another' id='X' "
         "placed-at='2026-11-22' currency='EUR'><customer/><lines><line sku='A' "
         "quantity='1'/></lines></order>",
         1004},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tuck_carton *carton = pack_text(cases[i].text, 0, TUCK_BAD_INPUT);
        struct tuck_piece piece;
        int64_t index = 0;
        const void *bytes = NULL;
        size_t length = 0;
        assert_true(has_note(carton, cases[i].number));
        assert_true(find_paper(carton, TUCK_FALLBACK, &index, &piece));
        assert_string_equal(piece.placement, "insert");
        assert_int_equal(tuck->sheet(carton, index, TUCK_PDF, 0, PLENTY_MS, &bytes, &length),
                         TUCK_OK);
        assert_memory_equal(bytes, "%PDF-", 5);
        tuck->carton_free(carton);
    }
}

/* No parser can be stopped half way, so what cannot be read in time is not begun. */
static void
an_order_too_large_for_the_budget_gets_the_fallback_at_once(void **state)
{
    (void)state;
    size_t length = 8u << 20;
    char *text = malloc(length);
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece;
    int64_t index = 0;
    assert_non_null(text);
    memset(text, ' ', length);
    const struct tuck_order order = {.size = sizeof(order), .bytes = text, .length = length,
                                     .budget_ms = 100};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_RETRY);
    assert_true(has_note(carton, 1018));
    assert_true(find_paper(carton, TUCK_FALLBACK, &index, &piece));
    tuck->carton_free(carton);
    free(text);
}

static void
a_cancel_flag_stops_the_call_with_a_fallback(void **state)
{
    (void)state;
    size_t length = 0;
    char *text = order_text("promoter", &length);
    volatile int32_t cancel = 1;
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece;
    int64_t index = 0;
    const struct tuck_order order = {.size = sizeof(order), .bytes = text, .length = length,
                                     .budget_ms = PLENTY_MS, .cancel = &cancel};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_CANCELLED);
    assert_true(find_paper(carton, TUCK_FALLBACK, &index, &piece));
    tuck->carton_free(carton);
    free(text);
}

/* --- callbacks ------------------------------------------------------------------------- */

struct heard {
    int count;
    char all[20000];
};

static void
hear(void *data, const struct tuck_note *note)
{
    struct heard *heard = data;
    heard->count++;
    size_t n = strlen(heard->all);
    snprintf(heard->all + n, sizeof(heard->all) - n, "%s\n", note->text);
}

static int64_t
stopped_clock(void *data)
{
    (void)data;
    return 1795000000;
}

static void
the_log_hears_of_trouble_and_of_no_name(void **state)
{
    (void)state;
    static struct heard heard;
    struct tuck_shop *own = NULL;
    struct tuck_carton *carton = NULL;
    struct tuck_open open = open_for("none");
    open.log = hear;
    open.log_data = &heard;
    open.clock = stopped_clock;
    assert_int_equal(tuck->open(&open, &own, NULL), TUCK_OK);
    const char text[] =
        "<order xmlns='urn:tuck:order:1' merchant='fern-kettle' id='X' "
        "placed-at='2026-11-22' currency='EUR'><customer id='C' birthday='1990-02-31'>"
        "<given-name>Wilhelmina</given-name><email>w@example.org</email></customer>"
        "<lines><line sku='A' quantity='1' unit-price='1.234'/></lines></order>";
    const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                     .length = sizeof(text) - 1, .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(own, &order, &carton), TUCK_BAD_INPUT);
    assert_true(heard.count > 0);
    assert_null(strstr(heard.all, "Wilhelmina"));
    assert_null(strstr(heard.all, "example.org"));
    tuck->carton_free(carton);
    tuck->close(own);
}

/* --- threads ---------------------------------------------------------------------------- */

static const char *const stories[] = {"promoter", "detractor",     "birthday",  "gift",
                                      "streak",   "forty-points", "found-it",  "no-consent",
                                      "pinned",   "reader-malay", "returner",  "long-name"};
#define STORIES (sizeof(stories) / sizeof(stories[0]))

struct worker {
    pthread_t thread;
    size_t first;
    int packed, failed;
    char codes[STORIES][64];
};

/* Every thread packs every story, each beginning at another. */
static void *
pack_all(void *data)
{
    struct worker *worker = data;
    for (size_t i = 0; i < STORIES; i++) {
        size_t story = (worker->first + i) % STORIES, length = 0;
        char *text = order_text(stories[story], &length);
        struct tuck_carton *carton = NULL;
        const struct tuck_order order = {.size = sizeof(order), .bytes = text,
                                         .length = length, .budget_ms = PLENTY_MS};
        struct tuck_piece piece = {.size = sizeof(piece)};
        if (tuck->pack(shop, &order, &carton) != TUCK_OK)
            worker->failed++;
        for (int64_t p = 0; tuck->piece(carton, p, &piece) == TUCK_OK; p++)
            if (piece.code)
                snprintf(worker->codes[story], sizeof(worker->codes[story]), "%s",
                         piece.code);
        worker->packed++;
        tuck->carton_free(carton);
        free(text);
    }
    return NULL;
}

static void
many_threads_get_one_answer_an_order(void **state)
{
    (void)state;
    struct worker workers[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        workers[i].first = i * 3;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, pack_all, &workers[i]), 0);
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(workers[i].failed, 0);
        assert_int_equal(workers[i].packed, STORIES);
        for (size_t s = 0; s < STORIES; s++)
            assert_string_equal(workers[i].codes[s], workers[0].codes[s]);
    }
}

/* --- replay ------------------------------------------------------------------------------ */

struct differing {
    int parts;
    char names[400]; /* of those that differ */
};

static void
take_part(void *data, const struct tuck_replayed *part)
{
    struct differing *differing = data;
    size_t n = strlen(differing->names);
    differing->parts++;
    if (!part->is_same)
        snprintf(differing->names + n, sizeof(differing->names) - n, "%s%s", n ? " " : "",
                 part->what);
}

static struct differing
replay(struct tuck_shop *at, const char *order, tuck_status expected)
{
    struct differing differing = {0};
    assert_int_equal(ops->replay(at, order, take_part, &differing, NULL), expected);
    return differing;
}

static void
run_command(const char *format, ...)
{
    char command[2500];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

/* A host is open for weeks; templates are changed meanwhile. */
static void
a_template_changed_while_the_shop_is_open_is_recorded_as_it_was(void **state)
{
    (void)state;
    const char *top = getenv("abs_top_srcdir");
    char path[700];
    size_t length = 0;
    struct tuck_shop *edited = NULL, *usual = shop;
    run_command("cp -r '%s/samples/shop' '%s/edited' && cp -r '%s/templates' '%s/own' &&"
                " chmod -R u+w '%s' && rm -rf '%s/edited/var' &&"
                " sed -i 's#href=\"../../templates\"#href=\"../own\"#' '%s/edited/tuck.xml'",
                top, work, top, work, work, work, work);
    snprintf(path, sizeof(path), "%s/edited", work);
    struct tuck_open open = open_for(NULL);
    open.shop = path;
    assert_int_equal(tuck->open(&open, &edited, NULL), TUCK_OK);
    char *text = order_text("birthday", &length);
    shop = edited;
    tuck->carton_free(pack_text(text, 0, TUCK_OK));
    struct differing before = replay(edited, "FK-2004", TUCK_OK);
    assert_true(before.parts > 5);
    assert_string_equal(before.names, "");
    run_command("sed -i 's#</template>#<!-- moved --></template>#'"
                " '%s/own/birthday/template.xml'",
                work);
    assert_string_equal(replay(edited, "FK-2004", TUCK_OK).names, "template");
    char *quantity = strstr(text, "quantity=\"1\""); /* a new revision */
    assert_non_null(quantity);
    quantity[10] = '3';
    tuck->carton_free(pack_text(text, 0, TUCK_OK));
    assert_string_equal(replay(edited, "FK-2004", TUCK_OK).names, "");
    assert_int_equal(replay(edited, "no-such", TUCK_WITHOUT).parts, 0);
    shop = usual;
    tuck->close(edited);
    free(text);
}

/* --- the table of facts ------------------------------------------------------------------ */

static void
the_table_of_facts_is_there_to_read(void **state)
{
    (void)state;
    struct tuck_fact fact = {.size = sizeof(fact)};
    int64_t count = 0;
    bool has_stage = false;
    for (; ops->fact(count, &fact) == TUCK_OK; count++) {
        assert_true(strlen(fact.meaning) > 10);
        has_stage |= strcmp(fact.name, "stage") == 0 && strstr(fact.values, "lapsing");
    }
    assert_true(count > 40);
    assert_true(has_stage);
    assert_int_equal(ops->fact(-1, &fact), TUCK_WITHOUT);
}

static int
load(void **state)
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
    snprintf(ledger, sizeof(ledger), "%s/ledger", work);
    snprintf(shop_dir, sizeof(shop_dir), "%s/samples/shop", getenv("abs_top_srcdir"));
    struct tuck_open open = open_for(ledger);
    open.workers = 2;
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? 0 : -1;
}

static int
unload(void **state)
{
    (void)state;
    char command[100];
    tuck->close(shop);
    snprintf(command, sizeof(command), "rm -rf '%s'", work);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_are_found_by_name_and_revision),
        cmocka_unit_test(wrong_arguments_are_refused_and_nothing_is_written),
        cmocka_unit_test(an_old_host_with_shorter_structs_is_served),
        cmocka_unit_test(a_newer_host_is_served_while_its_new_part_is_unused),
        cmocka_unit_test(the_same_order_gives_the_same_answer_code_and_bytes),
        cmocka_unit_test(a_changed_order_is_a_new_revision_with_another_code),
        cmocka_unit_test(a_preview_leaves_no_trace),
        cmocka_unit_test(receipts_are_taken_and_shown_again),
        cmocka_unit_test(a_cancelled_order_is_voided_and_decided_afresh),
        cmocka_unit_test(bad_input_gives_a_note_with_line_and_the_fallback),
        cmocka_unit_test(an_order_too_large_for_the_budget_gets_the_fallback_at_once),
        cmocka_unit_test(a_cancel_flag_stops_the_call_with_a_fallback),
        cmocka_unit_test(the_log_hears_of_trouble_and_of_no_name),
        cmocka_unit_test(many_threads_get_one_answer_an_order),
        cmocka_unit_test(a_template_changed_while_the_shop_is_open_is_recorded_as_it_was),
        cmocka_unit_test(the_table_of_facts_is_there_to_read),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
