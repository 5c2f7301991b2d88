/* What the strict reader's files share. */
#ifndef TUCK_PRESS_ZPL_INSIDE_H
#define TUCK_PRESS_ZPL_INSIDE_H

#include "press/zpl-read.h"
#include "press/zpl-symbols.h"

#include "base/attr.h"

struct text_span {
    const char *p;
    size_t n;
};

enum zpl_field_kind {
    FIELD_NONE,
    FIELD_GRAPHIC,
    FIELD_BOX,
    FIELD_BARS,
    FIELD_QR,
    FIELD_MATRIX
};

#define SIDE_MAX 32000 /* of a label, in dots */

/* One ^FO … ^FS. */
struct zpl_field {
    enum zpl_field_kind kind;
    size_t from; /* offset of its ^FO */
    int32_t x, y;
    int32_t w, h;          /* as it stands on the label */
    struct text_span data; /* of ^GF or ^FD */
    bool has_data, has_hex;
    size_t stride;        /* of a graphic */
    int32_t line;         /* of a box */
    bool is_white;        /* a box */
    int32_t module, side; /* of symbols: dots a module, modules a side */
    char turn;            /* N R I B */
    char ecc;
};

/* One ^XA … ^XZ. */
struct zpl_format {
    char stores[16], recalls[16]; /* names; "" neither */
    int32_t width, height;        /* 0: not said yet */
    int32_t copies;
    struct zpl_field *fields;
    size_t field_count, field_room;
    const struct zpl_field *plate; /* the recalled format's */
    size_t plate_count;
};

/* The sheet as far as it is read. */
struct reader {
    const struct zpl_reading *how;
    struct arena *arena;
    const char *begin, *at, *end;
    const char *command; /* that is being read: its prefix */
    struct zpl_format format;
    size_t format_from;     /* offset of its ^XA */
    bool is_open;           /* between ^XA and ^XZ */
    bool has_name;          /* ^DF or ^XF waits for its ^FS */
    struct zpl_field field; /* open when `is_field` */
    bool is_field;
    int32_t bar_module, bar_height; /* ^BY; 0: not said in this format */
    struct zpl_format *stored;
    size_t stored_count, stored_room;
    struct zpl_label *labels;
    size_t label_count, label_room;
    struct zpl_download *downloads;
    size_t download_count, download_room;
    uint8_t *scratch; /* ZPL_GRAPHIC_BYTES_MAX */
    struct zpl_fault fault;
    enum status status;
};

/* What stands between two commands, whole and between its commas. The last parameter
 * keeps the commas that are too many. */
#define PARAMS_MAX 8
struct params {
    struct text_span all, each[PARAMS_MAX];
    size_t count;
};

/* All give false, and only the first refusal counts. */
bool zpl_refuse(struct reader *reader, const char *at, const char *format, ...)
    PRINTF_LIKE(3, 4);
bool zpl_out_of_memory(struct reader *reader);

/* A whole number in range, one letter of a few; a parameter that is missing is refused.
 */
bool zpl_number(struct reader *reader, const struct params *params, size_t i,
                const char *what, int32_t least, int32_t most, int32_t *ret);
bool zpl_letter(struct reader *reader, const struct params *params, size_t i,
                const char *letters, char *ret);
bool zpl_no_more(struct reader *reader, const struct params *params, size_t count);

/* The command that `name` (two letters) is within a format's fields. */
typedef bool zpl_command(struct reader *reader, const struct params *params);
struct zpl_row {
    char name[4];
    enum { OUTSIDE_FORMAT, OUTSIDE_FIELD, INSIDE_FIELD } where;
    zpl_command *read;
};
extern const struct zpl_row zpl_field_rows[];
extern const size_t zpl_field_row_count;

/* Draws the fields; false when memory is out. Everything was checked before. */
bool zpl_paint(const struct zpl_format *format, struct arena *arena, struct dots *ret);

#endif
