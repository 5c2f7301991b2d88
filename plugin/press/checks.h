/* The strict looks at sheets, one each: NULL, or what is wrong, in the arena. They are for
 * what our own writers write, not for all that a language allows. */
#ifndef TUCK_PRESS_CHECKS_H
#define TUCK_PRESS_CHECKS_H

#include "base/arena.h"
#include "press/job.h"

typedef const char *sheet_fault(const struct press_job *job, const struct sheet *sheet,
                                struct arena *arena);
sheet_fault epl_fault, tspl_fault, pwg_fault, pclm_fault;

/* The dots of the device's head, whole bytes; a large number where it is not known. */
static inline int32_t
head_of(const struct press_job *job)
{
    int32_t head = job->device.head_dots;
    return head > 0 ? (head + 7) / 8 * 8 : 32000;
}

static inline int32_t
copies_of(const struct press_job *job)
{
    return job->device.copies > 0 ? job->device.copies : 1;
}

/* A piece has one page, or as many as its text goes on over. */
static inline bool
is_page_count_right(const struct press_job *job, const struct sheet *sheet, size_t counted)
{
    return counted >= job->piece_count &&
           counted <= job->piece_count * PRESS_SHEETS_MAX &&
           sheet->pages == (int32_t)counted;
}

#endif
