/* Is this EPL2 what we write? Labels one after the other, each: N, its width and perhaps
 * its length, settings in the first, graphics and bars that lie within both, and P as
 * often as there are copies. */
#include "press/check-scan.h"
#include "press/checks.h"

#define SIDE_MAX 32000

struct epl {
    struct scan scan;
    const struct press_job *job;
    int32_t width, height; /* of the label; height 0: not said */
};

static bool
is_inside(const struct epl *epl, int32_t x, int32_t y, int32_t w, int32_t h)
{
    int32_t height = epl->height ? epl->height : SIDE_MAX;
    return w >= 1 && h >= 1 && x <= epl->width && w <= epl->width - x && y <= height &&
           h <= height - y;
}

static bool
read_length(struct epl *epl)
{
    int32_t gap;
    return scan_number(&epl->scan, 1, SIDE_MAX, &epl->height) &&
           scan_text(&epl->scan, ",") && (scan_text(&epl->scan, "B") || true) &&
           scan_number(&epl->scan, 0, SIDE_MAX, &gap) && scan_text(&epl->scan, "\n");
}

static bool
read_settings(struct epl *epl, bool is_first)
{
    struct scan *scan = &epl->scan;
    int32_t value;
    epl->height = 0;
    if (!scan_text(scan, "\nN\nq") || !scan_number(scan, 8, head_of(epl->job), &epl->width) ||
        epl->width % 8 != 0 || !scan_text(scan, "\n") ||
        (scan_text(scan, "Q") && !read_length(epl)))
        return false;
    if (!is_first)
        return true;
    if (scan_text(scan, "S") && !(scan_number(scan, 1, 99, &value) && scan_text(scan, "\n")))
        return false;
    if (scan_text(scan, "D") && !(scan_number(scan, 1, 15, &value) && scan_text(scan, "\n")))
        return false;
    return scan_text(scan, "OP\n") || true;
}

static bool
read_graphics(struct epl *epl)
{
    int32_t at[4];
    for (;;) {
        bool is_bar = scan_text(&epl->scan, "LO");
        if (!is_bar && !scan_text(&epl->scan, "GW"))
            return true;
        if (!scan_numbers(&epl->scan, SIDE_MAX, 4, at) ||
            !is_inside(epl, at[0], at[1], is_bar ? at[2] : at[2] * 8, at[3]))
            return false;
        if (!is_bar && (!scan_text(&epl->scan, ",") ||
                        !scan_skip(&epl->scan, (size_t)at[2] * (size_t)at[3])))
            return false;
        if (!scan_text(&epl->scan, "\n"))
            return false;
    }
}

static bool
read_copies(struct epl *epl)
{
    int32_t copies = copies_of(epl->job), value;
    if (epl->job->device.finish != FINISH_CUT)
        return scan_text(&epl->scan, "P") &&
               scan_number(&epl->scan, copies, copies, &value) &&
               scan_text(&epl->scan, "\n");
    while (copies-- > 0)
        if (!scan_text(&epl->scan, "P1\nC\n"))
            return false;
    return true;
}

const char *
epl_fault(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    struct epl epl = {{sheet->bytes, sheet->bytes + sheet->size}, job, 0, 0};
    size_t labels = 0;
    while (!scan_is_at_end(&epl.scan)) {
        const char *what = !read_settings(&epl, labels == 0) ? "setting"
                           : !read_graphics(&epl)            ? "graphic"
                           : !read_copies(&epl)              ? "end"
                                                             : NULL;
        if (what)
            return arena_printf(arena, "label %zu of the EPL2 has a wrong %s at byte %zu",
                                labels + 1, what, (size_t)(epl.scan.p - sheet->bytes));
        labels++;
    }
    return is_page_count_right(job, sheet, labels)
               ? NULL
               : "the EPL2 has another number of labels than the job";
}
