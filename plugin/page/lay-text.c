/* Frames: words laid into their rectangle.
 *
 * `start` and `end` follow the page's direction, so that a column keeps one edge whatever
 * a line says. The item's place is where Pango draws; the frame's own middle is what it
 * turns about. */
#include "page/words.h"

#include <math.h>
#include <string.h>

#define MIN_SIZE_PERCENT 70
#define MAX_TIGHTEN 25 /* thousandths of the size: closer is seen */

static PangoAlignment
alignment(const struct lay *lay, const xmlNode *node, const struct style *style)
{
    const char *align = lay_attr(node, "align");
    PangoAlignment side = style->align;
    if (align)
        side = strcmp(align, "centre") == 0 ? PANGO_ALIGN_CENTER
               : strcmp(align, "end") == 0  ? PANGO_ALIGN_RIGHT
                                            : PANGO_ALIGN_LEFT;
    if (side == PANGO_ALIGN_CENTER || !lay->page->is_rtl)
        return side;
    return side == PANGO_ALIGN_LEFT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static const char *const rule_names[] = {
    [RULE_SHRINK] = "shrink",           [RULE_TIGHTEN] = "tighten",
    [RULE_FEWER_LINES] = "fewer-lines", [RULE_HYPHENATE] = "hyphenate",
    [RULE_SHORTER] = "shorter"};

/* The rules in the order in which the template names them. */
static void
read_rules(const char *text, struct fit *fit)
{
    char **words = g_strsplit_set(text ? text : "", " \t\r\n", -1);
    for (char **word = words; *word; word++) {
        fit->may_cut = fit->may_cut || strcmp(*word, "cut") == 0;
        for (size_t i = 0; i < COUNT_OF(rule_names); i++)
            if (strcmp(*word, rule_names[i]) == 0 &&
                fit->rule_count < COUNT_OF(fit->rules))
                fit->rules[fit->rule_count++] = (enum fit_rule)i;
    }
    g_strfreev(words);
}

static struct fit
read_fit(struct lay *lay, const xmlNode *node, const struct style *style, struct rect at)
{
    double lines = lay_number(lay, node, "lines", 0);
    double min = lay_number(lay, node, "min-size", MIN_SIZE_PERCENT);
    double tighten = lay_number(lay, node, "max-tighten", MAX_TIGHTEN);
    struct fit fit = {
        .w = at.w,
        .h = at.h,
        .lines = lines >= 1 && lines < 1000 ? (int32_t)lines : 0,
        .min_percent = min >= 30 && min <= 100 ? (int32_t)min : MIN_SIZE_PERCENT,
        .max_tighten = tighten >= 1 && tighten <= 80 ? (int32_t)tighten : MAX_TIGHTEN,
        .align = alignment(lay, node, style),
    };
    read_rules(lay_attr(node, "fit"), &fit);
    return fit;
}

/* Where the text's rectangle goes when the frame is turned about its own middle. */
static struct rect
turned_with(struct rect frame, struct rect text, double degrees)
{
    double turn = degrees * G_PI / 180;
    double fx = frame.x + frame.w / 2.0, fy = frame.y + frame.h / 2.0;
    double dx = text.x + text.w / 2.0 - fx, dy = text.y + text.h / 2.0 - fy;
    double x = fx + dx * cos(turn) - dy * sin(turn),
           y = fy + dx * sin(turn) + dy * cos(turn);
    text.x = (int32_t)lround(x - text.w / 2.0);
    text.y = (int32_t)lround(y - text.h / 2.0);
    return text;
}

/* Half a coupon's code is worth nothing: it shrinks, but no frame may cut it unheard. */
static bool
holds_code(const struct lay *lay, const char *text)
{
    const struct value *code = values_find(lay->values, "code");
    return code && code->text && code->text[0] && text && strstr(text, code->text);
}

static void
check_text(struct lay *lay, const struct page_item *item, const struct settled *settled)
{
    struct page_item inked = *item;
    if (settled->is_overflow)
        lay_note_at(lay, NOTE_TEXT_OVERFLOW, item->line, item->at,
                 settled->is_cut && holds_code(lay, item->text)
                     ? "a coupon's code is too long for its frame and was cut; make the "
                       "frame larger or its min-size smaller"
                 : settled->is_cut
                     ? "the text is too long for its frame and was cut; make the frame "
                       "larger or allow fit=\"shrink cut\""
                     : "a word is wider than its frame and was broken");
    if (settled->unknown > 0)
        lay_note_at(lay, NOTE_TEXT_GLYPHS_MISSING, item->line, item->at,
                 "no font has %d of the text's characters", settled->unknown);
    if (item->rotate_deg == 0) {
        inked.at.x += settled->ink.x;
        inked.at.w = settled->ink.w;
    }
    lay_check_safe(lay, &inked, "a text");
}

static void
place_words(struct lay *lay, const xmlNode *node, const struct spot *spot, struct rect at,
            const struct words *words, const struct settled *settled, const char *valign)
{
    struct page_item *item = lay_item_at(lay, node, spot, ITEM_TEXT, at);
    if (!item)
        return;
    struct rect frame = item->at;
    int32_t spare = frame.h - settled->ink.h;
    double turn = lay_number(lay, node, "rotate", 0);
    item->at.h = settled->ink.h;
    item->at.x += settled->shift;
    item->at.w = settled->w;
    if (strcmp(valign, "middle") == 0)
        item->at.y += spare / 2;
    else if (strcmp(valign, "bottom") == 0)
        item->at.y += spare;
    item->rotate_deg = isnan(turn) ? 0 : turn;
    if (item->rotate_deg != 0)
        item->at = turned_with(frame, item->at, item->rotate_deg);
    item->is_flipped = false; /* letters never read backwards */
    item->fill = words->colour;
    item->layout = g_object_ref(settled->layout);
    item->scale = settled->scale;
    item->tighten = settled->tighten;
    item->shorter = settled->shorter;
    item->is_run_on = settled->is_run_on;
    item->is_cut = settled->is_cut;
    item->text = settled->shorter ? words->shorter[settled->shorter - 1].text : words->text;
    check_text(lay, item, settled);
}

/* The frame's share of a thread, whose words stood in its first frame. */
static void
lay_threaded(struct lay *lay, const xmlNode *node, const struct spot *spot,
             struct rect at, const struct fit *fit, const struct style *style)
{
    struct settled settled = {0};
    struct words words;
    struct rgba colour = lay_colour(lay, node, "colour", style->colour);
    struct thread *thread =
        thread_find(lay, node, lay_attr(node, "thread"), style, colour, fit);
    if (!thread || !thread_take(lay, thread, fit, &words, &settled))
        return;
    place_words(lay, node, spot, at, &words, &settled, "top");
    g_object_unref(settled.layout);
}

static void
lay_words(struct lay *lay, const xmlNode *node, const struct spot *spot, struct rect at,
          struct fit fit, const char *valign)
{
    const char *name = lay_attr(node, "style");
    const struct style *style = name ? template_style(lay->tpl, name) : NULL;
    struct words words;
    if (!style)
        return; /* told when the template was loaded */
    struct rgba colour = lay_colour(lay, node, "colour", style->colour);
    if (lay_attr(node, "thread") && fit.w > 0 && fit.h > 0) {
        lay_threaded(lay, node, spot, at, &fit, style);
        return;
    }
    if (!words_make(lay, node, style, colour, WORDS_MAX, &words)) {
        lay->status = STATUS_NO_MEMORY;
        return;
    }
    if (words.n == 0)
        return;
    if (fit.w <= 0 || fit.h <= 0) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_NUMBER, node,
                  "a text needs a frame with a width and a height");
        return;
    }
    fit.may_cut = fit.may_cut && !holds_code(lay, words.text);
    place_words(lay, node, spot, at, &words, words_settle(lay, &words, &fit), valign);
}

static const struct style *
style_of(const struct lay *lay, const xmlNode *node)
{
    static const struct style plain = {
        .name = "", .font = "Noto Sans", .size_mm100 = 353};
    const char *name = lay_attr(node, "style");
    const struct style *style = name ? template_style(lay->tpl, name) : NULL;
    return style ? style : &plain;
}

void
lay_frame(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *valign = lay_attr(node, "valign");
    struct rect at = lay_rect(lay, node, spot);
    struct fit fit = read_fit(lay, node, style_of(lay, node), at);
    lay_words(lay, node, spot, at, fit, valign ? valign : "top");
}

void
lay_text(struct lay *lay, const xmlNode *node, const struct spot *spot, struct rect at)
{
    struct fit fit = {
        .w = at.w,
        .h = at.h,
        .rules = {RULE_SHRINK},
        .rule_count = 1,
        .may_cut = true,
        .min_percent = 50,
        .align = PANGO_ALIGN_CENTER,
    };
    lay_words(lay, node, spot, at, fit, "middle");
}

void
lay_label(struct lay *lay, const xmlNode *node, const struct spot *spot, struct rect at,
          const char *text)
{
    static const struct style label = {.name = "(label)",
                                       .font = "Karla, Noto Sans",
                                       .size_mm100 = 282,
                                       .weight = 400,
                                       .colour = {0, 0, 0, 1}};
    struct word_run run = {0, strlen(text), &label, label.colour};
    struct script_run script = {0, run.to, G_UNICODE_SCRIPT_LATIN};
    struct words words = {
        .text = arena_strdup(lay->arena, text),
        .n = run.to,
        .runs = &run,
        .run_count = 1,
        .scripts = &script,
        .script_count = 1,
        .style = &label,
        .colour = label.colour,
    };
    struct fit fit = {
        .w = at.w,
        .h = at.h,
        .lines = 1,
        .may_cut = true,
        .min_percent = 100,
        .align = PANGO_ALIGN_LEFT,
    };
    const struct settled *settled = words.text ? words_settle(lay, &words, &fit) : NULL;
    struct page_item *item = settled ? lay_item_at(lay, node, spot, ITEM_TEXT, at) : NULL;
    if (!item)
        return;
    item->at.h = settled->ink.h;
    item->fill = label.colour;
    item->layout = g_object_ref(settled->layout);
    item->scale = settled->scale;
    item->is_cut = settled->is_cut;
    item->text = words.text;
}
