/* What the files of page/ share. Nobody else includes this.
 *
 * A template is loaded once (template*.c), checked (expr.c, template-check.c), rewritten
 * as an XSLT stylesheet (template-sheet.c) and kept. A piece runs the stylesheet over its
 * values (values.c); the elements that come out are laid out (lay*.c) into page items. */
#ifndef TUCK_PAGE_PAGE_INSIDE_H
#define TUCK_PAGE_PAGE_INSIDE_H

#include "base/xml.h"
#include "lang/lang.h"
#include "lang/strings.h"
#include "page/page.h"

#include <glib.h>
#include <libxslt/security.h>
#include <libxslt/xsltInternals.h>
#include <sys/stat.h>

/* ---- fonts.c ---- */

/* Fonts of one configuration, with one Pango context for each language and direction:
 * a layout follows every change of its context, so contexts are never changed. */
struct fonts;
enum status fonts_open(const char *conf, struct notes *notes, struct fonts **ret);
void fonts_close(struct fonts *fonts);
PangoContext *fonts_context(struct fonts *fonts, const char *lang, bool is_rtl);
bool fonts_has_family(struct fonts *fonts, const char *family);

/* ---- files.c ---- */

/* Turns `href`, written in a file of the folder `base_dir`, into an absolute path in
 * `arena`. STATUS_WITHOUT: there is no such file; STATUS_BAD_INPUT: it lies outside the
 * folders that may be read, or is no regular file. Adds no note. */
enum status file_find(const struct pages *pages, const char *base_dir, const char *href,
                      struct arena *arena, char **ret, struct stat *ret_stat);

/* ---- values.c ---- */

enum value_type { VALUE_TEXT, VALUE_NUMBER, VALUE_TRUTH };
struct value_def {
    const char *name;
    enum value_type type;
};
/* The names every template may use: facts and what is known of the carton. */
extern const struct value_def value_defs[];
extern const size_t value_def_count;
const struct value_def *value_def_find(const char *name);
const char *const *value_names(void); /* value_def_count of them */

struct value {
    const char *name, *text; /* text is cleaned: see value_clean() */
    enum value_type type;
    double number; /* of a truth 1 or 0 */
};
struct values {
    struct arena *arena;
    const char *lang;
    bool is_rtl;
    struct value *items;
    size_t count, room;
    xmlDoc *doc; /* <values> with its <line> and <past>, no namespace */
};
enum status values_read(const char *bytes, size_t n, struct arena *arena,
                        struct notes *notes, struct values *ret);
void values_done(struct values *values);
const struct value *values_find(const struct values *values, const char *name);
/* What only the typesetter knows, such as the page's number. */
enum status values_set_number(struct values *values, const char *name, double number);


/* ---- text-clean.c ---- */

/* A value's text made harmless: control characters become spaces, characters that
 * override direction go, newlines stay as '\n', long piles of marks are cut. */
char *value_clean(struct arena *arena, const char *text);
/* The direction of the first strong character, 0 when there is none. */
int text_direction(const char *text, size_t n); /* 1 left to right, -1 right to left */
bool text_has_direction(const char *text, size_t n, int direction);
#define ISOLATE_OPEN "\xE2\x81\xA8"  /* FSI */
#define ISOLATE_CLOSE "\xE2\x81\xA9" /* PDI */

/* ---- template.c ---- */

struct style {
    const char *name, *font, *features, *colour_name, *file;
    int32_t size_mm100, line;
    int32_t weight;
    bool is_italic, is_upper;
    double leading;  /* line height in sizes, 0: the font's own */
    double tracking; /* thousandths of the size */
    struct rgba colour;
    PangoAlignment align; /* of a left to right page */
    enum { TEXT_WRAP_PLAIN, TEXT_WRAP_BALANCE, TEXT_WRAP_PRETTY } wrap;
};

struct colour {
    const char *name;
    struct rgba rgba;
};

struct script_rule {
    const char *style; /* NULL: every style */
    const char *font;
    double factor;
    GUnicodeScript scripts[3];
    size_t script_count;
};

struct param {
    const char *name, *lang; /* lang NULL: for everyone */
    const char *text, *file;
    int32_t line;
    const char *origin; /* the template's or theme's file, also of a translation */
    const char *source; /* of a translation: what was translated; NULL */
    bool is_fixed; /* the same in all languages: a name, a number, a file */
};

struct template_file {
    const char *path;
    struct stat stat;
};

struct template
{
    struct arena *arena;
    struct template_file *files; /* itself, its themes, their translations and folders */
    size_t file_count, file_room, theme_count;
    uint64_t serial; /* never given twice, unlike an address */
    const char *asked_path, *dir, *name, *title;
    int32_t width_mm100, height_mm100; /* of the media; 0: the page says it */
    int32_t bleed_mm100, safe_mm100;
    struct style *styles;
    size_t style_count, style_room;
    struct colour *colours;
    size_t colour_count, colour_room;
    struct script_rule *scripts;
    size_t script_count, script_room;
    struct param *params;
    size_t param_count, param_room;
    const char **used; /* names of the variables that holes mention */
    size_t used_count, used_room;
    xsltStylesheet *sheet;
    uint64_t last_use;
};

#define TEMPLATE_NS "urn:tuck:template:1"
#define XSL_NS "http://www.w3.org/1999/XSL/Transform"
#define THEMES_MAX 8

enum status template_open(struct pages *pages, const char *path, struct notes *notes,
                          struct template **ret);
void template_close(struct template *tpl);
bool template_is_fresh(const struct template *tpl);
const struct style *template_style(const struct template *tpl, const char *name);
bool template_has_param(const struct template *tpl, const char *name);
/* A colour's name, "#rrggbb", "white", "black" or "none". */
bool template_colour(const struct template *tpl, const char *text, struct rgba *ret);
void template_use(struct template *tpl, const char *name);

/* NULL: no memory. */
struct template_file *template_add_file(struct template *tpl);

/* ---- template-check.c, expr.c ---- */

/* What a template is checked and compiled with. */
struct loader {
    struct pages *pages;
    struct template *tpl;
    struct notes *notes;
    const char *file;
    const char **locals; /* xsl:variable names in scope */
    size_t local_count, local_room;
    xmlXPathContext *xpath;
    size_t faults;
};

void loader_fault(struct loader *loader, enum note_id id, const xmlNode *node,
                  const char *format, ...) PRINTF_LIKE(4, 5);
/* What an expression hangs on. */
struct needs {
    bool is_live;      /* more than the template's own params */
    struct buf params; /* their names, each with a space after it */
};
void needs_add(struct needs *needs, const struct needs *more);
void needs_done(struct needs *needs);
#define NEEDS_AUTO CLEANUP(needs_done)
/* Checks an expression and adds its needs. */
void expr_check(struct loader *loader, const xmlNode *node, const char *expr, size_t n,
                struct needs *needs);
/* The next piece of text with holes: literal text (into `literal`, braces undoubled) or
 * an expression. False at the end. `*fault` is set for a brace without its partner. */
struct hole_piece {
    const char *expr; /* NULL: literal */
    size_t expr_n;
    struct buf literal;
    bool is_fault;
};
bool hole_next(const char **at, struct hole_piece *piece);
/* All holes of an attribute. */
void avt_check(struct loader *loader, const xmlNode *node, const char *text,
               struct needs *needs);

/* Names of styles and colours, constant lengths, files, nesting: what neither the schema
 * nor an expression says. Faults are counted in the loader. */
void template_check(struct loader *loader, const xmlNode *page);

/* ---- template-strings.c ---- */

/* Plurals and choices in a text that was loaded. */
void param_check(struct loader *loader, const struct param *param);
/* What stands beside `origin`, a template or theme whose texts are loaded. */
void template_load_strings(struct loader *loader, const char *origin);
/* In proofs: what a reader of `lang` lacks of the text that was chosen. */
void param_tell(const struct template *tpl, const struct param *param, const char *lang,
                struct notes *notes);

/* ---- template-sheet.c ---- */

enum status sheet_compile(struct loader *loader, const xmlNode *page,
                          xsltStylesheet **ret);
/* Runs it; the result has elements without namespace, `_line` (the template's line) and
 * `_need` ("*", or the params it hangs on). `live` are the params that themselves hold
 * something of this carton. */
enum status sheet_run(struct pages *pages, struct template *tpl, struct values *values,
                      struct notes *notes, GHashTable *live, xmlDoc **ret);

/* ---- page.c ---- */

struct pages {
    struct fonts *fonts;
    char **read_dirs;
    size_t read_dir_count;
    struct xml_schema *schema;
    struct strings_reader *strings;
    xsltSecurityPrefs *security;
    struct template *templates[64];
    size_t template_count;
    uint64_t clock;
    bool is_strict;
    GHashTable *settled; /* key → struct settled: see words-settle.c */
    GHashTable *hyphens; /* language → patterns: see words-hyphen.c */
};

/* Needs all items; made of everything that the plate's items hang on. */
enum status page_set_plate_key(struct page *page, const struct template *tpl,
                               struct arena *arena);
enum status pages_template(struct pages *pages, const char *path, struct notes *notes,
                           struct template **ret);

/* ---- lay.c ---- */

/* Where an element stands: the corner it counts from, and how it turns. */
struct spot {
    int32_t x, y;
    enum turn { TURN_MOVE, TURN_FLIP, TURN_STAY } turn;
    bool is_live; /* inside something that came out of a hole */
};

struct thread;
struct threads;

struct lay {
    struct pages *pages;
    const struct template *tpl;
    const struct values *values;
    struct arena *arena;
    struct notes *notes;
    GHashTable *live;
    struct threads *threads; /* of all the piece's pages */
    struct page *page;
    int32_t page_index;
    size_t item_room;
    PangoContext *context;
    enum status status; /* the first failure; laying goes on to find more notes */
};

/* Attributes of a result element: NULL when absent. */
const char *lay_attr(const xmlNode *node, const char *name);
int32_t lay_line(const xmlNode *node);
/* An attribute's text for a note: no note holds what may be a person's name. */
const char *lay_shown(const xmlNode *node, const char *text);
/* A length; a missing one is `otherwise`, a wrong one a fault. */
int32_t lay_length(struct lay *lay, const xmlNode *node, const char *name,
                   int32_t otherwise);
double lay_number(struct lay *lay, const xmlNode *node, const char *name,
                  double otherwise);
struct rgba lay_colour(struct lay *lay, const xmlNode *node, const char *name,
                       struct rgba otherwise);
bool lay_is(const xmlNode *node, const char *name);
void lay_fault(struct lay *lay, enum status status, enum note_id id, const xmlNode *node,
               const char *format, ...) PRINTF_LIKE(5, 6);
void lay_note(struct lay *lay, enum note_id id, int32_t line, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The same, of something that lies at `at`. */
void lay_note_at(struct lay *lay, enum note_id id, int32_t line, struct rect at,
                 const char *format, ...) PRINTF_LIKE(5, 6);
bool lay_is_live(const struct lay *lay, const xmlNode *node, const struct spot *spot);
/* A new item at the element's place, turned for the page's direction. NULL when memory
 * is out. */
struct page_item *lay_item(struct lay *lay, const xmlNode *node, const struct spot *spot,
                           enum page_item_kind kind);
struct page_item *lay_item_at(struct lay *lay, const xmlNode *node,
                              const struct spot *spot, enum page_item_kind kind,
                              struct rect at);
/* x, y, w, h before turning, in page coordinates. */
struct rect lay_rect(struct lay *lay, const xmlNode *node, const struct spot *spot);
struct rect lay_turned(const struct lay *lay, struct rect at, enum turn turn);
enum turn lay_turn(const xmlNode *node, const struct spot *spot);
void lay_page(struct lay *lay, const xmlNode *root);
void lay_elements(struct lay *lay, const xmlNode *parent, const struct spot *spot);
/* Notes when the item's outline, turned by its angle, leaves page or safe area. */
void lay_check_safe(struct lay *lay, const struct page_item *item, const char *what);

/* ---- lay-shape.c, lay-figure.c, lay-symbol.c, lay-text.c ---- */

void lay_box(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_line_element(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_art(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_outline(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_progress(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_badge(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot);
void lay_frame(struct lay *lay, const xmlNode *node, const struct spot *spot);
/* The text of `node` laid into a rectangle that is not its own (badges). */
void lay_text(struct lay *lay, const xmlNode *node, const struct spot *spot,
              struct rect at);
/* One line of plain words in a plain face (outline labels). */
void lay_label(struct lay *lay, const xmlNode *node, const struct spot *spot,
               struct rect at, const char *text);
void settled_free(void *settled); /* for the hash table */

#endif
