/* Where a template's words about files lead.
 *
 * A path that a template names is resolved to the file behind every link before it is
 * looked at, and must then lie below a folder that the shop opened for reading. */
#include "page/page-inside.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool
is_below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (n == 1 && dir[0] == '/')
        return path[0] == '/';
    return strncmp(path, dir, n) == 0 && path[n] == '/';
}

enum status
file_find(const struct pages *pages, const char *base_dir, const char *href,
          struct arena *arena, char **ret, struct stat *ret_stat)
{
    char wanted[PATH_MAX], real[PATH_MAX];
    struct stat st;
    int n = href[0] == '/' ? snprintf(wanted, sizeof wanted, "%s", href)
                           : snprintf(wanted, sizeof wanted, "%s/%s", base_dir, href);
    if (n < 0 || (size_t)n >= sizeof wanted)
        return STATUS_BAD_INPUT;
    if (!realpath(wanted, real))
        return STATUS_WITHOUT;
    bool is_allowed = false;
    for (size_t i = 0; i < pages->read_dir_count; i++)
        is_allowed = is_allowed || is_below(real, pages->read_dirs[i]);
    if (!is_allowed)
        return STATUS_BAD_INPUT;
    if (stat(real, &st) != 0)
        return STATUS_WITHOUT;
    if (!S_ISREG(st.st_mode))
        return STATUS_BAD_INPUT;
    char *path = arena_strdup(arena, real);
    if (!path)
        return STATUS_NO_MEMORY;
    *ret = path;
    if (ret_stat)
        *ret_stat = st;
    return STATUS_OK;
}
