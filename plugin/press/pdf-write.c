/* The last step to a PDF: pages that place forms, and the file around them.
 *
 * Objects 1, 2 and 3 are the catalogue, the page tree and the document's information;
 * they are written last, when the pages are known. The file's /ID is a hash of what was
 * written, so it is the same for the same sheet and for no other. */
#include "press/pdf-write.h"

#include "base/day.h"
#include "base/hash.h"

#include <math.h>
#include <string.h>

enum { CATALOGUE = 1, PAGE_TREE = 2, INFORMATION = 3, FIXED_COUNT = 3 };

static void
fail(struct pdf_writer *writer, enum status status)
{
    if (writer->status == STATUS_OK)
        writer->status = status;
}

/* Reserves a number. */
static size_t
new_object(struct pdf_writer *writer)
{
    size_t *offset = arena_append(writer->arena, &writer->offsets, &writer->object_count,
                                  &writer->object_room, sizeof *offset);
    if (offset == NULL)
        fail(writer, STATUS_NO_MEMORY);
    return writer->object_count;
}

static void
begin_object(struct pdf_writer *writer, size_t number)
{
    if (writer->status != STATUS_OK)
        return;
    writer->offsets[number - 1] = writer->out->n;
    buf_printf(writer->out, "%zu 0 obj", number);
}

static void
end_object(struct pdf_writer *writer)
{
    buf_puts(writer->out, "\nendobj\n");
}

/* Thousandths of a point are finer than any press; whole numbers need no locale. */
static void
put_number(struct buf *out, double value)
{
    long thousandths = lround(fabs(value) * 1000);
    if (value < 0 && thousandths)
        buf_puts(out, "-");
    buf_printf(out, "%ld", thousandths / 1000);
    int rest = (int)(thousandths % 1000), digits = 3;
    if (rest == 0)
        return;
    for (; rest % 10 == 0; rest /= 10)
        digits--;
    buf_printf(out, ".%0*d", digits, rest);
}

static void
put_box(struct buf *out, const char *key, const struct pdf_box *box)
{
    const double side[4] = {box->x0, box->y0, box->x1, box->y1};
    buf_printf(out, "\n%s [", key);
    for (int i = 0; i < 4; i++) {
        if (i)
            buf_puts(out, " ");
        put_number(out, side[i]);
    }
    buf_puts(out, "]");
}

void
pdf_begin(struct pdf_writer *writer, struct buf *out, struct arena *arena)
{
    *writer = (struct pdf_writer){.out = out, .arena = arena};
    for (int i = 0; i < FIXED_COUNT; i++)
        new_object(writer);
    /* Four bytes above 127 tell programs that carry files that this one is binary. */
    buf_puts(out, "%PDF-1.5\n%\xc2\xb5\xc2\xb6\n");
}

static void
write_part(struct pdf_writer *writer, const struct pdf_part *part, size_t base)
{
    size_t done = 0;
    for (size_t i = 0; i < part->hole_count; i++) {
        buf_add(writer->out, part->bytes + done, part->holes[i].at - done);
        buf_printf(writer->out, "%zu 0 R", base + part->holes[i].local);
        done = part->holes[i].at;
    }
    buf_add(writer->out, part->bytes + done, part->size - done);
}

/* The form's object number; its objects follow each other in the file. */
size_t
pdf_add_form(struct pdf_writer *writer, const struct pdf_form *form)
{
    for (size_t i = 0; i < writer->met_count; i++)
        if (writer->met[i].serial == form->serial)
            return writer->met[i].number;
    size_t base = writer->object_count + 1;
    for (size_t i = 0; i < form->part_count; i++)
        new_object(writer);
    struct pdf_met *met = arena_append(writer->arena, &writer->met, &writer->met_count,
                                       &writer->met_room, sizeof *met);
    if (met == NULL)
        fail(writer, STATUS_NO_MEMORY);
    if (writer->status != STATUS_OK)
        return 0;
    *met = (struct pdf_met){form->serial, base};
    for (size_t i = 0; i < form->part_count; i++) {
        begin_object(writer, base + i);
        write_part(writer, &form->parts[i], base);
        end_object(writer);
    }
    return base;
}

static void
put_placed(struct buf *out, const struct pdf_placed *placed)
{
    buf_puts(out, "q ");
    if (placed->scale != 1 || placed->x != 0 || placed->y != 0) {
        /* A scale needs more digits than a place. */
        long scale = lround(placed->scale * 1000000);
        buf_printf(out, "%ld.%06ld 0 0 %ld.%06ld ", scale / 1000000, scale % 1000000,
                   scale / 1000000, scale % 1000000);
        put_number(out, placed->x);
        buf_puts(out, " ");
        put_number(out, placed->y);
        buf_puts(out, " cm ");
    }
    if (placed->clip) {
        put_number(out, placed->clip->x0);
        buf_puts(out, " ");
        put_number(out, placed->clip->y0);
        buf_puts(out, " ");
        put_number(out, placed->clip->x1 - placed->clip->x0);
        buf_puts(out, " ");
        put_number(out, placed->clip->y1 - placed->clip->y0);
        buf_puts(out, " re W n ");
    }
    buf_printf(out, "/F%zu Do Q\n", placed->form);
}

static bool
is_placed_before(const struct pdf_page *page, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (page->placed[i].form == page->placed[at].form)
            return true;
    return false;
}

void
pdf_add_page(struct pdf_writer *writer, const struct pdf_page *page)
{
    BUF_AUTO struct buf contents = {0};
    size_t contents_number = new_object(writer), number = new_object(writer);
    size_t *slot = arena_append(writer->arena, &writer->pages, &writer->page_count,
                                &writer->page_room, sizeof *slot);
    if (slot == NULL)
        fail(writer, STATUS_NO_MEMORY);
    if (writer->status != STATUS_OK)
        return;
    *slot = number;
    for (size_t i = 0; i < page->placed_count; i++)
        put_placed(&contents, &page->placed[i]);
    if (contents.failed)
        fail(writer, STATUS_NO_MEMORY);
    begin_object(writer, contents_number);
    buf_printf(writer->out, "\n<< /Length %zu >>\nstream\n", contents.n);
    buf_add(writer->out, contents.p, contents.n);
    buf_puts(writer->out, "\nendstream");
    end_object(writer);
    begin_object(writer, number);
    buf_printf(writer->out, "\n<< /Type /Page /Parent %d 0 R /Contents %zu 0 R",
               PAGE_TREE, contents_number);
    put_box(writer->out, "/MediaBox", &page->media);
    put_box(writer->out, "/BleedBox", &page->bleed);
    put_box(writer->out, "/TrimBox", &page->trim);
    buf_puts(writer->out, "\n/Resources << /XObject <<");
    for (size_t i = 0; i < page->placed_count; i++)
        if (!is_placed_before(page, i))
            buf_printf(writer->out, " /F%zu %zu 0 R", page->placed[i].form,
                       page->placed[i].form);
    buf_puts(writer->out, " >> >> >>");
    end_object(writer);
}

/* Text strings that are not plain ASCII are UTF-16 with a byte order mark. */
static void
put_text(struct buf *out, const char *text)
{
    bool is_plain = true;
    for (const char *p = text; *p; p++)
        is_plain &= *p >= 0x20 && *p < 0x7f;
    if (is_plain) {
        buf_puts(out, "(");
        for (const char *p = text; *p; p++)
            buf_printf(out, strchr("()\\", *p) ? "\\%c" : "%c", *p);
        buf_puts(out, ")");
        return;
    }
    buf_puts(out, "<FEFF");
    for (const uint8_t *p = (const uint8_t *)text; *p;) {
        int more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
        uint32_t c = more ? *p & (0x3fu >> more) : *p;
        for (p++; more > 0 && *p; more--, p++)
            c = c << 6 | (*p & 0x3fu);
        if (c < 0x10000)
            buf_printf(out, "%04X", c);
        else
            buf_printf(out, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10),
                       0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    buf_puts(out, ">");
}

static void
write_information(struct pdf_writer *writer, const struct pdf_info *info)
{
    int32_t second;
    struct date date = day_date(zone_day(NULL, info->created_s, &second));
    begin_object(writer, INFORMATION);
    buf_puts(writer->out, "\n<< /Producer (tuck)");
    if (info->title) {
        buf_puts(writer->out, " /Title ");
        put_text(writer->out, info->title);
    }
    buf_printf(writer->out, " /CreationDate (D:%04d%02d%02d%02d%02d%02dZ) >>", date.year,
               date.month, date.day, second / 3600, second / 60 % 60, second % 60);
    end_object(writer);
}

static void
write_tree(struct pdf_writer *writer, const struct pdf_info *info)
{
    begin_object(writer, PAGE_TREE);
    buf_puts(writer->out, "\n<< /Type /Pages /Kids [");
    for (size_t i = 0; i < writer->page_count; i++)
        buf_printf(writer->out, "%s%zu 0 R", i ? " " : "", writer->pages[i]);
    buf_printf(writer->out, "] /Count %zu >>", writer->page_count);
    end_object(writer);
    begin_object(writer, CATALOGUE);
    buf_printf(writer->out, "\n<< /Type /Catalog /Pages %d 0 R", PAGE_TREE);
    if (info->lang) {
        buf_puts(writer->out, " /Lang ");
        put_text(writer->out, info->lang);
    }
    if (info->title)
        buf_puts(writer->out, " /ViewerPreferences << /DisplayDocTitle true >>");
    buf_puts(writer->out, " >>");
    end_object(writer);
}

enum status
pdf_end(struct pdf_writer *writer, const struct pdf_info *info)
{
    struct buf *out = writer->out;
    if (writer->status != STATUS_OK)
        return writer->status;
    write_information(writer, info);
    write_tree(writer, info);
    if (out->failed)
        return STATUS_NO_MEMORY;
    struct digest digest = hash_sha256(out->p, out->n);
    size_t table = out->n;
    buf_printf(out, "xref\n0 %zu\n0000000000 65535 f \n", writer->object_count + 1);
    for (size_t i = 0; i < writer->object_count; i++)
        buf_printf(out, "%010zu 00000 n \n", writer->offsets[i]);
    buf_printf(out,
               "trailer\n<< /Size %zu /Root %d 0 R /Info %d 0 R\n"
               "/ID [<%.32s> <%.32s>] >>\nstartxref\n%zu\n%%%%EOF\n",
               writer->object_count + 1, CATALOGUE, INFORMATION, digest.hex, digest.hex,
               table);
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
