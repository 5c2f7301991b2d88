/* The studio: one job in, one sheet out, and what is kept in between.
 *
 * Opening it loads the fonts and draws a first word, so that the first carton does not
 * pay for what every program pays once. Making sets each piece's page and hands it to
 * the device's file. What can go wrong is the pages' and the drawings' affair; here is
 * only decided which device it is. */
#include "press/studio.h"

#include "press/dots.h"
#include "press/draw.h"
#include "press/sheets.h"
#include "press/symbols.h"

#include <assert.h>

static_assert(PAGE_SHEETS_MAX == PRESS_SHEETS_MAX, "client and worker count alike");

#define DOTS_MAX_BYTES ((size_t)64 << 20)

PangoFontDescription *
studio_font(double size_mm100, bool is_bold)
{
    PangoFontDescription *font = pango_font_description_from_string("Karla, Lato, Sans");
    pango_font_description_set_absolute_size(font, size_mm100 * PANGO_SCALE);
    pango_font_description_set_weight(font,
                                      is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    return font;
}

static enum status
draw_first_word(void *data, cairo_t *cr)
{
    struct studio *studio = data;
    PangoFontDescription *font = studio_font(300, false);
    PangoLayout *layout = pango_layout_new(pages_context(studio->pages, "en"));
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, "tuck", -1);
    draw_layout(cr, layout, 0, 0);
    g_object_unref(layout);
    return STATUS_OK;
}

enum status
studio_open(struct studio *studio, const struct pages_settings *settings,
            struct notes *notes)
{
    struct pdf_form *first;
    arts_init(&studio->arts);
    images_init(&studio->images);
    plates_init(&studio->plates);
    studio->dots =
        (struct shelf){.free_value = dots_plate_free, .most_size = DOTS_MAX_BYTES};
    enum status status = pages_open(settings, notes, &studio->pages);
    if (status == STATUS_OK)
        status = form_cast(100, 100, draw_first_word, studio, notes, &first);
    if (status == STATUS_OK)
        pdf_form_free(first);
    return status;
}

void
studio_close(struct studio *studio)
{
    if (studio->pages)
        pages_close(studio->pages);
    shelf_done(&studio->dots);
    plates_done(&studio->plates);
    images_done(&studio->images);
    arts_done(&studio->arts);
}

enum status
studio_make_page(struct studio *studio, const struct press_piece *piece,
                 struct arena *arena, struct notes *notes, struct buf *dump,
                 struct page **ret)
{
    struct page *page;
    enum status status = page_make(studio->pages, piece->template_path, piece->values,
                                   piece->values_n, arena, notes, &page);
    if (status != STATUS_OK)
        return status;
    if (dump)
        page_dump(page, dump);
    *ret = page;
    return STATUS_OK;
}

void
page_donep(struct page **page)
{
    if (*page)
        page_done(*page);
}

static enum status
write_piece(struct making *making, size_t i, piece_writer *write, void *data)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    PAGE_AUTO struct page *page = NULL;
    struct making here = *making;
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    here.arena = arena;
    enum status status = studio_make_page(making->studio, &making->job->pieces[i], arena,
                                          making->notes, making->dump, &page);
    for (const struct page *p = page; status == STATUS_OK && p; p = p->next) {
        status = write(&here, p, data);
        making->sheet.pages++;
    }
    if (status == STATUS_OK && i == 0) {
        making->sheet.width_mm100 = page->width_mm100;
        making->sheet.height_mm100 = page->height_mm100;
    }
    return status;
}

enum status
each_piece(struct making *making, piece_writer *write, void *data)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < making->job->piece_count; i++)
        status = write_piece(making, i, write, data);
    return status;
}

/* The device's files. */
static enum status (*const makers[])(struct making *) = {
    [SHEET_PDF] = sheet_pdf_make,
    [SHEET_PNG] = sheet_png_make,
    [SHEET_ZPL] = sheet_zpl_make,
    [SHEET_EPL] = sheet_epl_make,
    [SHEET_TSPL] = sheet_tspl_make,
    [SHEET_PWG] = sheet_pwg_make,
    [SHEET_PCLM] = sheet_pclm_make,
    [SHEET_DOTS] = sheet_dots_make,
};

enum status
studio_make(struct studio *studio, const struct press_job *job, struct arena *arena,
            struct notes *notes, struct buf *bytes, struct sheet *ret)
{
    BUF_AUTO struct buf dump = {0};
    struct making making = {.studio = studio,
                            .job = job,
                            .arena = arena,
                            .notes = notes,
                            .bytes = bytes,
                            .dump = job->wants_dump ? &dump : NULL,
                            .sheet = {.format = job->format}};
    enum status status;
    if (job->piece_count == 0)
        status = STATUS_BAD_CALL;
    else if (job->is_contact_sheet)
        status = contact_sheet_make(&making);
    else if ((size_t)job->format < COUNT_OF(makers) && makers[job->format])
        status = makers[job->format](&making);
    else
        status = STATUS_BAD_CALL;
    if (status != STATUS_OK)
        return status;
    if (job->wants_symbols && !job->is_contact_sheet)
        status = symbols_gather(&making);
    if (status != STATUS_OK)
        return status;
    making.sheet.bytes = (const uint8_t *)bytes->p;
    making.sheet.size = bytes->n;
    if (job->wants_dump) {
        making.sheet.dump = dump.failed ? NULL : arena_copy(arena, dump.p, dump.n);
        if (making.sheet.dump == NULL)
            return STATUS_NO_MEMORY;
    }
    *ret = making.sheet;
    return STATUS_OK;
}
