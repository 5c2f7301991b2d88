/* The shop's labels and the paper of the house, as a label printer gets them: whatever
 * lies in the printer and whoever reads, nothing is cut, and symbols are read from the
 * dots at 203 and 300 an inch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/press.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_CODE "WWWWWW-WWWW-WWWW-WWWW-WWWW"
#define LONGEST_PLAIN "WWWWWWWWWWWWWWWWWWWWWW"

struct paper {
    double w, h; /* mm; 0: nobody said */
};
static const struct paper papers[] = {
    {0, 0},     {50, 30},      {57, 32},       {62, 100},  {100, 50},
    {100, 150}, {101.6, 76.2}, {101.6, 152.4}, {105, 148}, {210, 297}};
static const char *const languages[] = {"en", "de", "he", "fa", "ja", "ru", "ms"};

static int
open_press(void **state)
{
    const char *dirs[] = {TEMPLATE_DIR, NULL};
    const struct press_settings settings = {
        .worker_path = WORKER_PATH, .fonts_conf = FONTS_CONF, .read_dirs = dirs};
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    struct notes notes = {.count = 0};
    struct press *press;
    if (press_open(&settings, &patience, &notes, &press) != STATUS_OK)
        return -1;
    *state = press;
    return 0;
}

static int
close_press(void **state)
{
    press_close(*state);
    return 0;
}

/* `texts`: name, value, name, value … NULL */
static const char *
values_of(struct arena *arena, const char *lang, struct paper paper,
          const char *const *texts)
{
    struct buf out BUF_AUTO = {0};
    buf_printf(&out,
               "<values xmlns=\"urn:tuck:values:1\" lang=\"%s\" "
               "created=\"2026-10-02T07:12:00Z\">"
               "<v name=\"merchant\" type=\"text\">Fern &amp; Kettle</v>",
               lang);
    if (paper.w > 0)
        buf_printf(&out,
                   "<v name=\"paper-width\" type=\"number\">%g</v>"
                   "<v name=\"paper-height\" type=\"number\">%g</v>",
                   paper.w, paper.h);
    for (; texts[0]; texts += 2) {
        buf_printf(&out, "<v name=\"%s\" type=\"text\">", texts[0]);
        buf_xml(&out, texts[1]);
        buf_puts(&out, "</v>");
    }
    buf_puts(&out, "</values>");
    assert_false(out.failed);
    return arena_strdup(arena, out.p);
}

static struct sheet
print_at(int32_t dpi, struct press *press, const char *name, const char *lang,
         struct paper paper, const char *const *texts, struct arena *arena)
{
    const char *values = values_of(arena, lang, paper, texts);
    const struct press_piece piece = {
        .template_path = arena_printf(arena, TEMPLATE_DIR "/%s/template.xml", name),
        .values = values,
        .values_n = strlen(values),
        .lang = lang};
    const struct press_job job = {.format = SHEET_DOTS,
                                  .dpi = dpi,
                                  .created_s = 1790925120,
                                  .title = name,
                                  .pieces = &piece,
                                  .piece_count = 1,
                                  .wants_dump = true};
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    struct notes notes = {.count = 0};
    struct sheet sheet;
    assert_int_equal(press_make(press, &job, &patience, arena, &notes, &sheet),
                     STATUS_OK);
    if (notes.count > 0)
        fail_msg("%s on %g x %g for %s: %s", name, paper.w, paper.h, lang,
                 notes.note[0].text);
    return sheet;
}

static const int32_t resolutions[] = {203, 300};

static struct sheet
print(struct press *press, const char *name, const char *lang, struct paper paper,
      const char *const *texts, struct arena *arena)
{
    return print_at(203, press, name, lang, paper, texts, arena);
}

/* What zbarimg reads; NULL: there is no zbarimg. */
static const char *
scan(const struct sheet *sheet, struct arena *arena)
{
    if (system("command -v zbarimg >/dev/null 2>&1") != 0)
        return NULL;
    FILE *file = fopen("test-labels.tmp", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(sheet->bytes, 1, sheet->size, file), sheet->size);
    assert_int_equal(fclose(file), 0);
    FILE *pipe = popen("zbarimg --nodbus -q test-labels.tmp 2>&1", "r");
    assert_non_null(pipe);
    char *said = arena_make(arena, 4096);
    said[fread(said, 1, 4095, pipe)] = '\0';
    (void)pclose(pipe); /* 4: it saw nothing, which the answer says, too */
    remove("test-labels.tmp");
    return said;
}

static const char *const coupon[] = {
    "code",
    "FERN-7K2M-44QX",
    "code-plain",
    "FERN7K2M44QX",
    "coupon-value",
    "15%",
    "coupon-minimum",
    "€20.00",
    "expires-on",
    "31 December 2026",
    "offer-title",
    "The second cup",
    "short-url",
    "https://fern-kettle.example/second-cup?c=FERN7K2M44QX",
    NULL};
static const char *const signed_coupon[] = {
    "code",        LONGEST_CODE,     "code-plain", LONGEST_PLAIN,
    "coupon-kind", "shipping",       "expires-on", "31 December 2026",
    "offer-title", "The second cup", NULL};
static const char *const no_coupon[] = {"offer-title", "What you looked for is here",
                                        NULL};
static const char *const pick[] = {"order-id",  "F-10023",
                                   "package",   "1",
                                   "placement", "insert",
                                   "station",   "S-04",
                                   "pick-sku",  "CARD-WHITE-TEA",
                                   "pick-bin",  "A-03-2",
                                   "reason",    "The label printer is out of media",
                                   NULL};
static const char *const nothing_to_pick[] = {"order-id", "F-10023", NULL};
static const char *const order_of_wave[] = {
    "order-id",   "F-10023", "package",     "2",     "station", "S-04",
    "printer",    "zebra-4", "carton-code", "B2",    "wave",    "Monday morning",
    "wave-place", "3",       "wave-places", "10000", NULL};
static const char *const printer[] = {"printer",
                                      "zebra-4",
                                      "printer-dpi",
                                      "203",
                                      "printer-format",
                                      "zpl",
                                      "printer-media",
                                      "na_index-4x6_4x6in",
                                      "printer-uri",
                                      "socket://192.0.2.14:9100",
                                      "printed-on",
                                      "23 November 2026",
                                      NULL};

static const struct house_paper {
    const char *name;
    const char *const *texts;
    const char *code; /* what its bars or its square hold */
} house[] = {
    {"plain-label", coupon, ":FERN7K2M44QX\n"},
    {"plain-label", signed_coupon, ":" LONGEST_PLAIN "\n"},
    {"plain-label", no_coupon, NULL},
    {"pick-slip", pick, ":CARD-WHITE-TEA\n"},
    {"pick-slip", nothing_to_pick, NULL},
    {"wave-separator", order_of_wave, ":F-10023\n"},
    {"printer-test", printer, "CODE-128:TUCK025\n"},
};

static void
paper_of_the_house_takes_the_size_of_what_lies_in_the_printer(void **state)
{
    for (size_t i = 0; i < COUNT_OF(house); i++)
        for (size_t n = 0; n < 2 * COUNT_OF(papers); n++) {
            size_t j = n / 2;
            ARENA_AUTO struct arena *arena = arena_new(0);
            const struct sheet sheet = print_at(resolutions[n % 2], *state, house[i].name,
                                                languages[(i + j) % COUNT_OF(languages)],
                                                papers[j], house[i].texts, arena);
            double w = papers[j].w > 0 ? papers[j].w : 101.6;
            double h = papers[j].w > 0 ? papers[j].h : 152.4;
            assert_int_equal(sheet.width_mm100, (int)(w * 100 + 0.5));
            assert_int_equal(sheet.height_mm100, (int)(h * 100 + 0.5));
            const char *read = scan(&sheet, arena);
            if (read && house[i].code && !strstr(read, house[i].code))
                fail_msg("%s on %g x %g: read \"%s\"", house[i].name, w, h, read);
        }
}

static void
a_code_too_long_for_the_papers_bars_goes_into_a_square(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct sheet small =
        print(*state, "plain-label", "en", (struct paper){50, 30}, signed_coupon, arena);
    const struct sheet large = print(*state, "plain-label", "en",
                                     (struct paper){101.6, 152.4}, signed_coupon, arena);
    assert_non_null(strstr(small.dump, " qr "));
    assert_null(strstr(small.dump, " code128 "));
    assert_non_null(strstr(large.dump, " code128 "));
}

static void
the_sku_that_bars_cannot_hold_is_still_scanned(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const texts[] = {"pick-sku", "כרטיס-לבן", "pick-bin", "A-03-2",
                                        NULL};
    const struct sheet sheet =
        print(*state, "pick-slip", "he", (struct paper){100, 50}, texts, arena);
    const char *read = scan(&sheet, arena);
    if (!read)
        skip();
    assert_string_equal(read, "QR-Code:כרטיס-לבן\n");
}

static void
the_givers_words_go_before_all_others_on_a_plain_label(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const texts[] = {"offer-title", "The giver's words",
                                        "gift-message", "Until Sunday!", NULL};
    const struct sheet sheet =
        print(*state, "plain-label", "en", (struct paper){100, 50}, texts, arena);
    assert_non_null(strstr(sheet.dump, "Until Sunday!"));
    assert_null(strstr(sheet.dump, "The giver's words"));
}

static void
the_tab_of_a_separator_moves_on_with_every_order(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const third[] = {"order-id", "F-10023", "wave-place", "3", NULL};
    static const char *const fourth[] = {"order-id", "F-10023", "wave-place", "4", NULL};
    const struct paper paper = {105, 148};
    const struct sheet a = print(*state, "wave-separator", "en", paper, third, arena);
    const struct sheet b = print(*state, "wave-separator", "en", paper, fourth, arena);
    const char *tab_a = strstr(strstr(a.dump, " box ") + 5, " box ");
    const char *tab_b = strstr(strstr(b.dump, " box ") + 5, " box ");
    double x, y_a, y_b;
    assert_int_equal(sscanf(tab_a, " box %lf,%lf", &x, &y_a), 2);
    assert_int_equal(sscanf(tab_b, " box %lf,%lf", &x, &y_b), 2);
    assert_true(y_b > y_a + 5);
}

static void
thermal_pieces_scan_in_every_language(void **state)
{
    static const char *const names[] = {"thermal-coupon", "thermal-thank-you",
                                        "coupon-tier"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        for (size_t n = 0; n < 2 * COUNT_OF(languages); n++) {
            ARENA_AUTO struct arena *arena = arena_new(0);
            const struct sheet sheet =
                print_at(resolutions[n % 2], *state, names[i], languages[n / 2],
                         papers[0], coupon, arena);
            const char *read = scan(&sheet, arena);
            if (!read)
                skip();
            if (i != 1)
                assert_non_null(strstr(read, "CODE-128:FERN7K2M44QX\n"));
            if (i != 2)
                assert_non_null(strstr(
                    read,
                    "QR-Code:https://fern-kettle.example/second-cup?c=FERN7K2M44QX\n"));
        }
}

static void
a_thermal_coupon_holds_the_longest_code_there_is(void **state)
{
    for (size_t j = 0; j < COUNT_OF(languages); j++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        const struct sheet sheet = print(*state, "thermal-coupon", languages[j],
                                         papers[0], signed_coupon, arena);
        const char *read = scan(&sheet, arena);
        if (!read)
            skip();
        assert_string_equal(read, "CODE-128:" LONGEST_PLAIN "\n");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paper_of_the_house_takes_the_size_of_what_lies_in_the_printer),
        cmocka_unit_test(a_code_too_long_for_the_papers_bars_goes_into_a_square),
        cmocka_unit_test(the_sku_that_bars_cannot_hold_is_still_scanned),
        cmocka_unit_test(the_givers_words_go_before_all_others_on_a_plain_label),
        cmocka_unit_test(the_tab_of_a_separator_moves_on_with_every_order),
        cmocka_unit_test(thermal_pieces_scan_in_every_language),
        cmocka_unit_test(a_thermal_coupon_holds_the_longest_code_there_is),
    };
    return cmocka_run_group_tests(tests, open_press, close_press);
}
