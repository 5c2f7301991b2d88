/* What a check found, each thing once. Inside station/. */
#ifndef TUCK_STATION_FINDINGS_H
#define TUCK_STATION_FINDINGS_H

#include "station/worst.h"

/* One piece that is looked at: a template for a customer. */
struct proof_task {
    const char *template_name, *path;
    const struct offer *offer; /* NULL: a fallback, which nobody's data reach */
    const struct arm *arm;     /* NULL none */
    const struct placement *placement;
    size_t language, worst; /* indexes */
};

struct finding {
    struct note note;              /* the first of its kind: with place and words */
    struct proof_task task;        /* where it was met first */
    uint64_t languages, customers; /* sets of indexes */
    int64_t times;
};

struct findings {
    struct arena *arena;
    struct finding *items;
    size_t count, room;
};

/* Adds what was found of a task, or counts it where it is known. False: no memory. */
bool findings_add(struct findings *findings, const struct note *note,
                  const struct proof_task *task);
/* By file and line. */
void findings_sort(struct findings *findings);
/* Whether a template with it is refused. */
bool finding_is_refused(const struct finding *finding);
/* "de, fa"; "longest names, nothing known" */
void finding_put_languages(const struct finding *finding, const struct settings *settings,
                           struct buf *out);
void finding_put_customers(const struct finding *finding, struct buf *out);
/* As notes, for people and logs. */
void findings_tell(const struct findings *findings, const struct settings *settings,
                   struct notes *notes);

#endif
