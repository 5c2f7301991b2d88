/* Pages: where elements lie, what a template may say, what is plate and what imprint. */
#include "page-bench.h"

#define V(name, text) "<v name='" name "' type='text'>" text "</v>"
#define N(name, number) "<v name='" name "' type='number'>" number "</v>"

/* ---- places ---- */

static void
elements_lie_where_the_template_says(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        HEAD(
            "media='na_index-4x6_4x6in' bleed='3' safe='4'",
            "") "<page ground='#F6F1E7'>"
                "<box x='1' y='2' w='1in' h='4mm' fill='ink' radius='9' opacity='0.5'/>"
                "<line x1='5' y1='6' x2='15' y2='6' stroke='ink' dash='1'/>"
                "<group x='10' y='20'><box x='1' y='1' w='2' h='2' stroke='ink'/></group>"
                "</page>" TAIL,
        "en", "");
    assert_string_equal(bench->dump.p,
                        "page t en ltr 101.6x152.4 bleed 3 safe 4 ground #f6f1e7\n"
                        "plate box 1,2 25.4x4 fill #23201c radius 2 opacity 50%\n"
                        "plate line 5,6 10x0 stroke #23201c width 0.2 dash 1\n"
                        "plate box 11,21 2x2 stroke #23201c width 0.2\n");
}

static void
a_page_for_right_to_left_readers_is_mirrored(void **state)
{
    struct bench *bench = *state;
    const char *template =
        PAGE("<box x='10' y='10' w='20' h='5' fill='ink'/>"
             "<box x='10' y='20' w='20' h='5' fill='ink' turn='stay'/>"
             "<line x1='0' y1='1' x2='30' y2='2' stroke='ink'/>"
             "<group x='50' y='0' turn='stay'><box x='1' y='1' w='2' h='2' "
             "fill='ink'/></group>"
             "<progress x='10' y='40' w='50' h='4' value='1' max='2' fill='ink' "
             "track='#C9CFC6'/>"
             "<stack x='0' y='60' w='60' h='10' step='20' direction='across'>"
             "<item><box x='0' y='0' w='5' h='5' fill='ink'/></item>"
             "<item><box x='0' y='0' w='6' h='5' fill='ink'/></item></stack>");
    assert_made(bench, template, "he", "");
    assert_true(bench->page->is_rtl);
    assert_dump_has(bench, "box 75,10 20x5");
    assert_dump_has(bench, "box 10,20 20x5");
    assert_dump_has(bench, "line 75,1 30x1");
    assert_dump_has(bench, "box 51,1 2x2");
    assert_dump_has(bench, "box 45,40 50x4 fill #c9cfc6");
    assert_dump_has(bench, "box 70,40 25x4 fill #23201c");
    assert_dump_has(bench, "box 100,60 5x5");
    assert_dump_has(bench, "box 79,60 6x5");
    assert_made(bench, template, "de", "");
    assert_false(bench->page->is_rtl);
    assert_dump_has(bench, "box 10,40 25x4 fill #23201c");
}

static void
the_language_says_which_way_a_page_reads(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *lang;
        bool is_rtl;
    } cases[] = {
        {"en", false},      {"he", true},      {"he-IL", true}, {"ar", true},
        {"fa-IR", true},    {"ur", true},      {"ckb", true},   {"yi", true},
        {"ku", false},      {"ku-Arab", true}, {"az", false},   {"az-Arab-IR", true},
        {"pa-Guru", false}, {"ja", false},     {"arn", false},  {"ar-Latn", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_made(bench, PAGE(""), cases[i].lang, "");
        if (bench->page->is_rtl != cases[i].is_rtl)
            fail_msg("%s", cases[i].lang);
    }
    assert_made(bench, HEAD(A6, "") "<page dir='ltr'/>" TAIL, "he", "");
    assert_false(bench->page->is_rtl);
    assert_made(bench, HEAD(A6, "") "<page dir='rtl'/>" TAIL, "en", "");
    assert_true(bench->page->is_rtl);
}

static void
a_box_panel_has_the_size_of_its_carton(void **state)
{
    struct bench *bench = *state;
    const char *template = HEAD(
        "bleed='3'", "") "<page width='{$carton-length}' height='{$carton-width div 2}'>"
                         "<outline label='Lid {$carton-code}'/></page>" TAIL;
    assert_made(bench, template, "en",
                N("carton-length", "310") N("carton-width", "221")
                    V("carton-code", "B4"));
    assert_int_equal(bench->page->width_mm100, 31000);
    assert_int_equal(bench->page->height_mm100, 11050);
    assert_true(bench->page->wants_outline);
    assert_dump_has(bench, "line -9,0 5x0");
    assert_dump_has(bench, "\"Lid B4\"");
    /* a carton whose size nobody knows */
    assert_int_equal(bench_make(bench, template, "en", N("carton-length", "0")),
                     STATUS_BAD_INPUT);
    assert_non_null(bench->notes.count ? bench->notes.note : NULL);
}

static void
items_that_do_not_fit_a_stack_are_left_out_and_told(void **state)
{
    struct bench *bench = *state;
    const char *rows =
        "<line sku='A' quantity='1'>Assam</line><line sku='B' quantity='2'>"
        "Bancha</line><line sku='C' quantity='3'>Ceylon</line>";
    assert_made(
        bench,
        PAGE("<stack x='10' y='10' w='60' h='20' step='10'>"
             "<xsl:for-each select='line'><item><frame x='0' y='0' w='60' h='8' "
             "style='body'>{@quantity} × {.}</frame></item></xsl:for-each></stack>"),
        "en", rows);
    assert_dump_has(bench, "imprint text 10,10");
    assert_dump_has(bench, "\"1 × Assam\"");
    assert_dump_has(bench, "\"2 × Bancha\"");
    assert_dump_lacks(bench, "Ceylon");
    assert_noted(bench, NOTE_STACK_LEFT_OUT);
    assert_non_null(
        strstr(notes_find(&bench->notes, NOTE_STACK_LEFT_OUT)->text, "1 of 3"));
}

static void
figures_show_their_number(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE(
            "<progress x='0' y='0' w='50' h='4' value='{$points}' max='100' fill='ink' "
            "track='#FFFFFF'/>"
            "<progress x='10' y='20' w='40' h='10' value='3' max='4' count='4' "
            "shape='cups' fill='ink' track='#FFFFFF'/>"
            "<progress x='10' y='40' w='40' h='40' value='1' max='4' shape='kettle' "
            "fill='ink' track='#FFFFFF'/>"
            "<badge x='60' y='40' w='30' h='30' fill='ink' style='body' colour='#FFFFFF' "
            "edge='scallop' rotate='-12'>Ten times</badge>"),
        "en", N("points", "NaN"));
    /* not known: an empty bar */
    assert_dump_has(bench, "imprint box 0,0 50x4 fill #ffffff radius 2\nplate path");
    assert_dump_has(bench, "plate path 30,20 10x10 steps 18 fill #23201c");
    assert_dump_has(bench, "plate path 40,20 10x10 steps 18 fill #ffffff");
    assert_dump_has(bench, "plate path 60,40 30x30 steps 20 fill #23201c rotate -12");
    assert_dump_has(bench, "rotate -12 \"Ten times\"");
    /* the kettle's fill lies in the lowest quarter of its body */
    const struct page_item *fill = &bench->page->items[7];
    assert_int_equal(fill->kind, ITEM_PATH);
    for (size_t i = 0; i + 1 < fill->step_count; i++)
        assert_true(fill->steps[i].y[0] >= 4000 + 4000 * 0.78);
}

/* ---- symbols ---- */

static void
a_symbol_is_modules_with_their_quiet_zone(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE("<symbol x='10' y='10' w='30' h='25' type='qr' ecc='L' value='{$code}'/>"
             "<symbol x='10' y='50' w='80' h='15' type='code128' value='{$code-plain}' "
             "hri='yes'/>"),
        "en", V("code", "FERN-7K2Q") V("code-plain", "FERN7K2Q"));
    const struct page_item *qr = &bench->page->items[0], *linear = &bench->page->items[1];
    assert_int_equal(bench->notes.count, 0);
    assert_int_equal(qr->columns, 21 + 8);
    assert_int_equal(qr->rows, 21 + 8);
    assert_int_equal(qr->at.w, 2500);
    assert_int_equal(qr->at.x, 1250);
    for (int32_t i = 0; i < qr->columns * 4; i++)
        assert_int_equal(qr->modules[i], 0);
    /* a finder's outer row: seven dark modules and a light one */
    for (int32_t i = 0; i < 8; i++)
        assert_int_equal(qr->modules[4 * qr->columns + 4 + i], i < 7);
    assert_int_equal(linear->rows, 1);
    for (int32_t i = 0; i < 10; i++) {
        assert_int_equal(linear->modules[i], 0);
        assert_int_equal(linear->modules[linear->columns - 1 - i], 0);
    }
    assert_int_equal(linear->modules[10], 1);
    assert_string_equal(linear->hri, "FERN7K2Q");
}

static void
a_symbol_that_cannot_be_read_is_told(void **state)
{
    struct bench *bench = *state;
    const char *url =
        V("short-url", "https://fern-kettle.example/autumn?c=FERN-7K2Q-9XTM");
    assert_made(
        bench,
        PAGE("<symbol x='10' y='10' w='10' h='10' type='qr' value='{$short-url}'/>"),
        "en", url);
    assert_noted(bench, NOTE_SYMBOL_SMALL);
    assert_made(
        bench,
        PAGE("<symbol x='10' y='10' w='30' h='10' type='code128' value='{$short-url}'/>"),
        "en", url);
    assert_noted(bench, NOTE_SYMBOL_SMALL);
    assert_made(
        bench,
        PAGE("<symbol x='10' y='10' w='10' h='10' type='qr' value='{$short-url}'/>"),
        "en", "");
    assert_noted(bench, NOTE_SYMBOL_EMPTY);
    assert_int_equal(bench->page->item_count, 0);
    assert_int_equal(
        bench_make(
            bench,
            PAGE("<symbol x='10' y='10' w='10' h='10' type='code128' value='{$code}'/>"),
            "en", V("code", "日本")),
        STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_SYMBOL_FAILED);
}

static void
a_gs1_symbol_takes_the_shape_of_its_symbology(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE("<symbol x='5' y='5' w='70' h='40' type='databar-expanded-stacked' "
             "columns='2' "
             "value='{$gs1}'/>"
             "<symbol x='5' y='50' w='95' h='12' type='databar-expanded' hri='yes' "
             "value='[255]9501101530003'/>"
             "<symbol x='5' y='70' w='30' h='25' type='gs1-datamatrix' value='{$gs1}'/>"),
        "en", V("gs1", "[8110]106141416543213500110000310123196000"));
    const struct page_item *stacked = &bench->page->items[0],
                           *expanded = &bench->page->items[1],
                           *matrix = &bench->page->items[2];
    assert_int_equal(bench->notes.count, 0);
    assert_string_equal(stacked->symbol_type, "databar-expanded-stacked");
    assert_true(stacked->rows > 2 * 34); /* rows of 34 X, separators of 1 X */
    assert_true(stacked->columns > 90 && stacked->columns < 120);
    assert_int_equal(stacked->at.w, 7000); /* no square */
    assert_int_equal(expanded->rows, 1);
    assert_string_equal(expanded->hri, "(255)9501101530003");
    assert_int_equal(matrix->rows, matrix->columns);
    assert_int_equal(matrix->at.w, 2500);
    for (int32_t y = 1; y + 1 < matrix->rows; y++) /* the solid side of its finder */
        assert_int_equal(matrix->modules[y * matrix->columns + 1], 1);
}

static void
what_is_no_gs1_data_is_refused_to_the_character(void **state)
{
    static const struct {
        const char *value, *said;
    } rows[] = {
        {"9501101530003", "(character 1)"},
        {"[255]9501101530004", "(character 18): (255): the check digit is 4"},
        {"[8110]01234561234565", "(character 21): the save value"},
        {"[255]9501101530003[17]261301", "(17): 261301 is no date"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char value[200];
        snprintf(value, sizeof(value), "<v name=\"gs1\" type=\"text\">%s</v>",
                 rows[i].value);
        assert_int_equal(
            bench_make(bench,
                       PAGE("<symbol x='5' y='5' w='90' h='40' "
                            "type='databar-expanded-stacked' value='{$gs1}'/>"),
                       "en", value),
            STATUS_BAD_INPUT);
        const struct note *note = notes_find(&bench->notes, NOTE_SYMBOL_NOT_GS1);
        assert_non_null(note);
        if (!strstr(note->text, rows[i].said))
            fail_msg("\"%s\" does not say \"%s\"", note->text, rows[i].said);
    }
}

/* ---- plate and imprint ---- */

static void
what_comes_out_of_a_hole_is_imprint(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        HEAD(A6,
             "<param name='greeting'>Hello</param>"
             "<param name='to'>For {$given-name}</param>") "<page>"
                                                           "<frame x='10' y='10' w='60' "
                                                           "h='8' "
                                                           "style='body'>Fixed</frame>"
                                                           "<frame x='10' y='20' w='60' "
                                                           "h='8' "
                                                           "style='body'>{$greeting}</"
                                                           "frame>"
                                                           "<frame x='10' y='30' w='60' "
                                                           "h='8' "
                                                           "style='body'>{$given-name}</"
                                                           "frame>"
                                                           "<frame x='10' y='40' w='60' "
                                                           "h='8' "
                                                           "style='body'>{$to}</frame>"
                                                           "<frame x='10' y='50' w='60' "
                                                           "h='8' style='body'>"
                                                           "<xsl:if test='$orders &gt; "
                                                           "1'>Again</xsl:if></frame>"
                                                           "<xsl:if test='$orders &gt; "
                                                           "1'><box x='1' y='1' w='2' "
                                                           "h='2' fill='ink'/></xsl:if>"
                                                           "<box x='{1 + 1}' y='3' w='2' "
                                                           "h='2' fill='ink'/>"
                                                           "<group x='{$orders}' "
                                                           "y='9'><box x='0' y='0' w='7' "
                                                           "h='2' fill='ink'/></group>"
                                                           "</page>" TAIL,
        "en", V("given-name", "Noa") N("orders", "3"));
    assert_dump_has(bench, "plate text 10,10 60x4.7 fill #000000 \"Fixed\"");
    assert_dump_has(bench, "plate text 10,20 60x4.7 fill #000000 \"Hello\"");
    assert_dump_has(bench, "imprint text 10,30 60x4.7 fill #000000 \"Noa\"");
    assert_dump_has(bench, "imprint text 10,40 60x4.7 fill #000000 \"For Noa\"");
    assert_dump_has(bench, "imprint text 10,50 60x4.7 fill #000000 \"Again\"");
    assert_dump_has(bench, "imprint box 1,1");
    assert_dump_has(bench, "plate box 2,3");
    assert_dump_has(bench, "imprint box 3,9 7x2");
}

static void
equal_plates_have_equal_keys(void **state)
{
    struct bench *bench = *state;
    const char *template = HEAD(
        A6, "<param name='greeting'>Hello</param>") "<page>"
                                                    "<frame x='10' y='10' w='60' h='8' "
                                                    "style='body'>{$greeting}</frame>"
                                                    "<frame x='10' y='20' w='60' h='8' "
                                                    "style='body'>{$given-name}</frame></"
                                                    "page>" TAIL;
    char noa[80], german[80], other[80];
    bench_translate(bench, "t", "greeting", "Hello", "Guten Tag");
    assert_made(bench, template, "en", V("given-name", "Noa"));
    snprintf(noa, sizeof noa, "%s", bench->page->plate_key);
    assert_int_equal(bench_make_file(bench, bench->file, "en", V("given-name", "Ada")),
                     STATUS_OK);
    assert_string_equal(bench->page->plate_key, noa);
    assert_int_equal(bench_make_file(bench, bench->file, "de", V("given-name", "Noa")),
                     STATUS_OK);
    snprintf(german, sizeof german, "%s", bench->page->plate_key);
    assert_string_not_equal(german, noa);
    bench_forget(bench, "t");
    assert_int_equal(bench_make_file(bench, bench->file, "en", V("greeting", "Good day")),
                     STATUS_OK);
    snprintf(other, sizeof other, "%s", bench->page->plate_key);
    assert_string_not_equal(other, noa);
}

static void
the_same_values_give_the_same_page(void **state)
{
    struct bench *bench = *state;
    const char *template = FRAME("fit='shrink cut' lines='2'",
                                 "{$given-name} and {$full-name}, a long line of it");
    const char *values =
        V("given-name", "Noa") V("full-name", "Noa Levi of the long street");
    char *first;
    assert_made(bench, template, "en", values);
    first = strdup(bench->dump.p);
    assert_made(bench, FRAME("", "another"), "en", "");
    assert_made(bench, template, "en", values);
    assert_string_equal(bench->dump.p, first);
    free(first);
}

/* ---- what a template may say ---- */

static void
a_fault_in_a_template_is_told_with_its_line(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *template;
        enum note_id id;
        int32_t line; /* 0: any */
    } cases[] = {
        {FRAME("", "{$givn-name}"), NOTE_TEMPLATE_UNKNOWN_VARIABLE, 4},
        {FRAME("", "{given-name +}"), NOTE_TEMPLATE_BAD_EXPRESSION, 4},
        {FRAME("", "{}"), NOTE_TEMPLATE_BAD_EXPRESSION, 4},
        {FRAME("", "{$code"), NOTE_TEMPLATE_BAD_EXPRESSION, 4},
        {FRAME("", "a } b"), NOTE_TEMPLATE_BAD_EXPRESSION, 4},
        {FRAME("", "{document('/etc/passwd')}"), NOTE_TEMPLATE_UNKNOWN_FUNCTION, 4},
        {FRAME("", "{upper-case($code)}"), NOTE_TEMPLATE_UNKNOWN_FUNCTION, 4},
        {FRAME("colour='inc'", "x"), NOTE_TEMPLATE_UNKNOWN_COLOUR, 4},
        {PAGE("\n<frame x='1' y='1' w='9' h='9' style='bdoy'>x</frame>"),
         NOTE_TEMPLATE_UNKNOWN_STYLE, 5},
        {PAGE("<box x='1' y='1' w='wide' h='2'/>"), NOTE_TEMPLATE_BAD_NUMBER, 4},
        {PAGE("<box x='1' y='1' w='{$code}' h='2'/>"), NOTE_TEMPLATE_BAD_NUMBER, 4},
        {PAGE("<art x='1' y='1' w='2' h='2' href='none.svg'/>"), NOTE_TEMPLATE_NO_FILE,
         4},
        {PAGE("<art x='1' y='1' w='2' h='2' href='/etc/passwd'/>"),
         NOTE_TEMPLATE_FILE_REFUSED, 4},
        {PAGE("<art x='1' y='1' w='2' h='2' href='../../etc/passwd'/>"),
         NOTE_TEMPLATE_FILE_REFUSED, 4},
        {HEAD(A6, "<style name='body' font='Lato' size='3'/>") "<page/>" TAIL,
         NOTE_TEMPLATE_TWICE, 3},
        {HEAD(A6, "<style name='b' font='Lato' size='3' colour='sky'/>") "<page/>" TAIL,
         NOTE_TEMPLATE_UNKNOWN_COLOUR, 3},
        {HEAD("", "") "<page/>" TAIL, NOTE_TEMPLATE_BAD_MEDIA, 4},
        {HEAD(A6, "") "<page><xsl:copy-of select='/'/></page>" TAIL, NOTE_XML_INVALID, 0},
        {HEAD(A6, "") "<page><xsl:if test='$here'><xsl:variable name='here' select='1'/>"
                      "</xsl:if></page>" TAIL,
         NOTE_TEMPLATE_UNKNOWN_VARIABLE, 4},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(bench_make(bench, cases[i].template, "en", ""),
                         STATUS_BAD_INPUT);
        const struct note *note = notes_find(&bench->notes, cases[i].id);
        if (!note || (cases[i].line && note->line != cases[i].line)) {
            bench_say_notes(bench);
            fail_msg("case %zu: note %d in line %d was expected", i, (int)cases[i].id,
                     (int)cases[i].line);
        }
    }
}

static void
a_near_name_is_suggested(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(bench_make(bench, FRAME("", "{$givn-name}"), "en", ""),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(bench->notes.note[0].text, "did you mean $given-name?"));
}

static void
a_link_out_of_the_folders_is_refused(void **state)
{
    struct bench *bench = *state;
    char link[160];
    snprintf(link, sizeof link, "%s/out.svg", bench->dir);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(bench_make(bench,
                                PAGE("<art x='1' y='1' w='2' h='2' href='out.svg'/>"),
                                "en", ""),
                     STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_TEMPLATE_FILE_REFUSED);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(bench_make_file(bench, "/etc/passwd", "en", ""), STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_TEMPLATE_FILE_REFUSED);
}

static void
a_picture_that_a_value_names_stays_within_the_folders(void **state)
{
    struct bench *bench = *state;
    const char *template = PAGE("<art x='1' y='1' w='2' h='2' href='{$tier}.svg'/>");
    bench_write(bench, "dot.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    assert_made(bench, template, "en", V("tier", "dot"));
    assert_dump_has(bench, "imprint art 1,1 2x2 dot.svg contain");
    assert_made(bench, template, "en", V("tier", "gold"));
    assert_noted(bench, NOTE_ART_MISSING);
    assert_int_equal(bench->page->item_count, 0);
    assert_int_equal(bench_make(bench,
                                PAGE("<art x='1' y='1' w='2' h='2' href='{$tier}'/>"),
                                "en", V("tier", "../../etc/passwd")),
                     STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_TEMPLATE_FILE_REFUSED);
}

static void
a_theme_is_shared_and_the_template_goes_over_it(void **state)
{
    struct bench *bench = *state;
    bench_write(bench, "theme.xml",
                "<theme xmlns='urn:tuck:template:1' name='th'>"
                "<param name='bye'>Bye</param><param name='hello'>Hey</param>"
                "<colour name='ink' rgb='#112233'/><colour name='leaf' rgb='#00FF00'/>"
                "<style name='body' font='Lato' size='9'/>"
                "<style name='big' font='Lato' size='9' colour='ink'/></theme>");
    bench_translate(bench, "theme", "bye", "Bye", "Tschüss");
    assert_made(
        bench,
        "<template xmlns='urn:tuck:template:1' name='t' kind='insert' " A6 ">"
        "<include href='theme.xml'/><param name='hello'>Hi</param>"
        "<colour name='ink' rgb='#23201C'/><style name='body' font='Karla' size='4'/>"
        "<page><frame x='10' y='10' w='60' h='20' style='body'>{$hello}</frame>"
        "<frame x='10' y='30' w='60' h='20' style='big'>{$bye}</frame>"
        "<box x='1' y='1' w='2' h='2' fill='leaf'/></page>" TAIL,
        "de-AT", "");
    assert_dump_has(bench, "[Karla 4] \"Hi\"");
    assert_dump_has(bench, "fill #23201c \"Tschüss\"");
    assert_dump_has(bench, "fill #00ff00");
    bench_forget(bench, "theme");
    assert_int_equal(
        bench_make(bench,
                   "<template xmlns='urn:tuck:template:1' name='t' kind='insert' " A6
                   "><include href='../../../../etc/passwd'/><page/></template>",
                   "en", ""),
        STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_TEMPLATE_FILE_REFUSED);
}

#define GREETING                                                                         \
    HEAD(A6, "<param name='hi'>You have {$points, plural, one {# point} other {# "       \
             "points}}, {$given-name}</param>")                                          \
    "<page><frame x='10' y='10' w='80' h='20' style='body'>{$hi}</frame></page>" TAIL
#define SOURCE "You have {$points, plural, one {# point} other {# points}}, {$given-name}"
#define GERMAN                                                                           \
    "Sie haben {$points, plural, one {# Punkt} other {# Punkte}}, {$given-name}"
#define WHO(points) V("given-name", "Noa") "<v name='points' type='number'>" points "</v>"

static void
a_translation_beside_the_template_is_for_its_readers(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, GREETING, "de-AT", WHO("1"));
    assert_dump_has(bench, "You have 1 point, Noa");
    /* a file that is new is found at once, and so is one that changed */
    bench_translate(bench, "t", "hi", SOURCE, GERMAN);
    assert_int_equal(bench_make_file(bench, bench->file, "de-AT", WHO("2")), STATUS_OK);
    assert_dump_has(bench, "Sie haben 2 Punkte, Noa");
    assert_int_equal(bench->notes.count, 0);
    assert_int_equal(bench_make_file(bench, bench->file, "fr", WHO("2")), STATUS_OK);
    assert_dump_has(bench, "You have 2 points, Noa");
    bench_translate(bench, "t", "hi", SOURCE, "Nur {$points}");
    assert_int_equal(bench_make_file(bench, bench->file, "de", WHO("2")), STATUS_OK);
    assert_noted(bench, NOTE_STRINGS_HOLES);
    bench_translate(bench, "t", "ho", "Ho", "Ho");
    assert_int_equal(bench_make_file(bench, bench->file, "de", WHO("2")), STATUS_OK);
    assert_noted(bench, NOTE_STRINGS_UNKNOWN);
    bench_translate(bench, "t", "hi", SOURCE, "{$points, plural, one {#}} {$given-name}");
    assert_int_equal(bench_make_file(bench, bench->file, "de", WHO("2")),
                     STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_MESSAGE_BAD);
    assert_int_equal(bench->notes.note[0].line, 2);
    bench_forget(bench, "t");
}

static void
in_proofs_what_is_missing_or_stale_is_told(void **state)
{
    struct bench *bench = *state;
    pages_set_strict(bench->pages, true);
    assert_made(bench, GREETING, "de", WHO("1"));
    assert_noted(bench, NOTE_STRING_MISSING);
    bench_translate(bench, "t", "hi", "You had " SOURCE, GERMAN);
    assert_int_equal(bench_make_file(bench, bench->file, "de", WHO("2")), STATUS_OK);
    assert_noted(bench, NOTE_STRINGS_STALE);
    bench_translate(bench, "t", "hi", SOURCE, GERMAN);
    assert_int_equal(bench_make_file(bench, bench->file, "de", WHO("2")), STATUS_OK);
    assert_int_equal(bench->notes.count, 0);
    pages_set_strict(bench->pages, false);
    bench_forget(bench, "t");
}

static void
an_edited_template_is_read_anew(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "before"), "en", "");
    assert_made(bench, FRAME("", "after it"), "en", "");
    assert_dump_has(bench, "\"after it\"");
}

static void
a_template_that_never_ends_is_stopped(void **state)
{
    struct bench *bench = *state;
    struct buf rows BUF_AUTO = {0};
    for (int i = 0; i < 400; i++)
        buf_puts(&rows, "<line sku='A'>a</line>");
    assert_int_equal(
        bench_make(bench,
                   FRAME("", "<xsl:for-each select='line'><xsl:for-each select='../line'>"
                             "<xsl:if test='count(../line[. = ../line]) = 0'>x</xsl:if>"
                             "</xsl:for-each></xsl:for-each>"),
                   "en", rows.p),
        STATUS_BAD_INPUT);
    assert_noted(bench, NOTE_TEMPLATE_RUN_FAILED);
}

static void
values_that_are_none_are_refused(void **state)
{
    struct bench *bench = *state;
    bench_write(bench, "t.xml", PAGE(""));
    static const char *const documents[] = {
        "",
        "<values/>",
        "<values xmlns='urn:tuck:values:1'><v>x</v></values>",
        "<values xmlns='urn:tuck:values:1'>",
        "<order xmlns='urn:tuck:order:1'/>",
        "<!DOCTYPE values [<!ENTITY a 'b'>]><values "
        "xmlns='urn:tuck:values:1'>&a;</values>",
    };
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        struct page *page = NULL;
        assert_int_equal(page_make(bench->pages, bench->file, documents[i],
                                   strlen(documents[i]), bench->arena, &bench->notes,
                                   &page),
                         STATUS_BAD_INPUT);
        assert_null(page);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_lie_where_the_template_says),
        cmocka_unit_test(a_page_for_right_to_left_readers_is_mirrored),
        cmocka_unit_test(the_language_says_which_way_a_page_reads),
        cmocka_unit_test(a_box_panel_has_the_size_of_its_carton),
        cmocka_unit_test(items_that_do_not_fit_a_stack_are_left_out_and_told),
        cmocka_unit_test(figures_show_their_number),
        cmocka_unit_test(a_symbol_is_modules_with_their_quiet_zone),
        cmocka_unit_test(a_symbol_that_cannot_be_read_is_told),
        cmocka_unit_test(a_gs1_symbol_takes_the_shape_of_its_symbology),
        cmocka_unit_test(what_is_no_gs1_data_is_refused_to_the_character),
        cmocka_unit_test(what_comes_out_of_a_hole_is_imprint),
        cmocka_unit_test(equal_plates_have_equal_keys),
        cmocka_unit_test(the_same_values_give_the_same_page),
        cmocka_unit_test(a_fault_in_a_template_is_told_with_its_line),
        cmocka_unit_test(a_near_name_is_suggested),
        cmocka_unit_test(a_link_out_of_the_folders_is_refused),
        cmocka_unit_test(a_picture_that_a_value_names_stays_within_the_folders),
        cmocka_unit_test(a_theme_is_shared_and_the_template_goes_over_it),
        cmocka_unit_test(an_edited_template_is_read_anew),
        cmocka_unit_test(a_template_that_never_ends_is_stopped),
        cmocka_unit_test(a_translation_beside_the_template_is_for_its_readers),
        cmocka_unit_test(in_proofs_what_is_missing_or_stale_is_told),
        cmocka_unit_test(values_that_are_none_are_refused),
    };
    return cmocka_run_group_tests_name("page", tests, bench_open, bench_close);
}
