/* What a worker keeps from job to job: the typesetter, parsed art, decoded pictures,
 * finished plates. One thread. */
#ifndef TUCK_PRESS_STUDIO_H
#define TUCK_PRESS_STUDIO_H

#include "page/page.h"
#include "press/art.h"
#include "press/image.h"
#include "press/job.h"
#include "press/plate.h"

struct studio {
    struct pages *pages;
    struct arts arts;
    struct images images;
    struct plates plates;
    struct shelf dots; /* plates as dots: dots.c */
};

enum status studio_open(struct studio *studio, const struct pages_settings *settings,
                        struct notes *notes);
void studio_close(struct studio *studio);

/* The face of what no template says: captions, page numbers, the text under a symbol. */
PangoFontDescription *studio_font(double size_mm100, bool is_bold);

/* Makes the whole job's sheet. Its bytes are in `bytes` (sheet.bytes points there). */
enum status studio_make(struct studio *studio, const struct press_job *job,
                        struct arena *arena, struct notes *notes, struct buf *bytes,
                        struct sheet *ret);

#endif
