/* Words as outlines: Pango shapes and orders them, cairo gives each glyph's outline.
 *
 * An outline is written once, under an id that is the plot's own, and then used at each
 * place: a report would be five times as large otherwise. The words come from anybody, so
 * they are cleaned and cut before Pango sees them. */
#include "press/plot-type.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHARS_MAX 200
#define TEXT_PX 13.0
#define SMALL_PX 11.5

struct outline {
    PangoFont *font; /* held */
    PangoGlyph glyph;
    size_t id; /* 0: nothing to see, a space */
};

enum status
type_init(struct type *type, PangoContext *context, struct arena *arena,
          const char *prefix, struct buf *defs)
{
    cairo_surface_t *sheet = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    *type = (struct type){.context = context,
                          .arena = arena,
                          .prefix = prefix,
                          .defs = defs,
                          .pen = cairo_create(sheet)};
    cairo_surface_destroy(sheet);
    return cairo_status(type->pen) == CAIRO_STATUS_SUCCESS ? STATUS_OK : STATUS_NO_MEMORY;
}

void
type_done(struct type *type)
{
    for (size_t i = 0; i < type->count; i++)
        g_object_unref(type->outlines[i].font);
    cairo_destroy(type->pen);
}

static bool
is_control(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Embeddings, overrides, isolates: they could make a number read backwards. */
static bool
is_turn(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

char *
type_clean(struct arena *arena, const char *text)
{
    BUF_AUTO struct buf clean = {0};
    size_t count = 0;
    for (const char *p = text ? text : ""; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (is_turn(c))
            continue;
        if (++count > CHARS_MAX) {
            buf_puts(&clean, "…");
            break;
        }
        if (is_control(c))
            buf_puts(&clean, " ");
        else
            buf_add(&clean, p, (size_t)(g_utf8_next_char(p) - p));
    }
    return clean.failed ? NULL : arena_copy(arena, clean.p ? clean.p : "", clean.n);
}

static PangoFontDescription *
font_of(enum type_face face)
{
    PangoFontDescription *font = pango_font_description_from_string("Lato, Karla, Sans");
    pango_font_description_set_absolute_size(
        font, (face == TYPE_SMALL ? SMALL_PX : TEXT_PX) * PANGO_SCALE);
    if (face == TYPE_STRONG)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    return font;
}

PangoLayout *
type_set(const struct type *type, const char *text, enum type_face face, double width)
{
    PangoLayout *line = pango_layout_new(type->context);
    PangoFontDescription *font = font_of(face);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum, lnum"));
    pango_layout_set_font_description(line, font);
    pango_layout_set_attributes(line, attributes);
    pango_layout_set_single_paragraph_mode(line, TRUE);
    pango_layout_set_text(line, text, -1);
    if (width > 0) {
        pango_layout_set_width(line, (int)(width * PANGO_SCALE));
        pango_layout_set_ellipsize(line, PANGO_ELLIPSIZE_END);
    }
    pango_attr_list_unref(attributes);
    pango_font_description_free(font);
    return line;
}

double
type_width(PangoLayout *line)
{
    PangoRectangle logical;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(line, 0), NULL,
                                  &logical);
    return (double)logical.width / PANGO_SCALE;
}

bool
type_is_cut(PangoLayout *line)
{
    return pango_layout_is_ellipsized(line);
}

static void
put_hundredths(struct buf *out, const char *before, long long value)
{
    long long whole = llabs(value) / 100, part = llabs(value) % 100;
    buf_printf(out, "%s%s", before, value < 0 ? "-" : "");
    if (whole || part == 0)
        buf_printf(out, "%lld", whole);
    if (part)
        buf_printf(out, part % 10 ? ".%02lld" : ".%lld", part % 10 ? part : part / 10);
}

void
svg_number(struct buf *out, const char *before, double value)
{
    put_hundredths(out, before, llround(value * 100));
}

/* Each step from the place that was rounded before, so that errors do not add up. */
static void
put_path(struct buf *out, const cairo_path_t *path)
{
    static const char *const letters[] = {"m", "l", "c", "z"};
    static const int ends[] = {1, 1, 3, 0};
    long long at_x = 0, at_y = 0, start_x = 0, start_y = 0;
    for (int i = 0; i < path->num_data; i += path->data[i].header.length) {
        const cairo_path_data_t *data = &path->data[i];
        int kind = (int)data->header.type;
        long long x = at_x, y = at_y;
        if (i + data->header.length >= path->num_data && kind == CAIRO_PATH_MOVE_TO)
            break; /* where the next outline would have begun */
        buf_puts(out, letters[kind]);
        for (int j = 1; j <= ends[kind]; j++) {
            x = llround(data[j].point.x * 100);
            y = llround(data[j].point.y * 100);
            put_hundredths(out, j > 1 && x - at_x >= 0 ? " " : "", x - at_x);
            put_hundredths(out, y - at_y >= 0 ? " " : "", y - at_y);
        }
        if (kind == CAIRO_PATH_MOVE_TO) {
            start_x = x;
            start_y = y;
        }
        at_x = kind == CAIRO_PATH_CLOSE_PATH ? start_x : x;
        at_y = kind == CAIRO_PATH_CLOSE_PATH ? start_y : y;
    }
}

/* Writes the glyph's outline; 0 when it has none. */
static size_t
draw_glyph(struct type *type, PangoFont *font, PangoGlyph glyph)
{
    cairo_glyph_t one = {.index = glyph};
    cairo_scaled_font_t *scaled =
        pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
    if (scaled == NULL)
        return 0;
    cairo_new_path(type->pen);
    cairo_set_scaled_font(type->pen, scaled);
    cairo_glyph_path(type->pen, &one, 1);
    cairo_path_t *path = cairo_copy_path(type->pen);
    size_t id = 0;
    if (path->status != CAIRO_STATUS_SUCCESS) {
        type->failed = true;
    } else if (path->num_data > 2) {
        id = ++type->last_id;
        buf_printf(type->defs, "<path id=\"%s-%zu\" d=\"", type->prefix, id);
        put_path(type->defs, path);
        buf_puts(type->defs, "\"/>\n");
    }
    cairo_path_destroy(path);
    return id;
}

static size_t
find_outline(struct type *type, PangoFont *font, PangoGlyph glyph)
{
    for (size_t i = 0; i < type->count; i++)
        if (type->outlines[i].glyph == glyph && type->outlines[i].font == font)
            return type->outlines[i].id;
    struct outline *outline = arena_append(type->arena, &type->outlines, &type->count,
                                           &type->room, sizeof *outline);
    if (outline == NULL) {
        type->failed = true;
        return 0;
    }
    *outline = (struct outline){g_object_ref(font), glyph, 0};
    return outline->id = draw_glyph(type, font, glyph);
}

/* A character that no face has: a pale block. */
static void
put_block(struct buf *out, double x, double y, double width)
{
    svg_number(out, "<rect fill-opacity=\".3\" x=\"", x + 1);
    svg_number(out, "\" y=\"", y - 9);
    svg_number(out, "\" width=\"", fmax(width - 2, 1));
    buf_puts(out, "\" height=\"9\"/>");
}

static void
put_glyph(struct type *type, struct buf *out, PangoFont *font, const PangoGlyphInfo *info,
          double x, double y)
{
    if (info->glyph == PANGO_GLYPH_EMPTY)
        return;
    if (info->glyph & PANGO_GLYPH_UNKNOWN_FLAG) {
        put_block(out, x, y, (double)info->geometry.width / PANGO_SCALE);
        return;
    }
    size_t id = find_outline(type, font, info->glyph);
    if (id == 0)
        return;
    buf_printf(out, "<use xlink:href=\"#%s-%zu\"", type->prefix, id);
    svg_number(out, " x=\"", x + (double)info->geometry.x_offset / PANGO_SCALE);
    svg_number(out, "\" y=\"", y + (double)info->geometry.y_offset / PANGO_SCALE);
    buf_puts(out, "\"/>");
}

void
type_put(struct type *type, struct buf *out, PangoLayout *line, double x, double y)
{
    GSList *runs = pango_layout_get_line_readonly(line, 0)->runs;
    for (; runs; runs = runs->next) {
        const PangoGlyphItem *run = runs->data;
        const PangoGlyphString *glyphs = run->glyphs;
        for (int i = 0; i < glyphs->num_glyphs; i++) {
            put_glyph(type, out, run->item->analysis.font, &glyphs->glyphs[i], x, y);
            x += (double)glyphs->glyphs[i].geometry.width / PANGO_SCALE;
        }
    }
    buf_puts(out, "\n");
}
