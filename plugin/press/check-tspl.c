/* Is this TSPL what we write? Labels one after the other, each: SIZE where it changes,
 * settings in the first, CLS, graphics and bars that lie within the size and the head,
 * and PRINT with the copies. */
#include "press/check-scan.h"
#include "press/checks.h"

#define SIDE_MAX 32000

struct tspl {
    struct scan scan;
    const struct press_job *job;
    int32_t width, height; /* dots that the size gives room to; 0: not said yet */
};

/* "104.98 mm" in dots, rounded up. */
static bool
read_mm(struct tspl *tspl, int32_t *ret)
{
    int32_t whole, part = 0, dpi = tspl->job->dpi ? tspl->job->dpi : 203;
    struct scan *scan = &tspl->scan;
    if (!scan_number(scan, 0, 10000, &whole))
        return false;
    if (scan_text(scan, ".")) {
        if (scan->end - scan->p < 2 || scan->p[0] < '0' || scan->p[0] > '9' ||
            scan->p[1] < '0' || scan->p[1] > '9')
            return false;
        part = (scan->p[0] - '0') * 10 + (scan->p[1] - '0');
        scan_skip(scan, 2);
    }
    int64_t per_metre = dpi == 203 ? 8000 : (int64_t)dpi * 10000 / 254 + 1;
    *ret = (int32_t)((((int64_t)whole * 100 + part) * per_metre + 99999) / 100000);
    return scan_text(scan, " mm");
}

static bool
read_size(struct tspl *tspl, bool is_first)
{
    if (!scan_text(&tspl->scan, "SIZE "))
        return !is_first;
    return read_mm(tspl, &tspl->width) && scan_text(&tspl->scan, ",") &&
           read_mm(tspl, &tspl->height) && scan_text(&tspl->scan, "\r\n") &&
           tspl->width >= 1 && tspl->height >= 1;
}

static bool
read_settings(struct tspl *tspl)
{
    static const char *const sense[] = {"", "GAP 3 mm,0 mm\r\n", "BLINE 3 mm,0 mm\r\n",
                                        "GAP 0 mm,0 mm\r\n"};
    static const char *const finish[] = {"", "SET TEAR ON\r\n", "SET PEEL ON\r\n",
                                         "SET CUTTER 1\r\n"};
    const struct press_device *device = &tspl->job->device;
    struct scan *scan = &tspl->scan;
    int32_t value;
    if ((size_t)device->sense >= COUNT_OF(sense) ||
        (size_t)device->finish >= COUNT_OF(finish) ||
        !scan_text(scan, sense[device->sense]) ||
        !scan_text(scan, "DIRECTION 0,0\r\nREFERENCE 0,0\r\n"))
        return false;
    if (scan_text(scan, "SPEED ") &&
        !(scan_number(scan, 1, 99, &value) && scan_text(scan, "\r\n")))
        return false;
    if (scan_text(scan, "DENSITY ") &&
        !(scan_number(scan, 1, 15, &value) && scan_text(scan, "\r\n")))
        return false;
    return scan_text(scan, finish[device->finish]);
}

static bool
is_inside(const struct tspl *tspl, int32_t x, int32_t y, int32_t w, int32_t h)
{
    int32_t head = head_of(tspl->job), width = (tspl->width + 7) / 8 * 8;
    width = width < head ? width : head;
    return w >= 1 && h >= 1 && x <= width && w <= width - x && y <= tspl->height &&
           h <= tspl->height - y;
}

static bool
read_graphics(struct tspl *tspl)
{
    struct scan *scan = &tspl->scan;
    int32_t at[4];
    for (;;) {
        bool is_bar = scan_text(scan, "BAR ");
        if (!is_bar && !scan_text(scan, "BITMAP "))
            return true;
        if (!scan_numbers(scan, SIDE_MAX, 4, at) ||
            !is_inside(tspl, at[0], at[1], is_bar ? at[2] : at[2] * 8, at[3]))
            return false;
        if (!is_bar &&
            (!scan_text(scan, ",0,") || !scan_skip(scan, (size_t)at[2] * (size_t)at[3])))
            return false;
        if (!scan_text(scan, "\r\n"))
            return false;
    }
}

static bool
read_copies(struct tspl *tspl)
{
    int32_t copies = copies_of(tspl->job), value;
    return scan_text(&tspl->scan, "PRINT 1,") &&
           scan_number(&tspl->scan, copies, copies, &value) &&
           scan_text(&tspl->scan, "\r\n");
}

const char *
tspl_fault(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    struct tspl tspl = {{sheet->bytes, sheet->bytes + sheet->size}, job, 0, 0};
    size_t labels = 0;
    while (!scan_is_at_end(&tspl.scan)) {
        const char *what = !read_size(&tspl, labels == 0)               ? "size"
                           : labels == 0 && !read_settings(&tspl)       ? "setting"
                           : !scan_text(&tspl.scan, "CLS\r\n")          ? "begin"
                           : !read_graphics(&tspl)                      ? "graphic"
                           : !read_copies(&tspl)                        ? "end"
                                                                        : NULL;
        if (what)
            return arena_printf(arena, "label %zu of the TSPL has a wrong %s at byte %zu",
                                labels + 1, what, (size_t)(tspl.scan.p - sheet->bytes));
        labels++;
    }
    return is_page_count_right(job, sheet, labels)
               ? NULL
               : "the TSPL has another number of labels than the job";
}
