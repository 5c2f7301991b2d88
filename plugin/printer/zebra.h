/* What a printer that speaks ZPL answers. Inside printer/; no descriptor is touched. */
#ifndef TUCK_PRINTER_ZEBRA_H
#define TUCK_PRINTER_ZEBRA_H

#include "printer/reasons.h"

/* All questions in one breath. ~HS is last: its third string ends the answer. */
#define ZEBRA_QUESTIONS "~HQES\r\n~HI\r\n~HS\r\n"
#define ZEBRA_IS_BUSY "~HS\r\n"

struct zebra_flags {
    bool is_paper_out, is_paused, is_buffer_full, is_partial, is_ram_corrupt, is_cold,
        is_hot, is_head_open, is_ribbon_out, is_label_waiting;
    int64_t formats; /* in its buffer */
    int64_t labels;  /* left of the batch it prints */
};

struct zebra {
    bool has_flags; /* all three strings of ~HS */
    struct zebra_flags flags;
    bool has_words; /* ~HQES */
    bool has_errors, has_warnings;
    uint64_t errors, warnings; /* bits as the manual counts them */
    char model[48], firmware[32]; /* ~HI; "" not told */
    int32_t dots_per_mm;
};

/* Reads all whole answers among the bytes; what is none is passed over. */
void zebra_read(const char *bytes, size_t n, struct zebra *ret);
void zebra_reasons(const struct zebra *zebra, struct reasons *ret);

/* Does the answer to ^HW, a list of a memory's files, have this one ("R:TABCDEFG.ZPL")?
 * False also when the list is not whole. `*ret_is_whole`: it has ended. */
bool zebra_lists(const char *bytes, size_t n, const char *name, bool *ret_is_whole);

#endif
