/* What is the matter with a device: keywords for programs, a sentence for people. Inside
 * printer/. */
#ifndef TUCK_PRINTER_REASONS_H
#define TUCK_PRINTER_REASONS_H

#include "printer/printer.h"

#define REASONS_MAX 16
struct reasons {
    const char *keyword[REASONS_MAX];  /* of IPP, lent for ever */
    const char *sentence[REASONS_MAX]; /* "the head is open" */
    size_t count;
};

/* What is there already is not added again. */
void reasons_add(struct reasons *reasons, const char *keyword, const char *sentence);
/* "media-empty-error paused"; "" none; NULL when memory is out. */
const char *reasons_keywords(const struct reasons *reasons, struct arena *arena);
/* "it is out of media; it is paused" */
const char *reasons_sentence(const struct reasons *reasons, struct arena *arena);
/* Is one of them an error or a pause: does it stop the device? */
bool reasons_stop(const struct reasons *reasons);

#endif
