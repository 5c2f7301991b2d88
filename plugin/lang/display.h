/* Days and money as a reader of a language expects them, by ICU. One thread. */
#ifndef TUCK_LANG_DISPLAY_H
#define TUCK_LANG_DISPLAY_H

#include "base/day.h"
#include "base/money.h"

struct display; /* formatters made so far, by language */

struct display *display_open(void); /* NULL: no memory */
void display_close(struct display *display);

/* "2 October 2026" in the language (BCP 47); "" for DAY_NONE. Falls back to
 * 2026-10-02 when ICU knows no better. */
void display_day(struct display *display, struct day day, const char *lang, char out[96]);
/* "€12.50"; whole amounts without decimals when `is_short`. */
void display_money(struct display *display, struct money money, const char *lang,
                   bool is_short, char out[96]);
/* "15%" / "15 %" / "%15" */
void display_percent(struct display *display, int32_t bp, const char *lang, char out[96]);

#endif
