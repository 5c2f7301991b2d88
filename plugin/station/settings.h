/* A shop's settings, read from tuck.xml. Inside station/. */
#ifndef TUCK_STATION_SETTINGS_H
#define TUCK_STATION_SETTINGS_H

#include "base/arena.h"
#include "base/day.h"
#include "base/note.h"
#include "customer/facts.h"
#include "mint/link.h"
#include "printer/printer.h"

#include <libxml/tree.h>

struct history_source {
    const char *files; /* absolute path pattern with {customer}; or */
    const char *url;   /* URL pattern with {customer}, {merchant} */
    int32_t deadline_ms;
};

/* What the settings say of a printer besides how it is spoken to. */
struct printer_place {
    const char *const *stations; /* NULL-terminated; NULL: all */
    enum { COLOUR_ASK, COLOUR_YES, COLOUR_NO } colour;
    int32_t width_mm100, height_mm100; /* of its media; 0: not said */
    int32_t line;
};

/* Which printers a placement's pieces go to, and what is done when none can. */
struct route {
    const char *placement; /* NULL: of all that have none of their own */
    const size_t *printers, *plain_printers; /* indexes, in order of preference */
    size_t printer_count, plain_printer_count;
    bool needs_colour;
    const char *plain;     /* a template; NULL: none */
    const char *sku, *bin; /* NULL: none */
    int32_t line;
};

struct settings {
    const char *path, *dir; /* absolute: tuck.xml and its folder */
    const char *merchant, *name, *language, *currency;
    const char **languages;     /* that its paper speaks, the first is `language` */
    size_t language_count;
    const char *campaign;       /* absolute */
    const char **template_dirs; /* absolute, in order of search, NULL-terminated */
    size_t template_dir_count;
    const char *ledger;     /* an absolute path, a postgresql:// URL, or "none" */
    int32_t station_number; /* 0…127, in signed codes */
    int64_t reserve_s;      /* a promise that is not printed by then lapses */
    const char *standby;    /* absolute; NULL: none */
    int32_t lease_units;    /* of each limit, held in advance for the standby */
    const char *products;   /* absolute: the list of products; NULL: none */
    struct {
        int32_t within_days, margin_bp, least_effect_bp; /* as in report/report.h */
    } report;
    int32_t holdout_bp;     /* of customers, over all campaigns; 0: none */
    const char *holdout_seed;
    const char *keys_path;  /* absolute; where the key file is or is to be */
    bool codes_signed;      /* codes of numbered coupons are signed */
    int64_t pool_low;       /* below so many codes left a pool is told to run low */
    struct {
        int32_t documents, sheets, history; /* 0: for ever */
    } retention_days;
    struct history_source *sources;
    size_t source_count;
    int64_t rest_ms;
    const char *link; /* URL pattern with places (values.h); NULL none */
    const struct link_parameter *link_parameters;
    size_t link_parameter_count;
    const char *digital_link; /* what GS1 Digital Links begin with */
    const struct printer *printers; /* settings-printers.c */
    const struct printer_place *places; /* of the printers, in their order */
    size_t printer_count;
    const struct route *routes;
    size_t route_count;
    const char *spool; /* absolute */
    int32_t spool_keep_days; /* 0: the spool's own */
    struct zone *zone;
    const struct points_scheme *points; /* settings-points.c; NULL: none */
    const struct places *places_near;   /* holidays and shops; settings-places.c */
    int32_t lapsing_after_bp, lapsed_after_days, active_gap_days, loyal_orders;
    int32_t workers;
    int64_t memory_limit;
    int32_t budget_ms; /* of a carton */
    struct arena *arena;
};

/* `shop` is the folder or the file. `data_dir` holds the installed templates. */
enum status settings_open(const char *shop, const char *data_dir, struct notes *notes,
                          struct settings **ret);
void settings_close(struct settings *settings);
void settings_closep(struct settings **settings);

/* The printers, their routes, the spool's folder. settings-printers.c */
enum status settings_read_printers(struct settings *settings, const xmlNode *root,
                                   struct notes *notes);
/* -1: there is no such. */
ptrdiff_t settings_find_printer(const struct settings *settings, const char *name);
const struct route *settings_find_route(const struct settings *settings,
                                        const char *placement);

/* Points, tiers and rewards. settings-points.c */
enum status settings_read_points(struct settings *settings, const xmlNode *root,
                                 struct notes *notes);

/* Holidays and shops near by. settings-places.c */
enum status settings_read_places(struct settings *settings, const xmlNode *root,
                                 struct notes *notes);

/* The places that a link's patterns may have, NULL-terminated: values_write() fills them.
 */
extern const char *const settings_link_places[];

/* Absolute path of the folder of the template called `name`: its template.xml. NULL when
 * no template folder has it or memory is out. */
const char *settings_find_template(const struct settings *settings, const char *name,
                                   struct arena *arena);

#endif
