/* A carton: one call's answer and what it came from. Inside station/. */
#ifndef TUCK_STATION_CARTON_H
#define TUCK_STATION_CARTON_H

#include "base/clock.h"
#include "station/bench.h"
#include "station/output.h"
#include "station/shop.h"

#define CARTON_PIECES_MAX 64

/* A rendered sheet, in the carton's arena. */
struct rendered {
    struct rendered *next;
    struct output output;
    const uint8_t *bytes;
    size_t size;
};

struct sent;

struct piece {
    int32_t outcome; /* TUCK_CHOSEN … */
    const struct placement *placement;
    int32_t number; /* within the placement */
    const char *offer, *title, *arm, *template_name, *reason, *code;
    const char *sku, *bin, *ticket, *state;
    struct day expires;
    double probability;
    const char *values; /* the values document */
    const char *lang;   /* of the values document */
    int32_t width_mm100, height_mm100;
    struct rendered *sheets;
    const char *dump; /* of the page; NULL before one was asked for */
};

struct tuck_carton {
    struct tuck_shop *shop;
    struct arena *arena;
    struct notes notes;
    struct order *order;     /* NULL: it could not be read */
    struct history *history; /* NULL: not gathered (a repeated answer) */
    struct facts *facts;
    struct plan *plan;
    /* of the decision; of a repeated answer read from the ledger when they are asked for */
    const char *trace, *facts_text, *plan_text;
    bool has_texts;
    struct piece pieces[CARTON_PIECES_MAX];
    size_t piece_count;
    int64_t decision_id; /* 0: not recorded */
    int32_t revision;
    bool is_preview, is_repeat, is_reprint;
    struct output output; /* of sheets, unless others are asked for */
    struct sent *sent;    /* by piece: print.c; NULL: not printed yet */
    int32_t took_ms;
    struct buf text[8]; /* texts asked for, by TUCK_TEXT_… */
};

enum status carton_new(struct tuck_shop *shop, struct tuck_carton **ret);

/* Renders a piece's sheet, or finds it in the ledger. carton-sheet.c */
enum status piece_render(struct tuck_carton *carton, struct piece *piece,
                         const struct output *output, struct ledger *ledger,
                         const struct patience *patience, struct notes *notes,
                         const struct rendered **ret);
/* Makes it the placement's fallback piece, or nothing when there is none. */
void piece_fall_back(struct tuck_carton *carton, struct piece *piece, const char *reason);
/* The press piece of it; false when the template is missing. */
bool piece_for_press(struct tuck_carton *carton, const struct piece *piece,
                     struct press_piece *ret);

struct piece *carton_add_piece(struct tuck_carton *carton,
                               const struct placement *placement);

#endif
