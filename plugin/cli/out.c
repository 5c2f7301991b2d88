/* Files that come out: written whole or not at all, by the plugin's own drop. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
out_drop(const struct host *host, const char *dir, const char *name, const void *bytes,
         size_t length)
{
    struct tuck_notes *notes = NULL;
    tuck_status status = host->ops->drop(dir, name, bytes, length, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("%s/%s cannot be written: %s", dir, name, status_text(status));
    return status == TUCK_OK;
}

bool
out_write(const struct host *host, const char *path, const void *bytes, size_t length)
{
    if (strcmp(path, "-") == 0) {
        bool is_taken = fwrite(bytes, 1, length, stdout) == length;
        return out_is_whole() && is_taken;
    }
    const char *slash = strrchr(path, '/');
    if (!slash)
        return out_drop(host, ".", path, bytes, length);
    char *dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    bool is_written = dir && out_drop(host, dir, slash + 1, bytes, length);
    free(dir);
    return is_written;
}
