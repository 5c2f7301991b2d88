/* The contact sheet: many pieces at a glance, for people who approve a campaign.
 *
 * In come pieces with a caption and a line of detail, out go A4 pages with small pictures
 * in a grid (PDF), or one page as tall as it must be (PNG). Pictures keep their
 * proportions; wide ones, box panels mostly, take two columns. The pictures are the same
 * forms and drawings that the printer gets. */
#include "press/sheets.h"

#include "base/day.h"
#include "base/length.h"
#include "press/pdf-write.h"

#include <math.h>
#include <stdio.h>

/* All lengths in mm100. */
#define SHEET_W 21000
#define SHEET_H 29700
#define MARGIN 1600
#define HEAD_Y 1500
#define GRID_Y 3300
#define FOOT_Y 28300
#define GRID_END 27600
#define GUTTER 900
#define ROW_GAP 1000
#define PICTURE_MAX_H 11800
#define CAPTION_GAP 260
#define DETAIL_GAP 50
#define TITLE_SIZE 600
#define CAPTION_SIZE 310
#define DETAIL_SIZE 265
#define FOOT_SIZE 265
#define DETAIL_LINES 4
#define DPI_DEFAULT 150
#define PIXELS_MAX (80.0 * 1000 * 1000)
#define WIDE 1.2 /* from here a picture takes two columns */

static const struct rgba paper = {0.984, 0.980, 0.969, 1};
static const struct rgba ink = {0.137, 0.125, 0.110, 1};
static const struct rgba fog = {0.45, 0.43, 0.40, 1};
static const struct rgba hairline = {0.137, 0.125, 0.110, 0.14};

struct entry {
    struct page *page;
    size_t forms[2]; /* numbers in the PDF */
    size_t form_count;
    PangoLayout *caption, *detail;
    int32_t sheet;     /* on which page it lies */
    double x, y, w, h; /* of the picture */
    double height;     /* with its words */
};

struct contact {
    struct making *making;
    struct pdf_writer writer;
    struct entry *entries;
    size_t count;
    int32_t columns, sheets;
    double height; /* of a sheet */
    PangoLayout *title;
};

static PangoLayout *
make_words(struct contact *contact, const char *text, double size, bool is_bold,
           double width)
{
    PangoContext *context = pages_context(contact->making->studio->pages, "en");
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = studio_font(size, is_bold);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text, -1);
    if (width > 0)
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

static double
height_of(PangoLayout *layout)
{
    int height = 0;
    if (layout)
        pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static enum status
make_entry(struct contact *contact, size_t at)
{
    struct making *making = contact->making;
    struct entry *entry = &contact->entries[at];
    struct piece forms;
    enum status status =
        studio_make_page(making->studio, &making->job->pieces[at], making->arena,
                         making->notes, making->dump, &entry->page);
    if (status != STATUS_OK || making->job->format != SHEET_PDF)
        return status;
    status = piece_make(making->studio, entry->page, true, making->arena, making->notes,
                        &forms);
    if (status != STATUS_OK)
        return status;
    if (forms.plate)
        entry->forms[entry->form_count++] = pdf_add_form(&contact->writer, forms.plate);
    if (forms.imprint)
        entry->forms[entry->form_count++] = pdf_add_form(&contact->writer, forms.imprint);
    pdf_form_free(forms.imprint);
    return contact->writer.status;
}

static int32_t
span_of(const struct contact *contact, const struct entry *entry)
{
    bool is_wide = entry->page->width_mm100 > entry->page->height_mm100 * WIDE;
    return is_wide && contact->columns > 1 ? 2 : 1;
}

static double
width_of(const struct contact *contact, int32_t span)
{
    double column =
        (SHEET_W - 2.0 * MARGIN - (contact->columns - 1.0) * GUTTER) / contact->columns;
    return span * column + (span - 1.0) * GUTTER;
}

/* The picture's size in its columns and the words below it. */
static void
measure_entry(struct contact *contact, size_t at)
{
    struct entry *entry = &contact->entries[at];
    const struct press_piece *piece = &contact->making->job->pieces[at];
    double room = width_of(contact, span_of(contact, entry));
    double scale = fmin(room / entry->page->width_mm100,
                        (double)PICTURE_MAX_H / entry->page->height_mm100);
    entry->w = entry->page->width_mm100 * scale;
    entry->h = entry->page->height_mm100 * scale;
    entry->height = entry->h;
    if (piece->caption) {
        entry->caption = make_words(contact, piece->caption, CAPTION_SIZE, true, room);
        entry->height += CAPTION_GAP + height_of(entry->caption);
    }
    if (piece->detail) {
        entry->detail = make_words(contact, piece->detail, DETAIL_SIZE, false, room);
        pango_layout_set_height(entry->detail, -DETAIL_LINES);
        pango_layout_set_ellipsize(entry->detail, PANGO_ELLIPSIZE_END);
        entry->height +=
            (piece->caption ? DETAIL_GAP : CAPTION_GAP) + height_of(entry->detail);
    }
}

/* How many of the entries from `first` on make one row. */
static size_t
count_row(const struct contact *contact, size_t first, double *ret_height)
{
    int32_t taken = 0;
    size_t n = 0;
    *ret_height = 0;
    for (; first + n < contact->count; n++) {
        const struct entry *entry = &contact->entries[first + n];
        int32_t span = span_of(contact, entry);
        if (taken + span > contact->columns && n)
            break;
        taken += span;
        *ret_height = fmax(*ret_height, entry->height);
    }
    return n;
}

static void
lay_out(struct contact *contact)
{
    double y = GRID_Y, row_height, column = width_of(contact, 1);
    bool is_endless = contact->making->job->format == SHEET_PNG;
    contact->sheets = 1;
    for (size_t first = 0; first < contact->count;) {
        size_t n = count_row(contact, first, &row_height);
        if (!is_endless && y > GRID_Y && y + row_height > GRID_END) {
            contact->sheets++;
            y = GRID_Y;
        }
        int32_t taken = 0;
        for (size_t i = first; i < first + n; i++) {
            struct entry *entry = &contact->entries[i];
            entry->sheet = contact->sheets - 1;
            entry->x = MARGIN + taken * (column + GUTTER);
            entry->y = y;
            taken += span_of(contact, entry);
        }
        y += row_height + ROW_GAP;
        first += n;
    }
    contact->height = is_endless ? y - ROW_GAP + MARGIN : SHEET_H;
}

/* A soft shadow, a few faint steps of it, and paper to lie on. */
static void
draw_card(cairo_t *cr, const struct entry *entry)
{
    for (int i = 5; i >= 1; i--) {
        double spread = i * 22.0;
        draw_colour(cr, (struct rgba){0.13, 0.12, 0.10, 0.020});
        draw_rounded(cr, entry->x - spread, entry->y - spread + 50, entry->w + 2 * spread,
                     entry->h + 2 * spread, 30 + spread);
        cairo_fill(cr);
    }
    draw_colour(cr, (struct rgba){1, 1, 1, 1});
    cairo_rectangle(cr, entry->x, entry->y, entry->w, entry->h);
    cairo_fill(cr);
    draw_colour(cr, hairline);
    cairo_set_line_width(cr, 14);
    cairo_rectangle(cr, entry->x - 7, entry->y - 7, entry->w + 14, entry->h + 14);
    cairo_stroke(cr);
}

static void
draw_words(cairo_t *cr, const struct entry *entry)
{
    double y = entry->y + entry->h + CAPTION_GAP;
    if (entry->caption) {
        draw_colour(cr, ink);
        draw_layout(cr, entry->caption, entry->x, y);
        y += height_of(entry->caption) + DETAIL_GAP;
    }
    if (entry->detail) {
        draw_colour(cr, fog);
        draw_layout(cr, entry->detail, entry->x, y);
    }
}

static void
draw_at_right(struct contact *contact, cairo_t *cr, const char *text, double y)
{
    PangoLayout *layout = make_words(contact, text, FOOT_SIZE, false, 0);
    int width;
    pango_layout_get_size(layout, &width, NULL);
    draw_colour(cr, fog);
    draw_layout(cr, layout, SHEET_W - MARGIN - (double)width / PANGO_SCALE, y);
    g_object_unref(layout);
}

static void
draw_head_and_foot(struct contact *contact, cairo_t *cr, int32_t sheet)
{
    char text[48];
    draw_colour(cr, ink);
    draw_layout(cr, contact->title, MARGIN, HEAD_Y);
    day_text(zone_day(NULL, contact->making->job->created_s, &(int32_t){0}), text);
    draw_at_right(contact, cr, text, HEAD_Y + 260);
    draw_colour(cr, hairline);
    cairo_rectangle(cr, MARGIN, HEAD_Y + 1080, SHEET_W - 2 * MARGIN, 14);
    cairo_fill(cr);
    if (contact->sheets > 1) {
        snprintf(text, sizeof text, "%d / %d", sheet + 1, contact->sheets);
        draw_at_right(contact, cr, text, FOOT_Y);
    }
}

struct decor {
    struct contact *contact;
    int32_t sheet;
};

static enum status
draw_decor(void *data, cairo_t *cr)
{
    const struct decor *decor = data;
    struct contact *contact = decor->contact;
    draw_colour(cr, paper);
    cairo_paint(cr);
    draw_head_and_foot(contact, cr, decor->sheet);
    for (size_t i = 0; i < contact->count; i++) {
        if (contact->entries[i].sheet != decor->sheet)
            continue;
        draw_card(cr, &contact->entries[i]);
        draw_words(cr, &contact->entries[i]);
    }
    return cairo_status(cr) == CAIRO_STATUS_SUCCESS ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
draw_decor_in_points(void *data, cairo_t *cr)
{
    cairo_scale(cr, 72.0 / MM100_PER_INCH, 72.0 / MM100_PER_INCH);
    return draw_decor(data, cr);
}

static enum status
add_sheet(struct contact *contact, int32_t sheet)
{
    struct making *making = contact->making;
    struct decor decor = {contact, sheet};
    struct pdf_form *form;
    enum status status = form_cast(length_points(SHEET_W), length_points(SHEET_H),
                                   draw_decor_in_points, &decor, making->notes, &form);
    if (status != STATUS_OK)
        return status;
    struct pdf_placed *placed =
        arena_make_array(making->arena, 1 + 2 * contact->count, sizeof *placed);
    if (placed == NULL) {
        pdf_form_free(form);
        return STATUS_NO_MEMORY;
    }
    size_t count = 0;
    placed[count++] =
        (struct pdf_placed){pdf_add_form(&contact->writer, form), 1, 0, 0, NULL};
    pdf_form_free(form);
    const double point = 72.0 / MM100_PER_INCH;
    for (size_t i = 0; i < contact->count; i++) {
        const struct entry *entry = &contact->entries[i];
        for (size_t j = 0; entry->sheet == sheet && j < entry->form_count; j++)
            placed[count++] = (struct pdf_placed){
                entry->forms[j], entry->w / entry->page->width_mm100, entry->x * point,
                (SHEET_H - entry->y - entry->h) * point, NULL};
    }
    const struct pdf_box all = {0, 0, length_points(SHEET_W), length_points(SHEET_H)};
    const struct pdf_page page = {all, all, all, placed, count};
    pdf_add_page(&contact->writer, &page);
    return contact->writer.status;
}

static enum status
write_pdf(struct contact *contact)
{
    const struct press_job *job = contact->making->job;
    enum status status = STATUS_OK;
    for (int32_t i = 0; status == STATUS_OK && i < contact->sheets; i++)
        status = add_sheet(contact, i);
    if (status != STATUS_OK)
        return status;
    const struct pdf_info info = {job->title, "en", job->created_s};
    return pdf_end(&contact->writer, &info);
}

static enum status
draw_picture(struct contact *contact, cairo_t *cr, const struct entry *entry)
{
    double scale = entry->w / entry->page->width_mm100;
    const struct drawing drawing = {
        .studio = contact->making->studio,
        .cr = cr,
        .page = entry->page,
        .bounds = {0, 0, entry->page->width_mm100, entry->page->height_mm100},
        .is_raster = true,
        .notes = contact->making->notes};
    cairo_save(cr);
    cairo_rectangle(cr, entry->x, entry->y, entry->w, entry->h);
    cairo_clip(cr);
    cairo_translate(cr, entry->x, entry->y);
    cairo_scale(cr, scale, scale);
    enum status status = draw_whole(&drawing);
    cairo_restore(cr);
    return status;
}

static enum status
write_png(struct contact *contact)
{
    struct making *making = contact->making;
    int32_t dpi = making->job->dpi ? making->job->dpi : DPI_DEFAULT;
    double scale = (double)dpi / MM100_PER_INCH;
    double w = round(SHEET_W * scale), h = round(contact->height * scale);
    if (w * h > PIXELS_MAX || h > 32767)
        return note_fail(making->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED, NULL, 0,
                         "%zu pieces are too many for one picture at %d dpi; a PDF has "
                         "pages",
                         contact->count, dpi);
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    cairo_t *cr = cairo_create(image);
    cairo_scale(cr, scale, scale);
    struct decor decor = {contact, 0};
    enum status status = draw_decor(&decor, cr);
    for (size_t i = 0; status == STATUS_OK && i < contact->count; i++)
        status = draw_picture(contact, cr, &contact->entries[i]);
    cairo_destroy(cr);
    if (status == STATUS_OK)
        status = png_write(image, dpi, making->bytes);
    cairo_surface_destroy(image);
    return status;
}

static void
contact_done(struct contact *contact)
{
    for (size_t i = 0; i < contact->count; i++) {
        page_donep(&contact->entries[i].page);
        g_clear_object(&contact->entries[i].caption);
        g_clear_object(&contact->entries[i].detail);
    }
    g_clear_object(&contact->title);
}

/* Two or three rows of cards fill a page well in either case. */
static int32_t
columns_for(size_t count)
{
    return count <= 2 ? 2 : count <= 6 ? 3 : 4;
}

enum status
contact_sheet_make(struct making *making)
{
    const struct press_job *job = making->job;
    CLEANUP(contact_done)
    struct contact contact = {.making = making, .columns = columns_for(job->piece_count)};
    contact.entries =
        arena_make_array(making->arena, job->piece_count, sizeof *contact.entries);
    if (contact.entries == NULL)
        return STATUS_NO_MEMORY;
    contact.count = job->piece_count;
    if (job->format == SHEET_PDF)
        pdf_begin(&contact.writer, making->bytes, making->arena);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < contact.count; i++)
        status = make_entry(&contact, i);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < contact.count; i++)
        measure_entry(&contact, i);
    contact.title = make_words(&contact, job->title ? job->title : "Contact sheet",
                               TITLE_SIZE, true, SHEET_W - 2 * MARGIN - 3500);
    pango_layout_set_height(contact.title, 0);
    pango_layout_set_ellipsize(contact.title, PANGO_ELLIPSIZE_END);
    lay_out(&contact);
    making->sheet.pages = job->format == SHEET_PDF ? contact.sheets : 1;
    making->sheet.width_mm100 = SHEET_W;
    making->sheet.height_mm100 = (int32_t)ceil(contact.height);
    return job->format == SHEET_PDF ? write_pdf(&contact) : write_png(&contact);
}
