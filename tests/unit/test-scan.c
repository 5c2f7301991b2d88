/* The scanner: symbols made by zint, as dots, before the decoders of tuck-scan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/compare.h"
#include "scan/scan.h"
#include "scan/wear.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zint.h>

static struct scan *scan;
static struct arena *arena;

static const struct patience *
ten_seconds(void)
{
    static struct patience patience;
    patience = (struct patience){clock_monotonic_ms() + 10000, NULL};
    return &patience;
}

struct kind {
    const char *type, *text, *encoded;
    int symbology, is_gs1, dots, reader;
};

static const struct kind kinds[] = {
    {"qr", "https://id.example/01/09506000134352?10=A&x=y", NULL, BARCODE_QRCODE, 0, 4,
     SCAN_ZBAR},
    {"gs1-qr", "[01]09506000134352[10]LOT7[21]9", NULL, BARCODE_QRCODE, 1, 4, SCAN_ZBAR},
    {"code128", "TEA-042", NULL, BARCODE_CODE128, 0, 3, SCAN_ZBAR},
    {"gs1-128", "[01]09506000134352[10]LOT7[3103]000123", NULL, BARCODE_GS1_128, 1, 3,
     SCAN_ZBAR},
    {"ean13", "950600013435", NULL, BARCODE_EANX, 0, 3, SCAN_ZBAR},
    {"ean13", "9506000134352", NULL, BARCODE_EANX, 0, 3, SCAN_ZBAR},
    {"ean8", "9031101", NULL, BARCODE_EANX, 0, 3, SCAN_ZBAR},
    {"upca", "01234567890", NULL, BARCODE_UPCA, 0, 3, SCAN_ZBAR},
    {"upce", "0123456", NULL, BARCODE_UPCE, 0, 3, SCAN_ZBAR},
    {"databar-expanded", "[01]09506000134352[3103]000123", NULL, BARCODE_DBAR_EXP, 1, 3,
     SCAN_ZBAR},
    {"databar-expanded-stacked", "[8110]106141416543213150110120", NULL,
     BARCODE_DBAR_EXPSTK, 1, 4, SCAN_ZBAR},
    {"datamatrix", "TEA-042/Assam", NULL, BARCODE_DATAMATRIX, 0, 4, SCAN_DMTX},
    {"gs1-datamatrix", "[01]09506000134352[10]LOT7[21]9", NULL, BARCODE_DATAMATRIX, 1, 4,
     SCAN_DMTX},
    {"aztec", "TEA-042/Assam", NULL, BARCODE_AZTEC, 0, 4, SCAN_ZXING},
    {"pdf417", "TEA-042/Assam second flush", NULL, BARCODE_PDF417, 0, 4, SCAN_ZXING},
    {"micro-qr", "TEA-042", NULL, BARCODE_MICROQR, 0, 4, SCAN_ZXING},
};

/* A stacked DataBar's rows are 34 modules high but for its separators. */
static int
row_height(const struct zint_symbol *symbol, int row)
{
    int high = (int)symbol->row_height[row];
    if (symbol->symbology == BARCODE_DBAR_EXPSTK)
        return high > 0 ? high : 34;
    return symbol->rows == 1 ? 40 : symbol->symbology == BARCODE_PDF417 ? 3 : 1;
}

/* Black on white with a quiet zone of ten modules all around. */
static struct scan_wish
picture_of(const struct kind *kind, int dots)
{
    struct zint_symbol *symbol = ZBarcode_Create();
    symbol->symbology = kind->symbology;
    symbol->input_mode = kind->is_gs1 ? GS1_MODE : UNICODE_MODE;
    symbol->option_3 = kind->symbology == BARCODE_DATAMATRIX ? DM_SQUARE : 0;
    assert_true(ZBarcode_Encode(symbol, (const unsigned char *)kind->text, 0) <
                ZINT_ERROR);
    int columns = symbol->width + 20, rows = 20, y = 10;
    for (int row = 0; row < symbol->rows; row++)
        rows += row_height(symbol, row);
    int width = columns * dots, height = rows * dots;
    uint8_t *grey = arena_make(arena, (size_t)width * (size_t)height);
    memset(grey, 255, (size_t)width * (size_t)height);
    for (int row = 0; row < symbol->rows; row++) {
        int high = row_height(symbol, row);
        for (int i = y * dots; i < (y + high) * dots; i++)
            for (int x = 0; x < symbol->width * dots; x++)
                if (symbol->encoded_data[row][x / dots / 8] & 1 << (x / dots % 8))
                    grey[i * width + 10 * dots + x] = 0;
        y += high;
    }
    ZBarcode_Delete(symbol);
    return (struct scan_wish){.type = kind->type,
                              .text = kind->text,
                              .width = width,
                              .height = height,
                              .grey = grey,
                              .dpi = 203,
                              .module_dots = dots};
}

static struct scan_verdict
judged(const struct scan_wish *wish)
{
    struct notes notes = {.count = 0};
    struct scan_verdict verdict = {0};
    enum status status = scan_judge(scan, wish, ten_seconds(), arena, &notes, &verdict);
    if (notes.count)
        print_message("%s: %s\n", wish->type, notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    return verdict;
}

static void
a_clean_symbol_of_every_kind_is_read_with_room_to_spare(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct scan_wish wish = picture_of(&kinds[i], kinds[i].dots);
        const struct scan_verdict verdict = judged(&wish);
        if (!(verdict.readers & kinds[i].reader)) /* built without */
            continue;
        if (!(verdict.read_by & kinds[i].reader))
            fail_msg("%s is not read", wish.type);
        assert_false(verdict.is_wrong);
        if (!verdict.is_sure)
            fail_msg("%s bears no ordinary print: gain %d, loss %d, voids %d, blur %d",
                     wish.type, verdict.gain_um, verdict.loss_um, verdict.voids_permille,
                     verdict.blur_um);
        assert_true(verdict.gain_um > 0 && verdict.loss_um > 0 && verdict.blur_um > 0);
        assert_null(scan_complaint(&verdict, &wish, arena));
    }
}

static void
a_symbol_that_holds_another_text_is_not_called_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scan_wish wish = picture_of(&kinds[i], kinds[i].dots);
        wish.text = kinds[i].is_gs1 ? "[01]09506000134369" : "4006381333931";
        wish.is_quick = true;
        const struct scan_verdict verdict = judged(&wish);
        assert_int_equal(verdict.read_by, 0);
        assert_true(verdict.is_wrong || !(verdict.readers & kinds[i].reader));
        assert_non_null(scan_complaint(&verdict, &wish, arena));
    }
}

static void
smaller_modules_bear_less(void **state)
{
    (void)state;
    const struct scan_wish large = picture_of(&kinds[0], 6),
                           small = picture_of(&kinds[0], 2);
    const struct scan_verdict a = judged(&large), b = judged(&small);
    if (!a.readers)
        skip();
    assert_true(a.gain_um > b.gain_um);
    assert_true(a.blur_um > b.blur_um);
}

static void
modules_finer_than_ordinary_growth_are_not_sure(void **state)
{
    (void)state;
    struct scan_wish wish = picture_of(&kinds[0], 1);
    wish.dpi = 600; /* X is 42 µm */
    const struct scan_verdict verdict = judged(&wish);
    if (!verdict.readers)
        skip();
    assert_false(verdict.is_sure);
    assert_non_null(scan_complaint(&verdict, &wish, arena));
}

static void
paper_without_a_symbol_is_not_read(void **state)
{
    (void)state;
    struct scan_wish wish = picture_of(&kinds[0], 4);
    uint8_t *blank = arena_make(arena, (size_t)wish.width * (size_t)wish.height);
    wish.grey = blank;
    struct scan_verdict verdict = judged(&wish);
    assert_int_equal(verdict.read_by, 0);
    blank[5] = 200;
    verdict = judged(&wish);
    assert_int_equal(verdict.read_by, 0);
    assert_false(verdict.is_sure);
}

static void
a_type_that_nobody_knows_has_no_reader(void **state)
{
    (void)state;
    struct scan_wish wish = picture_of(&kinds[0], 4);
    wish.type = "maxicode";
    const struct scan_verdict verdict = judged(&wish);
    assert_int_equal(verdict.readers, 0);
    assert_non_null(strstr(scan_complaint(&verdict, &wish, arena), "nobody"));
}

static void
a_wish_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct scan_wish wishes[5];
    struct scan_verdict verdict;
    for (size_t i = 0; i < COUNT_OF(wishes); i++)
        wishes[i] = picture_of(&kinds[0], 4);
    wishes[0].width = 0;
    wishes[1].height = SCAN_SIDE_MAX + 1;
    wishes[2].dpi = 49;
    wishes[3].module_dots = 0;
    wishes[4].text = NULL;
    for (size_t i = 0; i < COUNT_OF(wishes); i++) {
        struct notes notes = {.count = 0};
        assert_int_equal(
            scan_judge(scan, &wishes[i], ten_seconds(), arena, &notes, &verdict),
            STATUS_BAD_CALL);
        assert_non_null(notes_find(&notes, NOTE_SCAN_BAD_WISH));
    }
}

static int32_t
worker(void)
{
    int32_t pid;
    assert_int_equal(scan_workers(scan, &pid, 1), 1);
    return pid;
}

static void
a_worker_that_was_killed_is_replaced(void **state)
{
    (void)state;
    const struct scan_wish wish = picture_of(&kinds[0], 4);
    const struct scan_verdict before = judged(&wish);
    int32_t pid = worker();
    assert_int_equal(kill(pid, SIGKILL), 0);
    const struct scan_verdict after = judged(&wish);
    assert_int_equal(after.read_by & SCAN_ZBAR, before.read_by & SCAN_ZBAR);
    assert_int_equal(after.gain_um, before.gain_um);
    assert_int_not_equal(worker(), pid);
}

static void
a_worker_that_hangs_costs_the_patience_and_no_more(void **state)
{
    (void)state;
    const struct scan_wish wish = picture_of(&kinds[0], 4);
    const struct patience short_one = {clock_monotonic_ms() + 200, NULL};
    struct notes notes = {.count = 0};
    struct scan_verdict verdict;
    assert_int_equal(kill(worker(), SIGSTOP), 0);
    assert_int_equal(scan_judge(scan, &wish, &short_one, arena, &notes, &verdict),
                     STATUS_RETRY);
    assert_true(clock_monotonic_ms() - short_one.deadline_ms < 2000);
    judged(&wish);
}

/* As a decoder that aborts on a picture: the worker dies with the wish in its hands. */
static void *
kill_stopped(void *data)
{
    const int32_t *pid = data;
    nanosleep(&(struct timespec){0, 100000000}, NULL);
    kill(*pid, SIGKILL);
    return NULL;
}

static void
a_symbol_on_which_a_decoder_dies_is_shown_to_its_own_decoder(void **state)
{
    (void)state;
    const struct scan_wish wish = picture_of(&kinds[0], 4);
    int32_t pid = worker();
    pthread_t killer;
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(pthread_create(&killer, NULL, kill_stopped, &pid), 0);
    const struct scan_verdict verdict = judged(&wish);
    pthread_join(killer, NULL);
    assert_int_equal(verdict.readers & ~SCAN_ZBAR, 0);
    assert_int_equal(verdict.read_by, verdict.readers);
}

static void
without_its_program_the_scanner_does_not_open(void **state)
{
    (void)state;
    const struct scan_settings settings = {.worker_path = "/nowhere/tuck-scan"};
    struct notes notes = {.count = 0};
    struct scan *none = NULL;
    assert_int_equal(scan_open(&settings, ten_seconds(), &notes, &none), STATUS_OUTSIDE);
    assert_null(none);
    assert_non_null(notes_find(&notes, NOTE_PRESS_NO_WORKER));
}

static void
the_scanner_is_found_beside_the_press(void **state)
{
    (void)state;
    assert_string_equal(scan_path_beside(arena, "/usr/libexec/tuck/tuck-press"),
                        "/usr/libexec/tuck/tuck-scan");
}

static void
what_is_read_is_compared_as_the_symbology_means_it(void **state)
{
    (void)state;
    static const struct {
        const char *type, *expected, *read;
        bool is_same;
    } rows[] = {
        {"qr", "abc", "abc", true},
        {"qr", "abc", "abcd", false},
        {"gs1-128", "[01]09506000134352[10]A[21]B",
         "010950600013435210A\x1d"
         "21B",
         true},
        {"gs1-128", "[01]09506000134352[10]A[21]B",
         "\x1d"
         "010950600013435210A\x1d"
         "21B\x1d",
         true},
        {"gs1-128", "[01]09506000134352[10]A[21]B",
         "]C1010950600013435210A\x1d"
         "21B",
         true},
        /* without FNC1 the lot would be A21B */
        {"gs1-128", "[01]09506000134352[10]A[21]B", "010950600013435210A21B", false},
        {"gs1-qr", "[10]A(1)", "10A(1)", true},
        {"gs1-qr", "[10]A", "10AB", false},
        {"ean13", "400638133393", "4006381333931", true},
        {"ean13", "4006381333931", "4006381333931", true},
        {"ean13", "4006381333931+12", "4006381333931", true},
        {"ean13", "4006381333932", "4006381333931", false},
        {"upca", "01234567890", "0012345678905", true},
        {"upca", "012345678905", "012345678905", true},
        {"upce", "123456", "01234565", true},
        {"upce", "0123456", "01234565", true},
        {"itf14", "950110153001", "09501101530011", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (compare_read(rows[i].type, rows[i].expected, rows[i].read,
                         strlen(rows[i].read)) != rows[i].is_same)
            fail_msg("%s: %s and %s", rows[i].type, rows[i].expected, rows[i].read);
}

/* A bar of 40 dots, 20 wide, at 254 dpi: 100 µm a dot. */
static double
bar_width_um(const struct wear_how *how)
{
    uint8_t grey[60 * 60];
    struct wear wear;
    memset(grey, 255, sizeof grey);
    for (int y = 10; y < 50; y++)
        memset(grey + y * 60 + 20, 0, 20);
    assert_int_equal(wear_open(grey, 60, 60, 254, 2, arena, &wear), STATUS_OK);
    const uint8_t *out = wear_make(&wear, how) + wear.height / 2 * wear.width;
    double dark = 0;
    for (int32_t x = 0; x < wear.width; x++)
        dark += (255 - out[x]) / 255.0;
    return dark * wear.px_um;
}

static void
growth_and_loss_are_what_is_stated(void **state)
{
    (void)state;
    static const int32_t gains[] = {0, 10, 40, 125, -10, -40, -125};
    for (size_t i = 0; i < COUNT_OF(gains); i++) {
        const struct wear_how how = {.gain_um = gains[i]};
        assert_float_equal(bar_width_um(&how), 2000 + 2 * gains[i], 4);
    }
    const struct wear_how blur = {.blur_um = 80};
    assert_float_equal(bar_width_um(&blur), 2000, 10);
}

static void
specks_cover_their_share_and_more_of_them_keep_the_fewer(void **state)
{
    (void)state;
    enum { SIDE = 300 };
    uint8_t *grey = arena_make(arena, SIDE * SIDE), *few = arena_make(arena, SIDE * SIDE);
    struct wear wear;
    for (int y = 0; y < SIDE; y++)
        memset(grey + y * SIDE, y < SIDE / 2 ? 0 : 255, SIDE);
    assert_int_equal(wear_open(grey, SIDE, SIDE, 600, 6, arena, &wear), STATUS_OK);
    const struct wear_how some = {.voids_permille = 20}, more = {.voids_permille = 40};
    memcpy(few, wear_make(&wear, &some), SIDE * SIDE);
    const uint8_t *many = wear_make(&wear, &more);
    int changed = 0, changed_more = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        changed += abs(few[i] - grey[i]);
        changed_more += abs(many[i] - grey[i]);
    }
    /* half of them fall where they do not show */
    assert_in_range(changed / 255, SIDE * SIDE * 5 / 1000, SIDE * SIDE * 15 / 1000);
    assert_true(changed_more > changed);
}

static int
open_all(void **state)
{
    (void)state;
    const struct scan_settings settings = {.worker_path = SCAN_PATH};
    struct notes notes = {.count = 0};
    arena = arena_new(0);
    return scan_open(&settings, ten_seconds(), &notes, &scan) == STATUS_OK ? 0 : -1;
}

static int
close_all(void **state)
{
    (void)state;
    scan_close(scan);
    arena_free(arena);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_symbol_of_every_kind_is_read_with_room_to_spare),
        cmocka_unit_test(a_symbol_that_holds_another_text_is_not_called_read),
        cmocka_unit_test(smaller_modules_bear_less),
        cmocka_unit_test(modules_finer_than_ordinary_growth_are_not_sure),
        cmocka_unit_test(paper_without_a_symbol_is_not_read),
        cmocka_unit_test(a_type_that_nobody_knows_has_no_reader),
        cmocka_unit_test(a_wish_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_worker_that_was_killed_is_replaced),
        cmocka_unit_test(a_worker_that_hangs_costs_the_patience_and_no_more),
        cmocka_unit_test(a_symbol_on_which_a_decoder_dies_is_shown_to_its_own_decoder),
        cmocka_unit_test(without_its_program_the_scanner_does_not_open),
        cmocka_unit_test(the_scanner_is_found_beside_the_press),
        cmocka_unit_test(what_is_read_is_compared_as_the_symbology_means_it),
        cmocka_unit_test(growth_and_loss_are_what_is_stated),
        cmocka_unit_test(specks_cover_their_share_and_more_of_them_keep_the_fewer),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
