/* Plate and imprint: a page in, two forms out, one of them mostly from the shelf.
 *
 * Painting order is kept: a plate item that lies over something of the imprint is drawn
 * with the imprint. Which items these are depends on the carton, so the choice is part of
 * the plate's key, as are the art files' states: new art under an old name is a new
 * plate. */
#include "press/plate.h"

#include "base/length.h"
#include "press/draw.h"
#include "press/studio.h"

#include <cairo-pdf.h>
#include <string.h>

#define PLATES_MAX_BYTES ((size_t)96 << 20)
#define SLUG_MM100 800 /* room for crop marks */

static void
free_form(void *value)
{
    pdf_form_free(value);
}

void
plates_init(struct plates *plates)
{
    *plates = (struct plates){
        .shelf = {.free_value = free_form, .most_size = PLATES_MAX_BYTES}};
}

void
plates_done(struct plates *plates)
{
    shelf_done(&plates->shelf);
}

struct canvas
canvas_of(const struct page *page, bool no_bleed)
{
    struct canvas canvas = {0};
    if (!no_bleed) {
        canvas.bleed = page->bleed_mm100;
        canvas.slug = page->wants_outline ? SLUG_MM100 : 0;
    }
    canvas.width = page->width_mm100 + 2 * (canvas.bleed + canvas.slug);
    canvas.height = page->height_mm100 + 2 * (canvas.bleed + canvas.slug);
    return canvas;
}

static cairo_status_t
write_to_buf(void *data, const unsigned char *bytes, unsigned n)
{
    struct buf *out = data;
    buf_add(out, bytes, n);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

enum status
form_cast(double width, double height, form_painter *paint, void *data,
          struct notes *notes, struct pdf_form **ret)
{
    BUF_AUTO struct buf file = {.ceiling = (size_t)128 << 20};
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_to_buf, &file, width, height);
    cairo_t *cr = cairo_create(surface);
    enum status status = paint(data, cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_status_t trouble = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status != STATUS_OK)
        return status;
    if (trouble == CAIRO_STATUS_NO_MEMORY || file.failed)
        return STATUS_NO_MEMORY;
    if (trouble != CAIRO_STATUS_SUCCESS)
        return note_fail(notes, STATUS_BUG, NOTE_DRAWING_FAILED, NULL, 0,
                         "a page cannot be drawn: %s", cairo_status_to_string(trouble));
    return pdf_form_make((const uint8_t *)file.p, file.n, ret);
}

struct casting {
    struct drawing drawing;
    const struct canvas *canvas;
    const bool *is_plate;
    bool wants_plate; /* which of the two is cast */
};

static enum status
paint_items(void *data, cairo_t *cr)
{
    struct casting *casting = data;
    const struct page *page = casting->drawing.page;
    double margin = casting->canvas->bleed + casting->canvas->slug;
    enum status status = STATUS_OK;
    cairo_scale(cr, 72.0 / MM100_PER_INCH, 72.0 / MM100_PER_INCH);
    cairo_translate(cr, margin, margin);
    casting->drawing.cr = cr;
    if (casting->wants_plate || page->plate_key == NULL)
        draw_ground(&casting->drawing);
    for (size_t i = 0; status == STATUS_OK && i < page->item_count; i++)
        if (casting->is_plate[i] == casting->wants_plate)
            status = draw_item(&casting->drawing, &page->items[i]);
    return status;
}

static bool
overlap(const struct rect *a, const struct rect *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
           b->y < a->y + a->h;
}

bool *
plate_divide(const struct page *page, struct arena *arena, bool *ret_has_imprint)
{
    bool *is_plate = arena_make_array(arena, page->item_count, sizeof *is_plate);
    struct rect *over = arena_make_array(arena, page->item_count, sizeof *over);
    size_t over_count = 0;
    if (is_plate == NULL || over == NULL)
        return NULL;
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        struct rect reach = draw_reach(item);
        is_plate[i] = item->layer == LAYER_PLATE && page->plate_key;
        for (size_t j = 0; is_plate[i] && j < over_count; j++)
            is_plate[i] = !overlap(&reach, &over[j]);
        if (!is_plate[i])
            over[over_count++] = reach;
    }
    *ret_has_imprint = over_count > 0;
    return is_plate;
}

void
plate_put_key(struct buf *key, const struct page *page, const struct canvas *canvas,
              const bool *is_plate)
{
    const struct rgba *ground = &page->ground;
    buf_puts(key, page->plate_key);
    buf_printf(key, "|%d %d %d %d|%.4f %.4f %.4f %.4f|", canvas->width, canvas->height,
               canvas->bleed, canvas->slug, ground->r, ground->g, ground->b, ground->a);
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        if (item->layer != LAYER_PLATE)
            continue;
        buf_puts(key, is_plate[i] ? "p" : "i");
        if (is_plate[i] && (item->kind == ITEM_ART || item->kind == ITEM_IMAGE))
            shelf_key_add_file(key, item->file);
    }
}

static enum status
find_plate(struct studio *studio, struct casting *casting, const struct pdf_form **ret)
{
    BUF_AUTO struct buf key = {0};
    const struct page *page = casting->drawing.page;
    plate_put_key(&key, page, casting->canvas, casting->is_plate);
    if (key.failed)
        return STATUS_NO_MEMORY;
    struct pdf_form *form = shelf_find(&studio->plates.shelf, key.p);
    if (form == NULL) {
        enum status status = form_cast(
            length_points(casting->canvas->width), length_points(casting->canvas->height),
            paint_items, casting, casting->drawing.notes, &form);
        if (status == STATUS_OK)
            status = shelf_add(&studio->plates.shelf, key.p, form, form->size);
        if (status != STATUS_OK)
            return status;
    }
    *ret = form;
    return STATUS_OK;
}

enum status
piece_make(struct studio *studio, const struct page *page, bool no_bleed,
           struct arena *arena, struct notes *notes, struct piece *ret)
{
    struct piece piece = {.canvas = canvas_of(page, no_bleed)};
    int32_t bleed = piece.canvas.bleed;
    bool has_imprint;
    const bool *is_plate = plate_divide(page, arena, &has_imprint);
    if (is_plate == NULL)
        return STATUS_NO_MEMORY;
    struct casting casting = {
        .drawing = {.studio = studio,
                    .page = page,
                    .notes = notes,
                    .bounds = {-bleed, -bleed, page->width_mm100 + 2 * bleed,
                               page->height_mm100 + 2 * bleed}},
        .canvas = &piece.canvas,
        .is_plate = is_plate,
        .wants_plate = true};
    enum status status = STATUS_OK;
    if (page->plate_key)
        status = find_plate(studio, &casting, &piece.plate);
    /* Without a key nothing is a plate, and the ground belongs to the imprint. */
    casting.wants_plate = false;
    if (status == STATUS_OK && (has_imprint || piece.plate == NULL))
        status = form_cast(length_points(piece.canvas.width),
                           length_points(piece.canvas.height), paint_items, &casting,
                           notes, &piece.imprint);
    if (status == STATUS_OK)
        *ret = piece;
    return status;
}
