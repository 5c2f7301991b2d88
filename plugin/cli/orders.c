/* Order documents named on the command line, read into memory.
 *
 * An argument is a file, a folder of files, "-" for standard input, or the bare name of
 * an order in the shop's orders folder. */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ORDER_MOST (64u << 20)

static struct order_file *
add(struct order_files *orders, const char *path)
{
    if (orders->count == orders->room) {
        size_t room = orders->room ? 2 * orders->room : 32;
        struct order_file *grown = realloc(orders->file, room * sizeof(*grown));
        if (!grown)
            return NULL;
        orders->file = grown;
        orders->room = room;
    }
    struct order_file *file = &orders->file[orders->count];
    *file = (struct order_file){.path = strdup(path)};
    if (!file->path)
        return NULL;
    orders->count++;
    return file;
}

static bool
read_stream(FILE *stream, struct order_file *file)
{
    size_t room = 1u << 16, n;
    file->bytes = malloc(room);
    while (file->bytes &&
           (n = fread(file->bytes + file->length, 1, room - file->length, stream)) > 0) {
        file->length += n;
        if (file->length < room)
            continue;
        if (room >= ORDER_MOST) { /* the plugin says what is too big */
            break;
        }
        room *= 2;
        char *grown = realloc(file->bytes, room);
        if (!grown)
            return false;
        file->bytes = grown;
    }
    return file->bytes && !ferror(stream);
}

static bool
read_file(struct order_files *orders, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *stream = is_stdin ? stdin : fopen(path, "rb");
    struct order_file *file = stream ? add(orders, is_stdin ? "(stdin)" : path) : NULL;
    bool is_read = file && read_stream(stream, file);
    if (!is_read)
        complain("%s cannot be read: %s", path, strerror(errno));
    if (stream && !is_stdin)
        fclose(stream);
    return is_read;
}

static int
is_xml(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 4, ".xml") == 0;
}

static bool
read_folder(struct order_files *orders, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_xml, alphasort);
    bool is_read = count > 0;
    if (count < 0)
        complain("%s cannot be read: %s", path, strerror(errno));
    else if (count == 0)
        complain("%s holds no order: expected files *.xml", path);
    for (int i = 0; i < count; i++) {
        char *file = NULL;
        is_read = is_read && asprintf(&file, "%s/%s", path, entries[i]->d_name) > 0 &&
                  read_file(orders, file);
        free(file);
        free(entries[i]);
    }
    free(entries);
    return is_read;
}

/* The folder that -s names, or that of the tuck.xml that it names. */
static int
shop_dir_length(const char *shop)
{
    struct stat stat_buf;
    const char *slash = strrchr(shop, '/');
    if (stat(shop, &stat_buf) != 0 || S_ISDIR(stat_buf.st_mode))
        return (int)strlen(shop);
    return slash ? (int)(slash - shop) : 0;
}

static bool
read_argument(const struct options *options, struct order_files *orders, const char *arg)
{
    struct stat stat_buf;
    if (strcmp(arg, "-") == 0)
        return read_file(orders, arg);
    if (stat(arg, &stat_buf) == 0)
        return S_ISDIR(stat_buf.st_mode) ? read_folder(orders, arg)
                                         : read_file(orders, arg);
    char *named = NULL;
    bool is_read = false;
    int n = shop_dir_length(options->shop);
    if (asprintf(&named, "%.*s%sorders/%s.xml", n, options->shop, n ? "/" : "", arg) < 0)
        return false;
    if (!strchr(arg, '/') && stat(named, &stat_buf) == 0)
        is_read = read_file(orders, named);
    else if (stat(options->shop, &stat_buf) != 0)
        complain("%s: there is no such shop", options->shop);
    else
        complain("%s: there is no such order; expected a file, a folder, or a name in "
                 "%.*s%sorders",
                 arg, n, options->shop, n ? "/" : "");
    free(named);
    return is_read;
}

bool
orders_read(const struct options *options, struct order_files *ret)
{
    *ret = (struct order_files){0};
    for (int i = 0; i < options->arg_count; i++)
        if (!read_argument(options, ret, options->args[i])) {
            orders_free(ret);
            return false;
        }
    return true;
}

void
orders_free(struct order_files *orders)
{
    for (size_t i = 0; i < orders->count; i++) {
        free(orders->file[i].path);
        free(orders->file[i].bytes);
    }
    free(orders->file);
    *orders = (struct order_files){0};
}
