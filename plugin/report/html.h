/* The page of a report while it is written. Inside report/. */
#ifndef TUCK_REPORT_HTML_H
#define TUCK_REPORT_HTML_H

#include "report/inside.h"

struct paging {
    const struct report *report;
    report_draw_fn *draw;
    void *data;
    struct buf *out;
    struct arena *arena; /* of a plot's words */
};

/* html-plot.c: figures with their words; nothing where there is nothing to plot. */
/* The lifts of an arm, metric by metric, on one scale. */
void plot_lifts(struct paging *paging, const struct report_arm *arm,
                const struct report_arm *control);
/* An arm in each segment, by the metric that its word is about. */
void plot_segments(struct paging *paging, const struct report_test *test, size_t index);
/* All offers of a campaign beside each other. */
void plot_offers(struct paging *paging, const char *campaign);
/* Who ordered again, by what was answered. */
void plot_classes(struct paging *paging);

#endif
