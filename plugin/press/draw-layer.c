/* Words from right to left in a PDF: outlines to look at, and a layer to copy from.
 *
 * A PDF tells what a glyph stands for, but readers expect one character a glyph, each
 * beginning where the one to its left ended. Marks over letters, and letters that became
 * one, are neither: what is copied from such words has its letters in another order. A
 * text that has one is filled as outlines, without any text, and over each word lies one
 * glyph for each of its characters, as wide as its share of the word, of a font that
 * draws nothing: the way in which scanned pages are made to be searched. */
#include "press/draw.h"

#include <math.h>
#include <pango/pangocairo.h>

/* Readers guess a drawn font's size from its glyphs' width and take half of it for the
 * mean; so all of the layer's are that wide, and the font is stretched: in steps, for
 * each width makes a font in the PDF. Each glyph is placed by itself, so a step shows
 * nowhere. */
#define WIDTH 0.5
#define STEPS 16 /* of a size */

static cairo_status_t
show_nothing(cairo_scaled_font_t *font, unsigned long glyph, cairo_t *cr,
             cairo_text_extents_t *extents)
{
    (void)font;
    (void)glyph;
    (void)cr;
    extents->x_advance = WIDTH;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
size_of_layer(cairo_scaled_font_t *font, cairo_t *cr, cairo_font_extents_t *extents)
{
    (void)font;
    (void)cr;
    extents->ascent = 0.8;
    extents->descent = 0.2;
    return CAIRO_STATUS_SUCCESS;
}

static void
set_layer_font(cairo_t *cr, double size, double width)
{
    static cairo_font_face_t *face; /* of the worker, which has one thread */
    cairo_matrix_t matrix;
    if (!face) {
        face = cairo_user_font_face_create();
        cairo_user_font_face_set_init_func(face, size_of_layer);
        cairo_user_font_face_set_render_glyph_func(face, show_nothing);
    }
    double steps = fmin(fmax(round(width / size * STEPS), 1), 4 * STEPS);
    cairo_matrix_init_scale(&matrix, size * steps / STEPS / WIDTH, size);
    cairo_set_font_face(cr, face);
    cairo_set_font_matrix(cr, &matrix);
}

/* A word of a run: its glyphs from the left, and its bytes. */
struct word {
    const PangoGlyphItem *run;
    const char *text; /* of the item */
    int first, last;  /* glyphs, inclusive */
    int from, to;     /* bytes of the item */
    double x, y, w;
};

static bool
is_space(const struct word *word)
{
    return word->text[word->from] == ' ';
}

/* A glyph for each character, and each with a width of its own, but for a line's last
 * space. */
static bool
is_plain(const struct word *word)
{
    const PangoGlyphString *string = word->run->glyphs;
    for (int i = word->first; i <= word->last; i++) {
        const PangoGlyphInfo *info = &string->glyphs[i];
        int to = i == word->first ? word->to : string->log_clusters[i - 1];
        int from = string->log_clusters[i];
        if ((info->geometry.width <= 0 && !is_space(word)) ||
            info->glyph == PANGO_GLYPH_EMPTY || from >= to ||
            g_utf8_strlen(word->text + from, to - from) != 1)
            return false;
    }
    return true;
}

static int
place(const struct word *word, cairo_glyph_t *glyphs)
{
    const PangoGlyphString *string = word->run->glyphs;
    double x = word->x;
    int count = 0;
    for (int i = word->first; i <= word->last; i++) {
        const PangoGlyphInfo *info = &string->glyphs[i];
        if (info->glyph != PANGO_GLYPH_EMPTY)
            glyphs[count++] = (cairo_glyph_t){
                info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE,
                word->y + (double)info->geometry.y_offset / PANGO_SCALE};
        x += (double)info->geometry.width / PANGO_SCALE;
    }
    return count;
}

static void
show_plain(cairo_t *cr, const struct word *word, cairo_glyph_t *glyphs, int count)
{
    const PangoGlyphString *string = word->run->glyphs;
    cairo_text_cluster_t *clusters =
        g_new(cairo_text_cluster_t, (size_t)string->num_glyphs);
    int n = 0;
    for (int i = word->last; i >= word->first; i--) {
        int to = i == word->first ? word->to : string->log_clusters[i - 1];
        clusters[n++] = (cairo_text_cluster_t){to - string->log_clusters[i], 1};
    }
    cairo_show_text_glyphs(cr, word->text + word->from, word->to - word->from, glyphs,
                           count, clusters, n, CAIRO_TEXT_CLUSTER_FLAG_BACKWARD);
    g_free(clusters);
}

/* The word's characters that stand for something; joiners and marks of direction do not.
 */
static GString *
shown_text(const struct word *word)
{
    GString *shown = g_string_new(NULL);
    for (const char *p = word->text + word->from; p < word->text + word->to;
         p = g_utf8_next_char(p))
        if (g_unichar_type(g_utf8_get_char(p)) != G_UNICODE_FORMAT)
            g_string_append_len(shown, p, g_utf8_next_char(p) - p);
    return shown;
}

static void
show_layer(cairo_t *cr, const struct word *word, double size)
{
    GString *text = shown_text(word);
    int count = (int)g_utf8_strlen(text->str, (gssize)text->len), at = count;
    cairo_glyph_t *glyphs = g_new(cairo_glyph_t, (size_t)count + 1);
    cairo_text_cluster_t *clusters = g_new(cairo_text_cluster_t, (size_t)count + 1);
    double share = count ? word->w / count : 0;
    for (const char *p = text->str; at > 0; p = g_utf8_next_char(p)) {
        clusters[count - at] = (cairo_text_cluster_t){(int)(g_utf8_next_char(p) - p), 1};
        at--;
        glyphs[at] = (cairo_glyph_t){g_utf8_get_char(p), word->x + share * at, word->y};
    }
    if (count > 0 && size > 0) {
        set_layer_font(cr, size, share);
        cairo_show_text_glyphs(cr, text->str, (int)text->len, glyphs, count, clusters,
                               count, CAIRO_TEXT_CLUSTER_FLAG_BACKWARD);
    }
    g_string_free(text, TRUE);
    g_free(glyphs);
    g_free(clusters);
}

static double
width_of(const PangoGlyphString *string, int first, int last)
{
    double width = 0;
    for (int i = first; i <= last; i++)
        width += (double)string->glyphs[i].geometry.width / PANGO_SCALE;
    return width;
}

/* The run's words from the left, which is the end of the text. */
static bool
next_word(struct word *word)
{
    const PangoGlyphString *string = word->run->glyphs;
    int n = string->num_glyphs;
    if (word->last + 1 >= n)
        return false;
    word->x += word->w;
    word->to = word->last < 0 ? word->run->item->length : word->from;
    word->first = ++word->last;
    bool is_space = word->text[string->log_clusters[word->first]] == ' ';
    while (word->last + 1 < n &&
           ((word->text[string->log_clusters[word->last + 1]] == ' ') == is_space ||
            string->log_clusters[word->last + 1] == string->log_clusters[word->last]))
        word->last++;
    word->from = string->log_clusters[word->last];
    word->w = width_of(string, word->first, word->last);
    return true;
}

void
draw_layered(cairo_t *cr, const char *text, const PangoGlyphItem *run, double x, double y)
{
    const PangoItem *item = run->item;
    PangoFontDescription *face =
        pango_font_describe_with_absolute_size(item->analysis.font);
    double size = (double)pango_font_description_get_size(face) / PANGO_SCALE;
    cairo_glyph_t *glyphs = g_new(cairo_glyph_t, (size_t)run->glyphs->num_glyphs);
    struct word word = {
        .run = run, .text = text + item->offset, .last = -1, .x = x, .y = y};
    while (next_word(&word)) {
        cairo_set_scaled_font(
            cr, pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(item->analysis.font)));
        int count = place(&word, glyphs);
        if (is_plain(&word)) {
            show_plain(cr, &word, glyphs, count);
            continue;
        }
        if (is_space(&word))
            continue;
        cairo_new_path(cr);
        cairo_glyph_path(cr, glyphs, count);
        cairo_fill(cr);
        show_layer(cr, &word, size);
    }
    g_free(glyphs);
    pango_font_description_free(face);
}
