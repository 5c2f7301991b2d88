/* PDF: a page for each page of a piece, the plate under the imprint.
 *
 * Boxes: the MediaBox holds trim, bleed and slug, TrimBox and BleedBox lie inside. A
 * plate that serves several pages of the file is written once. */
#include "press/sheets.h"

#include "base/length.h"
#include "press/pdf-write.h"

static struct pdf_box
inset(const struct canvas *canvas, int32_t by)
{
    return (struct pdf_box){length_points(by), length_points(by),
                            length_points(canvas->width - by),
                            length_points(canvas->height - by)};
}

static void
place_piece(struct pdf_writer *writer, const struct piece *piece)
{
    struct pdf_placed placed[2];
    size_t count = 0;
    if (piece->plate)
        placed[count++] =
            (struct pdf_placed){pdf_add_form(writer, piece->plate), 1, 0, 0, NULL};
    if (piece->imprint)
        placed[count++] =
            (struct pdf_placed){pdf_add_form(writer, piece->imprint), 1, 0, 0, NULL};
    const struct canvas *canvas = &piece->canvas;
    struct pdf_page page = {.media = inset(canvas, 0),
                            .bleed = inset(canvas, canvas->slug),
                            .trim = inset(canvas, canvas->slug + canvas->bleed),
                            .placed = placed,
                            .placed_count = count};
    pdf_add_page(writer, &page);
}

static enum status
add_page(struct making *making, struct pdf_writer *writer, const struct page *page)
{
    struct piece forms;
    enum status status = piece_make(making->studio, page, making->job->no_bleed,
                                    making->arena, making->notes, &forms);
    if (status != STATUS_OK)
        return status;
    place_piece(writer, &forms);
    pdf_form_free(forms.imprint);
    if (making->sheet.pages++ == 0) {
        making->sheet.width_mm100 = page->width_mm100;
        making->sheet.height_mm100 = page->height_mm100;
    }
    return writer->status;
}

static enum status
add_piece(struct making *making, struct pdf_writer *writer,
          const struct press_piece *piece)
{
    PAGE_AUTO struct page *first = NULL;
    enum status status = studio_make_page(making->studio, piece, making->arena,
                                          making->notes, making->dump, &first);
    for (const struct page *page = first; status == STATUS_OK && page; page = page->next)
        status = add_page(making, writer, page);
    return status;
}

enum status
sheet_pdf_make(struct making *making)
{
    const struct press_job *job = making->job;
    struct pdf_writer writer;
    enum status status = STATUS_OK;
    pdf_begin(&writer, making->bytes, making->arena);
    for (size_t i = 0; status == STATUS_OK && i < job->piece_count; i++)
        status = add_piece(making, &writer, &job->pieces[i]);
    if (status != STATUS_OK)
        return status;
    struct pdf_info info = {job->title, job->pieces[0].lang ? job->pieces[0].lang : "en",
                            job->created_s};
    return pdf_end(&writer, &info);
}
