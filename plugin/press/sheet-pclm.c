/* PCLm: a page a piece, as a PDF of which a printer need hold no more than a strip.
 *
 * After Wi-Fi Peer-to-Peer Services Print, annex PCLm, and ISO 32000-1, of which it is a
 * strict part: the second line names it, each page's objects come in the order in which
 * they are printed (page, contents, strips from the top), and catalogue and page tree
 * stand last. Strips are 16 rows of 8 bit grey or 24 bit colour, deflated one by one;
 * there are no other kinds of pixels, so black dots go as grey. The contents' words are
 * those of every writer known, the BDC that no EMC ends among them, for there are
 * printers that do not read a PDF but look for these words. */
#include "press/dots.h"
#include "press/pclm.h"
#include "press/pixels.h"

#include <string.h>
#include <zlib.h>

#define DPI_DEFAULT 300
#define LEVEL 2 /* as for PNGs: a third larger, several times as fast */

enum { CATALOGUE = 1, PAGE_TREE = 2, FIXED_COUNT = 2 };

struct pclm {
    struct arena *arena; /* of the whole sheet */
    struct buf *out;
    int32_t dpi;
    size_t *offsets; /* by number − 1 */
    size_t object_count, object_room;
    size_t *pages; /* numbers of the page objects */
    size_t page_count, page_room;
    z_stream zip;
    bool has_zip, failed;
};

/* Of which rows are asked, whatever they are kept as. */
struct source {
    struct pixels pixels; /* or, bytes NULL: */
    struct dots dots;
    bool is_colour;
    int32_t width, height;
};

/* --- objects --------------------------------------------------------------------------- */

static size_t
new_object(struct pclm *pclm)
{
    size_t *offset = arena_append(pclm->arena, &pclm->offsets, &pclm->object_count,
                                  &pclm->object_room, sizeof(*offset));
    if (!offset)
        pclm->failed = true;
    return pclm->object_count;
}

static void
begin_object(struct pclm *pclm, size_t number)
{
    if (pclm->failed)
        return;
    pclm->offsets[number - 1] = pclm->out->n;
    buf_printf(pclm->out, "%zu 0 obj\n", number);
}

static void
end_object(struct pclm *pclm)
{
    buf_puts(pclm->out, "\nendobj\n");
}

/* Pixels in points, never more than they are, or a reader would round to one more. */
static void
put_points(struct buf *out, int32_t pixels, int32_t dpi)
{
    int64_t thousandths = (int64_t)pixels * 72000 / dpi;
    buf_printf(out, "%d.%03d", (int)(thousandths / 1000), (int)(thousandths % 1000));
}

/* --- pages ----------------------------------------------------------------------------- */

static void
put_page(struct pclm *pclm, const struct source *source, size_t page, size_t strips)
{
    begin_object(pclm, page);
    buf_printf(pclm->out, "<<\n/Type /Page\n/Parent %d 0 R\n/Resources <<\n/XObject <<\n",
               PAGE_TREE);
    for (size_t i = 0; i < strips; i++)
        buf_printf(pclm->out, "/Image%zu %zu 0 R\n", i, page + 2 + i);
    buf_puts(pclm->out, ">>\n>>\n/MediaBox [ 0 0 ");
    put_points(pclm->out, source->width, pclm->dpi);
    buf_puts(pclm->out, " ");
    put_points(pclm->out, source->height, pclm->dpi);
    buf_printf(pclm->out, " ]\n/Contents [ %zu 0 R ]\n>>", page + 1);
    end_object(pclm);
}

static int32_t
rows_of(const struct source *source, size_t strip)
{
    int32_t left = source->height - (int32_t)strip * PCLM_STRIP_ROWS;
    return left < PCLM_STRIP_ROWS ? left : PCLM_STRIP_ROWS;
}

static void
put_contents(struct pclm *pclm, const struct source *source, size_t number, size_t strips)
{
    BUF_AUTO struct buf words = {0};
    int64_t scale = ((int64_t)72 * 1000000 + pclm->dpi / 2) / pclm->dpi;
    buf_printf(&words, "%d.%06d 0 0 %d.%06d 0 0 cm\n", (int)(scale / 1000000),
               (int)(scale % 1000000), (int)(scale / 1000000), (int)(scale % 1000000));
    for (size_t i = 0; i < strips; i++) {
        int32_t rows = rows_of(source, i);
        int32_t foot = source->height - (int32_t)i * PCLM_STRIP_ROWS - rows;
        buf_printf(&words, "/P <</MCID 0>> BDC q\n%d 0 0 %d 0 %d cm\n/Image%zu Do Q\n",
                   source->width, rows, foot, i);
    }
    begin_object(pclm, number);
    buf_printf(pclm->out, "<<\n/Length %zu\n>>\nstream\n", words.n);
    buf_add(pclm->out, words.p, words.n);
    buf_puts(pclm->out, "\nendstream");
    end_object(pclm);
    pclm->failed |= words.failed;
}

/* --- strips ---------------------------------------------------------------------------- */

static void
read_row(const struct source *source, int32_t y, uint8_t *row)
{
    if (source->pixels.bytes) {
        pixels_row(&source->pixels, y, source->is_colour, row);
        return;
    }
    for (int32_t x = 0; x < source->width; x++)
        row[x] = dots_at(&source->dots, x, y) ? 0 : 255;
}

/* A strip's rows and those before, of which the deflated bytes are still there: much of
 * a page is blank. */
struct strip {
    uint8_t *rows, *last;
    size_t n, last_n;
    uint8_t *zipped;
    size_t zipped_n, room;
};

static void
zip_strip(struct pclm *pclm, struct strip *strip)
{
    if (strip->n == strip->last_n && memcmp(strip->rows, strip->last, strip->n) == 0)
        return;
    pclm->zip.next_in = strip->rows;
    pclm->zip.avail_in = (uInt)strip->n;
    pclm->zip.next_out = strip->zipped;
    pclm->zip.avail_out = (uInt)strip->room;
    if (deflate(&pclm->zip, Z_FINISH) != Z_STREAM_END)
        pclm->failed = true;
    strip->zipped_n = strip->room - pclm->zip.avail_out;
    deflateReset(&pclm->zip);
    uint8_t *swap = strip->last;
    strip->last = strip->rows;
    strip->last_n = strip->n;
    strip->rows = swap;
}

static void
put_strip(struct pclm *pclm, const struct source *source, size_t number, size_t at,
          struct strip *strip)
{
    size_t stride = (size_t)source->width * (source->is_colour ? 3 : 1);
    int32_t count = rows_of(source, at);
    strip->n = stride * (size_t)count;
    for (int32_t i = 0; i < count; i++)
        read_row(source, (int32_t)at * PCLM_STRIP_ROWS + i,
                 strip->rows + (size_t)i * stride);
    zip_strip(pclm, strip);
    begin_object(pclm, number);
    buf_printf(pclm->out,
               "<<\n/Width %d\n/ColorSpace /%s\n/Height %d\n/Filter /FlateDecode\n"
               "/Subtype /Image\n/Length %zu\n/Type /XObject\n/BitsPerComponent 8\n>>\n"
               "stream\n",
               source->width, source->is_colour ? "DeviceRGB" : "DeviceGray", count,
               strip->zipped_n);
    buf_add(pclm->out, strip->zipped, strip->zipped_n);
    buf_puts(pclm->out, "\nendstream");
    end_object(pclm);
}

static enum status
put_source(struct making *making, struct pclm *pclm, const struct source *source)
{
    size_t strips = ((size_t)source->height + PCLM_STRIP_ROWS - 1) / PCLM_STRIP_ROWS;
    size_t n = (size_t)source->width * (source->is_colour ? 3 : 1) * PCLM_STRIP_ROWS;
    struct strip strip = {.room = deflateBound(&pclm->zip, (uLong)n)};
    strip.rows = arena_make(making->arena, n);
    strip.last = arena_make(making->arena, n);
    strip.zipped = arena_make(making->arena, strip.room);
    size_t *slot = arena_append(pclm->arena, &pclm->pages, &pclm->page_count,
                                &pclm->page_room, sizeof(*slot));
    size_t page = new_object(pclm);
    for (size_t i = 0; i < strips + 1; i++)
        new_object(pclm);
    if (!strip.rows || !strip.last || !strip.zipped || !slot || pclm->failed)
        return STATUS_NO_MEMORY;
    *slot = page;
    put_page(pclm, source, page, strips);
    put_contents(pclm, source, page + 1, strips);
    for (size_t i = 0; i < strips; i++)
        put_strip(pclm, source, page + 2 + i, i, &strip);
    return pclm->failed || pclm->out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* --- the sheet ------------------------------------------------------------------------- */

static enum status
write_piece(struct making *making, const struct page *page, void *data)
{
    struct pclm *pclm = data;
    struct source source = {.is_colour = making->job->device.ink == INK_COLOUR};
    struct dots_page dots;
    cairo_surface_t *image;
    enum status status;
    if (making->job->device.ink == INK_BLACK) {
        status = dots_make(making, page, &dots);
        if (status != STATUS_OK)
            return status;
        source.dots = dots.whole;
        source.width = dots.whole.width;
        source.height = dots.whole.height;
        return put_source(making, pclm, &source);
    }
    status = draw_pixels(making, page, pclm->dpi, &image);
    if (status != STATUS_OK)
        return status;
    source.pixels = pixels_of(image);
    source.width = source.pixels.width;
    source.height = source.pixels.height;
    status = put_source(making, pclm, &source);
    cairo_surface_destroy(image);
    return status;
}

static enum status
begin(struct pclm *pclm)
{
    for (int i = 0; i < FIXED_COUNT; i++)
        new_object(pclm);
    pclm->has_zip = deflateInit(&pclm->zip, LEVEL) == Z_OK;
    buf_puts(pclm->out, PCLM_FIRST_LINES);
    return pclm->has_zip && !pclm->failed ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
end(struct pclm *pclm)
{
    struct buf *out = pclm->out;
    begin_object(pclm, CATALOGUE);
    buf_printf(out, "<<\n/Type /Catalog\n/Pages %d 0 R\n>>", PAGE_TREE);
    end_object(pclm);
    begin_object(pclm, PAGE_TREE);
    buf_printf(out, "<<\n/Count %zu\n/Kids [", pclm->page_count);
    for (size_t i = 0; i < pclm->page_count; i++)
        buf_printf(out, " %zu 0 R", pclm->pages[i]);
    buf_puts(out, " ]\n/Type /Pages\n>>");
    end_object(pclm);
    size_t table = out->n;
    buf_printf(out, "xref\n0 %zu\n0000000000 65535 f \n", pclm->object_count + 1);
    for (size_t i = 0; i < pclm->object_count; i++)
        buf_printf(out, "%010zu 00000 n \n", pclm->offsets[i]);
    buf_printf(out, "trailer\n<<\n/Size %zu\n/Root %d 0 R\n>>\nstartxref\n%zu\n%%%%EOF\n",
               pclm->object_count + 1, CATALOGUE, table);
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
sheet_pclm_make(struct making *making)
{
    struct press_job job = *making->job;
    const struct press_job *asked = making->job;
    if (job.dpi == 0)
        job.dpi = DPI_DEFAULT;
    struct pclm pclm = {.arena = making->arena, .out = making->bytes, .dpi = job.dpi};
    making->job = &job;
    enum status status = begin(&pclm);
    if (status == STATUS_OK)
        status = each_piece(making, write_piece, &pclm);
    if (status == STATUS_OK)
        status = end(&pclm);
    if (pclm.has_zip)
        deflateEnd(&pclm.zip);
    making->job = asked;
    return status;
}
