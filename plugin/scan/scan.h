/* The scanner as judge: is a symbol read, and how much worse may it be printed?
 *
 * A symbol is looked at by other people's decoders in a process of their own, tuck-scan,
 * which is started, confined, watched and replaced as tuck-press is. Each picture is made
 * worse in the ways that print is bad — lines that grow or shrink, specks and voids, blur
 * — until it reads no more; the last step at which it still read is the margin. The words
 * are those of ISO/IEC 15415 and 15416: print growth, spots and voids, X for the width of
 * a module. All sizes are of the print, in µm. */
#ifndef TUCK_SCAN_SCAN_H
#define TUCK_SCAN_SCAN_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"

#include <stdbool.h>
#include <stdint.h>

struct scan;

struct scan_settings {
    const char *worker_path; /* tuck-scan; absolute */
    int32_t workers;         /* 1–16; 0: 1 */
    int64_t memory_limit;    /* of a worker, bytes; 0: 1 GiB */
};

/* STATUS_OUTSIDE with a note when there is no such program. */
enum status scan_open(const struct scan_settings *settings,
                      const struct patience *patience, struct notes *notes,
                      struct scan **ret);
void scan_close(struct scan *scan); /* NULL is fine */

/* Where tuck-scan is when tuck-press is there: beside it. */
char *scan_path_beside(struct arena *arena, const char *press_path);

#define SCAN_SIDE_MAX 8192 /* dots */
#define SCAN_TEXT_MAX 8192 /* bytes */

/* One symbol with what lies around it, as it will be printed. */
struct scan_wish {
    const char *type; /* as in a template: "qr", "gs1-datamatrix" … */
    const char *text; /* what it must hold, as page_item.symbol_text: GS1 data with its
                         identifiers in brackets, [01]…[17]… */
    int32_t width, height; /* dots, 1 to SCAN_SIDE_MAX */
    const uint8_t *grey;   /* width × height, 0 black, 255 white */
    int32_t dpi;           /* 50–2400 */
    double module_dots;    /* X */
    bool is_quick;         /* read and ordinary print only; margins stay 0 */
};

/* Who looked at it. */
enum scan_reader {
    SCAN_NOBODY = 0,
    SCAN_ZBAR = 1,  /* linear symbols, QR, DataBar */
    SCAN_DMTX = 2,  /* Data Matrix */
    SCAN_ZXING = 4, /* Aztec, PDF417, Micro QR; a second opinion on others */
};
const char *scan_reader_name(enum scan_reader reader); /* "zbar" … */

/* The print that a symbol must bear to be called sure: all at once. 40 µm of growth is a
 * third of a dot at 203 dpi, the gain of a warm thermal head or of toner on rough stock;
 * 2 % of specks of 100 µm, and a blur of 60 µm. Worn print is seen through an aperture of
 * 0.8 X (ISO/IEC 15416, 15415), which comes on top. */
#define SCAN_ORDINARY_GAIN_UM 40
#define SCAN_ORDINARY_VOIDS 2 /* % of the area */
#define SCAN_ORDINARY_BLUR_UM 60
#define SCAN_SPECK_UM 100 /* a speck's diameter; X / 2 where that is less */

struct scan_verdict {
    int32_t readers; /* enum scan_reader, those that can read the type; 0: nobody */
    int32_t read_by; /* of those, who read it as it is, and the right text */
    bool is_wrong;   /* somebody read another text than it must hold */
    bool is_sure;    /* also read in ordinary print */
    /* the most at which it still reads; 0: not even the least */
    int32_t gain_um; /* dark grows on every side */
    int32_t loss_um; /* dark shrinks on every side */
    int32_t
        voids_permille; /* of the area, specks light on dark and dark on light in turn */
    int32_t blur_um;    /* Gaussian, standard deviation */
    /* where looking ended: it may bear more */
    int32_t gain_most_um, voids_most_permille, blur_most_um;
    int32_t module_um;
    int32_t speck_um;
};

/* STATUS_RETRY: out of patience; STATUS_OUTSIDE: the worker died (it is started anew, and
 * the symbol was tried once more without second opinions). A symbol that is not read is
 * STATUS_OK and a verdict without read_by. Thread-safe, as press_make(). */
enum status scan_judge(struct scan *scan, const struct scan_wish *wish,
                       const struct patience *patience, struct arena *arena,
                       struct notes *notes, struct scan_verdict *ret);

/* Process ids of the living workers, for fault tests; returns how many there are. */
int32_t scan_workers(struct scan *scan, int32_t *ret_pids, int32_t most);

/* One sentence on what is wrong with it, NULL for nothing. The text is the arena's. */
const char *scan_complaint(const struct scan_verdict *verdict,
                           const struct scan_wish *wish, struct arena *arena);

#endif
