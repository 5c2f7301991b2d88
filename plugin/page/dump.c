/* A page as text: what golden tests compare, and the key of its plate.
 *
 * Lengths are in mm to a tenth, so that a dump holds across builds of the font stack
 * that differ in the last digit. Files are named as the template's folder sees them. */
#include "base/hash.h"
#include "page/page-inside.h"

#include <math.h>
#include <string.h>

static void
mm(struct buf *out, double mm100)
{
    long tenths = lround(mm100 / 10);
    long whole = labs(tenths) / 10, rest = labs(tenths) % 10;
    buf_printf(out, "%s%ld", tenths < 0 ? "-" : "", whole);
    if (rest)
        buf_printf(out, ".%ld", rest);
}

static void
rect(struct buf *out, struct rect at)
{
    buf_puts(out, " ");
    mm(out, at.x);
    buf_puts(out, ",");
    mm(out, at.y);
    buf_puts(out, " ");
    mm(out, at.w);
    buf_puts(out, "x");
    mm(out, at.h);
}

static void
colour(struct buf *out, const char *name, struct rgba rgba)
{
    if (rgba.a > 0)
        buf_printf(out, " %s #%02x%02x%02x", name, (unsigned)lround(rgba.r * 255),
                   (unsigned)lround(rgba.g * 255), (unsigned)lround(rgba.b * 255));
}

static void
measure(struct buf *out, const char *name, double mm100)
{
    if (mm100 == 0)
        return;
    buf_printf(out, " %s ", name);
    mm(out, mm100);
}

static void
percent(struct buf *out, const char *name, double share)
{
    if (share != 1)
        buf_printf(out, " %s %ld%%", name, lround(share * 100));
}

static void
file(struct buf *out, const struct page *page, const char *path)
{
    size_t n = strlen(page->template_dir);
    const char *slash = strrchr(path, '/');
    if (strncmp(path, page->template_dir, n) == 0 && path[n] == '/')
        buf_printf(out, " %s", path + n + 1);
    else
        buf_printf(out, " %s", slash ? slash + 1 : path);
}

/* ---- lines of a text ---- */

static void
fonts(struct buf *out, const PangoLayoutLine *line)
{
    char *before = NULL;
    for (const GSList *run = line->runs; run; run = run->next) {
        const PangoGlyphItem *glyphs = run->data;
        PangoFontDescription *font =
            pango_font_describe_with_absolute_size(glyphs->item->analysis.font);
        char *family = g_strdup(pango_font_description_get_family(font));
        int weight = pango_font_description_get_weight(font);
        double size = pango_font_description_get_size(font) / (double)PANGO_SCALE;
        struct buf name BUF_AUTO = {0};
        buf_printf(&name, " [%s", family);
        if (weight != PANGO_WEIGHT_NORMAL)
            buf_printf(&name, " %d", weight);
        if (pango_font_description_get_style(font) != PANGO_STYLE_NORMAL)
            buf_puts(&name, " italic");
        buf_puts(&name, " ");
        mm(&name, size);
        buf_puts(&name, "]");
        if (!before || strcmp(before, name.p) != 0)
            buf_puts(out, name.p);
        g_free(before);
        before = g_strdup(name.p);
        g_free(family);
        pango_font_description_free(font);
    }
    g_free(before);
}

static void
quoted(struct buf *out, const char *text, size_t n)
{
    char *copy = g_strndup(text, n);
    buf_puts(out, " ");
    buf_json(out, copy);
    g_free(copy);
}

static void
lines(struct buf *out, const struct page_item *item)
{
    PangoLayoutIter *iter = pango_layout_get_iter(item->layout);
    const char *text = pango_layout_get_text(item->layout);
    do {
        PangoRectangle at;
        const PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        pango_layout_iter_get_line_extents(iter, NULL, &at);
        buf_puts(out, "  line ");
        mm(out, item->at.x + at.x / (double)PANGO_SCALE);
        buf_puts(out, ",");
        mm(out, item->at.y + pango_layout_iter_get_baseline(iter) / (double)PANGO_SCALE);
        buf_puts(out, " ");
        mm(out, at.width / (double)PANGO_SCALE);
        if (line->resolved_dir == PANGO_DIRECTION_RTL)
            buf_puts(out, " rtl");
        fonts(out, line);
        quoted(out, text + line->start_index, (size_t)line->length);
        buf_puts(out, "\n");
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

/* ---- items ---- */

static void
symbol(struct buf *out, const struct page_item *item)
{
    buf_printf(out, " %s %dx%d", item->symbol_type, (int)item->columns, (int)item->rows);
    quoted(out, item->symbol_text, strlen(item->symbol_text));
    if (item->hri || item->hri_digit_count)
        buf_puts(out, " hri");
}

static void
picture(struct buf *out, const struct page *page, const struct page_item *item)
{
    static const char *const fits[] = {"contain", "cover", "stretch"};
    file(out, page, item->file);
    buf_printf(out, " %s", fits[item->fit]);
    measure(out, "tile", item->tile_mm100);
    if (item->is_half_drop)
        buf_puts(out, " half-drop");
}

static void
dump_item(struct buf *out, const struct page *page, const struct page_item *item)
{
    static const char *const kinds[] = {"box",   "line", "path",  "art",
                                        "image", "text", "symbol"};
    buf_printf(out, "%s %s", item->layer == LAYER_PLATE ? "plate" : "imprint",
               kinds[item->kind]);
    rect(out, item->at);
    if (item->kind == ITEM_ART || item->kind == ITEM_IMAGE)
        picture(out, page, item);
    if (item->kind == ITEM_SYMBOL)
        symbol(out, item);
    if (item->kind == ITEM_PATH)
        buf_printf(out, " steps %zu", item->step_count);
    colour(out, "fill", item->fill);
    colour(out, "stroke", item->stroke);
    measure(out, "width", item->stroke_mm100);
    measure(out, "radius", item->radius_mm100);
    measure(out, "dash", item->dash_mm100);
    percent(out, "opacity", item->opacity);
    if (item->dots)
        buf_puts(out, item->dots == DOTS_HALFTONE ? " dots halftone" : " dots threshold");
    if (item->rotate_deg != 0)
        buf_printf(out, " rotate %ld", lround(item->rotate_deg));
    if (item->is_flipped)
        buf_puts(out, " flipped");
    if (item->kind == ITEM_TEXT) {
        percent(out, "scale", item->scale);
        if (item->tighten)
            buf_printf(out, " tighter %d", (int)item->tighten);
        if (item->is_run_on)
            buf_puts(out, " run-on");
        if (item->shorter)
            buf_printf(out, " shorter %d", (int)item->shorter);
        if (item->is_cut)
            buf_puts(out, " cut");
        quoted(out, item->text, strlen(item->text));
    }
    buf_puts(out, "\n");
    if (item->kind == ITEM_TEXT)
        lines(out, item);
}

static void
dump_page(const struct page *page, struct buf *out)
{
    buf_printf(out, "page %s %s %s", page->template_name, page->lang,
               page->is_rtl ? "rtl" : "ltr");
    buf_puts(out, " ");
    mm(out, page->width_mm100);
    buf_puts(out, "x");
    mm(out, page->height_mm100);
    measure(out, "bleed", page->bleed_mm100);
    measure(out, "safe", page->safe_mm100);
    colour(out, "ground", page->ground);
    if (page->wants_outline)
        buf_puts(out, " outline");
    buf_puts(out, "\n");
    for (size_t i = 0; i < page->item_count; i++)
        dump_item(out, page, &page->items[i]);
}

void
page_dump(const struct page *page, struct buf *out)
{
    for (; page; page = page->next)
        dump_page(page, out);
}

/* ---- the plate's key ---- */

static void
key_file(struct buf *out, const char *path, const struct stat *st)
{
    buf_printf(out, "%s %lld %lld.%09ld\n", path, (long long)st->st_size,
               (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static void
key_item(struct buf *out, const struct page_item *item)
{
    const int32_t whole[] = {(int32_t)item->kind, item->line,         item->at.x,
                             item->at.y,          item->at.w,         item->at.h,
                             item->is_flipped,    (int32_t)item->fit, item->is_half_drop,
                             item->columns,       item->rows};
    const double shares[] = {item->rotate_deg,   item->opacity,    item->stroke_mm100,
                             item->radius_mm100, item->dash_mm100, item->tile_mm100,
                             item->scale};
    struct stat st;
    buf_add(out, whole, sizeof whole);
    buf_add(out, shares, sizeof shares);
    buf_add(out, &item->fill, sizeof item->fill);
    buf_add(out, &item->stroke, sizeof item->stroke);
    for (size_t i = 0; i < item->step_count; i++) {
        buf_add(out, &item->steps[i].op, sizeof item->steps[i].op);
        buf_add(out, item->steps[i].x, sizeof item->steps[i].x);
        buf_add(out, item->steps[i].y, sizeof item->steps[i].y);
    }
    if (item->file && stat(item->file, &st) == 0)
        key_file(out, item->file, &st);
    if (item->kind == ITEM_SYMBOL)
        buf_printf(out, "%s %s\n", item->symbol_type, item->symbol_text);
    if (item->kind == ITEM_TEXT)
        buf_printf(out, "%s\n%s\n", item->text, pango_layout_get_text(item->layout));
}

enum status
page_set_plate_key(struct page *page, const struct template *tpl, struct arena *arena)
{
    struct buf all BUF_AUTO = {0};
    for (size_t i = 0; i < tpl->file_count; i++)
        key_file(&all, tpl->files[i].path, &tpl->files[i].stat);
    buf_printf(&all, "%s %d %d %d\n", page->lang, page->is_rtl, (int)page->width_mm100,
               (int)page->height_mm100);
    buf_add(&all, &page->ground, sizeof page->ground);
    for (size_t i = 0; i < page->item_count; i++)
        if (page->items[i].layer == LAYER_PLATE)
            key_item(&all, &page->items[i]);
    if (all.failed)
        return STATUS_NO_MEMORY;
    struct digest digest = hash_sha256(all.p, all.n);
    page->plate_key = arena_strdup(arena, digest.hex);
    return page->plate_key ? STATUS_OK : STATUS_NO_MEMORY;
}
