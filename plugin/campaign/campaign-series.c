/* Series in a campaign: follow-ups that are planned together.
 *
 * Each names offers of the campaign as its steps. An offer is a step once, so that there
 * is one answer to what comes before it. What is over and whose turn it is, plan-series.c
 * knows. */
#include "campaign/campaign-inside.h"

#include "base/xml.h"

#include <stdio.h>

static struct offer *
find_offer(struct reader *reader, const struct series *series, const xmlNode *step)
{
    const struct expr_names *names = &reader->names;
    const char *name = xml_attr(reader->arena, step, "offer");

    for (size_t i = 0; i < reader->campaign->offer_count; i++)
        if (text_equal(reader->offers[i].name, name))
            return &reader->offers[i];
    const char *near = text_nearest(name, names->offers, names->offer_count);
    reader_complain(reader, NOTE_CAMPAIGN_SERIES, xml_line(step),
                    "series '%s': there is no offer '%s'%s%s%s", series->name, name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

static void
add_step(struct reader *reader, const xmlNode *node, struct series *series)
{
    struct offer *offer = find_offer(reader, series, node);

    if (offer == NULL)
        return;
    if (offer->series != NULL) {
        reader_complain(reader, NOTE_CAMPAIGN_SERIES, xml_line(node),
                        "series '%s': offer '%s' is step %d of series '%s' already",
                        series->name, offer->name, (int)offer->step, offer->series->name);
        return;
    }
    series->steps[series->step_count++] = offer;
    offer->series = series;
    offer->step = (int32_t)series->step_count;
}

static void
read_series(struct reader *reader, const xmlNode *node, struct series *series,
            struct condition *end)
{
    char who[100];

    series->name = xml_attr(reader->arena, node, "name");
    series->line = xml_line(node);
    series->pause_days = (int32_t)reader_number(reader, node, "pause", 0);
    snprintf(who, sizeof who, "series '%s'", series->name);
    reader_expression(reader, node, "until", EXPR_TYPE_TRUTH, who, end);
    series->until = end->source;
    for (xmlNode *n = xml_first(node, "step"); n != NULL; n = xml_next(n, "step"))
        add_step(reader, n, series);
}

void
reader_series(struct reader *reader, const xmlNode *root)
{
    size_t count = 0, i = 0;

    for (xmlNode *n = xml_first(root, "series"); n != NULL; n = xml_next(n, "series"))
        count++;
    struct series *series = reader_array(reader, count, sizeof *series);
    struct condition *ends = reader_array(reader, count, sizeof *ends);
    if (series == NULL || ends == NULL)
        return;
    for (xmlNode *n = xml_first(root, "series"); n != NULL; n = xml_next(n, "series")) {
        read_series(reader, n, &series[i], &ends[i]);
        for (size_t k = 0; k < i; k++)
            if (text_equal(series[k].name, series[i].name))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(n),
                                "series '%s' stands already in line %d", series[i].name,
                                (int)series[k].line);
        i++;
    }
    reader->campaign->series = series;
    reader->campaign->series_count = count;
    reader->inside->ends = ends;
}
