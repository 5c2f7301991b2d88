/* Laid out text: what is drawn is Pango's, what a reader copies from a PDF is seen to
 * here.
 *
 * cairo tells a PDF what a glyph stands for by its font's /ToUnicode, and of a cluster of
 * several glyphs by /ActualText. Readers take a mark that lies over its letter for a word
 * of its own, so in lines from left to right it goes into one cluster with its letter.
 * From right to left they turn the characters of a cluster round, whether it
 * is a ligature or a letter with its marks. A word that has any is drawn as outlines
 * there, and its text lies over it in letters that show nothing (draw-layer.c). */
#include "press/draw.h"

#include <pango/pangocairo.h>
#include <string.h>

struct shown {
    cairo_glyph_t *glyphs;
    cairo_text_cluster_t *clusters;
    int glyph_count, cluster_count;
};

/* Where the run begins is x, its baseline y; glyphs that draw nothing stay out of it. */
static bool
place_glyphs(const PangoGlyphString *string, double x, double y, struct shown *shown)
{
    for (int i = 0; i < string->num_glyphs; i++) {
        const PangoGlyphInfo *info = &string->glyphs[i];
        if (info->glyph & PANGO_GLYPH_UNKNOWN_FLAG)
            return false;
        if (info->glyph != PANGO_GLYPH_EMPTY)
            shown->glyphs[shown->glyph_count++] = (cairo_glyph_t){
                info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE,
                y + (double)info->geometry.y_offset / PANGO_SCALE};
        x += (double)info->geometry.width / PANGO_SCALE;
    }
    return true;
}

static bool
is_mark(const PangoGlyphString *string, int i)
{
    return string->glyphs[i].geometry.width == 0;
}

/* In the text's order, which is that of glyphs from the last to the first when the run
 * reads from right to left. */
static void
find_clusters(const PangoGlyphItem *run, struct shown *shown)
{
    const PangoGlyphString *string = run->glyphs;
    const PangoItem *item = run->item;
    bool is_back = item->analysis.level % 2 != 0;
    int n = string->num_glyphs, step = is_back ? -1 : 1;
    for (int i = is_back ? n - 1 : 0, next; i >= 0 && i < n; i = next) {
        int from = string->log_clusters[i], drawn = 0;
        for (next = i; next >= 0 && next < n; next += step) {
            if (string->log_clusters[next] != from && (is_back || !is_mark(string, next)))
                break;
            drawn += string->glyphs[next].glyph != PANGO_GLYPH_EMPTY;
        }
        int to = next >= 0 && next < n ? string->log_clusters[next] : item->length;
        shown->clusters[shown->cluster_count++] =
            (cairo_text_cluster_t){to - from, drawn};
    }
}

static void
set_colour(cairo_t *cr, const PangoItem *item)
{
    for (GSList *l = item->analysis.extra_attrs; l; l = l->next) {
        const PangoAttribute *attr = l->data;
        if (attr->klass->type != PANGO_ATTR_FOREGROUND)
            continue;
        const PangoColor *colour = &((const PangoAttrColor *)attr)->color;
        cairo_set_source_rgb(cr, colour->red / 65535.0, colour->green / 65535.0,
                             colour->blue / 65535.0);
    }
}

static void
draw_run(cairo_t *cr, const char *text, PangoGlyphItem *run, double x, double y)
{
    const PangoItem *item = run->item;
    size_t room = (size_t)run->glyphs->num_glyphs + (size_t)item->length;
    struct shown shown = {.glyphs = g_new(cairo_glyph_t, room),
                          .clusters = g_new(cairo_text_cluster_t, room)};
    PangoCairoFont *font = PANGO_CAIRO_FONT(item->analysis.font);
    cairo_scaled_font_t *scaled = font ? pango_cairo_font_get_scaled_font(font) : NULL;
    cairo_save(cr);
    if (scaled && place_glyphs(run->glyphs, x, y, &shown)) {
        find_clusters(run, &shown);
        set_colour(cr, item);
        cairo_set_scaled_font(cr, scaled);
        if (item->analysis.level % 2 != 0 &&
            cairo_surface_get_type(cairo_get_target(cr)) == CAIRO_SURFACE_TYPE_PDF)
            draw_layered(cr, text, run, x, y);
        else
            cairo_show_text_glyphs(
                cr, text + item->offset, item->length, shown.glyphs, shown.glyph_count,
                shown.clusters, shown.cluster_count,
                item->analysis.level % 2 ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
    } else { /* letters that no font has: Pango draws their boxes */
        set_colour(cr, item);
        cairo_move_to(cr, x, y);
        pango_cairo_show_glyph_item(cr, text, run);
    }
    cairo_restore(cr);
    g_free(shown.glyphs);
    g_free(shown.clusters);
}

void
draw_layout(cairo_t *cr, PangoLayout *layout, double x, double y)
{
    const char *text = pango_layout_get_text(layout);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        const PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        PangoRectangle at;
        pango_layout_iter_get_line_extents(iter, NULL, &at);
        double baseline = (double)pango_layout_iter_get_baseline(iter) / PANGO_SCALE;
        double run_x = (double)at.x / PANGO_SCALE;
        for (GSList *l = line->runs; l; l = l->next) {
            PangoGlyphItem *run = l->data;
            draw_run(cr, text, run, x + run_x,
                     y + baseline - (double)run->y_offset / PANGO_SCALE);
            run_x += (double)pango_glyph_string_get_width(run->glyphs) / PANGO_SCALE;
        }
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}
