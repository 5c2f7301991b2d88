/* The end of copyfitting: a text that no rule made fit ends with an ellipsis.
 *
 * What lies in the frame is measured by lines, then the last of them is shortened, a
 * character as readers see one at a time, until the ellipsis has room. */
#include "page/words.h"

#include "base/length.h"

#include <string.h>

#define SLACK (PANGO_SCALE * 5) /* 0.05 mm */

/* The bytes of the lines that lie within the frame: their end, and where the last of
 * them begins. At least one line counts. */
static void
lines_within(PangoLayout *layout, const struct fit *fit, size_t *ret_from, size_t *ret_to)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int count = 0;
    do {
        PangoRectangle rect;
        pango_layout_iter_get_line_extents(iter, NULL, &rect);
        bool is_over = rect.y + rect.height > fit->h * PANGO_SCALE + SLACK ||
                       (fit->lines > 0 && count >= fit->lines);
        if (is_over && count > 0)
            break;
        const PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        *ret_from = (size_t)line->start_index;
        *ret_to = (size_t)(line->start_index + line->length);
        count++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

/* Byte offsets between `from` and `to` at which a reader sees a character end. */
static size_t *
stops(PangoLayout *layout, const char *text, size_t from, size_t to, size_t *ret_count)
{
    int attr_count;
    const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(layout, &attr_count);
    size_t *offsets = g_new(size_t, to - from + 1), count = 0;
    int i = (int)g_utf8_pointer_to_offset(text, text + from);
    for (const char *p = text + from; p <= text + to && i < attr_count; i++) {
        if (attrs[i].is_cursor_position)
            offsets[count++] = (size_t)(p - text);
        if (p == text + to)
            break;
        p = g_utf8_next_char(p);
    }
    *ret_count = count;
    return offsets;
}

static PangoLayout *
lay_out_cut(struct lay *lay, const struct words *words, const struct fit *fit,
            const struct look *look, size_t n)
{
    struct words shorter;
    if (words_cut(lay->arena, words, n, &shorter))
        return words_lay_out(lay, &shorter, fit, look);
    lay->status = STATUS_NO_MEMORY;
    return NULL;
}

PangoLayout *
words_lay_out_cut(struct lay *lay, const struct words *words, const struct fit *fit,
                  const struct look *look, PangoLayout *whole)
{
    size_t from = 0, to = 0, count;
    lines_within(whole, fit, &from, &to);
    size_t *offsets = stops(whole, words->text, from, to, &count);
    /* The first line is taken even when the frame is lower than a line. */
    struct fit room = *fit;
    if (from == 0) {
        room.h = LENGTH_MAX_MM100;
        room.lines = 1;
    }
    PangoLayout *best = NULL;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        PangoLayout *layout = lay_out_cut(lay, words, &room, look, offsets[middle]);
        bool is_good = layout && words_within(layout, &room);
        if (is_good) {
            g_clear_object(&best);
            best = g_steal_pointer(&layout);
            low = middle + 1;
        } else {
            high = middle;
        }
        g_clear_object(&layout);
    }
    g_free(offsets);
    return best ? best : lay_out_cut(lay, words, &room, look, from);
}
