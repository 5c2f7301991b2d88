/* The last look at a plot: a strict reader of the little SVG that plots are.
 *
 * Elements and attributes are of a list, tags close what they opened, values hold neither
 * markup nor an address outside the picture, text is only where words may stand. A script
 * in it would run in somebody's report, so what is not known is refused. */
#include "press/plot-check.h"

#include "press/plot.h"

#include <string.h>

#define DEPTH_MAX 8

static const char *const elements[] = {"svg",  "title", "desc", "defs",  "g",
                                       "path", "use",   "rect", "circle"};
static const char *const attributes[] = {"xmlns",
                                         "xmlns:xlink",
                                         "version",
                                         "width",
                                         "height",
                                         "viewBox",
                                         "role",
                                         "id",
                                         "d",
                                         "x",
                                         "y",
                                         "cx",
                                         "cy",
                                         "r",
                                         "fill",
                                         "fill-opacity",
                                         "stroke",
                                         "stroke-width",
                                         "stroke-linecap",
                                         "stroke-linejoin",
                                         "xlink:href"};

struct reading {
    const char *p, *end;
    struct word {
        const char *p;
        size_t n;
    } open[DEPTH_MAX];
    size_t depth;
};

static bool
is_word(const struct word *word, const char *text)
{
    return word->n == strlen(text) && memcmp(word->p, text, word->n) == 0;
}

static bool
is_listed(const struct word *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_word(word, list[i]))
            return true;
    return false;
}

static struct word
read_name(struct reading *reading)
{
    struct word name = {reading->p, 0};
    while (reading->p < reading->end &&
           (memchr("-:", *reading->p, 2) || (unsigned)((*reading->p | 0x20) - 'a') < 26))
        reading->p++;
    name.n = (size_t)(reading->p - name.p);
    return name;
}

static bool
skip(struct reading *reading, const char *text)
{
    size_t n = strlen(text);
    if ((size_t)(reading->end - reading->p) < n || memcmp(reading->p, text, n) != 0)
        return false;
    reading->p += n;
    return true;
}

/* `name="value"`; links stay in the picture. */
static bool
read_attribute(struct reading *reading)
{
    struct word name = read_name(reading);
    if (!is_listed(&name, attributes, COUNT_OF(attributes)) || !skip(reading, "=\""))
        return false;
    struct word value = {reading->p, 0};
    const char *quote = memchr(reading->p, '"', (size_t)(reading->end - reading->p));
    if (quote == NULL)
        return false;
    value.n = (size_t)(quote - value.p);
    reading->p = quote + 1;
    if (strncmp(name.p, "xmlns", 5) == 0)
        return is_word(&value, "http://www.w3.org/2000/svg") ||
               is_word(&value, "http://www.w3.org/1999/xlink");
    if (is_word(&name, "xlink:href") && (value.n < 2 || value.p[0] != '#'))
        return false;
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < ' ' || value.p[i] > '~' || memchr("<>&():;\\", value.p[i], 8))
            return false;
    return true;
}

/* A tag that opens, its '<' read. */
static bool
read_open(struct reading *reading)
{
    struct word name = read_name(reading);
    if (!is_listed(&name, elements, COUNT_OF(elements)) || reading->depth == DEPTH_MAX)
        return false;
    while (skip(reading, " "))
        if (!read_attribute(reading))
            return false;
    if (skip(reading, "/>"))
        return reading->depth > 0;
    reading->open[reading->depth++] = name;
    return skip(reading, ">");
}

static bool
read_close(struct reading *reading)
{
    struct word name = read_name(reading);
    if (reading->depth == 0 || !skip(reading, ">"))
        return false;
    const struct word *open = &reading->open[--reading->depth];
    return open->n == name.n && memcmp(open->p, name.p, name.n) == 0;
}

/* Up to the next tag: words in <title> and <desc>, line ends elsewhere. buf_xml() wrote
 * the words, so an ampersand begins one of its entities. */
static bool
read_text(struct reading *reading)
{
    const struct word *inside = &reading->open[reading->depth - 1];
    bool may_speak = is_word(inside, "title") || is_word(inside, "desc");
    for (; reading->p < reading->end && *reading->p != '<'; reading->p++) {
        unsigned char c = (unsigned char)*reading->p;
        if (c != '\n' && (!may_speak || c < ' ' || c == 0x7f || c == '>'))
            return false;
    }
    return true;
}

static bool
is_plot(struct reading *reading)
{
    if (!skip(reading, "<svg ") || reading->end[-1] != '\n')
        return false;
    reading->p -= strlen("svg ");
    if (!read_open(reading))
        return false;
    while (reading->depth > 0) {
        if (!read_text(reading) || !skip(reading, "<"))
            return false;
        if (skip(reading, "/") ? !read_close(reading) : !read_open(reading))
            return false;
    }
    return skip(reading, "\n") && reading->p == reading->end;
}

const char *
plot_fault(const struct sheet *sheet)
{
    struct reading reading = {.p = (const char *)sheet->bytes};
    if (sheet->format != SHEET_SVG || sheet->pages != 1)
        return "the sheet is no plot";
    if (sheet->size == 0 || sheet->size > PLOT_BYTES_MAX)
        return "the plot is empty or too big";
    reading.end = reading.p + sheet->size;
    if (!text_is_utf8(reading.p, sheet->size) || !is_plot(&reading))
        return "the plot is cut short, or holds what no plot has";
    return NULL;
}
