/* A page of what a check of templates found, for who mends them. */
#ifndef TUCK_REPORT_PROOF_H
#define TUCK_REPORT_PROOF_H

#include "base/note.h"
#include "base/text.h"

struct proof_finding {
    const struct note *note;
    bool is_refused; /* must be mended before anything is printed */
    const char *template_name, *offer; /* offer: NULL for fallbacks */
    const char *languages, *customers; /* "de, fa"; "longest names" */
    int64_t times;                     /* pieces that met it */
    const uint8_t *png; /* of the spot; NULL none */
    size_t png_n;
};

struct proof {
    const char *shop;
    const struct proof_finding *findings;
    size_t finding_count;
    int64_t looks; /* pieces that were looked at */
    const char *const *languages;
    size_t language_count;
    const struct notes *notes; /* what was found wrong besides: settings, campaign */
};

/* Everything is in the page: pictures, style, a script that filters. */
void proof_html(const struct proof *proof, struct buf *out);

#endif
