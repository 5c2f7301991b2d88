/* A shop full of people: the sample shop's campaign and templates in a folder of its own,
 * with a customer for every job, each with a name and a history of nine orders, so that
 * no figure comes from the same piece printed again. Only those whom the campaign gives
 * an insert of their own are asked for: a fallback or a held-out customer costs nothing.
 */
#include "bench/bench.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES 512 /* three syllables of eight */
#define TEXT_MAX (1 << 16)

static char dir[] = "/tmp/tuck-bench-XXXXXX";
static char order_text[TEXT_MAX], history_text[TEXT_MAX];
static int people[NAMES], people_count;

static int
read_text(const char *top, const char *name, char *out)
{
    char path[700];
    snprintf(path, sizeof(path), "%s/samples/shop/%s", top, name);
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(out, 1, TEXT_MAX - 1, file) : 0;
    if (file)
        fclose(file);
    return n > 0 ? 0 : -1;
}

static int
write_text(const char *name, struct buf *text)
{
    char path[100];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = text->failed ? NULL : fopen(path, "wb");
    if (!file)
        return -1;
    size_t n = fwrite(text->p, 1, text->n, file);
    return fclose(file) == 0 && n == text->n ? 0 : -1;
}

struct change {
    const char *from, *to;
};

static void
add_changed(struct buf *out, const char *text, const struct change *changes, size_t count)
{
    while (*text) {
        size_t i = 0;
        while (i < count && strncmp(text, changes[i].from, strlen(changes[i].from)) != 0)
            i++;
        if (i < count) {
            buf_puts(out, changes[i].to);
            text += strlen(changes[i].from);
        } else {
            buf_add(out, text++, 1);
        }
    }
}

static int
write_history(int person)
{
    struct buf text BUF_AUTO = {0};
    char customer[16], orders[24], name[40];
    snprintf(customer, sizeof(customer), "P-%03d", person);
    snprintf(orders, sizeof(orders), "FK-H%03d-", person);
    snprintf(name, sizeof(name), "histories/%s.xml", customer);
    add_changed(&text, history_text,
                (struct change[]){{"C-2014", customer}, {"FK-", orders}}, 2);
    return write_text(name, &text);
}

static int
write_settings(const char *top)
{
    struct buf text BUF_AUTO = {0};
    buf_printf(
        &text,
        "<shop xmlns='urn:tuck:shop:1' merchant='fern-kettle' name='Fern and Kettle'\n"
        "      time-zone='Europe/Berlin' language='en' currency='EUR'>\n"
        "  <campaign href='%s/samples/shop/campaign.xml'/>\n"
        "  <templates href='%s/templates'/>\n"
        "  <history files='histories/{customer}.xml'/>\n"
        "  <link url='https://fern-kettle.example/{offer}?c={code}&amp;o={order}'/>\n"
        "  <stage lapsing-after='200%%' lapsed-after='365d' active-gap='60d'/>\n"
        "</shop>\n",
        top, top);
    return write_text("tuck.xml", &text);
}

int
bench_shop_make(const char *top, int (*has_insert)(const char *order))
{
    char path[64];
    strcpy(dir, "/tmp/tuck-bench-XXXXXX");
    if (read_text(top, "orders/reader-russian.xml", order_text) != 0 ||
        read_text(top, "histories/C-2014.xml", history_text) != 0 || !mkdtemp(dir))
        return -1;
    snprintf(path, sizeof(path), "%s/histories", dir);
    if (mkdir(path, 0700) != 0 || write_settings(top) != 0)
        return -1;
    for (int i = 0; i < NAMES; i++) {
        if (write_history(i) != 0)
            return -1;
        people[i] = i;
    }
    people_count = NAMES;
    int kept = 0;
    for (int i = 0; i < NAMES; i++) {
        char *order = bench_shop_order(i);
        int answer = order ? has_insert(order) : -1;
        free(order);
        if (answer < 0)
            return -1;
        people[kept] = i;
        kept += answer;
    }
    people_count = kept;
    return kept > 0 ? 0 : -1;
}

char *
bench_shop_order(int number)
{
    static const char *const syllables[] = {"Ка", "ри", "на", "мо",
                                            "ле", "ша", "ве", "ту"};
    struct buf text BUF_AUTO = {0};
    int person = people[number % people_count];
    char id[24], customer[16], name[24];
    snprintf(id, sizeof(id), "B-%06d", number);
    snprintf(customer, sizeof(customer), "P-%03d", person);
    snprintf(name, sizeof(name), "%s%s%s", syllables[person % 8],
             syllables[person / 8 % 8], syllables[person / 64]);
    add_changed(
        &text, order_text,
        (struct change[]){{"FK-2014", id}, {"C-2014", customer}, {"Екатерина", name}}, 3);
    return buf_take(&text);
}

const char *
bench_shop_dir(void)
{
    return dir;
}

int
bench_shop_people(void)
{
    return people_count;
}

int
bench_shop_remove(void)
{
    char command[64];
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return strstr(dir, "XXXXXX") ? 0 : system(command);
}
