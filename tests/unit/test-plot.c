/* Plots, drawn by a worker as reports have them: what stands in the SVG, the numbers at
 * the axis, rows that are extreme, words that are hostile, sheets that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/plot-check.h"
#include "press/plot-scale.h"
#include "press/plot-wire.h"
#include "press/plot.h"

#include <libxml/parser.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct patience
within(int64_t ms)
{
    return (struct patience){clock_monotonic_ms() + ms, NULL};
}

static int
open_press(void **state)
{
    static const char *const dirs[] = {TEMPLATE_DIR, NULL};
    const struct press_settings settings = {
        .worker_path = WORKER_PATH, .fonts_conf = FONTS_CONF, .read_dirs = dirs};
    const struct patience patience = within(20000);
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

/* The text is whatever stands in the plot, NUL-terminated; it is XML in libxml2's eyes.
 */
static const char *
draw(struct press *press, const struct plot *plot, struct arena *arena)
{
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct sheet sheet;
    assert_int_equal(press_plot(press, plot, &patience, arena, &notes, &sheet),
                     STATUS_OK);
    assert_int_equal(notes.count, 0);
    assert_int_equal(sheet.format, SHEET_SVG);
    assert_int_equal(sheet.pages, 1);
    assert_int_equal(sheet.width_mm100, 19050);
    xmlDoc *doc = xmlReadMemory((const char *)sheet.bytes, (int)sheet.size, "plot.svg",
                                NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlFreeDoc(doc);
    return arena_copy(arena, (const char *)sheet.bytes, sheet.size);
}

static size_t
count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

/* ---- the numbers at the axis ---- */

static void
ticks_are_round_and_as_fine_as_the_plot_allows(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        int decimals, most;
        const char *texts;
    } cases[] = {
        {-0.8, 1.1, 2, 7, "−0.5€ 0€ 0.5€ 1.0€"},
        {-0.8, 1.1, 0, 7, "0€ 1€"},
        {0, 47, 0, 7, "0€ 10€ 20€ 30€ 40€"},
        {0, 47, 0, 3, "0€ 20€ 40€"},
        {0, 0.031, 2, 7, "0€ 0.01€ 0.02€ 0.03€"},
        {-0.0004, 0.0004, 9, 5, "−0.0004€ −0.0002€ 0€ 0.0002€ 0.0004€"},
        {0, 4200, 0, 5, "0€ 1000€ 2000€ 3000€ 4000€"},
        {-12000, 52000, 0, 4, "0€ 20\u202f000€ 40\u202f000€"},
        {0, 1.1e12, 2, 4, "0€ 0.5\u202f×\u202f10¹²€ 1.0\u202f×\u202f10¹²€"},
        {0.2, 0.3, 0, 7, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        BUF_AUTO struct buf texts = {0};
        const struct plot plot = {.decimals = cases[i].decimals};
        const struct plot_reach reach = {cases[i].low, cases[i].high};
        const struct plot_ticks ticks = plot_ticks_of(&plot, &reach, cases[i].most);
        buf_puts(&texts, "");
        for (int64_t tick = ticks.first; tick <= ticks.last; tick++) {
            char text[TICK_TEXT_MAX];
            tick_text(&ticks, tick, "€", text);
            buf_printf(&texts, "%s%s", texts.n ? " " : "", text);
            double value = tick_value(&ticks, tick);
            assert_true(value >= reach.low && value <= reach.high);
        }
        assert_string_equal(texts.p ? texts.p : "", cases[i].texts);
    }
}

static void
one_row_of_few_customers_does_not_press_the_others_together(void **state)
{
    (void)state;
    struct plot_row rows[4] = {{"a", 0.5, 0, 1, "", 0},
                               {"b", 0.6, 0.1, 1.1, "", 0},
                               {"c", -0.2, -0.7, 0.3, "", 0},
                               {"d", 0.1, -40, 60, "", 0}};
    struct plot plot = {.kind = PLOT_INTERVALS, .rows = rows, .row_count = 4};
    struct plot_reach reach = plot_reach_of(&plot);
    assert_true(reach.high < 4 && reach.low > -4);
    assert_true(reach.high > 1.1 && reach.low < -0.7);
    rows[3].value = 50; /* a value itself is never left out */
    assert_true(plot_reach_of(&plot).high > 50);
    plot.row_count = 2; /* of two neither is the usual one */
    rows[1] = (struct plot_row){"d", 0.1, -40, 60, "", 0};
    assert_true(plot_reach_of(&plot).high > 60 && plot_reach_of(&plot).low < -40);
}

/* ---- drawn by a worker ---- */

static const struct plot_row outcome[] = {
    {"Thank-you card", 0.77, 0.49, 1.06, "+0.77 (0.49 to 1.06)", PLOT_GOOD},
    {"Tea sample", 0.12, -0.2, 0.44, "+0.12 (−0.20 to 0.44)", PLOT_PLAIN},
    {"10 % coupon", -0.41, -0.7, -0.12, "−0.41 (−0.70 to −0.12)", PLOT_BAD},
    {"Box art", 0.3, -INFINITY, INFINITY, "too few to tell", PLOT_FAINT},
    {"Free kettle", NAN, NAN, NAN, "not yet shown to anybody", PLOT_FAINT},
};
static const struct plot forest = {.kind = PLOT_INTERVALS,
                                   .axis = "€ revenue per customer",
                                   .decimals = 2,
                                   .rows = outcome,
                                   .row_count = COUNT_OF(outcome)};

static void
the_same_plot_is_the_same_bytes_from_any_worker(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    void *other;
    const char *a = draw(*state, &forest, arena), *b = draw(*state, &forest, arena);
    assert_int_equal(open_press(&other), 0);
    const char *c = draw(other, &forest, arena);
    close_press(&other);
    assert_string_equal(a, b);
    assert_string_equal(a, c);
}

static void
two_plots_in_a_page_have_no_id_in_common(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct plot dark = forest;
    dark.is_dark = true;
    const char *a = strstr(draw(*state, &forest, arena), "<path id=\"");
    const char *b = strstr(draw(*state, &dark, arena), "<path id=\"");
    assert_non_null(a);
    assert_non_null(b);
    assert_memory_not_equal(a, b, strlen("<path id=\"p01234567-"));
}

static void
words_are_outlines_and_still_there_for_who_cannot_see(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const char *svg = draw(*state, &forest, arena);
    assert_null(strstr(svg, "<text"));
    assert_null(strstr(svg, "font"));
    assert_non_null(strstr(svg, "<title>€ revenue per customer</title>"));
    assert_non_null(strstr(svg, "\nTea sample: +0.12 (−0.20 to 0.44)\n"));
    assert_true(strncmp(svg, "<svg ", 5) == 0);
}

/* Tones by form: in black and white the dots of good and bad rows still differ. */
static void
good_and_bad_are_told_apart_without_colour(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    for (enum plot_kind kind = PLOT_INTERVALS; kind <= PLOT_BARS; kind++) {
        struct plot plot = forest;
        plot.kind = kind;
        plot.row_count = 1;
        struct plot_row row = outcome[0];
        plot.rows = &row;
        const char *good = draw(*state, &plot, arena);
        row.tone = PLOT_BAD;
        const char *bad = draw(*state, &plot, arena);
        good = strstr(good, "<circle");
        bad = strstr(bad, "<circle");
        assert_non_null(good);
        assert_non_null(bad);
        assert_null(strstr(good, "fill=\"none\" stroke-width=\"1.75\""));
        assert_memory_equal(strstr(bad, "fill="), "fill=\"none\"", 11);
        assert_memory_equal(strstr(good, "fill="), "fill=\"#2f5d50\"", 14);
    }
}

static void
every_row_is_drawn_and_arrows_say_where_an_interval_has_no_end(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const char *svg = draw(*state, &forest, arena);
    assert_int_equal(count(svg, "<circle"), 2);            /* good and bad */
    assert_int_equal(count(svg, "linejoin=\"round\""), 2); /* of the row without ends */
    assert_int_equal(count(svg, "<g><g fill="), COUNT_OF(outcome));
    struct plot_row row = outcome[0];
    row.high = 1e9; /* one end far beyond what is usual is cut as well */
    struct plot_row rows[4] = {row, outcome[0], outcome[1], outcome[2]};
    struct plot plot = forest;
    plot.rows = rows;
    plot.row_count = 4;
    assert_int_equal(count(draw(*state, &plot, arena), "linejoin=\"round\""), 1);
}

static double
next_number(const char **p)
{
    char *end;
    double value = strtod(*p, &end);
    *p = end;
    return value;
}

/* No number of the picture is NaN or outside it. */
static void
assert_inside(const char *svg)
{
    const char *size = strstr(svg, "height=\"");
    size += strlen("height=\"");
    double height = next_number(&size);
    assert_true(height > 20 && height < 1800);
    assert_null(strstr(strstr(svg, "</defs>"), "nan"));
    assert_null(strstr(strstr(svg, "</defs>"), "inf"));
    for (const char *p = strstr(svg, "</defs>"); (p = strstr(p, " d=\"M"));) {
        p += strlen(" d=\"M");
        double x = next_number(&p), y = next_number(&p);
        assert_true(x >= -1 && x <= PLOT_WIDTH_PX + 1);
        assert_true(y >= -1 && y <= height + 1);
    }
}

static void
numbers_of_any_size_stay_in_the_picture(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const struct {
        struct plot_row rows[3];
        size_t count;
    } cases[] = {
        {{{0}}, 0},
        {{{"a", NAN, NAN, NAN, "x", 0}, {"b", NAN, 0, 1, NULL, 0}}, 2},
        {{{"a", 5, 5, 5, "x", 0}, {"b", 5, 5, 5, "x", 0}, {"c", 5, 5, 5, "x", 0}}, 3},
        {{{"a", 0, 0, 0, "x", 0}}, 1},
        {{{"a", INFINITY, 0, INFINITY, "x", 0}}, 1},
        {{{"a", -INFINITY, -INFINITY, 0, "x", 0}}, 1},
        {{{"a", 1e12, 9e11, 2e12, "x", 0}, {"b", 1, 0, 2, "y", 0}}, 2},
        {{{"a", -1e12, -2e12, INFINITY, "x", PLOT_BAD}, {"b", 1e15, NAN, NAN, "y", 0}},
         2},
        {{{"a", 1e308, -1e308, 1e308, "x", 0}, {"b", 1, -1e308, 1e308, "y", 0}}, 2},
        {{{"a", 1e-300, -1e-300, 1e-300, "x", 0}}, 1},
        {{{"a", -3, -5, -1, "x", 0}, {"b", -40, -41, -39, "x", PLOT_GOOD}}, 2},
        {{{NULL, 1, 0, 2, NULL, 0}}, 1},
        {{{"", 1, 4, 5, "the interval is beside the value", 0}}, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int decimals = 0; decimals <= PLOT_DECIMALS_MAX; decimals += 3)
            for (enum plot_kind kind = PLOT_INTERVALS; kind <= PLOT_BARS; kind++) {
                const struct plot plot = {.kind = kind,
                                          .axis = "any",
                                          .unit = "%",
                                          .decimals = decimals,
                                          .rows = cases[i].rows,
                                          .row_count = cases[i].count,
                                          .is_dark = kind == PLOT_BARS};
                assert_inside(draw(*state, &plot, arena));
            }
}

static void
a_full_plot_of_the_longest_words_is_drawn_and_they_are_cut(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf words = {0};
    struct plot_row rows[PLOT_ROWS_MAX];
    for (int i = 0; i < 20000; i++)
        buf_printf(&words, "%c茶̂̃é", 'a' + i % 26);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = (struct plot_row){words.p, (double)i, 0, 100, words.p, PLOT_PLAIN};
    const struct plot plot = {.kind = PLOT_BARS,
                              .axis = words.p,
                              .unit = words.p,
                              .rows = rows,
                              .row_count = COUNT_OF(rows)};
    const char *svg = draw(*state, &plot, arena);
    assert_true(strlen(svg) < 2000000);
    assert_inside(svg);
    assert_non_null(strstr(svg, "…"));
}

static void
words_of_every_script_have_outlines(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const words[] = {"شای و ادویه", "茶叶与香料", "שלום",
                                        "ชา",          "मसाला चाय",  "Чай"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const struct plot_row row = {words[i], 1, 0, 2, NULL, PLOT_PLAIN};
        const struct plot plot = {.kind = PLOT_BARS, .rows = &row, .row_count = 1};
        const char *svg = draw(*state, &plot, arena);
        assert_null(strstr(svg, "fill-opacity=\".3\"")); /* no character is missing */
        const char *label = strstr(svg, "<g><g fill=\"#23201c\"><use ");
        assert_non_null(label);
        assert_true(count(label, "<use ") > 1);
    }
}

static void
hostile_words_are_only_words(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    static const char *const words[] = {"</title></svg><script>alert(1)</script>",
                                        "\x01\x02\x1b[31m\x7f\xc2\x85",
                                        "a\nb\r\tc\u2028d",
                                        "\u202e00.1+\u202c\u2066x\u2069",
                                        "]]>&amp;&#0;<!--",
                                        "\ufffe\uffff\ufdd0",
                                        "%s%n%s",
                                        "\U0001f375",
                                        "\u00ad\u200b\u200d"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const struct plot_row row = {words[i], 1, 0, 2, words[i], PLOT_GOOD};
        const struct plot plot = {.kind = PLOT_INTERVALS,
                                  .axis = words[i],
                                  .unit = words[i],
                                  .rows = &row,
                                  .row_count = 1};
        const char *svg = draw(*state, &plot, arena);
        assert_null(strstr(svg, "<script"));
        assert_null(strstr(svg, "\u202e"));
        assert_null(strchr(svg, '\x1b'));
    }
}

static void
a_plot_that_makes_no_sense_is_refused_without_a_worker(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct patience patience = within(20000);
    static const struct plot_row backwards = {"a", 1, 2, 0, "x", PLOT_PLAIN};
    static const struct plot_row garbled = {"a\xff", 1, 0, 2, "x", PLOT_PLAIN};
    const struct plot plots[] = {
        {.kind = PLOT_BARS, .rows = &backwards, .row_count = 1},
        {.kind = PLOT_BARS, .rows = &garbled, .row_count = 1},
        {.kind = PLOT_BARS, .rows = outcome, .row_count = PLOT_ROWS_MAX + 1},
        {.kind = PLOT_BARS, .decimals = -1},
        {.kind = PLOT_BARS, .decimals = PLOT_DECIMALS_MAX + 1},
        {.kind = PLOT_INTERVALS, .zero = NAN},
        {.kind = (enum plot_kind)7},
    };
    for (size_t i = 0; i < COUNT_OF(plots); i++) {
        struct notes notes = {.count = 0};
        struct sheet sheet;
        assert_int_equal(press_plot(*state, &plots[i], &patience, arena, &notes, &sheet),
                         STATUS_BAD_CALL);
        assert_non_null(notes_find(&notes, NOTE_PRESS_BAD_JOB));
    }
}

static void
a_plot_is_read_from_the_wire_as_it_was_written_and_no_part_of_it_is(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf buf = {0};
    struct plot read;
    int64_t left;
    wire_put_plot(&buf, &forest, 99);
    struct wire_reader reader = {(const uint8_t *)buf.p, buf.n, false};
    assert_int_equal(wire_get_plot(&reader, arena, &read, &left), STATUS_OK);
    assert_int_equal(left, 99);
    assert_string_equal(read.axis, forest.axis);
    assert_null(read.unit);
    assert_int_equal(read.row_count, COUNT_OF(outcome));
    assert_string_equal(read.rows[0].text, outcome[0].text);
    assert_true(read.rows[2].low == -0.7 && read.rows[2].tone == PLOT_BAD);
    assert_true(isinf(read.rows[3].high) && isnan(read.rows[4].value));
    for (size_t n = 0; n < buf.n; n++) {
        uint8_t *part = malloc(n + 1);
        memcpy(part, buf.p, n);
        reader = (struct wire_reader){part, n, false};
        assert_int_equal(wire_get_plot(&reader, arena, &read, &left), STATUS_BUG);
        free(part);
    }
}

static const char *
fault_of(const char *svg, size_t n)
{
    const struct sheet sheet = {
        .format = SHEET_SVG, .bytes = (const uint8_t *)svg, .size = n, .pages = 1};
    return plot_fault(&sheet);
}

static void
no_part_of_a_plot_passes_for_one(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const char *svg = draw(*state, &forest, arena);
    size_t all = strlen(svg);
    assert_null(fault_of(svg, all));
    for (size_t n = 0; n < all; n += 1 + n / 100) {
        char *part = malloc(n + 1);
        memcpy(part, svg, n);
        assert_non_null(fault_of(part, n));
        free(part);
    }
}

#define OPEN "<svg xmlns=\"http://www.w3.org/2000/svg\">"

static void
a_plot_with_more_in_it_than_shapes_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        OPEN "<script>alert(1)</script></svg>\n",
        OPEN "<path onclick=\"x\" d=\"M0 0\"/></svg>\n",
        OPEN "<path fill=\"url(http://a.example/x)\"/></svg>\n",
        OPEN "<use xlink:href=\"http://a.example/x\"/></svg>\n",
        OPEN "<use xlink:href=\"javascript\"/></svg>\n",
        OPEN "<g>words</g></svg>\n",
        OPEN "<g></svg></g>\n",
        OPEN "</svg>\n<script/>\n",
        OPEN "<!-- x --></svg>\n",
        OPEN "<g fill='red'/></svg>\n",
        OPEN "<title>\x01</title></svg>\n",
        OPEN "</svg>",
        "<svg xmlns=\"urn:other\"></svg>\n",
        "<svg />\n",
        "<?xml version=\"1.0\"?>" OPEN "</svg>\n",
    };
    static const char good[] =
        OPEN "<title>a &amp; b</title><g fill=\"#000\"><path d=\"M0 0\"/></g></svg>\n";
    assert_null(fault_of(good, strlen(good)));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_non_null(fault_of(bad[i], strlen(bad[i])));
}

static void
a_plot_is_no_format_to_print_in(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct press_piece piece = {
        .template_path = "/t.xml", .values = "<v/>", .values_n = 4};
    const struct press_job job = {
        .format = SHEET_SVG, .pieces = &piece, .piece_count = 1};
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct sheet sheet;
    assert_null(sheet_kind_named("svg"));
    assert_int_equal(press_make(*state, &job, &patience, arena, &notes, &sheet),
                     STATUS_BAD_CALL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round_and_as_fine_as_the_plot_allows),
        cmocka_unit_test(one_row_of_few_customers_does_not_press_the_others_together),
        cmocka_unit_test(the_same_plot_is_the_same_bytes_from_any_worker),
        cmocka_unit_test(two_plots_in_a_page_have_no_id_in_common),
        cmocka_unit_test(words_are_outlines_and_still_there_for_who_cannot_see),
        cmocka_unit_test(good_and_bad_are_told_apart_without_colour),
        cmocka_unit_test(every_row_is_drawn_and_arrows_say_where_an_interval_has_no_end),
        cmocka_unit_test(numbers_of_any_size_stay_in_the_picture),
        cmocka_unit_test(a_full_plot_of_the_longest_words_is_drawn_and_they_are_cut),
        cmocka_unit_test(words_of_every_script_have_outlines),
        cmocka_unit_test(hostile_words_are_only_words),
        cmocka_unit_test(a_plot_that_makes_no_sense_is_refused_without_a_worker),
        cmocka_unit_test(
            a_plot_is_read_from_the_wire_as_it_was_written_and_no_part_of_it_is),
        cmocka_unit_test(no_part_of_a_plot_passes_for_one),
        cmocka_unit_test(a_plot_with_more_in_it_than_shapes_is_refused),
        cmocka_unit_test(a_plot_is_no_format_to_print_in),
    };
    return cmocka_run_group_tests(tests, open_press, close_press);
}
