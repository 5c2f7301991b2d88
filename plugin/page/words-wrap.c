/* Where the lines of a short text end, so that it looks meant.
 *
 * A text whose style says so is balanced: its lines come to nearly the same length. Or it
 * is only kept from ending a paragraph with one lonely word. Both are had by a narrower
 * measure with the same number of lines; where there is none the text stays as it was.
 * Words as in CSS Text 4, text-wrap: balance and pretty. */
#include "page/words.h"

#define BALANCED_LINES 6 /* a longer text gains nothing */
#define LONELY_SHARE 0.16
#define NARROWEST_SHARE 0.78

/* A paragraph's last line is lonely when nothing stands beside its only word, or when it
 * is hardly there. */
static bool
is_lonely(PangoLayout *layout, const PangoLayoutLine *line, int width)
{
    PangoRectangle rect;
    int count;
    const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(layout, &count);
    const char *text = pango_layout_get_text(layout);
    long from = g_utf8_pointer_to_offset(text, text + line->start_index);
    long to = from + g_utf8_strlen(text + line->start_index, line->length);
    pango_layout_line_get_extents((PangoLayoutLine *)line, NULL, &rect);
    if (rect.width < width * LONELY_SHARE)
        return true;
    for (long i = from + 1; i < to && i < count; i++)
        if (attrs[i].is_line_break)
            return false;
    return rect.width < width * 0.5;
}

static bool
has_lonely(PangoLayout *layout, int width)
{
    int count = pango_layout_get_line_count(layout);
    for (int i = 1; i < count; i++) {
        const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        const PangoLayoutLine *next =
            i + 1 < count ? pango_layout_get_line_readonly(layout, i + 1) : NULL;
        bool is_last = !next || next->is_paragraph_start;
        if (is_last && !line->is_paragraph_start && is_lonely(layout, line, width))
            return true;
    }
    return false;
}

struct wrapping {
    struct lay *lay;
    const struct words *words;
    const struct fit *fit;
    const struct look *look;
    PangoLayout *best; /* owned */
    int32_t best_w;
    int lines;
};

/* Keeps the layout of that measure when it is as good in every other way. */
static bool
try_width(struct wrapping *wrapping, int32_t w, bool may_be_lonely)
{
    struct look look = *wrapping->look;
    look.w = w;
    PangoLayout *layout =
        words_lay_out(wrapping->lay, wrapping->words, wrapping->fit, &look);
    struct fit within = *wrapping->fit;
    within.w = w;
    if (pango_layout_get_line_count(layout) != wrapping->lines ||
        !words_within(layout, &within) ||
        (!may_be_lonely && has_lonely(layout, w * PANGO_SCALE))) {
        g_object_unref(layout);
        return false;
    }
    g_clear_object(&wrapping->best);
    wrapping->best = layout;
    wrapping->best_w = w;
    return true;
}

static void
balance(struct wrapping *wrapping)
{
    int32_t low = wrapping->fit->w / 2, high = wrapping->fit->w;
    int32_t step = MAX(wrapping->fit->w / 64, 10);
    while (high - low > step) {
        int32_t middle = (low + high) / 2;
        if (try_width(wrapping, middle, true))
            high = middle;
        else
            low = middle;
    }
}

static void
join_lonely(struct wrapping *wrapping)
{
    int32_t w = wrapping->fit->w, least = (int32_t)(w * NARROWEST_SHARE);
    for (int32_t step = MAX(w / 50, 10); w > least; w -= step)
        if (try_width(wrapping, w - step, false))
            return;
}

PangoLayout *
words_wrap(struct lay *lay, const struct words *words, const struct fit *fit,
           const struct look *look, PangoLayout *layout, int32_t *ret_w)
{
    struct wrapping wrapping = {lay, words, fit, look, NULL, 0, 0};
    wrapping.lines = pango_layout_get_line_count(layout);
    if (wrapping.lines < 2)
        return NULL;
    if (words->style->wrap == TEXT_WRAP_BALANCE && wrapping.lines <= BALANCED_LINES)
        balance(&wrapping);
    else if (words->style->wrap != TEXT_WRAP_PLAIN &&
             has_lonely(layout, fit->w * PANGO_SCALE))
        join_lonely(&wrapping);
    if (wrapping.best)
        *ret_w = wrapping.best_w;
    return wrapping.best;
}
