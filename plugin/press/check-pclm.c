/* Is this PCLm what we write? A plain PDF with its second line, whose pages have the
 * size of their strips, and strips that inflate to exactly as many pixels as they say,
 * in the order in which they are printed. */
#include "press/checks.h"
#include "press/pclm.h"
#include "press/pdf-read.h"

#include "base/length.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define SIDE_MAX 40000
#define DPI_DEFAULT 300

struct pclm {
    const struct press_job *job;
    struct pdf_file file;
    const uint8_t *last; /* where the object before began */
};

/* Objects of pages follow each other in the file. */
static bool
is_next(struct pclm *pclm, struct pdf_span object)
{
    bool is_later = object.p != NULL && (pclm->last == NULL || object.p > pclm->last);
    pclm->last = object.p;
    return is_later;
}

static bool
read_side(struct pdf_span dict, const char *key, int32_t *ret)
{
    double value;
    if (!pdf_number(pdf_find(dict, key), &value) || !(value >= 1) || !(value <= SIDE_MAX) ||
        value != floor(value))
        return false;
    *ret = (int32_t)value;
    return true;
}

static bool
inflates_to(struct pdf_span data, size_t n)
{
    z_stream zip = {0};
    uint8_t room[16384];
    size_t count = 0;
    int result = Z_OK;
    if (data.p == NULL || inflateInit(&zip) != Z_OK)
        return false;
    zip.next_in = (Bytef *)(uintptr_t)data.p;
    zip.avail_in = (uInt)(data.end - data.p);
    while (result == Z_OK && count <= n) {
        zip.next_out = room;
        zip.avail_out = sizeof(room);
        result = inflate(&zip, Z_NO_FLUSH);
        count += sizeof(room) - zip.avail_out;
    }
    bool is_all = result == Z_STREAM_END && zip.avail_in == 0 && count == n;
    inflateEnd(&zip);
    return is_all;
}

static bool
is_strip_right(struct pclm *pclm, struct pdf_span strip, int32_t width, int32_t *ret_rows)
{
    bool is_colour = pclm->job->device.ink == INK_COLOUR;
    struct pdf_span head = pdf_head(strip);
    size_t length;
    int32_t own;
    if (!is_next(pclm, strip) || !pdf_is(pdf_find(head, "/Subtype"), "/Image") ||
        !pdf_is(pdf_find(head, "/ColorSpace"), is_colour ? "/DeviceRGB" : "/DeviceGray") ||
        !pdf_is(pdf_find(head, "/BitsPerComponent"), "8") ||
        !pdf_is(pdf_find(head, "/Filter"), "/FlateDecode") ||
        !read_side(head, "/Width", &own) || own != width ||
        !read_side(head, "/Height", ret_rows) || *ret_rows > PCLM_STRIP_ROWS ||
        !pdf_length(&pclm->file, pdf_find(head, "/Length"), &length))
        return false;
    return inflates_to(pdf_stream(strip, length),
                       (size_t)width * (size_t)*ret_rows * (is_colour ? 3 : 1));
}

/* "[ 0 0 width height ]" */
static bool
read_media(struct pdf_span box, double ret[2])
{
    struct pdf_span token;
    const uint8_t *p = box.p;
    double side[4];
    if (p == NULL || !pdf_token(&p, box.end, &token) || !pdf_is(token, "["))
        return false;
    for (int i = 0; i < 4; i++)
        if (!pdf_token(&p, box.end, &token) || !pdf_number(token, &side[i]))
            return false;
    ret[0] = side[2];
    ret[1] = side[3];
    return side[0] == 0 && side[1] == 0;
}

static bool
is_side_right(const struct pclm *pclm, int32_t pixels, double points, double trim_mm100,
              double shift_mm100)
{
    int32_t dpi = pclm->job->dpi ? pclm->job->dpi : DPI_DEFAULT;
    double trim = length_points((int32_t)trim_mm100), slack = 2 + trim / 500;
    double most = trim + (shift_mm100 > 0 ? shift_mm100 * 72 / MM100_PER_INCH : 0);
    if (fabs(points * dpi / 72 - pixels) > 0.1)
        return false;
    return trim_mm100 == 0 || (points < most + slack &&
                               (pclm->job->device.may_shrink || points > trim - slack));
}

static bool
read_strips(struct pclm *pclm, struct pdf_span page, int32_t *ret_width,
            int32_t *ret_height)
{
    struct pdf_span strips = pdf_find(pdf_find(page, "/Resources"), "/XObject");
    int32_t width = 0, height = 0;
    for (int i = 0;; i++) {
        char name[24];
        int32_t rows;
        snprintf(name, sizeof(name), "/Image%d", i);
        struct pdf_span ref = pdf_find(strips, name);
        if (ref.p == NULL)
            break;
        struct pdf_span strip = pdf_object(&pclm->file, pdf_ref(ref));
        if (strip.p == NULL || (i == 0 && !read_side(pdf_head(strip), "/Width", &width)) ||
            !is_strip_right(pclm, strip, width, &rows) ||
            (height += rows) > SIDE_MAX)
            return false;
    }
    *ret_width = width;
    *ret_height = height;
    return height > 0;
}

/* `size` NULL: any. */
static bool
is_page_right(struct pclm *pclm, struct pdf_span page, const struct sheet *size)
{
    const struct press_device *device = &pclm->job->device;
    bool is_turned = device->rotate_deg / 90 % 2 != 0;
    double media[2];
    int32_t width, height;
    double w = !size ? 0 : is_turned ? size->height_mm100 : size->width_mm100;
    double h = !size ? 0 : is_turned ? size->width_mm100 : size->height_mm100;
    struct pdf_span contents = pdf_find(page, "/Contents");
    if (contents.p == NULL || *contents.p != '[')
        return false;
    contents.p++;
    return is_next(pclm, page) && pdf_is(pdf_find(page, "/Type"), "/Page") &&
           read_media(pdf_find(page, "/MediaBox"), media) &&
           is_next(pclm, pdf_object(&pclm->file, pdf_ref(contents))) &&
           read_strips(pclm, page, &width, &height) &&
           (device->head_dots == 0 || width <= device->head_dots) &&
           is_side_right(pclm, width, media[0], w, device->shift_x_mm100) &&
           is_side_right(pclm, height, media[1], h, device->shift_y_mm100);
}

const char *
pclm_fault(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    struct pclm pclm = {.job = job};
    struct pdf_span kid;
    size_t count, pages = 0, first = strlen(PCLM_FIRST_LINES);
    if (sheet->size < first || memcmp(sheet->bytes, PCLM_FIRST_LINES, first) != 0 ||
        pdf_read(sheet->bytes, sheet->size, arena, &pclm.file) != STATUS_OK)
        return "the PCLm is cut short or garbled";
    struct pdf_span root = pdf_object(&pclm.file, pdf_ref(pdf_find(pclm.file.trailer, "/Root")));
    struct pdf_span tree = pdf_object(&pclm.file, pdf_ref(pdf_find(root, "/Pages")));
    struct pdf_span kids = pdf_find(tree, "/Kids");
    if (kids.p == NULL || !pdf_length(&pclm.file, pdf_find(tree, "/Count"), &count))
        return "the PCLm has no page tree";
    const uint8_t *p = kids.p + 1;
    while (pdf_token(&p, kids.end, &kid) && !pdf_is(kid, "]")) {
        struct pdf_span ref = {kid.p, kids.end};
        struct pdf_span page = pdf_object(&pclm.file, pdf_ref(ref));
        if (page.p == NULL || !is_page_right(&pclm, page, pages ? NULL : sheet))
            return arena_printf(arena, "page %zu of the PCLm is wrong", pages + 1);
        pages++;
        if (!pdf_token(&p, kids.end, &kid) || !pdf_token(&p, kids.end, &kid))
            break;
    }
    return pages == count && is_page_count_right(job, sheet, pages)
               ? NULL
               : "the PCLm has another number of pages than the job";
}
