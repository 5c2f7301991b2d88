/* A page of dots in the languages of label printers that take graphics only as they are:
 * EPL2 and TSPL. Symbols stay dots; boxes become the printer's bars where that is
 * shorter. */
#ifndef TUCK_PRESS_LABEL_WRITE_H
#define TUCK_PRESS_LABEL_WRITE_H

#include "base/note.h"
#include "base/text.h"
#include "press/dots.h"
#include "press/job.h"

struct label_writer {
    const struct press_device *device;
    int32_t dpi; /* not 0 */
    struct notes *notes;
    struct buf *out;
    size_t count;          /* labels written */
    int32_t width, height; /* of the last one, dots */
};

#define LABEL_SIDE_MAX 32000 /* dots */
#define LABEL_DENSITY_MAX 15
/* What lies between two labels, where the device is told to look for it: no label says,
 * and 3 mm is what rolls have. */
#define LABEL_GAP_MM 3

enum status epl_write_label(struct label_writer *writer, const struct dots_page *page,
                            struct arena *arena);
enum status tspl_write_label(struct label_writer *writer, const struct dots_page *page,
                             struct arena *arena);

#endif
