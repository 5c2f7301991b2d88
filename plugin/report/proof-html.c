/* What a check found as one page: a picture of each spot, and what is wrong there.
 *
 * Nothing is loaded: pictures, style and the script that filters are in the page, and
 * without the script everything is shown. Names of templates and offers, and what notes
 * quote, come from files of the shop; they are escaped. */
#include "report/proof.h"

#include <string.h>

static const char page_style[] =
#include "report/page.css.inc"
    ;
static const char proof_style[] =
#include "report/proof.css.inc"
    ;
static const char proof_script[] =
#include "report/proof.js.inc"
    ;

/* What people call it, and the word that filters go by. */
static const struct kind {
    enum note_id id;
    const char *word, *title;
} kinds[] = {
    {NOTE_TEXT_OVERFLOW, "overflow", "Text does not fit"},
    {NOTE_STACK_LEFT_OUT, "overflow", "Items left out"},
    {NOTE_TEXT_OVERLAP, "overlap", "Texts lie over each other"},
    {NOTE_BEYOND_SAFE, "safe-area", "Beyond the safe area"},
    {NOTE_TEXT_GLYPHS_MISSING, "glyphs", "Letters that no font has"},
    {NOTE_FONT_MISSING, "glyphs", "Font is missing"},
    {NOTE_TEXT_PALE, "contrast", "Low contrast"},
    {NOTE_SYMBOL_SMALL, "symbol", "Symbol is too small"},
    {NOTE_SYMBOL_PALE, "symbol", "Symbol is too pale"},
    {NOTE_SYMBOL_CROWDED, "symbol", "Symbol is crowded"},
    {NOTE_SYMBOL_EMPTY, "symbol", "Symbol has no value"},
    {NOTE_SCAN_NOT_READ, "symbol", "Symbol is not read"},
    {NOTE_SCAN_NOT_SURE, "symbol", "Symbol is not read in ordinary print"},
    {NOTE_SCAN_NO_READER, "symbol", "Nobody here reads this symbol"},
    {NOTE_IMAGE_COARSE, "picture", "Picture is too coarse"},
    {NOTE_ART_MISSING, "picture", "Picture is missing"},
    {NOTE_STRING_MISSING, "language", "Text is missing"},
    {NOTE_NUMBER_UNKNOWN, "number", "Number is not known"},
};
static const struct kind other = {0, "other", "Something is wrong"};

static const struct kind *
kind_of(const struct note *note)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].id == note->id)
            return &kinds[i];
    return &other;
}

static void
put_attribute(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, " %s=\"", name);
    buf_xml(out, value);
    buf_puts(out, "\"");
}

/* "de, fa" as words of an attribute */
static void
put_words(struct buf *out, const char *name, const char *list)
{
    buf_printf(out, " %s=\"", name);
    for (; *list; list++)
        if (*list != ',')
            buf_add(out, list, 1);
    buf_puts(out, "\"");
}

static void
put_option(struct buf *out, const char *value)
{
    buf_puts(out, "<option");
    put_attribute(out, "value", value);
    buf_puts(out, ">");
    buf_xml(out, value);
    buf_puts(out, "</option>");
}

static void
begin_select(struct buf *out, const char *name, const char *title)
{
    buf_printf(out,
               "<label>%s<select name=\"%s\" aria-label=\"%s\"><option value=\"\">all"
               "</option>",
               title, name, title);
}

static bool
is_first_of_template(const struct proof *proof, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(proof->findings[i].template_name, proof->findings[at].template_name) ==
            0)
            return false;
    return true;
}

static bool
is_first_of_kind(const struct proof *proof, size_t at)
{
    const char *word = kind_of(proof->findings[at].note)->word;
    for (size_t i = 0; i < at; i++)
        if (strcmp(kind_of(proof->findings[i].note)->word, word) == 0)
            return false;
    return true;
}

static void
put_filters(const struct proof *proof, struct buf *out)
{
    buf_puts(out, "<form class=\"filters\" onsubmit=\"return false\">");
    begin_select(out, "template", "template");
    for (size_t i = 0; i < proof->finding_count; i++)
        if (is_first_of_template(proof, i))
            put_option(out, proof->findings[i].template_name);
    buf_puts(out, "</select></label>");
    begin_select(out, "language", "language");
    for (size_t i = 0; i < proof->language_count; i++)
        put_option(out, proof->languages[i]);
    buf_puts(out, "</select></label>");
    begin_select(out, "kind", "kind");
    for (size_t i = 0; i < proof->finding_count; i++)
        if (is_first_of_kind(proof, i))
            put_option(out, kind_of(proof->findings[i].note)->word);
    buf_puts(out, "</select></label><label>search<input type=\"search\" "
                  "name=\"text\"></label><output></output></form>\n");
}

static void
put_spot(const struct proof_finding *finding, struct buf *out)
{
    if (!finding->png) {
        buf_puts(out, "<div class=\"spot none\">no spot on the page</div>");
        return;
    }
    buf_puts(out, "<div class=\"spot\"><img loading=\"lazy\" alt=\"the spot on the page, "
                  "framed in red\" src=\"data:image/png;base64,");
    buf_base64(out, finding->png, finding->png_n);
    buf_puts(out, "\"></div>");
}

static void
put_finding(const struct proof_finding *finding, struct buf *out)
{
    const struct note *note = finding->note;
    const struct kind *kind = kind_of(note);
    buf_puts(out, "<section class=\"finding\"");
    put_attribute(out, "data-template", finding->template_name);
    put_words(out, "data-language", finding->languages);
    put_attribute(out, "data-kind", kind->word);
    buf_puts(out, ">");
    put_spot(finding, out);
    buf_printf(out, "<div><h2><span class=\"word %s\">%s</span> ",
               finding->is_refused ? "worse" : "wait",
               finding->is_refused ? "refused" : "warning");
    buf_xml(out, kind->title);
    buf_puts(out, "</h2><p>");
    buf_xml(out, note->text);
    buf_puts(out, "</p><p class=\"who\">");
    buf_xml(out, finding->template_name);
    if (finding->offer) {
        buf_puts(out, " for ");
        buf_xml(out, finding->offer);
    }
    buf_puts(out, " in ");
    buf_xml(out, finding->languages);
    buf_puts(out, ". Customer: ");
    buf_xml(out, finding->customers);
    buf_printf(out, ". Met %lld time%s.</p><p class=\"where\">",
               (long long)finding->times, finding->times == 1 ? "" : "s");
    buf_xml(out, note->file);
    if (note->line > 0)
        buf_printf(out, ":%d", (int)note->line);
    buf_printf(out, " (note %d)</p></div></section>\n", (int)note->id);
}

/* What is wrong with settings and campaign has no picture. */
static void
put_notes(const struct proof *proof, struct buf *out)
{
    if (proof->notes->count == 0)
        return;
    buf_puts(out, "<section><h2>Settings and campaign</h2><ul class=\"short\">");
    for (size_t i = 0; i < proof->notes->count; i++) {
        const struct note *note = &proof->notes->note[i];
        buf_printf(out, "<li><span class=\"word %s\">%s</span> ",
                   note->level == NOTE_ERROR ? "worse" : "wait",
                   note->level == NOTE_ERROR ? "error" : "warning");
        buf_xml(out, note->text);
        buf_puts(out, "<p class=\"soft\">");
        buf_xml(out, note->file);
        if (note->line > 0)
            buf_printf(out, ":%d", (int)note->line);
        buf_puts(out, "</p></li>");
    }
    buf_puts(out, "</ul></section>\n");
}

static void
put_summary(const struct proof *proof, struct buf *out)
{
    size_t refused = 0;
    for (size_t i = 0; i < proof->finding_count; i++)
        refused += proof->findings[i].is_refused;
    buf_puts(out, "<h1>");
    buf_xml(out, proof->shop);
    buf_puts(out, ": the check of its paper</h1>\n<p class=\"soft\">Every template in "
                  "every language, for the customers who are hardest on it.</p>\n");
    buf_printf(
        out,
        "<dl class=\"facts\"><div><dt>pieces looked at</dt><dd>%lld</dd></div>"
        "<div><dt>languages</dt><dd>%zu</dd></div><div><dt>refused</dt><dd>%zu</dd>"
        "</div><div><dt>warnings</dt><dd>%zu</dd></div></dl>\n",
        (long long)proof->looks, proof->language_count, refused,
        proof->finding_count - refused);
    if (proof->finding_count == 0)
        buf_puts(out, "<p><span class=\"word better\">clean</span> Nothing was found: no "
                      "text too long, nothing over another, every symbol large and dark "
                      "enough.</p>\n");
}

void
proof_html(const struct proof *proof, struct buf *out)
{
    buf_puts(out,
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, "
             "initial-scale=1\">\n<title>");
    buf_xml(out, proof->shop);
    buf_puts(out, ": check</title>\n<style>\n");
    buf_puts(out, page_style);
    buf_puts(out, proof_style);
    buf_puts(out, "</style>\n</head>\n<body>\n<main>\n");
    put_summary(proof, out);
    put_notes(proof, out);
    if (proof->finding_count > 0)
        put_filters(proof, out);
    for (int refused = 1; refused >= 0; refused--)
        for (size_t i = 0; i < proof->finding_count; i++)
            if (proof->findings[i].is_refused == refused)
                put_finding(&proof->findings[i], out);
    buf_puts(out, "</main>\n");
    if (proof->finding_count > 0)
        buf_printf(out, "<script>\n%s</script>\n", proof_script);
    buf_puts(out, "</body>\n</html>\n");
}
