/* Digests of templates: files in order of their names, each with name, length and bytes.
 *
 * Folders are read two deep, which is how templates are laid out: the template's own, and
 * beside it files and folders that are no templates. */
#include "station/template-digest.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/xml.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST (16u << 20)
#define DEPTH_MOST 2

struct template_digest {
    struct template_digest *next;
    char *name;
    struct digest digest;
};

static bool
is_template(const char *folder)
{
    struct buf path BUF_AUTO = {0};
    buf_printf(&path, "%s/template.xml", folder);
    return !path.failed && access(path.p, F_OK) == 0;
}

/* A line a file: digest and name, so that the whole is a digest of digests. */
static bool
add_file(const char *path, const char *label, struct buf *out)
{
    char *bytes = NULL;
    size_t n = 0;
    if (file_read(path, FILE_MOST, NULL, &bytes, &n) != STATUS_OK)
        return false;
    buf_printf(out, "%s %s\n", hash_sha256(bytes, n).hex, label);
    free(bytes);
    return true;
}

static bool add_folder(const char *folder, const char *label, bool is_shared, int depth,
                       struct buf *out);

static bool
add_entry(const char *folder, const char *label, const char *name, bool is_shared,
          int depth, struct buf *out)
{
    struct buf path BUF_AUTO = {0}, named BUF_AUTO = {0};
    struct stat what;
    buf_printf(&path, "%s/%s", folder, name);
    buf_printf(&named, "%s/%s", label, name);
    if (path.failed || named.failed || stat(path.p, &what) != 0)
        return false;
    if (S_ISREG(what.st_mode))
        return add_file(path.p, named.p, out);
    if (!S_ISDIR(what.st_mode) || (is_shared && is_template(path.p)))
        return true; /* another template is its own affair */
    return depth == DEPTH_MOST || add_folder(path.p, named.p, false, depth + 1, out);
}

static bool
add_folder(const char *folder, const char *label, bool is_shared, int depth,
           struct buf *out)
{
    struct dirent **entries = NULL;
    /* alphasort() goes by the locale of the host, and so would the digest. */
    int count = scandir(folder, &entries, NULL, versionsort);
    bool is_read = count >= 0;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && is_read)
            is_read = add_entry(folder, label, entries[i]->d_name, is_shared, depth, out);
        free(entries[i]);
    }
    free(entries);
    return is_read;
}

static bool
reckon(const struct tuck_shop *shop, const char *name, struct digest *ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct buf out BUF_AUTO = {0};
    const char *file =
        arena ? settings_find_template(shop->settings, name, arena) : NULL;
    char *folder = file ? arena_strdup(arena, file) : NULL;
    if (!folder)
        return false;
    *strrchr(folder, '/') = '\0';
    char *beside = arena_strdup(arena, folder);
    if (!beside)
        return false;
    *strrchr(beside, '/') = '\0';
    if (!add_folder(folder, "", false, 1, &out) ||
        !add_folder(beside, "..", true, 1, &out) || out.failed)
        return false;
    *ret = hash_sha256(out.p, out.n);
    return true;
}

const char *
template_digest(struct tuck_shop *shop, const char *name)
{
    struct template_digest *found = NULL;
    pthread_mutex_lock(&shop->lock);
    for (found = shop->digests; found && !text_equal(found->name, name);)
        found = found->next;
    pthread_mutex_unlock(&shop->lock);
    if (found)
        return found->digest.hex;
    struct template_digest *made = calloc(1, sizeof(*made));
    if (!made || !(made->name = strdup(name)) || !reckon(shop, name, &made->digest)) {
        free(made ? made->name : NULL);
        free(made);
        return NULL;
    }
    pthread_mutex_lock(&shop->lock); /* twice in the list does no harm */
    made->next = shop->digests;
    shop->digests = made;
    pthread_mutex_unlock(&shop->lock);
    return made->digest.hex;
}

void
template_digests_free(struct template_digest *digests)
{
    while (digests) {
        struct template_digest *next = digests->next;
        free(digests->name);
        free(digests);
        digests = next;
    }
}
