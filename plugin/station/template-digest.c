/* Digests of templates: files in order of their names, each with name, length and bytes.
 *
 * A host may be open for weeks and a template be changed meanwhile, so what the files look
 * like from outside (size, time, inode) is looked at each time, and only what has moved is
 * read again. Folders are read two deep, which is how templates are laid out: the template's own, and
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
    struct digest sight; /* of what the files looked like from outside */
    struct digest digest;
};

/* One way through the folders: by bytes, or only by looks. */
struct walk {
    bool by_looks;
    struct buf out;
};

static void
walk_done(struct walk *walk)
{
    buf_done(&walk->out);
}

static bool
is_template(const char *folder)
{
    struct buf path BUF_AUTO = {0};
    buf_printf(&path, "%s/template.xml", folder);
    return !path.failed && access(path.p, F_OK) == 0;
}

/* A line a file: digest (or looks) and name, so that the whole is a digest of digests. */
static bool
add_file(struct walk *walk, const char *path, const char *label, const struct stat *looks)
{
    char *bytes = NULL;
    size_t n = 0;
    if (walk->by_looks) {
        buf_printf(&walk->out, "%lld %lld %lld.%09ld %s\n", (long long)looks->st_ino,
                   (long long)looks->st_size, (long long)looks->st_mtim.tv_sec,
                   looks->st_mtim.tv_nsec, label);
        return true;
    }
    if (file_read(path, FILE_MOST, NULL, &bytes, &n) != STATUS_OK)
        return false;
    buf_printf(&walk->out, "%s %s\n", hash_sha256(bytes, n).hex, label);
    free(bytes);
    return true;
}

static bool add_folder(struct walk *walk, const char *folder, const char *label,
                       bool is_shared, int depth);

static bool
add_entry(struct walk *walk, const char *folder, const char *label, const char *name,
          bool is_shared, int depth)
{
    struct buf path BUF_AUTO = {0}, named BUF_AUTO = {0};
    struct stat looks;
    buf_printf(&path, "%s/%s", folder, name);
    buf_printf(&named, "%s/%s", label, name);
    if (path.failed || named.failed || stat(path.p, &looks) != 0)
        return false;
    if (S_ISREG(looks.st_mode))
        return add_file(walk, path.p, named.p, &looks);
    if (!S_ISDIR(looks.st_mode) || (is_shared && is_template(path.p)))
        return true; /* another template is its own affair */
    return depth == DEPTH_MOST || add_folder(walk, path.p, named.p, false, depth + 1);
}

static bool
add_folder(struct walk *walk, const char *folder, const char *label, bool is_shared,
           int depth)
{
    struct dirent **entries = NULL;
    /* alphasort() goes by the locale of the host, and so would the digest. */
    int count = scandir(folder, &entries, NULL, versionsort);
    bool is_read = count >= 0;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && is_read)
            is_read =
                add_entry(walk, folder, label, entries[i]->d_name, is_shared, depth);
        free(entries[i]);
    }
    free(entries);
    return is_read;
}

static bool
reckon(const struct tuck_shop *shop, const char *name, bool by_looks, struct digest *ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct walk walk CLEANUP(walk_done) = {.by_looks = by_looks};
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
    if (!add_folder(&walk, folder, "", false, 1) ||
        !add_folder(&walk, beside, "..", true, 1) || walk.out.failed)
        return false;
    *ret = hash_sha256(walk.out.p, walk.out.n);
    return true;
}

const char *
template_digest(struct tuck_shop *shop, const char *name)
{
    struct template_digest *found = NULL;
    struct digest sight;
    if (!reckon(shop, name, true, &sight))
        return NULL;
    pthread_mutex_lock(&shop->lock);
    for (found = shop->digests; found && !(text_equal(found->name, name) &&
                                           text_equal(found->sight.hex, sight.hex));)
        found = found->next;
    pthread_mutex_unlock(&shop->lock);
    if (found)
        return found->digest.hex;
    struct template_digest *made = calloc(1, sizeof(*made));
    if (!made || !(made->name = strdup(name)) ||
        !reckon(shop, name, false, &made->digest)) {
        free(made ? made->name : NULL);
        free(made);
        return NULL;
    }
    made->sight = sight; /* looked at first: what moved since is read again next time */
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

static bool
is_young(const char *path, int64_t since_s)
{
    struct stat looks;
    return stat(path, &looks) == 0 &&
           (looks.st_mtim.tv_sec >= since_s || looks.st_ctim.tv_sec >= since_s);
}

bool
template_may_have_changed(const struct tuck_shop *shop, const char *name, int64_t since_s)
{
    static const char *const around[] = {"", "/template.xml", "/..", "/../art",
                                         "/../theme.xml"};
    struct buf path BUF_AUTO = {0};
    struct arena *arena ARENA_AUTO = arena_new(0);
    char *file = arena ? (char *)settings_find_template(shop->settings, name, arena) : NULL;
    bool is_any_young = !file;
    if (file)
        *strrchr(file, '/') = '\0'; /* its folder */
    for (size_t i = 0; file && i < COUNT_OF(around); i++) {
        buf_reset(&path);
        buf_printf(&path, "%s%s", file, around[i]);
        is_any_young |= path.failed || is_young(path.p, since_s);
    }
    return is_any_young;
}
