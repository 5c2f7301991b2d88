/* The last look at a sheet before the host gets it.
 *
 * PDF: every object is where the table says, the page tree counts as many pages as the
 * job has, each page has its boxes and one of the right size. PNG: signature, a header
 * of the right size, chunks that follow each other to IEND, and nothing after. ZPL: what
 * the strict reader says, and as many labels and copies as the job has. The others have
 * files of their own: check-epl.c and so on. */
#include "press/sheet-check.h"

#include "base/length.h"
#include "press/checks.h"
#include "press/pdf-read.h"
#include "press/zpl-read.h"

#include <math.h>
#include <string.h>

#define SIDE_MAX_DOTS 40000

static bool
read_box(struct pdf_span box, double ret[4])
{
    struct pdf_span token;
    const uint8_t *p = box.p;
    if (p == NULL || !pdf_token(&p, box.end, &token) || !pdf_is(token, "["))
        return false;
    for (int i = 0; i < 4; i++)
        if (!pdf_token(&p, box.end, &token) || !pdf_number(token, &ret[i]))
            return false;
    return ret[2] > ret[0] && ret[3] > ret[1];
}

static bool
is_page_sound(const struct pdf_file *file, struct pdf_span page, const struct sheet *size)
{
    double media[4], trim[4];
    if (!pdf_is(pdf_find(page, "/Type"), "/Page") ||
        !read_box(pdf_find(page, "/MediaBox"), media) ||
        !read_box(pdf_find(page, "/TrimBox"), trim) ||
        pdf_object(file, pdf_ref(pdf_find(page, "/Contents"))).p == NULL)
        return false;
    if (trim[0] < media[0] - 0.01 || trim[1] < media[1] - 0.01 ||
        trim[2] > media[2] + 0.01 || trim[3] > media[3] + 0.01)
        return false;
    /* Half a point: what rounding to 1/100 mm and to a thousandth point can come to. */
    return size == NULL ||
           (fabs(trim[2] - trim[0] - length_points(size->width_mm100)) < 0.5 &&
            fabs(trim[3] - trim[1] - length_points(size->height_mm100)) < 0.5);
}

static const char *
fault_of_pdf(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    struct pdf_file file;
    struct pdf_span kid;
    size_t count;
    int32_t pages = 0;
    if (pdf_read(sheet->bytes, sheet->size, arena, &file) != STATUS_OK)
        return "the PDF is cut short or garbled";
    struct pdf_span root = pdf_object(&file, pdf_ref(pdf_find(file.trailer, "/Root")));
    struct pdf_span tree = pdf_object(&file, pdf_ref(pdf_find(root, "/Pages")));
    struct pdf_span kids = pdf_find(tree, "/Kids");
    if (kids.p == NULL || !pdf_length(&file, pdf_find(tree, "/Count"), &count))
        return "the PDF has no page tree";
    const uint8_t *p = kids.p + 1;
    while (pdf_token(&p, kids.end, &kid) && !pdf_is(kid, "]")) {
        struct pdf_span ref = {kid.p, kids.end};
        struct pdf_span page = pdf_object(&file, pdf_ref(ref));
        if (!is_page_sound(&file, page, pages ? NULL : sheet))
            return "a page of the PDF lacks its boxes or its contents";
        pages++;
        if (!pdf_token(&p, kids.end, &kid) || !pdf_token(&p, kids.end, &kid))
            break;
    }
    if (pages < 1 || (size_t)pages != count || pages != sheet->pages ||
        (!job->is_contact_sheet && !is_page_count_right(job, sheet, count)))
        return "the PDF has another number of pages than the job";
    return NULL;
}

static uint32_t
read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The trim in dots, and at most what bleed and slug may add to it. */
static bool
is_side_right(const struct press_job *job, uint32_t dots, int32_t trim_mm100)
{
    double dpi = job->dpi ? job->dpi : 150;
    double trim = trim_mm100 * dpi / MM100_PER_INCH;
    if (job->spot.w > 0) /* a part of the page is no larger than it */
        return dots >= 1 && dots <= trim + 5000 * dpi / MM100_PER_INCH;
    return dots >= 1 && dots <= SIDE_MAX_DOTS && dots >= floor(trim) - 1 &&
           dots <= trim + 5000 * dpi / MM100_PER_INCH;
}

/* One bit a dot; turned and shrunk as the device wants it. */
static bool
are_dots_right(const struct press_job *job, const uint8_t *p)
{
    uint32_t w = read_u32(p + 16), h = read_u32(p + 20);
    int32_t head = job->device.head_dots;
    return p[24] == 1 && p[25] == 0 && w >= 1 && h >= 1 && w <= SIDE_MAX_DOTS &&
           h <= SIDE_MAX_DOTS && (head == 0 || w <= (uint32_t)head);
}

static const char *
fault_of_png(const struct press_job *job, const struct sheet *sheet)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const uint8_t *p = sheet->bytes, *end = p + sheet->size;
    bool has_data = false;
    if (sheet->size < 57 || memcmp(p, signature, 8) != 0 || read_u32(p + 8) != 13 ||
        memcmp(p + 12, "IHDR", 4) != 0)
        return "the PNG has no header";
    if (job->format == SHEET_DOTS ? !are_dots_right(job, p)
                                  : !is_side_right(job, read_u32(p + 16), sheet->width_mm100) ||
                                        !is_side_right(job, read_u32(p + 20),
                                                       sheet->height_mm100))
        return "the PNG has the wrong size or depth";
    for (p += 8; end - p >= 12;) {
        uint32_t n = read_u32(p);
        if ((size_t)(end - p) < 12 + (size_t)n)
            break;
        has_data |= n > 0 && memcmp(p + 4, "IDAT", 4) == 0;
        bool is_end = n == 0 && memcmp(p + 4, "IEND", 4) == 0;
        p += 12 + (size_t)n;
        if (is_end)
            return has_data && p == end && sheet->pages == 1 ? NULL
                                                             : "the PNG lacks its pixels";
    }
    return "the PNG is cut short";
}

static const char *
fault_of_zpl(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    const struct zpl_reading how = {.head_dots = job->device.head_dots};
    int32_t copies = job->device.copies > 0 ? job->device.copies : 1;
    struct zpl_fault fault = {.text = "memory is out"};
    struct zpl_sheet labels;
    if (zpl_read(sheet->bytes, sheet->size, &how, arena, &fault, &labels) != STATUS_OK)
        return arena_printf(arena, "the ZPL is wrong at byte %zu in line %d: %s", fault.at,
                            fault.line, fault.text);
    if (!is_page_count_right(job, sheet, labels.label_count))
        return "the ZPL has another number of labels than the job";
    for (size_t i = 0; i < labels.label_count; i++)
        if (labels.labels[i].copies != copies)
            return "the ZPL has another number of copies than the job";
    return labels.download_count > 0 && job->device.stored == NULL
               ? "the ZPL stores a format that was not asked for"
               : NULL;
}

/* Symbols come of pages that there are, at a resolution that the job can mean, and only
 * when they were asked for. */
const char *
sheet_symbols_fault(const struct press_job *job, const struct sheet *sheet)
{
    if (sheet->symbol_count && (!job->wants_symbols || job->is_contact_sheet))
        return "the sheet brings symbols that were not asked for";
    for (size_t i = 0; i < sheet->symbol_count; i++) {
        const struct sheet_symbol *symbol = &sheet->symbols[i];
        if (job->dpi ? symbol->dpi != job->dpi : symbol->dpi != 203 && symbol->dpi != 300)
            return "a symbol of the sheet has another resolution than the job";
        if (symbol->w < 1 || symbol->h < 1 || symbol->module_dots > symbol->width)
            return "a symbol of the sheet has no place";
    }
    return NULL;
}

enum status
sheet_check(const struct press_job *job, const struct sheet *sheet, struct notes *notes)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const char *fault;
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    if (sheet->format != job->format)
        fault = "the sheet has another format than the job";
    else if (job->format == SHEET_PDF)
        fault = fault_of_pdf(job, sheet, arena);
    else if (job->format == SHEET_PNG || job->format == SHEET_DOTS)
        fault = fault_of_png(job, sheet);
    else if (job->format == SHEET_ZPL)
        fault = fault_of_zpl(job, sheet, arena);
    else if (job->format == SHEET_EPL)
        fault = epl_fault(job, sheet, arena);
    else if (job->format == SHEET_TSPL)
        fault = tspl_fault(job, sheet, arena);
    else if (job->format == SHEET_PWG)
        fault = pwg_fault(job, sheet, arena);
    else if (job->format == SHEET_PCLM)
        fault = pclm_fault(job, sheet, arena);
    else
        fault = "nothing checks sheets of this format";
    if (fault == NULL)
        fault = sheet_symbols_fault(job, sheet);
    if (fault)
        return note_fail(notes, STATUS_BUG, NOTE_PRESS_BAD_SHEET, NULL, 0, "%s", fault);
    return STATUS_OK;
}
