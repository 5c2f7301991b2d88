/* Words on a page: copyfitting, scripts and directions, and text that means harm. */
#include "page-bench.h"

#define V(name, text) "<v name='" name "' type='text'>" text "</v>"
#define LONG_NAME                                                                        \
    "Maximiliana-Alexandrina Wolfeschlegelsteinhausenbergerdorff von und zu "            \
    "Hohenzollern-Sigmaringen-Donaudampfschifffahrtsgesellschaft de la Vega y "          \
    "Fernandez-Cuesta Rodriguez MacGillicuddy-Featherstonehaugh"

static const struct page_item *
text_item(const struct bench *bench)
{
    for (size_t i = 0; i < bench->page->item_count; i++)
        if (bench->page->items[i].kind == ITEM_TEXT)
            return &bench->page->items[i];
    fail_msg("the page has no text");
    return NULL;
}

/* What is printed, which for a cut text is less than what was asked for. */
static const char *
printed(const struct bench *bench)
{
    return pango_layout_get_text(text_item(bench)->layout);
}

static void
assert_within_frame(const struct bench *bench, int32_t w, int32_t h)
{
    PangoRectangle all;
    pango_layout_get_extents(text_item(bench)->layout, NULL, &all);
    assert_true(all.x >= -PANGO_SCALE);
    assert_true(all.x + all.width <= (w + 10) * PANGO_SCALE);
    assert_true(all.height <= (h + 10) * PANGO_SCALE);
}

/* ---- copyfitting ---- */

static void
a_text_that_fits_keeps_its_size(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("fit='shrink cut'", "Short"), "en", "");
    assert_true(text_item(bench)->scale == 1);
    assert_false(text_item(bench)->is_cut);
    assert_int_equal(bench->notes.count, 0);
}

static void
a_text_shrinks_no_more_than_it_must(void **state)
{
    struct bench *bench = *state;
    const char *template = PAGE(
        "<frame x='10' y='10' w='40' h='6' style='body' fit='shrink cut' min-size='50'>"
        "{$full-name}</frame>");
    assert_made(bench, template, "en", V("full-name", "Maximilian Featherstone"));
    double scale = text_item(bench)->scale;
    assert_true(scale < 1 && scale > 0.8);
    assert_false(text_item(bench)->is_cut);
    assert_within_frame(bench, 4000, 600);
    assert_int_equal(bench->notes.count, 0);
    /* one percent more would have been too wide */
    PangoRectangle all;
    pango_layout_get_extents(text_item(bench)->layout, NULL, &all);
    assert_true(all.width * (scale + 0.01) / scale > 4000.0 * PANGO_SCALE);
}

static void
a_name_of_200_characters_is_cut_and_stays_in_its_frame(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='60' h='12' style='body' fit='shrink cut'>Dear "
             "{$full-name}</frame>"),
        "en", V("full-name", LONG_NAME));
    assert_true(text_item(bench)->is_cut);
    assert_true(text_item(bench)->scale == 0.7);
    assert_within_frame(bench, 6000, 1200);
    assert_non_null(strstr(printed(bench), "\xE2\x80\xA6"));
    assert_int_equal(strncmp(printed(bench), "Dear Maximiliana", 16), 0);
    /* the frame is used: the next character would not have fitted */
    assert_true(pango_layout_get_line_count(text_item(bench)->layout) >= 2);
    assert_int_equal(bench->notes.count, 0);
}

static void
a_cut_that_the_frame_does_not_allow_is_told(void **state)
{
    struct bench *bench = *state;
    assert_made(bench,
                PAGE("<frame x='10' y='10' w='60' h='12' style='body' fit='shrink'>"
                     "{$full-name}</frame>"),
                "en", V("full-name", LONG_NAME));
    assert_noted(bench, NOTE_TEXT_OVERFLOW);
    assert_int_equal(notes_find(&bench->notes, NOTE_TEXT_OVERFLOW)->line, 4);
    assert_within_frame(bench, 6000, 1200);
}

static void
a_frame_for_one_line_holds_no_second_one(void **state)
{
    struct bench *bench = *state;
    assert_made(bench,
                PAGE("<frame x='10' y='10' w='30' h='5' style='tight' fit='cut'>"
                     "{$gift-message}</frame>"),
                "en", V("gift-message", "Longer by far than a line of this frame"));
    assert_int_equal(pango_layout_get_line_count(text_item(bench)->layout), 1);
    assert_within_frame(bench, 3000, 500);
    assert_true(text_item(bench)->is_cut);
}

static void
a_frame_has_no_more_lines_than_it_says(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='60' h='90' style='tight' fit='cut' lines='2'>"
             "{$gift-message}</frame>"),
        "en", V("gift-message", "One\nTwo\nThree\nFour"));
    assert_int_equal(pango_layout_get_line_count(text_item(bench)->layout), 2);
    assert_string_equal(printed(bench), "One\nTwo\xE2\x80\xA6");
}

static void
a_text_stands_where_its_frame_puts_it(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *valign, *where;
    } cases[] = {{"top", "text 10,10 60x5"},
                 {"middle", "text 10,17.5 60x5"},
                 {"bottom", "text 10,25 60x5"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char template[600];
        snprintf(
            template, sizeof template,
            PAGE(
                "<frame x='10' y='10' w='60' h='20' style='tight' valign='%s'>x</frame>"),
            cases[i].valign);
        assert_made(bench, template, "en", "");
        assert_dump_has(bench, cases[i].where);
    }
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='60' h='20' style='tight' rotate='90'>x</frame>"),
        "en", "");
    /* the top line of the turned frame is at its right edge */
    assert_dump_has(bench, "text 17.5,17.5 60x5 fill #000000 rotate 90");
}

/* ---- running text ---- */

static void
written_space_collapses_and_inserted_lines_stay(void **state)
{
    struct bench *bench = *state;
    assert_made(bench,
                FRAME("",
                      "\n  One\n  two <span colour='ink'>three </span> four<br/>\n five"
                      "<p>six</p> {{7}}"),
                "en", "");
    assert_string_equal(printed(bench), "One two three four\nfive\nsix\n{7}");
    assert_made(bench, FRAME("", "<p>To {$gift-message}</p>"), "en",
                V("gift-message", "Ada\r\n  Love,\nMum"));
    assert_string_equal(printed(bench), "To Ada\nLove,\nMum");
}

static void
a_style_in_capitals_knows_the_language(void **state)
{
    struct bench *bench = *state;
    const char *template = HEAD(A6, "<style name='caps' font='Karla' size='4' "
                                    "case='upper'/>") "<page><frame x='10' y='10' w='60' "
                                                      "h='20' "
                                                      "style='caps'>{$given-name}</"
                                                      "frame></page>" TAIL;
    assert_made(bench, template, "de", V("given-name", "Größi"));
    assert_string_equal(printed(bench), "GRÖSSI");
    assert_made(bench, template, "tr", V("given-name", "izmir"));
    assert_string_equal(printed(bench), "İZMİR");
}

static void
a_number_that_is_not_known_is_not_printed(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "You have {$points} points"), "en", "");
    assert_string_equal(printed(bench), "You have points");
    assert_noted(bench, NOTE_NUMBER_UNKNOWN);
}

#define BESIDE(x)                                                                        \
    HEAD(A6 " safe='4'", "")                                                             \
    "<page><frame x='" x "' y='10' w='60' h='20' style='body'>Near</frame></page>" TAIL

static void
a_text_beyond_the_safe_area_is_told(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, BESIDE("3"), "en", "");
    assert_noted(bench, NOTE_BEYOND_SAFE);
    assert_made(bench, BESIDE("4"), "en", "");
    assert_int_equal(bench->notes.count, 0);
}

static void
a_character_that_no_font_has_is_told(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "{$given-name}"), "en",
                V("given-name", "A\xEE\x80\x80"));
    assert_noted(bench, NOTE_TEXT_GLYPHS_MISSING);
}

static void
a_family_that_is_not_installed_is_told(void **state)
{
    struct bench *bench = *state;
    assert_made(bench,
                HEAD(A6, "<style name='odd' font='Comic Neue' size='4'/>") "<page/>" TAIL,
                "en", "");
    assert_noted(bench, NOTE_FONT_MISSING);
}

/* ---- scripts and directions ---- */

static void
every_script_finds_its_letters(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *lang, *name, *face;
    } cases[] = {
        {"he", "נועה לוי", "[Noto Sans Hebrew"},
        {"fa", "نوشین کریمی", "[Noto Sans Arabic"},
        {"ar", "محمد", "[Noto Sans Arabic"},
        {"th", "สมชาย ใจดี", "[Noto Sans Thai"},
        {"hi", "अनीता", "[Noto Sans Devanagari"},
        {"ja", "直美 渡辺", "[Noto Sans CJK JP"},
        {"zh-CN", "直美", "[Noto Sans CJK SC"},
        {"ko", "지민", "[Noto Sans CJK KR"},
        {"ru", "Ирина Ёлкина", "[Noto Sans 4]"},
        {"el", "Ελένη", "[Noto Sans 4]"},
        {"en", "直美", "[Noto Sans CJK JP"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char values[200];
        snprintf(values, sizeof values, V("given-name", "%s"), cases[i].name);
        assert_made(bench, FRAME("", "{$given-name}"), cases[i].lang, values);
        assert_dump_has(bench, cases[i].face);
        assert_null(notes_find(&bench->notes, NOTE_TEXT_GLYPHS_MISSING));
    }
}

static void
a_script_has_its_own_face_and_size(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        HEAD(
            A6,
            "<style name='head' font='EB Garamond' size='10'/>"
            "<script code='Hebr' font='Noto Sans Hebrew' factor='1.1'/>"
            "<script code='Hebr' style='head' font='Noto Serif Hebrew' factor='0.9'/>"
            "<script code='Jpan' font='Noto Serif CJK JP' factor='0.95'/>") "<page><"
                                                                            "frame "
                                                                            "x='10' "
                                                                            "y='10' "
                                                                            "w='90' "
                                                                            "h='20' "
                                                                            "style='head'"
                                                                            ">{$given-"
                                                                            "name}</"
                                                                            "frame>"
                                                                            "<frame "
                                                                            "x='10' "
                                                                            "y='40' "
                                                                            "w='90' "
                                                                            "h='20' "
                                                                            "style='body'"
                                                                            ">{$given-"
                                                                            "name}</"
                                                                            "frame>"
                                                                            "<frame "
                                                                            "x='10' "
                                                                            "y='60' "
                                                                            "w='90' "
                                                                            "h='20' "
                                                                            "style='body'"
                                                                            ">直美さん</"
                                                                            "frame></"
                                                                            "page>" TAIL,
        "en", V("given-name", "נועה Noa"));
    assert_dump_has(bench, "[Noto Serif Hebrew 9]");
    assert_dump_has(bench, "[EB Garamond 10]");
    assert_dump_has(bench, "[Noto Sans Hebrew 4.4]");
    assert_dump_has(bench, "[Noto Serif CJK JP 3.8]");
}

static void
start_is_the_side_where_the_page_begins(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "{$given-name}"), "he", V("given-name", "נועה"));
    assert_int_equal(pango_layout_get_alignment(text_item(bench)->layout),
                     PANGO_ALIGN_RIGHT);
    assert_dump_has(bench, "text 35,10");
    /* Latin words in a Hebrew page read from the left but stand at the right. */
    assert_made(bench, FRAME("", "Fern"), "he", "");
    assert_int_equal(pango_layout_get_alignment(text_item(bench)->layout),
                     PANGO_ALIGN_RIGHT);
    assert_dump_lacks(bench, " rtl [");
    assert_made(bench, FRAME("align='end'", "נועה"), "en", "");
    assert_int_equal(pango_layout_get_alignment(text_item(bench)->layout),
                     PANGO_ALIGN_RIGHT);
}

static void
a_name_of_the_other_direction_does_not_turn_its_line(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "{$given-name}, 3 orders!"), "en",
                V("given-name", "נועה"));
    assert_string_equal(printed(bench), "\xE2\x81\xA8נועה\xE2\x81\xA9, 3 orders!");
    assert_dump_lacks(bench, " rtl [");
    assert_made(bench, FRAME("", "{$given-name}, 3 orders!"), "en",
                V("given-name", "Noa"));
    assert_string_equal(printed(bench), "Noa, 3 orders!");
    /* alone in its frame nothing has to be set apart */
    assert_made(bench, FRAME("", " {$given-name} "), "en", V("given-name", "נועה"));
    assert_string_equal(printed(bench), "נועה");
    assert_dump_has(bench, " rtl [");
}

/* Left edge of what stands in the layout, in 1/100 mm of the frame. */
static int
left_of(const struct bench *bench, const char *what)
{
    const char *at = strstr(printed(bench), what);
    PangoRectangle rect;
    assert_non_null(at);
    pango_layout_index_to_pos(text_item(bench)->layout, (int)(at - printed(bench)),
                              &rect);
    return MIN(rect.x, rect.x + rect.width) / PANGO_SCALE;
}

static void
signs_without_direction_follow_the_page(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "3 × {$given-name},"), "en", V("given-name", "נועה"));
    assert_true(left_of(bench, "3") < left_of(bench, "נועה"));
    assert_true(left_of(bench, "נועה") < left_of(bench, ","));
    assert_made(bench, FRAME("", "3 × {$given-name},"), "he", V("given-name", "Noa"));
    assert_true(left_of(bench, "3") > left_of(bench, "Noa"));
    assert_true(left_of(bench, "Noa") > left_of(bench, ","));
}

static void
each_paragraph_of_a_message_reads_its_own_way(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, FRAME("", "{$gift-message}"), "he",
                V("gift-message", "נועה יקרה,\nEnjoy Fern tea.\nנשיקות, Bob."));
    assert_true(left_of(bench, "נועה") > left_of(bench, ","));
    assert_true(left_of(bench, "E") < left_of(bench, "tea"));
    assert_true(left_of(bench, "tea") < left_of(bench, "."));
    assert_true(left_of(bench, "נשיקות") > left_of(bench, "Bob"));
    /* the paragraph's words look as the template says, the isolates' bytes aside */
    assert_made(
        bench, FRAME("", "<p>tea</p><p><span style='tight'>תה</span> ירוק</p><p>tea</p>"),
        "en", "");
    assert_true(left_of(bench, "תה") > left_of(bench, "ירוק"));
    assert_dump_lacks(bench, "rtl [");
    assert_int_equal(pango_layout_get_line_count(text_item(bench)->layout), 3);
    assert_string_equal(printed(bench), "tea\n\xE2\x81\xA8תה ירוק\xE2\x81\xA9\ntea");
}

/* ---- text that means harm ---- */

static void
a_value_is_never_markup_or_an_expression(void **state)
{
    struct bench *bench = *state;
    static const char *const hostile[][2] = {
        {"{$code}", "{$code}"},
        {"{{x}}", "{{x}}"},
        {"&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"},
        {"&lt;/v&gt;&lt;/values&gt;", "</v></values>"},
        {"&amp;amp; &amp;#65;", "&amp; &#65;"},
        {"' or 1=1 or '", "' or 1=1 or '"},
        {"&quot;); document(&quot;x", "\"); document(\"x"},
        {"%s%n", "%s%n"},
        {"&lt;xsl:value-of select=&quot;$code&quot;/&gt;",
         "<xsl:value-of select=\"$code\"/>"},
    };
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        char values[300];
        snprintf(values, sizeof values, V("given-name", "%s") V("code", "SECRET"),
                 hostile[i][0]);
        assert_made(bench, FRAME("", "{$given-name}"), "en", values);
        assert_string_equal(printed(bench), hostile[i][1]);
    }
    /* … nor when a param's own text takes it in */
    assert_made(
        bench,
        HEAD(A6,
             "<param name='to'>For {$given-name}, {$unknown}</param>") "<page><frame "
                                                                       "x='10' y='10' "
                                                                       "w='60' h='20' "
                                                                       "style='body'>{$"
                                                                       "to}</frame></"
                                                                       "page>" TAIL,
        "en", V("given-name", "{$code}") V("code", "SECRET"));
    assert_string_equal(printed(bench), "For {$code}, {$unknown}");
}

static void
controls_and_overrides_of_direction_are_taken_out(void **state)
{
    struct bench *bench = *state;
    static const char *const cases[][2] = {
        {"a\xE2\x80\xAE"
         "b",
         "ab"}, /* RLO */
        {"a\xE2\x81\xA7"
         "b",
         "ab"}, /* RLI */
        {"a\tb", "a b"},
        {"a\xC2\x9B"
         "b",
         "a b"}, /* CSI */
        {"a\xE2\x80\x8C"
         "b",
         "a\xE2\x80\x8C"
         "b"}, /* ZWNJ is a letter's business */
        {"a\xEF\xBF\xBC"
         "b",
         "ab"}, /* object replacement */
        {"a\n\n\n\nb", "a\n\nb"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char values[200];
        snprintf(values, sizeof values, V("given-name", "%s"), cases[i][0]);
        assert_made(bench, FRAME("", "{$given-name}"), "en", values);
        assert_string_equal(printed(bench), cases[i][1]);
    }
}

static void
piles_of_marks_do_not_reach_beyond_their_line(void **state)
{
    struct bench *bench = *state;
    struct buf values BUF_AUTO = {0};
    buf_puts(&values, "<v name='given-name' type='text'>Z");
    for (int i = 0; i < 200; i++)
        buf_puts(&values, "\xCC\x8D");
    buf_puts(&values, "</v>");
    assert_made(bench, FRAME("", "{$given-name}"), "en", values.p);
    assert_int_equal(g_utf8_strlen(printed(bench), -1), 7);
}

static void
a_very_long_value_is_laid_out_all_the_same(void **state)
{
    struct bench *bench = *state;
    struct buf values BUF_AUTO = {0};
    buf_puts(&values, "<v name='gift-message' type='text'>");
    for (int i = 0; i < 20000; i++)
        buf_puts(&values, i % 9 ? "\xD7\xA0" : " ");
    buf_puts(&values, "</v>");
    assert_made(bench, FRAME("fit='shrink cut'", "{$gift-message}"), "en", values.p);
    assert_true(text_item(bench)->is_cut);
    assert_within_frame(bench, 6000, 2000);
}

/* Twenty paragraphs of four lines each. */
static void
put_paragraphs(struct buf *out)
{
    for (int i = 1; i <= 20; i++)
        buf_printf(
            out,
            "Paragraph %d says what the others say, at the same length, so that it "
            "comes to a number of lines in a narrow column and not to one.&#10;",
            i);
}

#define COLUMNS(overflow)                                                                \
    HEAD(A6, "<param name='story'/>")                                                    \
    "<page " overflow ">"                                                                \
    "<frame x='10' y='10' w='40' h='50' style='body' thread='s'>{$story}</frame>"        \
    "<frame x='55' y='10' w='40' h='50' style='body' thread='s'/>"                       \
    "<frame x='10' y='130' w='85' h='6' style='body'>page {$page-number}</frame>"        \
    "</page>" TAIL

static size_t
count_pages(const struct page *page)
{
    size_t count = 0;
    for (; page; page = page->next)
        count++;
    return count;
}

static void
a_thread_goes_on_over_columns_and_pages_and_loses_nothing(void **state)
{
    struct bench *bench = *state;
    struct buf rows BUF_AUTO = {0};
    size_t at = 0;
    buf_puts(&rows, "<v name='story' type='text'>");
    put_paragraphs(&rows);
    buf_puts(&rows, "</v>");
    assert_made(bench, COLUMNS("overflow='pages'"), "en", rows.p);
    assert_int_equal(bench->notes.count, 0);
    assert_in_range(count_pages(bench->page), 3, 20);
    assert_dump_has(bench, "\"page 1\"");
    assert_dump_has(bench, "\"page 3\"");
    /* every paragraph, in its order, and no frame longer than it may be */
    for (const struct page *page = bench->page; page; page = page->next)
        for (size_t i = 0; i < page->item_count; i++) {
            const struct page_item *item = &page->items[i];
            if (item->at.y > 10000)
                continue;
            assert_true(item->at.h <= 5010);
            for (const char *p = item->text; (p = strstr(p, "Paragraph ")); p++)
                assert_int_equal(atoi(p + 10), ++at);
            /* nobody is left alone: the first and last line have company */
            const PangoLayoutLine *second =
                pango_layout_get_line_readonly(item->layout, 1);
            assert_true(second == NULL || strncmp(item->text, "Paragraph", 9) == 0 ||
                        !second->is_paragraph_start);
        }
    assert_int_equal(at, 20);
}

static void
a_thread_without_room_for_its_end_is_told(void **state)
{
    struct bench *bench = *state;
    struct buf rows BUF_AUTO = {0};
    buf_puts(&rows, "<v name='story' type='text'>");
    put_paragraphs(&rows);
    buf_puts(&rows, "</v>");
    assert_made(bench, COLUMNS(""), "en", rows.p);
    assert_int_equal(count_pages(bench->page), 1);
    assert_noted(bench, NOTE_TEXT_OVERFLOW);
}

static void
a_threads_columns_change_sides_on_a_page_from_right_to_left(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, COLUMNS("overflow='pages'"), "he",
                "<v name='story' type='text'>שלום לכולם</v>");
    assert_dump_has(bench, " 55,10 40x");
}

static const struct page_item *
first_text(const struct bench *bench)
{
    for (size_t i = 0; i < bench->page->item_count; i++)
        if (bench->page->items[i].kind == ITEM_TEXT)
            return &bench->page->items[i];
    fail_msg("no text");
    return NULL;
}

static int32_t
width_of_line(const struct page_item *item, int line)
{
    PangoRectangle rect;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(item->layout, line),
                                  NULL, &rect);
    return rect.width / PANGO_SCALE;
}

#define LINE_FRAME(width, attributes, text)                                              \
    PAGE("<frame x='10' y='10' w='" width "' h='6' style='body' lines='1' " attributes   \
         ">" text "</frame>")

static void
rules_are_tried_in_the_templates_order_and_no_further_than_needed(void **state)
{
    struct bench *bench = *state;
    const char *text = "A headline of words";
    assert_made(bench,
                LINE_FRAME("35", "fit='tighten shrink cut'", "A headline of words"), "en",
                "");
    const struct page_item *item = first_text(bench);
    assert_in_range(item->tighten, 1, 25);
    assert_float_equal(item->scale, 1, 0.001);
    assert_made(bench,
                LINE_FRAME("35", "fit='shrink tighten cut'", "A headline of words"), "en",
                "");
    item = first_text(bench);
    assert_int_equal(item->tighten, 0);
    assert_true(item->scale < 1);
    double alone = item->scale;
    /* at its limit a rule stays, and the next goes on from there */
    assert_made(bench,
                LINE_FRAME("28", "fit='tighten shrink cut' max-tighten='30'",
                           "A headline of words"),
                "en", "");
    item = first_text(bench);
    assert_int_equal(item->tighten, 30);
    assert_true(item->scale < alone && !item->is_cut);
    assert_string_equal(item->text, text);
    assert_int_equal(bench->notes.count, 0);
}

static void
shorter_words_are_taken_when_those_before_do_not_fit(void **state)
{
    struct bench *bench = *state;
    static const char words[] = "A headline that nobody has room for"
                                "<short>A shorter headline</short><short>Short</short>";
    char template[4000];
    snprintf(template, sizeof template, LINE_FRAME("80", "fit='shorter cut'", "%s"),
             words);
    assert_made(bench, template, "en", "");
    assert_string_equal(first_text(bench)->text, "A headline that nobody has room for");
    snprintf(template, sizeof template, LINE_FRAME("40", "fit='shorter cut'", "%s"),
             words);
    assert_made(bench, template, "en", "");
    assert_string_equal(first_text(bench)->text, "A shorter headline");
    assert_dump_has(bench, "shorter 1");
    /* what stands before is tried on each */
    snprintf(template, sizeof template,
             LINE_FRAME("31", "fit='shrink shorter cut' min-size='80'", "%s"), words);
    assert_made(bench, template, "en", "");
    assert_string_equal(first_text(bench)->text, "A shorter headline");
    assert_true(first_text(bench)->scale < 1);
    snprintf(template, sizeof template, LINE_FRAME("12", "fit='shorter cut'", "%s"),
             words);
    assert_made(bench, template, "en", "");
    assert_string_equal(first_text(bench)->text, "Short");
    assert_false(first_text(bench)->is_cut);
}

static void
written_breaks_give_way_where_lines_are_few(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, LINE_FRAME("60", "fit='fewer-lines cut'", "<p>One</p><p>two</p>"),
                "en", "");
    const struct page_item *item = first_text(bench);
    assert_string_equal(pango_layout_get_text(item->layout), "One two");
    assert_true(item->is_run_on && !item->is_cut);
}

static void
words_are_divided_by_their_language_and_names_never(void **state)
{
    struct bench *bench = *state;
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='32' h='20' style='body' fit='hyphenate cut'>"
             "Wirtschaftswissenschaften</frame>"),
        "de", "");
    const struct page_item *item = first_text(bench);
    assert_int_equal(pango_layout_get_line_count(item->layout), 2);
    assert_false(item->is_cut);
    assert_non_null(strstr(pango_layout_get_text(item->layout), "\xC2\xAD"));
    assert_int_equal(bench->notes.count, 0);
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='32' h='20' style='body' fit='hyphenate cut'>"
             "{$family-name}</frame>"),
        "de", "<v name='family-name' type='text'>Wirtschaftswissenschaften</v>");
    assert_null(strstr(pango_layout_get_text(first_text(bench)->layout), "\xC2\xAD"));
    /* no patterns: as without the rule */
    assert_made(
        bench,
        PAGE("<frame x='10' y='10' w='32' h='20' style='body' fit='hyphenate cut'>"
             "Wirtschaftswissenschaften</frame>"),
        "tlh", "");
    assert_null(strstr(pango_layout_get_text(first_text(bench)->layout), "\xC2\xAD"));
}

#define WRAPPED(wrap, attributes, text)                                                  \
    HEAD(A6, "<style name='w' font='Karla' size='4' wrap='" wrap "'/>")                  \
    "<page><frame x='10' y='10' w='60' h='30' style='w' " attributes ">" text            \
    "</frame></page>" TAIL

static void
balanced_lines_come_to_nearly_one_length(void **state)
{
    struct bench *bench = *state;
    assert_made(bench, WRAPPED("plain", "", "Good to see you again, and in such weather"),
                "en", "");
    assert_true(width_of_line(first_text(bench), 1) < 3000);
    assert_made(bench,
                WRAPPED("balance", "", "Good to see you again, and in such weather"),
                "en", "");
    const struct page_item *item = first_text(bench);
    assert_int_equal(pango_layout_get_line_count(item->layout), 2);
    assert_in_range(width_of_line(item, 1), width_of_line(item, 0) * 7 / 10,
                    width_of_line(item, 0) * 14 / 10);
    assert_int_equal(item->at.x, 1000);
    /* aligned to the far side it keeps that edge, in the middle both */
    assert_made(
        bench,
        WRAPPED("balance", "align='end'", "Good to see you again, and in such weather"),
        "en", "");
    assert_int_equal(first_text(bench)->at.x + first_text(bench)->at.w, 7000);
    assert_made(bench,
                WRAPPED("balance", "align='centre'",
                        "Good to see you again, and in such weather"),
                "en", "");
    item = first_text(bench);
    assert_in_range(2 * item->at.x + item->at.w, 7990, 8010);
}

static void
no_paragraph_ends_with_a_lonely_word(void **state)
{
    struct bench *bench = *state;
    static const char *const wraps[] = {
        WRAPPED("plain", "", "Tea wants water just off the boil now"),
        WRAPPED("pretty", "", "Tea wants water just off the boil now")};
    assert_made(bench, wraps[0], "en", "");
    const struct page_item *item = first_text(bench);
    int last = pango_layout_get_line_count(item->layout) - 1;
    int32_t lonely = width_of_line(item, last);
    assert_made(bench, wraps[1], "en", "");
    item = first_text(bench);
    assert_int_equal(pango_layout_get_line_count(item->layout), last + 1);
    assert_true(width_of_line(item, last) > lonely);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fits_keeps_its_size),
        cmocka_unit_test(a_text_shrinks_no_more_than_it_must),
        cmocka_unit_test(a_name_of_200_characters_is_cut_and_stays_in_its_frame),
        cmocka_unit_test(a_cut_that_the_frame_does_not_allow_is_told),
        cmocka_unit_test(a_frame_for_one_line_holds_no_second_one),
        cmocka_unit_test(a_frame_has_no_more_lines_than_it_says),
        cmocka_unit_test(a_text_stands_where_its_frame_puts_it),
        cmocka_unit_test(written_space_collapses_and_inserted_lines_stay),
        cmocka_unit_test(a_style_in_capitals_knows_the_language),
        cmocka_unit_test(a_number_that_is_not_known_is_not_printed),
        cmocka_unit_test(a_text_beyond_the_safe_area_is_told),
        cmocka_unit_test(a_character_that_no_font_has_is_told),
        cmocka_unit_test(a_family_that_is_not_installed_is_told),
        cmocka_unit_test(every_script_finds_its_letters),
        cmocka_unit_test(a_script_has_its_own_face_and_size),
        cmocka_unit_test(start_is_the_side_where_the_page_begins),
        cmocka_unit_test(a_name_of_the_other_direction_does_not_turn_its_line),
        cmocka_unit_test(signs_without_direction_follow_the_page),
        cmocka_unit_test(each_paragraph_of_a_message_reads_its_own_way),
        cmocka_unit_test(a_value_is_never_markup_or_an_expression),
        cmocka_unit_test(controls_and_overrides_of_direction_are_taken_out),
        cmocka_unit_test(piles_of_marks_do_not_reach_beyond_their_line),
        cmocka_unit_test(a_very_long_value_is_laid_out_all_the_same),
        cmocka_unit_test(a_thread_goes_on_over_columns_and_pages_and_loses_nothing),
        cmocka_unit_test(a_thread_without_room_for_its_end_is_told),
        cmocka_unit_test(
            rules_are_tried_in_the_templates_order_and_no_further_than_needed),
        cmocka_unit_test(shorter_words_are_taken_when_those_before_do_not_fit),
        cmocka_unit_test(written_breaks_give_way_where_lines_are_few),
        cmocka_unit_test(words_are_divided_by_their_language_and_names_never),
        cmocka_unit_test(balanced_lines_come_to_nearly_one_length),
        cmocka_unit_test(no_paragraph_ends_with_a_lonely_word),
        cmocka_unit_test(a_threads_columns_change_sides_on_a_page_from_right_to_left),
    };
    return cmocka_run_group_tests_name("page text", tests, bench_open, bench_close);
}
